/** The device's time. It stands still while the device is paused, so timers don't pile up at a breakpoint. */
export interface Clock {
  /** Microseconds since the device was switched on. */
  now(): number;
  /** The device sleeps until `time` (µs): how long the computer has to wait for that, in ms. */
  sleepUntil(time: number): number;
  /** The device has spent `duration` µs in a delay loop of the ROM. */
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

  sleepUntil(time: number): number {
    return Math.max(0, Math.ceil((time - this.now()) / 1000));
  }

  advance(duration: number): void {
    this.#elapsed += duration / 1000;
  }

  pause(): void {
    this.#elapsed = this.now() / 1000;
    this.#resumedAt = undefined;
  }

  resume(): void {
    this.#resumedAt ??= performance.now();
  }
}

/**
 * Time that jumps to the next timer whenever the device would sleep: runs are fast and repeatable.
 * While the CPU works it advances as an 80 MHz chip's would.
 */
export class VirtualClock implements Clock {
  #skipped = 0;
  readonly #instructions: () => number;

  /** @param instructions how many instructions the CPU has retired so far */
  constructor(instructions: () => number) {
    this.#instructions = instructions;
  }

  now(): number {
    return this.#skipped + Math.floor(this.#instructions() / 80);
  }

  sleepUntil(time: number): number {
    this.advance(Math.max(0, time - this.now()));
    return 0;
  }

  advance(duration: number): void {
    this.#skipped += duration;
  }

  pause(): void {
    // Instructions and jumps alone move this clock.
  }

  resume(): void {
    // See pause().
  }
}
