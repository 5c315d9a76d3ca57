import { randomInt } from 'node:crypto';
import type { Clock } from '../clock';
import type { Peripherals } from '../cpu/memory';
import type { EventLog } from '../events';

/** Hardware random number generator; the SDK's os_random reads it. */
const random = 0x3ff20e44;
/** Count register of FRC2, the timer behind ETS timers: 312.5 kHz with the SDK's prescaler. */
const frc2Count = 0x60000624;
const frc2TicksPerMicrosecond = 0.3125;

/** The chip's registers: the few that this device gives a meaning; the others remember what was written to them. */
export class Registers implements Peripherals {
  readonly #words = new Map<number, number>();
  readonly #clock: Clock;
  readonly #events: EventLog;
  readonly #named = new Set<number>();

  constructor(clock: Clock, events: EventLog) {
    this.#clock = clock;
    this.#events = events;
  }

  read(address: number): number {
    const word = address & ~3;
    switch (word >>> 0) {
      case random:
        return randomInt(0x100000000);
      case frc2Count:
        return Math.floor(this.#clock.now() * frc2TicksPerMicrosecond) >>> 0;
      default:
        this.#name(word);
        return this.#words.get(word) ?? 0;
    }
  }

  write(address: number, _width: number, value: number): boolean {
    const word = address & ~3;
    this.#name(word);
    this.#words.set(word, value);
    return true;
  }

  #name(address: number): void {
    if (this.#named.has(address)) return;
    this.#named.add(address);
    this.#events.add({ kind: 'register', address: address >>> 0 });
  }
}
