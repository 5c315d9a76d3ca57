import { oidText, tags } from './asn1';
import { Refusal, type RefusalReason } from './refusal';

/** What the functions of libssl return: ssl_ssl.h and ssl_crypto_misc.h. */
export const axTlsCodes = {
  invalid: -1,
  unsupportedDigest: -8,
  invalidKey: -269,
  badCertificate: -268,
  noCertificate: -272,
  notSupported: -274,
} as const;

/**
 * Walks over DER as ssl_asn1.o of libssl does: it knows no end of the data, of a sequence or of a certificate. Where it would read what
 * lies behind the data in the heap, the walk ends with a {@link Refusal} without a code: what the library returns then, or whether the
 * device crashes, depends on the heap.
 */
class Walk {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined || this.at < 0) throw outside();
    return byte;
  }

  take(): number {
    const byte = this.byte();
    this.at++;
    return byte;
  }

  /** More than four length bytes are read as a length of 0, and stay where they are. */
  length(): number {
    const first = this.take();
    if (first < 0x80) return first;
    let length = 0;
    for (let left = (first & 0x7f) > 4 ? 0 : first & 0x7f; left > 0; left--)
      length = (length << 8) | this.take();
    return length;
  }

  /** Enters a value of this tag and returns its length; a negative number for another tag, which stays. */
  enter(tag: number): number {
    if (this.byte() !== tag) return -1;
    this.at++;
    return this.length();
  }

  /** Moves behind a value of this tag; false for another tag, which stays. */
  skip(tag: number): boolean {
    if (this.byte() !== tag) return false;
    this.at++;
    const length = this.length();
    this.at += length;
    return true;
  }

  /** Copies so many bytes. A length that the heap has no room for ends in a copy to NULL. */
  copy(length: number): Uint8Array {
    const end = this.at + length;
    if (length < 0 || this.at < 0 || end > this.bytes.length) throw outside();
    const copied = this.bytes.subarray(this.at, end);
    this.at = end;
    return copied;
  }

  /** Copies an INTEGER without its leading zero byte; undefined for another tag, which stays. */
  integer(): Uint8Array | undefined {
    let length = this.enter(tags.integer);
    if (length < 0) return undefined;
    if (length > 1 && this.byte() === 0) {
      this.at++;
      length--;
    }
    return this.copy(length);
  }
}

/** Signature algorithms that ssl_asn1.o knows by all of their OID: SHA-1 of OIW, and the hashes alone. */
const digestOids: readonly string[] = [
  '2b0e03021d',
  '608648016503040201',
  '608648016503040202',
  '608648016503040203',
];
/** 1.2.840.113549.1.1: what follows is not looked at. */
const rsaPrefix = '2a864886f70d0101';

/** The kinds of text that a name may have. */
const nameTags: readonly number[] = [tags.utf8, tags.printable, tags.t61, tags.ia5, tags.bmp];

/**
 * Reads a certificate as `x509_new` of libssl does, from `start` on, and returns where it ends by its first length. Extensions are not
 * looked at, but for the alternative names. Throws a {@link Refusal}.
 */
export function readCertificate(bytes: Uint8Array, start = 0): number {
  const walk = new Walk(bytes, start);
  need(walk.enter(tags.sequence) >= 0, { kind: bytes[start] === 0x2d ? 'pem array' : 'unknown format' });
  const body = new Walk(bytes, walk.at);
  body.skip(tags.sequence);
  need(walk.enter(tags.sequence) >= 0);
  if (walk.byte() === 0xa0) {
    walk.at += 2;
    need(walk.skip(tags.integer), { kind: 'version' });
  }
  need(walk.skip(tags.integer));
  need(walk.enter(tags.sequence) >= 0);
  readSignatureType(walk);
  readName(walk);
  need(walk.enter(tags.sequence) >= 0);
  readTime(walk);
  readTime(walk);
  readName(walk);
  readPublicKey(walk);
  readAlternativeNames(walk);
  walk.at = body.at;
  need(walk.skip(tags.sequence));
  need(walk.take() === tags.bitString);
  const length = (walk.length() - 1) & 0xffff;
  walk.at++;
  walk.copy(length);
  return endOf(bytes, start);
}

/** Where a certificate ends by its first length; `start` for what is no sequence. */
export function endOf(bytes: Uint8Array, start: number): number {
  const walk = new Walk(bytes, start);
  walk.skip(tags.sequence);
  return walk.at;
}

function readSignatureType(walk: Walk): void {
  if (walk.take() !== tags.oid) throw new Refusal(axTlsCodes.unsupportedDigest, { kind: 'damaged' });
  const length = walk.length();
  const start = walk.at;
  const text = hex(walk.bytes.subarray(start, start + Math.max(length, rsaPrefix.length / 2 + 1)));
  const isKnown = digestOids.some(oid => oid.length === 2 * length && text.startsWith(oid));
  if (!isKnown && !text.startsWith(rsaPrefix))
    throw new Refusal(axTlsCodes.unsupportedDigest, {
      kind: 'signature algorithm',
      oid: oidText(walk.bytes.subarray(start, start + length)),
    });
  walk.at = start + length;
  walk.skip(tags.null);
}

