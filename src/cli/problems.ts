import type { Words } from '../text/problemTexts';

/** What can be wrong with a command line. */
export interface CommandLineProblems {
  usage: { message: string };
}

export const commandLineProblems: Words<CommandLineProblems> = {
  usage: problem => problem.message,
};
