/** A problem out of a table of kinds: its kind and what else is known of it. */
export type ProblemOf<Kinds, K extends keyof Kinds = keyof Kinds> = {
  [kind in K]: { kind: kind } & Kinds[kind];
}[K];

/** A sentence for each kind: what is wrong, with which file, and what to do. */
export type Words<Kinds> = { [K in keyof Kinds]: (problem: ProblemOf<Kinds, K>) => string };
