import { ramMagic } from '../sdk/imageHeader';
import { headerSize as recordHeaderSize, placeRecords } from '../certificates/flashRecords';
import { readImage } from './appImage';
import type { ImageFault } from './contents';
import { type Area, type AreaKind, areasOf } from './areas';
import { type FlashMap, flashMaps, secondImageOf } from './maps';
import { initDataSize, initDataStart } from './initData';
import { sectorSize } from './sectors';

/** How the map of a dump is known. */
export type MapSign = 'header' | 'second-image' | 'init-data' | 'size';

/** Something that a dump holds; bytes. */
export type DumpPart = { address: number; size: number } & (
  | { kind: 'image'; area: AreaKind; fault?: ImageFault }
  /** An area that is written or erased: all but the images. */
  | { kind: 'area'; area: AreaKind; isWritten: boolean }
  | { kind: 'records'; names: string[] }
  /** Written, and nothing that is known. */
  | { kind: 'unknown' }
);

/** What the contents of a whole flash tell. */
export interface Dump {
  size: number;
  map: FlashMap;
  signs: MapSign[];
  fota: boolean;
  areas: Area[];
  /** By address. */
  parts: DumpPart[];
}

/** Sizes that flash chips of this device have, in bytes. */
const sizes: ReadonlySet<number> = new Set(flashMaps.map(({ size }) => size * 1024));

/** Whether so many bytes can be a whole flash. */
export function isFlashSize(bytes: number): boolean {
  return sizes.has(bytes);
}

/** Bytes that a library of the SDK reads at most from the sector of a list of records. */
const recordWindow = 2 * sectorSize;
/** A boot loader is smaller than a sector. */
const firstSlot = sectorSize;

/** Returns what lies in a flash; nothing in it is trusted. The bytes must be of a {@link isFlashSize}. */
export function scanDump(bytes: Uint8Array): Dump {
  const flash = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const written = writtenSectors(flash);
  const fota = !isErasedBetween(written, firstSlot, 2 * firstSlot) && imageAt(flash, firstSlot) !== undefined;
  const { map, signs } = mapOf(flash);
  const areas = areasOf(map, fota);
  const parts: DumpPart[] = [];
  for (const area of areas) if (area.kind !== 'gap') parts.push(partIn(area, flash, written));
  const known = new Uint8Array(written.length);
  const cover = ({ address, size }: { address: number; size: number }) =>
    known.fill(1, address / sectorSize, Math.ceil((address + size) / sectorSize));
  // Records may lie in a slot behind its image, and where the firmware keeps what is its own.
  for (const part of parts) if (part.kind === 'image' || isSystem(part)) cover(part);
  for (let sector = 1; sector < written.length; sector++) {
    if (written[sector] === 0 || known[sector] === 1) continue;
    const records = recordsAt(flash, sector * sectorSize);
    if (records === undefined) continue;
    parts.push(records);
    cover(records);
  }
  for (const part of parts) if (part.kind === 'area') cover(part);
  parts.push(...unknownParts(written, known));
  return { size: flash.length, map, signs, fota, areas, parts: parts.sort((a, b) => a.address - b.address) };
}

/** Whether it belongs to the SDK alone. */
function isSystem(part: DumpPart): boolean {
  return part.kind === 'area' && ['rf-cal', 'init-data', 'system-parameters'].includes(part.area);
}

/** 1 for each sector that is not erased. */
function writtenSectors(flash: Buffer): Uint8Array {
  const erased = Buffer.alloc(sectorSize, 0xff);
  return Uint8Array.from({ length: flash.length / sectorSize }, (_, sector) => {
    const start = sector * sectorSize;
    return flash.compare(erased, 0, sectorSize, start, start + sectorSize) === 0 ? 0 : 1;
  });
}

function isErasedBetween(written: Uint8Array, from: number, to: number): boolean {
  return !written.subarray(from / sectorSize, Math.ceil(to / sectorSize)).includes(1);
}

/** An image that begins at an address: its length with all that belongs to it, and what is wrong with it. */
function imageAt(flash: Buffer, start: number): { length: number; fault?: ImageFault } | undefined {
  const segments = readImage(flash, start);
  if (segments === 'nothing') return undefined;
  if (typeof segments === 'string') return { length: sectorSize, fault: segments };
  const last = segments.at(-1);
  if (last === undefined) return undefined;
  const end = last.bytes.byteOffset - flash.byteOffset + last.bytes.length;
  // The checksum is the last of sixteen bytes; images of a slot have a CRC of four behind it.
  const checked = Math.ceil((end + 1) / 16) * 16;
  return { length: checked + (flash[start] === ramMagic ? 0 : 4) - start };
}

