import { randomSequence } from '../../src/simulator/network/faults';

/** Chance that a seed decides. */
export class Dice {
  readonly #next: () => number;
  readonly #seed: number;
  #children = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#next = randomSequence(seed);
  }

  /** Chance for somebody else: what it decides does not depend on when others ask theirs. */
  child(): Dice {
    return new Dice(Math.imul(this.#seed, 1_000_003) + ++this.#children);
  }

  /** Whether something happens that has this share of all cases, 0 to 1. */
  happens(share: number): boolean {
    return this.#next() < share;
  }

  between(low: number, high: number): number {
    return low + this.#next() * (high - low);
  }

  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.whole(0, choices.length - 1)] ?? choices[0];
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.whole(0, 255)));
  }
}
