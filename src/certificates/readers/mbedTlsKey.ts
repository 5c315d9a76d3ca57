import { Asn1, asn1, oidText, tags, within } from './asn1';
import { pemCodes, readPem } from './mbedTlsPem';
import { asn1Codes, Refusal } from './refusal';

/** Codes of pk.h, rsa.h and bignum.h of mbed TLS 2.2.1. */
const codes = {
  invalidAlgorithm: -0x3a80,
  invalidPublicKey: -0x3b00,
  passwordRequired: -0x3c00,
  unknownAlgorithm: -0x3c80,
  invalidFormat: -0x3d00,
  invalidVersion: -0x3d80,
  keyCheckFailed: -0x4200,
  badInput: -0x04,
  negativeValue: -0x0a,
  divisionByZero: -0x0c,
  notAcceptable: -0x0e,
} as const;

const rsaEncryption = '1.2.840.113549.1.1.1';
/** Key types in the SDK's oid.c. Those of elliptic curves have no implementation there: MBEDTLS_ECP_C is off. */
const knownAlgorithms: readonly string[] = [rsaEncryption, '1.2.840.10045.2.1', '1.3.132.1.12'];

/** RSA keys that rsa.c accepts, in bits: MBEDTLS_MPI_MAX_BITS at most. */
const keyBits = { min: 128, max: 8192 };

/** The labels of PEM keys, in the order in which `mbedtls_pk_parse_key` looks for them. */
const rsaLabel = 'RSA PRIVATE KEY';
const pkcs8Label = 'PRIVATE KEY';

/** Reads SubjectPublicKeyInfo as `mbedtls_pk_parse_subpubkey` of the SDK does, and moves behind it. Throws a {@link Refusal}. */
export function readPublicKey(body: Asn1): void {
  const info = body.inner(within(codes.invalidFormat, () => body.tag(tags.sequence)));
  const algorithm = readAlgorithm(info);
  const length = within(codes.invalidPublicKey, () => info.wholeBitString());
  if (info.at + length !== info.end) throw damaged(codes.invalidPublicKey + asn1Codes.lengthMismatch);
  if (algorithm !== rsaEncryption) throw unknownAlgorithm(algorithm);
  within(codes.invalidPublicKey, () => {
    const numbers = info.tag(tags.sequence);
    if (info.at + numbers !== info.end) throw asn1('lengthMismatch');
    const modulus = info.mpi();
    const exponent = info.mpi();
    if (!info.isAtEnd()) throw asn1('lengthMismatch');
    if (!isPublicKey(modulus, exponent)) throw new Refusal(codes.invalidPublicKey, { kind: 'key numbers' });
  });
  body.at = info.at;
}

/**
 * Reads a private key as `mbedtls_pk_parse_key` of the SDK does without a passphrase: PEM where the bytes end with a NUL, else DER in
 * PKCS#8 or PKCS#1. Throws a {@link Refusal}.
 */
export function readPrivateKey(bytes: Uint8Array): void {
  if (bytes.at(-1) === 0) {
    const text = Buffer.from(bytes.subarray(0, bytes.indexOf(0))).toString('latin1');
    const rsa = readPem(text, rsaLabel);
    if ('der' in rsa) {
      readPkcs1Under(rsaLabel, rsa.der);
      return;
    }
    if (rsa.refusal.code === pemCodes.passwordRequired)
      throw new Refusal(codes.passwordRequired, rsa.refusal.reason);
    if (rsa.refusal.code !== pemCodes.noHeaderFooter) throw rsa.refusal;
    const pkcs8 = readPem(text, pkcs8Label);
    if ('der' in pkcs8) {
      readPkcs8(pkcs8.der);
      return;
    }
    if (pkcs8.refusal.code !== pemCodes.noHeaderFooter) throw pkcs8.refusal;
    const line = [rsa, pkcs8].find(({ refusal: { reason } }) => reason.kind.startsWith('pem'));
    if (!isDerKey(bytes))
      throw new Refusal(codes.invalidFormat, line?.refusal.reason ?? { kind: 'unknown format' });
    return;
  }
  if (!isDerKey(bytes)) throw derRefusal(bytes);
}

/** A key under a label that says PKCS#1; its contents may be PKCS#8. */
function readPkcs1Under(label: string, der: Uint8Array): void {
  try {
    readPkcs1(der);
  } catch (error) {
    if (!(error instanceof Refusal) || !isReadable(readPkcs8, der)) throw error;
    throw new Refusal(error.code, { kind: 'other contents', label });
  }
}

function isDerKey(bytes: Uint8Array): boolean {
  return isReadable(readPkcs8, bytes) || isReadable(readPkcs1, bytes);
}

/** The library tries every form and returns one code for all; the reason comes from the form that the bytes have. */
function derRefusal(bytes: Uint8Array): Refusal {
  for (const read of [readPkcs8, readPkcs1])
    try {
      read(bytes);
    } catch (error) {
      if (error instanceof Refusal && error.reason.kind !== 'damaged')
        return new Refusal(codes.invalidFormat, error.reason);
    }
  return new Refusal(codes.invalidFormat, { kind: bytes[0] === 0x30 ? 'damaged' : 'unknown format' });
}

