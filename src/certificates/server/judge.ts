import type { TlsAbilities } from '../../sdk/tls';
import { encodeRecords, recordNames } from '../flashRecords';
import { buildChain, type Chain, type TrustAnchor } from './chain';
import { versionsOf } from './clientHello';
import type { Answer, Flight } from './flight';
import { type RootStore, trustedRoot } from './rootStore';
import { readSentCertificate, type SentCertificate } from './sentCertificate';
import type { Visit } from './visit';

/** What follows from a visit for the device, the most important first; src/certificates/server/words.ts words it. */
export type Finding =
  | { kind: 'ipv6-only'; ip: string }
  | { kind: 'name-needed'; name: string }
  | { kind: 'name-changes-certificate'; name: string; without: string; with: string }
  | { kind: 'no-common-version'; device: readonly number[]; server: number }
  | { kind: 'no-common-suite'; server: number; version: number; keyType: string | undefined }
  | { kind: 'refused'; alert?: number }
  | { kind: 'record-too-large'; length: number; buffer: number; size?: number; heap?: number }
  | { kind: 'message-split'; type: number; length: number }
  | { kind: 'group-too-small'; bits: number }
  | { kind: 'certificate-damaged'; position: number }
  | {
      kind: 'certificate-unreadable' | 'anchor-unreadable';
      name: string;
      keyType: string | undefined;
      signature: string;
    }
  | { kind: 'key-too-small'; name: string; bits: number; least: number }
  | { kind: 'key-large'; name: string; bits: number; most: number }
  | { kind: 'hash-refused'; name: string; hash: string }
  | { kind: 'expired' | 'not-yet-valid'; name: string; date: Date; noticed: boolean }
  | { kind: 'order-broken' }
  | { kind: 'issuer-missing'; issuer: string }
  | { kind: 'anchor-too-large'; length: number; window: number }
  | { kind: 'client-certificate'; insists: boolean | undefined }
  | { kind: 'needs-time' }
  | { kind: 'slow-exchange' }
  | { kind: 'names-unchecked' }
  | { kind: 'long-answers'; buffer: number }
  | { kind: 'agreed'; version: number; cipherSuite: number; chain: number; record: number };

/** `fatal`: no connection comes about; `unverified`: none with espconn_secure_ca_enable; `warning` and `note`: it works. */
export type Severity = 'fatal' | 'unverified' | 'warning' | 'note';

/** Whether the device can talk to the server: yes, yes but only without verifying it, or no. */
export type Verdict = 'yes' | 'unverified' | 'no';

export interface Judgement {
  verdict: Verdict;
  findings: Finding[];
  /** As the server sent them; undefined for one that cannot be read. */
  sent: (SentCertificate | undefined)[];
  anchor?: TrustAnchor;
  /** esp_ca_cert.bin with the anchor. */
  caFile?: Uint8Array;
}

/** A device as far as TLS is concerned. */
export interface TlsClient {
  abilities: TlsAbilities;
  /** Bytes, as espconn_secure_set_size has set them. */
  buffer: number;
}

interface Knowledge {
  now?: Date;
  root?: RootStore;
}

const order: readonly Severity[] = ['fatal', 'unverified', 'warning', 'note'];
const severities: Record<Exclude<Finding['kind'], 'expired' | 'not-yet-valid'>, Severity> = {
  'ipv6-only': 'fatal',
  'name-needed': 'fatal',
  'name-changes-certificate': 'warning',
  'no-common-version': 'fatal',
  'no-common-suite': 'fatal',
  refused: 'fatal',
  'record-too-large': 'fatal',
  'message-split': 'fatal',
  'group-too-small': 'fatal',
  'certificate-damaged': 'fatal',
  'certificate-unreadable': 'fatal',
  'anchor-unreadable': 'unverified',
  'key-too-small': 'unverified',
  'key-large': 'warning',
  'hash-refused': 'unverified',
  'order-broken': 'unverified',
  'issuer-missing': 'unverified',
  'anchor-too-large': 'unverified',
  'client-certificate': 'warning',
  'needs-time': 'note',
  'slow-exchange': 'note',
  'names-unchecked': 'note',
  'long-answers': 'note',
  agreed: 'note',
};

export function severityOf(finding: Finding): Severity {
  if (finding.kind === 'expired' || finding.kind === 'not-yet-valid')
    return finding.noticed ? 'unverified' : 'warning';
  return severities[finding.kind];
}

