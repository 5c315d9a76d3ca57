import { X509Certificate } from 'node:crypto';
import type { SignatureHash, TlsAbilities, TlsLibrary } from '../../sdk/tls';
import { signatureAlgorithms } from '../signatureAlgorithms';
import { Asn1, oidText, tags } from '../readers/asn1';
import { type RefusalReason, refusalOf } from '../readers/refusal';
import { readCertificate as readByAxTls } from '../readers/axTlsDer';
import { readCertificate } from '../readers/mbedTlsCertificate';

/** What the parser of a library returns for a certificate that it refuses, and why; 0 where nobody sees the code. */
export interface LibraryRefusal {
  code: number;
  reason: RefusalReason;
}

/** What decides whether the device can use a certificate. */
export interface SentCertificate {
  der: Uint8Array;
  x509: X509Certificate;
  /** The most telling part of the subject, on one line. */
  name: string;
  issuerName: string;
  /** As node:crypto names it: rsa, ec, ed25519, …; undefined for a key that it does not know. */
  keyType: string | undefined;
  /** Of an RSA key; 0 for others. */
  bits: number;
  /** Hash of a signature by RSA, PKCS#1 v1.5: the only kind that the device knows. Undefined for others. */
  hash: SignatureHash | undefined;
  /** The signature algorithm as people say it, or its object identifier. */
  signature: string;
  notBefore: Date;
  notAfter: Date;
  selfSigned: boolean;
  /** Of X.509: 1 to 3. */
  version: number;
  /** Whether it is marked as a CA certificate. */
  isCa: boolean;
  /** How many intermediate CAs may be below it; undefined without a limit. */
  pathLength: number | undefined;
  /** What each library refuses it for; undefined for one that it reads. */
  refusals: Readonly<Record<TlsLibrary, LibraryRefusal | undefined>>;
}

/** Reads a certificate; undefined for bytes that are none. */
export function readSentCertificate(der: Uint8Array): SentCertificate | undefined {
  try {
    const x509 = new X509Certificate(der);
    const { algorithm, version, extensions } = readParts(der);
    const { isCa, pathLength } = constraintsOf(extensions);
    const known = signatureAlgorithms.get(algorithm);
    const hash = known?.scheme === 'PKCS#1 v1.5' ? known.hash : undefined;
    const key = publicKey(x509);
    const byMbedTls = refusalOf(() => {
      readCertificate(der);
    });
    const byAxTls = refusalOf(() => {
      readByAxTls(der);
    });
    return {
      der,
      x509,
      name: shortName(x509.subject),
      issuerName: shortName(x509.issuer),
      keyType: key?.asymmetricKeyType,
      bits: key?.asymmetricKeyType === 'rsa' ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : 0,
      hash,
      signature: hash === undefined ? (known?.scheme ?? algorithm) : `RSA-${hash.toUpperCase()}`,
      notBefore: readDate(x509.validFrom),
      notAfter: readDate(x509.validTo),
      selfSigned: isSignedBy(x509, x509),
      version,
      isCa,
      pathLength,
      refusals: {
        libmbedtls: byMbedTls && { code: byMbedTls.code, reason: byMbedTls.reason },
        libssl: byAxTls && { code: 0, reason: byAxTls.reason },
      },
    };
  } catch {
    return undefined;
  }
}

/** Whether the device can parse a certificate: whatever it verifies, it parses all that are sent and its CA. */
export function isReadable({ hash, refusals }: SentCertificate, { library }: TlsAbilities): boolean {
  // libssl reads certificates with MD2, too, and has no digest to compare then.
  return refusals[library] === undefined && (library === 'libmbedtls' || hash !== undefined);
}

/** Whether a certificate is valid at a time. */
export function isValidAt({ notBefore, notAfter }: SentCertificate, now: Date): boolean {
  return notBefore <= now && now <= notAfter;
}

/** Explicit tags of TBSCertificate (RFC 5280). */
const parts = { version: 0xa0, extensions: 0xa3 } as const;
const basicConstraints = '2.5.29.19';

/** What node:crypto does not tell of a certificate. */
function readParts(der: Uint8Array): { algorithm: string; version: number; extensions: Asn1 | undefined } {
  const all = new Asn1(der);
  const certificate = all.inner(all.tag(tags.sequence));
  const body = certificate.inner(certificate.tag(tags.sequence));
  certificate.at = body.end;
  const algorithm = oidText(certificate.algorithm().oid);
  let version = 1;
  if (body.next === parts.version) {
    body.tag(parts.version);
    version = body.int() + 1;
  }
  while (!body.isAtEnd() && body.next !== parts.extensions) {
    body.at++;
    body.take(body.length());
  }
  if (body.isAtEnd()) return { algorithm, version, extensions: undefined };
  body.tag(parts.extensions);
  return { algorithm, version, extensions: body.inner(body.tag(tags.sequence)) };
}

/** Without readable constraints it is not a CA certificate. */
function constraintsOf(extensions: Asn1 | undefined): { isCa: boolean; pathLength: number | undefined } {
  const none = { isCa: false, pathLength: undefined };
  try {
    while (extensions !== undefined && !extensions.isAtEnd()) {
      const extension = extensions.inner(extensions.tag(tags.sequence));
      extensions.at = extension.end;
      if (oidText(extension.value(tags.oid)) !== basicConstraints) continue;
      if (extension.next === tags.boolean) extension.boolean();
      const value = extension.inner(extension.tag(tags.octetString));
      const constraints = value.inner(value.tag(tags.sequence));
      const isCa = constraints.next === tags.boolean && !constraints.isAtEnd() && constraints.boolean();
      return { isCa, pathLength: constraints.isAtEnd() ? undefined : constraints.int() };
    }
  } catch {
    return none;
  }
  return none;
}

/** Whether the key of `issuer` made the signature, and the names agree. */
export function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  if (certificate.issuer !== issuer.subject) return false;
  const key = publicKey(issuer);
  try {
    return key !== undefined && certificate.verify(key);
  } catch {
    return false;
  }
}

function readDate(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new RangeError(`no date: ${text}`);
  return date;
}

/** Undefined for a key of a kind that node:crypto does not know. */
function publicKey(certificate: X509Certificate) {
  try {
    return certificate.publicKey;
  } catch {
    return undefined;
  }
}

/** The common name or, without one, the organization or the first attribute there is. */
function shortName(distinguishedName: string): string {
  const attributes = distinguishedName.split('\n');
  const value = (type: string) =>
    attributes.findLast(attribute => attribute.startsWith(`${type}=`))?.slice(type.length + 1);
  const name = value('CN') ?? value('O') ?? attributes[0] ?? '';
  // It comes from somebody else and is shown on one line.
  return (
    name
      .replace(/\p{C}+/gu, ' ')
      .trim()
      .slice(0, 100) || '?'
  );
}
