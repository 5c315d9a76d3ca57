import { randomBytes } from 'node:crypto';
import { type Problem, ProblemError } from '../problems';
import { DeviceClock, earliest, RealClock } from './clock';
import { Cpu, type Stop } from './cpu/cpu';
import { flashWindow, Memory } from './cpu/memory';
import type { DeviceOptions } from './device/device';
import { Random, seedSize } from './device/random';
import { type HaltReason, powerOn, type ResetInfo } from './device/reset';
import { writeFirmware, chooseFirmware, secondImage, startFirmware } from './device/bootLoader';
import { Flash, type FlashFile } from './device/flash';
import { Registers } from './device/registers';
import type { NetworkInterface } from './device/netif';
import { EventLog } from './events';
import { type DeviceState, digestOf, type RunState, stateVersion } from './recording/deviceState';
import { type Hardware, restoreHardware, saveHardware } from './recording/hardware';
import { Gate, hasConnections, isSame, type Input, type Moment, type Recording } from './recording/gate';
import type { Firmware } from './firmware/firmware';
import { identify } from './firmware/identify';
import type { GatewayCounts, NetworkOptions } from './network/gateway';
import { PortMap } from './network/ports';
import type { Sender } from './network/tlsMeter';
import { usualHandshakeLimit } from './network/tlsServer';
import { TlsRecords } from './network/tlsRecords';
import { isEmpty, type ReachWish } from './projectReach';
import type { StopReason } from './stopReason';
import { TlsWatch } from './tlsFailures/watch';
import type { Slot } from './device/slot';
import type { Address } from './network/endpoints';
import { defaultWifi } from './device/wifiOptions';
import { Chip } from './device/chip';
import { longestTimeout, EventLoopTimer } from './eventLoopTimer';
import { Uplink } from './uplink';

