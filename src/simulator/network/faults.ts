import type { Timers } from './timers';

/** What a bad network does to packets, in each direction. */
export interface NetworkFaults {
  /** ms that every packet takes. */
  delay?: number;
  /** Share of packets that are lost, 0 to 1. */
  loss?: number;
  /** Share of packets that are overtaken by the next ones, 0 to 1. */
  reorder?: number;
  /** Bytes a second. */
  bandwidth?: number;
  /** The same seed gives the same faults. */
  seed?: number;
}

/** An overtaken packet comes so many µs later. */
const overtaken = 20_000;

/** One direction of a bad network; without faults packets pass at once. */
export class FaultyLink {
  readonly #faults: NetworkFaults;
  readonly #timers: Timers;
  readonly #pass: (packet: Uint8Array) => void;
  readonly #now: () => number;
  readonly #random: () => number;
  #busyUntil = 0;

  constructor(
    faults: NetworkFaults,
    timers: Timers,
    now: () => number,
    seed: number,
    pass: (packet: Uint8Array) => void,
  ) {
    this.#faults = faults;
    this.#timers = timers;
    this.#now = now;
    this.#random = randomSequence((faults.seed ?? 1) + seed);
    this.#pass = pass;
  }

  send(packet: Uint8Array): void {
    const { delay = 0, loss = 0, reorder = 0, bandwidth } = this.#faults;
    if (loss > 0 && this.#random() < loss) return;
    let time = delay * 1000;
    if (reorder > 0 && this.#random() < reorder) time += overtaken;
    if (bandwidth !== undefined) {
      const now = this.#now();
      this.#busyUntil = Math.max(this.#busyUntil, now) + (packet.length / bandwidth) * 1e6;
      time += this.#busyUntil - now;
    }
    if (time === 0) this.#pass(packet);
    else
      this.#timers.after(time, () => {
        this.#pass(packet);
      });
  }
}

/** Numbers from 0 to 1 that a seed decides: Mulberry32. */
function randomSequence(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}
