import { DeviceClock, RealClock } from './clock';
import { Cpu } from './cpu/cpu';
import { flashWindow, Memory } from './cpu/memory';
import { chooseFirmware, secondImage, startFirmware, writeFirmware } from './device/bootLoader';
import { Chip } from './device/chip';
import { Flash } from './device/flash';
import { Random, seedSize } from './device/random';
import { Registers } from './device/registers';
import type { ResetInfo } from './device/reset';
import type { Slot } from './device/slot';
import { defaultWifi } from './device/wifiOptions';
import type { EventLog } from './events';
import type { Firmware } from './firmware/firmware';
import type { PortMap } from './network/ports';
import { newestAbilities } from '../sdk/tls';
import { defaultNetwork } from './network/gateway';
import { Outlet } from './network/outlet';
import type { Hardware } from './recording/hardware';
import { defaultFlashSize, type SimulatorOptions } from './simulatorOptions';

/** What outlives a reset of the chip, and the firmware that the chip boots from the flash. */
export class DeviceBoard implements Hardware {
  readonly cpu: Cpu;
  /** The computer's clock; undefined for virtual time. */
  readonly computerClock: RealClock | undefined;
  readonly clock: DeviceClock;
  readonly flash: Flash;
  readonly registers: Registers;
  readonly random = new Random(new Uint8Array(seedSize));
  readonly #options: SimulatorOptions;
  readonly #events: EventLog;
  readonly #ports: PortMap;
  readonly #outlet: Outlet;
  #firmware: Firmware;
  #slot: Slot | undefined;

  /**
   * Throws a Problem when a flash file does not fit.
   * @param isReplaying whether inputs come from a recording: then nothing is around the device
   */
  constructor(options: SimulatorOptions, events: EventLog, ports: PortMap, isReplaying: () => boolean) {
    this.#options = options;
    this.#events = events;
    this.#ports = ports;
    const { address } = options.device?.wifi ?? defaultWifi;
    this.#outlet = new Outlet({ ...defaultNetwork, ...options.network, events, address, isReplaying });
    this.#firmware = options.firmware;
    const memory = new Memory();
    this.cpu = new Cpu(memory);
    this.computerClock = options.clock === 'virtual' ? undefined : new RealClock();
    this.clock = new DeviceClock(() => this.cpu.instructions, this.computerClock);
    this.clock.pause();
    this.flash = new Flash(options.flashSize ?? defaultFlashSize, memory, options.flashContents);
    this.registers = new Registers(this.clock, events, this.flash, this.random);
    memory.peripherals = this.registers;
    if (options.asFlashed !== true) {
      this.flash.assumeMap(secondImage(this.firmwares));
      writeFirmware(options.firmware, this.flash);
      for (const file of options.flashFiles ?? []) this.flash.writeFile(file);
      chooseFirmware(options.firmware, this.flash);
    }
    this.flash.seal();
  }

  /** What may be in the flash: the firmware that was asked for, and those that upgrades bring. */
  get firmwares(): readonly Firmware[] {
    return [this.#options.firmware, ...(this.#options.upgrades ?? [])];
  }

  /** The firmware that runs: the one asked for, or what an upgrade has put into the flash. */
  get firmware(): Firmware {
    return this.#firmware;
  }

  /** Where it is in the flash, if that has slots. */
  get slot(): Slot | undefined {
    return this.#slot;
  }

  /**
   * A chip as it is after a reset: code and data of what the flash holds in RAM, .bss zero, all else as it was. Throws a Problem
   * when the flash holds no image of a firmware that is known.
   */
  powerUp(reset: ResetInfo): Chip {
    const { memory } = this.cpu;
    const started = startFirmware(this.firmwares, this.flash, this.#events, this.#options.asFlashed);
    for (const { address, bytes, memorySize } of started.firmware.elf.segments) {
      // The flash may hold something else by now: what the firmware itself has written there.
      if (address >= flashWindow.address) continue;
      memory.write(address, bytes);
      if (memorySize > bytes.length)
        memory.write(address + bytes.length, new Uint8Array(memorySize - bytes.length));
    }
    this.registers.reset();
    return this.assemble(started.firmware, started.slot, reset);
  }

  /** The chip for a firmware that was started; memory and registers stay as they are. */
  assemble(firmware: Firmware, slot: Slot | undefined, reset: ResetInfo): Chip {
    this.#firmware = firmware;
    this.#slot = slot;
    return new Chip({
      cpu: this.cpu,
      clock: this.clock,
      events: this.#events,
      firmware,
      flash: this.flash,
      registers: this.registers,
      random: this.random,
      ports: this.#ports,
      outlet: this.#outlet,
      options: {
        wifi: defaultWifi,
        reservedHeap: 0,
        adc: 512,
        unanswered: 'stop',
        tls: newestAbilities,
        ...this.#options.device,
      },
      reset,
      slot,
    });
  }
}
