import { type Device, type DeviceOptions, type HaltReason, powerOn, type ResetInfo } from './device';
import type { Clock } from '../clock';
import { sectorSize } from '../../flash/sectors';
import type { Cpu, Hook } from '../cpu/cpu';
import type { Intrinsic } from '../cpu/translate';
import { exceptionCauses } from '../../sdk/exceptionCauses';
import { dataRam, faults } from '../cpu/memory';
import type { EventLog } from '../events';
import type { Firmware } from '../firmware/firmware';
import { Call, EndlessLoop, Fault, type Answer, type Family } from './call';
import { espconnFamily } from './espconn';
import type { Flash } from './flash';
import { Heap } from './heap';
import { memoryFamily } from './memoryFunctions';
import { consoleFamily } from './console';
import { romFamily } from './rom';
import { type Callback, Scheduler } from './scheduler';
import { stringFamily } from './strings';
import { ownSystemFamily, systemFamily } from './system';
import { taskFamily } from './tasks';
import { timerFamily } from './timers';
import { gpioFamily } from './gpio';
import { type Interrupt, Interrupts } from './interrupts';
import { NetworkInterface } from './netif';
import type { Registers } from './registers';
import type { Failure } from '../stops';
import { ownUpgradeFamily, upgradeFamily } from './upgrade';
import { systemSector } from './systemParameters';
import { observeCallbacks } from './userCallbacks';
import { wifiFamily } from './wifi';
import type { PortMap } from '../network/ports';
import { endOf, isIn, memoryMap, stackTop } from '../../sdk/memoryMap';
import { romFunctions, romTexts } from '../../sdk/rom';
import { uartFamily } from './uart';
import { needsHardware } from './coverage';
import type { Slot } from './slot';
import type { Address } from '../network/endpoints';
import { flashFamily } from './flashFunctions';
import { softApMac } from './wifiOptions';

export interface DeviceParts {
  cpu: Cpu;
  clock: Clock;
  events: EventLog;
  firmware: Firmware;
  flash: Flash;
  registers: Registers;
  ports: PortMap;
  options: DeviceOptions;
  reset: ResetInfo;
  slot: Slot | undefined;
}

/** Instructions of any function of the ROM or the SDK. */
const shortestCall = 20;
/** Where a callback returns to. Nothing lies there, so no firmware can have code at this address. */
const callbackReturn = 0x4ffffff0;

/** Where an interrupt handler returns to. */
const interruptReturn = 0x4fffffe0;

/** Addresses of host functions that the firmware calls through pointers. */
const firstHostFunction = 0x4ffff000;

/** PS while firmware runs: user vectors, interrupts of every level let through. */
const userMode = 0x20;

/** An interrupt handler leaves what the interrupted function has below its stack pointer alone. */
const redZone = 256;

const { firmwareRam, romData } = memoryMap;

/** The heap of NON-OS SDK firmware lies between .bss and the ROM's own data. */
const heapEnd = endOf(firmwareRam);

/** flashchip of the ROM: a pointer to SpiFlashChip {id, size, block, sector, page, status mask}, which follows it. */
const flashChip = 0x3fffc714;

/** Without being fed, the software watchdog bites after this time, the hardware one after that, in µs. */
const softWatchdogTime = 3.2e6;

const hardWatchdogTime = 8.4e6;

interface Context {
  registers: Int32Array;
  pc: number;
  sar: number;
  ps: number;
}

