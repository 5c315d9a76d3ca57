import { exceptionCause } from '../../sdk/exceptionCauses';
import { layoutOf } from './layout';
import type { Device } from './device';
import { EndlessLoop, Fault, type Family } from './call';

/** Timers count in ticks of the FRC2 counter behind its prescaler: 312.5 kHz, 3.2 µs a tick, modulo 2^32. */
const microsecondsPerTick = 3.2;
/** More timers than fit into the chip's RAM: a longer list leads in a circle. */
const mostTimers = 10_000;
/** Instructions that the ROM needs for a timer of its list. */
const perTimer = 8;

/**
 * os_timer: as on the chip the armed timers are a list in RAM, soonest first, linked through the firmware's own
 * ETSTimer structs. A timer whose memory the firmware has given away breaks the list here as it does there.
 */
export function timerFamily(device: Device): Family {
  const { memory } = device.cpu;
  const at = layoutOf('_ETSTIMER_', 'timer_next', 'timer_expire', 'timer_period', 'timer_func', 'timer_arg');
  let first = 0;

  const ticks = () => Math.floor(device.clock.now() / microsecondsPerTick) >>> 0;
  const word = (address: number) => {
    const value = memory.readWord(address);
    if (value === undefined) throw new Fault(exceptionCause.loadProhibited, address);
    return value;
  };
  /** Both return how many timers of the list they have passed. */
  const remove = (timer: number) => {
    let count = 0;
    for (
      let previous = 0, entry = first;
      entry !== 0;
      previous = entry, entry = word(entry + at.timer_next)
    ) {
      if (++count > mostTimers) throw new EndlessLoop();
      if (entry !== timer) continue;
      const next = word(timer + at.timer_next);
      if (previous === 0) first = next;
      else memory.writeWord(previous + at.timer_next, next);
      return count;
    }
    return count;
  };
  const insert = (timer: number, expire: number) => {
    let previous = 0;
    let next = first;
    let count = 0;
    while (next !== 0 && ((word(next + at.timer_expire) - expire) | 0) <= 0) {
      if (++count > mostTimers) throw new EndlessLoop();
      previous = next;
      next = word(next + at.timer_next);
    }
    memory.writeWord(timer + at.timer_next, next);
    memory.writeWord(timer + at.timer_expire, expire);
    if (previous === 0) first = timer;
    else memory.writeWord(previous + at.timer_next, timer);
    device.scheduler.onWork();
    return count;
  };

  device.scheduler.addSource({
    next() {
      if (first === 0 || ((word(first + at.timer_expire) - ticks()) | 0) > 0) return undefined;
      const timer = first;
      first = word(timer + at.timer_next);
      const period = word(timer + at.timer_period);
      if (period !== 0) insert(timer, (word(timer + at.timer_expire) + period) >>> 0);
      return { name: 'timer', address: word(timer + at.timer_func), arguments: [word(timer + at.timer_arg)] };
    },
    due() {
      if (first === 0) return undefined;
      const rest = (word(first + at.timer_expire) - ticks()) | 0;
      return device.clock.now() + Math.max(0, rest) * microsecondsPerTick;
    },
  });

  return {
    ets_timer_setfn: call => {
      const timer = call.uint(0);
      call.storeWord(timer + at.timer_func, call.uint(1));
      call.storeWord(timer + at.timer_arg, call.uint(2));
      return undefined;
    },
    ets_timer_arm_new: call => {
      const timer = call.uint(0);
      const period = Math.max(
        1,
        Math.round((call.uint(1) * (call.int(3) === 0 ? 1 : 1000)) / microsecondsPerTick),
      );
      call.charge(remove(timer) * perTimer);
      call.storeWord(timer + at.timer_period, call.int(2) === 0 ? 0 : period);
      call.charge(insert(timer, (ticks() + period) >>> 0) * perTimer);
      return undefined;
    },
    ets_timer_disarm: call => {
      call.charge(remove(call.uint(0)) * perTimer);
      return undefined;
    },
    ets_delay_us: call => {
      device.clock.advance(call.uint(0));
      return undefined;
    },
  };
}
