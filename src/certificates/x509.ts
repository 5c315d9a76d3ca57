// Loading this module takes 120 ms: programs import what needs it on first use.
// reflect-metadata has to come first: the container that @peculiar/x509 is built on needs it.
import 'reflect-metadata';
import { createPublicKey, randomBytes, webcrypto } from 'node:crypto';
import net from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { CertificateFacts, Identity } from './identity';
import { attributeLimit, type CertificateRequest, dayInMs, type Hash, hashes } from './request';

/** Certificates begin a day before they are made: clocks of devices and time zones differ. */
const backdatedDays = 1;

const webCryptoHash = { sha1: 'SHA-1', sha256: 'SHA-256' } as const satisfies Record<Hash, string>;

/** An RSA key as WebCrypto makes it; WebCrypto wants the hash of later signatures with the key. */
export function makeKeys(request: CertificateRequest): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(
    { ...signature(request.hash), modulusLength: request.bits, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ['sign', 'verify'],
  );
}

/** Makes a self-signed CA with keys from {@link makeKeys}. */
export async function makeCa(request: CertificateRequest, keys: webcrypto.CryptoKeyPair): Promise<Identity> {
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      keys,
      serialNumber: serialNumber(),
      name: [{ O: [request.organization] }, { CN: ['ESP8266 CA'] }],
      ...validity(request.days),
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return identity(certificate, keys.privateKey);
}

/**
 * Makes the certificate of a device, signed by `ca`, with keys from {@link makeKeys}. It serves both ways: the device
 * shows the same record file when it accepts connections and, with two-way authentication, when it opens them.
 */
export async function makeCertificate(
  request: CertificateRequest,
  keys: webcrypto.CryptoKeyPair,
  ca: Identity,
): Promise<Identity> {
  const caCertificate = new X509Certificate(ca.certificate);
  const { name, organization } = request;
  const certificate = await X509CertificateGenerator.create(
    {
      publicKey: keys.publicKey,
      signingKey: await webcrypto.subtle.importKey('pkcs8', ca.key, signature(request.hash), false, ['sign']),
      serialNumber: serialNumber(),
      subject: subjectOf(name, organization),
      issuer: caCertificate.subjectName,
      ...validity(request.days, caCertificate.notAfter),
      extensions: [
        ...extensionsOf(name),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        ...issuerKeyIdentifier(caCertificate),
      ],
    },
    webcrypto,
  );
  return identity(certificate, keys.privateKey);
}

/**
 * Makes a request (PKCS#10, DER) with which somebody else's CA can sign, for the key of `keys`. It asks for the extensions that
 * {@link makeCertificate} gives.
 */
export async function makeSigningRequest(
  { name, organization, hash }: CertificateRequest,
  keys: webcrypto.CryptoKeyPair,
): Promise<Uint8Array> {
  const request = await Pkcs10CertificateRequestGenerator.create(
    {
      keys,
      name: subjectOf(name, organization),
      signingAlgorithm: signature(hash),
      extensions: extensionsOf(name),
    },
    webcrypto,
  );
  return new Uint8Array(request.rawData);
}

/** The pair for {@link makeSigningRequest} of a key that is there, PKCS#8 and SubjectPublicKeyInfo in DER. */
export async function importKeys(
  key: Uint8Array,
  publicKey: Uint8Array,
  hash: Hash,
): Promise<webcrypto.CryptoKeyPair> {
  return {
    privateKey: await webcrypto.subtle.importKey('pkcs8', key, signature(hash), true, ['sign']),
    publicKey: await webcrypto.subtle.importKey('spki', publicKey, signature(hash), true, ['verify']),
  };
}

/** The key of `keys`, PKCS#8 in DER. */
export async function exportKey(keys: webcrypto.CryptoKeyPair): Promise<Uint8Array> {
  return new Uint8Array(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
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

function subjectOf(name: string, organization: string) {
  return [{ O: [organization] }, ...(name.length <= attributeLimit ? [{ CN: [name] }] : [])];
}

function extensionsOf(name: string): Extension[] {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    // RSA key exchange, the only one that every TLS library of the SDK has, enciphers with this key.
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
    new SubjectAlternativeNameExtension([{ type: net.isIPv4(name) ? 'ip' : 'dns', value: name }]),
  ];
}

function signature(hash: Hash) {
  return { name: 'RSASSA-PKCS1-v1_5', hash: webCryptoHash[hash] };
}

/** 16 random bytes, hexadecimal; the first is 0x40 to 0x7f, so that the number is positive and has no leading zero. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

/** As the CA's own certificate has it: verifiers compare the two. A CA of the SDK's script has none. */
function issuerKeyIdentifier(ca: X509Certificate): Extension[] {
  const own = ca.getExtension(SubjectKeyIdentifierExtension);
  return own ? [new AuthorityKeyIdentifierExtension(own.keyId)] : [];
}

async function identity(certificate: X509Certificate, key: webcrypto.CryptoKey): Promise<Identity> {
  return {
    certificate: new Uint8Array(certificate.rawData),
    key: new Uint8Array(await webcrypto.subtle.exportKey('pkcs8', key)),
  };
}
