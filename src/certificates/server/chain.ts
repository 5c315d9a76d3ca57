import type { TlsAbilities } from '../../sdk/tls';
import { headerSize } from '../flashRecords';
import type { PassedOver } from './finding';
import { followChain, type Sent } from './mbedTlsVerify';
import type { RootStore } from './rootStore';
import { isReadable, isSignedBy, isValidAt, type SentCertificate } from './sentCertificate';

/** A certificate that the device could hold to verify the server. */
interface Anchor {
  certificate: SentCertificate;
  /** It came from the server, or it is a root of the computer's store. */
  origin: 'sent' | 'store';
  kind: 'root' | 'intermediate' | 'server';
}

/** The one that it must hold. */
export interface TrustAnchor extends Anchor {
  /** Whether the device can use it. If not, no certificate is better. */
  isUsable: boolean;
}

export interface Chain {
  /** The certificates whose signatures and keys the device checks, the server's own first, the anchor not among them. */
  verified: SentCertificate[];
  /** Each certificate that was sent is followed by its issuer. */
  inOrder: boolean;
  anchor?: TrustAnchor;
  /** The certificate that would be the anchor if nothing spoke against it. */
  passedOver?: { certificate: SentCertificate; why: PassedOver };
  /** Who would have to be known, if there is no anchor. */
  missingIssuer?: string;
  /** An issuer that is there but that the library does not accept as one, if there is no anchor. */
  rejectedIssuer?: { certificate: SentCertificate; why: 'not-ca' | 'path-length' };
}

interface Candidate extends Anchor {
  verified: SentCertificate[];
}

/** Finds the trust anchor for the certificates that a server sent, its own first. */
export function buildChain(sent: Sent, abilities: TlsAbilities, root: RootStore, now: Date): Chain {
  const inOrder = sent.every((certificate, at) => {
    const next = sent[at + 1];
    return next === undefined || isSignedBy(certificate.x509, next.x509);
  });
  const chain =
    abilities.library === 'libssl' ? chainForAxTls(sent, inOrder, root) : chainForMbedTls(sent, root);
  return { ...chain.unanchored, inOrder, ...choose(chain.candidates, abilities, now) };
}

interface Candidates {
  candidates: Candidate[];
  /** What is known without an anchor. */
  unanchored: Omit<Chain, 'inOrder'>;
}

/**
 * axTLS follows the certificates as they were sent, to the last one, and looks among its CA certificates only for the issuer of
 * that (x509_verify in its x509.c). Versions from July 2016 on sort them first; process_certificate of the SDK's libssl does not.
 */
function chainForAxTls(sent: Sent, inOrder: boolean, root: RootStore): Candidates {
  const last = (inOrder ? sent.at(-1) : topOf(sent)) ?? sent[0];
  const verified = [...sent];
  const candidates = anchorsFor(sent, [last], root)
    .filter(({ certificate }) => isSignedBy(last.x509, certificate.x509))
    .map(anchor => ({ ...anchor, verified }));
  if (candidates.length > 0) return { candidates, unanchored: { verified } };
  return { candidates, unanchored: { verified, missingIssuer: last.issuerName } };
}

/** The end of the path of issuers, in whatever order they were sent. */
function topOf(sent: Sent): SentCertificate {
  const path: SentCertificate[] = [];
  for (let current: SentCertificate | undefined = sent[0]; current !== undefined;) {
    const child: SentCertificate = current;
    path.push(child);
    current = child.selfSigned
      ? undefined
      : sent.find(other => !path.includes(other) && isSignedBy(child.x509, other.x509));
  }
  return path.at(-1) ?? sent[0];
}

/** mbed TLS takes any certificate for its CA, root or not, that its way through what was sent leads to. */
function chainForMbedTls(sent: Sent, root: RootStore): Candidates {
  const anchors = anchorsFor(sent, sent, root);
  const candidates = anchors.flatMap((anchor): Candidate[] => {
    const { verified, isTrusted } = followChain(sent, anchor.certificate);
    return isTrusted ? [{ ...anchor, verified }] : [];
  });
  const { verified } = followChain(sent);
  if (candidates.length > 0) return { candidates, unanchored: { verified } };
  const top = verified.at(-1) ?? sent[0];
  const issuer = anchors.find(({ certificate }) => isSignedBy(top.x509, certificate.x509))?.certificate;
  return issuer
    ? {
        candidates,
        unanchored: {
          verified,
          rejectedIssuer: { certificate: issuer, why: issuer.isCa ? 'path-length' : 'not-ca' },
        },
      }
    : { candidates, unanchored: { verified, missingIssuer: top.issuerName } };
}

