import type { Memory } from '../cpu/memory';
import { Part } from './part';

/** In front of every block: its size in bytes with the header, bit 0 set while it is in use; then a mark. */
const headerSize = 8;
const alignment = 8;
const mark = 0x48454150;
/** Instructions that an allocator needs for a block that it passes by. */
const perBlock = 8;

export interface HeapState {
  /** Whether it has been used: until then its RAM is as the firmware's loading has left it. */
  begun: boolean;
}

/**
 * The heap of a firmware that brings no allocator of its own: first fit over blocks whose headers lie in the
 * device's RAM, so that writing past the end of a block does here what it does on the chip: breaks the heap.
 */
export class Heap extends Part<HeapState> {
  readonly #memory: Memory;
  readonly #start: number;
  readonly #end: number;
  /** Instructions to charge a firmware for all that has been done so far. */
  work = 0;

  /** @param start first byte, @param end first byte behind the heap */
  constructor(memory: Memory, start: number, end: number) {
    super({ begun: false });
    this.#memory = memory;
    this.#start = alignUp(start);
    this.#end = end - (end % alignment);
  }

  /** Whether anything has used it. */
  get begun(): boolean {
    return this.state.begun;
  }

  /** Makes one free block of it before its first use. */
  #begin(): void {
    if (this.state.begun) return;
    this.state.begun = true;
    this.#writeHeader(this.#start, this.#end - this.#start, false);
  }

  /** The address of `size` new bytes, 0 when no block is large enough. */
  allocate(size: number): number {
    const wanted = alignUp(size) + headerSize;
    for (const block of this.#blocks()) {
      if (block.used || block.size < wanted) continue;
      const rest = block.size - wanted;
      if (rest > headerSize) this.#writeHeader(block.address + wanted, rest, false);
      this.#writeHeader(block.address, rest > headerSize ? wanted : block.size, true);
      return block.address + headerSize;
    }
    return 0;
  }

  /** Gives a block back. False when `address` is no block in use. */
  free(address: number): boolean {
    let previous: Block | undefined;
    for (const block of this.#blocks()) {
      if (block.address + headerSize !== address) {
        previous = block;
        continue;
      }
      if (!block.used) return false;
      let { address: start, size } = block;
      const next = this.#block(start + size);
      if (next !== undefined && !next.used) size += next.size;
      if (previous !== undefined && !previous.used) {
        start = previous.address;
        size += previous.size;
      }
      this.#writeHeader(start, size, false);
      return true;
    }
    return false;
  }

  /** How many bytes a block in use holds, undefined when `address` is none. */
  sizeOf(address: number): number | undefined {
    this.#begin();
    const block = this.#block(address - headerSize);
    return block?.used ? block.size - headerSize : undefined;
  }

  /** All free bytes together. */
  freeBytes(): number {
    let sum = 0;
    for (const block of this.#blocks()) if (!block.used) sum += block.size - headerSize;
    return sum;
  }

  *#blocks(): Generator<Block> {
    this.#begin();
    let address = this.#start;
    while (address < this.#end) {
      const block = this.#block(address);
      if (block === undefined) return;
      this.work += perBlock;
      yield block;
      address += block.size;
    }
  }

  /** Undefined behind the last block, and where the firmware has overwritten a header. */
  #block(address: number): Block | undefined {
    if (address < this.#start || address >= this.#end) return undefined;
    const size = this.#memory.readWord(address) ?? 0;
    const length = size - (size % alignment);
    if (this.#memory.readWord(address + 4) !== mark || length < headerSize || address + length > this.#end)
      return undefined;
    return { address, size: length, used: (size & 1) === 1 };
  }

  #writeHeader(address: number, size: number, used: boolean): void {
    this.#memory.writeWord(address, size | (used ? 1 : 0));
    this.#memory.writeWord(address + 4, mark);
  }
}

interface Block {
  address: number;
  size: number;
  used: boolean;
}

function alignUp(value: number): number {
  return Math.ceil(value / alignment) * alignment;
}
