/** Serial numbers that nothing has yet, hexadecimal in small letters. */
export class Serials {
  readonly #used: Set<string>;
  readonly #random: () => string;

  /** `random` makes a serial number of which nobody knows whether it is used. */
  constructor(used: Iterable<string>, random: () => string) {
    this.#used = new Set(used);
    this.#random = random;
  }

  /** Returns one that was never used. */
  next(): string {
    for (;;) {
      const serial = this.#random();
      if (this.add(serial)) return serial;
    }
  }

  /** Notes that `serial` is used; returns whether it was free. */
  add(serial: string): boolean {
    if (this.#used.has(serial)) return false;
    this.#used.add(serial);
    return true;
  }
}
