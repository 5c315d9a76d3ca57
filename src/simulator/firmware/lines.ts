import { ByteReader, OutOfBytes } from './byteReader';
import { DebugInfo } from './dies';
import { At } from './dwarfConstants';
import type { Elf } from './elf';
import type { SymbolTable } from './symbols';

/** A place in the source. `file` is as the compiler wrote it; a relative one is relative to where the firmware was built. */
export interface SourceLine {
  file: string;
  /** Counted from 1. */
  line: number;
  /** Counted from 1; 0 when unknown. */
  column: number;
}

export interface AddressRange {
  start: number;
  end: number;
}

interface Row {
  address: number;
  /** Index into the table's list of files. */
  file: number;
  line: number;
  column: number;
  isStatement: boolean;
}

/** Rows of ascending address; the code ends at `end`. */
interface Sequence {
  start: number;
  end: number;
  rows: Row[];
}

/** The line numbers of a firmware: DWARF 2 to 5, also mixed. A line program that is damaged is left out. */
export class LineTable {
  readonly #sequences: Sequence[];
  readonly #files: string[];
  readonly #unitFiles: ReadonlyMap<number, (string | undefined)[]>;
  readonly #symbols: SymbolTable;

  private constructor(
    sequences: Sequence[],
    files: string[],
    unitFiles: ReadonlyMap<number, (string | undefined)[]>,
    symbols: SymbolTable,
  ) {
    this.#sequences = sequences;
    this.#files = files;
    this.#unitFiles = unitFiles;
    this.#symbols = symbols;
  }

  /** Undefined for a firmware without line numbers. */
  static read(elf: Elf, symbols: SymbolTable): LineTable | undefined {
    const section = elf.section('.debug_line')?.bytes ?? new Uint8Array();
    const texts = {
      strings: elf.section('.debug_str')?.bytes ?? new Uint8Array(),
      lineStrings: elf.section('.debug_line_str')?.bytes ?? new Uint8Array(),
    };
    const folders = compilationFolders(elf);
    const files = new FileList();
    const sequences: Sequence[] = [];
    const unitFiles = new Map<number, (string | undefined)[]>();
    for (let offset = 0; offset + 4 < section.length;) {
      const length = new ByteReader(section, offset).u32();
      const end = offset + 4 + length;
      try {
        const program = new LineProgram(
          new ByteReader(section, offset + 4, end),
          texts,
          folders.get(offset) ?? '',
          files,
        );
        unitFiles.set(offset, program.fileNames());
        sequences.push(...program.run());
      } catch (error) {
        if (!(error instanceof OutOfBytes)) throw error;
      }
      offset = end;
    }
    // What the linker has thrown away stays in the table at address 0.
    const kept = sequences
      .filter(({ start, end }) => start !== 0 && start < end)
      .sort((a, b) => a.start - b.start);
    return kept.length === 0 ? undefined : new LineTable(kept, files.names, unitFiles, symbols);
  }

