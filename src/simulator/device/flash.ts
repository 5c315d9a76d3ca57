import { sectorSize } from '../../flash/certificateSectors';
import { ProblemError } from '../../problems';
import type { Memory } from '../cpu/memory';
import type { Segment } from '../firmware/elf';
import type { Device, Family } from './device';

/** Code and constants are read from the first megabyte of the flash through a window of the CPU's memory. */
const windowStart = 0x40200000;
const windowSize = 0x100000;

/** A file that lies in the flash. */
export interface FlashFile {
  /** Byte address in the flash. */
  address: number;
  file: string;
  bytes: Uint8Array;
}

/** The SPI flash: erased bytes are 0xFF, writing clears bits, erasing a sector sets them again. */
export class Flash {
  readonly #bytes: Uint8Array;
  readonly #memory: Memory;

  /** @param size in bytes */
  constructor(size: number, memory: Memory) {
    this.#bytes = new Uint8Array(size).fill(0xff);
    this.#memory = memory;
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** Puts the firmware's code where the window shows it. */
  burnCode(segment: Segment): void {
    if (segment.address < windowStart || segment.address >= windowStart + windowSize) return;
    this.#bytes.set(segment.bytes, segment.address - windowStart);
  }

  /** Throws a Problem when the file does not fit. */
  burn({ address, file, bytes }: FlashFile): void {
    if (address + bytes.length > this.size) {
      throw new ProblemError({
        kind: 'flash-file-too-large',
        file,
        address,
        length: bytes.length,
        flashSize: this.size,
      });
    }
    this.#bytes.set(bytes, address);
    this.#show(address, bytes.length);
  }

  /** Undefined where the chip has no flash. */
  read(address: number, length: number): Uint8Array | undefined {
    return this.#inside(address, length) ? this.#bytes.slice(address, address + length) : undefined;
  }

  write(address: number, bytes: Uint8Array): boolean {
    if (!this.#inside(address, bytes.length)) return false;
    for (const [index, byte] of bytes.entries())
      this.#bytes[address + index] = (this.#bytes[address + index] ?? 0) & byte;
    this.#show(address, bytes.length);
    return true;
  }

  eraseSector(sector: number): boolean {
    const address = sector * sectorSize;
    if (!this.#inside(address, sectorSize)) return false;
    this.#bytes.fill(0xff, address, address + sectorSize);
    this.#show(address, sectorSize);
    return true;
  }

  #inside(address: number, length: number): boolean {
    return address >= 0 && length >= 0 && address + length <= this.size;
  }

  #show(address: number, length: number): void {
    const end = Math.min(address + length, windowSize);
    if (address < end) this.#memory.write(windowStart + address, this.#bytes.subarray(address, end));
  }
}

/** SpiFlashOpResult. */
const ok = 0;
const failed = 1;

/** spi_flash_*: addresses and sizes that are no multiple of four are refused, as the ROM refuses them. */
export function flashFamily({ flash }: Device): Family {
  const aligned = (...values: number[]) => values.every(value => value % 4 === 0);
  return {
    spi_flash_read: call => {
      const [address, to, size] = [call.uint(0), call.uint(1), call.uint(2)];
      const bytes = aligned(address, to) ? flash.read(address, size) : undefined;
      if (bytes === undefined) return failed;
      call.store(to, bytes);
      return ok;
    },
    spi_flash_write: call => {
      const [address, from, size] = [call.uint(0), call.uint(1), call.uint(2)];
      return aligned(address, from, size) && flash.write(address, call.load(from, size)) ? ok : failed;
    },
    spi_flash_erase_sector: call => (flash.eraseSector(call.uint(0) & 0xffff) ? ok : failed),
    // The capacity is the third byte, as a power of two; 0xE0 and 0x40 are maker and kind of a common chip.
    spi_flash_get_id: () => (Math.log2(flash.size) << 16) | 0x40e0,
  };
}
