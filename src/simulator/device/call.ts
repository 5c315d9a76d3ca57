import type { Cpu } from '../cpu/cpu';
import { exceptionCause } from '../../sdk/exceptionCauses';
import { isIn, memoryMap } from '../../sdk/memoryMap';
import { hex } from '../../text/hex';

/** What a function of the chip's ROM or SDK does when it is handed an address the chip faults on. */
export class Fault extends Error {
  constructor(
    readonly exceptionCause: number,
    readonly address: number,
  ) {
    super(`fault ${exceptionCause} at ${hex(address)}`);
  }
}

/** A loop of the ROM or the SDK does not end: the firmware has closed one of its lists to a circle. Only the watchdog helps. */
export class EndlessLoop extends Error {}

/**
 * An answer that continues: the function is called again, with the arguments that the answer has left in the registers. So all that it
 * has to remember is in the device, and a pause, an interrupt or a reset in between need nothing.
 */
export const unfinished = Symbol('unfinished');

/** Instructions of any function of the ROM or the SDK. */
export const shortestCall = 20;

const { loadProhibited, storeProhibited } = exceptionCause;

/**
 * The arguments of the SDK function that the firmware is calling, by the call0 ABI: words in a2 to a7, then on
 * the stack; a 64-bit value takes an even pair of registers, or eight aligned bytes of the stack.
 */
export class Call {
  readonly cpu: Cpu;
  /** The name of the function called. */
  name = '';

  constructor(cpu: Cpu) {
    this.cpu = cpu;
  }

  /** The address to which the function returns. */
  get returnAddress(): number {
    return (this.cpu.registers[0] ?? 0) >>> 0;
  }

  /** Argument word `index`, signed. */
  int(index: number): number {
    if (index < 6) return this.cpu.registers[2 + index] ?? 0;
    return this.loadWord(((this.cpu.registers[1] ?? 0) >>> 0) + 4 * (index - 6)) | 0;
  }

  /** Argument word `index`, unsigned: addresses, lengths, uint32. */
  uint(index: number): number {
    return this.int(index) >>> 0;
  }

  /** Returns to the caller with what an answer has left, unless that continues. */
  complete(result: ReturnType<Answer>): void {
    if (result === unfinished) return;
    if (result !== undefined) this.cpu.registers[2] = result;
    this.cpu.pc = this.returnAddress;
  }

  /** Puts a 64-bit result into a2 (low word) and a3. */
  returnPair(low: number, high: number): void {
    this.cpu.registers[2] = low;
    this.cpu.registers[3] = high;
  }

  /** The arguments from word `index` on, as a variadic function reads them. */
  variadic(index: number): VariadicArguments {
    return new PassedArguments(this, index);
  }

  /** The arguments of a va_list, which is three words by value: the stack's, the registers' save area, bytes used so far. */
  variadicList(stack: number, registers: number, used: number): VariadicArguments {
    return new ListedArguments(this, stack, registers, used);
  }

  /**
   * Charges the firmware for work of the host, as so many instructions: without it a loop of long answers would keep the host from
   * its event loop, and the watchdog from biting. What the methods below read and write, they charge by themselves: an instruction
   * a byte, less than the ROM's loops need.
   */
  charge(instructions: number): void {
    this.cpu.charge(instructions);
  }

  /** The bytes from `address` on, at most `limit`, fewer where memory ends; not copied, and not charged. Throws {@link Fault} where none are. */
  view(address: number, limit = Infinity): Uint8Array {
    const bytes = limit === 0 ? new Uint8Array() : this.cpu.memory.view(address, limit);
    if (bytes === undefined) throw new Fault(loadProhibited, address);
    return bytes;
  }

  /** How many bytes behind `address` the first such byte lies, -1 where none of `limit` is one. Throws {@link Fault} where memory ends first. */
  find(address: number, byte: number, limit = Infinity): number {
    const bytes = this.view(address, limit);
    const at = bytes.indexOf(byte);
    this.charge(at < 0 ? bytes.length : at + 1);
    if (at < 0 && bytes.length < limit) throw new Fault(loadProhibited, address + bytes.length);
    return at;
  }

  /** Throws {@link Fault} where a loop that stores `length` bytes from `address` on would fault. */
  needRoom(address: number, length: number): void {
    const room = this.#room(address, length);
    if (room < length) throw new Fault(storeProhibited, address + room);
  }

