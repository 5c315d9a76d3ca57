import { randomBytes } from 'node:crypto';
import { ProblemError } from '../problems';
import { bootEvents } from './bootEvents';
import { earliest } from './clock';
import type { Chip } from './device/chip';
import type { NetworkInterface } from './device/netif';
import { seedSize } from './device/random';
import { powerOn, type ResetInfo } from './device/reset';
import { DeviceBoard } from './deviceBoard';
import { EventLog } from './events';
import { longestTimeout } from './eventLoopTimer';
import { Execution } from './execution';
import type { Firmware } from './firmware/firmware';
import { PortMap } from './network/ports';
import { type DeviceState, digestOf, type RunState, stateVersion } from './recording/deviceState';
import { Gate, hasConnections, type Input, isSame, type Moment, type Recording } from './recording/gate';
import { restoreHardware, saveHardware } from './recording/hardware';
import { countReset } from './resets';
import type { EndReason, PacketListener, SimulatorOptions } from './simulatorOptions';
import type { StopReason } from './stopReason';
import { Surroundings } from './surroundings';

interface DeviceHooks {
  /** There is something to do: a sleep is over. */
  wake: () => void;
  onPacket: PacketListener;
  /** The device has booted another firmware than before. */
  onFirmware: (firmware: Firmware) => void;
}

/** How a turn ends, when there is not more to do at once. */
export type Outcome = 'more' | 'asleep' | 'replayed' | { stop: StopReason } | End;

interface End {
  end: EndReason;
}

/** The clock is looked at after so many instructions: about a millisecond of the interpreter's work. */
const instructionsPerLook = 50_000;

/**
 * A device that executes its firmware turn by turn: each lets in what waits outside and executes for about a millisecond. It knows
 * nothing of Node's event loop. What it remembers can be saved, restored and, with a recording of what entered, repeated.
 */
