import { randomBytes } from 'node:crypto';
import { sectorSize } from '../../flash/sectors';
import { RealClock } from '../clock';
import { Cpu } from '../cpu/cpu';
import { Memory } from '../cpu/memory';
import { Flash, sectorsPerBlock } from '../device/flash';
import { Random, seedSize } from '../device/random';
import { Registers } from '../device/registers';
import { EventLog } from '../events';
import { type LoaderChip, LoadedCode } from './loadedCode';
import { packetEnd, slipFrame, SlipReader } from './slip';

/** Commands of the loader in the ROM (Espressif's esptool documents them as “serial protocol”). */
const command = {
  flashBegin: 0x02,
  flashData: 0x03,
  flashEnd: 0x04,
  memoryBegin: 0x05,
  memoryEnd: 0x06,
  memoryData: 0x07,
  sync: 0x08,
  writeRegister: 0x09,
  readRegister: 0x0a,
} as const;

/** What the second byte of an answer says when the first is 1. */
const fault = { invalid: 5, failed: 6, checksum: 7 } as const;

/** The answer to a sync comes so often, and with a value that is not 0, by which tools tell the ROM from a stub. */
const syncAnswers = 8;
const syncValue = 0x20120707;
/** The ROM repeats what it says of a command that it does not know. */
const invalidAnswers = 8;
const checksumSeed = 0xef;
const headerSize = 8;
/** ms that the loader runs before the rest of the program has its turn. */
const sliceTime = 5;
/** Turns between two packets: about a millisecond of the chip's time, a dozen bytes at 115,200 baud. */
const breatherTurns = 40;
/** Turns without a byte in or out until uploaded code is taken to be waiting, and ms between two turns then. */
const busyTurns = 2000;
const idleDelay = 20;

/** What the loader is writing to: where the first block goes, bytes of a block, and how many bytes were announced. */
interface Transfer {
  address: number;
  blockSize: number;
}

/**
 * The chip as it is after a reset with GPIO0 held low: the loader in its ROM waits for commands on UART0. It writes the flash and
 * runs code that it is sent, such as esptool's stub, on the emulated CPU.
 */
export class RomLoader {
  readonly flash: Flash;
  readonly #chip: LoaderChip;
  readonly #slip = new SlipReader();
  readonly #input: number[] = [];
  readonly #output: number[] = [];
  #memoryTransfer: Transfer | undefined;
  #flashTransfer: Transfer | undefined;
  #code: LoadedCode | undefined;
  #idleTurns = 0;
  /** Turns for which uploaded code gets no input. */
  #breather = 0;
  #cancel: (() => void) | undefined;
  /** Bytes that the chip sends on UART0. */
  onSend: (bytes: Uint8Array) => void = () => undefined;
  /** The chip leaves the loader and boots from the flash. */
  onBoot: () => void = () => undefined;

  /**
   * @param flashSize in bytes
   * @param contents what the flash holds; erased when undefined. Throws a Problem when that is of another size.
   */
  constructor(flashSize: number, contents?: Uint8Array) {
    const memory = new Memory();
    const clock = new RealClock();
    const events = new EventLog(() => clock.now());
    this.flash = new Flash(flashSize, memory, contents);
    const registers = new Registers(clock, events, this.flash, new Random(randomBytes(seedSize)));
    memory.peripherals = registers;
    this.#chip = { cpu: new Cpu(memory), registers, flash: this.flash, events };
    registers.uart.onTransmit = (uart, byte) => {
      if (uart === 0) this.#output.push(byte);
    };
  }

