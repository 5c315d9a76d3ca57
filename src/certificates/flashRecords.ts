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

const nameSize = 32;
const headerSize = nameSize + 2;
/** Erased flash in the place of a length: the device reads no further. */
const endOfList = 0xffff;

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

/**
 * Returns the records of a record file or of flash contents, in their order. The list ends with the bytes or where
 * flash is erased. Throws the Problem `records-broken` with the offset of what does not fit; `file` is named in it.
 */
export function decodeRecords(bytes: Uint8Array, file: string): FlashRecord[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const broken = (offset: number) => new ProblemError({ kind: 'records-broken', file, offset });
  const records: FlashRecord[] = [];
  let at = 0;
  while (at < view.length) {
    if (at + headerSize > view.length) {
      if (view.subarray(at).every(byte => byte === 0xff)) break;
      throw broken(at);
    }
    const length = view.readUInt16LE(at + nameSize);
    if (length === endOfList) break;
    const name = view.toString('latin1', at, at + nameSize).replace(/\0+$/, '');
    if (!/^[\x20-\x7e]+$/.test(name)) throw broken(at);
    const start = at + headerSize;
    if (length === 0 || start + length > view.length) throw broken(at + nameSize);
    // Copied: the caller's bytes may be a device's flash, which changes.
    records.push({ name, data: Uint8Array.from(view.subarray(start, start + length)) });
    at = start + length;
  }
  return records;
}
