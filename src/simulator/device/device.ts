import type { Clock } from '../clock';
import type { Cpu } from '../cpu/cpu';
import type { EventLog } from '../events';
import type { Firmware } from '../firmware/firmware';
import { Call, Fault } from './call';
import { espconnFamily } from './espconn';
import type { Flash } from './flash';
import { flashFamily } from './flash';
import { Heap } from './heap';
import { memoryFamily } from './memoryFunctions';
import { consoleFamily } from './console';
import { romFamily } from './rom';
import { type Callback, Scheduler } from './scheduler';
import { stringFamily } from './strings';
import { systemFamily } from './system';
import { taskFamily } from './tasks';
import { timerFamily } from './timers';
import { wifiFamily } from './wifi';
import type { PortMap } from '../network/ports';
import { functionNames } from '../../sdk/functions';

/** Answers a call of the firmware; a number goes to a2. */
export type Answer = (call: Call) => number | undefined;

/** Functions the device answers, by name. */
export type Family = Record<string, Answer>;

/** Why the chip has stopped by itself. */
export type HaltReason = 'exception' | 'not-offered' | 'restart' | 'problem';

/** What the families of SDK functions share: the parts of one device. */
export interface Device {
  readonly cpu: Cpu;
  readonly clock: Clock;
  readonly events: EventLog;
  readonly scheduler: Scheduler;
  readonly firmware: Firmware;
  readonly flash: Flash;
  readonly heap: Heap;
  readonly ports: PortMap;
  /** Stops the device for good. */
  halt(reason: HaltReason): void;
  /** Runs when the firmware has initialised itself: user_init has returned. */
  onStarted(action: () => void): void;
  /** Runs when the device is switched off: closes sockets and timers of the computer. */
  onSwitchOff(action: () => void): void;
}

export interface DeviceParts {
  cpu: Cpu;
  clock: Clock;
  events: EventLog;
  firmware: Firmware;
  flash: Flash;
  ports: PortMap;
}

/** Where a callback returns to. Nothing lies there, so no firmware can have code at this address. */
const callbackReturn = 0x4ffffff0;
/** The ROM's stack grows down from the end of the data RAM; it has a word to spare as the SDK's start code leaves it. */
const stackTop = 0x3ffffff0;
/** The heap of NON-OS SDK firmware lies between .bss and the ROM's own data at 0x3FFFC000. */
const heapEnd = 0x3fffc000;

/** The chip around the CPU: answers SDK and ROM functions and decides which callback runs next. */
export class Chip implements Device {
  readonly cpu: Cpu;
  readonly clock: Clock;
  readonly events: EventLog;
  readonly scheduler = new Scheduler();
  readonly firmware: Firmware;
  readonly flash: Flash;
  readonly heap: Heap;
  readonly ports: PortMap;
  readonly #switchOff: (() => void)[] = [];
  readonly #onStarted: (() => void)[] = [];
  #current: Callback | undefined;
  #haltReason: HaltReason | undefined;
  /** Called when the chip halts while the device may be asleep. */
  onHalt: () => void = () => undefined;

