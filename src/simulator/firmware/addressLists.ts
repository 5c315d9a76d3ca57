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

/** Range lists and location lists have some ten entries; what goes on for longer is junk. */
const longestList = 10_000;

const noBytes = new Uint8Array();

/** What the debug information keeps per range of addresses: the ranges of scopes, and where a variable lives when. */
export class AddressLists {
  readonly #rangesBefore5: Uint8Array;
  readonly #ranges5: Uint8Array;
  readonly #locationsBefore5: Uint8Array;
  readonly #locations5: Uint8Array;

  constructor(elf: Elf) {
    const bytes = (name: string): Uint8Array => elf.section(name)?.bytes ?? noBytes;
    this.#rangesBefore5 = bytes('.debug_ranges');
    this.#ranges5 = bytes('.debug_rnglists');
    this.#locationsBefore5 = bytes('.debug_loc');
    this.#locations5 = bytes('.debug_loclists');
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

  #list(unit: Unit, offset: number, withExpressions: boolean): Entry[] {
    const before5 = withExpressions ? this.#locationsBefore5 : this.#rangesBefore5;
    const since5 = withExpressions ? this.#locations5 : this.#ranges5;
    const section = unit.version < 5 ? before5 : since5;
    if (offset >= section.length) return [];
    const reader = new ByteReader(section, offset);
    const base = unit.root?.number(At.lowPc) ?? 0;
    return unit.version < 5
      ? readList(reader, base, withExpressions)
      : readList5(reader, base, withExpressions);
  }
}

function lowToHigh(die: Die): AddressRange[] {
  const low = die.number(At.lowPc);
  const high = die.attribute(At.highPc);
  if (low === undefined || (high?.kind !== 'address' && high?.kind !== 'constant')) return [];
  // Since DWARF 4 the end is a length, if it is not written as an address.
  return [{ low, high: high.kind === 'address' ? high.value : low + high.value }];
}

function readList(reader: ByteReader, base: number, withExpressions: boolean): Entry[] {
  const entries: Entry[] = [];
  try {
    while (entries.length < longestList) {
      const low = reader.u32();
      const high = reader.u32();
      if (low === 0 && high === 0) break;
      if (low === 0xffffffff) base = high;
      else {
        const expression = withExpressions ? reader.bytes(reader.u16()) : noBytes;
        entries.push({ low: base + low, high: base + high, expression });
      }
    }
  } catch (error) {
    if (!(error instanceof OutOfBytes)) throw error;
  }
  return entries;
}

/** DWARF 5 encodes both kinds of lists alike, but numbers the entries from 5 on differently. */
function readList5(reader: ByteReader, base: number, withExpressions: boolean): Entry[] {
  const endOfList = 0;
  const offsetPair = 4;
  const defaultLocation = withExpressions ? 5 : undefined;
  const baseAddress = withExpressions ? 6 : 5;
  const startEnd = withExpressions ? 7 : 6;
  const startLength = withExpressions ? 8 : 7;

  const entries: Entry[] = [];
  const add = (low: number, high: number): void => {
    entries.push({ low, high, expression: withExpressions ? reader.bytes(reader.uleb()) : noBytes });
  };
  try {
    while (entries.length < longestList) {
      const kind = reader.u8();
      if (kind === endOfList) break;
      if (kind === offsetPair) {
        const low = base + reader.uleb();
        add(low, base + reader.uleb());
      } else if (kind === defaultLocation) {
        add(0, Number.POSITIVE_INFINITY);
      } else if (kind === baseAddress) {
        base = reader.u32();
      } else if (kind === startEnd) {
        const low = reader.u32();
        add(low, reader.u32());
      } else if (kind === startLength) {
        const low = reader.u32();
        add(low, low + reader.uleb());
      } else break;
    }
  } catch (error) {
    if (!(error instanceof OutOfBytes)) throw error;
  }
  return entries;
}
