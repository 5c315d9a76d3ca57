/** Images of firmware as they lie in the flash, for the ROM and for the boot loader. */

import { flashMagic, flashVersion, maxSegments, ramMagic } from '../sdk/imageHeader';
import type { ImageFault, TrailerFault } from './contents';
import { crc32 } from './crc32';
import { type FlashChip, flashFrequencies, type FlashMap, flashModes } from './maps';

/** What an image loads into RAM. */
export interface ImageSegment {
  address: number;
  bytes: Uint8Array;
}

const headerSize = 8;
const segmentHeaderSize = 8;
/** The checksum starts with this and is the last byte of 16. */
const checksumSeed = 0xef;
const checksumAlignment = 16;
const trailerSize = 4;

/** Where the code of the flash begins in an image, counted from the image's first byte. */
export const codeOffset = headerSize + segmentHeaderSize;

/** Whether bytes begin like an image that has the code of the flash in front. */
export function isSlotImage(bytes: Uint8Array): boolean {
  return bytes.length >= headerSize && bytes[0] === flashMagic && bytes[1] === flashVersion;
}

/** The header of the part for the RAM in an image that has the code of the flash in front; undefined where none is. */
export function innerHeader(image: Uint8Array): Uint8Array | undefined {
  if (image.length < codeOffset) return undefined;
  const start = innerStart(image);
  const inner = image.subarray(start, start + headerSize);
  return inner.length === headerSize && inner[0] === ramMagic ? inner : undefined;
}

function innerStart(image: Uint8Array): number {
  return codeOffset + new DataView(image.buffer, image.byteOffset).getUint32(codeOffset - 4, true);
}

/**
 * Holds the last four bytes of an image for a slot against the CRC-32 of all before them, as upgrade_crc_check of the SDK's
 * libupgrade does; the boot loader does not look at them. Bytes behind the image do not matter where its own end is known.
 */
export function checkTrailer(image: Uint8Array, segments: readonly ImageSegment[]): TrailerFault | undefined {
  const last = segments.at(-1)?.bytes;
  if (last === undefined) return undefined;
  const ramEnd = last.byteOffset - image.byteOffset + last.length;
  const end = isSlotImage(image)
    ? checksumEnd(innerStart(image), ramEnd)
    : // In the old form the code follows behind 64 KB, up to the end.
      Math.max(image.length - trailerSize, 0);
  const trailer = image.subarray(end, end + trailerSize);
  const expected = trailerOf(image.subarray(0, end));
  if (expected.equals(trailer)) return undefined;
  return { expected, ...(trailer.length === trailerSize && { found: Uint8Array.from(trailer) }) };
}

/** A CRC-32 is stored plus one where its highest bit is clear, else as its complement (SDK, tools/gen_appbin.py). */
function trailerOf(bytes: Uint8Array): Buffer {
  const crc = crc32(bytes);
  const trailer = Buffer.alloc(trailerSize);
  trailer.writeUInt32LE(crc & 0x80000000 ? ~crc >>> 0 : crc + 1);
  return trailer;
}

/** Reads the segments for the RAM of the image at an address, and checks it as the boot loader does. */
export function readImage(flash: Uint8Array, start: number): ImageSegment[] | ImageFault {
  const data = new DataView(flash.buffer, flash.byteOffset, flash.byteLength);
  let at = start;
  const need = (count: number) => at + count <= flash.length;
  if (!need(headerSize)) return 'nothing';
  if (flash[at] === flashMagic && flash[at + 1] === flashVersion) {
    at += headerSize;
    if (!need(segmentHeaderSize)) return 'cut-off';
    at += segmentHeaderSize + data.getUint32(at + 4, true);
    if (!need(headerSize)) return 'cut-off';
  }
  if (flash[at] !== ramMagic) return at === start ? 'nothing' : 'cut-off';
  const count = flash[at + 1] ?? 0;
  if (count === 0 || count > maxSegments) return 'nothing';
  const begin = at;
  at += headerSize;
  const segments: ImageSegment[] = [];
  for (let index = 0; index < count; index++) {
    if (!need(segmentHeaderSize)) return 'cut-off';
    const [address, length] = [data.getUint32(at, true), data.getUint32(at + 4, true)];
    at += segmentHeaderSize;
    if (!need(length)) return 'cut-off';
    segments.push({ address, bytes: flash.subarray(at, at + length) });
    at += length;
  }
  at = checksumEnd(begin, at) - 1;
  if (!need(1)) return 'cut-off';
  return flash[at] === checksum(segments) ? segments : 'checksum';
}

/** An image for one of the two slots, with the code that is executed in the flash in front. */
export function buildImage(
  slot: 1 | 2,
  entry: number,
  code: Uint8Array,
  segments: readonly ImageSegment[],
): Uint8Array {
  const image = Buffer.concat([
    header(flashMagic, flashVersion, slot, entry),
    ...segmentParts({ address: 0, bytes: pad(code, 16) }),
    buildRamImage(entry, segments),
  ]);
  return Buffer.concat([image, trailerOf(image)]);
}

/** An image that the ROM starts when it lies at address 0: eagle.flash.bin, boot.bin. */
export function buildRamImage(entry: number, segments: readonly ImageSegment[]): Uint8Array {
  const padded = segments.map(({ address, bytes }) => ({ address, bytes: pad(bytes, 4) }));
  const ram = [header(ramMagic, padded.length, 0, entry), ...padded.flatMap(segmentParts)];
  const length = ram.reduce((sum, part) => sum + part.length, 0);
  const tail = Buffer.alloc(alignUp(length + 1, checksumAlignment) - length);
  tail[tail.length - 1] = checksum(padded);
  return Buffer.concat([...ram, tail]);
}

/**
 * Returns the image with the flash's map, mode and frequency in its header, where the ROM and the SDK look for them: only in an
 * image at address 0. What is not an image stays as it is.
 */
export function withFlashHeader(
  image: Uint8Array,
  map: FlashMap,
  { mode, frequency }: FlashChip,
): Uint8Array {
  if (image.length < headerSize || image[0] !== ramMagic) return image;
  const changed = Uint8Array.from(image);
  if (mode !== 'keep') changed[2] = flashModes[mode];
  const low = frequency === 'keep' ? (image[3] ?? 0) & 0xf : flashFrequencies[frequency];
  changed[3] = (map.id << 4) | low;
  return changed;
}

function header(magic: number, count: number, last: number, entry: number): Buffer {
  const bytes = Buffer.from([magic, count, 0, last, 0, 0, 0, 0]);
  bytes.writeUInt32LE(entry, 4);
  return bytes;
}

function segmentParts({ address, bytes }: ImageSegment): Uint8Array[] {
  const start = Buffer.alloc(segmentHeaderSize);
  start.writeUInt32LE(address, 0);
  start.writeUInt32LE(bytes.length, 4);
  return [start, bytes];
}

function checksum(segments: readonly ImageSegment[]): number {
  let sum = checksumSeed;
  for (const { bytes } of segments) for (const byte of bytes) sum ^= byte;
  return sum;
}

/** Where the bytes up to the checksum end, for an image that begins at `begin` and whose segments end at `end`. */
function checksumEnd(begin: number, end: number): number {
  return begin + alignUp(end - begin + 1, checksumAlignment);
}

function pad(bytes: Uint8Array, alignment: number): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc(alignUp(bytes.length, alignment) - bytes.length)]);
}

function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
