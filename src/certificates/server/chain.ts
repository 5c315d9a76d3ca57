import type { TlsAbilities } from '../../sdk/tls';
import type { RootStore } from './rootStore';
import { isSignedBy, type SentCertificate } from './sentCertificate';

/** The certificate that the device must hold to verify the server. */
export interface TrustAnchor {
  certificate: SentCertificate;
  /** It came from the server, or it is a root of the computer's store. */
  origin: 'sent' | 'store';
  kind: 'root' | 'intermediate' | 'server';
}

export interface Chain {
  /** From the server's own certificate upwards, each signed by the next, out of what was sent. */
  path: SentCertificate[];
  /** The certificates whose signatures and keys the device checks, the anchor not among them. */
  verified: SentCertificate[];
  /** Each certificate that was sent is followed by its issuer. */
  inOrder: boolean;
  anchor?: TrustAnchor;
  /** Who would have to be known, if there is no anchor. */
  missingIssuer?: string;
}

/** Finds the trust anchor for the certificates that a server sent, its own first. */
export function buildChain(
  sent: readonly [SentCertificate, ...SentCertificate[]],
  abilities: TlsAbilities,
  root: RootStore,
): Chain {
  const path = pathOf(sent);
  const inOrder = sent.every((certificate, at) => {
    const next = sent[at + 1];
    return next === undefined || isSignedBy(certificate.x509, next.x509);
  });
  return abilities.library === 'libssl'
    ? chainForAxTls(sent, path, inOrder, root)
    : chainForMbedTls(path, inOrder, abilities, root);
}

function pathOf(sent: readonly [SentCertificate, ...SentCertificate[]]): SentCertificate[] {
  let [current] = sent;
  const path = [current];
  while (!current.selfSigned) {
    const child = current;
    const issuer = sent.find(other => !path.includes(other) && isSignedBy(child.x509, other.x509));
    if (issuer === undefined) break;
    path.push(issuer);
    current = issuer;
  }
  return path;
}

/**
 * axTLS follows the certificates as they were sent, to the last one, and looks among its CA certificates only for the issuer of
 * that (x509_verify in its x509.c). Versions from July 2016 on sort them first; process_certificate of the SDK's libssl does not.
 */
function chainForAxTls(
  sent: readonly [SentCertificate, ...SentCertificate[]],
  path: SentCertificate[],
  inOrder: boolean,
  root: RootStore,
): Chain {
  const last = (inOrder ? sent.at(-1) : path.at(-1)) ?? sent[0];
  const chain = { path, verified: [...sent], inOrder };
  const anchor = selfSignedAnchor(last, path) ?? storeAnchor(last, root);
  return anchor ? { ...chain, anchor } : { ...chain, missingIssuer: last.issuerName };
}

/**
 * mbed TLS 2.2.1 looks for the issuer of each certificate among its CA certificates first, root or not, and stops there
 * (mbedtls_x509_crt_verify_with_profile in x509_crt.c of the SDK). A root that it can use is best; then the topmost that came.
 */
function chainForMbedTls(
  path: SentCertificate[],
  inOrder: boolean,
  abilities: TlsAbilities,
  root: RootStore,
): Chain {
  const fromTop = [...path].reverse();
  const roots = fromTop.map(each => selfSignedAnchor(each, path) ?? storeAnchor(each, root));
  const intermediates = fromTop
    .slice(0, -1)
    .map((certificate): TrustAnchor => ({ certificate, origin: 'sent', kind: 'intermediate' }));
  const candidates = [...roots.filter(anchor => anchor !== undefined), ...intermediates];
  const anchor = candidates.find(({ certificate }) => canTrust(certificate, abilities)) ?? candidates[0];
  const end = path.findIndex(certificate => anchor?.certificate.x509.subject === certificate.x509.subject);
  // The server's own certificate is looked at even when it is the anchor.
  const chain = { path, verified: end < 0 ? path : path.slice(0, Math.max(end, 1)), inOrder };
  return anchor ? { ...chain, anchor } : { ...chain, missingIssuer: path.at(-1)?.issuerName ?? '?' };
}

function canTrust({ keyType, bits, hash }: SentCertificate, abilities: TlsAbilities): boolean {
  return keyType === 'rsa' && hash !== undefined && bits >= abilities.leastVerifiedBits;
}

function selfSignedAnchor(certificate: SentCertificate, path: SentCertificate[]): TrustAnchor | undefined {
  if (!certificate.selfSigned) return undefined;
  return { certificate, origin: 'sent', kind: certificate === path[0] ? 'server' : 'root' };
}

function storeAnchor(child: SentCertificate, root: RootStore): TrustAnchor | undefined {
  if (child.selfSigned) return undefined;
  const certificate = root(child);
  return certificate && { certificate, origin: 'store', kind: 'root' };
}
