/** Work in steps, between which others get their turn. */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Takes all steps, one after the other. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
