import { severities } from '../../findings/severity';
import type { TlsAbilities } from '../../sdk/tls';
import { tls13 } from '../../sdk/tlsNames';
import { encodeRecords, endOfList, recordNames } from '../flashRecords';
import { buildChain, caFileSize, type Chain, type TrustAnchor } from './chain';
import { versionsOf } from './clientHello';
import type { ServerFact, ServerFinding } from './finding';
import type { ServerReply, ServerFlight } from './serverReply';
import { type RootStore, trustedRoot } from './rootStore';
import { ruleOf } from './rules';
import { isReadable, readSentCertificate, type SentCertificate } from './sentCertificate';
import type { Visit } from './visit';

/** Whether the device can talk to the server: yes, yes but only without verifying it, or no. */
export type Verdict = 'yes' | 'unverified' | 'no';

export interface Compatibility {
  verdict: Verdict;
  /** The most important first. */
  findings: ServerFinding[];
  /** As the server sent them; undefined for one that cannot be read. */
  sent: (SentCertificate | undefined)[];
  anchor?: TrustAnchor;
  /** esp_ca_cert.bin with the anchor, if the device can use that. */
  caFile?: Uint8Array;
  /** The same with an anchor that the device cannot use. */
  unusableFile?: Uint8Array;
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

/** Says from what a server answered whether the device can talk to it, and which CA certificate it has to hold. */
export function checkCompatibility(
  visit: Visit,
  client: TlsClient,
  { now = new Date(), root = trustedRoot }: Knowledge = {},
): Compatibility {
  const { abilities } = client;
  const seen = flightOf(visit);
  const sent = (seen?.certificates ?? visit.tls13?.certificates ?? []).map(readSentCertificate);
  const [first, ...others] = sent.filter(certificate => certificate !== undefined);
  const chain = first && buildChain([first, ...others], abilities, root, now);
  const anchor = chain?.anchor;
  const file = anchor && recordFile(anchor.certificate);

  const findings = [
    ...onConnection(visit, abilities, first),
    ...(seen === undefined ? [] : onMessages(seen, seen === flightIn(visit.device), client)),
    ...onCertificates(sent, abilities),
    ...(chain === undefined ? [] : [...onChain(chain, abilities, now), ...onAnchor(chain, abilities, now)]),
    ...onUse(visit, client),
  ]
    .map((fact): ServerFinding => ({ ...fact, ...ruleOf(fact) }))
    .sort((a, b) => weight(a) - weight(b));
  return {
    verdict: verdictOf(findings),
    findings,
    sent,
    ...(anchor && { anchor }),
    ...(file && (anchor.isUsable ? { caFile: file } : { unusableFile: file })),
  };
}

/** Undefined for a certificate that no record can hold. */
function recordFile({ der }: SentCertificate): Uint8Array | undefined {
  return der.length < endOfList ? encodeRecords([{ name: recordNames.ca, data: der }]) : undefined;
}

/** What prevents something comes first. */
function weight({ prevents, severity }: ServerFinding): number {
  return prevents === undefined
    ? severities.length + severities.indexOf(severity)
    : prevents === 'connection'
      ? 0
      : 1;
}

function verdictOf(findings: readonly ServerFinding[]): Verdict {
  const prevented = findings.map(({ prevents }) => prevents);
  return prevented.includes('connection') ? 'no' : prevented.includes('verification') ? 'unverified' : 'yes';
}

function flightIn(answer: ServerReply | undefined): ServerFlight | undefined {
  return answer?.kind === 'flight' ? answer.flight : undefined;
}

/** What comes closest to what the device gets. */
function flightOf({ device, named, anySuite, anyVersion }: Visit): ServerFlight | undefined {
  return flightIn(device) ?? flightIn(named) ?? flightIn(anySuite) ?? flightIn(anyVersion);
}

function onConnection(
  visit: Visit,
  abilities: TlsAbilities,
  first: SentCertificate | undefined,
): ServerFact[] {
  const { ip, serverName, device } = visit;
  const facts: ServerFact[] = ip.includes(':') ? [{ kind: 'ipv6-only', ip }] : [];
  const answer = flightIn(device);
  const named = flightIn(visit.named);
  if (answer !== undefined) {
    const [without, other] = [answer, named].map(each => each?.certificates[0]);
    if (without && other && serverName !== undefined && !Buffer.from(without).equals(other))
      facts.push({
        kind: 'name-changes-certificate',
        name: serverName,
        without: readSentCertificate(without)?.name ?? '?',
        with: readSentCertificate(other)?.name ?? '?',
      });
    return [...facts, ...onChoice(answer, abilities, first)];
  }
  if (named !== undefined && serverName !== undefined)
    return [...facts, { kind: 'name-needed', name: serverName }];
  return [...facts, whyRefused(visit, abilities, first)];
}

/** A server may answer with what was not offered; then the device ends the connection. */
function onChoice(
  { version, cipherSuite }: ServerFlight,
  abilities: TlsAbilities,
  first: SentCertificate | undefined,
): ServerFact[] {
  const device = versionsOf(abilities);
  if (!device.includes(version)) return [{ kind: 'no-common-version', device, server: version }];
  if (abilities.cipherSuites.includes(cipherSuite)) return [];
  return [{ kind: 'no-common-suite', server: cipherSuite, version, keyType: first?.keyType }];
}

function whyRefused(
  { device, anySuite, anyVersion, tls13: byTls13 }: Visit,
  abilities: TlsAbilities,
  first: SentCertificate | undefined,
): ServerFact {
  const others = flightIn(anySuite);
  if (others !== undefined)
    return {
      kind: 'no-common-suite',
      server: others.cipherSuite,
      version: others.version,
      keyType: first?.keyType,
    };
  const server = flightIn(anyVersion)?.version ?? (byTls13 && tls13);
  if (server !== undefined) return { kind: 'no-common-version', device: versionsOf(abilities), server };
  return { kind: 'refused', ...(device.kind === 'alert' && { alert: device.description }) };
}

/** espconn_secure_connect wants so much heap beside the buffer (espconn_secure.c). */
const heapBesideBuffer = 0x3800;
const bufferStep = 1024;
/** mbedtls_ssl_config_defaults sets it for clients. */
const minGroupBits = 1024;

function onMessages(seen: ServerFlight, isToDevice: boolean, { abilities, buffer }: TlsClient): ServerFact[] {
  const facts: ServerFact[] = [];
  const { raisedTo = 0, most, least } = abilities.buffer;
  const effective = Math.max(buffer, raisedTo);
  // What the server sends to others tells how long its certificates are, and nothing about its records.
  const length = isToDevice ? Math.max(seen.longestRecord, seen.split?.length ?? 0) : seen.certificateMessage;
  if (length > effective) {
    const size = Math.max(least, Math.ceil(length / bufferStep) * bufferStep);
    facts.push({
      kind: 'record-too-large',
      length,
      buffer: effective,
      ...(size <= most && { size, heap: size + heapBesideBuffer }),
    });
  }
  if (!isToDevice) return facts;
  if (seen.split !== undefined) facts.push({ kind: 'message-split', ...seen.split });
  if (seen.diffieHellman !== undefined) {
    const bits = bitLength(seen.diffieHellman.p);
    facts.push(bits < minGroupBits ? { kind: 'group-too-small', bits } : { kind: 'slow-exchange' });
  }
  return facts;
}

function bitLength(number: Uint8Array): number {
  const significant = number.findIndex(byte => byte !== 0);
  if (significant < 0) return 0;
  return (number.length - significant) * 8 - (Math.clz32(number[significant] ?? 0) - 24);
}

/** Both libraries parse each certificate that was sent, verified or not, and end the handshake at one that they refuse. */
function onCertificates(
  sent: readonly (SentCertificate | undefined)[],
  abilities: TlsAbilities,
): ServerFact[] {
  return sent.flatMap((certificate, at): ServerFact[] => {
    if (certificate === undefined) return [{ kind: 'certificate-damaged', position: at + 1 }];
    if (!isReadable(certificate, abilities))
      return [{ kind: 'certificate-unreadable', ...unreadable(certificate, abilities) }];
    // Of the others only signatures are checked, which is quick.
    return at === 0 ? largeKey(certificate, abilities) : [];
  });
}

function unreadable({ name, keyType, signature, refusals }: SentCertificate, { library }: TlsAbilities) {
  const refusal = refusals[library];
  return { name, keyType, signature, ...(refusal && { refusal }) };
}

function largeKey({ name, bits }: SentCertificate, { maxAdvisedBits: most }: TlsAbilities): ServerFact[] {
  return bits > most ? [{ kind: 'key-large', name, bits, most }] : [];
}

function onChain(chain: Chain, abilities: TlsAbilities, now: Date): ServerFact[] {
  const { verified, anchor, missingIssuer, rejectedIssuer, inOrder } = chain;
  const facts: ServerFact[] = [];
  if (missingIssuer !== undefined) facts.push({ kind: 'issuer-missing', issuer: missingIssuer });
  if (rejectedIssuer !== undefined)
    facts.push({
      kind: 'issuer-rejected',
      issuer: rejectedIssuer.certificate.name,
      why: rejectedIssuer.why,
    });
  if (abilities.library === 'libssl' && !inOrder) facts.push({ kind: 'order-broken' });
  for (const { name, hash, selfSigned } of verified)
    if (hash !== undefined && !abilities.hashes.includes(hash))
      facts.push({ kind: 'hash-refused', name, hash });
    else if (hash === 'md5' && !selfSigned) facts.push({ kind: 'hash-weak', name });
  const keys = new Set([...verified, ...(anchor ? [anchor.certificate] : [])]);
  for (const { name, keyType, bits } of keys)
    if (keyType === 'rsa' && bits < abilities.minVerifiedBits)
      facts.push({ kind: 'key-too-small', name, bits, least: abilities.minVerifiedBits });
  for (const { name, notBefore, notAfter } of verified) {
    const noticed = abilities.checksDates;
    if (notAfter < now) facts.push({ kind: 'expired', name, date: notAfter, noticed });
    if (notBefore > now) facts.push({ kind: 'not-yet-valid', name, date: notBefore, noticed });
  }
  return facts;
}

/** What speaks against the CA certificate, also what other programs, and the inspection of the file, say of it. */
function onAnchor({ anchor, verified, passedOver }: Chain, abilities: TlsAbilities, now: Date): ServerFact[] {
  if (anchor === undefined) return [];
  const { certificate, origin, kind } = anchor;
  const { name, notBefore, notAfter, version, isCa, selfSigned, hash } = certificate;
  const facts: ServerFact[] = [];
  if (origin === 'store' && !isReadable(certificate, abilities))
    facts.push({ kind: 'anchor-unreadable', ...unreadable(certificate, abilities) });
  const length = caFileSize(certificate);
  if (length > abilities.recordWindow)
    facts.push({ kind: 'anchor-too-large', length, window: abilities.recordWindow });
  if (passedOver !== undefined)
    facts.push({
      kind: 'anchor-passed-over',
      name: passedOver.certificate.name,
      why: passedOver.why,
      chosen: name,
    });
  if (!isCa) facts.push({ kind: 'anchor-unmarked', name, version });
  if (kind !== 'server') facts.push(...largeKey(certificate, abilities));
  if (verified.includes(certificate)) return facts;
  if (hash === 'md5' && !selfSigned) facts.push({ kind: 'hash-weak', name });
  if (notAfter < now) facts.push({ kind: 'anchor-expired', name, date: notAfter });
  if (notBefore > now) facts.push({ kind: 'anchor-not-yet-valid', name, date: notBefore });
  return facts;
}

/** What to know of a connection that comes about. */
function onUse({ device, insists }: Visit, { abilities, buffer }: TlsClient): ServerFact[] {
  const answer = flightIn(device);
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
