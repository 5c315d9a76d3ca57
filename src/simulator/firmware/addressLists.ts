import { ByteReader, OutOfBytes } from './byteReader';
import type { Die, Unit } from './dies';
import { At } from './dwarfConstants';
import type { Elf } from './elf';

/** Addresses from `low` up to but not including `high`. */
export interface AddressRange {
  low: number;
  high: number;
}

interface Entry extends AddressRange {
  expression: Uint8Array;
}

const noBytes = new Uint8Array();
/** Of all lists in a section; firmware has some ten thousand. */
const maxEntries = 500_000;

/** What the debug information keeps per range of addresses: the ranges of scopes, and where a variable lives when. */
export class AddressLists {
  readonly #rangesBefore5: ListSection;
  readonly #ranges5: ListSection;
  readonly #locationsBefore5: ListSection;
  readonly #locations5: ListSection;

  constructor(elf: Elf) {
    const section = (name: string, ...[read, withExpressions]: [ReadList, boolean]): ListSection =>
      new ListSection(elf.section(name)?.bytes ?? noBytes, read, withExpressions);
    this.#rangesBefore5 = section('.debug_ranges', readList, false);
    this.#ranges5 = section('.debug_rnglists', readList5, false);
    this.#locationsBefore5 = section('.debug_loc', readList, true);
    this.#locations5 = section('.debug_loclists', readList5, true);
  }

  /** The code of a scope. What the linker left out (--gc-sections) has address 0 and does not count. */
  ranges(die: Die): AddressRange[] {
    const list = die.number(At.ranges);
    const ranges = list === undefined ? lowToHigh(die) : this.#list(die.unit, list, false);
    return ranges.filter(({ low, high }) => low > 0 && low < high);
  }

  /** The location expression of a DIE's attribute that holds at an address; undefined where the variable has no place. */
  expression(die: Die, name: number, pc: number): Uint8Array | undefined {
    const attribute = die.attribute(name);
    if (attribute?.kind === 'block') return attribute.bytes;
    if (attribute?.kind !== 'constant') return undefined;
    return this.#list(die.unit, attribute.value, true).find(({ low, high }) => low <= pc && pc < high)
      ?.expression;
  }

  #list(unit: Unit, offset: number, withExpressions: boolean): readonly Entry[] {
    const before5 = withExpressions ? this.#locationsBefore5 : this.#rangesBefore5;
    const since5 = withExpressions ? this.#locations5 : this.#ranges5;
    return (unit.version < 5 ? before5 : since5).list(offset, unit);
  }
}

/** Reads the entries of a list one by one, as far as they make sense. Throws OutOfBytes. */
type ReadList = (reader: ByteReader, base: number, withExpressions: boolean) => Iterable<Entry>;

/** The lists of one section, each read once. */
class ListSection {
  readonly #bytes: Uint8Array;
  readonly #read: ReadList;
  readonly #withExpressions: boolean;
  readonly #lists = new Map<number, Entry[]>();
  /** Entries that may still be read. Lists that do not overlap have fewer than their section has bytes. */
  #left: number;

  constructor(bytes: Uint8Array, read: ReadList, withExpressions: boolean) {
    this.#bytes = bytes;
    this.#read = read;
    this.#withExpressions = withExpressions;
    this.#left = Math.min(bytes.length, maxEntries);
  }

  /** The list at an offset, which belongs to one unit. What is damaged is left out. */
  list(offset: number, unit: Unit): readonly Entry[] {
    const known = this.#lists.get(offset);
    if (known !== undefined) return known;
    const entries: Entry[] = [];
    this.#lists.set(offset, entries);
    const base = unit.root?.number(At.lowPc) ?? 0;
    try {
      for (const entry of this.#read(new ByteReader(this.#bytes, offset), base, this.#withExpressions)) {
        if (this.#left-- <= 0) break;
        entries.push(entry);
      }
    } catch (error) {
      if (!(error instanceof OutOfBytes)) throw error;
    }
    return entries;
  }
}

export function contains(ranges: readonly AddressRange[], pc: number): boolean {
  return ranges.some(({ low, high }) => low <= pc && pc < high);
}

function lowToHigh(die: Die): AddressRange[] {
  const low = die.number(At.lowPc);
  const high = die.attribute(At.highPc);
  if (low === undefined || (high?.kind !== 'address' && high?.kind !== 'constant')) return [];
  // Since DWARF 4 the end is a length, if it is not written as an address.
  return [{ low, high: high.kind === 'address' ? high.value : low + high.value }];
}

function* readList(reader: ByteReader, base: number, withExpressions: boolean): Iterable<Entry> {
  for (;;) {
    const low = reader.u32();
    const high = reader.u32();
    if (low === 0 && high === 0) return;
    if (low === 0xffffffff) {
      base = high;
      continue;
    }
    const expression = withExpressions ? reader.bytes(reader.u16()) : noBytes;
    yield { low: base + low, high: base + high, expression };
  }
}

/** DWARF 5 encodes both kinds of lists alike, but numbers the entries from 5 on differently. */
function* readList5(reader: ByteReader, base: number, withExpressions: boolean): Iterable<Entry> {
  const endOfList = 0;
  const offsetPair = 4;
  const defaultLocation = withExpressions ? 5 : undefined;
  const baseAddress = withExpressions ? 6 : 5;
  const startEnd = withExpressions ? 7 : 6;
  const startLength = withExpressions ? 8 : 7;

  const entry = (low: number, high: number): Entry => ({
    low,
    high,
    expression: withExpressions ? reader.bytes(reader.uleb()) : noBytes,
  });
  for (;;) {
    const kind = reader.u8();
    if (kind === endOfList) return;
    if (kind === offsetPair) {
      const low = base + reader.uleb();
      yield entry(low, base + reader.uleb());
    } else if (kind === defaultLocation) {
      yield entry(0, Number.POSITIVE_INFINITY);
    } else if (kind === baseAddress) {
      base = reader.u32();
    } else if (kind === startEnd) {
      const low = reader.u32();
      yield entry(low, reader.u32());
    } else if (kind === startLength) {
      const low = reader.u32();
      yield entry(low, low + reader.uleb());
    } else return;
  }
}
