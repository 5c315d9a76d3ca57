import { createHash } from 'node:crypto';
import { Part } from './part';

export interface RandomState {
  /** What was drawn outside when the device was switched on. */
  seed: Uint8Array;
  /** Bytes drawn so far. */
  drawn: number;
}

const blockSize = 32;
export const seedSize = 32;

/**
 * The device's random numbers: SHA-256 of a seed from the computer and a count, as strong as their seed, and after a restore
 * the same again.
 */
export class Random extends Part<RandomState> {
  #block = Buffer.alloc(0);
  #number = -1;

  constructor(seed: Uint8Array) {
    super({ seed, drawn: 0 });
  }

  override restore(state: RandomState): void {
    super.restore(state);
    this.#number = -1;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const { drawn } = this.state;
      const block = this.#blockAt(Math.floor(drawn / blockSize));
      const piece = block.subarray(drawn % blockSize).subarray(0, length - at);
      bytes.set(piece, at);
      at += piece.length;
      this.state.drawn += piece.length;
    }
    return bytes;
  }

  /** 32 bits, unsigned. */
  word(): number {
    return Buffer.from(this.bytes(4)).readUInt32LE();
  }

  #blockAt(number: number): Buffer {
    if (number !== this.#number) {
      const count = Buffer.alloc(8);
      count.writeBigUInt64LE(BigInt(number));
      this.#block = createHash('sha256').update(this.state.seed).update(count).digest();
      this.#number = number;
    }
    return this.#block;
  }
}
