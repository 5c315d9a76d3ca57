import { AddressLists } from './addressLists';
import { ByteReader, OutOfBytes } from './byteReader';
import { CodeScopes } from './codeScopes';
import type { DebugInfo, Die } from './dies';
import { At, Tag } from './dwarfConstants';
import type { Elf } from './elf';
import { lastIndexAt } from './rangeIndex';
import { StringTable } from './stringTable';
import type { SymbolTable } from './symbols';

/** A place in the source. `file` is as the compiler wrote it; a relative one is relative to where the firmware was built. */
export interface SourceLine {
  file: string;
  /** Counted from 1. */
  line: number;
  /** Counted from 1; 0 when unknown. */
  column: number;
}

export interface StatementRange {
  start: number;
  end: number;
}

/**
 * What the line numbers of all libraries together stay far below: with libmbedtls 3.0.x they have some 50,000 rows and
 * 5,000 entries for files. Characters are those of paths; no line has code in so many places as `stops`.
 */
const most = { rows: 1_000_000, files: 200_000, characters: 32_000_000, stops: 10_000 };

interface Row {
  address: number;
  /** Index into the table's list of files. */
  file: number;
  line: number;
  column: number;
  isStatement: boolean;
}

/** Code without a gap, from `start` to before `end`. */
interface Sequence {
  start: number;
  end: number;
  /** The rows that begin a statement of some line, of ascending address. */
  statements: readonly Row[];
  /** The row that each address is shown as: of several at one address the last that begins a statement. */
  shown: readonly Row[];
}

/** The line numbers of a firmware: DWARF 2 to 5, also mixed. A line program that is damaged is left out. */
export class LineTable {
  readonly #sequences: readonly Sequence[];
  readonly #files: readonly string[];
  readonly #unitFiles: ReadonlyMap<number, (string | undefined)[]>;
  readonly #symbols: SymbolTable;
  readonly #code: CodeScopes | undefined;

  private constructor(
    sequences: readonly Sequence[],
    files: readonly string[],
    unitFiles: ReadonlyMap<number, (string | undefined)[]>,
    symbols: SymbolTable,
    code: CodeScopes | undefined,
  ) {
    this.#sequences = sequences;
    this.#files = files;
    this.#unitFiles = unitFiles;
    this.#symbols = symbols;
    this.#code = code;
  }

