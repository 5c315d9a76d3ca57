import type { Clock } from '../../src/simulator/clock';
import { Timers } from '../../src/simulator/network/timers';

const microseconds = 1e6;

/** What a soak run does when, in the device's time: it is stopped while the computer is slow. */
export class Agenda {
  readonly #clock: Clock;
  readonly #timers: Timers;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#timers = new Timers(clock);
  }

  /** Seconds since the device was switched on. */
  get now(): number {
    return this.#clock.now() / microseconds;
  }

  after(seconds: number, action: () => void): void {
    this.#timers.after(seconds * microseconds, action);
  }

  wait(seconds: number): Promise<void> {
    return new Promise(resolve => {
      this.after(seconds, resolve);
    });
  }

  /** Does what is due, turn by turn of the event loop, until `done` or so many seconds have passed. False when it was not done. */
  async pass(seconds: number, done: () => boolean = () => false): Promise<boolean> {
    const end = this.now + seconds;
    while (this.now < end) {
      if (done()) return true;
      this.#timers.run();
      await new Promise(resolve => setImmediate(resolve));
    }
    return done();
  }
}
