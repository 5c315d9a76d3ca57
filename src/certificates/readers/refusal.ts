/** Codes of mbed TLS's ASN.1 reader (asn1.h of 2.2.1). */
export const asn1Codes = {
  outOfData: -0x60,
  unexpectedTag: -0x62,
  invalidLength: -0x64,
  lengthMismatch: -0x66,
  invalidData: -0x68,
} as const;

/** Why a library's reader refuses data, as far as a person can do something about it. */
export type RefusalReason =
  /** Neither DER nor PEM with a label that the reader looks for. */
  | { kind: 'unknown format' }
  /** PEM without a line end after its BEGIN line. */
  | { kind: 'pem line end' }
  /** PEM without an END line for its BEGIN line. */
  | { kind: 'pem end' }
  /** A blank inside a line of base64. */
  | { kind: 'pem blank' }
  | { kind: 'pem character'; character: string }
  /** PEM without contents. */
  | { kind: 'pem empty' }
  /** A PEM label that the reader does not look for. */
  | { kind: 'pem label'; label: string }
  | { kind: 'encrypted' }
  /** The contents are of another kind than the label says. */
  | { kind: 'other contents'; label: string }
  | { kind: 'critical extension'; oid: string }
  | { kind: 'signature algorithm'; oid: string }
  /** RSASSA-PSS, or parameters that the signature algorithm does not have. */
  | { kind: 'signature parameters'; oid: string }
  | { kind: 'key algorithm'; oid: string }
  | { kind: 'version' }
  /** PEM in an array, for a library that reads PEM from records only. */
  | { kind: 'pem array' }
  /** PKCS#8, for a library that reads PKCS#1 only. */
  | { kind: 'key format' }
  /** A kind of text in a name. */
  | { kind: 'name text' }
  /** Bytes behind a certificate, for a library that takes them for another one. */
  | { kind: 'trailing' }
  | { kind: 'too many certificates' }
  /** The numbers of the key do not belong together, or it has too few or too many bits. */
  | { kind: 'key numbers' }
  | { kind: 'damaged' };

/** A reader's refusal: what the library's function returns, and why. Thrown inside the readers only. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly reason: RefusalReason,
    /** A code of the ASN.1 reader alone, which the caller adds its own to. */
    readonly isBare = false,
  ) {
    super();
  }
}

/** What a reader refuses; undefined for what it reads. */
export function refusalOf(read: () => void): Refusal | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
