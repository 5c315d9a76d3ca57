import { randomBytes } from 'node:crypto';
import { type Problem, ProblemError } from '../problems';
import type { Clock } from './clock';
import { RealClock, VirtualClock } from './clock';
import { Cpu, type Stop } from './cpu/cpu';
import { flashWindow, Memory } from './cpu/memory';
import type { DeviceOptions } from './device/device';
import { Random, seedSize } from './device/random';
import { type HaltReason, powerOn, type ResetInfo } from './device/reset';
import { burnFirmware, chooseFirmware, secondImage, startFirmware } from './device/bootLoader';
import { Flash, type FlashFile } from './device/flash';
import { Registers } from './device/registers';
import type { NetworkInterface } from './device/netif';
import { EventLog } from './events';
import type { Firmware } from './firmware/firmware';
import { identify } from './firmware/identify';
import { defaultNetwork, Gateway, type GatewayCounts, type NetworkOptions } from './network/gateway';
import { PortMap } from './network/ports';
import type { Sender } from './network/tlsMeter';
import { usualHandshakeLimit } from './network/tlsServer';
import { TlsRecords } from './network/tlsRecords';
import { isEmpty, type ReachWish } from './projectReach';
import type { StopReason } from './stops';
import { TlsWatch } from './tlsFailures/watch';
import type { Slot } from './device/slot';
import type { Address } from './network/endpoints';
import { defaultWifi } from './device/wifiOptions';
import { Chip } from './device/chip';

export interface SimulatorOptions {
  firmware: Firmware;
  /** Further firmware that may get into the flash by an upgrade, and may then be started. */
  upgrades?: readonly Firmware[];
  flashFiles?: FlashFile[];
  /** Size of the flash in bytes. */
  flashSize?: number;
  /** All that the flash holds, as an earlier run has left it; erased when undefined. */
  flashContents?: Uint8Array;
  /** Nothing is added to {@link flashContents}: the device boots what was burnt, or does not boot. */
  asBurnt?: boolean;
  /** Device port → port of this computer; 0 takes a free one. */
  ports?: ReadonlyMap<number, number>;
  clock?: 'real' | 'virtual';
  device?: Partial<DeviceOptions>;
  network?: Partial<NetworkOptions>;
  /** What the project's file asks to reach, and is not allowed to by itself. */
  reachWish?: ReachWish;
  /** How often the device may be reset before the simulation ends; as often as it likes when undefined. */
  resets?: number | undefined;
}

/** Is told every IP packet that the device sends or gets; `time` is µs since it was switched on. */
export type PacketListener = (time: number, sender: Sender, packet: Uint8Array) => void;

/** Why a simulation is over: switched off, or halted by the chip. */
export type EndReason = 'stopped' | HaltReason;

/**
 * Drives the CPU for one slice while stepping: runs at most about `budget` instructions; 'stepped' when the step
 * is done.
 */
export type StepPlan = (cpu: Cpu, budget: number) => Stop | { kind: 'stepped' };

/** Bytes. */
export const defaultFlashSize = 4 * 1024 * 1024;
/** A slice ends after this many ms, so that the debugger and sockets get their turn. */
const sliceTime = 5;
/** The clock is looked at after so many instructions: about a millisecond of the interpreter's work. */
const instructionsPerLook = 50_000;
/** What Node's setTimeout can wait, in ms; then the device looks and sleeps on. */
const longestTimeout = 0x7fffffff;
/** A firmware that ran for this long, in µs, before it failed has not failed in a row. */
const soundRun = 60e6;
/** After so many resets by exceptions or the watchdog in a row the device stays off: it will not get better. */
const mostFailures = 5;

/**
 * A simulated ESP8266 that executes a firmware. It runs in slices on Node's event loop, sleeps when the firmware
 * has nothing to do, and can be paused at any instruction.
 */
