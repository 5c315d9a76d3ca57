import { ProblemError } from '../problems';
import { forShell } from '../text/forShell';

/** Returns the words of a command as a line for a shell of this system. Throws a Problem for a word that cannot be quoted. */
export function shellLine(words: readonly string[], platform?: NodeJS.Platform): string {
  return words
    .map(word => {
      const shown = forShell(word, platform);
      if (shown === undefined) throw new ProblemError({ kind: 'not-for-shell', word });
      return shown;
    })
    .join(' ');
}
