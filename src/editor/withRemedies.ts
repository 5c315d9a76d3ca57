import { ProblemError, remediesOf } from '../problems';
import { buttonOf, type Remedy } from '../text/remedies';
import { ask } from './messages';

/**
 * Runs `work`. Where it meets a problem that one of the `doable` remedies solves, offers it as a button and runs `work` again with
 * what was chosen. Resolves to undefined when the user leaves the problem as it is.
 */
export async function withRemedies<T>(
  doable: readonly Remedy[],
  work: (chosen: ReadonlySet<Remedy>) => T | Promise<T>,
): Promise<T | undefined> {
  const chosen = new Set<Remedy>();
  for (;;) {
    try {
      return await work(chosen);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const offered = new Map(
        remediesOf(error.problem)
          .filter(remedy => doable.includes(remedy) && !chosen.has(remedy))
          .map(remedy => [buttonOf(remedy) ?? '', remedy]),
      );
      if (offered.size === 0) throw error;
      const remedy = offered.get((await ask(error.message, [...offered.keys()])) ?? '');
      if (remedy === undefined) return undefined;
      chosen.add(remedy);
    }
  }
}
