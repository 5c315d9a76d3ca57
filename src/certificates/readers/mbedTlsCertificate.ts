import { type Algorithm, asn1, Asn1, isUnexpectedTag, oidText, tags, within } from './asn1';
import { readPublicKey } from './mbedTlsKey';
import { asn1Codes, Refusal } from './refusal';

/** Codes of x509.h and oid.h of mbed TLS 2.2.1. */
const codes = {
  invalidFormat: -0x2180,
  invalidVersion: -0x2200,
  invalidSerial: -0x2280,
  invalidAlgorithm: -0x2300,
  invalidName: -0x2380,
  invalidDate: -0x2400,
  invalidSignature: -0x2480,
  invalidExtensions: -0x2500,
  unknownVersion: -0x2580,
  unknownSignature: -0x2600,
  signatureMismatch: -0x2680,
  oidNotFound: -0x2e,
} as const;

/** Signature algorithms of the SDK's oid.c: RSA with MD2 to SHA-512 and RSASSA-PSS; ECDSA and SHA-3 are not in it. */
const signatureOids: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.1.2',
  '1.2.840.113549.1.1.3',
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.5',
  '1.2.840.113549.1.1.14',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  '1.3.14.3.2.29',
  '1.2.840.113549.1.1.10',
]);

/** The extensions that x509_crt.c reads; each may be there once. Any other critical one is refused. */
const extensions: ReadonlyMap<string, (value: Asn1) => void> = new Map([
  ['2.5.29.19', basicConstraints],
  ['2.5.29.15', keyUsage],
  ['2.5.29.37', extendedKeyUsage],
  ['2.5.29.17', alternativeNames],
  ['2.16.840.1.113730.1.1', netscapeType],
]);

/** Reads a certificate in DER as `mbedtls_x509_crt_parse_der` of the SDK does. Bytes behind it are ignored. Throws a {@link Refusal}. */
export function readCertificate(der: Uint8Array): void {
  const all = new Asn1(der);
  let length: number;
  try {
    length = all.tag(tags.sequence);
  } catch {
    throw new Refusal(codes.invalidFormat, { kind: 'damaged' });
  }
  const certificateEnd = all.at + length;
  const body = all.inner(within(codes.invalidFormat, () => all.tag(tags.sequence)));
  const signature = readBody(body);

  const rest = new Asn1(der, body.at, certificateEnd);
  const outer = within(codes.invalidAlgorithm, () => rest.algorithm());
  if (!isSame(signature, outer)) throw new Refusal(codes.signatureMismatch, { kind: 'damaged' });
  within(codes.invalidSignature, () => {
    if (rest.end - rest.at < 1) throw asn1('outOfData');
    rest.take(rest.wholeBitString());
  });
  if (!rest.isAtEnd()) throw mismatch(codes.invalidFormat);
}

/** Reads TBSCertificate and returns its signature algorithm. */
function readBody(body: Asn1): Algorithm {
  const version = readVersion(body);
  within(codes.invalidSerial, () => {
    if (body.end - body.at < 1) throw asn1('outOfData');
    // An implicit [2] is accepted in place of an INTEGER.
    if (body.next !== tags.integer && body.next !== 0x82) throw asn1('unexpectedTag');
    body.at++;
    body.take(body.length());
  });
  const signature = within(codes.invalidAlgorithm, () => body.algorithm());
  if (version > 3) throw new Refusal(codes.unknownVersion, { kind: 'version' });
  checkSignature(signature);
  readName(
    body,
    within(codes.invalidFormat, () => body.tag(tags.sequence)),
  );
  readDates(body);
  const subject = within(codes.invalidFormat, () => body.tag(tags.sequence));
  if (subject > 0) readName(body, subject);
  readPublicKey(body);
  if (version === 2 || version === 3) {
    readUniqueId(body, 1);
    readUniqueId(body, 2);
  }
  if (version === 3) readExtensions(body);
  if (!body.isAtEnd()) throw mismatch(codes.invalidFormat);
  return signature;
}

/** 1 to 3 and more; without one it is 1. */
function readVersion(body: Asn1): number {
  let length: number;
  try {
    length = body.tag(0xa0);
  } catch (error) {
    if (isUnexpectedTag(error)) return 1;
    throw error;
  }
  const inner = body.inner(length);
  const version = within(codes.invalidVersion, () => inner.int(), { kind: 'version' });
  if (!inner.isAtEnd()) throw mismatch(codes.invalidVersion);
  body.at = inner.at;
  return version + 1;
}

function checkSignature({ oid, parameters }: Algorithm): void {
  const text = oidText(oid);
  if (!signatureOids.has(text))
    throw new Refusal(codes.unknownSignature + codes.oidNotFound, { kind: 'signature algorithm', oid: text });
  if ((parameters.tag !== tags.null && parameters.tag !== 0) || parameters.bytes.length !== 0)
    throw new Refusal(codes.invalidAlgorithm, { kind: 'signature parameters', oid: text });
}

/** The kinds of text that a name may have. */
const nameTags: readonly number[] = [
  tags.bmp,
  tags.utf8,
  tags.t61,
  tags.printable,
  tags.ia5,
  tags.universal,
  tags.bitString,
];

function readName(body: Asn1, length: number): void {
  const name = body.inner(length);
  within(codes.invalidName, () => {
    do {
      const set = name.inner(name.tag(tags.set));
      do {
        set.tag(tags.sequence);
        if (set.end - set.at < 1) throw asn1('outOfData');
        set.value(tags.oid);
        if (set.end - set.at < 1) throw asn1('outOfData');
        if (!nameTags.includes(set.next)) throw asn1('unexpectedTag');
        set.at++;
        set.take(set.length());
      } while (!set.isAtEnd());
      name.at = set.at;
    } while (!name.isAtEnd());
  });
  body.at = name.at;
}

