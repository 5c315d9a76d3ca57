import { ByteReader, OutOfBytes } from './byteReader';
import { At, Form } from './dwarfConstants';
import type { Elf } from './elf';
import { exactLeb } from './leb128';
import { StringTable } from './stringTable';

/** The value of a DIE's attribute. Flags are the constants 0 and 1; a number too large for a double is a block of 8 bytes. */
export type Attribute =
  | { kind: 'address'; value: number }
  | { kind: 'constant'; value: number }
  | { kind: 'text'; value: string }
  /** Counted from the beginning of .debug_info. */
  | { kind: 'reference'; offset: number }
  | { kind: 'block'; bytes: Uint8Array };

interface DebugSections {
  info: Uint8Array;
  abbreviations: Uint8Array;
  strings: StringTable;
  lineStrings: StringTable;
}

interface Abbreviation {
  tag: number;
  hasChildren: boolean;
  attributes: AttributeSpecification[];
  /** Of all attributes in bytes; undefined when it differs from entry to entry. */
  size: number | undefined;
}

interface AttributeSpecification {
  name: number;
  form: number;
  /** The value that DW_FORM_implicit_const keeps here. */
  implicit: Attribute | undefined;
}

type Abbreviations = ReadonlyMap<number, Abbreviation>;

interface UnitHeader {
  offset: number;
  /** Where the first DIE begins and the unit ends. */
  start: number;
  end: number;
  version: number;
  abbreviations: number;
}

/** A copy of a clone of a nested function has four entries; longer is junk. */
const longestOrigin = 8;
/** GCC nests some 20 levels in the wildest function; deeper is junk. */
const deepestNesting = 250;
/**
 * What the debug information of all libraries together stays far below: with libmbedtls 3.0.x it has some 100 units,
 * 10,000 abbreviations and 100,000 entries, each of at most 20 attributes.
 */
const most = { units: 20_000, entries: 500_000, attributes: 64 };

/**
 * The debugging information entries of a firmware: DWARF 2 to 5, mixed, as its libraries are. Only the headers of units
 * are read at once, the entries of a unit when they are first asked for. What makes no sense is left out.
 */
export class DebugInfo {
  /** In the order of .debug_info. */
  readonly units: readonly Unit[];
  /** Entries that may still be read. */
  #entriesLeft = most.entries;

  private constructor(sections: DebugSections) {
    const tables = new Map<number, Abbreviations>();
    // Tables that overlap, as no compiler writes them, are not read over and over.
    const left = { bytes: sections.abbreviations.length };
    const abbreviationsAt = (offset: number): Abbreviations => {
      const table = tables.get(offset) ?? readAbbreviations(sections.abbreviations, offset, left);
      tables.set(offset, table);
      return table;
    };
    this.units = readHeaders(sections.info).map(header => new Unit(this, sections, header, abbreviationsAt));
  }

  /** The entries of a firmware; undefined when it was built without -g. */
  static read(elf: Elf): DebugInfo | undefined {
    const bytes = (name: string): Uint8Array => elf.section(name)?.bytes ?? new Uint8Array();
    const info = bytes('.debug_info');
    if (info.length === 0) return undefined;
    return new DebugInfo({
      info,
      abbreviations: bytes('.debug_abbrev'),
      strings: new StringTable(bytes('.debug_str')),
      lineStrings: new StringTable(bytes('.debug_line_str')),
    });
  }

  /** Whether one more entry may be read. */
  takeEntry(): boolean {
    return --this.#entriesLeft >= 0;
  }

  /** The entry at a byte offset of .debug_info, whichever unit it is in. */
  die(offset: number): Die | undefined {
    let low = 0;
    let high = this.units.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.units[middle]?.end ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    return this.units[low]?.die(offset);
  }
}

/** What one run of the compiler wrote: in C, one source file with its headers. */
export class Unit {
  readonly offset: number;
  readonly end: number;
  readonly version: number;
  readonly #info: DebugInfo;
  readonly #sections: DebugSections;
  readonly #header: UnitHeader;
  readonly #abbreviationsAt: (offset: number) => Abbreviations;
  #root: Die | undefined;
  #dies: Map<number, Die> | undefined;

