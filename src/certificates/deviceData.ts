import { ProblemError } from '../problems';
import type { TlsAbilities } from '../sdk/tls';
import { encodeRecords, type FlashRecord, headerSize, recordNames } from './flashRecords';
import { pem } from './keys';

/**
 * The data of the device's certificate with those between it and its root. libmbedtls sends all that it finds in a PEM text
 * (mbedtls_x509_crt_parse); libssl reads the first of a record alone, which is then the device's.
 */
export function certificateData(
  own: Uint8Array,
  between: readonly Uint8Array[],
  abilities: TlsAbilities,
): Uint8Array {
  return sendsChains(abilities) && between.length > 0 ? bundle([own, ...between]) : own;
}

/** Whether the library sends more than one certificate of its own. */
export function sendsChains({ library }: TlsAbilities): boolean {
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
  const records: FlashRecord[] = sendsChains(abilities)
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