function isReadable(read: (bytes: Uint8Array) => void, bytes: Uint8Array): boolean {
  try {
    read(bytes);
    return true;
  } catch {
    return false;
  }
}

function readPkcs8(bytes: Uint8Array): void {
  const all = new Asn1(bytes);
  const info = all.inner(within(codes.invalidFormat, () => all.tag(tags.sequence)));
  if (within(codes.invalidFormat, () => info.int()) !== 0) throw damaged(codes.invalidVersion);
  let algorithm: string;
  try {
    algorithm = readAlgorithm(info);
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(codes.invalidFormat + error.code, error.reason);
    throw error;
  }
  const key = within(codes.invalidFormat, () => info.value(tags.octetString));
  if (key.length < 1) throw damaged(codes.invalidFormat + asn1Codes.outOfData);
  if (algorithm !== rsaEncryption) throw unknownAlgorithm(algorithm);
  readPkcs1(key);
}

function readPkcs1(bytes: Uint8Array): void {
  const all = new Asn1(bytes);
  const key = all.inner(within(codes.invalidFormat, () => all.tag(tags.sequence)));
  if (within(codes.invalidFormat, () => key.int()) !== 0) throw damaged(codes.invalidVersion);
  const numbers = within(codes.invalidFormat, () => Array.from({ length: 8 }, () => key.mpi()));
  if (!key.isAtEnd()) throw damaged(codes.invalidFormat + asn1Codes.lengthMismatch);
  const [n = 0n, e = 0n, d = 0n, p = 0n, q = 0n, dp = 0n, dq = 0n, qp = 0n] = numbers;
  const fault = privateKeyFault({ n, e, d, p, q, dp, dq, qp });
  if (fault !== undefined) throw new Refusal(fault, { kind: 'key numbers' });
}

/** Returns the algorithm's OID. Throws if the library does not know it, or if an RSA key has parameters. */
function readAlgorithm(info: Asn1): string {
  const { oid, parameters } = within(codes.invalidAlgorithm, () => info.algorithm());
  const text = oidText(oid);
  if (!knownAlgorithms.includes(text)) throw unknownAlgorithm(text);
  if (
    text === rsaEncryption &&
    ((parameters.tag !== tags.null && parameters.tag !== 0) || parameters.bytes.length > 0)
  )
    throw damaged(codes.invalidAlgorithm);
  return text;
}

function unknownAlgorithm(oid: string): Refusal {
  return new Refusal(codes.unknownAlgorithm, { kind: 'key algorithm', oid });
}

function damaged(code: number): Refusal {
  return new Refusal(code, { kind: 'damaged' });
}

function isPublicKey(n: bigint, e: bigint): boolean {
  const bits = bitLength(n);
  return (
    (n & 1n) === 1n &&
    (e & 1n) === 1n &&
    bits >= keyBits.min &&
    bits <= keyBits.max &&
    bitLength(e) >= 2 &&
    e < n
  );
}

interface PrivateKey {
  n: bigint;
  e: bigint;
  d: bigint;
  p: bigint;
  q: bigint;
  dp: bigint;
  dq: bigint;
  qp: bigint;
}

/** What `mbedtls_rsa_check_privkey` returns; undefined for a key whose numbers belong together. */
function privateKeyFault({ n, e, d, p, q, dp, dq, qp }: PrivateKey): number | undefined {
  if (!isPublicKey(n, e)) return codes.keyCheckFailed;
  const p1 = p - 1n;
  const q1 = q - 1n;
  const phi = p1 * q1;
  const common = gcd(p1, q1);
  if (common === 0n) return codes.keyCheckFailed + codes.divisionByZero;
  const order = phi / common;
  for (const modulus of [order, p1, q1]) {
    if (modulus === 0n) return codes.keyCheckFailed + codes.divisionByZero;
    if (modulus < 0n) return codes.keyCheckFailed + codes.negativeValue;
  }
  if (p <= 0n) return codes.keyCheckFailed + codes.badInput;
  const inverse = inverseOf(q, p);
  if (inverse === undefined) return codes.keyCheckFailed + codes.notAcceptable;
  const isSound =
    p * q === n &&
    d % p1 === dp &&
    d % q1 === dq &&
    inverse === qp &&
    phi % common === 0n &&
    (d * e) % order === 1n &&
    gcd(e, phi) === 1n;
  return isSound ? undefined : codes.keyCheckFailed;
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** As `mbedtls_mpi_gcd`, which returns 0 where the second number is 0. */
function gcd(a: bigint, b: bigint): bigint {
  if (b === 0n) return 0n;
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The inverse of `a` modulo `m`; undefined where there is none. */
function inverseOf(a: bigint, m: bigint): bigint | undefined {
  let [r, next] = [m, ((a % m) + m) % m];
  let [t, nextT] = [0n, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [t, nextT] = [nextT, t - quotient * nextT];
  }
  return r === 1n ? ((t % m) + m) % m : undefined;
}
