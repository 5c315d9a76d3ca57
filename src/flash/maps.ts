/** A way to divide the flash, as SPI_SIZE_MAP and the header of a burnt image number it. */
export interface FlashMap {
  /** enum flash_size_map. */
  id: number;
  /** KB. */
  size: number;
}

export const flashMaps: readonly FlashMap[] = [
  { id: 0, size: 512 },
  { id: 1, size: 256 },
  { id: 2, size: 1024 },
  { id: 3, size: 2048 },
  { id: 4, size: 4096 },
  { id: 5, size: 2048 },
  { id: 6, size: 4096 },
  { id: 7, size: 4096 },
  { id: 8, size: 8192 },
  { id: 9, size: 16384 },
];

/** The map for a flash of so many bytes whose two slots are as large as can be; undefined for a size that there is not. */
export function largestSlots(bytes: number): FlashMap | undefined {
  return flashMaps.findLast(({ id, size }) => size * 1024 === bytes && id !== unsupported);
}

/** 2048+2048 is in the SDK's enum, but no version supports it. */
const unsupported = 7;