/** Says from what a server answered whether the device can talk to it, and which CA certificate it has to hold. */
export function judge(
  visit: Visit,
  client: TlsClient,
  { now = new Date(), root = trustedRoot }: Knowledge = {},
): Judgement {
  const { abilities } = client;
  const seen = flightOf(visit);
  const sent = (seen?.certificates ?? visit.tls13?.certificates ?? []).map(readSentCertificate);
  const [first, ...others] = sent.filter(certificate => certificate !== undefined);
  const chain = first && buildChain([first, ...others], abilities, root);
  const caFile =
    chain?.anchor && encodeRecords([{ name: recordNames.ca, data: chain.anchor.certificate.der }]);

  const findings = [
    ...onConnection(visit, abilities, first),
    ...(seen === undefined ? [] : onMessages(seen, seen === flight(visit.device), client)),
    ...onCertificates(sent, abilities),
    ...(chain === undefined ? [] : onChain(chain, abilities, now)),
    ...onFile(caFile, abilities),
    ...onUse(visit, client),
  ].sort((a, b) => order.indexOf(severityOf(a)) - order.indexOf(severityOf(b)));
  return {
    verdict: verdictOf(findings),
    findings,
    sent,
    ...(chain?.anchor && { anchor: chain.anchor }),
    ...(caFile && { caFile }),
  };
}

function verdictOf(findings: Finding[]): Verdict {
  const severities = findings.map(severityOf);
  return severities.includes('fatal') ? 'no' : severities.includes('unverified') ? 'unverified' : 'yes';
}

function flight(answer: Answer | undefined): Flight | undefined {
  return answer?.kind === 'flight' ? answer.flight : undefined;
}

/** What comes closest to what the device gets. */
function flightOf({ device, named, anySuite, anyVersion }: Visit): Flight | undefined {
  return flight(device) ?? flight(named) ?? flight(anySuite) ?? flight(anyVersion);
}

function onConnection(visit: Visit, abilities: TlsAbilities, first: SentCertificate | undefined): Finding[] {
  const { ip, serverName, device } = visit;
  const findings: Finding[] = ip.includes(':') ? [{ kind: 'ipv6-only', ip }] : [];
  const answer = flight(device);
  const named = flight(visit.named);
  if (answer !== undefined) {
    const [without, other] = [answer, named].map(each => each?.certificates[0]);
    if (without && other && serverName !== undefined && !Buffer.from(without).equals(other))
      findings.push({
        kind: 'name-changes-certificate',
        name: serverName,
        without: readSentCertificate(without)?.name ?? '?',
        with: readSentCertificate(other)?.name ?? '?',
      });
    return [...findings, ...onChoice(answer, abilities, first)];
  }
  if (named !== undefined && serverName !== undefined)
    return [...findings, { kind: 'name-needed', name: serverName }];
  return [...findings, whyRefused(visit, abilities, first)];
}

/** A server may answer with what was not offered; then the device ends the connection. */
function onChoice(
  { version, cipherSuite }: Flight,
  abilities: TlsAbilities,
  first: SentCertificate | undefined,
): Finding[] {
  const device = versionsOf(abilities);
  if (!device.includes(version)) return [{ kind: 'no-common-version', device, server: version }];
  if (abilities.cipherSuites.includes(cipherSuite)) return [];
  return [{ kind: 'no-common-suite', server: cipherSuite, version, keyType: first?.keyType }];
}

function whyRefused(
  { device, anySuite, anyVersion, tls13 }: Visit,
  abilities: TlsAbilities,
  first: SentCertificate | undefined,
): Finding {
  const others = flight(anySuite);
  if (others !== undefined)
    return {
      kind: 'no-common-suite',
      server: others.cipherSuite,
      version: others.version,
      keyType: first?.keyType,
    };
  const server = flight(anyVersion)?.version ?? (tls13 && 0x0304);
  if (server !== undefined) return { kind: 'no-common-version', device: versionsOf(abilities), server };
  return { kind: 'refused', ...(device.kind === 'alert' && { alert: device.description }) };
}

/** espconn_secure_connect wants so much heap beside the buffer (espconn_secure.c). */
const heapBesideBuffer = 0x3800;
const bufferStep = 1024;
/** mbedtls_ssl_config_defaults sets it for clients. */
const leastGroupBits = 1024;