/**
 * Each sign counts for the maps that it fits: the second image most, since it lies where the boot loader looks for it, then the
 * RF data, the header that the tool has written, and the size of the chip.
 */
function mapOf(flash: Buffer): { map: FlashMap; signs: MapSign[] } {
  const inHeader = flash[0] === ramMagic ? (flash[3] ?? 0) >> 4 : undefined;
  const seconds = new Set(
    flashMaps
      .map(secondImageOf)
      .filter(address => address !== undefined && imageAt(flash, address) !== undefined),
  );
  const weights: Record<MapSign, number> = { 'second-image': 8, 'init-data': 4, header: 2, size: 1 };
  let best: { map: FlashMap; signs: MapSign[]; weight: number } | undefined;
  for (const map of flashMaps) {
    const end = map.size * 1024;
    if (end > flash.length) continue;
    const second = secondImageOf(map);
    const signs: MapSign[] = [];
    if (second !== undefined && seconds.has(second)) signs.push('second-image');
    if (isInitData(flash, end - 4 * sectorSize)) signs.push('init-data');
    if (inHeader === map.id) signs.push('header');
    if (end === flash.length) signs.push('size');
    const weight = signs.reduce((sum, sign) => sum + weights[sign], 0);
    const isUsed = second !== undefined || map.slot === undefined;
    if (isUsed && (best === undefined || weight >= best.weight)) best = { map, signs, weight };
  }
  if (best === undefined) throw new Error('the bytes are no flash');
  return best;
}

function isInitData(flash: Buffer, at: number): boolean {
  return (
    flash[at] === initDataStart &&
    flash.subarray(at + initDataSize, at + sectorSize).every(byte => byte === 0xff)
  );
}

function partIn(area: Area, flash: Buffer, written: Uint8Array): DumpPart {
  const { kind, address, size } = area;
  const end = address + size;
  const isWritten = !isErasedBetween(written, address, end);
  const plain = { kind: 'area', area: kind, address, size, isWritten } as const;
  const erased = written.indexOf(0, address / sectorSize);
  const writtenEnd = Math.min(end, (erased === -1 ? written.length : erased) * sectorSize);
  // It has no header: it ends where the flash is erased.
  if (kind === 'irom0')
    return writtenEnd > address ? { kind: 'image', area: kind, address, size: writtenEnd - address } : plain;
  if (kind !== 'boot' && kind !== 'user1' && kind !== 'user2' && kind !== 'flash') return plain;
  const image = imageAt(flash, address);
  if (image === undefined) return plain;
  const { length, fault } = image;
  // What a damaged one says of its length is worth nothing.
  return fault === undefined
    ? { kind: 'image', area: kind, address, size: Math.min(length, size) }
    : { kind: 'image', area: kind, address, size: writtenEnd - address, fault };
}

/** A list of records at the beginning of a sector, if the first of them is a certificate or a key. */
function recordsAt(flash: Buffer, at: number): Extract<DumpPart, { kind: 'records' }> | undefined {
  const first = flash[at + recordHeaderSize];
  // DER or PEM; most sectors are out by this.
  if (first !== 0x30 && first !== 0x2d) return undefined;
  const { places } = placeRecords(flash.subarray(at, at + recordWindow));
  const last = places.at(-1);
  // Any bytes may be a name; what is not a text is chance.
  if (last === undefined || places.some(({ name }) => /\p{C}/u.test(name))) return undefined;
  const size = last.dataOffset + last.length;
  return { kind: 'records', address: at, size, names: places.map(({ name }) => name) };
}

function unknownParts(written: Uint8Array, known: Uint8Array): DumpPart[] {
  const parts: DumpPart[] = [];
  for (let sector = 0; sector < written.length; sector++) {
    if (written[sector] === 0 || known[sector] === 1) continue;
    const first = sector;
    while (written[sector + 1] === 1 && known[sector + 1] === 0) sector++;
    parts.push({ kind: 'unknown', address: first * sectorSize, size: (sector + 1 - first) * sectorSize });
  }
  return parts;
}
