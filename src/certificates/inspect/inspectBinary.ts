import { headerSize, nameSize } from '../flashRecords';
import { type Find, scan } from '../scan';
import type { Item, Span } from './model';
import { readData } from './readData';
import type { Role } from './setters';

/** No firmware has more certificates; the bundle of a browser has some 150. */
const maxItems = 500;
/**
 * Bytes that may be read in vain, beyond a part of the file: what only looks like a certificate is rare but in files that are made to be
 * slow.
 */
const vainBytes = 256 * 1024;
const vainPart = 16;

/**
 * Finds certificates and keys among other bytes, in DER and PEM, alone or in a record, in the order of their offsets. What lies in
 * `known` is left out. Takes time in proportion to the bytes.
 */
export function findItems(
  bytes: Uint8Array,
  known: readonly Span[] = [],
): { items: Item[]; hasMore: boolean } {
  const items: Item[] = [];
  let vain = vainBytes + bytes.length / vainPart;
  let end = 0;
  const left = known.toSorted((a, b) => a.offset - b.offset);
  for (const find of findsIn(bytes)) {
    while (left[0] !== undefined && left[0].offset + left[0].length <= find.offset) left.shift();
    const isKnown = left[0] !== undefined && left[0].offset < find.offset + find.length;
    if (find.offset < end || isKnown) continue;
    if (items.length === maxItems || vain < 0) return { items, hasMore: true };
    const item = itemOf(bytes, find);
    if (item === undefined) {
      vain -= find.length;
      continue;
    }
    items.push(item);
    end = find.offset + find.length;
  }
  return { items, hasMore: false };
}

/** All that are complete, by offset. */
function findsIn(bytes: Uint8Array): Find[] {
  const finds: Find[] = [];
  for (const find of scan(bytes))
    if (find.form !== 'record' && find.offset + find.length <= bytes.length) finds.push(find);
  return finds.sort((a, b) => a.offset - b.offset);
}

/** What is found, with the header of a record around it if there is one; undefined for DER that is neither certificate nor key. */
function itemOf(bytes: Uint8Array, { offset, length, form, kind }: Find): Item | undefined {
  const record = recordAround(bytes, offset, length);
  const dataRange = { offset, length: record?.length ?? length };
  const data = bytes.subarray(offset, offset + dataRange.length);
  const read = readData(data, roles[kind]);
  const [content] = read.contents;
  if (content === undefined || (form === 'der' && content.kind === 'other')) return undefined;
  const range = record ? { offset: offset - headerSize, length: headerSize + dataRange.length } : dataRange;
  const label =
    form === 'pem' ? /BEGIN ([^-]+)-/.exec(Buffer.from(data.subarray(0, 90)).toString('latin1'))?.[1] : 'DER';
  return { name: record?.name ?? label ?? 'PEM', range, dataRange, size: dataRange.length, ...read };
}

const roles: Record<Find['kind'], Role | undefined> = {
  certificate: 'certificate',
  key: 'key',
  other: undefined,
};

/** Bytes that a record may have behind its PEM: a line end and a NUL. */
const longestTail = 3;

/** The record whose data begins at `offset`, with so many bytes or a little more. */
function recordAround(
  bytes: Uint8Array,
  offset: number,
  length: number,
): { name: string; length: number } | undefined {
  if (offset < headerSize) return undefined;
  const header = Buffer.from(bytes.subarray(offset - headerSize, offset));
  const recorded = header.readUInt16LE(nameSize);
  if (recorded < length || recorded > length + longestTail || offset + recorded > bytes.length)
    return undefined;
  const name = /^([\x20-\x7e]{1,32})\0*$/.exec(header.toString('latin1', 0, nameSize))?.[1];
  return name === undefined ? undefined : { name, length: recorded };
}
