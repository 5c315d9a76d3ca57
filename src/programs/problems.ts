import * as l10n from '@vscode/l10n';
import type { Words } from '../text/problemTexts';

/** What can go wrong with other programs. */
export interface ProgramProblems {
  'program-failed': { program: string; reason: string };
  'not-for-shell': { word: string };
}

export const programProblems: Words<ProgramProblems> = {
  'program-failed': problem => l10n.t('{0} failed ({1}).', problem.program, problem.reason),
  'not-for-shell': problem =>
    l10n.t('“{0}” cannot be quoted for the shell. Rename it to copy the command.', problem.word),
};
