import * as l10n from '@vscode/l10n';
import type { ImportedSet } from './importFiles';

/** What a user should know of certificates that came from elsewhere, in sentences. */
export function importNotes({ device, ca, between, unauthenticated }: ImportedSet): string[] {
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
    ...(between > 0
      ? [
          l10n.t(
            'The chain has {0} intermediate certificates, but the device sends only its own. Clients must have the others.',
            between,
          ),
        ]
      : []),
  ];
}
