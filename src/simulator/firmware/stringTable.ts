import { longestText, readings } from './byteReader';

/** Linkers let texts share their ends, which saves a few percent; texts that overlap more than this are hostile. */
const maxSharing = 16;

/** The texts of a section, each up to a NUL, by their offsets. Each is read once. */
export class StringTable {
  readonly #bytes: Buffer;
  readonly #texts = new Map<number, string>();
  /** Bytes that may still be read: what overlapping texts take in memory has to end somewhere. */
  #left: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#left = maxSharing * bytes.length;
  }

  /** The text at an offset; undefined where there is none, or none that a compiler would write. */
  at(offset: number): string | undefined {
    const known = this.#texts.get(offset);
    if (known !== undefined) return known;
    if (offset >= this.#bytes.length) return undefined;
    const length = this.#bytes.subarray(offset, offset + longestText).indexOf(0);
    if (length < 0 || length > this.#left) return undefined;
    this.#left -= length;
    readings.count += length;
    const text = this.#bytes.toString('utf8', offset, offset + length);
    this.#texts.set(offset, text);
    return text;
  }
}