function readDates(body: Asn1): void {
  const dates = body.inner(within(codes.invalidDate, () => body.tag(tags.sequence)));
  readTime(dates);
  readTime(dates);
  if (!dates.isAtEnd()) throw mismatch(codes.invalidDate);
  body.at = dates.at;
}

function readTime(dates: Asn1): void {
  const tag = within(codes.invalidDate, () => {
    if (dates.end - dates.at < 1) throw asn1('outOfData');
    return dates.next;
  });
  if (tag !== tags.utcTime && tag !== tags.generalizedTime)
    throw new Refusal(codes.invalidDate + asn1Codes.unexpectedTag, { kind: 'damaged' });
  dates.at++;
  const length = within(codes.invalidDate, () => dates.length());
  const yearDigits = tag === tags.utcTime ? 2 : 4;
  const digits = yearDigits + 8 + (length > yearDigits + 8 ? 2 : 0);
  const isDigits = [...dates.take(digits)].every(byte => byte >= 0x30 && byte <= 0x39);
  const isUtc = length <= yearDigits + 10 || dates.take(1)[0] === 0x5a;
  if (!isDigits || !isUtc) throw new Refusal(codes.invalidDate, { kind: 'damaged' });
}

function readUniqueId(body: Asn1, number: number): void {
  if (body.isAtEnd()) return;
  try {
    body.take(body.tag(0xa0 | number));
  } catch (error) {
    if (!isUnexpectedTag(error)) throw error;
  }
}

function readExtensions(body: Asn1): void {
  if (body.isAtEnd()) return;
  let length: number;
  try {
    length = body.tag(0xa3);
  } catch (error) {
    if (isUnexpectedTag(error)) return;
    throw error;
  }
  const list = body.inner(length);
  const listed = within(codes.invalidExtensions, () => list.tag(tags.sequence));
  if (list.at + listed !== list.end) throw mismatch(codes.invalidExtensions);
  // From here on the library looks at the end of the certificate's body, not of the list.
  body.at = list.at;
  const seen = new Set<string>();
  while (body.at < body.end) readExtension(body, seen);
}

function readExtension(body: Asn1, seen: Set<string>): void {
  const { oid, isCritical, value } = within(codes.invalidExtensions, () => {
    const length = body.tag(tags.sequence);
    const end = body.at + length;
    const oid = oidText(body.value(tags.oid));
    if (body.end - body.at < 1) throw asn1('outOfData');
    const rest = new Asn1(body.bytes, body.at, end);
    const isCritical = optionalBoolean(rest);
    const value = rest.inner(rest.tag(tags.octetString));
    if (value.end !== end) throw asn1('lengthMismatch');
    return { oid, isCritical, value };
  });
  const read = extensions.get(oid);
  body.at = value.end;
  if (read === undefined) {
    // MBEDTLS_X509_ALLOW_UNSUPPORTED_CRITICAL_EXTENSION is off in config_esp.h.
    if (isCritical)
      throw new Refusal(codes.invalidExtensions + asn1Codes.unexpectedTag, {
        kind: 'critical extension',
        oid,
      });
    return;
  }
  if (seen.has(oid)) throw new Refusal(codes.invalidExtensions, { kind: 'damaged' });
  seen.add(oid);
  within(codes.invalidExtensions, () => {
    read(value);
  });
  body.at = value.at;
}

function optionalBoolean(reader: Asn1): boolean {
  try {
    return reader.boolean();
  } catch (error) {
    if (isUnexpectedTag(error)) return false;
    throw error;
  }
}

function basicConstraints(value: Asn1): void {
  value.tag(tags.sequence);
  if (value.isAtEnd()) return;
  try {
    value.boolean();
  } catch (error) {
    // DER encodes no other number here; old certificates did.
    if (!isUnexpectedTag(error)) throw error;
    value.int();
  }
  if (value.isAtEnd()) return;
  value.int();
  if (!value.isAtEnd()) throw asn1('lengthMismatch');
}

function keyUsage(value: Asn1): void {
  if (value.bitString().length < 1) throw asn1('invalidLength');
}

function netscapeType(value: Asn1): void {
  if (value.bitString().length !== 1) throw asn1('invalidLength');
}

function extendedKeyUsage(value: Asn1): void {
  const length = value.tag(tags.sequence);
  if (value.at + length !== value.end) throw asn1('lengthMismatch');
  if (value.isAtEnd()) throw asn1('invalidLength');
  while (value.at < value.end) value.value(tags.oid);
  if (!value.isAtEnd()) throw asn1('lengthMismatch');
}

function alternativeNames(value: Asn1): void {
  const length = value.tag(tags.sequence);
  if (value.at + length !== value.end) throw asn1('lengthMismatch');
  while (value.at < value.end) {
    const tag = value.next;
    value.at++;
    const size = value.length();
    if ((tag & 0x80) === 0) throw asn1('unexpectedTag');
    value.take(size);
  }
  if (!value.isAtEnd()) throw asn1('lengthMismatch');
}

function mismatch(base: number): Refusal {
  return new Refusal(base + asn1Codes.lengthMismatch, { kind: 'damaged' });
}

function isSame(one: Algorithm, other: Algorithm): boolean {
  return (
    Buffer.compare(one.oid, other.oid) === 0 &&
    Buffer.compare(one.parameters.bytes, other.parameters.bytes) === 0
  );
}
