import { endOf, memoryMap, stackTop } from '../../sdk/memoryMap';
import { ProblemError } from '../../problems';
import { type Clock, earliest } from '../clock';
import type { Cpu } from '../cpu/cpu';
import { userMode } from '../cpu/system';
import type { EventLog } from '../events';
import type { Firmware } from '../firmware/firmware';
import type { Address } from '../network/endpoints';
import type { Outlet } from '../network/outlet';
import type { PortMap } from '../network/ports';
import { Blocks } from './blocks';
import { boot, describeFlash, heapEnd, heapStart, LwipTimers, writeRomData } from './boot';
import { type Answer, type Call, type Family } from './call';
import { Console, consoleFamily } from './console';
import type { Device, DeviceOptions } from './device';
import { espconnFamily, type EspconnParts, secureFamily } from './espconn';
import type { Flash } from './flash';
import { flashFamily } from './flashFunctions';
import { FunctionTable, type Offered } from './functionTable';
import { gpioFamily } from './gpio';
import { Halt } from './halt';
import { Heap } from './heap';
import { HostClients } from './hostClients';
import { HostNames, nameFamily } from './hostNames';
import { HostServers } from './hostServers';
import { InterruptedCode } from './interruptedCode';
import { type Interrupt, interruptFamily, Interrupts } from './interrupts';
import { Links } from './links';
import { memoryFamily } from './memoryFunctions';
import { NetworkInterface } from './netif';
import { Part } from './part';
import { PrintTargets } from './printTargets';
import { Radio, radioFamily } from './radio';
import type { Random } from './random';
import type { Registers } from './registers';
import type { ResetInfo } from './reset';
import { romFamily } from './rom';
import { aesFamily } from './romAes';
import { hashFamily } from './romHashes';
import { romLibraryFamily } from './romLibrary';
import { Scheduler } from './scheduler';
import { Sntp, sntpFamily } from './sntp';
import type { Slot } from './slot';
import type { Callback, Step } from './steps';
import { stringFamily } from './strings';
import { ownSystemFamily, System, systemFamily } from './system';
import { taskFamily, Tasks } from './tasks';
import { timerFamily, Timers } from './timers';
import { TlsSettings } from './tlsSettings';
import { uartFamily } from './uart';
import { ownUpgradeFamily, Upgrade, upgradeFamily } from './upgrade';
import { UserCallbacks } from './userCallbacks';
import { Watchdog, watchdogFamily } from './watchdog';
import { Wifi } from './wifi';
import { wifiFamily } from './wifiFunctions';
import { softApMac } from './wifiOptions';

/** What all parts of a chip remember. */
export type ChipParts = ReturnType<Chip['saveParts']>;

export interface DeviceParts {
  cpu: Cpu;
  clock: Clock;
  events: EventLog;
  firmware: Firmware;
  flash: Flash;
  registers: Registers;
  random: Random;
  ports: PortMap;
  outlet: Outlet;
  options: DeviceOptions;
  reset: ResetInfo;
  slot: Slot | undefined;
}

/** Where a callback returns to. Nothing lies there, so no firmware can have code at this address. */
const callbackReturn = 0x4ffffff0;

/** Where an interrupt handler returns to. */
const interruptReturn = 0x4fffffe0;

interface ChipState {
  /** The callback that runs at the moment. */
  current: Callback | undefined;
  /** Whether user_init has returned. */
  running: boolean;
  /** The free heap that the log has. */
  freeHeap: number | undefined;
  /** Interrupt handlers that the log has. */
  toldHandlers: number[];
}