/** What was sent and, for each of `children`, the root that the host trusts; none twice. */
function anchorsFor(sent: Sent, children: readonly SentCertificate[], root: RootStore): Anchor[] {
  const anchors = sent.map((certificate, at): Anchor => {
    const kind = at === 0 ? 'server' : certificate.selfSigned ? 'root' : 'intermediate';
    return { certificate, origin: 'sent', kind };
  });
  for (const child of children) {
    const certificate = child.selfSigned ? undefined : root(child);
    if (certificate !== undefined) anchors.push({ certificate, origin: 'store', kind: 'root' });
  }
  return anchors.filter(({ certificate }, at) => {
    const same = ({ certificate: { der } }: Anchor) => Buffer.compare(der, certificate.der) === 0;
    return anchors.findIndex(same) === at;
  });
}

/**
 * A certificate that the device can use, with nothing below it that it refuses, and that is valid today is best, then one that is
 * accepted by other programs as well, then a root, which seldom changes, and the one farthest from the server.
 */
function choose(
  candidates: readonly Candidate[],
  abilities: TlsAbilities,
  now: Date,
): Pick<Chain, 'anchor' | 'passedOver'> & { verified?: SentCertificate[] } {
  const fault = ({ certificate }: Candidate) => unusableFor(certificate, abilities);
  const isRoot = ({ kind }: Candidate) => kind !== 'intermediate';
  const isSigned = ({ certificate: { selfSigned, hash } }: Candidate) =>
    selfSigned || (hash !== undefined && hash !== 'md5' && abilities.hashes.includes(hash));
  const isVerified = ({ verified }: Candidate) => verified.every(each => isTaken(each, abilities));
  const best = sorted(candidates, [
    each => fault(each) === undefined,
    isVerified,
    ({ certificate }) => isValidAt(certificate, now),
    isSigned,
    isRoot,
    ({ verified }) => verified.length,
    ({ certificate }) => certificate.notAfter.getTime(),
  ])[0];
  if (best === undefined) return {};
  const { verified, ...anchor } = best;
  const isUsable = fault(best) === undefined;
  const usual = sorted(candidates, [isRoot, each => each.verified.length])[0];
  const why = usual && isUsable && usual !== best && whyPassedOver(usual, abilities, now);
  return {
    verified,
    anchor: { ...anchor, isUsable },
    ...(why && { passedOver: { certificate: usual.certificate, why } }),
  };
}

/** The first of the criteria that differs decides; more comes first. */
function sorted(
  candidates: readonly Candidate[],
  criteria: readonly ((candidate: Candidate) => boolean | number)[],
): Candidate[] {
  return [...candidates].sort((a, b) => {
    for (const criterion of criteria) {
      const difference = Number(criterion(b)) - Number(criterion(a));
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

function whyPassedOver(
  { certificate }: Candidate,
  abilities: TlsAbilities,
  now: Date,
): PassedOver | undefined {
  const unusable = unusableFor(certificate, abilities);
  if (unusable !== undefined) return unusable;
  if (certificate.notAfter < now) return 'expired';
  return certificate.notBefore > now ? 'not-yet-valid' : undefined;
}

/** Why the device cannot use a certificate as its CA. */
function unusableFor(certificate: SentCertificate, abilities: TlsAbilities): PassedOver | undefined {
  if (!isReadable(certificate, abilities)) return 'unreadable';
  if (certificate.bits < abilities.minVerifiedBits) return 'key-too-small';
  return caFileSize(certificate) > abilities.recordWindow ? 'too-large' : undefined;
}

/** Whether the library verifies by a certificate's key, and the signature on it. */
function isTaken({ hash, keyType, bits }: SentCertificate, abilities: TlsAbilities): boolean {
  return (
    (hash === undefined || abilities.hashes.includes(hash)) &&
    (keyType !== 'rsa' || bits >= abilities.minVerifiedBits)
  );
}

/** Bytes of esp_ca_cert.bin with one certificate. */
export function caFileSize({ der }: SentCertificate): number {
  return headerSize + der.length;
}
