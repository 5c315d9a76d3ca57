import { isEspAt } from '../certificates/insteadOfRecords';
import { initDataSize, initDataStart } from './initData';
import { checkTrailer, type ImageSegment, innerHeader, isSlotImage, readImage } from './appImage';
import { type FileContents, type FlashSettings, oldCodeOffset, type TrailerFault } from './contents';
import { flashFrequencies, flashModes } from './maps';

/** Returns what a file is; nothing in it is trusted. */
export function contentsOf(bytes: Uint8Array): FileContents {
  const segments = readImage(bytes, 0);
  const found = typeof segments === 'string' ? segments : trailerFault(bytes, segments);
  const fault = found === undefined ? {} : { fault: found };
  if (isSlotImage(bytes)) {
    const settings = settingsIn(innerHeader(bytes));
    // Tools other than the SDK's leave no number there.
    return { kind: 'slot-image', slot: bytes[2] === 0 ? (bytes[3] ?? 0) : 0, settings, ...fault };
  }
  const settings = segments === 'nothing' ? undefined : settingsIn(bytes);
  if (settings !== undefined) return { kind: 'start-image', length: bytes.length, settings, ...fault };
  if (Buffer.from(bytes.subarray(0, pemStart.length)).toString('latin1') === pemStart) return { kind: 'pem' };
  if (isDer(bytes)) return { kind: 'der' };
  if (isEspAt(bytes)) return { kind: 'esp-at' };
  const begin = bytes.slice(0, 2);
  if (isErased(bytes)) return { kind: 'blank', begin };
  if (isInitData(bytes)) return { kind: 'init-data', begin };
  return { kind: 'other', begin };
}

/** Only images for a slot end with a CRC. */
function trailerFault(bytes: Uint8Array, segments: readonly ImageSegment[]): TrailerFault | undefined {
  return isSlotImage(bytes) || bytes.length > oldCodeOffset ? checkTrailer(bytes, segments) : undefined;
}

const pemStart = '-----BEGIN ';

function isErased(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.every(byte => byte === 0xff);
}

/** 128 bytes, perhaps filled up to a sector. */
function isInitData(bytes: Uint8Array): boolean {
  return (
    bytes.length >= initDataSize &&
    bytes[0] === initDataStart &&
    bytes.subarray(initDataSize).every(byte => byte === 0xff)
  );
}

/** A sequence whose length of two bytes is that of the whole file, as certificates and keys have it. */
function isDer(bytes: Uint8Array): boolean {
  return (
    bytes[0] === 0x30 && bytes[1] === 0x82 && bytes.length === 4 + (bytes[2] ?? 0) * 256 + (bytes[3] ?? 0)
  );
}

function settingsIn(header: Uint8Array | undefined): FlashSettings | undefined {
  const [, , mode, mapAndFrequency] = header ?? [];
  if (mode === undefined || mapAndFrequency === undefined) return undefined;
  return {
    map: mapAndFrequency >> 4,
    mode: nameIn(flashModes, mode),
    frequency: nameIn(flashFrequencies, mapAndFrequency & 0xf),
  };
}

function nameIn(names: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(names).find(([, known]) => known === value)?.[0] ?? String(value);
}
