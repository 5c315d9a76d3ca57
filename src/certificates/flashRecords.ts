import { isUtf8 } from 'node:buffer';
import { ProblemError } from '../problems';

/** An entry of a record file: what esp_ca_cert.bin and esp_cert_private_key.bin are made of. */
export interface FlashRecord {
  name: string;
  /** DER or PEM. */
  data: Uint8Array;
}

/** The device takes its own certificate and key by these names (libssl and libmbedtls alike); names of CA records are free. */
export const recordNames = {
  ca: 'TLS.ca_x509.cer',
  certificate: 'certificate',
  privateKey: 'private_key',
} as const;

/** Bytes of a record for its name. */
export const nameSize = 32;
/** Bytes of a record ahead of its data. */
export const headerSize = nameSize + 2;
/** Erased flash in the place of a length: the device reads no further. */
export const endOfList = 0xffff;

/**
 * Returns the records as the device reads them from its flash: for each a zero-padded name of 32 bytes, the length as
 * 16 bits little-endian, the data; nothing before, between or behind. Sorted by name, so that the same records make the
 * same file. Throws a Problem for a record that has no such form.
 */
export function encodeRecords(records: readonly FlashRecord[]): Uint8Array {
  const sorted = [...records].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return Buffer.concat(sorted.flatMap(record => [header(record), record.data]));
}

function header({ name, data }: FlashRecord): Buffer {
  if (!/^[\x20-\x7e]+$/.test(name)) throw new ProblemError({ kind: 'record-name-invalid', name });
  if (name.length > nameSize) throw new ProblemError({ kind: 'record-name-too-long', name });
  if (data.length === 0) throw new ProblemError({ kind: 'record-empty', name });
  if (data.length >= endOfList) {
    throw new ProblemError({ kind: 'record-too-large', name, length: data.length });
  }
  const bytes = Buffer.alloc(headerSize);
  bytes.write(name, 'latin1');
  bytes.writeUInt16LE(data.length, nameSize);
  return bytes;
}

/** Where a record lies in a file. */
export interface RecordPlace {
  name: string;
  /** Bytes of its name without the zeros behind it. */
  nameLength: number;
  /** Of its header. */
  offset: number;
  dataOffset: number;
  /** Of its data. */
  length: number;
}

/** What ends a list of records before its end. */
export interface RecordFault {
  kind: 'name' | 'empty' | 'cut off' | 'zero padding' | 'rest';
  offset: number;
}

/** Returns where the records of a record file or of flash contents lie, up to the end or the first that does not fit. */
export function placeRecords(bytes: Uint8Array): { places: RecordPlace[]; fault?: RecordFault } {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const places: RecordPlace[] = [];
  let at = 0;
  while (at < view.length) {
    const fault = (kind: RecordFault['kind'], offset: number) => ({ places, fault: { kind, offset } });
    if (at + headerSize > view.length) {
      const rest = view.subarray(at);
      if (rest.every(byte => byte === 0xff)) break;
      return fault(rest.every(byte => byte === 0) ? 'zero padding' : 'rest', at);
    }
    const length = view.readUInt16LE(at + nameSize);
    if (length === endOfList) break;
    const nameField = view.subarray(at, at + nameSize);
    const nameLength = nameField.includes(0) ? nameField.indexOf(0) : nameSize;
    if (nameLength === 0 && view.subarray(at).every(byte => byte === 0)) return fault('zero padding', at);
    const name = nameText(nameField.subarray(0, nameLength));
    const dataOffset = at + headerSize;
    // Neither library looks at the name of a CA record; other bytes than a name's are one where DER or PEM follows them.
    if (!/^[\x20-\x7e]+$/.test(name) && !beginsData(view[dataOffset])) return fault('name', at);
    if (length === 0) return fault('empty', at + nameSize);
    if (dataOffset + length > view.length) return fault('cut off', at + nameSize);
    places.push({ name, nameLength, offset: at, dataOffset, length });
    at = dataOffset + length;
  }
  return { places };
}

/** A name as people wrote it; UTF-8 where it is that. */
function nameText(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : bytes.toString('latin1');
}

/** DER (SEQUENCE) or PEM (a hyphen). */
function beginsData(byte: number | undefined): boolean {
  return byte === 0x30 || byte === 0x2d;
}

/**
 * Returns the records of a record file or of flash contents, in their order. The list ends with the bytes or where
 * flash is erased. Throws the Problem `records-broken` with the offset of what does not fit; `file` is named in it.
 */
export function decodeRecords(bytes: Uint8Array, file: string): FlashRecord[] {
  const { places, fault } = placeRecords(bytes);
  if (fault) throw new ProblemError({ kind: 'records-broken', file, offset: fault.offset });
  // Copied: the caller's bytes may be a device's flash, which changes.
  return places.map(({ name, dataOffset, length }) => ({
    name,
    data: Uint8Array.from(bytes.subarray(dataOffset, dataOffset + length)),
  }));
}
