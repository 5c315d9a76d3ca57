import { chipPace, type Clock } from '../clock';
import type { Cpu } from '../cpu/cpu';
import type { Firmware } from '../firmware/firmware';
import type { Family } from './call';
import { Part } from './part';

/**
 * The software watchdog is a timer that bites when it runs out for the second time unfed, in µs. SDK: libpp keeps the interval in a
 * variable of this name, 1.6 s in 2.1.0 and 3 s in 3.0.6.
 */
const intervalName = 'soft_wdt_interval';
const usualInterval = 1.6e6;
/** Without being fed, the hardware watchdog bites after this time, in µs. */
export const hardWatchdogTime = 8.4e6;

/** Which watchdog has bitten, after how many µs. */
export interface Bite {
  watchdog: 'software' | 'hardware';
  time: number;
}

/** What the watchdogs look at. */
interface WatchdogHost {
  readonly cpu: Cpu;
  readonly clock: Clock;
  readonly firmware: Firmware;
  /** CPU clock in MHz. */
  readonly frequency: number;
  /** Whether the firmware keeps interrupts waiting. */
  readonly interruptsLocked: boolean;
}

/** When a watchdog was fed last: instructions and time, in µs, and µs of delay loops by then. */
interface Feeding {
  instructions: number;
  time: number;
  delayed: number;
}

export interface WatchdogState {
  softEnabled: boolean;
  hardEnabled: boolean;
  soft: Feeding;
  hard: Feeding;
  /** µs of delay loops so far that the count of instructions leaves out. */
  delayed: number;
}

const never: Feeding = { instructions: 0, time: 0, delayed: 0 };

/** The two watchdogs: they bite when the firmware keeps the CPU for too long. */
export class Watchdog extends Part<WatchdogState> {
  readonly #host: WatchdogHost;

  constructor(host: WatchdogHost) {
    super({ softEnabled: true, hardEnabled: true, soft: never, hard: never, delayed: 0 });
    this.#host = host;
    this.feed();
  }

  feed(): void {
    this.state.soft = this.#now;
    this.state.hard = this.state.soft;
  }

  /** The firmware feeds the hardware watchdog by its register. */
  feedHard(): void {
    this.state.hard = this.#now;
  }

  /** A delay loop has taken so many µs. Its instructions are those of 80 MHz, at any clock. */
  delay(duration: number): void {
    this.state.delayed += duration * (1 - chipPace / this.#host.frequency);
  }

  /** The firmware switches the software watchdog off. */
  stopSoft(): void {
    this.state.softEnabled = false;
  }

  /** The firmware switches the software watchdog on. */
  restartSoft(): void {
    this.state.softEnabled = true;
    this.feed();
  }

  get hardEnabled(): boolean {
    return this.state.hardEnabled;
  }

  set hardEnabled(enabled: boolean) {
    if (enabled && !this.state.hardEnabled) this.feedHard();
    this.state.hardEnabled = enabled;
  }

  /** Whether one of them bites now. */
  look(): Bite | undefined {
    const { softEnabled, hardEnabled, soft, hard } = this.state;
    const now = this.#now;
    // With its interrupt locked out the software watchdog cannot bite; the hardware one always does.
    const unfed = this.#since(soft, now);
    if (softEnabled && !this.#host.interruptsLocked && unfed > 2 * this.#interval)
      return { watchdog: 'software', time: unfed };
    const time = this.#since(hard, now);
    return hardEnabled && time > hardWatchdogTime ? { watchdog: 'hardware', time } : undefined;
  }

  get #interval(): number {
    const { cpu, firmware } = this.#host;
    const variable = firmware.symbols.address(intervalName);
    const interval = variable === undefined ? undefined : cpu.memory.readWord(variable);
    return interval ?? usualInterval;
  }

  get #now(): Feeding {
    const { cpu, clock } = this.#host;
    return { instructions: cpu.instructions, time: clock.now(), delayed: this.state.delayed };
  }

  /** µs between two moments. A computer slower than the chip gets the time that the chip would need. */
  #since(before: Feeding, now: Feeding): number {
    const instructions = (now.instructions - before.instructions) / this.#host.frequency;
    return Math.min(instructions + now.delayed - before.delayed, now.time - before.time);
  }
}

/** system_soft_wdt_* of the SDK, ets_wdt_* of the ROM. */
export function watchdogFamily(watchdog: Watchdog): Family {
  /** What the ROM calls the mode of the hardware watchdog: off, or one that resets the chip. */
  const mode = () => (watchdog.hardEnabled ? 1 : 0);
  return {
    system_soft_wdt_stop: () => {
      watchdog.stopSoft();
      return undefined;
    },
    system_soft_wdt_restart: () => {
      watchdog.restartSoft();
      return undefined;
    },
    system_soft_wdt_feed: () => {
      watchdog.feed();
      return undefined;
    },
    ets_wdt_get_mode: mode,
    ets_wdt_enable: () => {
      watchdog.hardEnabled = true;
      return undefined;
    },
    ets_wdt_disable: () => {
      const before = mode();
      watchdog.hardEnabled = false;
      return before;
    },
    ets_wdt_restore: call => {
      if (call.int(0) !== 0) watchdog.hardEnabled = true;
      return undefined;
    },
    ets_wdt_init: () => undefined,
  };
}
