const simpleEscapes: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

/** The bytes of a string or character literal, raw ones among them. */
export function stringBytes(literal: string): number[] {
  const raw = /^(?:u8|[LuU])?R"[^(]{0,16}\(/.exec(literal)?.[0];
  if (raw !== undefined) {
    const closing = literal.lastIndexOf(')');
    return [...Buffer.from(literal.slice(raw.length, closing === -1 ? literal.length : closing), 'latin1')];
  }
  const bytes: number[] = [];
  const end = literal.length > 1 && literal.endsWith(literal.charAt(0)) ? literal.length - 1 : literal.length;
  for (let at = 1; at < end; at++) {
    const char = literal.charAt(at);
    if (char !== '\\') {
      bytes.push(char.charCodeAt(0) & 0xff);
      continue;
    }
    const [, octal, hex, joined, other = ''] =
      /^(?:([0-7]{1,3})|x([0-9a-fA-F]{1,8})|(\r?\n)|([^]?))/.exec(
        literal.slice(at + 1, Math.min(at + 12, end)),
      ) ?? [];
    at += (octal ?? joined ?? (hex === undefined ? other : `x${hex}`)).length;
    if (joined !== undefined) continue;
    const value =
      octal !== undefined
        ? Number.parseInt(octal, 8)
        : hex !== undefined
          ? Number.parseInt(hex, 16)
          : (simpleEscapes.get(other) ?? other.charCodeAt(0));
    bytes.push(value & 0xff);
  }
  return bytes;
}
