/** An address or word with all its digits: 0x40210000. */
export function hex(value: number): string {
  return `0x${hexDigits(value >>> 0, 8)}`;
}

/** A number as people write it in C and on command lines: 0x3B. */
export function shortHex(value: number): string {
  return `0x${value.toString(16).toUpperCase()}`;
}

/** At least so many digits, without 0x: “0a”. */
export function hexDigits(value: number | bigint, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