export interface SimulatorOptions {
  firmware: Firmware;
  /** Further firmware that may get into the flash by an upgrade, and may then be started. */
  upgrades?: readonly Firmware[];
  flashFiles?: FlashFile[];
  /** Size of the flash in bytes. */
  flashSize?: number;
  /** All that the flash holds, as an earlier run has left it; erased when undefined. */
  flashContents?: Uint8Array;
  /** Nothing is added to {@link flashContents}: the device boots what was flashed, or does not boot. */
  asFlashed?: boolean;
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
/** A firmware that ran for this long, in µs, before it failed has not failed in a row. */
const soundRun = 60e6;
/** After so many resets by exceptions or the watchdog in a row the device stays off: it will not get better. */
const maxFailures = 5;

/**
 * A simulated ESP8266 that executes a firmware. It runs in slices on Node's event loop, sleeps when the firmware
 * has nothing to do, and can be paused at any instruction.
 */
export class Simulator {
  readonly cpu: Cpu;
  readonly events: EventLog;
  /** The device's time. */
  readonly clock: DeviceClock;
  /** The computer's clock; undefined for virtual time. */
  readonly #computerClock: RealClock | undefined;
  /** What enters the device passes here. */
  readonly gate = new Gate();
  readonly #flash: Flash;
  readonly #registers: Registers;
  readonly #random = new Random(new Uint8Array(seedSize));
  readonly #options: SimulatorOptions;
  #chip: Chip;
  #firmware: Firmware;
  #slot: Slot | undefined;
  #records: TlsRecords | undefined;
  #watch: TlsWatch | undefined;
  readonly #uplink: Uplink;
  readonly #breakpoints = new Set<number>();
  #state: 'ready' | 'running' | 'paused' | 'ended' = 'ready';
  #plan: StepPlan | undefined;
  /** The instruction at pc has a breakpoint at which the device already is. */
  #skipBreakpoint = false;
  readonly #turns = new EventLoopTimer(() => {
    this.#slice();
  });
  #stopOnEntry = false;
  #run: RunState = {
    ...{ look: 0, lookAt: 0, callbacks: 0, idle: false, started: false, wakeAt: undefined, plug: undefined },
    ...{ bootedAt: 0, failures: 0, resets: 0 },
  };
  #inSlice = false;
  /** Whether the device is stopped where it failed, so that a debugger can look, before it is reset. */
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
    this.#computerClock = options.clock === 'virtual' ? undefined : new RealClock();
    this.clock = new DeviceClock(() => this.cpu.instructions, this.#computerClock);
    this.clock.pause();
    this.events = new EventLog(() => this.#timeOutside);
    this.gate.onArrival = () => {
      this.#wake();
    };
    this.gate.enter({ kind: 'seed', bytes: randomBytes(seedSize) });
    this.#uplink = new Uplink({
      network: options.network,
      clock: this.#computerClock ?? this.clock,
      events: this.events,
      ports: this.#ports,
      toDevice: packet => {
        this.receive(packet);
      },
      onDue: () => {
        this.#wake();
      },
    });
    this.#flash = new Flash(options.flashSize ?? defaultFlashSize, memory, options.flashContents);
    this.#registers = new Registers(this.clock, this.events, this.#flash, this.#random);
    memory.peripherals = this.#registers;
    if (options.asFlashed !== true) {
      this.#flash.assumeMap(secondImage(this.#firmwares));
      writeFirmware(options.firmware, this.#flash);
      for (const file of options.flashFiles ?? []) this.#flash.writeFile(file);
      chooseFirmware(options.firmware, this.#flash);
    }
    this.#flash.seal();
    this.#chip = this.#powerUp(powerOn);
  }

  get #hardware(): Hardware {
    const { cpu, clock } = this;
    return { cpu, clock, flash: this.#flash, registers: this.#registers, random: this.#random };
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
    const started = startFirmware(this.#firmwares, this.#flash, this.events, this.#options.asFlashed);
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
    this.#run.bootedAt = this.clock.now();
    this.#run.started = false;
    return this.#assemble(reset);
  }

  /** The chip for the firmware that was started. */
  #assemble(reset: ResetInfo): Chip {
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
    chip.enter = step => {
      this.gate.enter({ kind: 'step', step });
    };
    for (const netif of [chip.netif, chip.softApNetif]) {
      if (netif === undefined) continue;
      netif.onSend = packet => {
        this.#send(netif, packet);
      };
    }
    this.#records = new TlsRecords(
      event => {
        this.events.add(event);
      },
      {
        bufferSize: role => chip.tlsBuffer(role),
        remoteName: (remote, devicePort) => this.#uplink.nameOf(remote, devicePort),
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
    return chip;
  }

  #tellPacket(sender: Sender, packet: Uint8Array): void {
    this.onPacket(this.clock.now(), sender, packet);
    this.#records?.packet(packet, sender);
  }

  /** µs on the clock of what is around the device; while inputs are replayed there is nothing around it. */
  get #timeOutside(): number {
    return this.gate.replaying ? this.clock.now() : (this.#computerClock ?? this.clock).now();
  }

  /** A packet of the device. What the log says of it is nothing that the firmware has to wait for. */
  #send({ index }: NetworkInterface, packet: Uint8Array): void {
    if (this.#run.plug?.netif !== index) return;
    this.events.uncharged(() => {
      this.#tellPacket('device', packet);
      if (!this.gate.replaying) this.#uplink.send(packet);
    });
  }

  /** Connects a network interface of the firmware with the computer's network. */
  #plugIn({ index }: NetworkInterface, address: Address): void {
    this.#run.plug = { netif: index, address };
    if (!this.gate.replaying) this.#connect();
  }

  /** Connects the interface that is plugged in. */
  #connect(): void {
    this.#uplink.connect(this.#run.plug);
    this.#tellListeners();
  }

  /** Tells the network where the firmware listens. */
  #tellListeners(): void {
    const netif = this.#pluggedIn;
    if (netif !== undefined && !this.gate.replaying) this.#uplink.setListeners(netif.listeners());
  }

  get #pluggedIn(): NetworkInterface | undefined {
    const { plug } = this.#run;
    return plug === undefined ? undefined : plug.netif === 0 ? this.#chip.netif : this.#chip.softApNetif;
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
    return this.#uplink.counts;
  }

  get state(): 'ready' | 'running' | 'paused' | 'ended' {
    return this.#state;
  }

  /** Whether the CPU is inside a callback of the firmware; false while the device sleeps. */
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

  /** Lets so many µs pass at once. */
  pass(duration: number): void {
    this.#computerClock?.advance(duration);
    this.gate.enter({ kind: 'clock', time: this.clock.now() + duration });
  }

  /** Lets the device continue; with a plan, until the plan says 'stepped'. */
  resume(plan?: StepPlan): void {
    if (this.#state === 'ended' || this.#state === 'running') return;
    this.#state = 'running';
    this.#plan = plan;
    this.clock.resume();
    this.#turns.plan(0);
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

  #wake(): void {
    if (this.#state === 'running' && !this.inCallback) this.#turns.plan(0);
  }

  #slice(): void {
    const end = performance.now() + sliceTime;
    this.#inSlice = true;
    try {
      do {
        if (!this.#turn()) return;
      } while (performance.now() < end);
      this.#turns.plan(0);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.events.add({ kind: 'problem', problem: error.problem });
      this.#end('problem');
    } finally {
      this.#inSlice = false;
    }
  }

  /** Looks outside and executes on, as is due. False when the device sleeps or is stopped. */
  #turn(): boolean {
    if (this.#state !== 'running') return false;
    if (this.#hasReplayed()) {
      this.#endReplay();
      return false;
    }
    if (this.#chip.halt.reason !== undefined && this.#run.wakeAt === undefined) return this.#halted();
    try {
      if (this.#isLookDue && !this.#look()) return this.#sleeps();
      if (this.#chip.halt.reason !== undefined) return true;
      if (!this.inCallback && !this.#begin()) return this.#sleeps();
    } catch (error) {
      // A list that the device keeps in RAM leads to nowhere: the chip faults in the SDK's code.
      this.#chip.halt.failBy(error, this.cpu.pc >>> 0);
      return true;
    }
    return this.#hasReplayed() || this.#execute();
  }

  /** A sleep takes no time in a replay. */
  #sleeps(): boolean {
    return this.gate.replaying;
  }

  /** How far the device has come. */
  get moment(): Moment {
    const { look, callbacks } = this.#run;
    return { look, callbacks, instructions: this.cpu.instructions };
  }

  /**
   * All that the device remembers at this moment. Throws a Problem while a client is connected to a server that this computer runs
   * for it.
   */
  save(): DeviceState {
    if (this.#inSlice) throw new Error('a device cannot be saved while it executes');
    return {
      version: stateVersion,
      firmware: digestOf(this.#firmware),
      slot: this.#slot,
      reset: this.#chip.reset,
      ...saveHardware(this.#hardware),
      parts: this.#chip.saveParts(),
      run: structuredClone(this.#run),
    };
  }

  /**
   * Makes the device what it was when its state was saved; it is stopped then. With a recording of what entered since, it repeats
   * that when it continues, up to `end`, and is stopped again; what is around the device sees nothing of it. Without, the device
   * finds itself in a new network. Throws a Problem when the state is of another device.
   */
  restore(state: DeviceState, recording?: Recording): void {
    if (this.#inSlice || this.#state === 'ended') throw new Error('this device cannot be restored');
    const firmware = this.#firmwares.find(known => digestOf(known) === state.firmware);
    if (firmware === undefined || state.version !== stateVersion || !this.#flash.isOriginOf(state.flash))
      throw new ProblemError({ kind: 'state-of-another-device' });
    if (recording !== undefined && hasConnections(recording))
      throw new ProblemError({ kind: 'replay-with-connections' });
    this.#turns.cancel();
    this.#state = 'paused';
    this.#plan = undefined;
    this.#skipBreakpoint = true;
    this.clock.pause();
    const { reset } = this.#chip;
    const hasSameBoot =
      firmware === this.#firmware &&
      state.slot?.address === this.#slot?.address &&
      (Object.keys(reset) as (keyof ResetInfo)[]).every(key => reset[key] === state.reset[key]);
    if (!hasSameBoot) {
      this.#chip.switchOff();
      this.#watch?.close();
      this.#firmware = firmware;
      this.#slot = state.slot;
      this.#chip = this.#assemble(state.reset);
    }
    restoreHardware(this.#hardware, state);
    this.#chip.restoreParts(state.parts);
    this.#run = structuredClone(state.run);
    if (recording === undefined) {
      this.gate.endReplay();
      this.gate.clear();
      this.#connect();
    } else this.gate.replay(recording);
  }

  /** Past the end of a replay the device is where the outside left it. */
  #endReplay(): void {
    this.clock.restore(this.clock.now());
    this.gate.endReplay();
    if (!this.#uplink.isFor(this.#run.plug)) this.#connect();
    this.#stop({ kind: 'pause' });
  }

  /** Whether a replay has come to its end. */
  #hasReplayed(): boolean {
    const { end } = this.gate;
    return end !== undefined && isSame(this.moment, end);
  }

  /** Between two callbacks and in its sleep the device looks outside at every turn, else after every so many instructions. */
  get #isLookDue(): boolean {
    if (this.#run.wakeAt !== undefined || !this.inCallback) return true;
    const { instructions } = this.cpu;
    const { next } = this.gate;
    if (next === undefined) return instructions >= this.#run.lookAt;
    // A callback can end without an instruction: the look is behind that.
    const isThere = instructions === next.instructions && this.#run.callbacks === next.callbacks;
    return isThere || instructions > next.instructions;
  }

  /** Lets in what waits outside, and interrupts. False when the device sleeps on. */
  #look(): boolean {
    const { gate } = this;
    const run = this.#run;
    this.#lookOutside();
    if (run.idle && gate.isEmpty && !gate.replaying) {
      this.#sleep();
      return false;
    }
    run.look++;
    run.idle = false;
    run.lookAt = (Math.floor(this.cpu.instructions / instructionsPerLook) + 1) * instructionsPerLook;
    const inputs = gate.take(this.moment, this.#plan !== undefined);
    for (const input of inputs) this.#letIn(input);
    if (run.wakeAt !== undefined) {
      if (this.clock.now() >= run.wakeAt) {
        this.#restart();
        return this.#state === 'running';
      }
      run.idle = true;
      this.#sleep();
      return false;
    }
    if (this.inCallback) this.#chip.watch();
    // While the user steps, interrupts wait: a step stays in the function it is in.
    const held = inputs.some(({ kind }) => kind === 'hold');
    if (!held && this.#chip.halt.reason === undefined) this.#chip.interrupt();
    return true;
  }

  /** What is around the device does what is due, and its clock is the device's. */
  #lookOutside(): void {
    if (this.gate.replaying) return;
    this.#uplink.run();
    const time = this.#timeOutside;
    if (time > this.clock.now()) this.gate.enter({ kind: 'clock', time });
  }

  #letIn(input: Input): void {
    switch (input.kind) {
      case 'seed':
        this.#random.restore({ seed: input.bytes, drawn: 0 });
        return;
      case 'clock':
        this.clock.set(input.time);
        return;
      case 'packet':
        if (this.#run.plug === undefined) return;
        this.#tellPacket('remote', input.bytes);
        this.#pluggedIn?.receive(input.bytes);
        return;
      case 'uart':
        this.#registers.uart.arrive(input.bytes);
        return;
      case 'pin':
        this.#registers.setPin(input.pin, input.level);
        return;
      case 'step':
        this.#chip.scheduler.post(input.step);
        return;
      case 'hold':
    }
  }

  /** Begins the next callback; false when the device sleeps or has stopped. */
  #begin(): boolean {
    if (!this.#chip.begin()) {
      if (!this.#run.started) {
        this.#run.started = true;
        this.#chip.started();
        return this.#begin();
      }
      this.#run.idle = true;
      this.#watch?.settle();
      this.#sleep();
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

  /** The device sleeps until something is due, or comes from outside. */
  #sleep(): void {
    if (this.gate.replaying) return;
    const { wakeAt } = this.#run;
    const due = wakeAt ?? earliest([this.#chip.due(), this.#uplink.due()]);
    if (!this.gate.isEmpty) this.#turns.plan(0);
    // A device that nothing will wake sleeps on; the program does not end because of it.
    else if (due === undefined) this.#turns.plan(longestTimeout);
    else if (this.#computerClock === undefined) {
      this.gate.enter({ kind: 'clock', time: due });
      this.#turns.plan(0);
    } else this.#turns.plan(this.#computerClock.sleepUntil(due));
  }

  /** Executes for about a millisecond. False when the device is stopped afterwards. */
  #execute(): boolean {
    const stop = this.#advance();
    switch (stop.kind) {
      case 'budget':
        break;
      case 'waiti':
        this.#run.lookAt = this.cpu.instructions;
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
          this.#run.callbacks++;
          this.#plan = undefined;
          this.#tellListeners();
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
    // At the moment of the next look a hook may still be to come, which costs nothing.
    const until = this.gate.next?.instructions ?? this.#run.lookAt;
    const budget = Math.max(1, until - this.cpu.instructions);
    return this.#plan === undefined ? this.cpu.run(budget) : this.#plan(this.cpu, budget);
  }

  #stop(reason: StopReason): void {
    this.#turns.cancel();
    this.#state = 'paused';
    this.#plan = undefined;
    this.#skipBreakpoint = true;
    this.clock.pause();
    this.onStop(reason);
  }

  /** The chip has halted: a debugger first gets to see where; then it is reset. False when the device is stopped. */
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
      this.#run.failures = this.clock.now() - this.#run.bootedAt > soundRun ? 1 : this.#run.failures + 1;
    } else this.#run.failures = 0;
    if (this.#run.failures > maxFailures || this.#run.resets >= (this.#options.resets ?? Infinity)) {
      this.#end(reason);
      return false;
    }
    this.#run.resets++;
    if (reason === 'deep-sleep') {
      // Nothing of the chip is left to be asked; it wakes by the clock alone.
      const { sleepTime } = this.#chip.halt;
      if (sleepTime === undefined) {
        this.#end(reason);
        return false;
      }
      this.#unplug();
      this.#run.wakeAt = this.clock.now() + sleepTime;
      return true;
    }
    this.#restart();
    return true;
  }

  /** Switches the chip off and on again; flash and RTC memory stay as they are. */
  #restart(): void {
    this.#run.wakeAt = undefined;
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
    this.#run.plug = undefined;
    if (!this.gate.replaying) this.#connect();
    this.#chip.switchOff();
    this.#watch?.close();
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
    this.#turns.cancel();
    this.#state = 'ended';
    this.clock.pause();
    this.gate.endReplay();
    this.#unplug();
    for (const action of this.atEnd) this.#save(action);
    this.onEnd(this.#failed ? 'problem' : reason);
  }
}