  #room(address: number, length: number): number {
    return isFlash(address) ? 0 : (this.cpu.memory.view(address, length)?.length ?? 0);
  }

  /** `length` times the same byte. Where memory ends sooner, that much is written before the fault, as by the chip's loop. */
  fill(address: number, value: number, length: number): void {
    const room = this.#room(address, length);
    if (room > 0) this.store(address, new Uint8Array(room).fill(value));
    this.needRoom(address, length);
  }

  /** `length` bytes of the device's memory. Throws {@link Fault} as the chip would fault. */
  load(address: number, length: number): Uint8Array {
    const bytes = this.cpu.memory.read(address, length);
    if (bytes === undefined) throw new Fault(loadProhibited, address);
    this.charge(length);
    return bytes;
  }

  loadByte(address: number): number {
    this.charge(1);
    const byte = this.cpu.memory.readByte(address);
    if (byte === undefined) throw new Fault(loadProhibited, address);
    return byte;
  }

  loadHalf(address: number): number {
    const half = this.cpu.memory.readHalf(address);
    if (half === undefined) throw new Fault(loadProhibited, address);
    return half;
  }

  /** Unsigned. */
  loadWord(address: number): number {
    const word = this.cpu.memory.readWord(address);
    if (word === undefined) throw new Fault(loadProhibited, address);
    return word;
  }

  store(address: number, bytes: Uint8Array): void {
    if (isFlash(address) || !this.cpu.memory.write(address, bytes)) throw new Fault(storeProhibited, address);
    this.charge(bytes.length);
  }

  storeByte(address: number, value: number): void {
    if (isFlash(address) || !this.cpu.memory.writeByte(address, value))
      throw new Fault(storeProhibited, address);
  }

  storeHalf(address: number, value: number): void {
    if (isFlash(address) || !this.cpu.memory.writeHalf(address, value))
      throw new Fault(storeProhibited, address);
  }

  storeWord(address: number, value: number): void {
    if (isFlash(address) || !this.cpu.memory.writeWord(address, value))
      throw new Fault(storeProhibited, address);
  }

  /** The bytes of a C string without its NUL, at most `limit` of them. */
  cString(address: number, limit = Infinity): Uint8Array {
    const length = this.find(address, 0, limit);
    return this.view(address, length < 0 ? limit : length).slice();
  }
}

/** The code in the flash can only be read through its window. */
function isFlash(address: number): boolean {
  return isIn(memoryMap.flashWindow, address);
}

/** Walks over the variadic arguments of a call. */
export interface VariadicArguments {
  int(): number;
  /** The low and the high word of a long long or double. */
  pair(): { low: number; high: number };
}

/** Where the stacked part of a va_list begins, counted as if the six registers lay in front of it with a gap. */
const stackedFrom = 32;
const registerBytes = 24;

class ListedArguments implements VariadicArguments {
  readonly #call: Call;
  readonly #stack: number;
  readonly #registers: number;
  #used: number;

  constructor(call: Call, stack: number, registers: number, used: number) {
    this.#call = call;
    this.#stack = stack;
    this.#registers = registers;
    this.#used = used;
  }

  int(): number {
    return this.#call.loadWord(this.#take(4)) | 0;
  }

  pair(): { low: number; high: number } {
    this.#used = (this.#used + 7) & ~7;
    const at = this.#take(8);
    return { low: this.#call.loadWord(at) | 0, high: this.#call.loadWord(at + 4) | 0 };
  }

  #take(size: number): number {
    if (this.#used + size > registerBytes && this.#used < stackedFrom) this.#used = stackedFrom;
    const at = (this.#used < stackedFrom ? this.#registers : this.#stack) + this.#used;
    this.#used += size;
    return at >>> 0;
  }
}

class PassedArguments implements VariadicArguments {
  readonly #call: Call;
  #index: number;

  constructor(call: Call, index: number) {
    this.#call = call;
    this.#index = index;
  }

  int(): number {
    return this.#call.int(this.#index++);
  }

  pair(): { low: number; high: number } {
    // A pair starts at an even word and never lies half in registers; a skipped word stays unused.
    this.#index += this.#index & 1;
    return { low: this.int(), high: this.int() };
  }
}

/** Answers a call of the firmware; a number goes to a2. */
export type Answer = (call: Call) => number | undefined | typeof unfinished;

/** Functions the device answers, by name. */
export type Family = Record<string, Answer>;
