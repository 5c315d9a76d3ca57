import { headerLength } from './der';
import type { ForeignContent } from './model';

/*
 * What other programs make of certificates and keys, known by how it begins. Nothing of it is taken apart here: certs import reads what
 * can be read.
 */

/** DER of object identifiers, with tag and length. */
const signedData = Buffer.from('06092a864886f70d010702', 'hex');
const data = Buffer.from('06092a864886f70d010701', 'hex');
/** EncryptedData of PKCS#7, and the bag of an encrypted key of PKCS#12 (RFC 7292, D). */
const encryptedParts = ['06092a864886f70d010706', '060b2a864886f70d010c0a0102'].map(hex =>
  Buffer.from(hex, 'hex'),
);
/** INTEGER 3, the version of PKCS#12. */
const version3 = Buffer.from('020103', 'hex');

/** Bytes ahead of the first parts: the longest headers of two sequences. */
const longestHeaders = 12;

/** The container that a SEQUENCE is, in DER or with the indefinite lengths of BER. */
export function containerIn(bytes: Uint8Array): ForeignContent | undefined {
  if (bytes[0] !== 0x30) return undefined;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const inner = headerLength(view);
  if (startsAt(view, inner, signedData)) return 'PKCS#7';
  if (!startsAt(view, inner, version3)) return undefined;
  const safe = view.subarray(inner + version3.length, inner + version3.length + longestHeaders + data.length);
  if (safe[0] !== 0x30 || !startsAt(safe, headerLength(safe), data)) return undefined;
  return encryptedParts.some(part => view.includes(part)) ? 'encrypted PKCS#12' : 'PKCS#12';
}

function startsAt(bytes: Buffer, at: number, wanted: Buffer): boolean {
  return bytes.subarray(at, at + wanted.length).equals(wanted);
}

/** Labels of PEM whose contents are none for the device. */
const labels: ReadonlyMap<string, ForeignContent> = new Map([
  ['PKCS7', 'PKCS#7'],
  ['PKCS #7 SIGNED DATA', 'PKCS#7'],
  ['CMS', 'PKCS#7'],
  ['X509 CRL', 'CRL'],
  ['CRL', 'CRL'],
  ['OPENSSH PRIVATE KEY', 'OpenSSH key'],
  ['DH PARAMETERS', 'parameters'],
  ['X9.42 DH PARAMETERS', 'parameters'],
  ['EC PARAMETERS', 'parameters'],
  ['DSA PARAMETERS', 'parameters'],
]);

/** What a PEM block is by its label, where that says it. */
export function foreignLabel(label: string): ForeignContent | undefined {
  return labels.get(label);
}

/** Files that start with bytes or words of their own. */
const beginnings: readonly (readonly [RegExp, ForeignContent])[] = [
  // JKS and JCEKS.
  [/^(\xfe\xed\xfe\xed|\xce\xce\xce\xce)\0\0\0/, 'Java key store'],
  [/^PuTTY-User-Key-File-\d/, 'PuTTY key'],
  [/^\s*(ssh-(rsa|dss|ed25519)|ecdsa-sha2-nistp\d+) AAAA/, 'OpenSSH public key'],
  [/^---- BEGIN SSH2 PUBLIC KEY ----/, 'OpenSSH public key'],
];

/** What another program's file is; undefined for others. */
export function foreignFile(bytes: Uint8Array): ForeignContent | undefined {
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  return beginnings.find(([pattern]) => pattern.test(start))?.[1];
}

/** Base64 of DER without the lines of PEM around it, as some programs send it. */
export function base64Der(bytes: Uint8Array): Uint8Array | undefined {
  // Cheap for what is none.
  if (!/^\s{0,16}MI[A-Za-z0-9+/]/.test(Buffer.from(bytes.subarray(0, 32)).toString('latin1')))
    return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return /^[A-Za-z0-9+/\s]{24,}=*\s*$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}
