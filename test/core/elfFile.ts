/** ELFs by hand, for tests that need one no linker would make. */

export interface ElfParts {
  machine?: number;
  type?: number;
  segments?: { address: number; bytes?: Uint8Array; memorySize?: number; fileSize?: number }[];
  /** Behind those of symbols and names. */
  sections?: { name: string; bytes: Uint8Array; flags?: number }[];
  symbols?: {
    name: string;
    address: number;
    section?: number;
    size?: number;
    isFunction?: boolean;
    isObject?: boolean;
  }[];
}

export const codeStart = 0x40100000;

/** `ret.n` and zeros: a function that returns. */
const code = Uint8Array.from({ length: 64 }, (_, index) => (index === 0 ? 0x0d : index === 1 ? 0xf0 : 0));

/** The bytes of an ELF; what is not given is that of a small firmware with a function user_init. */
export function elfFile(parts: ElfParts = {}): Uint8Array {
  const segments = parts.segments ?? [{ address: codeStart, bytes: code }];
  const names = parts.symbols ?? [{ name: 'user_init', address: codeStart, size: 64, isFunction: true }];
  const strings = new Bytes().u8(0);
  const symbols = new Bytes().zeros(16);
  for (const { name, address, section = 1, size = 0, isFunction = false, isObject = false } of names) {
    symbols.u32(strings.length, address, size).u8(0x10 | (isFunction ? 2 : isObject ? 1 : 0), 0);
    symbols.u16(section);
    strings.text(name);
  }
  const sections = [
    { name: '', type: 0, flags: 0, bytes: new Uint8Array(), link: 0 },
    { name: '.symtab', type: 2, flags: 0, bytes: symbols.bytes, link: 2 },
    { name: '.strtab', type: 3, flags: 0, bytes: strings.bytes, link: 0 },
    ...(parts.sections ?? []).map(section => ({ type: 1, flags: 0, link: 0, ...section })),
  ];
  const sectionNames = new Bytes();
  const nameOffsets = [...sections, { name: '.shstrtab' }].map(({ name }) => {
    const offset = sectionNames.length;
    sectionNames.text(name);
    return offset;
  });
  sections.push({ name: '.shstrtab', type: 3, flags: 0, bytes: sectionNames.bytes, link: 0 });

  const contents = new Bytes();
  const start = 52 + 32 * segments.length;
  const place = (bytes: Uint8Array): number => {
    const offset = start + contents.length;
    contents.add(bytes);
    return offset;
  };
  const programHeaders = new Bytes();
  for (const { address, bytes = new Uint8Array(), memorySize, fileSize } of segments) {
    programHeaders.u32(1, place(bytes), address, address);
    programHeaders.u32(fileSize ?? bytes.length, memorySize ?? bytes.length, 7, 4);
  }
  const sectionHeaders = new Bytes();
  sections.forEach(({ type, flags, bytes, link }, index) => {
    sectionHeaders.u32(nameOffsets[index] ?? 0, type, flags, 0, place(bytes), bytes.length, link, 0, 1, 0);
  });
  const header = new Bytes().add(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1, 1, 1)).zeros(9);
  header.u16(parts.type ?? 2, parts.machine ?? 94);
  header.u32(1, codeStart, 52, start + contents.length, 0).u16(52, 32, segments.length);
  header.u16(40, sections.length, sections.length - 1);
  return new Bytes().add(header.bytes).add(programHeaders.bytes).add(contents.bytes).add(sectionHeaders.bytes)
    .bytes;
}

/** Bytes that grow; numbers are little-endian. */
export class Bytes {
  #buffer = Buffer.alloc(1024);
  length = 0;

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.length);
  }

  add(bytes: Uint8Array): this {
    this.#need(bytes.length);
    this.#buffer.set(bytes, this.length);
    this.length += bytes.length;
    return this;
  }

  zeros(count: number): this {
    return this.add(new Uint8Array(count));
  }

  u8(...values: number[]): this {
    return this.add(Uint8Array.from(values));
  }

  u16(...values: number[]): this {
    for (const value of values) this.u8(value & 0xff, value >> 8);
    return this;
  }

  u32(...values: number[]): this {
    this.#need(4 * values.length);
    for (const value of values) this.length = this.#buffer.writeUInt32LE(value >>> 0, this.length);
    return this;
  }

  /** An unsigned LEB128 number. */
  uleb(...values: number[]): this {
    for (let value of values) {
      for (; value >= 0x80; value = Math.floor(value / 128)) this.u8((value % 128) | 0x80);
      this.u8(value);
    }
    return this;
  }

  text(value: string): this {
    return this.add(Buffer.from(`${value}\0`));
  }

  repeat(count: number, part: Uint8Array): this {
    for (let index = 0; index < count; index++) this.add(part);
    return this;
  }

  #need(count: number): void {
    if (this.length + count <= this.#buffer.length) return;
    const larger = Buffer.alloc(2 * (this.length + count));
    larger.set(this.bytes);
    this.#buffer = larger;
  }
}
