import { type Problem, ProblemError } from '../problems';
import type { DeviceClock } from './clock';
import type { Cpu } from './cpu/cpu';
import type { EventLog } from './events';
import { EventLoopTimer } from './eventLoopTimer';
import type { Firmware } from './firmware/firmware';
import type { GatewayCounts } from './network/gateway';
import type { DeviceState } from './recording/deviceState';
import type { Gate, Moment, Recording } from './recording/gate';
import { type Outcome, RunningDevice } from './runningDevice';
import type { EndReason, PacketListener, SimulatorOptions, StepPlan } from './simulatorOptions';
import type { StopReason } from './stopReason';

/** A slice ends after this many ms, so that the debugger and sockets get their turn. */
const sliceTime = 5;

/**
 * A simulated ESP8266 that executes a firmware. It runs in slices on Node's event loop, sleeps when the firmware
 * has nothing to do, and can be paused at any instruction.
 */
export class Simulator {
  readonly #device: RunningDevice;
  #state: 'ready' | 'running' | 'paused' | 'ended' = 'ready';
  readonly #timer = new EventLoopTimer(() => {
    this.#slice();
  });
  #inSlice = false;
  onStop: (reason: StopReason) => void = () => undefined;
  onEnd: (reason: EndReason) => void = () => undefined;
  onPacket: PacketListener = () => undefined;
  /** The device has booted another firmware than before. */
  onFirmware: (firmware: Firmware) => void = () => undefined;
  /** Saves what the device has, when it has been switched off. A Problem that is thrown goes to {@link failToSave}. */
  readonly atEnd: (() => void)[] = [];
  #failed = false;

  /** Throws a Problem when a flash file does not fit, or the flash holds no image of this firmware. */
  constructor(options: SimulatorOptions) {
    this.#device = new RunningDevice(options, {
      wake: () => {
        this.#wake();
      },
      onPacket: (time, sender, packet) => {
        this.onPacket(time, sender, packet);
      },
      onFirmware: firmware => {
        this.onFirmware(firmware);
      },
    });
  }

  get events(): EventLog {
    return this.#device.events;
  }

  /** What enters the device passes here. */
  get gate(): Gate {
    return this.#device.gate;
  }

  get cpu(): Cpu {
    return this.#device.board.cpu;
  }

  /** The device's time. */
  get clock(): DeviceClock {
    return this.#device.board.clock;
  }

  /** The firmware that runs: the one asked for, or what an upgrade has put into the flash. */
  get firmware(): Firmware {
    return this.#device.board.firmware;
  }

  /** The names of the SDK's functions that this device answers. */
  get offered(): RunningDevice['offered'] {
    return this.#device.offered;
  }

  /** All that the flash holds. */
  get flashContents(): Uint8Array {
    return this.#device.board.flash.contents;
  }

  /** What the device holds on this computer at the moment; undefined while it has no network. */
  get networkCounts(): GatewayCounts | undefined {
    return this.#device.surroundings.counts;
  }

  get state(): 'ready' | 'running' | 'paused' | 'ended' {
    return this.#state;
  }

  /** Whether the CPU is inside a callback of the firmware; false while the device sleeps. */
  get inCallback(): boolean {
    return this.#device.inCallback;
  }

  /** Whether the device is stopped where it failed, so that a debugger can look, before it is reset. */
  get stopOnFailure(): boolean {
    return this.#device.stopOnFailure;
  }

  set stopOnFailure(value: boolean) {
    this.#device.stopOnFailure = value;
  }

  /** Switches the device on. */
  start(options: { stopOnEntry?: boolean } = {}): void {
    if (this.#state === 'ended') return;
    this.#device.stopOnEntry = options.stopOnEntry ?? false;
    this.#device.logBoot();
    this.resume();
  }

  /** An IP packet for the device that does not come from the gateway. It is lost while the device has no network. */
  receive(packet: Uint8Array): void {
    this.gate.enter({ kind: 'packet', bytes: Uint8Array.from(packet) });
  }

  /** Bytes for the device's UART0. */
  input(bytes: Uint8Array): void {
    this.gate.enter({ kind: 'uart', bytes: Uint8Array.from(bytes) });
  }

  /** Drives one of the GPIO pins 0 to 15 from outside. */
  setPin(pin: number, level: 0 | 1): void {
    this.gate.enter({ kind: 'pin', pin, level });
  }

  /** Changes the voltage at the ADC; `value` is what system_adc_read returns, 0 to 1024. */
  setAdc(value: number): void {
    this.gate.enter({ kind: 'adc', value });
  }

  /** Whether user_init has returned. */
  get hasStarted(): boolean {
    return this.#device.hasStarted;
  }

  /** Lets so many µs pass at once. */
  pass(duration: number): void {
    this.#device.board.computerClock?.advance(duration);
    this.gate.enter({ kind: 'clock', time: this.clock.now() + duration });
  }

  /** Lets the device continue; with a plan, until the plan says 'stepped'. */
  resume(plan?: StepPlan): void {
    if (this.#state === 'ended' || this.#state === 'running') return;
    this.#state = 'running';
    this.#device.execution.plan = plan;
    this.clock.resume();
    this.#timer.plan(0);
  }

  /** Stops the device at the instruction where it is, or in its sleep. */
  pause(): void {
    if (this.#state === 'running') this.#stop({ kind: 'pause' });
  }

  /** Switches the device off. Ports are closed; nothing of it is left on the computer. */
  end(): void {
    this.#end('stopped');
  }

  /** The device stops before it executes an instruction at one of these addresses. */
  setBreakpoints(addresses: Iterable<number>): void {
    this.#device.execution.setBreakpoints(addresses);
  }

  #wake(): void {
    if (this.#state === 'running' && !this.inCallback) this.#timer.plan(0);
  }

  #slice(): void {
    const end = performance.now() + sliceTime;
    this.#inSlice = true;
    try {
      do {
        if (this.#state !== 'running') return;
        const outcome = this.#device.turn();
        if (outcome !== 'more') {
          this.#leave(outcome);
          return;
        }
      } while (performance.now() < end);
      this.#timer.plan(0);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.events.add({ kind: 'problem', problem: error.problem });
      this.#end('problem');
    } finally {
      this.#inSlice = false;
    }
  }

  /** Waits, stops or ends, as a turn ended. What listeners have decided in that turn holds, but for an end. */
  #leave(outcome: Exclude<Outcome, 'more'>): void {
    if (typeof outcome === 'object' && 'end' in outcome) this.#end(outcome.end);
    else if (this.#state !== 'running') return;
    else if (outcome === 'asleep') this.#timer.plan(this.#device.sleepTime());
    else if (outcome === 'replayed') {
      this.#device.endReplay();
      this.#stop({ kind: 'pause' });
    } else this.#stop(outcome.stop);
  }

  /** How far the device has come. */
  get moment(): Moment {
    return this.#device.moment;
  }

  /**
   * All that the device remembers at this moment. Throws a Problem while a client is connected to a server that this computer runs
   * for it.
   */
  save(): DeviceState {
    if (this.#inSlice) throw new Error('a device cannot be saved while it executes');
    return this.#device.save();
  }

  /**
   * Makes the device what it was when its state was saved; it is stopped then. With a recording of what entered since, it repeats
   * that when it continues, up to `end`, and is stopped again; what is around the device sees nothing of it. Without, the device
   * finds itself in a new network. Throws a Problem when the state is of another device.
   */
  restore(state: DeviceState, recording?: Recording): void {
    if (this.#inSlice || this.#state === 'ended') throw new Error('this device cannot be restored');
    this.#device.restore(state, recording);
    this.#timer.cancel();
    this.#state = 'paused';
  }

  #stop(reason: StopReason): void {
    this.#timer.cancel();
    this.#state = 'paused';
    this.#device.execution.stopped();
    this.clock.pause();
    this.onStop(reason);
  }

  /** Something that the user wants kept could not be written: it is not the device's fault, and the device continues. */
  failToSave(problem: Problem): void {
    this.#failed = true;
    this.events.add({ kind: 'problem', problem });
  }

  /** Whether anything could not be written so far. */
  get failedToSave(): boolean {
    return this.#failed;
  }

  #save(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.failToSave(error.problem);
    }
  }

  #end(reason: EndReason): void {
    if (this.#state === 'ended') return;
    this.#timer.cancel();
    this.#state = 'ended';
    this.clock.pause();
    this.gate.endReplay();
    this.#device.switchOff();
    for (const action of this.atEnd) this.#save(action);
    this.onEnd(this.#failed ? 'problem' : reason);
  }
}
