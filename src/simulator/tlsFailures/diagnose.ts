import { bufferRange, heapBeyondBuffer } from '../../sdk/tls';
import type { CodeSource } from '../../sdk/errorCodes';
import { type ErrorName, errorValue } from '../../sdk/errors';
import { tls13 } from '../../sdk/tlsNames';
import type { ClientHello } from '../../tls/handshake';
import type { PeerCertificate } from '../network/peerCertificate';
import type { Sender } from '../network/tlsMeter';
import type { ConnectionFacts, SeenAlert } from './facts';
import type { Cause } from './failure';
import { coversName } from './coversName';

/** What is known besides the connection itself. */
export interface Circumstances {
  /** Seconds since 1970. */
  now: number;
  /** The TLS library in the firmware; undefined where this computer answers TLS for it. */
  library?: 'axTLS' | 'mbedTLS';
  /** The device has spoken TLS at this port before. */
  isTlsPort: boolean;
  /** Another client has a TLS connection to this port. */
  isBusy: boolean;
  /** Bytes of heap at the last look. */
  freeHeap?: number;
}

/** AlertDescription of RFC 8446 and RFC 5246. */
const alert = {
  handshakeFailure: 40,
  noCertificate: 41,
  badCertificate: 42,
  unsupportedCertificate: 43,
  certificateRevoked: 44,
  certificateExpired: 45,
  certificateUnknown: 46,
  unknownCa: 48,
  accessDenied: 49,
  decryptError: 51,
  protocolVersion: 70,
  insufficientSecurity: 71,
  unrecognizedName: 112,
  certificateRequired: 116,
} as const;

const aboutCertificates = new Set<number>([
  alert.badCertificate,
  alert.unsupportedCertificate,
  alert.certificateRevoked,
  alert.certificateExpired,
  alert.certificateUnknown,
  alert.unknownCa,
  alert.accessDenied,
]);
/** What servers send when a client has no certificate for them. */
const aboutMissingCertificate = new Set<number>([
  alert.handshakeFailure,
  alert.noCertificate,
  alert.badCertificate,
  alert.certificateRequired,
]);

const mbedTls = (...values: number[]) => values.map(value => `mbed TLS ${value}`);
const axTls = (...values: number[]) => values.map(value => `axTLS ${value}`);
const espconn = (name: ErrorName) => `espconn ${errorValue(name)}`;

/** The peer's regular end, which libmbedtls and libssl call invalid data. */
const ends: ReadonlySet<string> = new Set([...mbedTls(-0x7880, -0x7280), ...axTls(-3)]);

/** Which codes of sdk/errorCodes.ts speak of what. */
const codes = {
  verification: new Set([...mbedTls(-0x2700), ...axTls(-514, -515, -516, -517, -518, -519, -268)]),
  version: new Set([...mbedTls(-0x6e80), ...axTls(-263)]),
  cipher: new Set([...mbedTls(-0x7380, -0x7300), ...axTls(-266)]),
  record: new Set([...mbedTls(-0x7200), espconn('ESPCONN_SSL_INVALID_DATA')]),
  /** What mbed TLS also says of a record that does not fit. */
  largeRecord: new Set(mbedTls(-0x7100, -0x7180)),
  split: new Set(mbedTls(-0x7080)),
  memory: new Set([...mbedTls(-0x7f00, -0x3f80, -0x10, -0x2880), espconn('ESPCONN_MEM')]),
  ownCertificate: new Set([...mbedTls(-0x6980, -0x7580, -0x7600), ...axTls(-272)]),
  clientCertificate: new Set(mbedTls(-0x7480)),
  timeout: new Set([espconn('ESPCONN_RESP_TIMEOUT'), espconn('ESPCONN_TIMEOUT'), ...mbedTls(-0x6800)]),
};

/** µs; a silence of this length before the end was somebody's timeout. */
const longSilence = 10_000_000;
/** Bytes of a record that fits into the smallest buffer of libssl (measured with SDK 2.1; 2044 do not). */
const fittingRecord = 1944;
/** RSA bits that OpenSSL and browsers want today. */
const usualBits = 2048;

