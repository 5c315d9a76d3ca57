import { type KeyObject, sign } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import type { Hash } from './request';
import { signatureAlgorithms } from './signatureAlgorithms';

/** What a certificate of version 3 says; names, key and extensions in DER. */
export interface CertificateContents {
  /** Hexadecimal. */
  serial: string;
  issuer: Uint8Array;
  subject: Uint8Array;
  notBefore: Date;
  notAfter: Date;
  /** SubjectPublicKeyInfo. */
  publicKey: Uint8Array;
  extensions: readonly Uint8Array[];
}

const tags = {
  integer: 0x02,
  bitString: 0x03,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  version: 0xa0,
  extensions: 0xa3,
} as const;

/** 2, which means version 3. */
const version3 = value(tags.version, value(tags.integer, Uint8Array.of(2)));

/**
 * Returns a certificate (DER), signed with an RSA key. The generator of @peculiar/x509 makes the same in 3 ms, which is half of what a
 * key of 1024 bits takes: too much for thousands of devices.
 */
export function signCertificate(contents: CertificateContents, key: KeyObject, hash: Hash): Uint8Array {
  const algorithm = algorithmOf(hash);
  const body = value(
    tags.sequence,
    version3,
    integer(contents.serial),
    algorithm,
    contents.issuer,
    value(tags.sequence, time(contents.notBefore), time(contents.notAfter)),
    contents.subject,
    contents.publicKey,
    value(tags.extensions, value(tags.sequence, ...contents.extensions)),
  );
  const signature = sign(hash, body, key);
  return value(tags.sequence, body, algorithm, value(tags.bitString, Uint8Array.of(0), signature));
}

const algorithms = new Map<Hash, Uint8Array>();

/** AlgorithmIdentifier of RSA, PKCS#1 v1.5, with NULL as its parameters (RFC 3279, 2.2.1). */
function algorithmOf(hash: Hash): Uint8Array {
  const known = algorithms.get(hash);
  if (known !== undefined) return known;
  const oid = [...signatureAlgorithms].find(
    ([, { scheme, hash: of }]) => scheme === 'PKCS#1 v1.5' && of === hash,
  )?.[0];
  if (oid === undefined) throw new RangeError(hash);
  const made = new Uint8Array(
    AsnConvert.serialize(new AlgorithmIdentifier({ algorithm: oid, parameters: Uint8Array.of(5, 0).buffer })),
  );
  algorithms.set(hash, made);
  return made;
}

/** A value of DER, whose contents are these parts. */
function value(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  const header = length < 0x80 ? [tag, length] : [tag, 0x80 | bytes.length, ...bytes];
  return Buffer.concat([Uint8Array.from(header), ...parts]);
}

/** A number that is not negative, without leading zeros but for the sign. */
function integer(hexadecimal: string): Uint8Array {
  const digits = BigInt(`0x${hexadecimal}`).toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return value(tags.integer, ...((bytes[0] ?? 0) < 0x80 ? [] : [Uint8Array.of(0)]), bytes);
}

/** UTCTime until 2049, GeneralizedTime later (RFC 5280, 4.1.2.5). */
function time(date: Date): Uint8Array {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return date.getUTCFullYear() < 2050
    ? value(tags.utcTime, Buffer.from(digits.slice(2)))
    : value(tags.generalizedTime, Buffer.from(digits));
}
