import { exceptionCause } from '../../sdk/exceptionCauses';
import type { Cpu } from '../cpu/cpu';
import type { EventLog } from '../events';
import type { Firmware } from '../firmware/firmware';
import type { Failure } from '../stopReason';
import { EndlessLoop, Fault, type Call } from './call';
import { type HaltReason, powerOn, resetReason, type ResetInfo } from './reset';
import { exceptionFailure, fatalExceptionText, whereOf } from './exceptionReport';
import { Part } from './part';
import { type Bite, hardWatchdogTime } from './watchdog';

/** What the end of a boot needs of the device. */
interface HaltHost {
  readonly cpu: Cpu;
  readonly events: EventLog;
  readonly firmware: Firmware;
}

export interface HaltState {
  reason: HaltReason | undefined;
  failure: Failure | undefined;
  /** What the next boot finds after the failure. */
  failureReset: ResetInfo;
  sleepTime: number | undefined;
}

/** How the current boot ends: what has stopped the chip, and what the next boot will find of it. */
export class Halt extends Part<HaltState> {
  readonly #host: HaltHost;
  /** Called when the chip halts while the device may be asleep. */
  onHalt: () => void = () => undefined;

  constructor(host: HaltHost) {
    super({ reason: undefined, failure: undefined, failureReset: powerOn, sleepTime: undefined });
    this.#host = host;
  }

  /** Why the device has stopped; undefined while it has not. */
  get reason(): HaltReason | undefined {
    return this.state.reason;
  }

  /** What went wrong where the device has stopped; undefined while nothing has. */
  get failure(): Failure | undefined {
    return this.state.failure;
  }

  /** µs that the chip sleeps before it boots again; undefined: until somebody switches it on. */
  get sleepTime(): number | undefined {
    return this.state.sleepTime;
  }

  /** What the next boot will find in rst_info. */
  get nextReset(): ResetInfo {
    switch (this.state.reason) {
      case 'exception':
      case 'watchdog':
        return this.state.failureReset;
      case 'restart':
        return { ...powerOn, reason: resetReason.restart };
      case 'deep-sleep':
        return { ...powerOn, reason: resetReason.deepSleep };
      default:
        return powerOn;
    }
  }

  halt(reason: HaltReason): void {
    this.state.reason ??= reason;
    this.#host.cpu.requestStop();
    this.onHalt();
  }

  /** The chip has not halted after all. */
  takeBack(): void {
    this.state.reason = undefined;
    this.state.failure = undefined;
  }

  /** The firmware boots again because it has called for it. */
  restart(call: Call): void {
    const { events, firmware } = this.#host;
    const caller = firmware.describeAddress(call.returnAddress - 3);
    events.add({ kind: 'restart', function: call.name, caller });
    this.halt('restart');
  }

  /** The chip goes to sleep for so many µs, undefined forever, and boots again. */
  sleep(duration: number | undefined): void {
    this.state.sleepTime = duration;
    this.halt('deep-sleep');
  }

  /** A watchdog bites while the CPU is at `pc`. */
  bite({ watchdog, time }: Bite, pc: number): void {
    const reason = watchdog === 'software' ? resetReason.softWatchdog : resetReason.hardWatchdog;
    this.state.failureReset = { ...powerOn, reason, epc1: pc };
    const where = whereOf(this.#host.firmware, pc, this.#host.cpu.registers);
    this.#haltAt({ kind: 'watchdog', watchdog, where, time: Math.round(time) });
  }

  /** An exception of the CPU: says where, and resets the chip. */
  fail(cause: number, pc: number, address: number): void {
    const { cpu, events, firmware } = this.#host;
    this.state.failureReset = { reason: resetReason.exception, exccause: cause, epc1: pc, excvaddr: address };
    events.add({ kind: 'print', text: fatalExceptionText(cause, pc, address) });
    this.#haltAt(exceptionFailure(firmware, cpu.registers, { cause, pc, address }));
  }

  /** What the chip does when a function of the ROM or the SDK at `pc` goes wrong. Throws what is not a failure of the chip. */
  failBy(error: unknown, pc: number): void {
    if (error instanceof Fault) this.fail(error.exceptionCause, pc, error.address);
    else if (error instanceof EndlessLoop) this.bite({ watchdog: 'hardware', time: hardWatchdogTime }, pc);
    else throw error;
  }

  /** The firmware jumped to `pc`, where nothing is. */
  failToFetch(pc: number): void {
    this.fail(exceptionCause.fetchProhibited, pc, pc);
  }

  /** The firmware has called a function that the device does not have. */
  notOffered(name: string, caller: string): void {
    this.#haltAt({ kind: 'not-offered', function: name, caller });
  }

  /** Halts the chip where it failed; the log and a debugger say the same. */
  #haltAt(failure: Failure): void {
    if (this.state.reason === undefined) this.state.failure = failure;
    this.#host.events.add(failure);
    this.halt(failure.kind);
  }
}