  constructor(
    info: DebugInfo,
    sections: DebugSections,
    header: UnitHeader,
    abbreviationsAt: (offset: number) => Abbreviations,
  ) {
    this.offset = header.offset;
    this.end = header.end;
    this.version = header.version;
    this.#info = info;
    this.#sections = sections;
    this.#header = header;
    this.#abbreviationsAt = abbreviationsAt;
  }

  /** The entry that describes the unit itself, without the cost of reading the others; undefined in a broken unit. */
  get root(): Die | undefined {
    if (this.#root !== undefined) return this.#root;
    const reader = this.#reader(this.#header.start);
    try {
      const abbreviation = this.#abbreviations.get(reader.uleb());
      if (abbreviation === undefined) return undefined;
      this.#root = new Die(this, undefined, this.#header.start, abbreviation, reader.offset);
    } catch (error) {
      if (!(error instanceof OutOfBytes)) throw error;
    }
    return this.#root;
  }

  /** The entries directly below the unit's own: functions, file-scope variables and types. */
  get topLevel(): readonly Die[] {
    this.#tree();
    return this.#root?.children ?? [];
  }

  /** The entry at a byte offset of .debug_info. */
  die(offset: number): Die | undefined {
    if (offset < this.offset || offset >= this.end) return undefined;
    return this.#tree().get(offset);
  }

  /** The value of the attribute at `position`, or undefined if it has a form we don't read. Throws OutOfBytes. */
  readAttribute(specification: AttributeSpecification, position: number): Attribute | undefined {
    return this.#readForm(this.#reader(position), specification.form, specification);
  }

  /** Moves over an attribute's value: the position behind it, or undefined if its form is unknown. Throws OutOfBytes. */
  skipAttribute(specification: AttributeSpecification, position: number): number | undefined {
    const reader = this.#reader(position);
    return this.#skipForm(reader, specification.form) ? reader.offset : undefined;
  }

  /** The entry that a reference names. */
  resolve(reference: number): Die | undefined {
    return this.#info.die(reference);
  }

  get #abbreviations(): Abbreviations {
    return this.#abbreviationsAt(this.#header.abbreviations);
  }

  #reader(offset: number): ByteReader {
    return new ByteReader(this.#sections.info, offset, this.end);
  }