/** The cause of a failed connection; undefined for one that went well, or that is not TLS at all. */
export function diagnose(facts: ConnectionFacts, circumstances: Circumstances): Cause | undefined {
  const has = (set: ReadonlySet<string>) =>
    facts.codes.some(({ source, value }) => set.has(`${source} ${value}`));
  if (facts.plainText?.sender === 'remote') return plainText(facts, circumstances);
  const refusal = turnedAway(facts, circumstances);
  if (refusal !== undefined) return refusal;
  if (!facts.isTls) return untouched(facts, circumstances);
  if (isEstablished(facts)) return afterHandshake(facts, has);
  return (
    largeRecord(facts, has) ??
    version(facts, has) ??
    failedAllocation(facts) ??
    clientCertificate(facts, has) ??
    certificate(facts, circumstances, has) ??
    cipher(facts, has) ??
    memory(facts, circumstances, has) ??
    ending(facts, has)
  );
}

function isEstablished({ serverHello, finished, sentData }: ConnectionFacts): boolean {
  // From the ServerHello on TLS 1.3 sends everything as application data.
  const { device, remote } = (serverHello?.version ?? 0) >= tls13 ? sentData : finished;
  return device === true && remote === true;
}

type Has = (set: ReadonlySet<string>) => boolean;

function plainText(facts: ConnectionFacts, { isTlsPort }: Circumstances): Cause | undefined {
  const isHttp = facts.plainText?.isHttp === true;
  const expected = facts.isTls || isTlsPort || facts.codes.some(({ source }) => source !== 'espconn');
  const refused = facts.codes.some(({ value }) => value === errorValue('ESPCONN_HANDSHAKE'));
  return expected || refused ? { id: 'plain-text', isHttp } : undefined;
}

/** The device breaks a connection off without a byte: it has no room for it. */
function turnedAway({ end, role }: ConnectionFacts, circumstances: Circumstances): Cause | undefined {
  if (role !== 'server' || !circumstances.isTlsPort || end?.by !== 'device') return undefined;
  if (!end.reset || end.deviceSpoke) return undefined;
  return circumstances.isBusy ? { id: 'busy' } : outOfMemory(circumstances);
}

/** A connection without a TLS record in either direction. */
function untouched({ end, role }: ConnectionFacts, { isTlsPort }: Circumstances): Cause | undefined {
  const isPortCheck = end?.remoteSpoke === false && role === 'server' && isTlsPort;
  return isPortCheck ? { id: 'left-before-hello' } : undefined;
}

function afterHandshake(facts: ConnectionFacts, has: Has): Cause | undefined {
  const large = largeRecord(facts, has);
  if (large !== undefined) return large;
  if (facts.codes.some(({ source, value }) => source !== 'espconn' && !isEnd(source, value)))
    return has(codes.memory) ? { id: 'out-of-memory' } : { id: 'unexplained' };
  const { role, sentData, farewell, end } = facts;
  if (role === 'client' || sentData.remote === true || sentData.device === true) return undefined;
  if ((farewell ?? end?.by) !== 'remote') return undefined;
  // curl and Python look for the name when the handshake is done, Node at the whole certificate.
  return wrongName(facts) ?? (farewell === undefined ? { id: 'left-after-handshake' } : undefined);
}

function largeRecord(facts: ConnectionFacts, has: Has): Cause | undefined {
  if (facts.tooLong !== undefined) return { id: 'record-too-large', ...facts.tooLong };
  if (has(codes.split) || (facts.isSplit && deviceGivesUp(facts))) return { id: 'message-split' };
  const large =
    (has(codes.record) && facts.longest > fittingRecord) ||
    (has(codes.largeRecord) && facts.longest > bufferRange.least);
  return large ? { id: 'record-too-large', length: facts.longest } : undefined;
}

/** The device ended the connection by itself. */
function deviceGivesUp({ alerts, codes: seen, end }: ConnectionFacts): boolean {
  return alerts.some(isFatalOf('device')) || seen.length > 0 || end?.by === 'device';
}

