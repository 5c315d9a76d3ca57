import type { Call, VariadicArguments } from './call';

/** A placeholder as the SDK's printf reads it: flags, width, precision, length, conversion. */
const placeholder = /%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(hh|h|ll|l|z)?(.)/gs;

/** Wide enough for any output of a device with 96 KB of RAM; stops a width of two thousand million. */
const widest = 4096;
/** More than all RAM holds. A format or an output beyond is cut: it can only come from the flash, over and over. */
const longestText = 0x20000;
/** Placeholders that one call formats; one that prints nothing costs time, too. */
const maxPlaceholders = 4096;
/** Instructions for each of them. */
const perPlaceholder = 100;

/**
 * The bytes that printf makes of the format at `address` and the arguments, one char a byte; `cut` where that is not all.
 * The SDK's printf knows no floating point: %f stays in the text as it is.
 */
export function formatText(
  call: Call,
  address: number,
  values: VariadicArguments,
): { text: string; cut: boolean } {
  const format = latin1(call.cString(address, longestText));
  let text = '';
  let end = 0;
  let placeholders = 0;
  for (const match of format.matchAll(placeholder)) {
    if (text.length >= longestText || ++placeholders > maxPlaceholders)
      return { text: text.slice(0, longestText), cut: true };
    text += format.slice(end, match.index) + placed(call, values, match, longestText - text.length);
    end = match.index + match[0].length;
  }
  text += format.slice(end);
  return { text: text.slice(0, longestText), cut: text.length >= longestText };
}

/** What is in the output for a placeholder; of a string at most `longest` bytes. */
function placed(call: Call, values: VariadicArguments, match: RegExpMatchArray, longest: number): string {
  call.charge(perPlaceholder);
  const [whole, flags = '', width, precision, size, kind = ''] = match;
  if (kind === '%') return '%';
  if (!'diuxXopcs'.includes(kind)) return whole;
  let left = flags.includes('-');
  let columns = width === '*' ? values.int() : Number(width ?? 0);
  if (columns < 0) {
    left = true;
    columns = -columns;
  }
  columns = Math.min(columns, widest);
  const given = precision === '*' ? values.int() : Number(precision ?? 0);
  const digits = whole.includes('.') && given >= 0 ? given : undefined;

  let text: string;
  if (kind === 'c') text = String.fromCharCode(values.int() & 0xff);
  else if (kind === 's') text = readText(call, values.int() >>> 0, Math.min(digits ?? longest, longest));
  else {
    const value = size === 'll' ? wideInteger(values, kind) : BigInt(integer(values.int(), kind, size));
    text = numberText(value, kind, flags, digits && Math.min(digits, widest));
    if (flags.includes('0') && !left && !whole.includes('.')) {
      const sign = /^(?:[-+ ]|0[xX])?/.exec(text)?.[0] ?? '';
      return sign + text.slice(sign.length).padStart(columns - sign.length, '0');
    }
  }
  return left ? text.padEnd(columns) : text.padStart(columns);
}

function integer(word: number, kind: string, size: string | undefined): number {
  const signed = kind === 'd' || kind === 'i';
  if (size === 'hh') return signed ? (word << 24) >> 24 : word & 0xff;
  if (size === 'h') return signed ? (word << 16) >> 16 : word & 0xffff;
  return signed ? word : word >>> 0;
}

function wideInteger(values: VariadicArguments, kind: string): bigint {
  const { low, high } = values.pair();
  const value = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  return kind === 'd' || kind === 'i' ? BigInt.asIntN(64, value) : value;
}

function numberText(value: bigint, kind: string, flags: string, digits: number | undefined): string {
  const negative = value < 0n;
  const magnitude = negative ? -value : value;
  const base = kind === 'o' ? 8 : kind === 'x' || kind === 'X' || kind === 'p' ? 16 : 10;
  let text = magnitude.toString(base);
  if (kind === 'X') text = text.toUpperCase();
  if (digits !== undefined) text = digits === 0 && magnitude === 0n ? '' : text.padStart(digits, '0');
  if (flags.includes('#') && magnitude !== 0n)
    text = { 8: '0', 10: '', 16: kind === 'X' ? '0X' : '0x' }[base] + text;
  if (negative) return `-${text}`;
  if (kind !== 'd' && kind !== 'i') return text;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

/** One char a byte; at most `limit` bytes, which then need no NUL behind them. */
function readText(call: Call, address: number, limit: number): string {
  // As the ROM's ets_vprintf; the SDK's libssl relies on it.
  return address === 0 ? '<null>' : latin1(call.cString(address, limit));
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
