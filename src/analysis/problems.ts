import * as l10n from '@vscode/l10n';
import type { Words } from '../text/problemTexts';
import { advice } from '../text/remedies';

/** Why the thread that analyzes C has ended by itself. */
export type StopReason = 'memory' | 'silence' | { fault: string };

/** Why sources cannot be checked. */
export interface AnalysisProblems {
  'analysis-stopped': { reason: StopReason };
  'file-of-others': { files: string[] };
  'no-c-sources': { folder: string };
  'project-not-checked': { project: string; reason: 'memory' | { fault: string } };
}

export const analysisProblems: Words<AnalysisProblems> = {
  'analysis-stopped': ({ reason }) =>
    l10n.t(
      'The analysis of C sources stopped: {0}. Restart it to see its findings again.',
      stopReasonText(reason),
    ),
  'file-of-others': problem =>
    advice(l10n.t('{0} already exists.', problem.files.join(', ')), 'add-settings'),
  'no-c-sources': problem => l10n.t('No C sources in {0}. Choose the firmware folder.', problem.folder),
  'project-not-checked': problem =>
    problem.reason === 'memory'
      ? advice(
          l10n.t(
            '{0} could not be checked: not enough memory. Exclude files that are not its sources.',
            problem.project,
          ),
          'more-memory',
        )
      : l10n.t(
          '{0} could not be checked ({1}). No source code should do that to esp8266-ssl: report it as a bug.',
          problem.project,
          problem.reason.fault,
        ),
};

/** Why the thread has ended, in a few words. */
export function stopReasonText(reason: StopReason): string {
  switch (reason) {
    case 'memory':
      return l10n.t('not enough memory');
    case 'silence':
      return l10n.t('no response');
    default:
      return reason.fault;
  }
}
