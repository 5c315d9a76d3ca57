import { nameSize, recordNames } from './flashRecords';

/**
 * Whether these bytes, of a flash or a packet, hold a private key: as PEM, as DER (PKCS#1, PKCS#8, SEC 1) or in a record of the device's.
 * Firmware with a TLS library has the names of all of these in its code, without a key behind them.
 */
export function holdsPrivateKey(contents: Uint8Array): boolean {
  const bytes = Buffer.from(contents.buffer, contents.byteOffset, contents.length);
  return (
    anyAt(bytes, Buffer.from(pemEnd), at => isPem(bytes, at)) ||
    anyAt(bytes, Buffer.from([sequence]), at => isDer(bytes, at)) ||
    anyAt(bytes, recordName, at => isRecord(bytes, at))
  );
}

/** Whether `test` holds at one of the places where `mark` is. */
function anyAt(bytes: Buffer, mark: Buffer, test: (at: number) => boolean): boolean {
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) if (test(at)) return true;
  return false;
}

const pemEnd = 'PRIVATE KEY-----';
/** “-----BEGIN ENCRYPTED ” and the like. */
const longestPemStart = 40;

function isPem(bytes: Buffer, at: number): boolean {
  const before = bytes.toString('latin1', Math.max(0, at - longestPemStart), at);
  const behind = bytes.toString('latin1', at + pemEnd.length, at + pemEnd.length + longestPemStart);
  // In JSON and in C sources line breaks are escapes.
  return /-----BEGIN ([A-Z0-9]+ )*$/.test(before) && /^[ \t]*([\r\n]|\\[rn])+[A-Za-z0-9+/]{4}/.test(behind);
}

const recordName = Buffer.alloc(nameSize);
recordName.write(recordNames.privateKey);
const erasedLength = 0xffff;

function isRecord(bytes: Buffer, at: number): boolean {
  if (at + nameSize + 2 > bytes.length) return false;
  const length = bytes.readUInt16LE(at + nameSize);
  return length > 0 && length < erasedLength;
}

const integer = 0x02;
const octetString = 0x04;
const objectIdentifier = 0x06;
const sequence = 0x30;
/** Bytes of the shortest RSA modulus, of 512 bits, and of the longest public exponent that is in use. */
const shortestModulus = 64;
const longestExponent = 5;
/** Bytes of the private numbers of Ed25519 and P-521. */
const scalar = { shortest: 20, longest: 66 };

/** Looks at the first values of a key only: a packet may end before it does. */
function isDer(bytes: Buffer, at: number): boolean {
  const key = valueAt(bytes, at);
  const version = key && valueAt(bytes, key.start);
  if (version?.tag !== integer || version.length !== 1 || (bytes[version.start] ?? 2) > 1) return false;
  const next = valueAt(bytes, version.end);
  if (next === undefined || key === undefined) return false;
  switch (next.tag) {
    case integer: {
      const exponent = valueAt(bytes, next.end);
      // The private exponent and the primes take more than twice the modulus again.
      return (
        next.length >= shortestModulus &&
        key.length > 3 * next.length &&
        exponent?.tag === integer &&
        exponent.length <= longestExponent
      );
    }
    case sequence:
      return (
        valueAt(bytes, next.start)?.tag === objectIdentifier && valueAt(bytes, next.end)?.tag === octetString
      );
    case octetString:
      return next.length >= scalar.shortest && next.length <= scalar.longest && next.end <= key.end;
    default:
      return false;
  }
}

interface Value {
  tag: number;
  length: number;
  /** Of its contents. */
  start: number;
  end: number;
}

/** The value of DER that would start here; undefined where the bytes end. */
function valueAt(bytes: Buffer, at: number): Value | undefined {
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined) return undefined;
  const longForm = 0x80;
  const count = first < longForm ? 0 : first - longForm;
  const start = at + 2 + count;
  // No key needs more than two bytes for its length.
  if (count > 2 || first === longForm || start > bytes.length) return undefined;
  const length = count === 0 ? first : bytes.readUIntBE(at + 2, count);
  return { tag, length, start, end: start + length };
}
