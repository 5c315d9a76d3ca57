import * as l10n from '@vscode/l10n';

/** What a file holds in the place of the records that the TLS library reads. */
export type InsteadOfRecords = 'image' | 'pem' | 'der' | 'esp-at';

/** First bytes of the container that esp-at's AtPKI.py makes, and bytes of its header. */
const espAt = { magic: 0xf1, headerSize: 12 };

/** Whether bytes begin like the container of esp-at. */
export function isEspAt(bytes: Uint8Array): boolean {
  return bytes[0] === espAt.magic && bytes[1] === espAt.magic && bytes.length >= espAt.headerSize;
}

/** Says what a file holds instead of records. */
export function insteadOfRecordsText(instead: InsteadOfRecords, file: string): string {
  switch (instead) {
    case 'image':
      return l10n.t('{0} is a firmware image, not the records that the TLS library reads.', file);
    case 'pem':
      return l10n.t(
        '{0} is PEM text, not the records that the TLS library reads. Make records of it: esp8266-ssl certs import, or “Import Certificate…”.',
        file,
      );
    case 'der':
      return l10n.t(
        '{0} is DER without the record header that the TLS library needs. Make records of it: esp8266-ssl certs import, or “Import Certificate…”.',
        file,
      );
    case 'esp-at':
      return l10n.t(
        '{0} is a container of esp-at’s AtPKI.py (it starts with F1 F1), not the records of the NON-OS SDK. Import the PEM files that it was made from.',
        file,
      );
  }
}
