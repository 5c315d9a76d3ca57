import assert from 'node:assert/strict';
import { stackTop } from '../../../src/sdk/memoryMap';
import { DeviceClock } from '../../../src/simulator/clock';
import { Cpu } from '../../../src/simulator/cpu/cpu';
import { userMode } from '../../../src/simulator/cpu/system';
import { Memory } from '../../../src/simulator/cpu/memory';
import { Chip } from '../../../src/simulator/device/chip';
import type { DeviceOptions } from '../../../src/simulator/device/device';
import { Flash } from '../../../src/simulator/device/flash';
import { Random, seedSize } from '../../../src/simulator/device/random';
import { Registers } from '../../../src/simulator/device/registers';
import { powerOn, type ResetInfo } from '../../../src/simulator/device/reset';
import type { Slot } from '../../../src/simulator/device/slot';
import { defaultWifi } from '../../../src/simulator/device/wifiOptions';
import { type EventDetail, EventLog } from '../../../src/simulator/events';
import { type Firmware, loadFirmware } from '../../../src/simulator/firmware/firmware';
import { defaultNetwork } from '../../../src/simulator/network/gateway';
import { Outlet } from '../../../src/simulator/network/outlet';
import { newestAbilities } from '../../../src/sdk/tls';
import { PortMap } from '../../../src/simulator/network/ports';
import { outsideSymbols } from '../callingFirmware';
import { codeStart, elfFile } from '../elfFile';

/** RAM for what a test puts there; the firmware's heap lies behind. */
export const data = 0x3ffe8000;
const dataSize = 0x2000;
/** `ret.n`, again and again: each even address is a function that returns at once. */
const code = Uint8Array.from({ length: 256 }, (_, index) => (index % 2 === 0 ? 0x0d : 0xf0));
const returnAddress = codeStart + 0x10;

/** The address of a callback of the firmware. */
export const callback = (number: number) => codeStart + 0x20 + 4 * number;

function firmwareThatCalls(names: Iterable<string>): Firmware {
  const bytes = elfFile({
    segments: [
      { address: codeStart, bytes: code },
      { address: data, memorySize: dataSize },
    ],
    symbols: [
      { name: 'user_init', address: codeStart, size: 16, isFunction: true },
      ...outsideSymbols(names),
    ],
  });
  return loadFirmware(bytes, 'bench.elf');
}

export interface BenchOptions {
  device?: Partial<DeviceOptions>;
  reset?: ResetInfo;
  slot?: Slot;
  /** What an earlier device has left in the flash. */
  flash?: Uint8Array;
  firmware?: Firmware;
  /** Device port → port of this computer. */
  ports?: ReadonlyMap<number, number>;
}

/** A callback of the firmware that has run. */
export interface Called {
  name: string;
  /** As {@link callback} gives it. */
  address: number;
  arguments: number[];
}

class KeptLog extends EventLog {
  constructor(
    now: () => number,
    readonly kept: EventDetail[],
  ) {
    super(now);
  }

  override add(detail: EventDetail): void {
    this.kept.push(detail);
    super.add(detail);
  }
}

let all: Firmware | undefined;

/** A firmware that calls all that a chip answers. */
function everything(): Firmware {
  all ??= firmwareThatCalls(new Bench({ firmware: firmwareThatCalls([]) }).chip.offered.outside);
  return all;
}

/** A chip in virtual time, whose functions a test calls as its firmware would: by address, with arguments in registers. */
export class Bench {
  readonly memory = new Memory();
  readonly cpu = new Cpu(this.memory);
  readonly clock = new DeviceClock(() => this.cpu.instructions);
  readonly flash: Flash;
  readonly registers: Registers;
  readonly chip: Chip;
  /** Looks at a callback before it runs: what its arguments point at is there for so long only. */
  onCall: (called: Called) => void = () => undefined;
  readonly #log: EventDetail[] = [];

  constructor({
    device = {},
    reset = powerOn,
    slot,
    flash,
    ports,
    firmware = everything(),
  }: BenchOptions = {}) {
    const events = new KeptLog(() => this.clock.now(), this.#log);
    this.flash = new Flash(flash?.length ?? 0x400000, this.memory, flash);
    this.flash.assumeMap(undefined);
    const random = new Random(new Uint8Array(seedSize));
    this.registers = new Registers(this.clock, events, this.flash, random);
    this.memory.peripherals = this.registers;
    this.memory.write(codeStart, code);
    this.chip = new Chip({
      ...{ cpu: this.cpu, clock: this.clock, events, firmware, flash: this.flash, random, reset, slot },
      registers: this.registers,
      ports: new PortMap(ports),
      outlet: new Outlet({
        ...defaultNetwork,
        ...{ events, address: defaultWifi.address, isReplaying: () => false },
      }),
      options: {
        ...{ wifi: defaultWifi, reservedHeap: 0, adc: 512, unanswered: 'stop', handshakeLimit: 1000 },
        tls: newestAbilities,
        ...device,
      },
    });
  }

  /** What the device has logged since it was asked last, but for what every callback causes. */
  log(): EventDetail[] {
    return this.#log.splice(0).filter(({ kind }) => kind !== 'callback' && kind !== 'heap');
  }

  /** Calls a function; what it returns, signed. */
  call(name: string, ...words: number[]): number {
    const { cpu } = this;
    const symbol = this.chip.firmware.symbols.address(name) ?? assert.fail(`${name} is not answered`);
    cpu.registers[0] = returnAddress;
    cpu.registers[1] = stackTop - 64;
    words.forEach((word, index) => {
      if (index < 6) cpu.registers[2 + index] = word;
      else this.memory.writeWord(stackTop - 64 + 4 * (index - 6), word >>> 0);
    });
    cpu.ps = userMode;
    cpu.pc = symbol;
    do cpu.step();
    while (cpu.pc === symbol && this.chip.halt.reason === undefined);
    return cpu.registers[2] ?? 0;
  }

  /** Runs user_init and lets events begin, as a boot does. */
  boot(): Called[] {
    const called = this.run();
    this.chip.started();
    return called;
  }

  /** Runs the callbacks that are due. */
  run(): Called[] {
    const called: Called[] = [];
    while (this.chip.begin()) {
      const { name = '', address = 0, arguments: given = [] } = this.chip.current ?? {};
      const each = { name, address, arguments: given };
      this.onCall(each);
      called.push(each);
      while (!this.chip.callbackReturned) this.cpu.run(1000);
      this.chip.end();
    }
    return called;
  }

  /** Lets time pass, in µs, and runs what is due then. */
  pass(duration: number): Called[] {
    this.clock.set(this.clock.now() + duration);
    return this.run();
  }

  put(address: number, bytes: Uint8Array | string): number {
    const written = typeof bytes === 'string' ? Buffer.from(`${bytes}\0`, 'latin1') : bytes;
    assert.ok(this.memory.write(address, written));
    return address;
  }

  bytes(address: number, length: number): number[] {
    return [...(this.memory.read(address, length) ?? assert.fail('no memory'))];
  }

  word(address: number): number {
    return this.memory.readWord(address) ?? assert.fail('no memory');
  }

  /** A C string, of so many bytes at most. */
  text(address: number, limit = 256): string {
    const bytes = Buffer.from(this.bytes(address, limit));
    const end = bytes.indexOf(0);
    return bytes.subarray(0, end < 0 ? limit : end).toString('latin1');
  }
}
