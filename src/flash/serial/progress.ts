import * as l10n from '@vscode/l10n';
import { addressText, sizeText } from '../sectors';

/** Bits per second, unless the user says otherwise: every usual USB adapter reaches it. */
export const defaultBaud = 460800;
/** What adapters can do. */
export const baudRange = { least: 9600, most: 4_000_000, whole: true };

/** How far a flash has come. */
export type FlashProgress =
  | { step: 'connecting' }
  | { step: 'connected'; chip: string; flashSize: number | undefined }
  | { step: 'writing' | 'verifying' | 'reading'; file: string; address: number; share: number };

/** The step in a few words. */
export function progressText(progress: FlashProgress): string {
  switch (progress.step) {
    case 'connecting':
      return l10n.t('Connecting…');
    case 'connected':
      return progress.flashSize === undefined
        ? progress.chip
        : l10n.t('{0} with {1} of flash', progress.chip, sizeText(progress.flashSize));
    case 'writing':
      return l10n.t('Writing {0} at {1}', progress.file, addressText(progress.address));
    case 'verifying':
      return l10n.t('Verifying {0}', progress.file);
    case 'reading':
      return l10n.t('Reading {0}', progress.file);
  }
}
