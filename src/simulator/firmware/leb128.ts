import type { ByteReader } from './byteReader';

/** A LEB128 number of up to 64 bits, exactly; higher bits are lost. Throws OutOfBytes. */
export function exactLeb(reader: ByteReader, signed: boolean): bigint {
  let value = 0n;
  let shift = 0n;
  let byte: number;
  do {
    byte = reader.u8();
    if (shift < 64n) value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
  } while (byte >= 0x80);
  if (!signed) return BigInt.asUintN(64, value);
  return (byte & 0x40) !== 0 && shift < 64n ? value - (1n << shift) : BigInt.asIntN(64, value);
}
