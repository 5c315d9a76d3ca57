import type net from 'node:net';
import tls from 'node:tls';
import type { TlsAbilities } from '../../sdk/tls';
import { type TlsFault, tlsBehaviour } from '../../sdk/tlsBehaviour';
import { HandshakeGuard } from './handshakeGuard';
import { MeteredSocket } from './meteredSocket';
import { Connection } from './tcpServer';
import type { TlsEvent, TlsPlace, TlsRole } from './tlsMeter';
import type { ConnectionEnd } from './tlsRecords';

/** How the device speaks TLS on a connection. */
export interface TlsManner {
  abilities: TlsAbilities;
  /** Bytes of the buffer for a record. */
  buffer: number;
  /** Its certificate and key; undefined for a client without. */
  identity: tls.SecureContext;
  /** Whether a client has to show a certificate. */
  asksForCertificate: boolean;
  verify: (certificates: readonly Uint8Array[]) => TlsFault | undefined;
  /** ms that the handshake may take; undefined: any time. */
  limit: number | undefined;
}

export interface TlsLinkEvents {
  connected(connection: TlsConnection): void;
  /** There will be no connection; `reason` is this computer's own word for it, if it has one. */
  failed(fault: TlsFault, reason: string): void;
  /** What goes over the wire, and its end. */
  observed(event: TlsEvent | ({ kind: 'connection-ended' } & ConnectionEnd)): void;
}

/** One TLS connection of the device, after its handshake. */
export class TlsConnection extends Connection {
  readonly #socket: tls.TLSSocket;
  readonly #below: MeteredSocket;
  readonly #buffer: number;

  constructor(socket: tls.TLSSocket, below: MeteredSocket, buffer: number) {
    super(socket);
    this.#socket = socket;
    this.#below = below;
    this.#buffer = buffer;
  }

  get protocol(): string {
    return this.#socket.getProtocol() ?? '';
  }

  get cipher(): string {
    return this.#socket.getCipher().name;
  }

  /** Node hands over record by record. */
  protected override takes(bytes: Uint8Array): boolean {
    if (bytes.length > this.#buffer) this.#below.fail('long data');
    return bytes.length <= this.#buffer;
  }

  protected override faultOf(error: Error | undefined): TlsFault | undefined {
    return this.#below.fault ?? (error && complaintOf(error));
  }
}

/** Lets this computer's TLS speak for the device over a TCP connection, as the device's library would. */
export function speakTls(
  socket: net.Socket,
  place: TlsPlace,
  role: TlsRole,
  manner: TlsManner,
  events: TlsLinkEvents,
): void {
  const { abilities, asksForCertificate, buffer, identity, limit, verify } = manner;
  const below = new MeteredSocket(socket, {
    ...{ place, role, buffer },
    guard: new HandshakeGuard({ role, abilities, buffer, verify }),
    alertFor: fault => tlsBehaviour(abilities).alerts[fault],
    report: event => {
      events.observed(event);
    },
  });
  const options = { secureContext: identity, rejectUnauthorized: false };
  const secure =
    role === 'server'
      ? new tls.TLSSocket(below, { ...options, isServer: true, requestCert: asksForCertificate })
      : tls.connect({ ...options, socket: below });
  let established = false;
  let failure: Error | undefined;
  const timer =
    limit === undefined
      ? undefined
      : setTimeout(() => {
          below.fail('silent');
        }, limit);
  secure.on(role === 'server' ? 'secure' : 'secureConnect', () => {
    clearTimeout(timer);
    established = true;
    events.connected(new TlsConnection(secure, below, buffer));
  });
  secure.on('error', (error: Error) => (failure ??= error));
  secure.on('close', () => {
    clearTimeout(timer);
    if (!established)
      events.failed(
        below.fault ?? (failure === undefined ? 'closed' : complaintOf(failure)),
        failure === undefined ? '' : wordsOf(failure),
      );
    if (below.fault === undefined) socket.destroy();
  });
}

/** What this computer's TLS complains of that the guard has let pass; words of OpenSSL and BoringSSL. */
const complaints: readonly (readonly [RegExp, TlsFault])[] = [
  [/alert/i, 'alert'],
  [/no.shared.cipher|no.cipher/i, 'no common suite'],
  [/protocol|version/i, 'wrong version'],
  [/disconnected|ECONNRESET|ended/i, 'closed'],
];

function complaintOf(error: Error): TlsFault {
  return complaints.find(([words]) => words.test(wordsOf(error)))?.[1] ?? 'wrong record';
}

/** OpenSSL's own words, "no shared cipher", out of its long error lines. */
function wordsOf(error: Error & { reason?: string }): string {
  return error.reason ?? error.message;
}
