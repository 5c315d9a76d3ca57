import * as l10n from '@vscode/l10n';
import type { Words } from '../text/problemTexts';
import { advice } from '../text/remedies';

/** What can be wrong with what shall be in the flash. */
export interface FlashProblems {
  'nothing-to-flash': { folder: string };
  'layout-wrong': { findings: string[] };
  'dump-size': { file: string; size: number };
}

export const flashProblems: Words<FlashProblems> = {
  'nothing-to-flash': problem =>
    advice(
      l10n.t(
        'There is nothing to flash in {0}: no certificates, and no files under "flash" in esp8266-ssl.json.',
        problem.folder,
      ),
      'generate',
    ),
  'layout-wrong': problem =>
    l10n.t('The flash layout has errors, so nothing was flashed. {0}', problem.findings.join(' ')),
  'dump-size': problem =>
    l10n.t(
      '{0} has {1} bytes, which is not a flash size. A dump of a whole flash has 256 KB, 512 KB, 1, 2, 4, 8 or 16 MB.',
      problem.file,
      problem.size,
    ),
};
