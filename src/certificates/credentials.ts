import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { type BaseBlock, Integer, OctetString, Sequence } from 'asn1js';
import { codeOf } from '../files/systemErrors';
import { limits } from '../files/limits';
import { readFile } from '../files/readFile';
import { ProblemError } from '../problems';
import { MalformedError, parseBer, rawBytes, sequence } from './ber';
import { pem } from './keys';
import { DecryptionError, Passphrase } from './passphraseEncryption';
import { certificatesOfPkcs7, contentsOfPkcs12, decryptedPkcs8, isPkcs7 } from './pkcs12';

/** Certificates and private keys, in the order in which a file has them. */
export interface Credentials {
  certificates: X509Certificate[];
  keys: KeyObject[];
  /** From a PKCS#12 file without MAC: nothing shows whether somebody has changed it. */
  unauthenticated?: boolean;
}

/**
 * Reads certificates and private keys from a file: PEM or DER, PKCS#7, PKCS#12, any of them together in PEM; keys in PKCS#1 or
 * PKCS#8, encrypted or not. Throws a Problem for a file that has none of it, that wants another passphrase, or that is encrypted in
 * a way which is not known.
 */
export async function readCredentials(file: string, passphrase?: string): Promise<Credentials> {
  return parseCredentials(await readFile(file, limits.certificates), file, passphrase);
}

/** The same for the contents of a file. */
export function parseCredentials(bytes: Uint8Array, file: string, passphrase?: string): Credentials {
  try {
    const found: Credentials = { certificates: [], keys: [] };
    const text = unescaped(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'));
    if (text.includes('-----BEGIN ')) readPem(text, passphrase, found);
    else readDer(isBase64(text) ? Buffer.from(text, 'base64') : bytes, passphrase, found);
    if (found.certificates.length + found.keys.length > 0) return found;
  } catch (error) {
    if (error instanceof DecryptionError) {
      throw new ProblemError({ kind: 'decryption-failed', file, fault: error.fault }, { cause: error });
    }
    // Whatever the parsers throw: the file is what is wrong.
    throw new ProblemError({ kind: 'no-credentials', file }, { cause: error });
  }
  throw new ProblemError({ kind: 'no-credentials', file });
}

/** PEM out of a string of JSON or C has its line ends as two characters. */
function unescaped(text: string): string {
  return /-----\\+[nr]/.test(text) ? text.replace(/\\+[nr]/g, '\n').replaceAll('\\/', '/') : text;
}

/** Some programs send base64 without the lines of PEM around it. */
function isBase64(text: string): boolean {
  return /^\s*MI[A-Za-z0-9+/]{20}[A-Za-z0-9+/\s]*=*\s*$/.test(text);
}

const pemBlock = /-----BEGIN ([A-Z0-9# ]+)-----([^-]*(?:-(?!----)[^-]*)*)-----END \1-----/g;

function readPem(text: string, passphrase: string | undefined, found: Credentials): void {
  for (const [block, label = '', body = ''] of text.matchAll(pemBlock)) {
    if (label.endsWith('CERTIFICATE')) {
      // OpenSSL wants PEM with line ends; trust settings lie behind the certificate.
      found.certificates.push(new X509Certificate(Buffer.from(body, 'base64')));
    } else if (label === 'PKCS7' || label === 'CMS') {
      addCertificates(certificatesOfPkcs7(parseBer(Buffer.from(body, 'base64'))), found);
    } else if (label === 'ENCRYPTED PRIVATE KEY') {
      readDer(Buffer.from(body, 'base64'), passphrase, found);
    } else if (label.endsWith('PRIVATE KEY')) {
      found.keys.push(
        body.includes('Proc-Type: 4,ENCRYPTED')
          ? traditionalKey(block, passphrase)
          : createPrivateKey(pem(label, Buffer.from(body, 'base64'))),
      );
    }
  }
}

/** A key as OpenSSL encrypted it before PKCS#8: one round of MD5 makes the key of the cipher. */
function traditionalKey(block: string, passphrase: string | undefined): KeyObject {
  if (passphrase === undefined) throw new DecryptionError({ kind: 'passphrase-missing' });
  try {
    return createPrivateKey({ key: block, passphrase });
  } catch (error) {
    const cipher = /DEK-Info: ([\w-]+)/.exec(block)?.[1] ?? '';
    const code = codeOf(error) ?? '';
    throw new DecryptionError(
      code.includes('UNSUPPORTED') || !/^(AES|DES-EDE3)/.test(cipher)
        ? { kind: 'algorithm-unknown', algorithm: cipher }
        : { kind: 'passphrase-wrong' },
    );
  }
}

/** What a DER value is shows in its first parts: no two of these kinds begin alike. */
function readDer(bytes: Uint8Array, passphrase: string | undefined, found: Credentials): void {
  const block = parseBer(bytes);
  const parts = sequence(block);
  const [first, second, third] = parts;
  if (isPkcs7(block)) addCertificates(certificatesOfPkcs7(block), found);
  else if (first instanceof Integer && second instanceof Sequence && third instanceof OctetString)
    found.keys.push(pkcs8Key(bytes));
  else if (first instanceof Integer && second instanceof Integer)
    found.keys.push(createPrivateKey({ key: Buffer.from(bytes), format: 'der', type: 'pkcs1' }));
  else if (first instanceof Integer && second instanceof Sequence) {
    const { certificates, keys, unauthenticated } = contentsOfPkcs12(block, passphrase);
    if (unauthenticated) found.unauthenticated = true;
    addCertificates(certificates, found);
    found.keys.push(...keys.map(pkcs8Key));
  } else if (first instanceof Sequence && second instanceof OctetString)
    addEncryptedKey(block, passphrase, found);
  else if (parts.length === 3) addCertificates([rawBytes(block)], found);
  else throw new MalformedError('nothing that is known');
}

function addEncryptedKey(block: BaseBlock, passphrase: string | undefined, found: Credentials): void {
  if (passphrase === undefined) throw new DecryptionError({ kind: 'passphrase-missing' });
  found.keys.push(pkcs8Key(decryptedPkcs8(block, new Passphrase(passphrase))));
}

function addCertificates(ders: readonly Uint8Array[], found: Credentials): void {
  found.certificates.push(...ders.map(der => new X509Certificate(der)));
}

function pkcs8Key(der: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
}