/** The chip around the CPU: answers SDK and ROM functions and decides which callback runs next. */
export class Chip implements Device {
  readonly cpu: Cpu;
  readonly clock: Clock;
  readonly events: EventLog;
  readonly scheduler = new Scheduler();
  readonly firmware: Firmware;
  readonly flash: Flash;
  readonly registers: Registers;
  readonly ports: PortMap;
  readonly options: DeviceOptions;
  readonly reset: ResetInfo;
  readonly slot: Slot | undefined;
  readonly netif: NetworkInterface | undefined;
  readonly softApNetif: NetworkInterface | undefined;
  /** Called when the firmware can be reached over a network interface, with that one's address. */
  plugIn: (netif: NetworkInterface, address: Address) => void = () => undefined;
  frequency = 80;
  softWatchdog = true;
  readonly tlsBuffer: { client: number; server: number };
  readonly #interrupts: Interrupts;
  readonly #hooks = new Set<number>();
  #offered: Chip['offered'] = { edge: new Set(), outside: new Set() };
  readonly #switchOff: (() => void)[] = [];
  readonly #onStarted: (() => void)[] = [];
  #heap: Heap | undefined;
  #reserved = romData.address;
  #userCallbackRan = false;
  #freeHeap: number | undefined;
  #running = false;
  #hostFunctions = firstHostFunction;
  #current: Callback | undefined;
  readonly #toldHandlers = new Set<number>();
  /** Functions without answer that the log has, each with where it was called from. */
  readonly #toldUnanswered = new Set<string>();
  /** What an interrupt handler has interrupted. */
  #interrupted: Context | undefined;
  #haltReason: HaltReason | undefined;
  #failure: Failure | undefined;
  #failureReset: ResetInfo = powerOn;
  /** How long to sleep before the next boot, in µs; undefined: for ever. */
  #sleepTime: number | undefined;
  /** Instructions and time, in µs, at the last feeding of the watchdogs. */
  #fedAt = 0;
  #fedTime = 0;
  /** Called when the chip halts while the device may be asleep. */
  onHalt: () => void = () => undefined;