  /** Undefined for a firmware without line numbers. */
  static read(elf: Elf, symbols: SymbolTable, debug: DebugInfo | undefined): LineTable | undefined {
    const section = elf.section('.debug_line')?.bytes ?? new Uint8Array();
    const texts = {
      strings: new StringTable(elf.section('.debug_str')?.bytes ?? new Uint8Array()),
      lineStrings: new StringTable(elf.section('.debug_line_str')?.bytes ?? new Uint8Array()),
    };
    const folders = compilationFolders(debug);
    const files = new FileList();
    const limits = { rows: most.rows };
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
          limits,
        );
        unitFiles.set(offset, program.fileNames());
        for (const sequence of program.run()) sequences.push(sequence);
      } catch (error) {
        if (!(error instanceof OutOfBytes)) throw error;
      }
      offset = end;
    }
    // What the linker has thrown away stays in the table at address 0.
    const kept = sequences
      .filter(({ start, end }) => start !== 0 && start < end)
      .sort((a, b) => a.start - b.start);
    if (kept.length === 0) return undefined;
    const code = debug && new CodeScopes(debug, new AddressLists(elf));
    return new LineTable(kept, files.names, unitFiles, symbols, code);
  }

  /** The line that an address belongs to. */
  at(pc: number): SourceLine | undefined {
    const sequence = this.#sequenceAt(pc);
    const row = sequence?.shown[lastRowAt(sequence.shown, pc)];
    return row === undefined || row.line === 0
      ? undefined
      : { file: this.#files[row.file] ?? '', line: row.line, column: row.column };
  }

  /** Whether a statement begins at exactly this address. */
  isStatement(pc: number): boolean {
    const shown = this.#sequenceAt(pc)?.shown ?? [];
    const row = shown[lastRowAt(shown, pc)];
    return row?.address === pc && row.isStatement && row.line !== 0;
  }

  /** The addresses around `pc`, without a gap, that belong to the same line. */
  statementRange(pc: number): StatementRange | undefined {
    const sequence = this.#sequenceAt(pc);
    if (sequence === undefined) return undefined;
    const { shown } = sequence;
    let first = lastRowAt(shown, pc);
    let last = first;
    const row = shown[first];
    if (row === undefined) return undefined;
    const same = (other: Row | undefined) => other?.line === row.line && other.file === row.file;
    while (first > 0 && same(shown[first - 1])) first--;
    while (same(shown[last + 1])) last++;
    return { start: shown[first]?.address ?? pc, end: shown[last + 1]?.address ?? sequence.end };
  }

  /**
   * Where to stop for a line of a file: the first line from `line` on that has code, with one address for each function
   * that contains it and for each copy of one that is inlined. On the line that opens a function it is the beginning of
   * the function's body.
   */
  addresses(file: string, line: number): { line: number; addresses: number[] } | undefined {
    const wanted = new Set(this.#filesLike(file));
    if (wanted.size === 0) return undefined;
    let best = Infinity;
    let found = new Set<number>();
    for (const { statements } of this.#sequences) {
      for (const row of statements) {
        if (row.line < line || row.line > best || !wanted.has(row.file)) continue;
        if (row.line < best) {
          best = row.line;
          found = new Set();
        }
        found.add(row.address);
      }
    }
    if (found.size === 0) return undefined;

    const addresses = new Map<string, number>();
    let shownLine = Infinity;
    for (const address of [...found].sort((a, b) => a - b).slice(0, most.stops)) {
      const copy = this.#copyAt(address, best, wanted);
      if (addresses.has(copy.key)) continue;
      const body = copy.isEntry ? (this.bodyOf(address) ?? address) : address;
      addresses.set(copy.key, body);
      shownLine = Math.min(shownLine, body === address ? best : (this.#ownLineAt(body) ?? best));
    }
    return { line: shownLine, addresses: [...addresses.values()] };
  }

  /** Where the body of the function at `entry` begins: at its second statement, behind the prologue. */
  bodyOf(entry: number): number | undefined {
    const statements = this.#sequenceAt(entry)?.statements ?? [];
    const first = lastRowAt(statements, entry - 1) + 1;
    const end = entry + (this.#symbols.at(entry)?.symbol.size ?? 0);
    const isInside = (row: Row | undefined): row is Row =>
      row !== undefined && (end === entry || row.address < end);
    if (!isInside(statements[first])) return undefined;
    const second = statements[first + 1];
    return isInside(second) ? second.address : entry;
  }

  /** Which function, or which inlined copy of one, the code of a line at an address is a part of, and whether it is entered there. */
  #copyAt(address: number, line: number, wanted: ReadonlySet<number>): { key: string; isEntry: boolean } {
    // GCC may put the cold part of a function elsewhere, under a symbol of its own.
    const start = this.#symbols.at(address)?.symbol.address ?? address;
    const chain = this.#code?.inlineScopes(address).flatMap(([die]) => die ?? []) ?? [];
    // An inlined function can begin at the line of its call, a line of the function around it.
    const copy = chain.find(die => !this.#isCalledFrom(die, line, wanted));
    return {
      key: `${start} ${copy?.offset ?? ''}`,
      isEntry: address === start && copy?.tag !== Tag.inlinedSubroutine,
    };
  }

  #isCalledFrom(inlined: Die, line: number, files: ReadonlySet<number>): boolean {
    const program = inlined.unit.root?.number(At.stmtList);
    const file = inlined.number(At.callFile);
    if (program === undefined || file === undefined || inlined.number(At.callLine) !== line) return false;
    const name = this.unitFile(program, file);
    return this.#files.some((other, number) => other === name && files.has(number));
  }

  /** The line of an address; undefined where it is one of an inlined function. */
  #ownLineAt(address: number): number | undefined {
    const isInlined = (this.#code?.inlineScopes(address).length ?? 0) > 1;
    return isInlined ? undefined : this.at(address)?.line;
  }

  /** The file of number `index` in the line program at `offset` of .debug_line: what DW_AT_call_file refers to. */
  unitFile(offset: number, index: number): string | undefined {
    return this.#unitFiles.get(offset)?.[index];
  }

  files(): string[] {
    return [...this.#files];
  }

  #sequenceAt(pc: number): Sequence | undefined {
    const sequence = this.#sequences[lastIndexAt(this.#sequences, pc, ({ start }) => start)];
    return sequence !== undefined && pc < sequence.end ? sequence : undefined;
  }

  /** The numbers of the files whose path ends most like `file`: at least the name must be the same. */
  #filesLike(file: string): number[] {
    const wanted = pathParts(file);
    let best = 1;
    let like: number[] = [];
    this.#files.forEach((name, number) => {
      const parts = pathParts(name);
      let score = 0;
      while (score < parts.length && parts.at(-1 - score) === wanted.at(-1 - score)) score++;
      if (score > best) like = [];
      best = Math.max(best, score);
      if (score === best) like.push(number);
    });
    return like;
  }
}