  /** Bytes for UART0. */
  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.#input.push(byte);
    this.#idleTurns = 0;
    this.#cancel?.();
    this.#schedule(0);
  }

  /** Switches the chip off. */
  close(): void {
    this.#cancel?.();
    this.#input.length = 0;
    this.#code = undefined;
  }

  #schedule(delay: number): void {
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

  #slice(): void {
    const end = performance.now() + sliceTime;
    let goesOn = true;
    while (goesOn && performance.now() < end)
      goesOn = this.#code === undefined ? this.#command() : this.#run();
    if (this.#output.length > 0) this.onSend(Uint8Array.from(this.#output.splice(0)));
    if (goesOn || this.#code !== undefined) this.#schedule(this.#idleTurns > busyTurns ? idleDelay : 0);
  }

  /** Reads one command and answers it. False when there is none. */
  #command(): boolean {
    let byte = this.#input.shift();
    for (; byte !== undefined; byte = this.#input.shift()) {
      const packet = this.#slip.readByte(byte);
      if (packet === undefined) continue;
      this.#execute(Buffer.from(packet));
      return true;
    }
    return false;
  }

  /** Lets uploaded code run for a while. */
  #run(): boolean {
    const { registers } = this.#chip;
    if (this.#breather > 0) this.#breather--;
    else if (this.#input.length > 0) this.#feed(registers.uart.room);
    const sent = this.#output.length;
    const end = this.#code?.run();
    const busy = this.#input.length > 0 || this.#output.length > sent;
    this.#idleTurns = busy ? 0 : this.#idleTurns + 1;
    if (end === undefined) return this.#idleTurns <= busyTurns;
    this.#code = undefined;
    registers.reset();
    if (end === 'boot') this.#boot();
    return true;
  }

  /** Gives UART0 as much as it has space for, up to the end of a packet: the line is never as fast as the computer. */
  #feed(space: number): void {
    const end = this.#input.indexOf(packetEnd, 1) + 1;
    const bytes = this.#input.splice(0, Math.min(space, end === 0 ? space : end));
    if (bytes.at(-1) === packetEnd) this.#breather = breatherTurns;
    this.#chip.registers.uart.receive(Uint8Array.from(bytes));
  }

  #boot(): void {
    if (this.#output.length > 0) this.onSend(Uint8Array.from(this.#output.splice(0)));
    this.onBoot();
  }

  #execute(packet: Buffer): void {
    if (packet.length < headerSize || packet[0] !== 0) return;
    const [operation, length] = [packet[1] ?? 0, packet.readUInt16LE(2)];
    const data = packet.subarray(headerSize);
    if (data.length !== length) return;
    const word = (index: number) => (data.length >= 4 * index + 4 ? data.readUInt32LE(4 * index) : 0);
    switch (operation) {
      case command.sync:
        for (let count = 0; count < syncAnswers; count++) this.#answer(operation, syncValue);
        return;
      case command.readRegister:
        this.#answer(operation, this.#load(word(0)));
        return;
      case command.writeRegister:
        for (let at = 0; 4 * at + 12 <= data.length; at += 4)
          this.#store(word(at), word(at + 1), word(at + 2));
        this.#answer(operation);
        return;
      case command.memoryBegin:
        this.#memoryTransfer = { address: word(3), blockSize: word(2) };
        this.#answer(operation);
        return;
      case command.memoryData:
        this.#answer(operation, 0, this.#block(packet, this.#memoryTransfer, this.#putMemory));
        return;
      case command.memoryEnd: {
        const stays = word(0) !== 0;
        this.#memoryTransfer = undefined;
        this.#answer(operation);
        if (!stays) this.#code = new LoadedCode(this.#chip, word(1));
        return;
      }
      case command.flashBegin:
        this.#flashTransfer = { address: word(3), blockSize: word(2) };
        this.#answer(operation, 0, this.#eraseArea(word(3), word(0)) ? undefined : fault.failed);
        return;
      case command.flashData:
        this.#answer(operation, 0, this.#block(packet, this.#flashTransfer, this.#putFlash));
        return;
      case command.flashEnd:
        this.#flashTransfer = undefined;
        this.#answer(operation);
        // 0 resets the chip, 1 runs what the flash holds: GPIO0 is no longer held low by then.
        this.#boot();
        return;
      default:
        for (let count = 0; count < invalidAnswers; count++) this.#answer(0, 0, fault.invalid);
    }
  }

  #answer(operation: number, value = 0, problem?: number): void {
    const packet = Buffer.from([1, operation, 2, 0, 0, 0, 0, 0, problem === undefined ? 0 : 1, problem ?? 0]);
    packet.writeUInt32LE(value >>> 0, 4);
    this.#output.push(...slipFrame(packet));
  }

  #load(address: number): number {
    const { memory } = this.#chip.cpu;
    return memory.load(address, 4);
  }

  #store(address: number, value: number, mask: number): void {
    const { memory } = this.#chip.cpu;
    const kept = mask === 0xffffffff ? 0 : this.#load(address) & ~mask;
    memory.store(address, 4, (kept | (value & mask)) >>> 0);
  }

  /** A block of memory or flash: its length, its number, two words of nothing, then the bytes. */
  #block(
    packet: Buffer,
    transfer: Transfer | undefined,
    put: (address: number, bytes: Uint8Array) => boolean,
  ): number | undefined {
    const [expected, data] = [packet.readUInt32LE(4), packet.subarray(headerSize)];
    if (transfer === undefined || data.length < 16) return fault.failed;
    const [length, number] = [data.readUInt32LE(0), data.readUInt32LE(4)];
    const bytes = data.subarray(16);
    if (bytes.length !== length || length > transfer.blockSize) return fault.failed;
    if (bytes.reduce((sum, byte) => sum ^ byte, checksumSeed) !== expected) return fault.checksum;
    return put(transfer.address + number * transfer.blockSize, bytes) ? undefined : fault.failed;
  }

  readonly #putMemory = (address: number, bytes: Uint8Array) => this.#chip.cpu.memory.write(address, bytes);
  readonly #putFlash = (address: number, bytes: Uint8Array) => this.flash.write(address, bytes);

  /**
   * The ROM erases too much: sectors up to the border of a block of 64 KB, and then once more as many as it was asked for (esptool's
   * ESP8266 target works around it). So what lies behind is lost here, too.
   */
  #eraseArea(address: number, length: number): boolean {
    if (length === 0) return true;
    const first = Math.floor(address / sectorSize);
    const count = Math.ceil(length / sectorSize);
    const head = Math.min(sectorsPerBlock - (first % sectorsPerBlock), count);
    const erased = count + head;
    if (address >= this.flash.size || length > this.flash.size) return false;
    for (let sector = first; sector < first + erased; sector++) this.flash.eraseSector(sector);
    return true;
  }
}
