import type { AddressRange } from './addressLists';

/** How many ranges that begin nearer to an address may end before it; overlapping without limit is for hostile files. */
const maxOverlaps = 100;

/** Finds what covers an address; of several the one that begins last. */
export class RangeIndex<T> {
  readonly #entries: { low: number; high: number; value: T }[];

  constructor(items: Iterable<{ value: T; ranges: readonly AddressRange[] }>) {
    this.#entries = [];
    for (const { value, ranges } of items)
      for (const { low, high } of ranges) this.#entries.push({ low, high, value });
    this.#entries.sort((a, b) => a.low - b.low);
  }

  at(address: number): T | undefined {
    const last = lastIndexAt(this.#entries, address, ({ low }) => low);
    for (let index = last; index >= 0 && index > last - maxOverlaps; index--) {
      const entry = this.#entries[index];
      if (entry !== undefined && address < entry.high) return entry.value;
    }
    return undefined;
  }
}

/** The index of the last entry that begins at or below an address, -1 when there is none; `entries` ascend. */
export function lastIndexAt<T>(
  entries: readonly T[],
  address: number,
  startOf: (entry: T) => number,
): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry !== undefined && startOf(entry) <= address) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
