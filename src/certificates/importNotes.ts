import * as l10n from '@vscode/l10n';
import { tlsAbilities } from '../sdk/tls';
import { refusalText } from './readers/refusalText';
import type { Role } from './layouts';
import type { ChainPlace } from './deviceData';
import type { ImportedSet } from './importFiles';

/** Bytes of a record file that libssl reads. */
const axTlsWindow = tlsAbilities('libssl', '3.0.6')?.recordWindow ?? 0;

function betweenText(count: number, place: ChainPlace | undefined): string {
  switch (place) {
    case 'record and array':
      return count === 1
        ? l10n.t('The device sends the intermediate certificate along with its own, as one PEM text.')
        : l10n.t(
            'The device sends the {0} intermediate certificates along with its own, as one PEM text.',
            count,
          );
    case 'record':
      return count === 1
        ? l10n.t(
            'libssl sends the intermediate certificate along with the device’s own from esp_cert_private_key.bin, but not from cert.h.',
          )
        : l10n.t(
            'libssl sends the {0} intermediate certificates along with the device’s own from esp_cert_private_key.bin, but not from cert.h.',
            count,
          );
    case undefined:
      return count === 1
        ? l10n.t(
            'The chain has 1 intermediate certificate. libssl reads at most {0} bytes of records, so the device sends only its own. Its peers must have the other.',
            axTlsWindow,
          )
        : l10n.t(
            'The chain has {0} intermediate certificates. libssl reads at most 3 certificates and {1} bytes of records, so the device sends only its own. Its peers must have the others.',
            count,
            axTlsWindow,
          );
  }
}

function unfitText(role: Role): string {
  return role === 'client'
    ? l10n.t(
        'The certificate’s extended key usage does not include clientAuth: servers reject it from a client. Ask the CA for a client certificate.',
      )
    : l10n.t(
        'The certificate’s extended key usage does not include serverAuth: clients reject it from a server. Ask the CA for a server certificate.',
      );
}

/** What a user should know of certificates that came from elsewhere, in sentences. */
export function importNotes({
  device,
  ca,
  between,
  sendsBetween,
  unfit,
  refused,
  unusedFiles,
  unauthenticated,
}: ImportedSet): string[] {
  const now = Date.now();
  return [
    ...(unauthenticated
      ? [
          l10n.t(
            'The PKCS#12 file has no MAC, so changes to it cannot be detected. Compare the fingerprints with its sender.',
          ),
        ]
      : []),
    ...(device !== undefined && device.notAfter.getTime() < now
      ? [l10n.t('The certificate has expired.')]
      : []),
    ...(device !== undefined && ca === undefined
      ? [
          l10n.t(
            'The import contains no CA certificate, so esp_ca_cert.bin is not written. Import the CA’s certificate as well.',
          ),
        ]
      : []),
    ...(between > 0 ? [betweenText(between, sendsBetween)] : []),
    ...(unfit === undefined ? [] : [unfitText(unfit)]),
    ...refused.map(({ name, library, code, reason }) =>
      l10n.t('{0} cannot use the certificate “{1}”: {2}.', library, name, refusalText(reason, code)),
    ),
    ...unusedFiles.map(file =>
      l10n.t('{0} is not used: it contains neither the device’s certificate nor a root CA.', file),
    ),
  ];
}
