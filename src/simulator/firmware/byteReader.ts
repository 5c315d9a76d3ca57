/** The bytes have ended before what was to be read: the input is damaged. */
export class OutOfBytes extends Error {
  constructor(offset: number) {
    super(`no bytes at offset ${offset}`);
  }
}

/** Bytes of a text. Symbols in C have some 30, paths at most 4096, GCC's DW_AT_producer some 300. */
export const longestText = 8192;

/** What all readers have read so far, in values and characters: the measure of work that is the same on every machine. */
export const readings = { count: 0 };

/** Reads little-endian values one behind the other. Reading past the end throws {@link OutOfBytes}. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  offset: number;
  readonly end: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = offset;
    this.end = Math.min(end, bytes.length);
  }

  get done(): boolean {
    return this.offset >= this.end;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  i8(): number {
    return this.#view.getInt8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  i16(): number {
    return this.#view.getInt16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** Exact up to 2^53. */
  u64(): number {
    const low = this.u32();
    return low + this.u32() * 0x100000000;
  }

  /** An unsigned LEB128 number, exact up to 2^53. */
  uleb(): number {
    return this.#leb().value;
  }

  /** A signed LEB128 number, exact up to 2^53. */
  sleb(): number {
    const { value, scale, last } = this.#leb();
    return (last & 0x40) === 0 ? value : value - scale;
  }

  /** The text up to the next NUL; none that is longer than `longest`. */
  cString(longest = longestText): string {
    const start = this.offset;
    const length = this.#bytes.subarray(start, Math.min(this.end, start + longest)).indexOf(0);
    if (length < 0) throw new OutOfBytes(start);
    readings.count += length;
    const nul = start + length;
    this.offset = nul + 1;
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, nul - start).toString('utf8');
  }

  /** A view of the next `length` bytes. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  skip(length: number): void {
    this.#advance(length);
  }

  #advance(length: number): number {
    const at = this.offset;
    // Written so that NaN is out of bytes, too.
    if (!(length >= 0 && at >= 0 && at + length <= this.end)) throw new OutOfBytes(at);
    this.offset = at + length;
    readings.count++;
    return at;
  }

  #leb(): { value: number; scale: number; last: number } {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      // Beyond 64 bits there is only padding: no number may become infinite.
      if (scale < 2 ** 64) {
        value += (byte & 0x7f) * scale;
        scale *= 128;
      }
      if (byte < 0x80) return { value, scale, last: byte };
    }
  }
}
