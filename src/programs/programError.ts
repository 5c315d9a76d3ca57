import path from 'node:path';
import * as l10n from '@vscode/l10n';

type Reason = 'not-found' | 'time' | 'output' | 'interrupted' | 'start';

/** A program of this computer did not come to its end; the message says why. */
export class ProgramError extends Error {
  constructor(
    program: string,
    readonly reason: Reason,
    cause?: unknown,
  ) {
    super(words(program, reason, cause instanceof Error ? cause.message : ''), { cause });
  }
}

function words(program: string, reason: Reason, detail: string): string {
  switch (reason) {
    case 'not-found':
      // As findProgram looks: a name with a folder in it is not looked for on the PATH.
      return path.basename(program) === program
        ? l10n.t(
            '{0} is not on the PATH. Programs in the current folder and in the project are not used.',
            program,
          )
        : l10n.t('{0} cannot be started: there is no such executable file.', program);
    case 'time':
      return l10n.t('{0} did not end in time and was stopped.', program);
    case 'output':
      return l10n.t('{0} printed too much and was stopped.', program);
    case 'interrupted':
      return l10n.t('{0} was interrupted.', program);
    case 'start':
      return l10n.t('{0} could not be started ({1}).', program, detail);
  }
}
