import { exceptionCause } from '../../sdk/exceptionCauses';
import { isIn, memoryMap } from '../../sdk/memoryMap';

/** The chip's registers: the ranges dport and peripherals of the memory map, without RTC memory. */
export interface Peripherals {
  /** The register's value; undefined faults. */
  read(address: number, width: 1 | 2 | 4): number | undefined;
  /** False faults. */
  write(address: number, width: 1 | 2 | 4, value: number): boolean;
}

interface Region {
  readonly address: number;
  readonly size: number;
  /** Where the region lies in the buffer. */
  readonly offset: number;
  /** Instructions can be fetched here; the CPU reads data only as aligned words. */
  readonly code: boolean;
}

/** The chip's memories, one after the other in the buffer. */
export const dataRam = { ...memoryMap.dataRam, offset: 0, code: false } as const;
export const instructionRam = { ...memoryMap.instructionRam, offset: 0x18000, code: true } as const;
export const flashWindow = { ...memoryMap.flashWindow, offset: 0x28000, code: true } as const;
export const rtcMemory = { ...memoryMap.rtcMemory, offset: 0x128000, code: false } as const;

/** Where the byte of code memory at an address lies in the buffer; undefined outside of it. */
export function codeOffset(address: number): number | undefined {
  const region = regionAt(address);
  return region?.code === true ? address - region.address + region.offset : undefined;
}

/** What translated code shares with the interpreter, behind the chip's memory: byte offsets in the buffer. */
const stateOffset = 0x128400;
const pages = 0x13;

/** What RAM and RTC memory hold. */
export interface MemoryState {
  data: Uint8Array;
  instructions: Uint8Array;
  rtc: Uint8Array;
}

/** A word of the ROM by which esptool tells the chips apart (CHIP_DETECT_MAGIC_REG_ADDR); all else of the ROM cannot be read here. */
export const chipWord = 0x40001000;

/** EXCCAUSE, and a number for no exception. */
export const faults = { none: -1, ...exceptionCause } as const;

/** All memory of the chip, in one buffer. */
export class Memory {
  /** Translated code reads and writes the same bytes. */
  readonly wasm = new WebAssembly.Memory({ initial: pages, maximum: pages });
  readonly pages = pages;
  readonly buffer = this.wasm.buffer;
  /** Where a0 to a15, SAR and the number of instructions left lie in the buffer. */
  readonly state = { registers: stateOffset, sar: stateOffset + 64, left: stateOffset + 68 } as const;
  readonly bytes = new Uint8Array(this.buffer);
  readonly #view = new DataView(this.buffer);
  peripherals: Peripherals | undefined;
  /** Called after a write to code memory, with its first address and length. */
  onCodeWrite: (address: number, length: number) => void = () => undefined;
  /** EXCCAUSE of the last access of the CPU, or {@link faults}.none. */
  fault: number = faults.none;

  /** The CPU's load of 1, 2 or 4 bytes, unsigned; sets {@link fault}. */
  load(address: number, width: 1 | 2 | 4): number {
    const at = address >>> 0;
    if (at % width !== 0) return this.#faulted(faults.unaligned);
    const region = regionOf(at, width);
    if (region === undefined) {
      const value = isPeripheral(at) ? this.peripherals?.read(at, width) : undefined;
      if (value === undefined) return this.#faulted(faults.loadProhibited);
      return width === 4 ? value >>> 0 : value & (width === 2 ? 0xffff : 0xff);
    }
    if (region.code && width !== 4) return this.#faulted(faults.loadStoreError);
    const offset = at - region.address + region.offset;
    return width === 4
      ? this.#view.getUint32(offset, true)
      : width === 2
        ? this.#view.getUint16(offset, true)
        : this.#view.getUint8(offset);
  }

  /** The CPU's store; sets {@link fault}. The flash window is read-only: what the chip does there is a prohibited store. */
  store(address: number, width: 1 | 2 | 4, value: number): void {
    const at = address >>> 0;
    if (at % width !== 0) {
      this.#faulted(faults.unaligned);
      return;
    }
    const region = regionOf(at, width);
    if (region === undefined) {
      if (!isPeripheral(at) || !this.peripherals?.write(at, width, value))
        this.#faulted(faults.storeProhibited);
      return;
    }
    if (region === flashWindow) {
      this.#faulted(faults.storeProhibited);
      return;
    }
    if (region.code && width !== 4) {
      this.#faulted(faults.loadStoreError);
      return;
    }
    this.#put(region, at, width, value);
  }

