import type { Clock } from '../clock';

interface Timer {
  due: number;
  action: () => void;
}

/** Timers in the device's time: they stop with the device, and none is left when it is switched off. */
export class Timers {
  readonly #clock: Clock;
  readonly #timers = new Set<Timer>();
  /** A timer has been added that may be due before all others. */
  onAdd: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls back after so many µs. Returns a function that takes it back. */
  after(duration: number, action: () => void): () => void {
    const timer = { due: this.#clock.now() + duration, action };
    this.#timers.add(timer);
    this.onAdd();
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** How many wait for their time. */
  get size(): number {
    return this.#timers.size;
  }

  /** When the next one is due, in µs of the device's clock. */
  due(): number | undefined {
    let due: number | undefined;
    for (const timer of this.#timers) if (due === undefined || timer.due < due) ({ due } = timer);
    return due;
  }

  /** Calls back all that are due, the earliest first. */
  run(): void {
    const now = this.#clock.now();
    const ready = [...this.#timers].filter(({ due }) => due <= now).sort((a, b) => a.due - b.due);
    for (const timer of ready) if (this.#timers.delete(timer)) timer.action();
  }

  clear(): void {
    this.#timers.clear();
  }
}