  constructor(parts: DeviceParts) {
    this.cpu = parts.cpu;
    this.clock = parts.clock;
    this.events = parts.events;
    this.firmware = parts.firmware;
    this.flash = parts.flash;
    this.registers = parts.registers;
    this.ports = parts.ports;
    this.options = parts.options;
    this.reset = parts.reset;
    this.slot = parts.slot;
    this.feed();
    this.registers.onWork = instructions => {
      this.cpu.charge(instructions);
    };
    this.scheduler.onOverflow = () => {
      this.events.add({ kind: 'events-lost' });
    };
    this.#interrupts = new Interrupts(this.cpu, this.registers);
    this.cpu.memory.write(romData.address, new Uint8Array(romData.size));
    for (const { address, text } of romTexts)
      this.cpu.memory.write(address, Buffer.from(`${text}\0`, 'latin1'));
    this.describeFlash();
    const buffer = this.firmware.symbols.code('espconn_secure_set_size') === undefined ? Infinity : 2048;
    this.tlsBuffer = { client: buffer, server: buffer };
    const { mac } = this.options.wifi;
    this.netif = NetworkInterface.of(this, mac);
    this.softApNetif = NetworkInterface.of(this, softApMac(mac));
    this.#setHook(callbackReturn, cpu => {
      cpu.pc = callbackReturn;
      cpu.requestStop();
    });
    this.#setHook(interruptReturn, () => {
      this.#endInterrupt();
    });
    this.#answerFunctions();
    this.#boot();
  }

  get heap(): Heap {
    return (this.#heap ??= new Heap(this.cpu.memory, heapStart(this.firmware), heapEnd));
  }

  /** The names of the functions that are answered: those at hardware's edge, and all that stand in for missing code. */
  get offered(): { edge: ReadonlySet<string>; outside: ReadonlySet<string> } {
    return this.#offered;
  }

  /** The callback that runs at the moment. */
  get current(): Callback | undefined {
    return this.#current;
  }

  /** Why the device has stopped; undefined while it has not. */
  get haltReason(): HaltReason | undefined {
    return this.#haltReason;
  }

  /** What went wrong where the device has stopped; undefined while nothing has. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** What the next boot will find in rst_info. */
  get nextReset(): ResetInfo {
    switch (this.#haltReason) {
      case 'exception':
      case 'watchdog':
        return this.#failureReset;
      case 'restart':
        return { ...powerOn, reason: resetReason.restart };
      case 'deep-sleep':
        return { ...powerOn, reason: resetReason.deepSleep };
      default:
        return powerOn;
    }
  }

  /** µs that the chip sleeps before it boots again; undefined: until somebody switches it on. */
  get sleepTime(): number | undefined {
    return this.#sleepTime;
  }

  /** Whether the CPU has come to the end of the current callback. */
  get callbackReturned(): boolean {
    return this.cpu.pc >>> 0 === callbackReturn;
  }

  get running(): boolean {
    return this.#running;
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
    this.cpu.ps = userMode;
    if (callback.internal !== true) {
      this.events.add({
        kind: 'callback',
        callback: callback.name,
        function: this.firmware.describeAddress(callback.address),
        ...(callback.told !== undefined && { value: callback.told }),
      });
    }
    return true;
  }

  /** Ends the current callback after the CPU has returned from it. */
  end(): void {
    const callback = this.#current;
    this.#current = undefined;
    this.feed();
    callback?.returned?.((this.cpu.registers[2] ?? 0) >>> 0);
    // A heap of our own costs nothing to look at; the firmware's is asked after its own callbacks only.
    if (callback?.internal !== true || this.#userCallbackRan || this.#heap !== undefined) this.#tellHeap();
    this.#userCallbackRan = false;
  }

  /** The free heap after a callback, where it has changed. */
  #tellHeap(): void {
    const tell = (free: number) => {
      if (free === this.#freeHeap) return;
      this.#freeHeap = free;
      this.events.add({ kind: 'heap', free });
    };
    const measure = this.firmware.symbols.code('xPortGetFreeHeapSize');
    if (measure === undefined) tell(this.heap.freeBytes());
    else
      this.scheduler.postFirst(() => ({
        name: 'xPortGetFreeHeapSize',
        address: measure,
        arguments: [],
        internal: true,
        returned: tell,
      }));
  }

  userCallbackRan(): void {
    this.#userCallbackRan = true;
  }

  /**
   * Lets the handler of a waiting interrupt run before the next instruction, in the middle of a callback or in the
   * device's sleep. True when there was one.
   */
  interrupt(): boolean {
    const interrupt = this.#interrupts.next();
    if (interrupt === undefined) return false;
    const { cpu } = this;
    this.#tellInterrupt(interrupt);
    if (this.#current === undefined) {
      this.scheduler.postFirst(() => ({
        ...interrupt,
        internal: true,
        returned: () => {
          this.#interrupts.ended();
        },
      }));
      return true;
    }
    this.#interrupted = { registers: cpu.registers.slice(), pc: cpu.pc, sar: cpu.sar, ps: cpu.ps };
    cpu.registers[0] = interruptReturn;
    cpu.registers[1] = (((this.#interrupted.registers[1] ?? 0) >>> 0) - redZone) & ~15;
    interrupt.arguments.forEach((value, index) => (cpu.registers[2 + index] = value));
    cpu.pc = interrupt.address;
    return true;
  }

  /** Handlers run thousands of times a second: the log has each of them once. */
  #tellInterrupt({ name, address }: Interrupt): void {
    if (this.#toldHandlers.has(address)) return;
    this.#toldHandlers.add(address);
    this.events.add({ kind: 'interrupt', interrupt: name, function: this.firmware.describeAddress(address) });
  }

  #endInterrupt(): void {
    const { cpu } = this;
    const context = this.#interrupted;
    this.#interrupted = undefined;
    this.#interrupts.ended();
    if (context === undefined) {
      // Nobody was interrupted: the firmware jumped here by itself.
      this.fail(faults.fetchProhibited, interruptReturn, interruptReturn);
      return;
    }
    cpu.registers.set(context.registers);
    cpu.pc = context.pc;
    cpu.sar = context.sar;
    cpu.ps = context.ps;
  }

  /** When the device has to wake by itself, in µs of its clock. */
  due(): number | undefined {
    const times = [this.scheduler.due(), this.#interrupts.due()].filter(time => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  feed(): void {
    this.#fedAt = this.cpu.instructions;
    this.#fedTime = this.clock.now();
  }

  /** Halts the chip when the firmware has kept the CPU for too long. */
  watch(): void {
    // A computer slower than the chip gets the time that the chip would need.
    const time = Math.min(
      (this.cpu.instructions - this.#fedAt) / this.frequency,
      this.clock.now() - this.#fedTime,
    );
    // With its interrupt locked out the software watchdog cannot bite; the hardware one always does.
    const soft = this.softWatchdog && !this.#interrupts.locked && time > softWatchdogTime;
    if (!soft && time <= hardWatchdogTime) return;
    this.#bite(soft ? 'software' : 'hardware', this.cpu.pc >>> 0, time);
  }

  #bite(watchdog: 'software' | 'hardware', pc: number, time: number): void {
    const reason = watchdog === 'software' ? resetReason.softWatchdog : resetReason.hardWatchdog;
    this.#failureReset = { ...powerOn, reason, epc1: pc };
    this.#haltAt({ kind: 'watchdog', watchdog, where: this.#where(pc), time: Math.round(time) });
  }

  /** Halts the chip where it failed; the log and a debugger say the same. */
  #haltAt(failure: Failure): void {
    if (this.#haltReason === undefined) this.#failure = failure;
    this.events.add(failure);
    this.halt(failure.kind);
  }

  halt(reason: HaltReason): void {
    this.#haltReason ??= reason;
    this.cpu.requestStop();
    this.onHalt();
  }

  restart(call: Call): void {
    const caller = this.firmware.describeAddress(call.returnAddress - 3);
    this.events.add({ kind: 'restart', function: call.name, caller });
    this.halt('restart');
  }

  sleep(duration: number | undefined): void {
    this.#sleepTime = duration;
    this.halt('deep-sleep');
  }

  onStarted(action: () => void): void {
    this.#onStarted.push(action);
  }

  /** The firmware has initialised itself: events may begin. */
  started(): void {
    this.#running = true;
    for (const action of this.#onStarted.splice(0)) action();
  }

  onSwitchOff(action: () => void): void {
    this.#switchOff.push(action);
  }

  /** Closes all that the device has opened on the computer, and leaves the CPU as it was without this chip. */
  switchOff(): void {
    for (const action of this.#switchOff.splice(0)) action();
    for (const address of this.#hooks) this.cpu.removeHook(address);
    this.#hooks.clear();
  }

  reserve(size: number): number {
    const address = this.#reserved;
    if (address + size > endOf(romData)) throw new Error('the ROM keeps more than it has room for');
    this.#reserved += alignWord(size);
    return address;
  }

  hostFunction(name: string, answer: Answer): number {
    const address = this.#hostFunctions;
    this.#hostFunctions += 16;
    this.#hook(address, name, answer);
    return address;
  }

  callWithBlock(size: number, prepare: (block: number) => Callback | undefined): void {
    const { symbols } = this.firmware;
    const [allocate, free] = [symbols.code('pvPortMalloc'), symbols.code('vPortFree')];
    const use = (block: number, giveBack: () => void): Callback | undefined => {
      if (block === 0 || !this.cpu.memory.write(block, new Uint8Array(size))) return undefined;
      const callback = prepare(block);
      if (callback === undefined) {
        giveBack();
        return undefined;
      }
      const { returned } = callback;
      return {
        ...callback,
        returned: result => {
          returned?.(result);
          giveBack();
        },
      };
    };
    if (allocate === undefined || free === undefined) {
      this.scheduler.post(() => {
        const block = this.heap.allocate(size);
        return use(block, () => this.heap.free(block));
      });
      return;
    }
    this.scheduler.post(() => ({
      name: 'pvPortMalloc',
      address: allocate,
      arguments: [size, 0, 0],
      internal: true,
      returned: block => {
        this.scheduler.postFirst(() =>
          use(block, () => {
            this.scheduler.postFirst(() => ({
              name: 'vPortFree',
              address: free,
              arguments: [block, 0, 0],
              internal: true,
            }));
          }),
        );
      },
    }));
  }

  observe(address: number, action: (call: Call) => void): void {
    const call = new Call(this.cpu);
    const hook = (cpu: Cpu) => {
      this.#charging(() => {
        action(call);
      });
      // Then the instruction itself: the hook steps aside for as long as it takes.
      cpu.removeHook(address);
      const stop = cpu.step();
      cpu.setHook(address, hook);
      if (stop.kind === 'exception') this.fail(stop.cause, stop.pc, stop.address);
    };
    if (!this.#hooks.has(address)) this.#setHook(address, hook);
  }

  /** As the SDK's start code: lwIP and espconn, what the firmware says about its flash, then user_init. */
  #boot(): void {
    const { scheduler } = this;
    const call = (name: string, internal: boolean, returned?: () => void) => {
      const address = this.firmware.symbols.address(name);
      if (address === undefined || !this.cpu.memory.isMapped(address, 1)) return;
      scheduler.post(() => ({ name, address, arguments: [], internal, ...(returned && { returned }) }));
    };
    const { netif } = this;
    if (netif !== undefined) {
      call('lwip_init', true, () => {
        this.softApNetif?.attach();
        netif.attach();
      });
      call('espconn_init', true);
      scheduler.post(() => {
        netif.keepOwnPorts();
        return undefined;
      });
    }
    this.#takeHeap();
    call('user_rf_cal_sector_set', false);
    call('user_pre_init', false);
    call('user_init', false);
    if (netif !== undefined) this.#runLwipTimers();
  }

  /** The Wi-Fi library of a chip has its share of the heap before user_init runs. */
  #takeHeap(): void {
    const size = this.options.reservedHeap;
    if (size === 0) return;
    const { symbols } = this.firmware;
    const [allocate, measure] = [symbols.code('pvPortMalloc'), symbols.code('xPortGetFreeHeapSize')];
    if (allocate === undefined) {
      this.heap.allocate(Math.min(size, this.heap.freeBytes()));
      return;
    }
    const take = (bytes: number) => ({
      name: 'pvPortMalloc',
      address: allocate,
      arguments: [bytes, 0, 0],
      internal: true,
    });
    this.scheduler.post(() =>
      measure === undefined
        ? take(size)
        : {
            name: 'xPortGetFreeHeapSize',
            address: measure,
            arguments: [],
            internal: true,
            returned: free => {
              this.scheduler.postFirst(() => take(Math.min(size, free - blockHeader)));
            },
          },
    );
  }

  /** The SDK calls lwIP's timers every 25 ms from an ETS timer of its own. */
  #runLwipTimers(): void {
    const check = this.firmware.symbols.code('sys_check_timeouts');
    if (check === undefined) return;
    let due = this.clock.now() + lwipTimerPeriod;
    this.scheduler.addSource({
      next: () => {
        const now = this.clock.now();
        if (now < due) return undefined;
        due = now + lwipTimerPeriod;
        return { name: 'sys_check_timeouts', address: check, arguments: [], internal: true };
      },
      due: () => due,
    });
  }

  /** What the ROM and the SDK's start code find out about the flash: its id, size, and where the system parameters lie. */
  describeFlash(): void {
    const { memory } = this.cpu;
    const size = this.flash.mappedSize;
    memory.writeWord(flashChip, flashChip + 4);
    [this.flash.id, size, 0x10000, sectorSize, 0x100, 0xffff].forEach((value, index) =>
      memory.writeWord(flashChip + 4 + 4 * index, value),
    );
    const sector = this.firmware.symbols.address('system_param_sector_start');
    if (sector !== undefined) memory.writeWord(sector, systemSector(this.flash));
  }

  /**
   * Puts an answer at every function that the firmware expects from outside: those the linker placed outside
   * of the ELF's own code, and those that work on hardware this device has in another form. What the ELF brings
   * along otherwise (libc, libgcc, its own code, lwIP, espconn, TLS) runs as it is.
   */
  #answerFunctions(): void {
    const rom: Family = { ...romFamily(), ...stringFamily(), ...uartFamily(this) };
    const edge: Family = {
      ...consoleFamily(this),
      ...timerFamily(this),
      ...taskFamily(this),
      ...systemFamily(this),
      ...upgradeFamily(this),
      ...wifiFamily(this),
      ...flashFamily(this),
      ...gpioFamily(this),
      ...this.#interrupts.family(this),
    };
    const outside: Family = {
      ...rom,
      ...memoryFamily(this),
      ...espconnFamily(this),
      ...ownSystemFamily(this),
      ...ownUpgradeFamily(this),
      ...edge,
    };
    this.#offered = { edge: new Set(Object.keys(edge)), outside: new Set(Object.keys(outside)) };
    for (const symbol of this.firmware.symbols.all()) {
      const { name, address } = symbol;
      if (symbol.section === 'absolute') {
        if (this.cpu.memory.isMapped(address, 1) || address < memoryMap.rom.address) continue;
        this.#hook(address, name, outside[name] ?? (call => this.#notOffered(call)));
      } else if (symbol.kind === 'function' && symbol.binding !== 'local') {
        const answer = edge[name];
        if (answer !== undefined) this.#hook(address, name, answer);
        else if (needsHardware(name)) this.#hook(address, name, call => this.#notOffered(call));
      }
    }
    for (const { name, address } of romFunctions) {
      if (!this.#hooks.has(address))
        this.#hook(address, name, outside[name] ?? (call => this.#notOffered(call)));
    }
    if (this.netif !== undefined) observeCallbacks(this);
  }

  #setHook(address: number, hook: Hook): void {
    this.#hooks.add(address);
    this.cpu.setHook(address, hook);
  }

  #hook(address: number, name: string, answer: Answer): void {
    const call = new Call(this.cpu);
    call.name = name;
    const intrinsic = intrinsics.get(name);
    // Translated code does not come here for these, and has to count the same.
    const perCall = intrinsic === undefined ? shortestCall : 0;
    this.#setHook(address, () => {
      call.charge(perCall);
      try {
        const result = this.#charging(() => answer(call));
        // A chip that has halted stays where it is, for the debugger to look.
        if (this.#haltReason === undefined) call.complete(result);
      } catch (error) {
        this.failBy(error, address);
      }
    });
    if (intrinsic !== undefined) this.cpu.setIntrinsic(address, intrinsic);
  }

  /** Charges the firmware for what the parts of the device do. */
  #charging<Result>(action: () => Result): Result {
    const before = this.#work;
    const result = action();
    this.cpu.charge(this.#work - before);
    return result;
  }

  get #work(): number {
    return this.events.work + this.flash.work + (this.#heap?.work ?? 0);
  }

  /** What the chip does when a function of the ROM or the SDK at `pc` goes wrong. Throws what is no failure of the chip. */
  failBy(error: unknown, pc: number): void {
    if (error instanceof Fault) this.fail(error.exceptionCause, pc, error.address);
    else if (error instanceof EndlessLoop) this.#bite('hardware', pc, hardWatchdogTime);
    else throw error;
  }

  /** What the chip does on an exception: says where, and is reset. */
  fail(cause: number, pc: number, address: number): void {
    this.#failureReset = { reason: resetReason.exception, exccause: cause, epc1: pc, excvaddr: address };
    this.events.add({ kind: 'print', text: fatalExceptionText(cause, pc, address) });
    const stack = (this.cpu.registers[1] ?? 0) >>> 0;
    this.#haltAt({
      kind: 'exception',
      cause,
      pc,
      address,
      where: this.#where(pc),
      ...(stack < endOf(romData) && stack > dataRam.address - largestFrame && { stack }),
    });
  }

  /** The line of the source, or where a function without source was called from. */
  #where(pc: number): string {
    const caller = this.firmware.describeAddress(pc);
    return this.firmware.lines?.at(pc) === undefined
      ? `${caller}, ${this.firmware.describeAddress(((this.cpu.registers[0] ?? 0) >>> 0) - 3)}`
      : caller;
  }

  #notOffered(call: Call): number | undefined {
    const caller = () => this.firmware.describeAddress(call.returnAddress - 3);
    if (this.options.unanswered === 'warn') {
      const told = `${call.name} ${call.returnAddress}`;
      if (!this.#toldUnanswered.has(told))
        this.events.add({ kind: 'unanswered', function: call.name, caller: caller() });
      this.#toldUnanswered.add(told);
      return 0;
    }
    this.#haltAt({ kind: 'not-offered', function: call.name, caller: caller() });
    return undefined;
  }
}

