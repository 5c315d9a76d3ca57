import { createHash } from 'node:crypto';
import { CertificationRequest } from '@peculiar/asn1-csr';
import { ECParameters, ECPrivateKey } from '@peculiar/asn1-ecc';
import { EncryptedPrivateKeyInfo, PrivateKeyInfo } from '@peculiar/asn1-pkcs8';
import { RSAPrivateKey, RSAPublicKey } from '@peculiar/asn1-rsa';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  BasicConstraints,
  Certificate as X509,
  CertificateList,
  id_ce_basicConstraints,
  id_ce_subjectAltName,
  type GeneralName,
  type Name,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  type TBSCertificate,
  type Time,
} from '@peculiar/asn1-x509';
import { signatureAlgorithms } from '../signatureAlgorithms';
import { derLength, headerLength } from './der';
import { containerIn, foreignLabel } from './foreign';
import type { Certificate, Content, Key, OtherContent, PublicKey, Request } from './model';
import { type PemBlock, pemBlocks } from './pemBlocks';

const rsaEncryption = '1.2.840.113549.1.1.1';
const ecPublicKey = '1.2.840.10045.2.1';
/** NULL, the parameters of rsaEncryption. */
const nullParameters = Uint8Array.of(5, 0).buffer;

/** Bits of the named curves (RFC 5480, 2.1.1.1) that one meets. */
const curveBits: ReadonlyMap<string, number> = new Map([
  ['1.2.840.10045.3.1.7', 256],
  ['1.3.132.0.34', 384],
  ['1.3.132.0.35', 521],
  ['1.3.132.0.10', 256],
]);

/** Attribute types as OpenSSL abbreviates them (RFC 4519). */
const attributeNames: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'street'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'title'],
  ['2.5.4.42', 'GN'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
]);

/** What is in bytes that are DER or PEM text; `trailing` counts the bytes behind the DER. */
interface Contents {
  encoding: 'der' | 'pem';
  contents: Content[];
  trailing?: number;
}

/** Returns what is in bytes that are DER or PEM text. */
export function readContents(bytes: Uint8Array): Contents {
  if (bytes[0] !== 0x30) {
    const blocks = pemBlocks(Buffer.from(bytes).toString('latin1'));
    if (blocks.length > 0) return { encoding: 'pem', contents: blocks.map(readBlock) };
  }
  const length = derLength(bytes);
  if (length === undefined || length >= bytes.length) return { encoding: 'der', contents: [readDer(bytes)] };
  // Both libraries read what the first length says, and nothing behind it.
  const content = readDer(bytes.subarray(0, length));
  return content.kind === 'other'
    ? { encoding: 'der', contents: [readDer(bytes)] }
    : { encoding: 'der', contents: [content], trailing: bytes.length - length };
}

/** Returns what is in a PEM block. */
export function readBlock({ label, der, sound, encrypted, escaped, range }: PemBlock): Content {
  const foreign = escaped ? 'escaped PEM' : foreignLabel(label);
  if (foreign !== undefined) return { kind: 'other', what: foreign, size: range.length };
  if (encrypted) return { kind: 'other', what: 'encrypted key', size: der.length };
  const content = sound ? readDer(der) : undefined;
  if (content !== undefined && (content.kind !== 'other' || !isUnclear.has(content.what))) return content;
  const what = label.endsWith('CERTIFICATE')
    ? 'damaged certificate'
    : label.endsWith('PRIVATE KEY')
      ? 'damaged key'
      : label.endsWith('PUBLIC KEY')
        ? 'public key'
        : 'unknown';
  return { kind: 'other', what, size: der.length };
}

/** Where the label of a PEM block says more. */
const isUnclear: ReadonlySet<OtherContent> = new Set(['damaged', 'unknown', 'other DER', 'public key']);