export class Simulator {
  readonly cpu: Cpu;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly #flash: Flash;
  readonly #registers: Registers;
  readonly #random = new Random(randomBytes(seedSize));
  readonly #options: SimulatorOptions;
  #chip: Chip;
  #firmware: Firmware;
  #slot: Slot | undefined;
  #records: TlsRecords | undefined;
  #watch: TlsWatch | undefined;
  /** The interface over which the device is connected, and what it is connected with. */
  #network: { netif: NetworkInterface; gateway: Gateway } | undefined;
  /** What the log has said that the device may not reach. */
  readonly #refused = new Set<string>();
  readonly #breakpoints = new Set<number>();
  #state: 'ready' | 'running' | 'paused' | 'ended' = 'ready';
  #plan: StepPlan | undefined;
  /** The instruction at pc has a breakpoint at which the device already stands. */
  #skipBreakpoint = false;
  /** Takes back the turn of the event loop that is planned next. */
  #cancel: () => void = () => undefined;
  #stopOnEntry = false;
  #started = false;
  /** When a chip in deep sleep boots again, µs of the device's clock. */
  #wakeAt: number | undefined;
  #bootedAt = 0;
  #failures = 0;
  #resets = 0;
  /** Whether the device stands still where it failed, so that a debugger can look, before it is reset. */
  stopOnFailure = false;
  #failureShown = false;
  onStop: (reason: StopReason) => void = () => undefined;
  onEnd: (reason: EndReason) => void = () => undefined;
  onPacket: PacketListener = () => undefined;
  /** The device has booted another firmware than before. */
  onFirmware: (firmware: Firmware) => void = () => undefined;
  /** Saves what the device has, when it has been switched off. A Problem that is thrown goes to {@link failToSave}. */
  readonly atEnd: (() => void)[] = [];
  readonly #ports: PortMap;
  #failed = false;

  /** Throws a Problem when a flash file does not fit, or the flash holds no image of this firmware. */
  constructor(options: SimulatorOptions) {
    this.#firmware = options.firmware;
    this.#options = options;
    this.#ports = new PortMap(options.ports);
    const memory = new Memory();
    this.cpu = new Cpu(memory);
    this.clock =
      options.clock === 'virtual' ? new VirtualClock(() => this.cpu.instructions) : new RealClock();
    this.clock.pause();
    this.events = new EventLog(() => this.clock.now());
    this.#flash = new Flash(options.flashSize ?? defaultFlashSize, memory, options.flashContents);
    this.#registers = new Registers(this.clock, this.events, this.#flash, this.#random);
    memory.peripherals = this.#registers;
    if (options.asBurnt !== true) {
      this.#flash.assumeMap(secondImage(this.#firmwares));
      burnFirmware(options.firmware, this.#flash);
      for (const file of options.flashFiles ?? []) this.#flash.burn(file);
      chooseFirmware(options.firmware, this.#flash);
    }
    this.#chip = this.#powerUp(powerOn);
  }

  get #firmwares(): readonly Firmware[] {
    return [this.#options.firmware, ...(this.#options.upgrades ?? [])];
  }

  /** The firmware that runs: the one asked for, or what an upgrade has put into the flash. */
  get firmware(): Firmware {
    return this.#firmware;
  }

  /** A chip as it is after a reset: code and data of what the flash holds in RAM, .bss zero, all else as it was. */
  #powerUp(reset: ResetInfo): Chip {
    const { memory } = this.cpu;
    const started = startFirmware(this.#firmwares, this.#flash, this.events, this.#options.asBurnt);
    this.#firmware = started.firmware;
    this.#slot = started.slot;
    for (const { address, bytes, memorySize } of this.#firmware.elf.segments) {
      // The flash may hold something else by now: what the firmware itself has written there.
      if (address >= flashWindow.address) continue;
      memory.write(address, bytes);
      if (memorySize > bytes.length)
        memory.write(address + bytes.length, new Uint8Array(memorySize - bytes.length));
    }
    this.#registers.reset();
    const device = this.#options.device ?? {};
    const chip = new Chip({
      cpu: this.cpu,
      clock: this.clock,
      events: this.events,
      firmware: this.firmware,
      flash: this.#flash,
      registers: this.#registers,
      random: this.#random,
      ports: this.#ports,
      options: {
        wifi: defaultWifi,
        reservedHeap: 0,
        adc: 512,
        unanswered: 'stop',
        handshakeLimit: usualHandshakeLimit,
        ...device,
      },
      reset,
      slot: this.#slot,
    });
    chip.scheduler.onWork = () => {
      this.#wake();
    };
    chip.halt.onHalt = () => {
      this.#wake();
    };
    chip.plugIn = (netif, address) => {
      this.#plugIn(netif, address);
    };
    chip.scheduler.addSource({
      next: () => {
        this.#network?.gateway.run();
        return undefined;
      },
      due: () => this.#network?.gateway.due(),
    });
    this.#bootedAt = this.clock.now();
    this.#records = new TlsRecords(
      event => {
        this.events.add(event);
      },
      {
        bufferSize: role => chip.tlsBuffer(role),
        remoteName: (remote, devicePort) => this.#network?.gateway.nameOf(remote, devicePort) ?? remote,
        onEnd: end => {
          this.events.add({ kind: 'connection-ended', ...end });
        },
      },
    );
    const { tls, lwip } = identify(this.#firmware);
    this.#watch = new TlsWatch(this.events, {
      ...(lwip && tls !== undefined && { library: tls }),
      onEnd: () => {
        this.#wake();
      },
    });
    this.#started = false;
    return chip;
  }