  /** The line that an address belongs to. */
  at(pc: number): SourceLine | undefined {
    const sequence = this.#sequenceAt(pc);
    const row = sequence && rowAt(sequence, pc);
    return row === undefined || row.line === 0
      ? undefined
      : { file: this.#files[row.file] ?? '', line: row.line, column: row.column };
  }

  /** Whether a statement begins at exactly this address. */
  isStatement(pc: number): boolean {
    const rows = this.#sequenceAt(pc)?.rows ?? [];
    for (let index = lastIndexAt(rows, pc); index >= 0 && rows[index]?.address === pc; index--) {
      if (rows[index]?.isStatement === true && rows[index]?.line !== 0) return true;
    }
    return false;
  }

  /** The addresses around `pc`, without a gap, that belong to the same line. */
  statementRange(pc: number): AddressRange | undefined {
    const sequence = this.#sequenceAt(pc);
    if (sequence === undefined) return undefined;
    const row = rowAt(sequence, pc);
    if (row === undefined) return undefined;
    const { rows } = sequence;
    let first = lastIndexAt(rows, pc);
    let last = first;
    const same = (other: Row | undefined) => other?.line === row.line && other.file === row.file;
    const shown = (index: number) => {
      const { address } = rows[index] ?? row;
      return rowAt(sequence, address);
    };
    while (first > 0 && same(shown(first - 1))) first--;
    while (last + 1 < rows.length && same(shown(last + 1))) last++;
    return { start: rows[first]?.address ?? pc, end: rows[last + 1]?.address ?? sequence.end };
  }

  /**
   * Where to stop for a line of a file: the first line from `line` on that has code, with one address for each function
   * that contains it. On the line that opens a function it is the beginning of the function's body.
   */
  addresses(file: string, line: number): { line: number; addresses: number[] } | undefined {
    const wanted = new Set(this.#filesLike(file));
    if (wanted.size === 0) return undefined;
    let best = Infinity;
    let found: Row[] = [];
    for (const { rows } of this.#sequences) {
      for (const row of rows) {
        if (!row.isStatement || row.line < line || row.line > best || !wanted.has(row.file)) continue;
        if (row.line < best) {
          best = row.line;
          found = [];
        }
        found.push(row);
      }
    }
    if (found.length === 0) return undefined;
    const byFunction = new Map<number, number>();
    for (const { address } of found) {
      const start = this.#symbols.at(address)?.symbol.address ?? address;
      byFunction.set(start, Math.min(byFunction.get(start) ?? Infinity, address));
    }
    const addresses = [...byFunction].map(([start, address]) =>
      address === start ? (this.bodyOf(start) ?? address) : address,
    );
    return { line: this.at(addresses[0] ?? 0)?.line ?? best, addresses };
  }

  /** Where the body of the function at `entry` begins: at its second statement, behind the prologue. */
  bodyOf(entry: number): number | undefined {
    const rows = this.#sequenceAt(entry)?.rows ?? [];
    const end = entry + (this.#symbols.at(entry)?.symbol.size ?? 0);
    let statements = 0;
    for (const row of rows) {
      if (row.address < entry || !row.isStatement || row.line === 0) continue;
      if (end > entry && row.address >= end) break;
      if (++statements === 2) return row.address;
    }
    return statements === 0 ? undefined : entry;
  }

  /** The file of number `index` in the line program at `offset` of .debug_line: what DW_AT_call_file refers to. */
  unitFile(offset: number, index: number): string | undefined {
    return this.#unitFiles.get(offset)?.[index];
  }

  files(): string[] {
    return [...this.#files];
  }

  #sequenceAt(pc: number): Sequence | undefined {
    let [low, high] = [0, this.#sequences.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sequences[middle]?.start ?? Infinity) <= pc) low = middle + 1;
      else high = middle;
    }
    const sequence = this.#sequences[low - 1];
    return sequence !== undefined && pc < sequence.end ? sequence : undefined;
  }

  /** The files whose path ends most like `file`: at least the name must be the same. */
  #filesLike(file: string): number[] {
    const wanted = pathParts(file);
    const scores = this.#files.map(name => {
      const parts = pathParts(name);
      let score = 0;
      while (score < parts.length && parts.at(-1 - score) === wanted.at(-1 - score)) score++;
      return score;
    });
    const best = Math.max(0, ...scores);
    return best === 0 ? [] : scores.flatMap((score, index) => (score === best ? [index] : []));
  }
}

/** The row that an address is shown as: of several rows at one address the last that begins a statement. */
function rowAt({ rows }: Sequence, pc: number): Row | undefined {
  const last = lastIndexAt(rows, pc);
  const row = rows[last];
  if (row === undefined) return undefined;
  for (let index = last; rows[index]?.address === row.address; index--) {
    if (rows[index]?.isStatement === true) return rows[index];
  }
  return row;
}