/** enum rst_reason. */
const resetReason = { hardWatchdog: 1, exception: 2, softWatchdog: 3, restart: 4, deepSleep: 5 } as const;

/** Functions of the ROM that translated code computes in place. */
const intrinsics = new Map<string, Intrinsic>([
  ['__muldi3', 'muldi3'],
  ['__umulsidi3', 'umulsidi3'],
]);

/** More than any allocator of the SDK has in front of a block. */
const blockHeader = 32;

const lwipTimerPeriod = 25_000;

/** No function has more on the stack: a stack pointer further below the RAM is none. */
const largestFrame = 0x10000;

/** What the SDK's handler of fatal exceptions prints. */
function fatalExceptionText(cause: number, pc: number, address: number): string {
  const name = exceptionCauses.get(cause)?.name;
  const word = (value: number) => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
  return [
    `Fatal exception ${cause}(${name === undefined ? 'unknown' : `${name}Cause`}):`,
    `epc1=${word(pc)}, epc2=${word(0)}, epc3=${word(0)}, excvaddr=${word(address)}, depc=${word(0)}`,
    '',
  ].join('\n');
}

function alignWord(value: number): number {
  return (value + 3) & ~3;
}

/** The first byte behind all that the firmware keeps in data RAM. */
function heapStart(firmware: Firmware): number {
  const named = firmware.symbols.address('_heap_start') ?? firmware.symbols.address('_bss_end');
  if (named !== undefined) return named;
  const dataRam = firmware.elf.segments.filter(({ address }) => isIn(firmwareRam, address));
  return Math.max(firmwareRam.address, ...dataRam.map(({ address, memorySize }) => address + memorySize));
}
