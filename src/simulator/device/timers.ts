import { exceptionCause } from '../../sdk/exceptionCauses';
import { layoutOf } from './layout';
import type { Device } from './device';
import { chipPace } from '../clock';
import { type Call, EndlessLoop, Fault, type Family, shortestCall, unfinished } from './call';
import { Part } from './part';
import type { Callback } from './steps';
import type { Source } from './scheduler';

/** Timers count in ticks of the FRC2 counter behind its prescaler: 312.5 kHz, 3.2 µs a tick, modulo 2^32. */
const microsecondsPerTick = 3.2;
/** More timers than fit into the chip's RAM: a longer list leads in a circle. */
const maxTimers = 10_000;
/** µs of a delay between two looks outside, by when the next interrupt is due. */
const delayPiece = { least: 500, most: 20_000 } as const;
/** Instructions that the ROM needs for a timer of its list. */
const perTimer = 8;

const at = layoutOf('_ETSTIMER_', 'timer_next', 'timer_expire', 'timer_period', 'timer_func', 'timer_arg');

export interface TimersState {
  /** The address of the timer that is due first; 0 for none. */
  first: number;
}

/**
 * os_timer: as on the chip the armed timers are a list in RAM, soonest first, linked through the firmware's own
 * ETSTimer structs. A timer whose memory the firmware has given away breaks the list here as it does there.
 */
export class Timers extends Part<TimersState> implements Source {
  readonly #device: Pick<Device, 'cpu' | 'clock' | 'scheduler'>;

  constructor(device: Pick<Device, 'cpu' | 'clock' | 'scheduler'>) {
    super({ first: 0 });
    this.#device = device;
  }

  next(): Callback | undefined {
    const { first } = this.state;
    if (first === 0 || ((this.#word(first + at.timer_expire) - this.ticks()) | 0) > 0) return undefined;
    this.state.first = this.#word(first + at.timer_next);
    const period = this.#word(first + at.timer_period);
    if (period !== 0) this.insert(first, (this.#word(first + at.timer_expire) + period) >>> 0);
    return {
      name: 'timer',
      address: this.#word(first + at.timer_func),
      arguments: [this.#word(first + at.timer_arg)],
    };
  }

  due(): number | undefined {
    const { first } = this.state;
    if (first === 0) return undefined;
    const rest = (this.#word(first + at.timer_expire) - this.ticks()) | 0;
    return this.#device.clock.now() + Math.max(0, rest) * microsecondsPerTick;
  }

  ticks(): number {
    return Math.floor(this.#device.clock.now() / microsecondsPerTick) >>> 0;
  }

  /** Returns how many timers of the list it has passed. */
  remove(timer: number): number {
    const { memory } = this.#device.cpu;
    let count = 0;
    for (
      let previous = 0, entry = this.state.first;
      entry !== 0;
      previous = entry, entry = this.#word(entry + at.timer_next)
    ) {
      if (++count > maxTimers) throw new EndlessLoop();
      if (entry !== timer) continue;
      const next = this.#word(timer + at.timer_next);
      if (previous === 0) this.state.first = next;
      else memory.writeWord(previous + at.timer_next, next);
      return count;
    }
    return count;
  }

  /** Returns how many timers of the list it has passed. */
  insert(timer: number, expire: number): number {
    const { memory } = this.#device.cpu;
    let previous = 0;
    let next = this.state.first;
    let count = 0;
    while (next !== 0 && ((this.#word(next + at.timer_expire) - expire) | 0) <= 0) {
      if (++count > maxTimers) throw new EndlessLoop();
      previous = next;
      next = this.#word(next + at.timer_next);
    }
    memory.writeWord(timer + at.timer_next, next);
    memory.writeWord(timer + at.timer_expire, expire);
    if (previous === 0) this.state.first = timer;
    else memory.writeWord(previous + at.timer_next, timer);
    this.#device.scheduler.onWork();
    return count;
  }

  #word(address: number): number {
    const value = this.#device.cpu.memory.readWord(address);
    if (value === undefined) throw new Fault(exceptionCause.loadProhibited, address);
    return value;
  }
}

/** @param nextInterrupt when something wants to interrupt the firmware next, in µs of the device's clock */
export function timerFamily(
  timers: Timers,
  { clock, watchdog }: Pick<Device, 'clock' | 'watchdog'>,
  nextInterrupt: () => number | undefined,
): Family {
  const arm = (call: Call, duration: number) => {
    const timer = call.uint(0);
    const period = Math.max(1, Math.round(duration / microsecondsPerTick));
    call.charge(timers.remove(timer) * perTimer);
    call.storeWord(timer + at.timer_period, call.int(2) === 0 ? 0 : period);
    call.charge(timers.insert(timer, (timers.ticks() + period) >>> 0) * perTimer);
    return undefined;
  };
  return {
    ets_timer_setfn: call => {
      const timer = call.uint(0);
      call.storeWord(timer + at.timer_func, call.uint(1));
      call.storeWord(timer + at.timer_arg, call.uint(2));
      return undefined;
    },
    ets_timer_arm_new: call => arm(call, call.uint(1) * (call.int(3) === 0 ? 1 : 1000)),
    // The ROM's own, which counts ms.
    ets_timer_arm: call => arm(call, call.uint(1) * 1000),
    ets_timer_done: call => {
      call.storeWord(call.uint(0) + at.timer_func, 0);
      call.storeWord(call.uint(0) + at.timer_arg, 0);
      return undefined;
    },
    ets_timer_init: () => undefined,
    ets_timer_disarm: call => {
      call.charge(timers.remove(call.uint(0)) * perTimer);
      return undefined;
    },
    ets_delay_us: call => {
      const duration = call.uint(0);
      const { least, most } = delayPiece;
      const quiet = (nextInterrupt() ?? Infinity) - clock.now();
      const now = Math.min(duration, Math.max(least, Math.min(most, quiet)));
      // The ROM's loop counts cycles, so what the call itself costs is part of the time.
      call.charge(Math.max(0, now * chipPace - shortestCall));
      clock.advance(now);
      watchdog.delay(now);
      if (duration === now) return undefined;
      // Interrupts and the watchdog have their turn meanwhile: the rest is a call with the argument moved on.
      call.cpu.registers[2] = duration - now;
      return unfinished;
    },
  };
}
