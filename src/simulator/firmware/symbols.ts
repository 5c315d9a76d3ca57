import type { ElfSymbol } from './elf';

/** Finds symbols by name and by address. */
export class SymbolTable {
  readonly #byName = new Map<string, ElfSymbol>();
  /** Those that mark code or data of the firmware, by address. */
  readonly #sorted: ElfSymbol[];
  readonly #all: ElfSymbol[];

  constructor(symbols: ElfSymbol[]) {
    this.#all = symbols.filter(symbol => symbol.section !== 'undefined');
    for (const symbol of this.#all) {
      const known = this.#byName.get(symbol.name);
      // A global symbol is what the linker meant; static ones of the same name are private to their files.
      if (known === undefined || (known.binding === 'local' && symbol.binding !== 'local')) {
        this.#byName.set(symbol.name, symbol);
      }
    }
    this.#sorted = this.#all
      .filter(symbol => symbol.kind !== 'other' || symbol.section === 'absolute')
      .sort((a, b) => a.address - b.address || rank(a) - rank(b));
  }

  address(name: string): number | undefined {
    return this.find(name)?.address;
  }

  /** The address of a function that the ELF itself brings; undefined for one that lies in the ROM. */
  code(name: string): number | undefined {
    const symbol = this.find(name);
    return symbol?.kind === 'function' && symbol.section !== 'absolute' ? symbol.address : undefined;
  }

  find(name: string): ElfSymbol | undefined {
    return this.#byName.get(name);
  }

  /** The function or object that contains an address; one of unknown size reaches up to the next symbol. */
  at(address: number): { symbol: ElfSymbol; offset: number } | undefined {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle]?.address ?? Infinity) <= address) low = middle + 1;
      else high = middle;
    }
    for (let index = low - 1; index >= 0 && index > low - maxOverlaps; index--) {
      const symbol = this.#sorted[index];
      if (symbol === undefined) return undefined;
      const offset = address - symbol.address;
      if (symbol.size === 0 ? offset <= unknownReach(symbol) : offset < symbol.size)
        return { symbol, offset };
      // Behind the end of the nearest symbol there is nothing, unless it lies inside a larger one.
      if (offset > largestFunction) return undefined;
    }
    return undefined;
  }

  all(): Iterable<ElfSymbol> {
    return this.#all;
  }
}

/** Among symbols of one address the last is found: functions last. */
function rank(symbol: ElfSymbol): number {
  return symbol.kind === 'function' ? 1 : 0;
}

/** An absolute symbol names one address outside of the ELF; assembler code often has no size. */
function unknownReach(symbol: ElfSymbol): number {
  return symbol.section === 'absolute' ? 0 : 0x1000;
}

/** How many symbols are between an address and the one that contains it; hostile files have no limit. */
const maxOverlaps = 100;
const largestFunction = 0x10000;