  constructor(parts: DeviceParts) {
    this.cpu = parts.cpu;
    this.clock = parts.clock;
    this.events = parts.events;
    this.firmware = parts.firmware;
    this.flash = parts.flash;
    this.ports = parts.ports;
    this.heap = new Heap(this.cpu.memory, heapStart(parts.firmware), heapEnd);
    this.cpu.setHook(callbackReturn, cpu => {
      cpu.pc = callbackReturn;
      cpu.requestStop();
    });
    this.#answerFunctions();
    this.scheduler.post(() => this.#callback('user_rf_cal_sector_set'));
    this.scheduler.post(() => this.#callback('user_pre_init'));
    this.scheduler.post(() => this.#callback('user_init'));
  }

  /** The callback that runs at the moment. */
  get current(): Callback | undefined {
    return this.#current;
  }

  /** Why the device has stopped for good; undefined while it has not. */
  get haltReason(): HaltReason | undefined {
    return this.#haltReason;
  }

  /** Whether the CPU has come to the end of the current callback. */
  get callbackReturned(): boolean {
    return this.cpu.pc >>> 0 === callbackReturn;
  }

  /** Prepares the CPU to run the next callback. False when there is nothing to do. */
  begin(): boolean {
    const callback = this.scheduler.next();
    if (callback === undefined) return false;
    this.#current = callback;
    const { registers } = this.cpu;
    registers.fill(0);
    registers[0] = callbackReturn;
    registers[1] = stackTop;
    callback.arguments.forEach((value, index) => (registers[2 + index] = value));
    this.cpu.pc = callback.address;
    this.events.add({
      kind: 'callback',
      callback: callback.name,
      function: this.firmware.describeAddress(callback.address),
    });
    return true;
  }

  /** Ends the current callback after the CPU has returned from it. */
  end(): void {
    const callback = this.#current;
    this.#current = undefined;
    callback?.returned?.();
  }

  halt(reason: HaltReason): void {
    this.#haltReason ??= reason;
    this.cpu.requestStop();
    this.onHalt();
  }

  onStarted(action: () => void): void {
    this.#onStarted.push(action);
  }

  /** The firmware has initialised itself: events may begin. */
  started(): void {
    for (const action of this.#onStarted.splice(0)) action();
  }

  onSwitchOff(action: () => void): void {
    this.#switchOff.push(action);
  }

  /** Closes all that the device has opened on the computer. */
  switchOff(): void {
    for (const action of this.#switchOff.splice(0)) action();
  }

  #callback(name: string): Callback | undefined {
    const address = this.firmware.symbols.address(name);
    return address === undefined ? undefined : { name, address, arguments: [] };
  }

  /**
   * Puts an answer at every function that the firmware expects from outside: those the linker placed outside
   * of the ELF's own code, and those that work on hardware this device has in another form. What the ELF brings
   * along otherwise (libc, libgcc, its own code) runs as it is.
   */
  #answerFunctions(): void {
    const pure: Family = { ...romFamily(), ...stringFamily() };
    const boundary: Family = {
      ...consoleFamily(this),
      ...memoryFamily(this),
      ...timerFamily(this),
      ...taskFamily(this),
      ...systemFamily(this),
      ...wifiFamily(this),
      ...flashFamily(this),
      ...espconnFamily(this),
    };
    for (const symbol of this.firmware.symbols.all()) {
      const outside = symbol.section === 'absolute' && !this.cpu.memory.isMapped(symbol.address, 1);
      const inside = symbol.kind === 'function' && functionNames.has(symbol.name);
      const answer = boundary[symbol.name] ?? (outside ? pure[symbol.name] : undefined);
      if (answer !== undefined && (outside || inside)) this.#hook(symbol.address, symbol.name, answer);
      else if (outside && symbol.address >= romStart)
        this.#hook(symbol.address, symbol.name, call => this.#notOffered(call));
    }
  }

  #hook(address: number, name: string, answer: Answer): void {
    const call = new Call(this.cpu);
    call.name = name;
    this.cpu.setHook(address, cpu => {
      try {
        const result = answer(call);
        // A chip that has halted stays where it is, for the debugger to look.
        if (this.#haltReason !== undefined) return;
        if (result !== undefined) cpu.registers[2] = result;
        cpu.pc = call.returnAddress;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.fail(error.exceptionCause, address, error.address);
      }
    });
  }

  /** What the chip does on an exception: says where, and stops. */
  fail(cause: number, pc: number, address: number): void {
    const caller = this.firmware.describeAddress(pc);
    const where =
      this.firmware.lines?.at(pc) === undefined
        ? `${caller}, ${this.firmware.describeAddress(((this.cpu.registers[0] ?? 0) >>> 0) - 3)}`
        : caller;
    this.events.add({ kind: 'exception', cause, pc, address, where });
    this.halt('exception');
  }

  #notOffered(call: Call): undefined {
    this.events.add({
      kind: 'not-offered',
      function: call.name,
      caller: this.firmware.describeAddress(call.returnAddress - 3),
    });
    this.halt('not-offered');
    return undefined;
  }
}

/** Above it lie the ROM and the addresses that linker scripts give to functions without code. */
const romStart = 0x40000000;

/** The first byte behind all that the firmware keeps in data RAM. */
function heapStart(firmware: Firmware): number {
  const named = firmware.symbols.address('_heap_start') ?? firmware.symbols.address('_bss_end');
  if (named !== undefined) return named;
  const dataRam = firmware.elf.segments.filter(({ address }) => address >= 0x3ffe8000 && address < heapEnd);
  return Math.max(0x3ffe8000, ...dataRam.map(({ address, memorySize }) => address + memorySize));
}
