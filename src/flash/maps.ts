import type { SdkVersion } from '../sdk/tls';

/** A way to divide the flash, as SPI_SIZE_MAP and the header of a flashed image number it. */
export interface FlashMap {
  /** enum flash_size_map. */
  id: number;
  /** KB. */
  size: number;
  /** KB of each of the two halves for firmware updates, the “512” of 512+512; undefined where there is only one. */
  slot?: number;
  /** What esptool calls size and map together. */
  esptool?: string;
}

/** The maps of user_interface.h (enum flash_size_map), with the names of esptool's ESP8266 target. */
export const flashMaps: readonly FlashMap[] = [
  { id: 0, size: 512, slot: 256, esptool: '512KB' },
  { id: 1, size: 256, esptool: '256KB' },
  { id: 2, size: 1024, slot: 512, esptool: '1MB' },
  { id: 3, size: 2048, slot: 512, esptool: '2MB' },
  { id: 4, size: 4096, slot: 512, esptool: '4MB' },
  { id: 5, size: 2048, slot: 1024, esptool: '2MB-c1' },
  { id: 6, size: 4096, slot: 1024, esptool: '4MB-c1' },
  { id: 7, size: 4096, slot: 2048 },
  { id: 8, size: 8192, slot: 1024, esptool: '8MB' },
  { id: 9, size: 16384, slot: 1024, esptool: '16MB' },
];

/** The image user1 of every map, behind the boot loader; bytes. */
export const firstImage = 0x1000;

/** Where the image user2 lies, in bytes (SDK, Makefile); undefined for a map without room for two. */
export function secondImageOf({ id, slot }: FlashMap): number | undefined {
  return slot === undefined || id === unsupported ? undefined : slot * 1024 + firstImage;
}

/** The map with this number; undefined when there is none. */
export function flashMap(id: number): FlashMap | undefined {
  return flashMaps.find(map => map.id === id);
}

/** The map for a flash of so many bytes whose two slots are as large as can be; undefined for a size that there is not. */
export function largestSlots(bytes: number): FlashMap | undefined {
  return flashMaps.findLast(({ id, size }) => size * 1024 === bytes && id !== unsupported);
}

/** The largest map for a flash of so many bytes that has user2 at this address; undefined when there is none. */
export function mapWithSecond(bytes: number, second: number): FlashMap | undefined {
  return flashMaps.findLast(map => map.size * 1024 <= bytes && secondImageOf(map) === second);
}

/** 2048+2048 is in the SDK's enum, but no version supports it. */
const unsupported = 7;

/** Why a version of the SDK does not run with a map; undefined when it does. */
export function mapFault(map: FlashMap, sdk: SdkVersion): 'no-sdk' | 'not-in-3' | undefined {
  if (map.id === unsupported) return 'no-sdk';
  // The examples of SDK 3.x stop with #error for maps 0 and 1.
  return sdk >= '3' && map.size <= 512 ? 'not-in-3' : undefined;
}

/** “4 MB, 512+512”. */
export function mapName({ size, slot }: FlashMap): string {
  const total = size >= 1024 ? `${size / 1024} MB` : `${size} KB`;
  return slot === undefined ? total : `${total}, ${slot}+${slot}`;
}

/** How the flash is wired, with the third byte of an image's header. */
export const flashModes = { qio: 0, qout: 1, dio: 2, dout: 3 } as const;
/** How fast it is clocked, with the lower half of the header's fourth byte; names as esptool's. */
export const flashFrequencies = { '40m': 0, '26m': 1, '20m': 2, '80m': 0xf } as const;

/** How the flash is wired and clocked; “keep” leaves it as the image says it. */
export interface FlashChip {
  mode: keyof typeof flashModes | 'keep';
  frequency: keyof typeof flashFrequencies | 'keep';
}
