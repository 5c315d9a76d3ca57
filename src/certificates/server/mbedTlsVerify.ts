import { isSignedBy, type SentCertificate } from './sentCertificate';

/** What a server sent, its own certificate first. */
export type Sent = readonly [SentCertificate, ...SentCertificate[]];

/** `MBEDTLS_X509_MAX_INTERMEDIATE_CA` of x509_crt.h. */
const maxIntermediates = 8;

/**
 * Follows the certificates that a server sent as `mbedtls_x509_crt_verify_with_profile` of the SDK does (x509_crt.c of mbed TLS 2.2.1):
 * each issuer is looked for in the CA that the device holds, then by its name among the ones that were sent behind. `verified` are the
 * certificates whose signatures are checked, the server's own first.
 */
export function followChain(
  sent: Sent,
  anchor?: SentCertificate,
): { verified: SentCertificate[]; isTrusted: boolean } {
  const verified: SentCertificate[] = [];
  let [child] = sent;
  let selfIssued = 0;
  for (let at = 0; ;) {
    const depth = verified.length;
    verified.push(child);
    const current = child;
    const isBelowAnchor = anchor !== undefined && isIssuer(anchor, current) && anchor.isCa;
    const next = isBelowAnchor
      ? -1
      : sent.findIndex(
          (issuer, index) =>
            index > at &&
            issuer.isCa &&
            isIssuer(issuer, current) &&
            (depth === 0 || hasRoom(issuer, depth - selfIssued)),
        );
    const issuer = sent[next];
    if (issuer === undefined)
      return { verified, isTrusted: anchor !== undefined && endsAt(anchor, current, depth, selfIssued) };
    if (depth + 1 > maxIntermediates || !isSignedBy(current.x509, issuer.x509))
      return { verified, isTrusted: false };
    if (depth > 0 && isIssuer(current, current)) selfIssued++;
    child = issuer;
    at = next;
  }
}

/** Whether the CA that the device holds ends a chain: `x509_crt_verify_top`. */
function endsAt(anchor: SentCertificate, top: SentCertificate, depth: number, selfIssued: number): boolean {
  const isSame = Buffer.compare(anchor.der, top.der) === 0;
  const mayIssue = anchor.isCa || anchor.version < 3 || (depth === 0 && isSame);
  const below = depth + (anchor.x509.subject === top.x509.subject ? 0 : 1) - selfIssued;
  return mayIssue && hasRoom(anchor, below - 1) && isSignedBy(top.x509, anchor.x509);
}

/** Whether so many intermediate CAs may be below one. */
function hasRoom({ pathLength }: SentCertificate, below: number): boolean {
  return pathLength === undefined || pathLength >= below;
}

function isIssuer(issuer: SentCertificate, child: SentCertificate): boolean {
  return issuer.x509.subject === child.x509.issuer;
}
