/** A value of DER by its tag and length; where it ends need not be among the bytes. */
export interface DerValue {
  tag: number;
  length: number;
  /** Of its contents. */
  start: number;
  end: number;
}

/** Tags of X.690, 8.1.2. */
export const tags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  /** [0], constructed: the version of a certificate. */
  context0: 0xa0,
} as const;

/** Returns the value of DER that would start here; undefined where the bytes end, and for lengths that no certificate or key has. */
export function derValueAt(bytes: Uint8Array, at: number): DerValue | undefined {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined) return undefined;
  const longForm = 0x80;
  const count = first < longForm ? 0 : first - longForm;
  const start = at + 2 + count;
  // No certificate or key needs more than two bytes for its length.
  if (count > 2 || first === longForm || start > bytes.length) return undefined;
  const length =
    count === 0
      ? first
      : count === 1
        ? (bytes[at + 2] ?? 0)
        : (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0);
  return { tag, length, start, end: start + length };
}
