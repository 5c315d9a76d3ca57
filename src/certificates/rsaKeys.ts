import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  generateKeyPairSync,
  generatePrime,
  generatePrimeSync,
  type KeyPairKeyObjectResult,
} from 'node:crypto';
import { promisify } from 'node:util';
import { hexDigits } from '../text/hex';

/** An RSA key and its public half. */
export type Keys = KeyPairKeyObjectResult;

const exponent = 65537n;

/**
 * From this size on OpenSSL 3 makes keys with auxiliary primes (FIPS 186-4, B.3.6), which takes more than twice as long as two random
 * probable primes (B.3.3). FIPS allows those from the same size on, and asks for 5 rounds of Miller-Rabin for them (table C.3);
 * OpenSSL's prime generator runs 64 of them, or 128 above 2048 bits (BN_check_prime). Below, OpenSSL itself takes two random primes.
 */
const minBitsOfRandomPrimes = 2048;

/** Electron's BoringSSL makes keys of two random primes by itself. */
const hasAuxiliaryPrimes = Number.parseInt(process.versions.openssl, 10) >= 3;

/** Makes keys of this size in the pool of threads that all of a process share. */
export async function makeRsaKeys(bits: number): Promise<Keys> {
  if (!isOfRandomPrimes(bits)) return promisify(generateKeyPair)('rsa', { modulusLength: bits });
  for (;;) {
    const [p, q] = await Promise.all([makePrime(bits / 2), makePrime(bits / 2)]);
    if (areSound(p, q, bits)) return keysOf(p, q);
  }
}

/** The same, in this very thread. */
export function makeRsaKeysInThread(bits: number): Keys {
  if (!isOfRandomPrimes(bits)) return generateKeyPairSync('rsa', { modulusLength: bits });
  for (;;) {
    const [p, q] = [makePrimeInThread(bits / 2), makePrimeInThread(bits / 2)];
    if (areSound(p, q, bits)) return keysOf(p, q);
  }
}

function isOfRandomPrimes(bits: number): boolean {
  return hasAuxiliaryPrimes && bits >= minBitsOfRandomPrimes && bits % 2 === 0;
}

function makePrime(bits: number): Promise<bigint> {
  return new Promise((resolve, reject) => {
    generatePrime(bits, { bigint: true }, (error, prime) => {
      if (error) reject(error);
      else resolve(prime);
    });
  });
}

function makePrimeInThread(bits: number): bigint {
  return generatePrimeSync(bits, { bigint: true });
}

/** Whether two primes may be those of a key: the criteria of FIPS 186-4, B.3.1 and B.3.3. Nearly all are. */
export function areSound(p: bigint, q: bigint, bits: number): boolean {
  const half = BigInt(bits / 2);
  const least = 1n << (2n * half - 1n);
  const isLong = (prime: bigint) => prime < 1n << half && prime * prime >= least;
  const isCoprime = (prime: bigint) => (prime - 1n) % exponent !== 0n;
  const distance = p > q ? p - q : q - p;
  return (
    [p, q].every(prime => isLong(prime) && isCoprime(prime)) &&
    distance > 1n << (half - 100n) &&
    privateExponent(p, q) > 1n << half
  );
}

function keysOf(p: bigint, q: bigint): Keys {
  const d = privateExponent(p, q);
  const numbers = { n: p * q, e: exponent, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const key = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, base64url(value)]));
  const privateKey = createPrivateKey({ key: { kty: 'RSA', ...key }, format: 'jwk' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function privateExponent(p: bigint, q: bigint): bigint {
  const order = (p - 1n) * (q - 1n);
  return inverse(exponent, order / gcd(p - 1n, q - 1n));
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** The inverse of `a` modulo `m`, which have no common divisor. */
function inverse(a: bigint, m: bigint): bigint {
  let [r, next] = [m, a % m];
  let [t, nextT] = [0n, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [t, nextT] = [nextT, t - quotient * nextT];
  }
  return t < 0n ? t + m : t;
}

function base64url(value: bigint): string {
  const digits = hexDigits(value, 1);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex').toString('base64url');
}
