/** A way to divide the flash, as SPI_SIZE_MAP and the header of a burnt image number it. */
export interface FlashMap {
  /** enum flash_size_map. */
  id: number;
  /** KB. */
  size: number;
  /** Where the image user2 lies, in bytes; undefined for a map without room for two. */
  second?: number;
}

/** Sizes and user2's addresses: SDK, tools/gen_appbin.py and Makefile. */
export const flashMaps: readonly FlashMap[] = [
  { id: 0, size: 512, second: 0x41000 },
  { id: 1, size: 256 },
  { id: 2, size: 1024, second: 0x81000 },
  { id: 3, size: 2048, second: 0x81000 },
  { id: 4, size: 4096, second: 0x81000 },
  { id: 5, size: 2048, second: 0x101000 },
  { id: 6, size: 4096, second: 0x101000 },
  { id: 7, size: 4096 },
  { id: 8, size: 8192, second: 0x101000 },
  { id: 9, size: 16384, second: 0x101000 },
];

/** The image user1 of every map, behind the boot loader. */
export const firstImage = 0x1000;

/** The map for a flash of so many bytes whose two slots are as large as can be; undefined for a size that there is not. */
export function largestSlots(bytes: number): FlashMap | undefined {
  return flashMaps.findLast(({ id, size }) => size * 1024 === bytes && id !== unsupported);
}

/** The largest map for a flash of so many bytes that has user2 at this address; undefined when there is none. */
export function mapWithSecond(bytes: number, second: number): FlashMap | undefined {
  return flashMaps.findLast(map => map.size * 1024 <= bytes && map.second === second);
}

/** 2048+2048 is in the SDK's enum, but no version supports it. */
const unsupported = 7;