export class RunningDevice {
  readonly events: EventLog = new EventLog(() => this.surroundings.time);
  /** What enters the device passes here. */
  readonly gate = new Gate();
  readonly board: DeviceBoard;
  readonly surroundings: Surroundings;
  readonly execution: Execution;
  /** Whether the device stops before the first instruction of user_init. */
  stopOnEntry = false;
  /** Whether the device is stopped where it failed, so that a debugger can look, before it is reset. */
  stopOnFailure = false;
  readonly #options: SimulatorOptions;
  readonly #hooks: DeviceHooks;
  #chip: Chip;
  #run: RunState = {
    ...{ look: 0, lookAt: 0, callbacks: 0, idle: false, started: false, wakeAt: undefined, plug: undefined },
    ...{ bootedAt: 0, failures: 0, resets: 0 },
  };
  #failureShown = false;

  /** Throws a Problem when a flash file does not fit, or the flash holds no image of this firmware. */
  constructor(options: SimulatorOptions, hooks: DeviceHooks) {
    const { wake, onPacket } = hooks;
    this.#options = options;
    this.#hooks = hooks;
    this.gate.onArrival = wake;
    this.gate.enter({ kind: 'seed', bytes: randomBytes(seedSize) });
    const ports = new PortMap(options.ports);
    this.board = new DeviceBoard(options, this.events, ports, () => this.gate.replaying);
    this.execution = new Execution(this.board.cpu);
    const { clock, computerClock } = this.board;
    this.surroundings = new Surroundings({
      ...{ network: options.network, ports, clock, computerClock, wake, onPacket },
      ...{ events: this.events, gate: this.gate },
    });
    this.#chip = this.#powerUp(powerOn);
  }

  /** The names of the SDK's functions that this device answers. */
  get offered(): Chip['offered'] {
    return this.#chip.offered;
  }

  /** Whether the CPU is inside a callback of the firmware; false while the device sleeps. */
  get inCallback(): boolean {
    return this.#chip.current !== undefined;
  }

  /** Whether user_init has returned. */
  get hasStarted(): boolean {
    return this.#run.started;
  }

  /** Says in the log what boots. */
  logBoot(): void {
    for (const event of bootEvents(this.board.firmware, this.#chip.reset.reason, this.#options))
      this.events.add(event);
  }

  /** Lets in what waits outside and executes on, as is due. A Problem that is thrown ends the simulation. */
  turn(): Outcome {
    if (this.#hasReplayed()) return 'replayed';
    if (this.#chip.halt.reason !== undefined && this.#run.wakeAt === undefined) return this.#halted();
    try {
      if (this.#isLookDue) {
        const looked = this.#look();
        if (looked === 'asleep') return this.#sleeps();
        if (looked !== 'awake') return looked;
      }
      if (this.#chip.halt.reason !== undefined) return 'more';
      if (!this.inCallback) {
        const begun = this.#begin();
        if (begun === 'asleep') return this.#sleeps();
        if (begun !== 'begun') return begun;
      }
    } catch (error) {
      // A list that the device keeps in RAM leads to nowhere: the chip faults in the SDK's code.
      this.#chip.halt.failBy(error, this.board.cpu.pc >>> 0);
      return 'more';
    }
    return this.#hasReplayed() ? 'more' : this.#execute();
  }

  /** A sleep takes no time in a replay. */
  #sleeps(): Outcome {
    return this.gate.replaying ? 'more' : 'asleep';
  }

  /** For how many ms of the computer the device sleeps now, unless something comes from outside. */
  sleepTime(): number {
    const { computerClock } = this.board;
    const due = this.#run.wakeAt ?? earliest([this.#chip.due(), this.surroundings.due()]);
    if (!this.gate.isEmpty) return 0;
    // A device that nothing will wake sleeps on; the program does not end because of it.
    if (due === undefined) return longestTimeout;
    if (computerClock !== undefined) return computerClock.sleepUntil(due);
    this.gate.enter({ kind: 'clock', time: due });
    return 0;
  }

  /** How far the device has come. */
  get moment(): Moment {
    const { look, callbacks } = this.#run;
    return { look, callbacks, instructions: this.board.cpu.instructions };
  }

  /**
   * All that the device remembers at this moment. Throws a Problem while a client is connected to a server that this computer runs
   * for it.
   */
  save(): DeviceState {
    return {
      version: stateVersion,
      firmware: digestOf(this.board.firmware),
      slot: this.board.slot,
      reset: this.#chip.reset,
      ...saveHardware(this.board),
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
    const firmware = this.board.firmwares.find(known => digestOf(known) === state.firmware);
    if (firmware === undefined || state.version !== stateVersion || !this.board.flash.isOriginOf(state.flash))
      throw new ProblemError({ kind: 'state-of-another-device' });
    if (recording !== undefined && hasConnections(recording))
      throw new ProblemError({ kind: 'replay-with-connections' });
    this.execution.stopped();
    this.board.clock.pause();
    const { reset } = this.#chip;
    const hasSameBoot =
      firmware === this.board.firmware &&
      state.slot?.address === this.board.slot?.address &&
      (Object.keys(reset) as (keyof ResetInfo)[]).every(key => reset[key] === state.reset[key]);
    if (!hasSameBoot) {
      this.#chip.switchOff();
      this.surroundings.leave();
      this.#chip = this.#attach(this.board.assemble(firmware, state.slot, state.reset));
    }
    restoreHardware(this.board, state);
    this.#chip.restoreParts(state.parts);
    this.#run = structuredClone(state.run);
    if (recording === undefined) {
      this.gate.endReplay();
      this.gate.clear();
      this.#connect();
    } else this.gate.replay(recording);
  }

  /** Past the end of a replay the device is where the outside left it. */
  endReplay(): void {
    this.board.clock.restore(this.board.clock.now());
    this.gate.endReplay();
    if (!this.surroundings.isConnectedTo(this.#run.plug)) this.#connect();
  }

  /** Whether a replay has come to its end. */
  #hasReplayed(): boolean {
    const { end } = this.gate;
    return end !== undefined && isSame(this.moment, end);
  }

  /** Between two callbacks and in its sleep the device looks outside at every turn, else after every so many instructions. */
  get #isLookDue(): boolean {
    if (this.#run.wakeAt !== undefined || !this.inCallback) return true;
    const { instructions } = this.board.cpu;
    const { next } = this.gate;
    if (next === undefined) return instructions >= this.#run.lookAt;
    // A callback can end without an instruction: the look is behind that.
    const isThere = instructions === next.instructions && this.#run.callbacks === next.callbacks;
    return isThere || instructions > next.instructions;
  }

  /** Lets in what waits outside, and interrupts. */
  #look(): 'awake' | 'asleep' | End {
    const { gate } = this;
    const run = this.#run;
    this.surroundings.run();
    if (run.idle && gate.isEmpty && !gate.replaying) return 'asleep';
    run.look++;
    run.idle = false;
    run.lookAt = (Math.floor(this.board.cpu.instructions / instructionsPerLook) + 1) * instructionsPerLook;
    const inputs = gate.take(this.moment, this.execution.plan !== undefined);
    for (const input of inputs) this.#letIn(input);
    if (run.wakeAt !== undefined) {
      if (this.board.clock.now() >= run.wakeAt) return this.#restart() ?? 'awake';
      run.idle = true;
      return 'asleep';
    }
    if (this.inCallback) this.#chip.watch();
    // While the user steps, interrupts wait: a step stays in the function it is in.
    const held = inputs.some(({ kind }) => kind === 'hold');
    if (!held && this.#chip.halt.reason === undefined) this.#chip.interrupt();
    return 'awake';
  }

  #letIn(input: Input): void {
    switch (input.kind) {
      case 'seed':
        this.board.random.restore({ seed: input.bytes, drawn: 0 });
        return;
      case 'clock':
        this.board.clock.set(input.time);
        return;
      case 'packet':
        if (this.#run.plug === undefined) return;
        this.surroundings.packet('remote', input.bytes);
        this.#pluggedIn?.receive(input.bytes);
        return;
      case 'uart':
        this.board.registers.uart.arrive(input.bytes);
        return;
      case 'pin':
        this.board.registers.setPin(input.pin, input.level);
        return;
      case 'adc':
        this.board.registers.adc = input.value;
        return;
      case 'step':
        this.#chip.scheduler.post(input.step);
        return;
      case 'hold':
    }
  }

  /** Begins the next callback, if one is due. */
  #begin(): 'begun' | 'asleep' | { stop: StopReason } {
    if (!this.#chip.begin()) {
      if (!this.#run.started) {
        this.#run.started = true;
        this.#chip.started();
        return this.#begin();
      }
      this.#run.idle = true;
      this.surroundings.settle();
      return 'asleep';
    }
    this.execution.began();
    if (!this.stopOnEntry || this.#chip.current?.name !== 'user_init') return 'begun';
    this.stopOnEntry = false;
    return { stop: { kind: 'entry' } };
  }

  /** Executes for about a millisecond. */
  #execute(): Outcome {
    // At the moment of the next look a hook may still be to come, which costs nothing.
    const stop = this.execution.advance(this.gate.next?.instructions ?? this.#run.lookAt);
    switch (stop.kind) {
      case 'budget':
        break;
      case 'waiti':
        this.#run.lookAt = this.board.cpu.instructions;
        break;
      case 'stepped':
        return { stop: { kind: 'step' } };
      case 'breakpoint':
        return { stop: { kind: 'breakpoint' } };
      case 'exception':
        this.#chip.halt.fail(stop.cause, stop.pc, stop.address);
        break;
      case 'requested':
        if (this.#chip.callbackReturned) {
          this.#chip.end();
          this.#run.callbacks++;
          this.execution.plan = undefined;
          this.surroundings.listen(this.#pluggedIn);
          return 'more';
        }
    }
    return this.#chip.halt.reason === undefined ? 'more' : this.#halted();
  }

  /** The chip has halted: a debugger first gets to see where; then it is reset. */
  #halted(): Outcome {
    const { reason, failure, sleepTime } = this.#chip.halt;
    if (reason === undefined) return 'more';
    if (this.stopOnFailure && !this.#failureShown && failure !== undefined) {
      this.#failureShown = true;
      return { stop: failure };
    }
    // Whoever has seen the function that is missing, and continues, does without it.
    if (reason === 'not-offered' && this.#failureShown) {
      this.#failureShown = false;
      this.#chip.passOver();
      return 'more';
    }
    this.#failureShown = false;
    if (reason === 'not-offered' || reason === 'problem') return { end: reason };
    const now = this.board.clock.now();
    if (!countReset(this.#run, reason, now, this.#options.resets)) return { end: reason };
    if (reason !== 'deep-sleep') return this.#restart() ?? 'more';
    // Nothing of the chip is left to be asked; it wakes by the clock alone.
    if (sleepTime === undefined) return { end: reason };
    this.switchOff();
    this.#run.wakeAt = now + sleepTime;
    return 'more';
  }

  /** Switches the chip off and on again; flash and RTC memory stay as they are. Returns why it cannot boot. */
  #restart(): End | undefined {
    this.#run.wakeAt = undefined;
    const { nextReset } = this.#chip.halt;
    this.switchOff();
    this.execution.plan = undefined;
    const { firmware: firmwareBefore, slot: slotBefore } = this.board;
    try {
      this.#chip = this.#powerUp(nextReset);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.events.add({ kind: 'problem', problem: error.problem });
      return { end: 'problem' };
    }
    const { firmware, slot } = this.board;
    if (slot !== undefined && slot.address !== slotBefore?.address)
      this.events.add({ kind: 'image-started', ...slot, firmware: firmware.elf.file });
    if (firmware !== firmwareBefore) this.#hooks.onFirmware(firmware);
    this.logBoot();
    return undefined;
  }

  #powerUp(reset: ResetInfo): Chip {
    const chip = this.board.powerUp(reset);
    this.#run.bootedAt = this.board.clock.now();
    this.#run.started = false;
    return this.#attach(chip);
  }

  /** Connects a chip with the run loop and with what is around it. */
  #attach(chip: Chip): Chip {
    chip.scheduler.onWork = this.#hooks.wake;
    chip.halt.onHalt = this.#hooks.wake;
    chip.plugIn = ({ index }, address) => {
      this.#run.plug = { netif: index, address };
      this.#connect();
    };
    chip.enter = step => {
      this.gate.enter({ kind: 'step', step });
    };
    for (const netif of [chip.netif, chip.softApNetif]) {
      if (netif === undefined) continue;
      netif.onSend = packet => {
        if (this.#run.plug?.netif === netif.index) this.surroundings.send(packet);
      };
    }
    this.surroundings.follow(chip, this.board.firmware);
    return chip;
  }

  /** Connects the interface that is plugged in with the computer's network. */
  #connect(): void {
    this.surroundings.connect(this.#run.plug);
    this.surroundings.listen(this.#pluggedIn);
  }

  get #pluggedIn(): NetworkInterface | undefined {
    const { plug } = this.#run;
    return plug === undefined ? undefined : plug.netif === 0 ? this.#chip.netif : this.#chip.softApNetif;
  }

  /** Switches the chip off: its ports on this computer are closed. */
  switchOff(): void {
    this.#run.plug = undefined;
    this.#connect();
    this.#chip.switchOff();
    this.surroundings.leave();
  }
}