  #faulted(cause: number): number {
    this.fault = cause;
    return 0;
  }

  /** What RAM and RTC memory hold. The flash window is the flash's. */
  save(): MemoryState {
    const copy = ({ offset, size }: Region) => this.bytes.slice(offset, offset + size);
    return { data: copy(dataRam), instructions: copy(instructionRam), rtc: copy(rtcMemory) };
  }

  restore({ data, instructions, rtc }: MemoryState): void {
    this.writeChanged(dataRam.address, data);
    this.writeChanged(instructionRam.address, instructions);
    this.writeChanged(rtcMemory.address, rtc);
  }

  /** Writes bytes where others are: what was decoded and translated stays where nothing changes. */
  writeChanged(address: number, bytes: Uint8Array): void {
    const block = 0x1000;
    for (let at = 0; at < bytes.length; at += block) {
      const wanted = bytes.subarray(at, at + block);
      const there = this.view(address + at, wanted.length);
      if (there === undefined || Buffer.compare(there, wanted) !== 0) this.write(address + at, wanted);
    }
  }

  /** Whether all of `length` bytes lie in RAM or in the flash window. */
  isMapped(address: number, length: number): boolean {
    return regionOf(address >>> 0, length) !== undefined;
  }

  /** Whether instructions can be fetched at the address. */
  isExecutable(address: number): boolean {
    return regionOf(address >>> 0, 1)?.code === true;
  }

  /** A copy of `length` bytes, at any alignment; undefined where the chip has no memory. */
  read(address: number, length: number): Uint8Array | undefined {
    const region = regionOf(address >>> 0, length);
    if (region === undefined) return undefined;
    const offset = (address >>> 0) - region.address + region.offset;
    return this.bytes.slice(offset, offset + length);
  }

  /** The bytes from `address` to the end of its region, at most `limit`, not copied; undefined where the chip has no memory. */
  view(address: number, limit: number): Uint8Array | undefined {
    const region = regionAt(address >>> 0);
    if (region === undefined) return undefined;
    const start = (address >>> 0) - region.address + region.offset;
    return this.bytes.subarray(start, Math.min(start + limit, region.offset + region.size));
  }

  /** Writes at any alignment, also into the flash window. False where the chip has no memory. */
  write(address: number, bytes: Uint8Array): boolean {
    const region = regionOf(address >>> 0, bytes.length);
    if (region === undefined) return false;
    this.bytes.set(bytes, (address >>> 0) - region.address + region.offset);
    if (region.code) this.onCodeWrite(address >>> 0, bytes.length);
    return true;
  }

  readByte(address: number): number | undefined {
    return this.#get(address, 1);
  }

  readHalf(address: number): number | undefined {
    return this.#get(address, 2);
  }

  /** Unsigned. */
  readWord(address: number): number | undefined {
    return this.#get(address, 4);
  }

  writeByte(address: number, value: number): boolean {
    return this.#set(address, 1, value);
  }

  writeHalf(address: number, value: number): boolean {
    return this.#set(address, 2, value);
  }

  writeWord(address: number, value: number): boolean {
    return this.#set(address, 4, value);
  }

  #get(address: number, width: 1 | 2 | 4): number | undefined {
    const at = address >>> 0;
    const region = regionOf(at, width);
    if (region === undefined) return undefined;
    const offset = at - region.address + region.offset;
    if (width === 1) return this.#view.getUint8(offset);
    return width === 2 ? this.#view.getUint16(offset, true) : this.#view.getUint32(offset, true);
  }

  #set(address: number, width: 1 | 2 | 4, value: number): boolean {
    const at = address >>> 0;
    const region = regionOf(at, width);
    if (region === undefined) return false;
    this.#put(region, at, width, value);
    return true;
  }

  #put(region: Region, address: number, width: 1 | 2 | 4, value: number): void {
    const offset = address - region.address + region.offset;
    if (width === 1) this.#view.setUint8(offset, value);
    else if (width === 2) this.#view.setUint16(offset, value, true);
    else this.#view.setUint32(offset, value, true);
    if (region.code) this.onCodeWrite(address, width);
  }
}

/** The region that holds all of `length` bytes from `address` (unsigned) on. */
function regionOf(address: number, length: number): Region | undefined {
  const region = regionAt(address);
  return region !== undefined && address + length <= region.address + region.size ? region : undefined;
}

function regionAt(address: number): Region | undefined {
  if (address < dataRam.address) return undefined;
  if (address < dataRam.address + dataRam.size) return dataRam;
  if (address < instructionRam.address) return undefined;
  if (address < instructionRam.address + instructionRam.size) return instructionRam;
  if (address < flashWindow.address) return undefined;
  if (address < flashWindow.address + flashWindow.size) return flashWindow;
  return address >= rtcMemory.address && address < rtcMemory.address + rtcMemory.size ? rtcMemory : undefined;
}

function isPeripheral(address: number): boolean {
  return isIn(memoryMap.dport, address) || isIn(memoryMap.peripherals, address) || address === chipWord;
}
