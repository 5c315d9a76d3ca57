import { constants, publicEncrypt, randomBytes, X509Certificate } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import { codeOf, failedBecause, systemCodes } from '../../files/systemErrors';
import { handshakeTypes, recordTypes } from '../../sdk/tlsNames';
import { clientHello, handshake, type Offer, record, vector } from './clientHello';
import { type ServerReply, type ServerFlight, ServerReplyReader } from './serverReply';

export interface SocketAddress {
  ip: string;
  port: number;
}

export interface ProbeLimits {
  signal: AbortSignal;
  /** ms for a connection and its answer. */
  timeout: number;
}

/** Sends a ClientHello over a connection of its own. Throws what the signal is aborted with. */
export async function sendClientHello(
  address: SocketAddress,
  offer: Offer,
  patience: ProbeLimits,
): Promise<ServerReply> {
  const reader = new ServerReplyReader();
  return exchange(address, clientHello(offer), patience, bytes => {
    reader.add(bytes);
    return reader.answer;
  });
}

/**
 * Whether a server that asks for a client certificate insists on one: continues with an empty Certificate and a Finished that
 * cannot be right. A server that insists objects to the first, others to the second. Undefined when its answer does not tell.
 */
export async function insistsOnCertificate(
  address: SocketAddress,
  offer: Offer,
  patience: ProbeLimits,
): Promise<boolean | undefined> {
  const first = new ServerReplyReader();
  let second: ServerReplyReader | undefined;
  const answer = await exchange(address, clientHello(offer), patience, (bytes, send) => {
    if (second !== undefined) {
      second.add(bytes);
      return second.answer;
    }
    first.add(bytes);
    if (first.answer?.kind !== 'flight') return first.answer;
    const rest = withoutCertificate(first.answer.flight);
    if (rest === undefined) return first.answer;
    second = new ServerReplyReader();
    send(rest);
    return undefined;
  });
  if (answer.kind !== 'alert') return undefined;
  if (objectionsToFinished.has(answer.description)) return false;
  return objectionsToNoCertificate.has(answer.description) ? true : undefined;
}

/** bad_record_mac, decryption_failed, decrypt_error. */
const objectionsToFinished = new Set([20, 21, 51]);
/** handshake_failure, no_certificate, bad_certificate, certificate_unknown, access_denied, certificate_required. */
const objectionsToNoCertificate = new Set([40, 41, 42, 46, 49, 116]);

/** The client's second flight: no certificate, a key exchange that is in order, and a Finished that is not. */
function withoutCertificate({ version, certificates, diffieHellman }: ServerFlight): Buffer | undefined {
  const exchange = diffieHellman?.g ?? encryptedSecret(version, certificates[0]);
  if (exchange === undefined) return undefined;
  const messages = [
    handshake(handshakeTypes.certificate, vector(3)),
    handshake(handshakeTypes.clientKeyExchange, vector(2, exchange)),
  ];
  return Buffer.concat([
    ...messages.map(message => record(recordTypes.handshake, version, message)),
    record(recordTypes.changeCipherSpec, version, Buffer.of(1)),
    record(recordTypes.handshake, version, randomBytes(64)),
  ]);
}

function encryptedSecret(version: number, certificate: Uint8Array | undefined): Buffer | undefined {
  try {
    if (certificate === undefined) return undefined;
    const key = new X509Certificate(certificate).publicKey;
    const secret = Buffer.concat([Buffer.of(version >> 8, version & 0xff), randomBytes(46)]);
    return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, secret);
  } catch {
    // Its certificate is damaged, or its key is none of RSA.
    return undefined;
  }
}

/** Sends bytes and hands over what comes, until `take` has the answer or there is none. */
function exchange(
  { ip, port }: SocketAddress,
  bytes: Uint8Array,
  { signal, timeout }: ProbeLimits,
  take: (bytes: Uint8Array, send: (bytes: Uint8Array) => void) => ServerReply | undefined,
): Promise<ServerReply> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = net.connect({ host: ip, port });
    let connected = false;
    const leave = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.destroy();
    };
    const end = (answer: ServerReply) => {
      leave();
      resolve(answer);
    };
    const abort = () => {
      leave();
      reject(asError(signal.reason));
    };
    const timer = setTimeout(
      () => end(connected ? { kind: 'silent' } : { kind: 'unreachable', code: systemCodes['timed out'] }),
      timeout,
    );
    signal.addEventListener('abort', abort);
    socket.on('connect', () => {
      connected = true;
      socket.write(bytes);
    });
    socket.on('data', data => {
      const answer = take(data, more => socket.write(more));
      if (answer !== undefined) end(answer);
    });
    socket.on('error', error => {
      // A reset comes from somebody who had taken the connection, even if Node has not said so yet.
      const taken = connected || failedBecause(error, 'connection reset');
      end(taken ? { kind: 'closed' } : { kind: 'unreachable', code: codeOf(error) ?? error.message });
    });
    socket.on('close', () => end({ kind: 'closed' }));
  });
}

/**
 * The certificates of a server that speaks TLS 1.3, where they are encrypted, so that Node has to ask; undefined when it has
 * no TLS 1.3 either.
 */
export function tls13Certificates(
  { ip, port }: SocketAddress,
  serverName: string | undefined,
  { signal, timeout }: ProbeLimits,
): Promise<Uint8Array[] | undefined> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = tls.connect({
      host: ip,
      port,
      ...(serverName !== undefined && { servername: serverName }),
      minVersion: 'TLSv1.3',
      // Nothing is sent to the server: its certificates are only looked at.
      rejectUnauthorized: false,
    });
    const leave = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.destroy();
    };
    const end = (certificates?: Uint8Array[]) => {
      leave();
      resolve(certificates);
    };
    const abort = () => {
      leave();
      reject(asError(signal.reason));
    };
    const timer = setTimeout(() => end(), timeout);
    signal.addEventListener('abort', abort);
    socket.on('secureConnect', () => end(chainOf(socket)));
    socket.on('error', () => end());
    socket.on('close', () => end());
  });
}

/** Node links each certificate to its issuer, to one of its own store too: what came from there is taken for sent here. */
function chainOf(socket: tls.TLSSocket): Uint8Array[] {
  const chain: Uint8Array[] = [];
  // Its type says that nothing is ever missing; at the end of the chain, and without a certificate, all is.
  let certificate: Partial<tls.DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true);
  while (certificate?.raw !== undefined && !chain.includes(certificate.raw)) {
    chain.push(certificate.raw);
    certificate = certificate.issuerCertificate === certificate ? undefined : certificate.issuerCertificate;
  }
  return chain;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
