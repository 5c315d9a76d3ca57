/** A program of the corpus with one fault put in. */
export interface Variant {
  program: string;
  file: string;
  title: string;
  /** What is replaced, the first time it occurs, by what. */
  changes: readonly (readonly [from: string, to: string])[];
  /** The one rule that must find it. */
  finds: string;
}

/** What makes the variants of one file. */
export function of(program: string, file: string) {
  return (finds: string, title: string, ...changes: [string, string][]): Variant => ({
    program,
    file,
    title,
    changes,
    finds,
  });
}
