import type { Clock } from './clock';
import { RealClock, VirtualClock } from './clock';
import { Cpu, type Stop } from './cpu/cpu';
import { Memory } from './cpu/memory';
import { Fault } from './device/call';
import { Chip, type HaltReason } from './device/device';
import { Flash, type FlashFile } from './device/flash';
import { Registers } from './device/registers';
import { EventLog } from './events';
import type { Firmware } from './firmware/firmware';
import { PortMap } from './network/ports';

export interface SimulatorOptions {
  firmware: Firmware;
  flashFiles?: FlashFile[];
  /** Size of the flash in bytes. */
  flashSize?: number;
  /** Device port → port of this computer; 0 takes a free one. */
  ports?: ReadonlyMap<number, number>;
  clock?: 'real' | 'virtual';
}

/** Why the device stands still. */
export type StopReason = 'entry' | 'breakpoint' | 'step' | 'pause' | 'exception';

/** Why a simulation is over: switched off, or halted by the chip. */
export type EndReason = 'stopped' | HaltReason;

/**
 * Drives the CPU for one slice while stepping: runs at most about `budget` instructions; 'stepped' when the step
 * is done.
 */
export type StepPlan = (cpu: Cpu, budget: number) => Stop | { kind: 'stepped' };

const defaultFlashSize = 4 * 1024 * 1024;
/** A slice ends after this many ms, so that the debugger and sockets get their turn. */
const sliceTime = 5;
/** The clock is looked at after so many instructions: about a millisecond of the interpreter's work. */
const instructionsPerLook = 50_000;

/**
 * A simulated ESP8266 that executes a firmware. It runs in slices on Node's event loop, sleeps when the firmware
 * has nothing to do, and can be paused at any instruction.
 */
export class Simulator {
  readonly cpu: Cpu;
  readonly events: EventLog;
  readonly firmware: Firmware;
  readonly clock: Clock;
  readonly #chip: Chip;
  readonly #flashFiles: FlashFile[];
  readonly #breakpoints = new Set<number>();
  #state: 'ready' | 'running' | 'paused' | 'ended' = 'ready';
  #plan: StepPlan | undefined;
  /** The instruction at pc has a breakpoint at which the device already stands. */
  #skipBreakpoint = false;
  /** Takes back the turn of the event loop that is planned next. */
  #cancel: () => void = () => undefined;
  #stopOnEntry = false;
  #started = false;
  /** Whether the device stands still where it failed, so that a debugger can look, before it ends. */
  stopOnFailure = false;
  onStop: (reason: StopReason) => void = () => undefined;
  onEnd: (reason: EndReason) => void = () => undefined;

