import { withFlashHeader } from './appImage';
import type { Layout } from './layout';
import { recordFileOf } from './recordFiles';
import { sectorSize, wholeSectors } from './sectors';

/** A file on its way to an address of the flash. */
export interface Piece {
  /** Byte address. */
  address: number;
  /** As the project names it. */
  file: string;
  /** Whether it holds certificates or keys, which can be flashed alone. */
  certificates: boolean;
}

/** A piece with the bytes that are written for it: whole sectors. */
export interface PieceToWrite extends Piece {
  bytes: Uint8Array;
}

/**
 * Returns what is to be flashed, by address: the images in the SDK's areas and the regions that have a file. `system-parameters` gets
 * its file in its second sector, where the SDK's download tables put blank.bin.
 */
export function piecesOf({ areas, images, regions }: Layout): Piece[] {
  const fromImages = images.flatMap(({ kind, file }) => {
    const area = areas.find(candidate => candidate.kind === kind);
    if (area === undefined) return [];
    const address = kind === 'system-parameters' ? area.address + sectorSize : area.address;
    return [{ address, file, certificates: false }];
  });
  const fromRegions = regions.flatMap(({ address, file }) =>
    address === undefined || file === undefined
      ? []
      : [{ address, file, certificates: recordFileOf(file) !== undefined }],
  );
  return [...fromImages, ...fromRegions].sort((a, b) => a.address - b.address);
}

/**
 * Returns a piece as it is written: filled up to whole sectors, and in an image at address 0 with the header that the layout
 * wants. A list of records that would need the sector behind it gets that only where nothing else lies there.
 */
export function pieceToWrite(piece: Piece, contents: Uint8Array, layout: Layout): PieceToWrite {
  const { address, certificates } = piece;
  const { areas, regions, map, chip } = layout;
  const padded = paddedToSectors(contents, certificates);
  const next = [...areas.filter(({ kind }) => kind !== 'gap'), ...regions]
    .map(other => other.address ?? 0)
    .filter(other => other >= address + wholeSectors(contents.length));
  const bytes = padded.subarray(0, Math.min(padded.length, ...next.map(other => other - address)));
  return { ...piece, bytes: address === 0 ? withFlashHeader(bytes, map, chip) : bytes };
}

/** One image of a whole flash of `size` bytes, erased where nothing is. The pieces must lie inside it. */
export function mergedImage(
  size: number,
  pieces: readonly { address: number; bytes: Uint8Array }[],
): Uint8Array {
  const image = new Uint8Array(size).fill(0xff);
  for (const { address, bytes } of pieces) image.set(bytes, address);
  return image;
}

/**
 * Returns the bytes as they have to be written so that the device sees their end: filled up with erased flash to whole sectors, and
 * by one more where a list of records would end at the border of a sector and be read on behind it.
 */
export function paddedToSectors(bytes: Uint8Array, isRecordFile: boolean): Uint8Array {
  const size = wholeSectors(bytes.length + (isRecordFile ? recordHeader : 0));
  const padded = new Uint8Array(size).fill(0xff);
  padded.set(bytes);
  return padded;
}

/** The length that ends a list of records is in the place of one more record's header of 34 bytes. */
const recordHeader = 34;
