import { type DerValue, derValueAt, tags } from './derValue';
import { endOfList, headerSize, nameSize, recordNames } from './flashRecords';

/** What looks like a certificate or key among other bytes: a flash, a firmware, a packet. */
export interface Find {
  kind: 'certificate' | 'key' | 'other';
  /** A record is found by its name alone, whatever its data is. */
  form: 'pem' | 'der' | 'record';
  offset: number;
  /** Up to the end that it says it has, which need not be among the bytes. */
  length: number;
}

/**
 * Finds what looks like certificates and keys, each kind by its mark: first PEM, then DER (X.509, PKCS#1, PKCS#8, SEC 1), then records
 * with a private key. Firmware with a TLS library has the names of all of these in its code, without contents: they are not found.
 * Takes time in proportion to the bytes.
 */
export function* scan(contents: Uint8Array): Generator<Find> {
  const bytes = Buffer.from(contents.buffer, contents.byteOffset, contents.length);
  yield* pemIn(bytes);
  yield* derIn(bytes);
  yield* recordsIn(bytes);
}

const pemMark = '-----BEGIN ';
const dashes = '-----';
/** Labels of RFC 7468 are shorter. */
const longestLabel = 64;
/** Chains and bundles are many blocks; no block is longer. */
const longestBlock = 0x10000;
/**
 * A label with contents: base64 (or the headers of RFC 1421) in the next line, or at once where the line ends are lost. In JSON and in C
 * sources line ends are escapes.
 */
const pemStart =
  /^-----BEGIN ([A-Z0-9][A-Z0-9 #.]{0,63})-----(?:[ \t]*(?:[\r\n]|\\[rn])+[ \t]*[A-Za-z0-9+/]{4}|MI[A-Za-z0-9+/]{14})/;

function* pemIn(bytes: Buffer): Generator<Find> {
  for (let at = bytes.indexOf(pemMark); at >= 0; at = bytes.indexOf(pemMark, at + pemMark.length)) {
    const head = bytes.toString('latin1', at, at + pemMark.length + longestLabel + 40);
    const label = pemStart.exec(head)?.[1];
    if (label === undefined) continue;
    const kind = label.endsWith('PRIVATE KEY')
      ? 'key'
      : label.endsWith('CERTIFICATE')
        ? 'certificate'
        : 'other';
    yield { kind, form: 'pem', offset: at, length: pemEnd(bytes, at, label) - at };
  }
}

/** Where a block ends; one without its END line at the next mark, or where no text is any more. */
function pemEnd(bytes: Buffer, at: number, label: string): number {
  const start = at + pemMark.length + label.length + dashes.length;
  const rest = bytes.subarray(start, start + longestBlock);
  const closing = `-----END ${label}-----`;
  const next = rest.indexOf(dashes);
  const inner = next === -1 ? rest : rest.subarray(0, next);
  if (next !== -1 && rest.toString('latin1', next, next + closing.length) === closing)
    return start + next + closing.length;
  const end = inner.findIndex(
    byte => byte > 0x7e || (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09),
  );
  return start + (end === -1 ? inner.length : end);
}

function* derIn(bytes: Uint8Array): Generator<Find> {
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== tags.sequence) continue;
    const outer = derValueAt(bytes, at);
    if (outer === undefined) continue;
    const inner = bytes[outer.start];
    const kind =
      inner === tags.integer && isKey(bytes, outer)
        ? 'key'
        : inner === tags.sequence && isCertificate(bytes, outer)
          ? 'certificate'
          : undefined;
    if (kind !== undefined) yield { kind, form: 'der', offset: at, length: outer.end - at };
  }
}

/** Bytes of the shortest RSA modulus, of 512 bits, and of the longest public exponent that is in use. */
const shortestModulus = 64;
const longestExponent = 5;
/** Bytes of the private numbers of Ed25519 and P-521. */
const scalar = { shortest: 20, longest: 66 };

/** Looks at the first values of a key only: a packet may end before it does. */
function isKey(bytes: Uint8Array, key: DerValue): boolean {
  const version = derValueAt(bytes, key.start);
  if (version?.length !== 1 || (bytes[version.start] ?? 2) > 1) return false;
  const next = derValueAt(bytes, version.end);
  switch (next?.tag) {
    case tags.integer: {
      const exponent = derValueAt(bytes, next.end);
      // The private exponent and the primes take more than twice the modulus again.
      return (
        next.length >= shortestModulus &&
        key.length > 3 * next.length &&
        exponent?.tag === tags.integer &&
        exponent.length <= longestExponent
      );
    }
    case tags.sequence:
      return (
        derValueAt(bytes, next.start)?.tag === tags.objectIdentifier &&
        derValueAt(bytes, next.end)?.tag === tags.octetString
      );
    case tags.octetString:
      return next.length >= scalar.shortest && next.length <= scalar.longest && next.end <= key.end;
    default:
      return false;
  }
}

/** Certificate ::= SEQUENCE { TBSCertificate, AlgorithmIdentifier, BIT STRING }, RFC 5280, 4.1: the three fill it. */
function isCertificate(bytes: Uint8Array, whole: DerValue): boolean {
  const tbs = derValueAt(bytes, whole.start);
  if (tbs === undefined) return false;
  const first = bytes[tbs.start];
  if (first !== tags.context0 && first !== tags.integer) return false;
  const algorithm = derValueAt(bytes, tbs.end);
  if (algorithm?.tag !== tags.sequence || bytes[algorithm.start] !== tags.objectIdentifier) return false;
  const signature = derValueAt(bytes, algorithm.end);
  return signature?.tag === tags.bitString && signature.end === whole.end;
}

const keyRecord = Buffer.alloc(nameSize);
keyRecord.write(recordNames.privateKey);

function* recordsIn(bytes: Buffer): Generator<Find> {
  for (let at = bytes.indexOf(keyRecord); at >= 0; at = bytes.indexOf(keyRecord, at + 1)) {
    if (at + headerSize > bytes.length) return;
    const length = bytes.readUInt16LE(at + nameSize);
    if (length > 0 && length < endOfList)
      yield { kind: 'key', form: 'record', offset: at, length: headerSize + length };
  }
}
