import * as l10n from '@vscode/l10n';
import type { ImportedSet } from './importFiles';

/** What a user should know of certificates that came from elsewhere, in sentences. */
export function importNotes({ device, ca, between }: ImportedSet): string[] {
  const now = Date.now();
  return [
    ...(device !== undefined && device.notAfter.getTime() < now
      ? [l10n.t('The certificate has expired.')]
      : []),
    ...(device !== undefined && ca === undefined
      ? [
          l10n.t(
            'No CA certificate came with it, so esp_ca_cert.bin is not written. Import the CA’s certificate, too.',
          ),
        ]
      : []),
    ...(between > 0
      ? [
          l10n.t(
            'There are {0} certificates between it and the CA. The device sends its own alone: clients have to have the others.',
            between,
          ),
        ]
      : []),
  ];
}