/** The index of the last row at or below an address, -1 when there is none. */
function lastIndexAt(rows: readonly Row[], pc: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.address ?? Infinity) <= pc) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function pathParts(file: string): string[] {
  const parts: string[] = [];
  for (const part of file
    .replaceAll('\\', '/')
    .replace(/^[a-z]:/i, drive => drive.toLowerCase())
    .split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
}

function join(folder: string, file: string): string {
  if (folder === '' || /^([a-z]:)?[/\\]/i.test(file)) return file;
  return `${folder.replace(/[/\\]$/, '')}/${file}`;
}

/** DW_AT_comp_dir by the line program of each unit: before DWARF 5 the line program does not repeat it. */
function compilationFolders(elf: Elf): Map<number, string> {
  const folders = new Map<number, string>();
  for (const { root } of DebugInfo.read(elf)?.units ?? []) {
    const program = root?.number(At.stmtList);
    const folder = root?.text(At.compDir);
    if (program !== undefined && folder !== undefined) folders.set(program, folder);
  }
  return folders;
}

/** Gives each file name one number. */
class FileList {
  readonly names: string[] = [];
  readonly #numbers = new Map<string, number>();

  number(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.names.push(name) - 1;
      this.#numbers.set(name, number);
    }
    return number;
  }
}

interface Texts {
  strings: Uint8Array;
  lineStrings: Uint8Array;
}

/** Opcodes of the line number program, DWARF 5 section 6.2.5. */
const Standard = {
  extended: 0,
  copy: 1,
  advancePc: 2,
  advanceLine: 3,
  setFile: 4,
  setColumn: 5,
  negateStatement: 6,
  constAddPc: 8,
  fixedAdvancePc: 9,
} as const;
const Extended = { endSequence: 1, setAddress: 2 } as const;
const ContentType = { path: 1, directoryIndex: 2 } as const;
const Form = {
  string: 0x08,
  lineStrp: 0x1f,
  strp: 0x0e,
  udata: 0x0f,
  data1: 0x0b,
  data2: 0x05,
  data16: 0x1e,
  block: 0x09,
} as const;

/** The line program of one unit: a small machine that emits rows. */
class LineProgram {
  readonly #reader: ByteReader;
  readonly #version: number;
  readonly #minimumLength: number;
  readonly #defaultStatement: boolean;
  readonly #lineBase: number;
  readonly #lineRange: number;
  readonly #opcodeBase: number;
  readonly #operands: number[];
  readonly #names: (string | undefined)[];
  readonly #files: FileList;

