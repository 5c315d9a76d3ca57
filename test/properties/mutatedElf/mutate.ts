/** Numbers from 0 to below `end`, the same for the same seed (mulberry32). */
export type Random = (end: number) => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return end => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  };
}

/** What readers get wrong: signs, overflows, counts of nothing and of everything. */
const awkward = [0, 1, 2, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];

/** A copy of an ELF of 32 bits, damaged in one to four ways. */
export function mutate(original: Uint8Array, random: Random): Uint8Array {
  const bytes = Uint8Array.from(original);
  const elf = new ElfHeaders(bytes);
  let end = bytes.length;
  for (let count = 1 + random(4); count > 0; count--) {
    switch (random(8)) {
      case 0:
        end = random(bytes.length + 1);
        break;
      case 1:
        for (let flips = 1 + random(20); flips > 0; flips--) flip(bytes, random(bytes.length), random);
        break;
      case 2:
        elf.swapSections(random);
        break;
      case 3:
        elf.view.setUint32(elf.headerWord(random), word(random), true);
        break;
      case 4: {
        const { start, length } = elf.debugSection(random);
        for (let flips = 1 + random(30); flips > 0; flips--) flip(bytes, start + random(length), random);
        break;
      }
      case 5: {
        const { start, length } = elf.debugSection(random);
        const at = start + random(Math.max(length - 4, 1));
        if (at + 4 <= bytes.length) elf.view.setUint32(at, word(random), true);
        break;
      }
      case 6: {
        // LEB128 numbers without an end, texts without a NUL, opcodes that repeat.
        const { start, length } = elf.debugSection(random);
        const at = start + random(length);
        bytes.fill(awkward[random(awkward.length)] ?? 0, at, Math.min(at + random(600), start + length));
        break;
      }
      default: {
        // Bytes of the same section at another place of it: things that refer to themselves.
        const { start, length } = elf.debugSection(random);
        const from = start + random(length);
        bytes.copyWithin(start + random(length), from, Math.min(from + random(200), start + length));
      }
    }
  }
  return bytes.subarray(0, end);
}

function flip(bytes: Uint8Array, at: number, random: Random): void {
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
}

function word(random: Random): number {
  return random(2) === 0 ? random(2 ** 32) : (awkward[random(awkward.length)] ?? 0);
}

/** Where the headers of an undamaged ELF say that things are; all in bytes of the file. */
class ElfHeaders {
  readonly view: DataView;
  readonly #programHeaders: { start: number; length: number };
  readonly #sectionHeaders: { start: number; count: number };
  readonly #debugSections: { start: number; length: number }[] = [];

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { view } = this;
    this.#programHeaders = { start: view.getUint32(28, true), length: view.getUint16(44, true) * 32 };
    this.#sectionHeaders = { start: view.getUint32(32, true), count: view.getUint16(48, true) };
    for (let index = 1; index < this.#sectionHeaders.count; index++) {
      const header = this.#sectionHeaders.start + 40 * index;
      const [type, flags, start, length] = [4, 8, 16, 20].map(field => view.getUint32(header + field, true));
      // Not in memory, not without bytes: debug sections, symbols and names.
      if (type === 8 || ((flags ?? 0) & 2) !== 0 || start === undefined || !length) continue;
      this.#debugSections.push({ start, length });
    }
  }

  debugSection(random: Random): { start: number; length: number } {
    return this.#debugSections[random(this.#debugSections.length)] ?? { start: 0, length: 1 };
  }

  /** The offset of any word in the ELF header, the program headers and the section headers. */
  headerWord(random: Random): number {
    switch (random(3)) {
      case 0:
        return 16 + random(33);
      case 1:
        return this.#programHeaders.start + random(this.#programHeaders.length / 4) * 4;
      default:
        return this.#sectionHeaders.start + random(this.#sectionHeaders.count * 10) * 4;
    }
  }

  /** Two sections get each other's bytes, but keep their names and types. */
  swapSections(random: Random): void {
    const [a, b] = [0, 1].map(() => this.#sectionHeaders.start + 40 * random(this.#sectionHeaders.count));
    if (a === undefined || b === undefined) return;
    for (const field of [16, 20]) {
      const kept = this.view.getUint32(a + field, true);
      this.view.setUint32(a + field, this.view.getUint32(b + field, true), true);
      this.view.setUint32(b + field, kept, true);
    }
  }
}
