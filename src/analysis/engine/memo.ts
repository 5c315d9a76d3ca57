/**
 * All that the analysis remembers. One rule says when it holds:
 *
 * - Text, a file's configuration and a project's facts are never changed, only replaced: scans, macros, units, functions and facts are
 *   new objects wherever something in them is new. So a value that depends on its key alone is never stale. A unit is new where
 *   anything changed that its names mean, anywhere in the program (see Versions): its functions may be keys for what a program says.
 * - What a value depends on besides its key are its sources. It holds as long as every one of them is what it was, by identity or, for
 *   texts and numbers, by value.
 *
 * The owner says how long a value is kept: a {@link Memo} goes with the object that has it, a value of a {@link WeakMemo} with its key,
 * a value of a {@link RecentMemo} some runs after nobody has asked for it.
 */

interface Entry<Value> {
  value: Value;
  sources: readonly unknown[];
}

const none: readonly unknown[] = [];
const noSources = () => none;

abstract class Known<Key, Value> {
  protected abstract find(key: Key): Entry<Value> | undefined;
  protected abstract keep(key: Key, entry: Entry<Value>): void;

  /**
   * What is known by this key; made where nothing is, or where it does not hold any more.
   * @param sources what the value depends on besides the key; the value itself may say which of them it has met
   */
  get(key: Key, make: () => Value, sources: (value: Value) => readonly unknown[] = noSources): Value {
    const known = this.find(key);
    if (known !== undefined && isSame(known.sources, sources(known.value))) return known.value;
    const value = make();
    this.keep(key, { value, sources: sources(value) });
    return value;
  }
}

function isSame(before: readonly unknown[], now: readonly unknown[]): boolean {
  return before.length === now.length && before.every((source, index) => source === now[index]);
}

/** Of one owner, with which it goes. Full, it begins again. */
export class Memo<Key, Value> extends Known<Key, Value> {
  readonly #known = new Map<Key, Entry<Value>>();
  readonly #max: number;

  constructor(max = Infinity) {
    super();
    this.#max = max;
  }

  protected override find(key: Key): Entry<Value> | undefined {
    return this.#known.get(key);
  }

  protected override keep(key: Key, entry: Entry<Value>): void {
    if (this.#known.size >= this.#max) this.#known.clear();
    this.#known.set(key, entry);
  }
}

/** About objects that live elsewhere: each value goes with its own. */
export class WeakMemo<Key extends object, Value> extends Known<Key, Value> {
  readonly #known = new WeakMap<Key, Entry<Value>>();

  protected override find(key: Key): Entry<Value> | undefined {
    return this.#known.get(key);
  }

  protected override keep(key: Key, entry: Entry<Value>): void {
    this.#known.set(key, entry);
  }
}

/** By text: keeps what was used in the last runs, at least in this one and as many before as it is told. */
export class RecentMemo<Value> extends Known<string, Value> {
  #now = new Map<string, Entry<Value>>();
  #before = new Map<string, Entry<Value>>();
  readonly #runs: number;
  #run = 0;

  constructor(runs = 1) {
    super();
    this.#runs = runs;
  }

  /** Begins a run. */
  next(): void {
    this.#run++;
    if (this.#run % this.#runs !== 0) return;
    this.#before = this.#now;
    this.#now = new Map();
  }

  /** Forgets everything. */
  clear(): void {
    this.#before = new Map();
    this.#now = new Map();
  }

  protected override find(key: string): Entry<Value> | undefined {
    const now = this.#now.get(key);
    if (now !== undefined) return now;
    const before = this.#before.get(key);
    if (before !== undefined) this.#now.set(key, before);
    return before;
  }

  protected override keep(key: string, entry: Entry<Value>): void {
    this.#now.set(key, entry);
  }
}
