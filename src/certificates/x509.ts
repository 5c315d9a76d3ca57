// Loading this module takes 120 ms: programs import what needs it on first use.
// reflect-metadata has to come first: the container that @peculiar/x509 is built on needs it.
import 'reflect-metadata';
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  webcrypto,
} from 'node:crypto';
import { AsnIA5StringConverter } from '@peculiar/asn1-schema';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
} from '@peculiar/x509';
import { newCaName } from './caName';
import type { CertificateFacts, Identity } from './identity';
import type { Role } from './layouts';
import { alternativeNames, type CertificateRequest, dayInMs, type Hash, hashes, isShort } from './request';
import { type Keys, makeRsaKeys, makeRsaKeysInThread } from './rsaKeys';
import { signCertificate } from './signCertificate';

/** Certificates begin a day before they are made: clocks of devices and time zones differ. */
const backdatedDays = 1;

const webCryptoHash = { sha1: 'SHA-1', sha256: 'SHA-256' } as const satisfies Record<Hash, string>;

/** Makes keys of the size asked for, in the pool of threads that all of a process share. */
export function makeKeys({ bits }: CertificateRequest): Promise<Keys> {
  return makeRsaKeys(bits);
}

/** The same, in this very thread. */
export function makeKeysInThread({ bits }: CertificateRequest): Keys {
  return makeRsaKeysInThread(bits);
}

/** Makes a self-signed CA with keys from {@link makeKeys}. */
export function makeCa(request: CertificateRequest, keys: Keys): Identity {
  const name = bytesOf(caSubject(request, newCaName()));
  const certificate = signCertificate(
    {
      serial: serialNumber(),
      issuer: name,
      subject: name,
      ...validity(request.days),
      publicKey: spki(keys),
      extensions: [...caExtensions, keyIdentifier(keys)].map(bytesOf),
    },
    keys.privateKey,
    request.hash,
  );
  return { certificate, key: pkcs8(keys) };
}

/** How a certificate differs from what a request alone gives. */
export interface Variation {
  /** Hexadecimal. */
  serial?: string;
  notBefore?: Date;
  /** May lie behind the end of the CA. */
  notAfter?: Date;
  /** It signs certificates itself: an intermediate CA. */
  signsOthers?: boolean;
  /** Characters of a comment that makes it larger. */
  comment?: number;
}

/**
 * Makes the certificate of a device, signed by `ca`, with keys from {@link makeKeys}. It serves both ways: the device
 * shows the same record file when it accepts connections and, with two-way authentication, when it opens them.
 */
export function makeCertificate(
  request: CertificateRequest,
  keys: Keys,
  ca: Identity,
  variation: Variation = {},
): Identity {
  const { signsOthers = false, comment = 0, serial = serialNumber(), ...period } = variation;
  const signer = signerOf(ca);
  const certificate = signCertificate(
    {
      serial,
      issuer: signer.name,
      subject: bytesOf(signsOthers ? caSubject(request, 'ESP8266 intermediate CA') : subject(request)),
      ...validity(request.days, signer.certificate.notAfter),
      ...period,
      publicKey: spki(keys),
      extensions: [
        ...(signsOthers ? caExtensions : extensionsOfDevice(request)),
        keyIdentifier(keys),
        ...signer.keyIdentifier,
        ...(comment > 0 ? [commentOf(comment)] : []),
      ].map(bytesOf),
    },
    signer.key,
    request.hash,
  );
  return { certificate, key: pkcs8(keys) };
}

/** Returns a request (PKCS#10, DER) to another's CA for the certificate that {@link makeCertificate} would make. */
export async function certificationRequest(request: CertificateRequest, keys: Keys): Promise<Uint8Array> {
  const algorithm = signature(request.hash);
  const made = await Pkcs10CertificateRequestGenerator.create(
    {
      name: subject(request),
      keys: {
        privateKey: await imported(pkcs8(keys), request.hash),
        publicKey: await webcrypto.subtle.importKey('spki', spki(keys), algorithm, true, ['verify']),
      },
      signingAlgorithm: algorithm,
      extensions: extensionsOfDevice(request),
    },
    webcrypto,
  );
  return new Uint8Array(made.rawData);
}

/** Reads a certificate with an RSA key from DER. Throws what the parser throws if it is none. */
export function readCertificate(der: Uint8Array): CertificateFacts {
  const certificate = new X509Certificate(der);
  const { subjectName, notBefore, notAfter } = certificate;
  const signed: { hash?: { name: string } } = certificate.signatureAlgorithm;
  const usages = certificate.getExtension(KeyUsagesExtension)?.usages ?? KeyUsageFlags.keyCertSign;
  return {
    organization: subjectName.getField('O').join(' '),
    commonName: subjectName.getField('CN').join(' '),
    names:
      certificate.getExtension(SubjectAlternativeNameExtension)?.names.items.map(item => item.value) ?? [],
    bits: createPublicKey(certificate.publicKey.toString('pem')).asymmetricKeyDetails?.modulusLength ?? 0,
    hash: hashes.find(hash => webCryptoHash[hash] === signed.hash?.name),
    notBefore,
    notAfter,
    mayBeCa:
      (certificate.getExtension(BasicConstraintsExtension)?.ca ?? true) &&
      (usages & KeyUsageFlags.keyCertSign) !== 0,
  };
}

