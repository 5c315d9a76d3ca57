import { X509Certificate } from 'node:crypto';

/** What clients and servers check in the certificate that the other side has sent. */
export interface PeerCertificate {
  /** The common name or else the whole subject, on one line. */
  subject: string;
  issuer: string;
  /** Its host names and addresses; the common name where it has no subject alternative names. */
  names: string[];
  /** Seconds since 1970. */
  notBefore: number;
  notAfter: number;
  /** Of an RSA key; 0 for others. */
  bits: number;
  /** With MD5 or SHA-1, which forgers can make collide. */
  isWeaklySigned: boolean;
}

/** Reads a certificate (DER) that went over the wire; undefined for bytes that are none. */
export function readPeerCertificate(der: Uint8Array): PeerCertificate | undefined {
  try {
    const x509 = new X509Certificate(der);
    const subject = shortName(x509.subject);
    const names = [...(x509.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,"]+)/g)].map(
      ([, name = '']) => name.trim(),
    );
    return {
      subject,
      issuer: shortName(x509.issuer),
      names: names.length > 0 ? names : [subject],
      notBefore: seconds(x509.validFrom),
      notAfter: seconds(x509.validTo),
      bits: rsaBits(x509),
      isWeaklySigned: weakSignatures.some(oid => x509.raw.includes(oid)),
    };
  } catch {
    return undefined;
  }
}

/** DER of the object identifiers: md5WithRSAEncryption, sha1WithRSAEncryption (RFC 8017), ecdsa-with-SHA1 (RFC 5758). */
const weakSignatures = ['06092a864886f70d010104', '06092a864886f70d010105', '06072a8648ce3d0401'].map(hex =>
  Buffer.from(hex, 'hex'),
);

function rsaBits(x509: X509Certificate): number {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = x509.publicKey;
    return asymmetricKeyType === 'rsa' ? (asymmetricKeyDetails?.modulusLength ?? 0) : 0;
  } catch {
    // A key of a kind that this computer does not know.
    return 0;
  }
}

function seconds(date: string): number {
  const time = Date.parse(date);
  if (Number.isNaN(time)) throw new RangeError(`no date: ${date}`);
  return time / 1000;
}

const longestName = 100;

function shortName(distinguishedName: string): string {
  const attributes = distinguishedName.split('\n');
  const commonName = attributes.findLast(attribute => attribute.startsWith('CN='))?.slice(3);
  // It comes from somebody else and is shown on one line.
  const name = (commonName ?? attributes.join(', ')).replace(/\p{C}+/gu, ' ').trim();
  return name.slice(0, longestName) || '?';
}
