import { hexDigits } from '../../text/hex';
/** Text longer than this is cut. */
export const longestString = 200;

/** A signed or unsigned little-endian integer of any size. */
export function readInteger(bytes: Uint8Array, signed: boolean): bigint {
  let value = 0n;
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  return signed ? BigInt.asIntN(bytes.length * 8, value) : value;
}

/** An IEEE number of 4 or 8 bytes; undefined for other sizes. */
export function readFloat(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 4) return view.getFloat32(0, true);
  return bytes.length === 8 ? view.getFloat64(0, true) : undefined;
}

/** The shortest decimal number that is this value in a float or double of `size` bytes. */
export function floatText(value: number, size: number): string {
  if (Object.is(value, -0)) return '-0';
  if (size === 4) {
    for (let digits = 1; digits < 9; digits++) {
      const text = value.toPrecision(digits);
      if (Math.fround(Number(text)) === value) return `${Number(text)}`;
    }
  }
  return `${value}`;
}

/** A character as C writes it: `'A'`, `'\n'`, `'\xff'`. */
export function characterText(code: number): string {
  return code === 0x27 ? "'\\''" : code === 0x22 ? "'\"'" : `'${escapeByte(code)}'`;
}

/** Bytes as a C string in quotes, up to the first NUL; `…` follows the quote if they continue or have been cut. */
export function stringText(bytes: Uint8Array, goesOn: boolean): string {
  const nul = bytes.indexOf(0);
  const text = bytes.subarray(0, nul < 0 ? bytes.length : nul);
  const shown = text.subarray(0, longestString);
  const cut = shown.length < text.length || (nul < 0 && goesOn);
  return `"${decode(shown)}"${cut ? '…' : ''}`;
}

/** UTF-8 where it is valid; all else byte by byte. */
function decode(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at] ?? 0;
    const length = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const character = length > 1 ? utf8(bytes.subarray(at, at + length)) : undefined;
    text += character ?? escapeByte(first);
    at += character === undefined ? 1 : length;
  }
  return text;
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const escapes = new Map([
  [0x00, '\\0'],
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
]);

function escapeByte(byte: number): string {
  const escape = escapes.get(byte);
  if (escape !== undefined) return escape;
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${hexDigits(byte, 2)}`;
}
