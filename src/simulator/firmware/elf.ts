import { inflateSync } from 'node:zlib';
import { ProblemError } from '../../problems';
import { ByteReader, OutOfBytes } from './byteReader';

/** What the loader copies into memory. */
export interface Segment {
  address: number;
  bytes: Uint8Array;
  /** Bytes in memory; those beyond `bytes` are zero. */
  memorySize: number;
  flags: number;
}

export interface Section {
  name: string;
  type: number;
  flags: number;
  address: number;
  bytes: Uint8Array;
}

export interface ElfSymbol {
  name: string;
  address: number;
  /** In bytes; 0 when unknown. */
  size: number;
  kind: 'function' | 'object' | 'other';
  binding: 'local' | 'global' | 'weak';
  /** 'absolute': the linker gave an address to something outside of the ELF, such as a ROM function. */
  section: number | 'absolute' | 'undefined';
}

export interface Elf {
  file: string;
  entry: number;
  segments: Segment[];
  sections: Section[];
  symbols: ElfSymbol[];
  section(name: string): Section | undefined;
}

const xtensa = 94;
const segmentLoad = 1;
const sectionSymbols = 2;
const sectionNoBits = 8;
const flagCompressed = 0x800;
const sectionAbsolute = 0xfff1;
/** No firmware for a chip with 1 MB of code has sections this large: a compressed one is not unpacked beyond. */
const largestSection = 256 * 1024 * 1024;

const kinds: Record<number, ElfSymbol['kind']> = { 1: 'object', 2: 'function' };
const bindings: Record<number, ElfSymbol['binding']> = { 1: 'global', 2: 'weak' };

/** Reads a linked firmware. Throws a Problem that names `file` when it is none. */
export function parseElf(bytes: Uint8Array, file: string): Elf {
  if (bytes.length < 4 || Buffer.from(bytes.subarray(0, 4)).toString('latin1') !== '\x7fELF') {
    throw new ProblemError({ kind: 'not-an-elf', file });
  }
  const part = { name: 'ELF header' };
  try {
    return read(bytes, file, part);
  } catch (error) {
    if (!(error instanceof OutOfBytes)) throw error;
    throw new ProblemError({ kind: 'elf-truncated', file, part: part.name });
  }
}

function read(bytes: Uint8Array, file: string, part: { name: string }): Elf {
  const header = new ByteReader(bytes, 4);
  const wordSize = header.u8();
  const byteOrder = header.u8();
  header.offset = 18;
  const machine = header.u16();
  if (machine !== xtensa || wordSize !== 1 || byteOrder !== 1) {
    throw new ProblemError({ kind: 'elf-of-another-chip', file, machine });
  }
  header.skip(4);
  const entry = header.u32();
  const programHeaders = header.u32();
  const sectionHeaders = header.u32();
  header.skip(6);
  const [programSize, programCount] = [header.u16(), header.u16()];
  const [sectionSize, sectionCount, namesIndex] = [header.u16(), header.u16(), header.u16()];

  const segments: Segment[] = [];
  for (let index = 0; index < programCount; index++) {
    part.name = `segment ${index}`;
    const reader = new ByteReader(bytes, programHeaders + index * programSize);
    const type = reader.u32();
    const offset = reader.u32();
    const address = reader.u32();
    reader.skip(4);
    const [fileSize, memorySize, flags] = [reader.u32(), reader.u32(), reader.u32()];
    if (type !== segmentLoad || memorySize === 0) continue;
    segments.push({
      address,
      bytes: new ByteReader(bytes, offset).bytes(Math.min(fileSize, memorySize)),
      memorySize,
      flags,
    });
  }

  part.name = 'section headers';
  const headers = Array.from({ length: sectionCount }, (_, index) => {
    const reader = new ByteReader(bytes, sectionHeaders + index * sectionSize);
    const [nameOffset, type, flags, address] = [reader.u32(), reader.u32(), reader.u32(), reader.u32()];
    const [offset, size, link] = [reader.u32(), reader.u32(), reader.u32()];
    return { nameOffset, type, flags, address, offset, size, link };
  });
  const contents = headers.map(({ type, flags, offset, size }, index) => {
    part.name = `section ${index}`;
    if (type === sectionNoBits || type === 0) return new Uint8Array();
    const raw = new ByteReader(bytes, offset).bytes(size);
    return (flags & flagCompressed) === 0 ? raw : inflate(raw);
  });
  const names = contents[namesIndex] ?? new Uint8Array();
  const sections = headers.map(({ nameOffset, type, flags, address }, index): Section => {
    part.name = `name of section ${index}`;
    return {
      name: nameOffset < names.length ? new ByteReader(names, nameOffset).cString() : '',
      type,
      flags,
      address,
      bytes: contents[index] ?? new Uint8Array(),
    };
  });
  part.name = 'symbol table';
  const table = headers.findIndex(({ type }) => type === sectionSymbols);
  const strings = contents[headers[table]?.link ?? -1];
  const symbols = strings === undefined ? [] : readSymbols(contents[table] ?? new Uint8Array(), strings);
  const byName = new Map(sections.map(section => [section.name, section]));
  return { file, entry, segments, sections, symbols, section: name => byName.get(name) };
}

function readSymbols(table: Uint8Array, strings: Uint8Array): ElfSymbol[] {
  const symbols: ElfSymbol[] = [];
  const reader = new ByteReader(table);
  while (reader.end - reader.offset >= 16) {
    const [nameOffset, address, size, info] = [reader.u32(), reader.u32(), reader.u32(), reader.u8()];
    reader.skip(1);
    const section = reader.u16();
    if (nameOffset === 0 || nameOffset >= strings.length) continue;
    symbols.push({
      name: new ByteReader(strings, nameOffset).cString(),
      address,
      size,
      kind: kinds[info & 15] ?? 'other',
      binding: bindings[info >> 4] ?? 'local',
      section: section === sectionAbsolute ? 'absolute' : section === 0 ? 'undefined' : section,
    });
  }
  return symbols;
}

/** A section that the compiler wrote with -gz: kind, size and alignment, then zlib's stream. */
function inflate(raw: Uint8Array): Uint8Array {
  const reader = new ByteReader(raw);
  const kind = reader.u32();
  const size = reader.u32();
  reader.skip(4);
  if (kind !== 1 || size > largestSection) return new Uint8Array();
  try {
    return inflateSync(raw.subarray(reader.offset), { maxOutputLength: Math.max(size, 1) });
  } catch {
    // Without this section there is less debug information; the firmware runs all the same.
    return new Uint8Array();
  }
}
