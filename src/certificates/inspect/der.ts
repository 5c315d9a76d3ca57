/** Deeper or larger structures are no certificates; a parser that recurses would run out of its stack on them. */
const deepest = 24;
const maxElements = 20_000;

/**
 * Returns the length of the DER element at the start of `bytes`, undefined if there is none that is complete, nested no deeper and
 * split no finer than certificates are. A check ahead of the real parser: takes time in proportion to the bytes.
 */
export function derLength(bytes: Uint8Array): number | undefined {
  const outer = header(bytes, 0, bytes.length);
  if (outer === undefined) return undefined;
  /** Where the open elements end. */
  const ends = [outer.end];
  let at = outer.start;
  for (let elements = 0; elements < maxElements; elements++) {
    while (ends.at(-1) === at) ends.pop();
    const end = ends.at(-1);
    if (end === undefined) return outer.end;
    const element = header(bytes, at, end);
    if (element === undefined) return undefined;
    if (!element.constructed) {
      at = element.end;
      continue;
    }
    if (ends.length >= deepest) return undefined;
    ends.push(element.end);
    at = element.start;
  }
  return undefined;
}

/** The element that begins at `at` and ends by `limit`: X.690, 8.1.2 and 8.1.3, with one byte of tag and up to three of length. */
function header(
  bytes: Uint8Array,
  at: number,
  limit: number,
): { start: number; end: number; constructed: boolean } | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  let length = first;
  let start = at + 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 3) return undefined;
    length = 0;
    for (let index = 0; index < count; index++) length = (length << 8) | (bytes[start++] ?? 0);
  }
  return start + length <= limit
    ? { start, end: start + length, constructed: (tag & 0x20) !== 0 }
    : undefined;
}

/** Bytes of the tag and length at the start of a DER element. */
export function headerLength(der: Uint8Array): number {
  const first = der[1] ?? 0;
  return first < 0x80 ? 2 : 2 + (first & 0x7f);
}
