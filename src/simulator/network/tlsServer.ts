import { createPrivateKey, X509Certificate } from 'node:crypto';
import type net from 'node:net';
import tls from 'node:tls';
import { MeteredSocket } from './meteredSocket';
import { Connection, type PortEvents, type PortPlace, type Remote, remoteText, serveTcp } from './tcpServer';
import { deviceTlsOptions } from './tlsEngine';
import type { TlsEvent } from './tlsMeter';
import type { ConnectionEnd } from './tlsRecords';

/** What a TLS server of the device tells about its connections. */
export interface TlsServerEvents extends PortEvents {
  /** Whether another client keeps the device busy. */
  isBusy(): boolean;
  /** Somebody connects; false refuses. */
  connecting(remote: Remote): boolean;
  handshakeFailed(remote: Remote, reason: string): void;
  connected(connection: TlsConnection, remote: Remote): void;
  /** What goes over the wire, and its end. */
  observed(event: TlsEvent | ({ kind: 'connection-ended' } & ConnectionEnd)): void;
}

/** One TLS connection of the device, after its handshake. */
export class TlsConnection extends Connection {
  readonly #socket: tls.TLSSocket;

  constructor(socket: tls.TLSSocket) {
    super(socket);
    this.#socket = socket;
  }

  get protocol(): string {
    return this.#socket.getProtocol() ?? '';
  }

  get cipher(): string {
    return this.#socket.getCipher().name;
  }
}

/**
 * Certificate and key for Node's TLS, from what the firmware hands over: DER or PEM certificate, PKCS#1 or PKCS#8 key.
 * Throws with OpenSSL's reason when they cannot be read or do not belong together.
 */
export function deviceIdentity(certificate: Uint8Array, privateKey: Uint8Array): tls.SecureContext {
  const cert = new X509Certificate(certificate).toString();
  const key = isPem(privateKey)
    ? createPrivateKey(Buffer.from(privateKey))
    : createPrivateKey({
        key: Buffer.from(privateKey),
        format: 'der',
        type: isPkcs8(privateKey) ? 'pkcs8' : 'pkcs1',
      });
  return tls.createSecureContext({
    ...deviceTlsOptions(),
    cert,
    key: key.export({ format: 'pem', type: 'pkcs8' }),
  });
}

function isPem(bytes: Uint8Array): boolean {
  return Buffer.from(bytes).subarray(0, 5).toString('latin1') === '-----';
}

/** SEQUENCE, INTEGER 0, then the SEQUENCE of the algorithm, where PKCS#1 has the modulus, an INTEGER. */
function isPkcs8(der: Uint8Array): boolean {
  const headerLength = 2 + ((der[1] ?? 0) > 0x80 ? (der[1] ?? 0) - 0x80 : 0);
  return der[headerLength + 3] === 0x30;
}

/**
 * Milliseconds that a client waits for the one before it to be gone. A browser that does not know the CA leaves and comes again at once;
 * packets reach a device in that order, but sockets of this computer may tell of the new client first.
 */
const longestWait = 1000;

/** ms. libssl ends a handshake after 60 polls of a second; libmbedtls never does, which lets one silent client keep the only slot. */
export const usualHandshakeLimit = 60_000;

/** Why a handshake failed that took longer than the limit, for {@link TlsServerEvents.handshakeFailed}. */
export const handshakeTimeout = 'timeout';

/** Opens a TLS server for a port of the device; handshakes may take `limit` ms. Returns a function that closes it and all connections. */
export function listenTls(
  place: PortPlace,
  identity: tls.SecureContext,
  limit: number,
  events: TlsServerEvents,
): () => void {
  const take = (socket: net.Socket, remote: Remote): boolean => {
    if (!events.connecting(remote)) return false;
    const end = { remote: remoteText(remote), devicePort: place.devicePort };
    const metered = new MeteredSocket(socket, end, event => {
      events.observed(event);
    });
    const secure = new tls.TLSSocket(metered, { isServer: true, secureContext: identity });
    let established = false;
    let reason = '';
    const timer = setTimeout(() => {
      reason = handshakeTimeout;
      socket.destroy();
      secure.destroy();
    }, limit);
    secure.on('secure', () => {
      clearTimeout(timer);
      established = true;
      events.connected(new TlsConnection(secure), remote);
    });
    secure.on('error', (error: Error) => {
      reason ||= tlsReason(error);
    });
    secure.on('close', () => {
      clearTimeout(timer);
      if (!established) events.handshakeFailed(remote, reason);
      socket.destroy();
    });
    return true;
  };
  return serveTcp(place, events, (socket, remote) => {
    if (!events.isBusy()) return take(socket, remote);
    const end = Date.now() + longestWait;
    const timer = setInterval(() => {
      if (events.isBusy() && Date.now() < end) return;
      clearInterval(timer);
      if (!take(socket, remote)) socket.resetAndDestroy();
    }, 20);
    socket.on('close', () => {
      clearInterval(timer);
    });
    return true;
  });
}

/** OpenSSL's own words, "no shared cipher", out of its long error lines. */
function tlsReason(error: Error & { reason?: string }): string {
  return error.reason ?? error.message;
}
