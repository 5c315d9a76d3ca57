import type { Clock } from '../clock';
import type { Cpu } from '../cpu/cpu';
import { Part } from './part';

/** Without being fed, the software watchdog bites after this time, the hardware one after that, in µs. */
const softWatchdogTime = 3.2e6;
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
  /** CPU clock in MHz. */
  readonly frequency: number;
  /** Whether the firmware keeps interrupts waiting. */
  readonly interruptsLocked: boolean;
}

export interface WatchdogState {
  softEnabled: boolean;
  /** Instructions and time, in µs, at the last feeding. */
  fedAt: number;
  fedTime: number;
}

/** The two watchdogs: they bite when the firmware keeps the CPU for too long. */
export class Watchdog extends Part<WatchdogState> {
  readonly #host: WatchdogHost;

  constructor(host: WatchdogHost) {
    super({ softEnabled: true, fedAt: 0, fedTime: 0 });
    this.#host = host;
    this.feed();
  }

  feed(): void {
    this.state.fedAt = this.#host.cpu.instructions;
    this.state.fedTime = this.#host.clock.now();
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

  /** Whether one of them bites now. */
  look(): Bite | undefined {
    const { cpu, clock, frequency, interruptsLocked } = this.#host;
    // A computer slower than the chip gets the time that the chip would need.
    const time = Math.min(
      (cpu.instructions - this.state.fedAt) / frequency,
      clock.now() - this.state.fedTime,
    );
    // With its interrupt locked out the software watchdog cannot bite; the hardware one always does.
    if (this.state.softEnabled && !interruptsLocked && time > softWatchdogTime)
      return { watchdog: 'software', time };
    return time > hardWatchdogTime ? { watchdog: 'hardware', time } : undefined;
  }
}
