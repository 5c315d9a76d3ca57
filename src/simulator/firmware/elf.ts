import { flashMagic, ramMagic } from '../../sdk/imageHeader';
import { inflateSync } from 'node:zlib';
import { ProblemError } from '../../problems';
import type { ElfPart } from './problems';
import { ByteReader, OutOfBytes } from './byteReader';
import { once } from './once';
import { StringTable } from './stringTable';

/** What the loader copies into memory. */
export interface Segment {
  address: number;
  bytes: Uint8Array;
  /** Bytes in memory; those beyond `bytes` are zero. */
  memorySize: number;
  flags: number;
}

export interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  /** Empty for a section that takes no bytes in the file. A compressed one is unpacked when it is first asked for. */
  readonly bytes: Uint8Array;
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

const bigEndian = 2;
const xtensa = 94;
const executable = 2;
const segmentLoad = 1;
const sectionSymbols = 2;
const sectionNoBits = 8;
const flagCompressed = 0x800;
const sectionAbsolute = 0xfff1;
/** ELF32: bytes of a program header, a section header and a symbol. */
const sizes = { segment: 32, section: 40, symbol: 16 };
/**
 * Bytes that all sections together may have when they are unpacked. Espressif's largest library with all its debug
 * information (libmbedtls 3.0.x) makes an ELF of 2 MB.
 */
const largestDebugInformation = 64 * 1024 * 1024;
/** More than the chip's megabyte of code could hold. */
const maxSymbols = 1_000_000;

const kinds: Record<number, ElfSymbol['kind']> = { 1: 'object', 2: 'function' };
const bindings: Record<number, ElfSymbol['binding']> = { 1: 'global', 2: 'weak' };

/** Reads a linked firmware. Throws a Problem that names `file` when it is none. */
export function parseElf(bytes: Uint8Array, file: string): Elf {
  if (!startsWith(bytes, '\x7fELF')) {
    throw new ProblemError({ kind: 'not-an-elf', file, found: otherKind(bytes) });
  }
  const reader = new ElfReader(bytes, file);
  try {
    return reader.read();
  } catch (error) {
    if (!(error instanceof OutOfBytes)) throw error;
    throw new ProblemError({ kind: 'elf-truncated', file, part: reader.part });
  }
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, text.length)).toString('latin1') === text;
}

/** What users take for the ELF: a library, or what esptool makes from it (first byte 0xE9, with a second image 0xEA). */
function otherKind(bytes: Uint8Array): 'library' | 'flash image' | 'other' {
  if (startsWith(bytes, '!<arch>\n')) return 'library';
  return bytes[0] === ramMagic || bytes[0] === flashMagic ? 'flash image' : 'other';
}

interface SectionHeader {
  nameOffset: number;
  type: number;
  flags: number;
  address: number;
  link: number;
  /** As they are in the file. */
  raw: Uint8Array;
}