function isFatalOf(sender: Sender): (alert: SeenAlert) => boolean {
  return seen => seen.sender === sender && (seen.level === 2 || seen.description !== 0);
}

function alertOf(facts: ConnectionFacts, sender: Sender): number | undefined {
  return facts.alerts.find(isFatalOf(sender))?.description;
}

/** The versions that a client offers, oldest first. */
function offered({ version: newest, versions }: ClientHello): number[] {
  return versions.length > 0 ? [...versions].sort((a, b) => a - b) : [newest];
}

function version(facts: ConnectionFacts, has: Has): Cause | undefined {
  const { clientHello, serverHello, role } = facts;
  if (clientHello === undefined) return undefined;
  const versions = offered(clientHello);
  const newest = versions.at(-1) ?? clientHello.version;
  const [ours, theirs] = [alertOf(facts, 'device'), alertOf(facts, 'remote')];
  const isAbout = [ours, theirs].includes(alert.protocolVersion) || has(codes.version);
  if (role === 'client') {
    if (theirs === alert.protocolVersion)
      return newest >= tls13 - 1
        ? { id: 'tls13-only', device: newest }
        : { id: 'version-too-new', device: newest };
    return isAbout && serverHello !== undefined
      ? { id: 'version-too-old', remote: serverHello.version }
      : undefined;
  }
  if (serverHello === undefined && (versions[0] ?? 0) >= tls13)
    return { id: 'tls13-only', device: undefined };
  if (!isAbout) return undefined;
  return serverHello !== undefined && serverHello.version < newest
    ? { id: 'version-too-new', device: serverHello.version }
    : { id: 'version-too-old', remote: newest };
}

function clientCertificate(facts: ConnectionFacts, has: Has): Cause | undefined {
  const { role, certificateRequested, withoutCertificate, certificates } = facts;
  if (!certificateRequested) return undefined;
  const [client, server] =
    role === 'client' ? (['device', 'remote'] as const) : (['remote', 'device'] as const);
  const answer = alertOf(facts, server);
  if (withoutCertificate[client] === true) {
    const refused = answer !== undefined && aboutMissingCertificate.has(answer);
    return refused || has(codes.clientCertificate) ? { id: 'client-certificate-missing' } : undefined;
  }
  if (certificates[client] === undefined) return undefined;
  const refused = answer !== undefined && (aboutCertificates.has(answer) || answer === alert.decryptError);
  return refused || (role === 'server' && has(codes.verification))
    ? { id: 'client-certificate-refused' }
    : undefined;
}

/** The server's certificate does not please the client. */
function certificate(facts: ConnectionFacts, { now, library }: Circumstances, has: Has): Cause | undefined {
  const { role } = facts;
  const [client, server] =
    role === 'client' ? (['device', 'remote'] as const) : (['remote', 'device'] as const);
  const said = alertOf(facts, client);
  const shown = facts.certificates[server];
  if (role === 'client' && alertOf(facts, 'remote') === alert.unrecognizedName)
    return { id: 'server-name-unknown', ...asked(facts) };
  const refused =
    (said !== undefined && aboutCertificates.has(said)) || (role === 'client' && has(codes.verification));
  // axTLS says -28 whatever the reason; past the ServerHello it is the certificate.
  const silent =
    library === 'axTLS' &&
    role === 'client' &&
    shown !== undefined &&
    facts.finished.device !== true &&
    alertOf(facts, 'remote') === undefined &&
    facts.codes.some(({ value }) => value === errorValue('ESPCONN_HANDSHAKE'));
  if (!refused && !silent) return undefined;
  if (said === alert.unknownCa) return unknownCa(shown);
  if (shown !== undefined) {
    const datesCount = said !== undefined || library === 'axTLS';
    if (datesCount && now > shown.notAfter) return { id: 'certificate-expired', date: shown.notAfter };
    if (datesCount && now < shown.notBefore)
      return { id: 'certificate-not-yet-valid', date: shown.notBefore };
    const named = wrongName(facts);
    if (named !== undefined) return named;
    if (library !== 'axTLS' && shown.bits > 0 && shown.bits < usualBits)
      return { id: 'key-too-small', bits: shown.bits };
  }
  if (said === alert.certificateExpired) return { id: 'certificate-refused' };
  // Mbed TLS has alerts of their own for all but a date in the future and a weak signature.
  if (role === 'client' && library === 'mbedTLS' && said === alert.certificateUnknown && shown !== undefined)
    return shown.isWeaklySigned ? { id: 'certificate-refused' } : { id: 'no-time' };
  // Browsers say certificate_unknown of a CA that they do not know; libmbedtls says nothing, libssl always bad_certificate.
  return said === undefined || said === alert.certificateUnknown || (role === 'client' && library === 'axTLS')
    ? unknownCa(shown)
    : { id: 'certificate-refused' };
}