  /** All entries by offset; what is before the first senseless byte if the unit is broken. */
  #tree(): Map<number, Die> {
    if (this.#dies !== undefined) return this.#dies;
    const dies = new Map<number, Die>();
    this.#dies = dies;
    const root = this.root;
    if (root === undefined) return dies;
    const abbreviations = this.#abbreviations;
    const reader = this.#reader(this.#header.start);
    const open: Die[] = [];
    try {
      do {
        const offset = reader.offset;
        const code = reader.uleb();
        if (code === 0) {
          open.pop();
          continue;
        }
        const abbreviation = abbreviations.get(code);
        if (abbreviation === undefined || !this.#info.takeEntry()) return dies;
        const parent = open.at(-1);
        const die = parent === undefined ? root : new Die(this, parent, offset, abbreviation, reader.offset);
        if (abbreviation.size !== undefined) reader.skip(abbreviation.size);
        else for (const { form } of abbreviation.attributes) if (!this.#skipForm(reader, form)) return dies;
        parent?.children.push(die);
        dies.set(offset, die);
        if (abbreviation.hasChildren) open.push(die);
      } while (open.length > 0 && open.length < deepestNesting);
    } catch (error) {
      if (!(error instanceof OutOfBytes)) throw error;
    }
    return dies;
  }

  #skipForm(reader: ByteReader, form: number): boolean {
    const size = fixedSizes.get(form);
    if (size !== undefined) {
      reader.skip(size);
      return true;
    }
    switch (form) {
      case Form.sdata:
      case Form.udata:
      case Form.refUdata:
        while (reader.u8() >= 0x80);
        return true;
      case Form.string:
        while (reader.u8() !== 0);
        return true;
      case Form.block1:
        reader.skip(reader.u8());
        return true;
      case Form.block2:
        reader.skip(reader.u16());
        return true;
      case Form.block4:
        reader.skip(reader.u32());
        return true;
      case Form.block:
      case Form.exprloc:
        reader.skip(reader.uleb());
        return true;
      case Form.indirect: {
        const actual = reader.uleb();
        return actual !== Form.indirect && this.#skipForm(reader, actual);
      }
      default:
        return false;
    }
  }

  #readForm(reader: ByteReader, form: number, { implicit }: AttributeSpecification): Attribute | undefined {
    switch (form) {
      case Form.addr:
        return { kind: 'address', value: reader.u32() };
      case Form.data1:
      case Form.flag:
        return { kind: 'constant', value: reader.u8() };
      case Form.data2:
        return { kind: 'constant', value: reader.u16() };
      case Form.data4:
      case Form.secOffset:
        return { kind: 'constant', value: reader.u32() };
      case Form.data8:
      case Form.data16:
        return { kind: 'block', bytes: reader.bytes(form === Form.data8 ? 8 : 16) };
      case Form.sdata:
        return constant(exactLeb(reader, true));
      case Form.udata:
        return constant(exactLeb(reader, false));
      case Form.flagPresent:
        return { kind: 'constant', value: 1 };
      case Form.implicitConst:
        return implicit;
      case Form.string:
        return { kind: 'text', value: reader.cString() };
      case Form.strp:
        return { kind: 'text', value: this.#sections.strings.at(reader.u32()) ?? '' };
      case Form.lineStrp:
        return { kind: 'text', value: this.#sections.lineStrings.at(reader.u32()) ?? '' };
      case Form.ref1:
        return { kind: 'reference', offset: this.offset + reader.u8() };
      case Form.ref2:
        return { kind: 'reference', offset: this.offset + reader.u16() };
      case Form.ref4:
        return { kind: 'reference', offset: this.offset + reader.u32() };
      case Form.refUdata:
        return { kind: 'reference', offset: this.offset + reader.uleb() };
      case Form.refAddr:
        return { kind: 'reference', offset: reader.u32() };
      case Form.block1:
        return { kind: 'block', bytes: reader.bytes(reader.u8()) };
      case Form.block2:
        return { kind: 'block', bytes: reader.bytes(reader.u16()) };
      case Form.block4:
        return { kind: 'block', bytes: reader.bytes(reader.u32()) };
      case Form.block:
      case Form.exprloc:
        return { kind: 'block', bytes: reader.bytes(reader.uleb()) };
      case Form.indirect: {
        const actual = reader.uleb();
        return actual === Form.indirect
          ? undefined
          : this.#readForm(reader, actual, { name: 0, form: actual, implicit });
      }
      default:
        return undefined;
    }
  }
}

/** A debugging information entry: a function, variable, type or part of one. */
export class Die {
  readonly children: Die[] = [];
  readonly #abbreviation: Abbreviation;
  readonly #start: number;

  constructor(
    readonly unit: Unit,
    readonly parent: Die | undefined,
    readonly offset: number,
    abbreviation: Abbreviation,
    start: number,
  ) {
    this.#abbreviation = abbreviation;
    this.#start = start;
  }

  /** The kind of entry, one of {@link Tag}. */
  get tag(): number {
    return this.#abbreviation.tag;
  }

  has(name: number): boolean {
    return this.#abbreviation.attributes.some(attribute => attribute.name === name);
  }

  /** The value of one attribute, one of {@link At}; undefined when the entry has none or it cannot be read. */
  attribute(name: number): Attribute | undefined {
    if (!this.has(name)) return undefined;
    let position: number | undefined = this.#start;
    try {
      for (const specification of this.#abbreviation.attributes) {
        if (specification.name === name) return this.unit.readAttribute(specification, position);
        position = this.unit.skipAttribute(specification, position);
        if (position === undefined) return undefined;
      }
    } catch (error) {
      if (!(error instanceof OutOfBytes)) throw error;
    }
    return undefined;
  }

  /** A constant, flag, address or section offset. */
  number(name: number): number | undefined {
    const attribute = this.attribute(name);
    return attribute?.kind === 'constant' || attribute?.kind === 'address' ? attribute.value : undefined;
  }

  text(name: number): string | undefined {
    const attribute = this.attribute(name);
    return attribute?.kind === 'text' && attribute.value !== '' ? attribute.value : undefined;
  }

  /** The entry that an attribute refers to. */
  target(name: number): Die | undefined {
    const attribute = this.attribute(name);
    return attribute?.kind === 'reference' ? this.unit.resolve(attribute.offset) : undefined;
  }

  /** This entry and those it completes: the abstract instance of an inlined function, the declaration of a variable. */
  withOrigins(): Die[] {
    const dies: Die[] = [this];
    for (let next = this.#origin; next !== undefined && !dies.includes(next); next = next.#origin)
      if (dies.push(next) === longestOrigin) break;
    return dies;
  }

  get #origin(): Die | undefined {
    return this.target(At.abstractOrigin) ?? this.target(At.specification);
  }

  /** The name, which a concrete instance leaves to its origin. */
  get name(): string | undefined {
    for (const die of this.withOrigins()) {
      const name = die.text(At.name);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  /** The entry of the type, which a concrete instance leaves to its origin; undefined for void. */
  get type(): Die | undefined {
    for (const die of this.withOrigins()) {
      const type = die.target(At.type);
      if (type !== undefined) return type;
    }
    return undefined;
  }
}

function readHeaders(info: Uint8Array): UnitHeader[] {
  const headers: UnitHeader[] = [];
  const reader = new ByteReader(info);
  try {
    while (reader.offset < info.length && headers.length < most.units) {
      const offset = reader.offset;
      const length = reader.u32();
      // From 0xfffffff0 on lengths are escapes, for 64-bit DWARF, which no 32-bit chip needs.
      if (length >= 0xfffffff0) break;
      const end = Math.min(reader.offset + length, info.length);
      const header = readHeader(new ByteReader(info, reader.offset, end), offset, end);
      if (header !== undefined) headers.push(header);
      reader.offset = end;
    }
  } catch (error) {
    if (!(error instanceof OutOfBytes)) throw error;
  }
  return headers;
}

/** The header behind a unit's length; undefined for a unit of another kind than plain C has. */
function readHeader(reader: ByteReader, offset: number, end: number): UnitHeader | undefined {
  try {
    const version = reader.u16();
    if (version < 2 || version > 5) return undefined;
    if (version < 5) {
      const abbreviations = reader.u32();
      return reader.u8() === 4 ? { offset, start: reader.offset, end, version, abbreviations } : undefined;
    }
    const unitType = reader.u8();
    const addressSize = reader.u8();
    const abbreviations = reader.u32();
    const compileUnit = 0x01;
    if (unitType !== compileUnit || addressSize !== 4) return undefined;
    return { offset, start: reader.offset, end, version, abbreviations };
  } catch (error) {
    if (!(error instanceof OutOfBytes)) throw error;
    return undefined;
  }
}

/** The abbreviation table at an offset of .debug_abbrev, as far as it can be read. */
function readAbbreviations(section: Uint8Array, offset: number, left: { bytes: number }): Abbreviations {
  const table = new Map<number, Abbreviation>();
  if (offset >= section.length) return table;
  const reader = new ByteReader(section, offset, offset + left.bytes);
  try {
    for (let code = reader.uleb(); code !== 0; code = reader.uleb()) {
      const tag = reader.uleb();
      const hasChildren = reader.u8() !== 0;
      const attributes: AttributeSpecification[] = [];
      for (;;) {
        const name = reader.uleb();
        const form = reader.uleb();
        if (name === 0 && form === 0) break;
        if (attributes.length === most.attributes) return table;
        attributes.push({
          name,
          form,
          implicit: form === Form.implicitConst ? constant(exactLeb(reader, true)) : undefined,
        });
      }
      table.set(code, { tag, hasChildren, attributes, size: fixedSize(attributes) });
    }
  } catch (error) {
    if (!(error instanceof OutOfBytes)) throw error;
  } finally {
    left.bytes -= reader.offset - offset;
  }
  return table;
}

const fixedSizes = new Map<number, number>([
  ...[Form.flagPresent, Form.implicitConst].map(form => [form, 0] as const),
  ...[Form.data1, Form.flag, Form.ref1].map(form => [form, 1] as const),
  ...[Form.data2, Form.ref2].map(form => [form, 2] as const),
  ...[Form.addr, Form.data4, Form.ref4, Form.strp, Form.lineStrp, Form.secOffset, Form.refAddr].map(
    form => [form, 4] as const,
  ),
  ...[Form.data8, Form.ref8, Form.refSig8].map(form => [form, 8] as const),
  [Form.data16, 16],
]);

function fixedSize(attributes: AttributeSpecification[]): number | undefined {
  let size: number | undefined = 0;
  for (const { form } of attributes) {
    const part = fixedSizes.get(form);
    size = size === undefined || part === undefined ? undefined : size + part;
  }
  return size;
}

function constant(value: bigint): Attribute {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return { kind: 'constant', value: number };
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
  return { kind: 'block', bytes };
}
