/** Keeps what was used in this run or the one before. */
export class Recent<Value> {
  #now = new Map<string, Value>();
  #before = new Map<string, Value>();

  /** Begins a run. */
  next(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  /** Forgets everything. */
  clear(): void {
    this.next();
    this.next();
  }

  /** What is known by this key; made where nothing is, or what is known holds no more. */
  get(key: string, make: () => Value, holds: (known: Value) => boolean = () => true): Value {
    const known = this.#now.get(key) ?? this.#before.get(key);
    const value = known !== undefined && holds(known) ? known : make();
    this.#now.set(key, value);
    return value;
  }
}
