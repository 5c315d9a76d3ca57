import type { TlsAbilities } from '../../sdk/tls';
import { placeRecords } from '../flashRecords';
import { loadByAxTls } from '../readers/axTls';
import { readCertificates } from '../readers/mbedTls';
import { followChain, type Sent } from './mbedTlsVerify';
import {
  isReadable,
  isSignedBy,
  isValidAt,
  readSentCertificate,
  type SentCertificate,
} from './sentCertificate';

/** What a library makes of the certificates that its peer has sent. */
export type Verdict = 'trusted' | 'untrusted' | 'unreadable';

/**
 * Verifies the certificates that a peer sent, its own first, as a library does.
 * @param anchors the CA certificates of the device; without them a library only reads what was sent
 * @param now the device's time
 */
export function verifyPeer(
  sent: readonly Uint8Array[],
  anchors: readonly SentCertificate[] | undefined,
  abilities: TlsAbilities,
  now: Date,
): Verdict {
  const read = sent.map(readSentCertificate).filter(one => one !== undefined);
  const [own, ...others] = read;
  if (own === undefined || read.length < sent.length || !read.every(one => isReadable(one, abilities)))
    return 'unreadable';
  if (anchors === undefined) return 'trusted';
  const isTrusted = abilities.library === 'libssl' ? isTrustedByAxTls : isTrustedByMbedTls;
  return anchors.some(anchor => isTrusted([own, ...others], anchor, abilities, now))
    ? 'trusted'
    : 'untrusted';
}

/** Each certificate is signed by the next, the last one by the CA; dates count (x509_verify in x509.c of axTLS). */
function isTrustedByAxTls(
  sent: Sent,
  anchor: SentCertificate,
  { hashes, checksDates }: TlsAbilities,
  now: Date,
): boolean {
  return sent.every(
    (certificate, at) =>
      isSignedBy(certificate.x509, (sent[at + 1] ?? anchor).x509) &&
      certificate.hash !== undefined &&
      hashes.includes(certificate.hash) &&
      (!checksDates || isValidAt(certificate, now)),
  );
}

/** The signatures and keys on the way to the CA count, its own key too (`x509_profile_check_key`). */
function isTrustedByMbedTls(
  sent: Sent,
  anchor: SentCertificate,
  { hashes, minVerifiedBits }: TlsAbilities,
): boolean {
  const { verified, isTrusted } = followChain(sent, anchor);
  return (
    isTrusted &&
    [...verified, anchor].every(({ bits }) => bits >= minVerifiedBits) &&
    verified.every(({ hash }) => hash !== undefined && hashes.includes(hash))
  );
}

/**
 * The CA certificates in the flash from a sector on, as a library takes them: libmbedtls the first record, which may hold several in
 * PEM, libssl so many records, of which it passes over those that it cannot read. Undefined where loading fails.
 */
export function caCertificates(
  flash: Uint8Array,
  { library, recordWindow, caRecords }: TlsAbilities,
): SentCertificate[] | undefined {
  const bytes = flash.subarray(0, recordWindow);
  const records = placeRecords(bytes).places.slice(0, caRecords);
  if (records.length === 0) return undefined;
  const found = records.flatMap(({ dataOffset, length }) => {
    const data = bytes.subarray(dataOffset, dataOffset + length);
    if (
      library === 'libmbedtls'
        ? readCertificates(data).code < 0
        : loadByAxTls(data, 'CA', true).loaded.cas === 0
    )
      return [];
    return derCertificates(data)
      .map(readSentCertificate)
      .filter(certificate => certificate !== undefined);
  });
  return library === 'libmbedtls' && found.length === 0 ? undefined : found;
}

/** One certificate in DER, or any number in PEM. */
function derCertificates(data: Uint8Array): Uint8Array[] {
  const text = Buffer.from(data).toString('latin1');
  const blocks = [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)];
  return blocks.length === 0 ? [data] : blocks.map(([, base64 = '']) => Buffer.from(base64, 'base64'));
}

/** The device's own certificate and key in the flash from a sector on; undefined where one is missing. */
export function ownRecords(
  flash: Uint8Array,
  { recordWindow }: TlsAbilities,
): { certificate: Uint8Array; privateKey: Uint8Array } | undefined {
  const bytes = flash.subarray(0, recordWindow);
  const { places } = placeRecords(bytes);
  const [certificate, privateKey] = ['certificate', 'private_key'].map(name => {
    const place = places.find(each => each.name.startsWith(name));
    return place && bytes.slice(place.dataOffset, place.dataOffset + place.length);
  });
  return certificate && privateKey && { certificate, privateKey };
}
