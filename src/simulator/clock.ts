/** The device's time. It is stopped while the device is paused, so timers don't pile up at a breakpoint. */
export interface Clock {
  /** Microseconds since the device was switched on. */
  now(): number;
  /** The device has spent `duration` µs in a delay loop, for whose instructions ({@link chipPace}) it is charged besides. */
  advance(duration: number): void;
  pause(): void;
  resume(): void;
}

/** Time as the computer's clock gives it. */
export class RealClock implements Clock {
  #elapsed = 0;
  #resumedAt: number | undefined = performance.now();

  now(): number {
    const running = this.#resumedAt === undefined ? 0 : performance.now() - this.#resumedAt;
    return Math.floor((this.#elapsed + running) * 1000);
  }

  /** How long the computer has to wait until `time` (µs), in ms. */
  sleepUntil(time: number): number {
    return Math.max(0, Math.ceil((time - this.now()) / 1000));
  }

  advance(duration: number): void {
    this.#elapsed += duration / 1000;
  }

  /** Goes on from `time`, in µs. */
  restore(time: number): void {
    this.#elapsed += (time - this.now()) / 1000;
  }

  pause(): void {
    this.#elapsed = this.now() / 1000;
    this.#resumedAt = undefined;
  }

  resume(): void {
    this.#resumedAt ??= performance.now();
  }
}

/** The first of some times; undefined when there is none. */
export function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter(time => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Instructions in a µs: an 80 MHz chip's, and more than any computer executes. */
export const chipPace = 80;
const fastestPace = 1000;

/**
 * The device's own time. It moves with the instructions, and to where the outside sets it: in virtual time as an 80 MHz chip's
 * clock does, and over each sleep at once; otherwise slower than the computer's clock, which sets it at every look.
 */
export class DeviceClock implements Clock {
  readonly #instructions: () => number;
  readonly #pace: number;
  readonly #outside: RealClock | undefined;
  /** µs in addition to those of the instructions. */
  #added = 0;

  /**
   * @param instructions how many instructions the CPU has retired so far
   * @param outside the computer's clock; undefined for virtual time
   */
  constructor(instructions: () => number, outside?: RealClock) {
    this.#instructions = instructions;
    this.#outside = outside;
    this.#pace = outside === undefined ? chipPace : fastestPace;
  }

  now(): number {
    return this.#added + Math.floor(this.#instructions() / this.#pace);
  }

  /** Moves it to `time`, in µs, unless it is there already. */
  set(time: number): void {
    this.#added += Math.max(0, Math.ceil(time) - this.now());
  }

  advance(duration: number): void {
    this.#added += Math.round(duration * (1 - chipPace / this.#pace));
    this.#outside?.advance(duration);
  }

  /** Shows `time`, in µs; the number of instructions is that of then. */
  restore(time: number): void {
    this.#added += time - this.now();
    this.#outside?.restore(time);
  }

  pause(): void {
    this.#outside?.pause();
  }

  resume(): void {
    this.#outside?.resume();
  }
}
