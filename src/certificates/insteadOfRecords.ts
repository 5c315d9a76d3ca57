import * as l10n from '@vscode/l10n';

/** What a file holds in the place of the records that the TLS library reads. */
export type InsteadOfRecords = 'image' | 'pem' | 'der';

/** Says what a file holds instead of records. */
export function insteadOfRecordsText(instead: InsteadOfRecords, file: string): string {
  switch (instead) {
    case 'image':
      return l10n.t('{0} is a firmware image, not the records that the TLS library reads.', file);
    case 'pem':
      return l10n.t(
        '{0} is PEM text, not the records that the TLS library reads. Create it with “Generate Certificates…”.',
        file,
      );
    case 'der':
      return l10n.t(
        '{0} is DER without the record header that the TLS library needs. Create it with “Generate Certificates…”.',
        file,
      );
  }
}