  /** Throws a Problem when a flash file does not fit. */
  constructor(options: SimulatorOptions) {
    this.firmware = options.firmware;
    const memory = new Memory();
    this.cpu = new Cpu(memory);
    this.clock =
      options.clock === 'virtual' ? new VirtualClock(() => this.cpu.instructions) : new RealClock();
    this.clock.pause();
    this.events = new EventLog(() => this.clock.now());
    memory.peripherals = new Registers(this.clock, this.events);

    const flash = new Flash(options.flashSize ?? defaultFlashSize, memory);
    for (const segment of this.firmware.elf.segments) {
      memory.write(segment.address, segment.bytes);
      flash.burnCode(segment);
    }
    const flashFiles = options.flashFiles ?? [];
    for (const file of flashFiles) flash.burn(file);
    this.#chip = new Chip({
      cpu: this.cpu,
      clock: this.clock,
      events: this.events,
      firmware: this.firmware,
      flash,
      ports: new PortMap(options.ports),
    });
    this.#chip.scheduler.onWork = () => {
      this.#wake();
    };
    this.#chip.onHalt = () => {
      this.#wake();
    };
    this.#flashFiles = flashFiles;
  }

  get state(): 'ready' | 'running' | 'paused' | 'ended' {
    return this.#state;
  }

  /** Whether the CPU stands inside of a callback of the firmware; false while the device sleeps. */
  get inCallback(): boolean {
    return this.#chip.current !== undefined;
  }

  /** Switches the device on. */
  start(options: { stopOnEntry?: boolean } = {}): void {
    this.#stopOnEntry = options.stopOnEntry ?? false;
    this.events.add({
      kind: 'boot',
      firmware: this.firmware.elf.file,
      flashFiles: this.#flashFiles.map(({ address, file, bytes }) => ({
        address,
        file,
        length: bytes.length,
      })),
    });
    this.resume();
  }

  /** Lets the device go on; with a plan, until the plan says 'stepped'. */
  resume(plan?: StepPlan): void {
    if (this.#state === 'ended' || this.#state === 'running') return;
    this.#state = 'running';
    this.#plan = plan;
    this.clock.resume();
    this.#schedule(0);
  }

  /** Stops the device at the instruction where it is, or in its sleep. */
  pause(): void {
    if (this.#state === 'running') this.#stop('pause');
  }

  /** Switches the device off. Ports are closed; nothing of it is left on the computer. */
  end(): void {
    this.#end('stopped');
  }

  /** The device stops before it executes an instruction at one of these addresses. */
  setBreakpoints(addresses: Iterable<number>): void {
    for (const address of this.#breakpoints) this.cpu.removeBreakpoint(address);
    this.#breakpoints.clear();
    for (const address of addresses) {
      this.#breakpoints.add(address);
      this.cpu.setBreakpoint(address);
    }
  }

  #schedule(delay: number): void {
    this.#cancel();
    const turn = () => {
      this.#slice();
    };
    if (delay === 0) {
      const immediate = setImmediate(turn);
      this.#cancel = () => {
        clearImmediate(immediate);
      };
    } else {
      const timeout = setTimeout(turn, delay);
      this.#cancel = () => {
        clearTimeout(timeout);
      };
    }
  }

  #wake(): void {
    if (this.#state === 'running' && !this.inCallback) this.#schedule(0);
  }

  #slice(): void {
    const end = performance.now() + sliceTime;
    do {
      if (this.#state !== 'running') return;
      if (this.#chip.haltReason !== undefined) {
        this.#endHalted();
        return;
      }
      try {
        if (!this.inCallback && !this.#begin()) return;
      } catch (error) {
        // A list that the device keeps in RAM leads to nowhere: the chip faults in the SDK's code.
        if (!(error instanceof Fault)) throw error;
        this.#chip.fail(error.exceptionCause, this.cpu.pc, error.address);
        continue;
      }
      if (!this.#run()) return;
    } while (performance.now() < end);
    this.#schedule(0);
  }

  /** Begins the next callback; false when the device sleeps or has stopped. */
  #begin(): boolean {
    if (!this.#chip.begin()) {
      if (!this.#started) {
        this.#started = true;
        this.#chip.started();
        return this.#begin();
      }
      const due = this.#chip.scheduler.due();
      if (due !== undefined) this.#schedule(this.clock.sleepUntil(due));
      return false;
    }
    this.#skipBreakpoint = false;
    if (this.#stopOnEntry && this.#chip.current?.name === 'user_init') {
      this.#stopOnEntry = false;
      this.#stop('entry');
      return false;
    }
    return true;
  }

  /** Executes for about a millisecond. False when the device stands still afterwards. */
  #run(): boolean {
    const stop = this.#advance();
    switch (stop.kind) {
      case 'budget':
      case 'waiti':
        return true;
      case 'stepped':
        this.#stop('step');
        return false;
      case 'breakpoint':
        this.#stop('breakpoint');
        return false;
      case 'exception':
        this.#chip.fail(stop.cause, stop.pc, stop.address);
        break;
      case 'requested':
        if (this.#chip.callbackReturned) {
          this.#chip.end();
          this.#plan = undefined;
          return true;
        }
    }
    if (this.#chip.haltReason === undefined) return true;
    this.#endHalted();
    return false;
  }

  #advance(): Stop | { kind: 'stepped' } {
    if (this.#skipBreakpoint) {
      this.#skipBreakpoint = false;
      if (this.#plan === undefined) {
        const stop = this.cpu.step();
        if (stop.kind !== 'budget') return stop;
      }
    }
    return this.#plan === undefined
      ? this.cpu.run(instructionsPerLook)
      : this.#plan(this.cpu, instructionsPerLook);
  }

  #stop(reason: StopReason): void {
    this.#cancel();
    this.#state = 'paused';
    this.#plan = undefined;
    this.#skipBreakpoint = true;
    this.clock.pause();
    this.onStop(reason);
  }

  /** The chip has halted. A debugger first gets to see where. */
  #endHalted(): void {
    const reason = this.#chip.haltReason ?? 'stopped';
    if (this.stopOnFailure && (reason === 'exception' || reason === 'not-offered')) {
      this.stopOnFailure = false;
      this.#stop('exception');
    } else this.#end(reason);
  }

  #end(reason: EndReason): void {
    if (this.#state === 'ended') return;
    this.#cancel();
    this.#state = 'ended';
    this.clock.pause();
    this.#chip.switchOff();
    this.onEnd(reason);
  }
}