function onMessages(seen: Flight, isToDevice: boolean, { abilities, buffer }: TlsClient): Finding[] {
  const findings: Finding[] = [];
  const { raisedTo = 0, most, least } = abilities.buffer;
  const effective = Math.max(buffer, raisedTo);
  // What the server sends to others tells how long its certificates are, and nothing about its records.
  const length = isToDevice ? Math.max(seen.longestRecord, seen.split?.length ?? 0) : seen.certificateMessage;
  if (length > effective) {
    const size = Math.max(least, Math.ceil(length / bufferStep) * bufferStep);
    findings.push({
      kind: 'record-too-large',
      length,
      buffer: effective,
      ...(size <= most && { size, heap: size + heapBesideBuffer }),
    });
  }
  if (!isToDevice) return findings;
  if (seen.split !== undefined) findings.push({ kind: 'message-split', ...seen.split });
  if (seen.diffieHellman !== undefined) {
    const bits = bitLength(seen.diffieHellman.p);
    findings.push(bits < leastGroupBits ? { kind: 'group-too-small', bits } : { kind: 'slow-exchange' });
  }
  return findings;
}

function bitLength(number: Uint8Array): number {
  const significant = number.findIndex(byte => byte !== 0);
  if (significant < 0) return 0;
  return (number.length - significant) * 8 - (Math.clz32(number[significant] ?? 0) - 24);
}

/** Both libraries take each certificate that was sent apart, verified or not, and fail at a key or signature unknown to them. */
function onCertificates(sent: readonly (SentCertificate | undefined)[], abilities: TlsAbilities): Finding[] {
  return sent.flatMap((certificate, at): Finding[] => {
    if (certificate === undefined) return [{ kind: 'certificate-damaged', position: at + 1 }];
    if (!isReadable(certificate)) return [{ kind: 'certificate-unreadable', ...kindOf(certificate) }];
    const { name, bits } = certificate;
    const most = abilities.mostAdvisedBits;
    // Of the others only signatures are checked, which is quick.
    return at === 0 && bits > most ? [{ kind: 'key-large', name, bits, most }] : [];
  });
}

function isReadable({ keyType, hash }: SentCertificate): boolean {
  return keyType === 'rsa' && hash !== undefined;
}

function kindOf({ name, keyType, signature }: SentCertificate) {
  return { name, keyType, signature };
}

function onChain(chain: Chain, abilities: TlsAbilities, now: Date): Finding[] {
  const { verified, anchor, missingIssuer, inOrder } = chain;
  const findings: Finding[] = [];
  if (missingIssuer !== undefined) findings.push({ kind: 'issuer-missing', issuer: missingIssuer });
  if (abilities.library === 'libssl' && !inOrder) findings.push({ kind: 'order-broken' });
  for (const { name, hash } of verified)
    if (hash !== undefined && !abilities.hashes.includes(hash))
      findings.push({ kind: 'hash-refused', name, hash });
  const keys = new Set([...verified, ...(anchor ? [anchor.certificate] : [])]);
  for (const { name, keyType, bits } of keys)
    if (keyType === 'rsa' && bits < abilities.leastVerifiedBits)
      findings.push({ kind: 'key-too-small', name, bits, least: abilities.leastVerifiedBits });
  if (anchor?.origin === 'store' && !isReadable(anchor.certificate))
    findings.push({ kind: 'anchor-unreadable', ...kindOf(anchor.certificate) });
  for (const { name, notBefore, notAfter } of verified) {
    const noticed = abilities.checksDates;
    if (notAfter < now) findings.push({ kind: 'expired', name, date: notAfter, noticed });
    if (notBefore > now) findings.push({ kind: 'not-yet-valid', name, date: notBefore, noticed });
  }
  return findings;
}

function onFile(caFile: Uint8Array | undefined, { recordWindow }: TlsAbilities): Finding[] {
  if (caFile === undefined || caFile.length <= recordWindow) return [];
  return [{ kind: 'anchor-too-large', length: caFile.length, window: recordWindow }];
}

/** What to know of a connection that comes about. */
function onUse({ device, insists }: Visit, { abilities, buffer }: TlsClient): Finding[] {
  const answer = flight(device);
  if (answer === undefined) return [];
  const { version, cipherSuite, certificateMessage, longestRecord } = answer;
  return [
    ...(answer.asksForCertificate ? [{ kind: 'client-certificate' as const, insists }] : []),
    { kind: 'agreed', version, cipherSuite, chain: certificateMessage, record: longestRecord },
    ...(abilities.needsTime ? [{ kind: 'needs-time' as const }] : []),
    { kind: 'long-answers', buffer: Math.max(buffer, abilities.buffer.raisedTo ?? 0) },
    { kind: 'names-unchecked' },
  ];
}
