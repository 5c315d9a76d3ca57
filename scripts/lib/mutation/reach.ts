import type { Mutation } from './operators';

/**
 * What notes that a place has run, in this thread or another, once each. All on the first line: others keep their numbers. It asks for
 * the file's name each time: a test may start another program.
 */
const note = [
  'function reachedMutation(n: number): void {',
  'const seen: Set<number> = ((globalThis as any).reachedMutations ??= new Set());',
  "const file = process.env['REACHED_MUTATIONS'];",
  'if (file === undefined || seen.has(n)) return;',
  'seen.add(n);',
  "process.getBuiltinModule('node:fs').appendFileSync(file, n + '\\n');",
  '}',
].join(' ');

/** A file that notes which of these mutations its run would reach; `numbered` has the numbers. */
export function instrumented(text: string, numbered: readonly (readonly [number, Mutation])[]): string {
  const insertions = numbered.flatMap(([number, { reached }]) => {
    const { kind, start, end } = reached;
    const length = end - start;
    if (kind === 'body') return [{ at: start, text: `reachedMutation(${number});`, length, opens: true }];
    const [open, close] =
      kind === 'expression'
        ? [`(reachedMutation(${number}), (`, '))']
        : [`{reachedMutation(${number});`, '}'];
    return [
      { at: start, text: open, length, opens: true },
      { at: end, text: close, length, opens: false },
    ];
  });
  insertions.sort(
    (a, b) =>
      a.at - b.at ||
      // What ends here comes before what starts; what is around comes first at its start and last at its end.
      Number(a.opens) - Number(b.opens) ||
      (a.opens ? b.length - a.length : a.length - b.length),
  );
  let result = note;
  let at = 0;
  for (const insertion of insertions) {
    result += text.slice(at, insertion.at) + insertion.text;
    at = insertion.at;
  }
  return result + text.slice(at);
}
