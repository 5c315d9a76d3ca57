import type { Said } from './remedies';

/** A problem out of a table of kinds: its kind and what else is known of it. */
export type ProblemOf<Kinds, K extends keyof Kinds = keyof Kinds> = {
  [kind in K]: { kind: kind } & Kinds[kind];
}[K];

/** For each kind a sentence that says what is wrong, with which file, and what to do; with remedies where what to do depends on the door. */
export type Words<Kinds, Told extends Said = Said> = {
  [K in keyof Kinds]: (problem: ProblemOf<Kinds, K>) => Told;
};