function unknownCa(shown: PeerCertificate | undefined): Cause {
  return { id: 'unknown-ca', ...(shown && { issuer: shown.issuer }) };
}

function asked({ clientHello }: ConnectionFacts): { asked?: string } {
  return clientHello?.serverName === undefined ? {} : { asked: clientHello.serverName };
}

/** What clients on this computer call the device when they send no server name. */
const thisComputer = ['127.0.0.1', 'localhost'];

function wrongName(facts: ConnectionFacts): Cause | undefined {
  const shown = facts.certificates[facts.role === 'client' ? 'remote' : 'device'];
  const { serverName } = facts.clientHello ?? {};
  if (shown === undefined || (facts.role === 'client' && serverName === undefined)) return undefined;
  const wanted = serverName === undefined ? thisComputer : [serverName];
  return wanted.some(name => coversName(shown.names, name))
    ? undefined
    : { id: 'name-not-in-certificate', names: shown.names, asked: wanted };
}

function cipher(facts: ConnectionFacts, has: Has): Cause | undefined {
  if (facts.role === 'server' && has(codes.ownCertificate)) return { id: 'no-own-certificate' };
  const offer = { id: 'cipher-mismatch', offered: facts.clientHello?.cipherSuites ?? [] } as const;
  if (has(codes.cipher)) return offer;
  if (facts.clientHello === undefined || facts.serverHello !== undefined) return undefined;
  const said = alertOf(facts, facts.role === 'client' ? 'remote' : 'device');
  return said === alert.handshakeFailure || said === alert.insufficientSecurity ? offer : undefined;
}

function memory(facts: ConnectionFacts, circumstances: Circumstances, has: Has): Cause | undefined {
  if (has(codes.ownCertificate)) return { id: 'no-own-certificate' };
  if (!has(codes.memory)) return undefined;
  const { freeHeap } = circumstances;
  // libmbedtls says the same of certificates that are not in the flash.
  const hasHeap = freeHeap !== undefined && freeHeap > 2 * heapBeyondBuffer;
  return facts.serverHello === undefined && hasHeap
    ? { id: 'no-own-certificate' }
    : outOfMemory(circumstances);
}

/** A TLS library without memory gives up for many a reason: a signature that it cannot check is a wrong one. */
function failedAllocation(facts: ConnectionFacts): Cause | undefined {
  const { freeAtFailure: free } = facts;
  return free !== undefined && deviceGivesUp(facts) ? { id: 'out-of-memory', free } : undefined;
}

function outOfMemory({ freeHeap }: Circumstances): Cause {
  return { id: 'out-of-memory', ...(freeHeap !== undefined && { free: freeHeap }) };
}

function ending(facts: ConnectionFacts, has: Has): Cause {
  if (facts.alerts.some(({ level, description }) => level === 2 || description !== 0))
    return { id: 'unexplained' };
  if (has(codes.timeout) || facts.silence >= longSilence)
    return { id: 'timed-out', seconds: Math.round(facts.silence / 1e6) };
  // What espconn says of an end is no reason for it.
  const hasReason = facts.codes.some(({ source, value }) => source !== 'espconn' && !isEnd(source, value));
  return { id: facts.end?.by === 'remote' && !hasReason ? 'closed-in-handshake' : 'unexplained' };
}

function isEnd(source: CodeSource, value: number): boolean {
  return ends.has(`${source} ${value}`);
}
