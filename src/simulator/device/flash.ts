import { createHash } from 'node:crypto';
import { sectorSize } from '../../flash/sectors';
import { flashMaps, largestSlots, mapWithSecond } from '../../flash/maps';
import { ProblemError } from '../../problems';
import { ramMagic } from '../../sdk/imageHeader';
import { flashWindow, type Memory } from '../cpu/memory';

/** Instructions for a sector that is erased: one a word. */
const perErasedSector = sectorSize / 4;

/** A file that lies in the flash. */
export interface FlashFile {
  /** Byte address in the flash. */
  address: number;
  file: string;
  bytes: Uint8Array;
}

/** The ROM erases blocks of 64 KB. */
export const sectorsPerBlock = 16;

export interface FlashState {
  /** Of the contents that the device was switched on with. */
  digest: string;
  /** The sectors that have been changed since. */
  sectors: { sector: number; bytes: Uint8Array }[];
  hasHeader: boolean;
  /** Where the part begins that the CPU sees. */
  shown: number;
}

/** The SPI flash: erased bytes are 0xFF, writing clears bits, erasing a sector sets them again. */
export class Flash {
  readonly #bytes: Uint8Array;
  readonly #memory: Memory;
  /** Sectors as they were before the first change since {@link seal}, by number. */
  #originals: Map<number, Uint8Array> | undefined;
  #digest: string | undefined;
  #hasHeader = false;
  /** Instructions to charge a firmware for all that has been done so far: a chip takes longer. */
  work = 0;
  /** Where the part of it begins that the CPU sees through its window: in a map of 1 MB for each slot the second megabyte when user2 runs. */
  #shown = 0;

  /**
   * @param size in bytes
   * @param contents what it holds; erased when undefined. Throws a Problem when that is of another size.
   */
  constructor(size: number, memory: Memory, contents?: Uint8Array) {
    if (contents !== undefined && contents.length !== size)
      throw new ProblemError({ kind: 'flash-image-size', size: contents.length, flashSize: size });
    this.#bytes = contents?.slice() ?? new Uint8Array(size).fill(0xff);
    this.#memory = memory;
    this.showMegabyte(0);
  }

  /** What the device is switched on with: from now on changes are remembered by sector. */
  seal(): void {
    this.#originals = new Map();
    this.#digest = undefined;
  }

