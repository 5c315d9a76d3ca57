import { type KeyObject, sign } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { BitString, Constructed, GeneralizedTime, Integer, Sequence, UTCTime } from 'asn1js';
import { parseBer } from './ber';
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

/**
 * Returns a certificate (DER), signed with an RSA key. The generator of @peculiar/x509 makes the same in 3 ms, which is half of what a
 * key of 1024 bits takes: too much for thousands of devices.
 */
export function signCertificate(contents: CertificateContents, key: KeyObject, hash: Hash): Uint8Array {
  const algorithm = algorithmOf(hash);
  const body = new Sequence({
    value: [
      // 2 means version 3.
      tagged(0, new Integer({ value: 2 })),
      Integer.fromBigInt(BigInt(`0x${contents.serial}`)),
      parseBer(algorithm),
      parseBer(contents.issuer),
      new Sequence({ value: [time(contents.notBefore), time(contents.notAfter)] }),
      parseBer(contents.subject),
      parseBer(contents.publicKey),
      tagged(3, new Sequence({ value: contents.extensions.map(parseBer) })),
    ],
  });
  const valueHex = sign(hash, new Uint8Array(body.toBER()), key);
  const certificate = new Sequence({ value: [body, parseBer(algorithm), new BitString({ valueHex })] });
  return new Uint8Array(certificate.toBER());
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

function tagged(tagNumber: number, value: Integer | Sequence): Constructed {
  return new Constructed({ idBlock: { tagClass: 3, tagNumber }, value: [value] });
}

/** UTCTime until 2049, GeneralizedTime later (RFC 5280, 4.1.2.5). */
function time(date: Date): UTCTime | GeneralizedTime {
  return date.getUTCFullYear() < 2050
    ? new UTCTime({ valueDate: date })
    : new GeneralizedTime({ valueDate: date });
}
