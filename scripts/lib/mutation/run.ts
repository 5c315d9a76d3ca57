import type { Copy } from './copy';
import { type Mutation, mutated } from './operators';
import { instrumented } from './reach';
import type { TestFile } from './testFiles';

/** What became of a mutation. */
export interface Verdict {
  mutation: Mutation;
  /** The test file that noticed it. */
  killedBy?: string;
  isSlow?: boolean;
  /** How many test files run what it changes. */
  reachedBy: number;
}

export interface Baseline {
  /** For each mutation, the test files that run it, the shortest first. */
  reachedBy: ReadonlyMap<Mutation, readonly { test: TestFile; milliseconds: number }[]>;
  /** Test files that fail without any mutation. */
  failing: readonly string[];
}

/** In seconds of the processor: far more than a test file takes that took so long. */
const limitOf = (milliseconds: number) => Math.ceil(10 + (3 * milliseconds) / 1000);

/** Runs the tests once and notes which of them run which mutated places. */
export async function baseline(
  copy: Copy,
  mutations: readonly Mutation[],
  tests: readonly TestFile[],
  onTest: (test: string) => void,
): Promise<Baseline> {
  const numbered = mutations.map((mutation, number) => [number, mutation] as const);
  const originals = new Map(mutations.map(({ file }) => [file, copy.read(file)]));
  for (const [file, text] of originals)
    copy.write(
      file,
      instrumented(
        text,
        numbered.filter(([, mutation]) => mutation.file === file),
      ),
    );
  const runs: { test: TestFile; milliseconds: number; numbers: ReadonlySet<number> }[] = [];
  const refused: TestFile[] = [];
  for (const [index, test] of tests.entries()) {
    onTest(test.file);
    const notes = `reached-${index}`;
    const { outcome, milliseconds } = await copy.test(test, 600, notes);
    if (outcome === 'passed') runs.push({ test, milliseconds, numbers: new Set(copy.reached(notes)) });
    else refused.push(test);
  }
  for (const [file, text] of originals) copy.write(file, text);
  // Some read the sources themselves: they may notice any change.
  const failing: string[] = [];
  for (const test of refused) {
    const { outcome, milliseconds } = await copy.test(test, 600);
    if (outcome === 'passed') runs.push({ test, milliseconds, numbers: new Set(mutations.keys()) });
    else failing.push(test.file);
  }
  runs.sort((a, b) => a.milliseconds - b.milliseconds);
  return {
    reachedBy: new Map(
      numbered.map(([number, mutation]) => [mutation, runs.filter(({ numbers }) => numbers.has(number))]),
    ),
    failing,
  };
}

/** Makes a mutation, runs the tests that it can matter to until one fails or takes far too long, and takes it back. */
export async function judge(copy: Copy, mutation: Mutation, { reachedBy }: Baseline): Promise<Verdict> {
  const original = copy.read(mutation.file);
  const tests = reachedBy.get(mutation) ?? [];
  copy.write(mutation.file, mutated(original, mutation));
  try {
    for (const { test, milliseconds } of tests) {
      const { outcome } = await copy.test(test, limitOf(milliseconds));
      if (outcome !== 'passed')
        return { mutation, killedBy: test.file, isSlow: outcome === 'too long', reachedBy: tests.length };
    }
    return { mutation, reachedBy: tests.length };
  } finally {
    copy.write(mutation.file, original);
  }
}