  constructor(reader: ByteReader, texts: Texts, folder: string, files: FileList) {
    this.#reader = reader;
    this.#files = files;
    this.#version = reader.u16();
    if (this.#version < 2 || this.#version > 5) throw new OutOfBytes(reader.offset);
    if (this.#version === 5) reader.skip(2);
    const programStart = reader.u32() + reader.offset;
    this.#minimumLength = reader.u8();
    if (this.#version >= 4) reader.skip(1);
    this.#defaultStatement = reader.u8() !== 0;
    this.#lineBase = reader.i8();
    this.#lineRange = reader.u8();
    this.#opcodeBase = reader.u8();
    this.#operands = Array.from({ length: Math.max(0, this.#opcodeBase - 1) }, () => reader.u8());
    this.#names = this.#version === 5 ? readFiles5(reader, texts, folder) : readFiles(reader, folder);
    reader.offset = programStart;
  }

  fileNames(): (string | undefined)[] {
    return this.#names;
  }

  /** Executes the program. What comes before a damaged place is kept. */
  run(): Sequence[] {
    const sequences: Sequence[] = [];
    try {
      while (!this.#reader.done) {
        const sequence = this.#sequence();
        if (sequence !== undefined) sequences.push(sequence);
      }
    } catch (error) {
      if (!(error instanceof OutOfBytes)) throw error;
    }
    return sequences;
  }

  #sequence(): Sequence | undefined {
    const reader = this.#reader;
    const rows: Row[] = [];
    let address = 0;
    let file = 1;
    let line = 1;
    let column = 0;
    let isStatement = this.#defaultStatement;
    const emit = () => {
      rows.push({ address, file: this.#files.number(this.#names[file] ?? ''), line, column, isStatement });
    };
    while (!reader.done) {
      const opcode = reader.u8();
      if (opcode >= this.#opcodeBase) {
        const adjusted = opcode - this.#opcodeBase;
        address += Math.floor(adjusted / (this.#lineRange || 1)) * this.#minimumLength;
        line += this.#lineBase + (adjusted % (this.#lineRange || 1));
        emit();
        continue;
      }
      switch (opcode) {
        case Standard.extended: {
          const length = reader.uleb();
          const next = reader.offset + length;
          const kind = length === 0 ? 0 : reader.u8();
          if (kind === Extended.setAddress) address = reader.u32();
          reader.offset = next;
          if (kind !== Extended.endSequence) break;
          const [first] = rows;
          if (first === undefined) return undefined;
          rows.sort((a, b) => a.address - b.address);
          return { start: rows[0]?.address ?? first.address, end: address, rows };
        }
        case Standard.copy:
          emit();
          break;
        case Standard.advancePc:
          address += reader.uleb() * this.#minimumLength;
          break;
        case Standard.advanceLine:
          line += reader.sleb();
          break;
        case Standard.setFile:
          file = reader.uleb();
          break;
        case Standard.setColumn:
          column = reader.uleb();
          break;
        case Standard.negateStatement:
          isStatement = !isStatement;
          break;
        case Standard.constAddPc:
          address += Math.floor((255 - this.#opcodeBase) / (this.#lineRange || 1)) * this.#minimumLength;
          break;
        case Standard.fixedAdvancePc:
          address += reader.u16();
          break;
        default:
          for (let count = this.#operands[opcode - 1] ?? 0; count > 0; count--) reader.uleb();
      }
    }
    return undefined;
  }
}

/** The file names of DWARF 2 to 4: numbered from 1, directory 0 is the compilation folder. */
function readFiles(reader: ByteReader, folder: string): (string | undefined)[] {
  const folders = [folder];
  for (let name = reader.cString(); name !== ''; name = reader.cString()) folders.push(join(folder, name));
  const names: (string | undefined)[] = [undefined];
  for (let name = reader.cString(); name !== ''; name = reader.cString()) {
    const directory = reader.uleb();
    reader.uleb();
    reader.uleb();
    names.push(join(folders[directory] ?? folder, name));
  }
  return names;
}

/** The file names of DWARF 5: numbered from 0, in a table that describes its own columns. */
function readFiles5(reader: ByteReader, texts: Texts, folder: string): (string | undefined)[] {
  const directories = readEntries(reader, texts).map(({ path }) => path);
  const root = directories[0] ?? folder;
  const folders = directories.map((path, index) => (index === 0 ? path : join(root, path)));
  return readEntries(reader, texts).map(({ path, directory }) => join(folders[directory] ?? root, path));
}

function readEntries(reader: ByteReader, texts: Texts): { path: string; directory: number }[] {
  const columns = Array.from({ length: reader.u8() }, () => ({
    content: reader.uleb(),
    form: reader.uleb(),
  }));
  const count = reader.uleb();
  const entries: { path: string; directory: number }[] = [];
  if (columns.length === 0) return entries;
  for (let index = 0; index < count; index++) {
    let path = '';
    let directory = 0;
    for (const { content, form } of columns) {
      const value = readForm(reader, form, texts);
      if (content === ContentType.path && typeof value === 'string') path = value;
      if (content === ContentType.directoryIndex && typeof value === 'number') directory = value;
    }
    entries.push({ path, directory });
  }
  return entries;
}

function readForm(reader: ByteReader, form: number, texts: Texts): string | number | undefined {
  switch (form) {
    case Form.string:
      return reader.cString();
    case Form.lineStrp:
      return new ByteReader(texts.lineStrings, reader.u32()).cString();
    case Form.strp:
      return new ByteReader(texts.strings, reader.u32()).cString();
    case Form.udata:
      return reader.uleb();
    case Form.data1:
      return reader.u8();
    case Form.data2:
      return reader.u16();
    case Form.data16:
      reader.skip(16);
      return undefined;
    case Form.block:
      reader.skip(reader.uleb());
      return undefined;
    default:
      throw new OutOfBytes(reader.offset);
  }
}