const usageIn: Record<Role, ExtendedKeyUsage> = {
  server: ExtendedKeyUsage.serverAuth,
  client: ExtendedKeyUsage.clientAuth,
};
/** `anyExtendedKeyUsage` of RFC 5280, 4.2.1.12. */
const anyUsage = '2.5.29.37.0';

/** Whether a certificate (DER) may be used in this role: one without extended key usages may be used in both. */
export function suits(der: Uint8Array, role: Role): boolean {
  const usages = new X509Certificate(der).getExtension(ExtendedKeyUsageExtension)?.usages;
  return usages === undefined || usages.includes(usageIn[role]) || usages.includes(anyUsage);
}

/** When a certificate made for `days` began, it ends here: never later than the CA that signed it. */
export function endOfValidity(notBefore: Date, days: number, endOfCa?: Date): Date {
  const end = notBefore.getTime() + (backdatedDays + days) * dayInMs;
  return new Date(Math.min(end, endOfCa?.getTime() ?? end));
}

function validity(days: number, endOfCa?: Date): { notBefore: Date; notAfter: Date } {
  // X.509 counts whole seconds.
  const seconds = Math.floor(Date.now() / 1000);
  const notBefore = new Date(seconds * 1000 - backdatedDays * dayInMs);
  return { notBefore, notAfter: endOfValidity(notBefore, days, endOfCa) };
}

function subject({ name, organization }: CertificateRequest): Name {
  return nameOf([['O', organization], ...(isShort(name) ? [['CN', name] as const] : [])]);
}

function caSubject({ organization }: CertificateRequest, name: string): Name {
  return nameOf([
    ['O', organization],
    ['CN', name],
  ]);
}

/** A name of these attributes, whose values are texts as they are: the library parses a plain string (#, quotes, backslashes). */
function nameOf(attributes: readonly (readonly ['O' | 'CN', string])[]): Name {
  return new Name(
    attributes.map(([type, value]) => ({
      [type]: [Name.isPrintableString(value) ? { printableString: value } : { utf8String: value }],
    })),
  );
}

const usagesOfDevice: readonly Extension[] = [
  new BasicConstraintsExtension(false, undefined, true),
  // RSA key exchange, the only one that every TLS library of the SDK has, enciphers with this key.
  new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
  new ExtendedKeyUsageExtension(Object.values(usageIn)),
];

const caExtensions: readonly Extension[] = [
  new BasicConstraintsExtension(true, undefined, true),
  new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
];

function extensionsOfDevice({ name }: CertificateRequest): Extension[] {
  const names = alternativeNames(name);
  return [...usagesOfDevice, ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : [])];
}

/** The first way of RFC 5280, 4.2.1.2: SHA-1 of the public key. */
function keyIdentifier({ publicKey }: Keys): Extension {
  const key = publicKey.export({ type: 'pkcs1', format: 'der' });
  return new SubjectKeyIdentifierExtension(createHash('sha1').update(key).digest('hex'));
}

/** Netscape's comment, which verifiers skip. */
function commentOf(length: number): Extension {
  const text = AsnIA5StringConverter.toASN('x'.repeat(length)).toBER();
  return new Extension('2.16.840.1.113730.1.13', false, text);
}

/** What of a CA is wanted for each certificate that it signs. */
class Signer {
  readonly certificate: X509Certificate;
  readonly name: Uint8Array;
  readonly keyIdentifier: readonly Extension[];
  readonly key: KeyObject;

  constructor(ca: Identity) {
    this.certificate = new X509Certificate(ca.certificate);
    this.name = bytesOf(this.certificate.subjectName);
    this.keyIdentifier = issuerKeyIdentifier(this.certificate);
    this.key = createPrivateKey({ key: Buffer.from(ca.key), format: 'der', type: 'pkcs8' });
  }
}

const signers = new WeakMap<Identity, Signer>();

function signerOf(ca: Identity): Signer {
  const signer = signers.get(ca) ?? new Signer(ca);
  signers.set(ca, signer);
  return signer;
}

function imported(pkcs8: Uint8Array, hash: Hash): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', pkcs8, signature(hash), false, ['sign']);
}

/** DER, made once: most extensions are in every certificate. */
function bytesOf(value: Name | Extension): Uint8Array {
  const known = encoded.get(value);
  if (known !== undefined) return known;
  const made = new Uint8Array(value instanceof Extension ? value.rawData : value.toArrayBuffer());
  encoded.set(value, made);
  return made;
}

const encoded = new WeakMap<Name | Extension, Uint8Array>();

function spki({ publicKey }: Keys): Uint8Array {
  return publicKey.export({ type: 'spki', format: 'der' });
}

function pkcs8({ privateKey }: Keys): Uint8Array {
  return privateKey.export({ type: 'pkcs8', format: 'der' });
}

function signature(hash: Hash) {
  return { name: 'RSASSA-PKCS1-v1_5', hash: webCryptoHash[hash] };
}

/** 16 random bytes, hexadecimal; the first is 0x40 to 0x7f, so that the number is positive and has no leading zero. */
export function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

/** As the CA's own certificate has it: verifiers compare the two. A CA of the SDK's script has none. */
function issuerKeyIdentifier(ca: X509Certificate): Extension[] {
  const own = ca.getExtension(SubjectKeyIdentifierExtension);
  return own ? [new AuthorityKeyIdentifierExtension(own.keyId)] : [];
}