/** The index of the last row at or below an address, -1 when there is none. */
function lastRowAt(rows: readonly Row[], pc: number): number {
  return lastIndexAt(rows, pc, ({ address }) => address);
}

/** Of the rows at each address the last that begins a statement, if one does. */
function shownRows(rows: readonly Row[]): Row[] {
  const shown: Row[] = [];
  for (const row of rows) {
    const last = shown.at(-1);
    if (last?.address !== row.address) shown.push(row);
    else if (row.isStatement || !last.isStatement) shown[shown.length - 1] = row;
  }
  return shown;
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
function compilationFolders(debug: DebugInfo | undefined): Map<number, string> {
  const folders = new Map<number, string>();
  for (const { root } of debug?.units ?? []) {
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
  #charactersLeft = most.characters;
  #entriesLeft = most.files;

  /** A path for the table of a line program. Throws OutOfBytes when there are more than any firmware has. */
  path(folder: string, file: string): string {
    const path = join(folder, file);
    this.#charactersLeft -= path.length;
    if (--this.#entriesLeft < 0 || this.#charactersLeft < 0) throw new OutOfBytes(0);
    return path;
  }

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
  strings: StringTable;
  lineStrings: StringTable;
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
  readonly #limits: { rows: number };

  /** `limits.rows` counts down the rows that may still be made. */
  constructor(reader: ByteReader, texts: Texts, folder: string, files: FileList, limits: { rows: number }) {
    this.#reader = reader;
    this.#files = files;
    this.#limits = limits;
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
    this.#names =
      this.#version === 5 ? readFiles5(reader, texts, folder, files) : readFiles(reader, folder, files);
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
      if (--this.#limits.rows < 0 || address > 0xffffffff) throw new OutOfBytes(reader.offset);
      const isLine = line > 0 && line <= 0x7fffffff;
      rows.push({
        address,
        file: this.#files.number(this.#names[file] ?? ''),
        line: isLine ? line : 0,
        column,
        isStatement,
      });
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
          return {
            start: rows[0]?.address ?? first.address,
            end: address,
            statements: rows.filter(row => row.isStatement && row.line !== 0),
            shown: shownRows(rows),
          };
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
function readFiles(reader: ByteReader, folder: string, files: FileList): (string | undefined)[] {
  const folders = [folder];
  for (let name = reader.cString(); name !== ''; name = reader.cString())
    folders.push(files.path(folder, name));
  const names: (string | undefined)[] = [undefined];
  for (let name = reader.cString(); name !== ''; name = reader.cString()) {
    const directory = reader.uleb();
    reader.uleb();
    reader.uleb();
    names.push(files.path(folders[directory] ?? folder, name));
  }
  return names;
}

/** The file names of DWARF 5: numbered from 0, in a table that describes its own columns. */
function readFiles5(
  reader: ByteReader,
  texts: Texts,
  folder: string,
  files: FileList,
): (string | undefined)[] {
  const directories = readEntries(reader, texts).map(({ path }) => path);
  const root = directories[0] ?? folder;
  const folders = directories.map((path, index) => (index === 0 ? path : files.path(root, path)));
  return readEntries(reader, texts).map(({ path, directory }) =>
    files.path(folders[directory] ?? root, path),
  );
}

function readEntries(reader: ByteReader, texts: Texts): { path: string; directory: number }[] {
  const columns = Array.from({ length: reader.u8() }, () => ({
    content: reader.uleb(),
    form: reader.uleb(),
  }));
  const count = reader.uleb();
  const entries: { path: string; directory: number }[] = [];
  // Each entry takes bytes, so that the section limits a count that makes no sense; one without columns would not.
  if (columns.length === 0) return entries;
  if (count > most.files) throw new OutOfBytes(reader.offset);
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
      return textAt(texts.lineStrings, reader.u32());
    case Form.strp:
      return textAt(texts.strings, reader.u32());
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

function textAt(texts: StringTable, offset: number): string {
  const text = texts.at(offset);
  if (text === undefined) throw new OutOfBytes(offset);
  return text;
}