function readName(walk: Walk): void {
  need(walk.enter(tags.sequence) >= 0);
  while (walk.enter(tags.set) >= 0) {
    need(walk.enter(tags.sequence) >= 0);
    skipAttributeType(walk);
    const tag = walk.byte();
    need(nameTags.includes(tag), { kind: 'name text' });
    walk.at++;
    walk.copy(walk.length());
  }
}

/** An OID of three bytes that is not 2.5.4.x is left with one byte or two too many. */
function skipAttributeType(walk: Walk): void {
  const length = walk.enter(tags.oid);
  if (length < 0) return;
  if (length === 3 && walk.take() === 0x55 && walk.take() === 0x04) walk.at++;
  else walk.at += length;
}

/** Reads a time, whatever its digits are; the month is looked up in a table on the stack. */
function readTime(walk: Walk): void {
  const tag = walk.byte();
  need(tag === tags.utcTime || tag === tags.generalizedTime);
  walk.at++;
  const length = walk.length();
  const digits = new Walk(walk.bytes, walk.at).copy(tag === tags.utcTime ? 6 : 14);
  const [tens = 0, ones = 0] = digits.subarray(tag === tags.utcTime ? 2 : 4).map(byte => byte - 0x30);
  const month = tens * 10 + ones;
  if (month < 1 || month > 12) throw outside();
  walk.at += length;
}

function readPublicKey(walk: Walk): void {
  need(walk.enter(tags.sequence) >= 0);
  const algorithm = new Walk(walk.bytes, walk.at);
  need(walk.skip(tags.sequence));
  need(walk.enter(tags.bitString) >= 0);
  walk.at++;
  need(walk.enter(tags.sequence) >= 0, keyAlgorithm(algorithm));
  const [modulus, exponent] = [walk.integer(), walk.integer()];
  // Big numbers of no bytes, or of a negative count of them.
  if (!modulus?.length || !exponent?.length) throw outside();
}

function keyAlgorithm(walk: Walk): RefusalReason {
  try {
    walk.enter(tags.sequence);
    return { kind: 'key algorithm', oid: oidText(walk.copy(walk.enter(tags.oid))) };
  } catch {
    return { kind: 'damaged' };
  }
}

/** subjectAltName; with anything else than DNS names in order it is passed over, as are all other extensions. */
function readAlternativeNames(walk: Walk): void {
  if (walk.byte() !== 0xa3) return;
  walk.at++;
  walk.length();
  const value = alternativeNamesIn(new Walk(walk.bytes, walk.at));
  if (value === undefined || value.enter(tags.octetString) < 1) return;
  const length = value.enter(tags.sequence);
  if (length < 1) return;
  for (const end = value.at + length; value.at < end;) {
    const tag = value.take();
    const size = value.length();
    if (size < 0) throw outside();
    if (tag === 0x82) value.copy(size);
    else value.at += size;
  }
}

/** Finds subjectAltName in a list of extensions, and returns what follows its OID. */
function alternativeNamesIn(list: Walk): Walk | undefined {
  const length = list.enter(tags.sequence);
  if (length < 1) return undefined;
  for (const end = list.at + length; list.at < end;) {
    const tag = list.take();
    const size = list.length();
    // A negative length leads back, forever.
    if (size < 0) throw outside();
    const next = list.at + size;
    if (tag === tags.sequence) {
      const inner = list.take();
      const oidLength = list.length();
      if (inner === tags.oid && oidLength === 3 && hex(new Walk(list.bytes, list.at).copy(3)) === '551d11') {
        list.at += 3;
        return list;
      }
    }
    list.at = next;
  }
  return undefined;
}

/**
 * Reads a private key in PKCS#1 as `asn1_get_private_key` of libssl does: the numbers have to begin at byte 7, behind a sequence with a
 * length of two bytes and the version. Nothing says whether they belong together. Throws a {@link Refusal}.
 */
export function readPrivateKey(bytes: Uint8Array): void {
  const walk = new Walk(bytes, 0);
  const isRead = walk.byte() === tags.sequence && hasNumbers(new Walk(bytes, 7));
  if (!isRead) throw new Refusal(axTlsCodes.invalidKey, keyReason(bytes));
}

/** Modulus, exponents, then primes, their exponents and the coefficient. */
function hasNumbers(walk: Walk): boolean {
  for (const count of [3, 5]) {
    const numbers = Array.from({ length: count }, () => walk.integer());
    if (numbers.some(number => !number?.length)) return false;
  }
  return true;
}

function keyReason(bytes: Uint8Array): RefusalReason {
  if (bytes[0] === 0x2d) return { kind: 'pem array' };
  if (bytes[0] !== tags.sequence) return { kind: 'unknown format' };
  try {
    const walk = new Walk(bytes);
    walk.enter(tags.sequence);
    walk.skip(tags.integer);
    const isPkcs8 = walk.enter(tags.sequence) >= 0 && walk.byte() === tags.oid;
    return { kind: isPkcs8 ? 'key format' : 'damaged' };
  } catch {
    return { kind: 'damaged' };
  }
}

function need(isThere: boolean, reason: RefusalReason = { kind: 'damaged' }): asserts isThere {
  if (!isThere) throw new Refusal(axTlsCodes.invalid, reason);
}

/** The code stands for none. */
function outside(): Refusal {
  return new Refusal(Number.NaN, { kind: 'damaged' });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