  /** What has changed since {@link seal}. */
  save(): FlashState {
    const sectors = [...(this.#originals?.keys() ?? [])]
      .sort((a, b) => a - b)
      .map(sector => ({ sector, bytes: this.#sector(sector).slice() }));
    return { digest: this.#digestOfOriginals(), sectors, hasHeader: this.#hasHeader, shown: this.#shown };
  }

  /** Whether the state is of a flash with the same contents at {@link seal}: only that can be restored. */
  isOriginOf({ digest }: FlashState): boolean {
    return digest === this.#digestOfOriginals();
  }

  restore({ sectors, hasHeader, shown }: FlashState): void {
    const wanted = new Map(sectors.map(({ sector, bytes }) => [sector, bytes]));
    for (const [sector, original] of this.#originals ?? [])
      if (!wanted.has(sector)) wanted.set(sector, original);
    this.#hasHeader = hasHeader;
    for (const [sector, bytes] of wanted) {
      if (Buffer.compare(this.#sector(sector), bytes) === 0) continue;
      this.#keepOriginals(sector * sectorSize, sectorSize);
      this.#bytes.set(bytes, sector * sectorSize);
      this.#show(sector * sectorSize, sectorSize);
    }
    for (const { sector } of sectors) this.#keepOriginals(sector * sectorSize, sectorSize);
    const changed = new Set(sectors.map(({ sector }) => sector));
    for (const sector of this.#originals?.keys() ?? [])
      if (!changed.has(sector)) this.#originals?.delete(sector);
    if (shown !== this.#shown) this.showMegabyte(shown);
  }

  /** Identifies what the device was switched on with. */
  #digestOfOriginals(): string {
    if (this.#digest === undefined) {
      const bytes = this.#bytes.slice();
      for (const [sector, original] of this.#originals ?? []) bytes.set(original, sector * sectorSize);
      this.#digest = createHash('sha256').update(bytes).digest('hex');
    }
    return this.#digest;
  }

  #sector(sector: number): Uint8Array {
    return this.#bytes.subarray(sector * sectorSize, (sector + 1) * sectorSize);
  }

  /** Before bytes change. */
  #keepOriginals(address: number, length: number): void {
    if (this.#originals === undefined) return;
    for (let sector = Math.floor(address / sectorSize); sector * sectorSize < address + length; sector++)
      if (!this.#originals.has(sector)) this.#originals.set(sector, this.#sector(sector).slice());
  }

  /** Gives the flash the header of a map where nothing has flashed one: the map with user2 at `second`, when the firmware says it. */
  assumeMap(second: number | undefined): void {
    const kept = this.#bytes[0] === ramMagic;
    const map = second === undefined ? largestSlots(this.size) : mapWithSecond(this.size, second);
    // What an earlier run has found out about the map holds until the firmware says otherwise.
    if (!kept || second !== undefined) this.writeHeader(map?.id ?? 0);
  }

  /** All bytes, as they are now. */
  get contents(): Uint8Array {
    return this.#bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** As its manufacturer's chips answer RDID: the capacity is the third byte, as a power of two; 0xE0 and 0x40 are maker and kind. */
  get id(): number {
    return (Math.log2(this.size) << 16) | 0x40e0;
  }

  /** enum flash_size_map as the header of the image at the start says it, in the upper half of its fourth byte. */
  get map(): number {
    return (this.#bytes[3] ?? 0xff) >> 4;
  }

  /** Bytes that the SDK sees: what the map in the header says, up to what the chip has. */
  get mappedSize(): number {
    const size = flashMaps.find(({ id }) => id === this.map)?.size;
    return Math.min(this.size, (size ?? Infinity) * 1024);
  }

  /** Writes a header as the flash tool does, with this map, where the user has flashed none. */
  writeHeader(map: number): void {
    if (this.#hasHeader) return;
    this.#keepOriginals(0, 4);
    this.#bytes.set([ramMagic, 0, 0, map << 4]);
    this.#show(0, 4);
  }

  /** Shows the CPU the megabyte from this address on. */
  showMegabyte(start: number): void {
    this.#shown = start;
    this.#show(start, flashWindow.size);
  }

  /** Writes bytes that fit, as the flash tool does. */
  put(address: number, bytes: Uint8Array): void {
    this.#keepOriginals(address, bytes.length);
    this.#bytes.set(bytes, address);
    this.#show(address, bytes.length);
  }

  /** Throws a Problem when the file does not fit. */
  writeFile({ address, file, bytes }: FlashFile): void {
    if (address + bytes.length > this.size) {
      throw new ProblemError({
        kind: 'flash-file-too-large',
        file,
        address,
        length: bytes.length,
        flashSize: this.size,
      });
    }
    this.put(address, bytes);
    if (address === 0) this.#hasHeader = true;
  }

  /** Undefined where the chip has no flash. */
  read(address: number, length: number): Uint8Array | undefined {
    if (!this.contains(address, length)) return undefined;
    this.work += length;
    return this.#bytes.slice(address, address + length);
  }

  write(address: number, bytes: Uint8Array): boolean {
    if (!this.contains(address, bytes.length)) return false;
    this.work += bytes.length;
    this.#keepOriginals(address, bytes.length);
    for (let index = 0; index < bytes.length; index++)
      this.#bytes[address + index] = (this.#bytes[address + index] ?? 0) & (bytes[index] ?? 0);
    this.#show(address, bytes.length);
    return true;
  }

  eraseSector(sector: number): boolean {
    const address = sector * sectorSize;
    if (!this.contains(address, sectorSize)) return false;
    this.work += perErasedSector;
    this.#keepOriginals(address, sectorSize);
    this.#bytes.fill(0xff, address, address + sectorSize);
    this.#show(address, sectorSize);
    return true;
  }

  /** A block of 64 KB. */
  eraseBlock(block: number): boolean {
    const first = block * sectorsPerBlock;
    for (let sector = first; sector < first + sectorsPerBlock; sector++)
      if (!this.eraseSector(sector)) return false;
    return true;
  }

  eraseAll(): boolean {
    this.work += (this.size / sectorSize) * perErasedSector;
    this.#keepOriginals(0, this.size);
    this.#bytes.fill(0xff);
    this.#show(0, this.size);
    return true;
  }

  contains(address: number, length: number): boolean {
    return address >= 0 && length >= 0 && address + length <= this.size;
  }

  #show(address: number, length: number): void {
    const start = Math.max(address, this.#shown);
    const end = Math.min(address + length, this.#shown + flashWindow.size, this.size);
    if (start < end)
      this.#memory.write(flashWindow.address + start - this.#shown, this.#bytes.subarray(start, end));
  }
}