/** Returns what is in DER; trailing bytes make it damaged. Never throws. */
export function readDer(der: Uint8Array): Content {
  const other = (what: OtherContent): Content => ({ kind: 'other', what, size: der.length });
  if (der[0] !== 0x30) return other('unknown');
  const container = containerIn(der);
  if (container !== undefined) return other(container);
  if (derLength(der) !== der.length) return other('damaged');
  // A certificate and a request start with a SEQUENCE, a key with its version.
  const inner = der[headerLength(der)];
  if (inner === 0x02) {
    const key = attempt(() => readKey(der));
    if (key) return { kind: 'key', ...key };
    return other(attempt(() => AsnConvert.parse(der, RSAPublicKey)) === undefined ? 'damaged' : 'public key');
  }
  const certificate = attempt(() => readCertificateDer(der));
  if (certificate) return { kind: 'certificate', ...certificate };
  const request = attempt(() => readRequest(der));
  if (request) return { kind: 'request', ...request };
  const kind = others.find(([, type]) => attempt(() => AsnConvert.parse(der, type)) !== undefined)?.[0];
  return other(kind ?? (inner === 0x30 ? 'damaged' : 'other DER'));
}

/** What begins like a certificate, by its type. */
const others: readonly (readonly [OtherContent, new () => object])[] = [
  ['public key', SubjectPublicKeyInfo],
  ['encrypted key', EncryptedPrivateKeyInfo],
  ['CRL', CertificateList],
];

/** Returns what a private key may be known by. Throws what the parser throws if it is none. */
function readKey(der: Uint8Array): Key {
  const versioned = attempt(() => AsnConvert.parse(der, PrivateKeyInfo));
  if (versioned) {
    const { algorithm } = versioned.privateKeyAlgorithm;
    const inner = new Uint8Array(versioned.privateKey.buffer);
    const key =
      algorithm === rsaEncryption ? rsaPublic(inner) : ecPublic(inner, versioned.privateKeyAlgorithm);
    return { format: 'PKCS#8', size: der.length, public: key };
  }
  const rsa = attempt(() => rsaPublic(der));
  if (rsa) return { format: 'PKCS#1', size: der.length, public: rsa };
  return { format: 'SEC1', size: der.length, public: ecPublic(der) };
}

function rsaPublic(pkcs1: Uint8Array): PublicKey {
  const { modulus, publicExponent } = AsnConvert.parse(pkcs1, RSAPrivateKey);
  const subjectPublicKey = AsnConvert.serialize(new RSAPublicKey({ modulus, publicExponent }));
  const algorithm = new AlgorithmIdentifier({ algorithm: rsaEncryption, parameters: nullParameters });
  return publicKey(new SubjectPublicKeyInfo({ algorithm, subjectPublicKey }));
}

function ecPublic(sec1: Uint8Array, algorithm?: AlgorithmIdentifier): PublicKey {
  const key = attempt(() => AsnConvert.parse(sec1, ECPrivateKey));
  if (!key) {
    if (!algorithm) throw new TypeError('no private key');
    return { type: 'other', bits: 0, fingerprint: '' };
  }
  const curve = key.parameters?.namedCurve;
  if (!key.publicKey) return { type: 'EC', bits: curveBits.get(curve ?? '') ?? 0, fingerprint: '' };
  const parameters = key.parameters ? AsnConvert.serialize(key.parameters) : algorithm?.parameters;
  return publicKey(
    new SubjectPublicKeyInfo({
      algorithm: new AlgorithmIdentifier({ algorithm: ecPublicKey, ...(parameters && { parameters }) }),
      subjectPublicKey: key.publicKey,
    }),
  );
}