/** The chip around the CPU: joins its parts, and runs one callback of the firmware after the other. */
export class Chip extends Part<ChipState> implements Device {
  readonly cpu: Cpu;
  readonly clock: Clock;
  readonly events: EventLog;
  readonly scheduler = new Scheduler();
  readonly firmware: Firmware;
  readonly flash: Flash;
  readonly registers: Registers;
  readonly random: Random;
  readonly ports: PortMap;
  readonly outlet: Outlet;
  readonly options: DeviceOptions;
  readonly reset: ResetInfo;
  readonly slot: Slot | undefined;
  readonly netif: NetworkInterface | undefined;
  readonly softApNetif: NetworkInterface | undefined;
  readonly heap: Heap;
  readonly halt: Halt;
  readonly watchdog: Watchdog;
  /** The names of the functions that are answered. */
  readonly offered: Offered;
  /** Called when the firmware can be reached over a network interface, with that one's address. */
  plugIn: (netif: NetworkInterface, address: Address) => void = () => undefined;
  /** What the outside has for the device. */
  enter: (step: Step) => void = step => this.scheduler.post(step);
  readonly #table: FunctionTable;
  readonly #interrupts: Interrupts;
  readonly #interrupted: InterruptedCode;
  readonly #system: System;
  readonly #userCallbacks: UserCallbacks;
  readonly #blocks: Blocks;
  readonly #output: Console;
  readonly #printTargets: PrintTargets;
  readonly #timers: Timers;
  readonly #tasks: Tasks;
  readonly #wifi: Wifi;
  readonly #radio: Radio;
  readonly #upgrade: Upgrade;
  readonly #espconn: EspconnParts;
  readonly #names: HostNames;
  readonly #sntp: Sntp;
  readonly #lwipTimers: LwipTimers | undefined;
  readonly #switchOff: (() => void)[] = [];
  readonly #onStarted: (() => void)[] = [];
  #reserved: number = memoryMap.romData.address;

