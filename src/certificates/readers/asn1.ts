import { asn1Codes, Refusal, type RefusalReason } from './refusal';

/** Tags that mbed TLS expects by their value: constructed and context-specific bits included. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  printable: 0x13,
  t61: 0x14,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universal: 0x1c,
  bmp: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** An OID and the parameters of an algorithm, as they are in the bytes. `tag` is 0 without parameters. */
export interface Algorithm {
  oid: Uint8Array;
  parameters: { tag: number; bytes: Uint8Array };
}

/**
 * Reads DER as `asn1parse.c` of mbed TLS 2.2.1 does, with its codes: at most four length bytes, lengths that need not be minimal,
 * and no more than the bytes before `end`. Each method moves on only as far as the library does.
 */
export class Asn1 {
  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
    public end = bytes.length,
  ) {}

  /** The next byte, without moving on; 0 beyond the bytes. */
  get next(): number {
    return this.bytes[this.at] ?? 0;
  }

  isAtEnd(): boolean {
    return this.at === this.end;
  }

  /** Returns the length in bytes of a value whose tag has been read. */
  length(): number {
    if (this.end - this.at < 1) throw asn1('outOfData');
    const first = this.next;
    const count = first < 0x80 ? 0 : first & 0x7f;
    if (first >= 0x80 && (count < 1 || count > 4)) throw asn1('invalidLength');
    if (this.end - this.at < count + 1) throw asn1('outOfData');
    let length = first < 0x80 ? first : 0;
    for (let index = 1; index <= count; index++) length = length * 0x100 + (this.bytes[this.at + index] ?? 0);
    this.at += count + 1;
    if (length > this.end - this.at) throw asn1('outOfData');
    return length;
  }

  /** Reads a tag, which must be this one, and returns the length of its value in bytes. */
  tag(tag: number): number {
    if (this.end - this.at < 1) throw asn1('outOfData');
    if (this.next !== tag) throw asn1('unexpectedTag');
    this.at++;
    return this.length();
  }

  /** Reads a value of this tag and returns its bytes. */
  value(tag: number): Uint8Array {
    return this.take(this.tag(tag));
  }

  /** Returns the next bytes and moves behind them. */
  take(length: number): Uint8Array {
    const taken = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return taken;
  }

  /** A reader of the next `length` bytes, from the same position. */
  inner(length: number): Asn1 {
    return new Asn1(this.bytes, this.at, this.at + length);
  }

  boolean(): boolean {
    if (this.tag(tags.boolean) !== 1) throw asn1('invalidLength');
    return this.bytes[this.at++] !== 0;
  }

  /** A number of at most four bytes that is not negative. */
  int(): number {
    const length = this.tag(tags.integer);
    if (length > 4 || (this.next & 0x80) !== 0) throw asn1('invalidLength');
    return this.take(length).reduce((value, byte) => value * 0x100 + byte, 0);
  }

  /** A number of any size, read as one that is not negative. */
  mpi(): bigint {
    const bytes = this.value(tags.integer);
    return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  }

  /** A bit string that ends where the reader does. */
  bitString(): Uint8Array {
    const length = this.tag(tags.bitString);
    if (length < 1) throw asn1('outOfData');
    if (this.next > 7) throw asn1('invalidLength');
    this.at++;
    const bits = this.take(length - 1);
    if (!this.isAtEnd()) throw asn1('lengthMismatch');
    return bits;
  }

  /** Reads the head of a bit string without unused bits and returns the length of what follows in bytes. */
  wholeBitString(): number {
    const length = this.tag(tags.bitString);
    if (length < 2 || this.next !== 0) throw asn1('invalidData');
    this.at++;
    return length - 1;
  }

  algorithm(): Algorithm {
    const length = this.tag(tags.sequence);
    if (this.end - this.at < 1) throw asn1('outOfData');
    const inner = this.inner(length);
    const oid = inner.value(tags.oid);
    const none: Algorithm = { oid, parameters: { tag: 0, bytes: new Uint8Array() } };
    if (inner.isAtEnd()) {
      this.at = inner.at;
      return none;
    }
    const tag = inner.next;
    inner.at++;
    const bytes = inner.take(inner.length());
    if (!inner.isAtEnd()) throw asn1('lengthMismatch');
    this.at = inner.at;
    return { oid, parameters: { tag, bytes } };
  }
}

/** Runs a step of a parser; its ASN.1 errors get the code of the part of the certificate or key in which they occur. */
export function within<T>(base: number, step: () => T, reason: RefusalReason = { kind: 'damaged' }): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof Refusal && error.isBare) throw new Refusal(base + error.code, reason);
    throw error;
  }
}

/** Whether an error says that another tag was there. */
export function isUnexpectedTag(error: unknown): boolean {
  return error instanceof Refusal && error.isBare && error.code === asn1Codes.unexpectedTag;
}

/** An error of the ASN.1 reader, which the caller adds its own code to. */
export function asn1(kind: keyof typeof asn1Codes): Refusal {
  return new Refusal(asn1Codes[kind], { kind: 'damaged' }, true);
}

/** An OID in dots. */
export function oidText(oid: Uint8Array): string {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of oid) {
    value = value * 0x80 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(value);
      value = 0;
    }
  }
  const [first = 0, ...rest] = numbers;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join('.');
}