function publicKey(info: SubjectPublicKeyInfo): PublicKey {
  const fingerprint = sha256(AsnConvert.serialize(info));
  const { algorithm, parameters } = info.algorithm;
  if (algorithm === rsaEncryption) {
    const { modulus } = AsnConvert.parse(info.subjectPublicKey, RSAPublicKey);
    return { type: 'RSA', bits: bitLength(new Uint8Array(modulus)), fingerprint };
  }
  if (algorithm === ecPublicKey) {
    const curve = parameters && attempt(() => AsnConvert.parse(parameters, ECParameters));
    return { type: 'EC', bits: curveBits.get(curve?.namedCurve ?? '') ?? 0, fingerprint };
  }
  return { type: 'other', bits: 0, fingerprint };
}

function readCertificateDer(der: Uint8Array): Certificate {
  const certificate = AsnConvert.parse(der, X509);
  const { tbsCertificate: tbs } = certificate;
  const { algorithm } = certificate.signatureAlgorithm;
  const signature = signatureAlgorithms.get(algorithm);
  const subject = nameText(tbs.subject);
  const issuer = nameText(tbs.issuer);
  return {
    subject,
    issuer,
    organization: field(tbs.subject, 'O'),
    commonName: field(tbs.subject, 'CN'),
    names: alternativeNames(tbs),
    serial: Buffer.from(tbs.serialNumber)
      .toString('hex')
      .toUpperCase()
      .replace(/^00(?=.)/, ''),
    version: tbs.version + 1,
    size: der.length,
    key: publicKey(tbs.subjectPublicKeyInfo),
    hash: signature?.hash,
    signature: signature?.name ?? algorithm,
    notBefore: isoDate(tbs.validity.notBefore),
    notAfter: isoDate(tbs.validity.notAfter),
    isCa: extension(tbs, id_ce_basicConstraints, BasicConstraints)?.cA,
    selfIssued: subject === issuer,
    fingerprint: sha256(der),
  };
}

function readRequest(der: Uint8Array): Request {
  const { certificationRequestInfo: info } = AsnConvert.parse(der, CertificationRequest);
  return { subject: nameText(info.subject), size: der.length, key: publicKey(info.subjectPKInfo) };
}

/** Reads an extension; undefined if the certificate has none or a damaged one. */
function extension<T>(tbs: TBSCertificate, id: string, type: new () => T): T | undefined {
  const found = tbs.extensions?.find(({ extnID }) => extnID === id);
  return found && attempt(() => AsnConvert.parse(found.extnValue.buffer, type));
}

function alternativeNames(tbs: TBSCertificate): string[] {
  const names: Iterable<GeneralName> = extension(tbs, id_ce_subjectAltName, SubjectAlternativeName) ?? [];
  return [...names].map(generalName).filter(name => name !== '');
}

function generalName(name: GeneralName): string {
  const other = name.directoryName && nameText(name.directoryName);
  return name.dNSName ?? name.iPAddress ?? name.uniformResourceIdentifier ?? name.rfc822Name ?? other ?? '';
}

/** As `openssl x509 -subject` has written it since 1.1: O = TLS Project, CN = 127.0.0.1. */
function nameText(name: Name): string {
  return [...name]
    .map(parts =>
      [...parts]
        .map(({ type, value }) => `${attributeNames.get(type) ?? type} = ${valueText(value)}`)
        .join(' + '),
    )
    .join(', ');
}

function field(name: Name, wanted: string): string {
  return [...name]
    .flatMap(parts => [...parts].filter(({ type }) => attributeNames.get(type) === wanted))
    .map(({ value }) => valueText(value))
    .join(' ');
}

/** Control characters would reach a terminal. */
function valueText(value: { toString(): string }): string {
  return value.toString().replace(/\p{C}/gu, '�');
}

function isoDate(time: Time): string {
  return time.getTime().toISOString();
}

function bitLength(bytes: Uint8Array): number {
  const first = bytes.findIndex(byte => byte !== 0);
  return first === -1 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes[first] ?? 0) + 24;
}

function sha256(bytes: Uint8Array | ArrayBuffer): string {
  return createHash('sha256').update(new Uint8Array(bytes)).digest('hex');
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