  constructor(parts: DeviceParts) {
    super({ current: undefined, running: false, freeHeap: undefined, toldHandlers: [] });
    this.cpu = parts.cpu;
    this.clock = parts.clock;
    this.events = parts.events;
    this.firmware = parts.firmware;
    this.flash = parts.flash;
    this.registers = parts.registers;
    this.random = parts.random;
    this.ports = parts.ports;
    this.outlet = parts.outlet;
    this.options = parts.options;
    this.reset = parts.reset;
    this.slot = parts.slot;
    this.registers.onWork = instructions => {
      this.cpu.charge(instructions);
    };
    this.scheduler.onOverflow = () => {
      this.events.add({ kind: 'events-lost' });
    };
    writeRomData(this.cpu.memory);
    this.describeFlash();
    this.heap = new Heap(this.cpu.memory, heapStart(this.firmware), heapEnd);
    this.halt = new Halt(this);
    this.#interrupts = new Interrupts(this);
    this.#interrupted = new InterruptedCode(this.cpu, interruptReturn);
    this.watchdog = new Watchdog(this);
    this.registers.onWatchdog = action => {
      if (action === 'feed') this.watchdog.feedHard();
      else this.watchdog.hardEnabled = action === 'on';
    };
    this.#table = new FunctionTable({
      cpu: this.cpu,
      events: this.events,
      firmware: this.firmware,
      halt: this.halt,
      unanswered: this.options.unanswered,
      work: () => this.events.work + this.flash.work + this.heap.work,
    });
    this.#blocks = new Blocks(this);
    const { mac } = this.options.wifi;
    this.netif = NetworkInterface.of(this, 0, mac);
    this.softApNetif = NetworkInterface.of(this, 1, softApMac(mac));
    this.#handleSteps();
    this.#table.setHook(callbackReturn, cpu => {
      cpu.pc = callbackReturn;
      cpu.requestStop();
    });
    this.#table.setHook(interruptReturn, () => {
      this.#endInterrupt();
    });
    this.#system = new System(this);
    this.#output = new Console(this);
    this.#printTargets = new PrintTargets(this, text => {
      this.#output.send(text);
    });
    this.#timers = new Timers(this);
    this.#tasks = new Tasks(this);
    this.#wifi = new Wifi(this);
    this.#radio = new Radio(this);
    this.#upgrade = new Upgrade(this);
    this.#sntp = new Sntp(this);
    this.#names = new HostNames(this);
    this.#espconn = this.#espconnParts();
    for (const source of [this.#timers, this.#tasks, this.#wifi, this.#radio])
      this.scheduler.addSource(source);
    const { edge, outside } = this.#answers();
    this.offered = this.#table.answer(edge, outside);
    this.#userCallbacks = new UserCallbacks(this);
    boot(this);
    const timers = this.firmware.symbols.code('sys_check_timeouts');
    if (this.netif !== undefined && timers !== undefined) {
      this.#lwipTimers = new LwipTimers(this.clock, timers);
      this.scheduler.addSource(this.#lwipTimers);
    }
  }

  /** All that the chip's parts remember, as plain data. Throws a Problem while somebody is connected whom this computer answers. */
  saveParts() {
    const { links, servers, settings } = this.#espconn;
    if (links.isConnected || servers.isConnected) throw new ProblemError({ kind: 'state-with-connections' });
    return {
      chip: this.save(),
      output: this.#output.save(),
      printTargets: this.#printTargets.save(),
      tlsSettings: settings.save(),
      halt: this.halt.save(),
      heap: this.heap.save(),
      interrupted: this.#interrupted.save(),
      interrupts: this.#interrupts.save(),
      lwipTimers: this.#lwipTimers?.save(),
      netif: this.netif?.save(),
      radio: this.#radio.save(),
      scheduler: this.scheduler.save(),
      links: links.save(),
      names: this.#names.save(),
      servers: servers.save(),
      sntp: this.#sntp.save(),
      softApNetif: this.softApNetif?.save(),
      system: this.#system.save(),
      table: this.#table.save(),
      tasks: this.#tasks.save(),
      timers: this.#timers.save(),
      upgrade: this.#upgrade.save(),
      userCallbacks: this.#userCallbacks.save(),
      watchdog: this.watchdog.save(),
      wifi: this.#wifi.save(),
    };
  }

  restoreParts(parts: ChipParts): void {
    this.restore(parts.chip);
    this.#output.restore(parts.output);
    this.#printTargets.restore(parts.printTargets);
    this.#espconn.settings.restore(parts.tlsSettings);
    this.halt.restore(parts.halt);
    this.heap.restore(parts.heap);
    this.#interrupted.restore(parts.interrupted);
    this.#interrupts.restore(parts.interrupts);
    if (parts.lwipTimers !== undefined) this.#lwipTimers?.restore(parts.lwipTimers);
    if (parts.netif !== undefined) this.netif?.restore(parts.netif);
    this.#radio.restore(parts.radio);
    this.scheduler.restore(parts.scheduler);
    this.#espconn.links.restore(parts.links);
    this.#names.restore(parts.names);
    this.#espconn.servers.restore(parts.servers);
    this.#sntp.restore(parts.sntp);
    if (parts.softApNetif !== undefined) this.softApNetif?.restore(parts.softApNetif);
    this.#system.restore(parts.system);
    this.#table.restore(parts.table);
    this.#tasks.restore(parts.tasks);
    this.#timers.restore(parts.timers);
    this.#upgrade.restore(parts.upgrade);
    this.#userCallbacks.restore(parts.userCallbacks);
    this.watchdog.restore(parts.watchdog);
    this.#wifi.restore(parts.wifi);
  }

  /** The callback that runs at the moment. */
  get current(): Callback | undefined {
    return this.state.current;
  }

  /** CPU clock in MHz. */
  get frequency(): number {
    return this.#system.frequency;
  }

  get interruptsLocked(): boolean {
    return this.#interrupts.locked;
  }

  /** The date, for a firmware without lwIP. */
  get time(): Sntp {
    return this.#sntp;
  }

  /** Bytes of a record that the firmware's TLS can hold. */
  tlsBuffer(role: 'client' | 'server'): number {
    return this.#userCallbacks.tlsBuffer(role);
  }

  /** Whether the CPU has come to the end of the current callback. */
  get callbackReturned(): boolean {
    return this.cpu.pc >>> 0 === callbackReturn;
  }

  get running(): boolean {
    return this.state.running;
  }

  /** Prepares the CPU to run the next callback. False when there is nothing to do. */
  begin(): boolean {
    const callback = this.scheduler.next();
    if (callback === undefined) return false;
    this.state.current = callback;
    const { registers } = this.cpu;
    registers.fill(0);
    registers[0] = callbackReturn;
    registers[1] = stackTop;
    callback.arguments.forEach((value, index) => (registers[2 + index] = value));
    this.cpu.pc = callback.address;
    // Interrupts of every level are let through.
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
    const callback = this.state.current;
    this.state.current = undefined;
    this.watchdog.feed();
    if (callback?.returned !== undefined) {
      const next = this.scheduler.take(callback.returned, (this.cpu.registers[2] ?? 0) >>> 0);
      if (next !== undefined) this.scheduler.callFirst(next);
    }
    // A heap of our own costs nothing to look at; the firmware's is asked after its own callbacks only.
    const userCallbackRan = this.#userCallbacks.takeRan();
    if (callback?.internal !== true || userCallbackRan || this.heap.begun) this.#measureHeap();
  }

  /** Logs the free heap after a callback, where it has changed. */
  #measureHeap(): void {
    const measure = this.firmware.symbols.code('xPortGetFreeHeapSize');
    if (measure === undefined) this.#tellHeap(this.heap.freeBytes());
    else
      this.scheduler.callFirst({
        name: 'xPortGetFreeHeapSize',
        address: measure,
        arguments: [],
        internal: true,
        returned: { kind: 'heapMeasured', data: null },
      });
  }

  #tellHeap(free: number): void {
    if (free === this.state.freeHeap) return;
    this.state.freeHeap = free;
    this.events.add({ kind: 'heap', free });
  }

  /**
   * Lets the handler of a waiting interrupt run before the next instruction, in the middle of a callback or in the
   * device's sleep. True when there was one.
   */
  interrupt(): boolean {
    const interrupt = this.#interrupts.next();
    if (interrupt === undefined) return false;
    this.#tellInterrupt(interrupt);
    if (this.state.current === undefined)
      this.scheduler.callFirst({
        ...interrupt,
        internal: true,
        returned: { kind: 'interruptEnded', data: null },
      });
    else this.#interrupted.enter(interrupt);
    return true;
  }

  /** Handlers run thousands of times a second: the log has each of them once. */
  #tellInterrupt({ name, address }: Interrupt): void {
    const { toldHandlers } = this.state;
    if (toldHandlers.includes(address)) return;
    toldHandlers.push(address);
    this.events.add({ kind: 'interrupt', interrupt: name, function: this.firmware.describeAddress(address) });
  }

  #endInterrupt(): void {
    this.#interrupts.ended();
    if (!this.#interrupted.leave()) this.halt.failToFetch(interruptReturn);
  }

  /** When the device has to wake by itself, in µs of its clock. */
  due(): number | undefined {
    return earliest([this.scheduler.due(), this.#interruptDue]);
  }

  get #interruptDue(): number | undefined {
    return earliest([this.#interrupts.due(), this.registers.uart.due()]);
  }

  /** Has a function that is not answered, at which the chip has halted, return 0. */
  passOver(): void {
    this.halt.takeBack();
    this.cpu.registers[2] = 0;
    this.cpu.pc = this.cpu.registers[0] ?? 0;
  }

  /** Halts the chip when the firmware has kept the CPU for too long. */
  watch(): void {
    const bite = this.watchdog.look();
    if (bite !== undefined) this.halt.bite(bite, this.cpu.pc >>> 0);
  }

  onStarted(action: () => void): void {
    this.#onStarted.push(action);
  }

  /** The firmware has initialised itself: events may begin. */
  started(): void {
    this.state.running = true;
    for (const action of this.#onStarted) action();
  }

  onSwitchOff(action: () => void): void {
    this.#switchOff.push(action);
  }

  /** Closes all that the device has opened on the computer, and leaves the CPU as it was without this chip. */
  switchOff(): void {
    for (const action of this.#switchOff.splice(0)) action();
    this.#table.removeAll();
  }

  reserve(size: number): number {
    const address = this.#reserved;
    if (address + size > endOf(memoryMap.romData)) throw new Error('the ROM keeps more than it has room for');
    this.#reserved += alignWord(size);
    return address;
  }

  hostFunction(name: string, answer: Answer): number {
    return this.#table.hostFunction(name, answer);
  }

  callWithBlock(size: number, fill: Step): void {
    this.#blocks.call(size, fill);
  }

  observe(address: number, action: (call: Call) => void): boolean {
    return this.#table.observe(address, action);
  }

  unobserve(address: number): void {
    this.#table.unobserve(address);
  }

  describeFlash(): void {
    describeFlash(this.cpu.memory, this.flash, this.firmware);
  }

  #handleSteps(): void {
    const { scheduler } = this;
    const netif = (index: number) => (index === 0 ? this.netif : this.softApNetif);
    scheduler.handle('packet', packet => netif(packet.netif)?.takePacket(packet.bytes));
    scheduler.handle('packetBuffer', (packet, buffer) =>
      netif(packet.netif)?.fillBuffer(packet.bytes, buffer),
    );
    scheduler.handle('dhcpStopped', stopped => {
      netif(stopped.netif)?.dhcpStopped();
      return undefined;
    });
    scheduler.handle('heapMeasured', (_, free) => {
      this.#tellHeap(free);
      return undefined;
    });
    scheduler.handle('interruptEnded', () => {
      this.#interrupts.ended();
      return undefined;
    });
  }

  /** espconn of a firmware without lwIP. */
  #espconnParts(): EspconnParts {
    const settings = new TlsSettings(this);
    const links = new Links(this);
    const servers = new HostServers(this, links, settings);
    const clients = new HostClients(this, links, settings);
    links.onGone = link => {
      servers.free(link);
      clients.cancel(link);
    };
    return { links, servers, clients, settings, wifi: this.#wifi };
  }

  /** What the device answers at hardware's edge, and all that it has for missing code. */
  #answers(): { edge: Family; outside: Family } {
    const rom: Family = {
      ...romFamily(),
      ...stringFamily(),
      ...uartFamily(this),
      ...hashFamily(),
      ...aesFamily(),
      ...romLibraryFamily(this, this.#interrupts),
    };
    const edge: Family = {
      ...consoleFamily(this.#output, this.#printTargets),
      ...timerFamily(this.#timers, this, () => this.#interruptDue),
      ...taskFamily(this.#tasks),
      ...systemFamily(this.#system, this),
      ...watchdogFamily(this.watchdog),
      ...upgradeFamily(this.#upgrade, this),
      ...wifiFamily(this.#wifi, this),
      ...radioFamily(this.#radio, this.#wifi, this),
      ...flashFamily(this),
      ...gpioFamily(this),
      ...interruptFamily(this.#interrupts),
    };
    const outside: Family = {
      ...rom,
      ...memoryFamily(this),
      ...espconnFamily(this.#espconn, this),
      ...secureFamily(this.#espconn, this),
      ...nameFamily(this.#names),
      ...sntpFamily(this.#sntp, this),
      ...ownSystemFamily(this),
      ...ownUpgradeFamily(this.#upgrade),
      ...edge,
    };
    return { edge, outside };
  }
}

function alignWord(value: number): number {
  return (value + 3) & ~3;
}
