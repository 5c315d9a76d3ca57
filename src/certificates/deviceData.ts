import { ProblemError } from '../problems';
import type { TlsAbilities } from '../sdk/tls';
import { encodeRecords, type FlashRecord, headerSize, recordNames } from './flashRecords';
import type { Identity } from './identity';
import { pem, pkcs1FromPkcs8 } from './keys';

/** Where the device finds the certificates between its own and its root, to send them: in its record and array, or in its record alone. */
export type ChainPlace = 'record and array' | 'record';

/** The data of the device's certificate. */
export interface CertificateData {
  record: Uint8Array;
  array: Uint8Array;
  /** Undefined where neither has more than the device's own certificate. */
  chainIn: ChainPlace | undefined;
}

/** Certificates of its own that libssl has room for: CONFIG_SSL_MAX_CERTS. */
const maxOwnOfAxTls = 3;

/**
 * The data of the device's certificate with those between it and its root, where the library sends them, as one PEM text. libmbedtls
 * sends all that it finds in a record or array (mbedtls_x509_crt_parse). libssl reads PEM in records only, and sends what it has room for
 * (ssl_loader.o, send_certificate; seen on the simulated CPU); of an array it reads DER.
 */
export function certificateData(
  { certificate: own, key }: Identity,
  between: readonly Uint8Array[],
  abilities: TlsAbilities,
): CertificateData {
  const alone = { record: own, array: own, chainIn: undefined };
  if (between.length === 0) return alone;
  const chain = bundle([own, ...between]);
  if (takesBundles(abilities)) return { record: chain, array: chain, chainIn: 'record and array' };
  const size = 2 * headerSize + chain.length + pkcs1FromPkcs8(key).length;
  return between.length < maxOwnOfAxTls && size <= abilities.recordWindow
    ? { record: chain, array: own, chainIn: 'record' }
    : alone;
}

/** Whether one record may hold several certificates of any number. */
function takesBundles({ library }: TlsAbilities): boolean {
  return library === 'libmbedtls';
}

/**
 * The record file of the CAs that the device trusts. libssl reads a record for each, two at most; libmbedtls reads only the first
 * record, which may be a PEM text of several. Throws a Problem for more than the library takes.
 */
export function caRecords(certificates: readonly Uint8Array[], abilities: TlsAbilities): Uint8Array {
  const [first, ...others] = certificates;
  if (first === undefined) throw new Error('no CA');
  if (others.length === 0) return encodeRecords([{ name: recordNames.ca, data: first }]);
  const records: FlashRecord[] = takesBundles(abilities)
    ? [{ name: recordNames.ca, data: bundle(certificates) }]
    : certificates.map((data, index) => ({ name: caName(index), data }));
  const size = records.reduce((sum, { data }) => sum + headerSize + data.length, 0);
  const { library, recordWindow } = abilities;
  if (size > recordWindow || records.length > abilities.caRecords)
    throw new ProblemError({
      kind: 'too-many-cas',
      library,
      count: certificates.length,
      size,
      most: recordWindow,
      ...(records.length > 1 && { maxRecords: abilities.caRecords }),
    });
  return encodeRecords(records);
}

/** In the order of the files: records are sorted by name. */
function caName(index: number): string {
  return index === 0 ? recordNames.ca : recordNames.ca.replace('.cer', `_${index + 1}.cer`);
}

function bundle(certificates: readonly Uint8Array[]): Uint8Array {
  return Buffer.from(certificates.map(each => pem('CERTIFICATE', each)).join(''));
}