  #tellPacket(sender: Sender, packet: Uint8Array): void {
    this.onPacket(this.clock.now(), sender, packet);
    this.#records?.packet(packet, sender);
  }

  /** Connects a network interface of the firmware with the computer's network. */
  #plugIn(netif: NetworkInterface, address: Address): void {
    this.#network?.gateway.close();
    const gateway = new Gateway({
      ...defaultNetwork,
      ...this.#options.network,
      clock: this.clock,
      events: this.events,
      ports: this.#chip.ports,
      address,
      refused: this.#refused,
      toDevice: packet => {
        this.#tellPacket('remote', packet);
        netif.receive(packet);
      },
    });
    netif.onSend = packet => {
      this.#tellPacket('device', packet);
      gateway.receive(packet);
    };
    gateway.onDue = () => {
      this.#wake();
    };
    this.#network = { netif, gateway };
    gateway.setListeners(netif.listeners());
  }

  /** The names of the SDK's functions that this device answers. */
  get offered(): Chip['offered'] {
    return this.#chip.offered;
  }

  /** All that the flash holds. */
  get flashContents(): Uint8Array {
    return this.#flash.contents;
  }

  /** What the device holds on this computer at the moment; undefined while it has no network. */
  get networkCounts(): GatewayCounts | undefined {
    return this.#network?.gateway.counts;
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
    if (this.#state === 'ended') return;
    this.#stopOnEntry = options.stopOnEntry ?? false;
    this.#tellBoot();
    this.resume();
  }

  #tellBoot(): void {
    const identity = identify(this.firmware);
    const { sdk } = identity;
    const isFirst = this.#chip.reset.reason === powerOn.reason;
    if (sdk !== undefined && !/^[23]\./.test(sdk) && isFirst) this.events.add({ kind: 'sdk-unknown', sdk });
    this.events.add({
      kind: 'boot',
      firmware: this.firmware.elf.file,
      ...identity,
      reset: this.#chip.reset.reason,
      flashFiles: (this.#options.flashFiles ?? []).map(({ address, file, bytes }) => ({
        address,
        file,
        length: bytes.length,
      })),
    });
    const { reachWish } = this.#options;
    // Without lwIP in it, firmware has no way out.
    if (reachWish !== undefined && !isEmpty(reachWish) && identity.lwip && isFirst)
      this.events.add({ kind: 'reach-wish', ...reachWish });
  }

  /** An IP packet for the device that does not come from the gateway. It is lost while the device has no network. */
  receive(packet: Uint8Array): void {
    if (this.#network === undefined) return;
    this.#tellPacket('remote', packet);
    this.#network.netif.receive(packet);
  }

  /** Bytes for the device's UART0. */
  input(bytes: Uint8Array): void {
    this.#registers.receive(bytes);
    this.#wake();
  }

  /** Drives one of the GPIO pins 0 to 15 from outside. */
  setPin(pin: number, level: 0 | 1): void {
    this.#registers.setPin(pin, level);
    this.#wake();
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
    if (this.#state === 'running') this.#stop({ kind: 'pause' });
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
      const timeout = setTimeout(turn, Math.min(delay, longestTimeout));
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
      if (this.#wakeAt !== undefined) {
        if (this.clock.now() < this.#wakeAt) {
          this.#schedule(this.clock.sleepUntil(this.#wakeAt));
          return;
        }
        this.#restart();
        continue;
      }
      if (this.#chip.halt.reason !== undefined) {
        if (!this.#halted()) return;
        continue;
      }
      try {
        // While the user steps, interrupts wait: a step stays in the function it is in.
        if (this.#plan === undefined) this.#chip.interrupt();
        if (!this.inCallback && !this.#begin()) return;
      } catch (error) {
        // A list that the device keeps in RAM leads to nowhere: the chip faults in the SDK's code.
        this.#chip.halt.failBy(error, this.cpu.pc >>> 0);
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
      this.#watch?.settle();
      const due = this.#chip.due();
      // A device that nothing will wake sleeps on; the program does not end because of it.
      this.#schedule(due === undefined ? longestTimeout : this.clock.sleepUntil(due));
      return false;
    }
    this.#skipBreakpoint = false;
    if (this.#stopOnEntry && this.#chip.current?.name === 'user_init') {
      this.#stopOnEntry = false;
      this.#stop({ kind: 'entry' });
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
        this.#chip.watch();
        break;
      case 'stepped':
        this.#stop({ kind: 'step' });
        return false;
      case 'breakpoint':
        this.#stop({ kind: 'breakpoint' });
        return false;
      case 'exception':
        this.#chip.halt.fail(stop.cause, stop.pc, stop.address);
        break;
      case 'requested':
        if (this.#chip.callbackReturned) {
          this.#chip.end();
          this.#plan = undefined;
          if (this.#network !== undefined)
            this.#network.gateway.setListeners(this.#network.netif.listeners());
          return true;
        }
    }
    return this.#chip.halt.reason === undefined || this.#halted();
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

  /** The chip has halted: a debugger first gets to see where; then it is reset. False when the device stands still. */
  #halted(): boolean {
    const reason = this.#chip.halt.reason;
    if (reason === undefined) return true;
    const { failure } = this.#chip.halt;
    if (this.stopOnFailure && !this.#failureShown && failure !== undefined) {
      this.#failureShown = true;
      this.#stop(failure);
      return false;
    }
    this.#failureShown = false;
    if (reason === 'not-offered' || reason === 'problem') {
      this.#end(reason);
      return false;
    }
    if (reason === 'exception' || reason === 'watchdog') {
      this.#failures = this.clock.now() - this.#bootedAt > soundRun ? 1 : this.#failures + 1;
    } else this.#failures = 0;
    if (this.#failures > mostFailures || this.#resets >= (this.#options.resets ?? Infinity)) {
      this.#end(reason);
      return false;
    }
    this.#resets++;
    if (reason === 'deep-sleep') {
      const { sleepTime } = this.#chip.halt;
      if (sleepTime === undefined) {
        this.#end(reason);
        return false;
      }
      this.#unplug();
      this.#wakeAt = this.clock.now() + sleepTime;
      return true;
    }
    this.#restart();
    return true;
  }

  /** Switches the chip off and on again; flash and RTC memory stay as they are. */
  #restart(): void {
    this.#wakeAt = undefined;
    const { nextReset } = this.#chip.halt;
    this.#unplug();
    this.#plan = undefined;
    const [firmware, slot] = [this.#firmware, this.#slot];
    try {
      this.#chip = this.#powerUp(nextReset);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.events.add({ kind: 'problem', problem: error.problem });
      this.#end('problem');
      return;
    }
    if (this.#slot !== undefined && this.#slot.address !== slot?.address)
      this.events.add({ kind: 'image-started', ...this.#slot, firmware: this.#firmware.elf.file });
    if (this.#firmware !== firmware) this.onFirmware(this.#firmware);
    this.#tellBoot();
  }

  #unplug(): void {
    this.#network?.gateway.close();
    this.#network = undefined;
    this.#chip.switchOff();
    this.#watch?.close();
  }

  /** Something that the user wants kept could not be written: it is not the device's fault, and the device goes on. */
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
    this.#cancel();
    this.#state = 'ended';
    this.clock.pause();
    this.#unplug();
    for (const action of this.atEnd) this.#save(action);
    this.onEnd(this.#failed ? 'problem' : reason);
  }
}