class ElfReader {
  readonly #bytes: Uint8Array;
  readonly #file: string;
  /** What is being read. */
  part: ElfPart = { kind: 'header' };

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes;
    this.#file = file;
  }

  read(): Elf {
    const header = new ByteReader(this.#bytes, 4);
    const [wordSize, byteOrder] = [header.u8(), header.u8()];
    header.offset = 16;
    const words = [header.u16(), header.u16()];
    const [type, machine = 0] = byteOrder === bigEndian ? words.map(swapped) : words;
    if (machine !== xtensa)
      throw new ProblemError({ kind: 'elf-of-another-chip', file: this.#file, machine });
    if (wordSize !== 1 || byteOrder !== 1)
      throw new ProblemError({ kind: 'elf-of-another-byte-order', file: this.#file });
    if (type !== executable) throw new ProblemError({ kind: 'elf-not-linked', file: this.#file });
    header.skip(4);
    const entry = header.u32();
    const programHeaders = header.u32();
    const sectionHeaders = header.u32();
    header.skip(6);
    const [programSize, programCount] = [header.u16(), header.u16()];
    const [sectionSize, sectionCount, namesIndex] = [header.u16(), header.u16(), header.u16()];

    const segments = this.#segments(programHeaders, programSize, programCount);
    const headers = this.#sectionHeaders(sectionHeaders, sectionSize, sectionCount);
    const sections = this.#sections(headers, namesIndex);
    const byName = new Map(sections.map(section => [section.name, section]));
    this.part = { kind: 'symbol table' };
    const table = headers.findIndex(({ type }) => type === sectionSymbols);
    const strings = sections[headers[table]?.link ?? -1];
    const symbols = strings === undefined ? [] : readSymbols(sections[table], strings);
    return { file: this.#file, entry, segments, sections, symbols, section: name => byName.get(name) };
  }

  #segments(start: number, size: number, count: number): Segment[] {
    const segments: Segment[] = [];
    for (let index = 0; index < count; index++) {
      this.part = { kind: 'segment', index };
      if (size < sizes.segment) throw new OutOfBytes(start);
      const reader = this.#header(start + index * size, sizes.segment);
      const type = reader.u32();
      const offset = reader.u32();
      const address = reader.u32();
      reader.skip(4);
      const [fileSize, memorySize, flags] = [reader.u32(), reader.u32(), reader.u32()];
      if (type !== segmentLoad || memorySize === 0) continue;
      const bytes = new ByteReader(this.#bytes, offset).bytes(Math.min(fileSize, memorySize));
      segments.push({ address, bytes, memorySize, flags });
    }
    return segments;
  }

  #sectionHeaders(start: number, size: number, count: number): SectionHeader[] {
    const headers: SectionHeader[] = [];
    for (let index = 0; index < count; index++) {
      this.part = { kind: 'section headers' };
      if (size < sizes.section) throw new OutOfBytes(start);
      const reader = this.#header(start + index * size, sizes.section);
      const [nameOffset, type, flags, address] = [reader.u32(), reader.u32(), reader.u32(), reader.u32()];
      const [offset, length, link] = [reader.u32(), reader.u32(), reader.u32()];
      this.part = { kind: 'section', index };
      const isEmpty = type === sectionNoBits || type === 0;
      const raw = isEmpty ? new Uint8Array() : new ByteReader(this.#bytes, offset).bytes(length);
      headers.push({ nameOffset, type, flags, address, link, raw });
    }
    return headers;
  }

  /** Throws OutOfBytes unless the file has all of it, so that no file that is truncated passes. */
  #header(offset: number, size: number): ByteReader {
    return new ByteReader(new ByteReader(this.#bytes, offset).bytes(size));
  }

  #sections(headers: readonly SectionHeader[], namesIndex: number): Section[] {
    const names = new StringTable(headers[namesIndex]?.raw ?? new Uint8Array());
    let unpackedSize = 0;
    return headers.map(({ nameOffset, type, flags, address, raw }, index): Section => {
      this.part = { kind: 'section', index };
      const name = names.at(nameOffset) ?? '';
      if ((flags & flagCompressed) === 0 || raw.length === 0)
        return { name, type, flags, address, bytes: raw };
      const content = this.#compressed(raw, name);
      unpackedSize += content.size;
      if (unpackedSize > largestDebugInformation)
        throw new ProblemError({
          kind: 'elf-section-too-large',
          file: this.#file,
          section: name,
          length: content.size,
        });
      const bytes = once(() => inflate(content));
      return {
        name,
        type,
        flags,
        address,
        get bytes() {
          return bytes();
        },
      };
    });
  }

  /** A section that the compiler wrote with -gz: kind, size and alignment, then zlib's stream. */
  #compressed(raw: Uint8Array, section: string): { size: number; stream: Uint8Array } {
    const reader = new ByteReader(raw);
    const zlib = 1;
    if (reader.u32() !== zlib)
      throw new ProblemError({ kind: 'elf-compression-unknown', file: this.#file, section });
    const size = reader.u32();
    reader.skip(4);
    return { size, stream: raw.subarray(reader.offset) };
  }
}

function swapped(word: number): number {
  return ((word & 0xff) << 8) | (word >> 8);
}

function readSymbols(table: Section | undefined, strings: Section): ElfSymbol[] {
  const symbols: ElfSymbol[] = [];
  const names = new StringTable(strings.bytes);
  const reader = new ByteReader(table?.bytes ?? new Uint8Array());
  if (reader.end > maxSymbols * sizes.symbol) throw new OutOfBytes(reader.end);
  while (reader.end - reader.offset >= sizes.symbol) {
    const [nameOffset, address, size, info] = [reader.u32(), reader.u32(), reader.u32(), reader.u8()];
    reader.skip(1);
    const section = reader.u16();
    if (nameOffset === 0) continue;
    const name = names.at(nameOffset);
    // Without its name a function of the SDK would be taken for the firmware's own.
    if (name === undefined) throw new OutOfBytes(nameOffset);
    symbols.push({
      name,
      address,
      size,
      kind: kinds[info & 15] ?? 'other',
      binding: bindings[info >> 4] ?? 'local',
      section: section === sectionAbsolute ? 'absolute' : section === 0 ? 'undefined' : section,
    });
  }
  return symbols;
}

/** Never more than the size that was announced, and checked, before. */
function inflate({ size, stream }: { size: number; stream: Uint8Array }): Uint8Array {
  try {
    return inflateSync(stream, { maxOutputLength: Math.max(size, 1) });
  } catch {
    // Without this section there is less debug information; the firmware runs all the same.
    return new Uint8Array();
  }
}
