import * as l10n from '@vscode/l10n';
import type { Words } from '../text/problemWords';

/** Why sources cannot be checked. */
export interface AnalysisProblems {
  'file-of-others': { file: string };
  'no-c-sources': { folder: string };
  'project-not-checked': { project: string; reason: 'memory' | { fault: string } };
}

export const analysisProblems: Words<AnalysisProblems> = {
  'file-of-others': problem =>
    l10n.t(
      '{0} already exists. With --force the needed settings are added; everything else in it stays.',
      problem.file,
    ),
  'no-c-sources': problem => l10n.t('No C sources in {0}. Choose the firmware folder.', problem.folder),
  'project-not-checked': problem =>
    problem.reason === 'memory'
      ? l10n.t(
          '{0} could not be checked: not enough memory. Exclude files that are not its sources, or give Node.js more: NODE_OPTIONS=--max-old-space-size=4096.',
          problem.project,
        )
      : l10n.t(
          '{0} could not be checked ({1}). No source code should do that to esp8266-ssl: report it as a bug.',
          problem.project,
          problem.reason.fault,
        ),
};
