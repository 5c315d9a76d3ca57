import type { Directive } from './scan';

/** An `#if` that is open at some place of a text, and the branch that the place is in. */
export interface Branch {
  /** Where its `#if` is. */
  start: number;
  /** 0 for what comes behind `#if`, 1 behind the first `#elif` or `#else`. */
  number: number;
  /** An `#if` line that holds just where this branch is compiled. */
  opening: string;
}

/** The branches around a place, the outermost first. */
export function branchesAt(directives: readonly Directive[], offset: number): Branch[] {
  const open: { start: number; tests: string[]; branch: Branch }[] = [];
  for (const { kind, text, start } of directives) {
    if (start >= offset) break;
    if (kind === 'endif') open.pop();
    else if (kind === 'if' || kind === 'ifdef' || kind === 'ifndef') {
      const branch = { start, number: 0, opening: `#${kind} ${text}` };
      open.push({ start, tests: [test(kind, text)], branch });
    } else if (kind === 'elif' || kind === 'else') {
      const group = open.at(-1);
      if (group === undefined) continue;
      const earlier = group.tests.map(negated);
      const all = kind === 'elif' ? [...earlier, `(${text})`] : earlier;
      group.branch = { start: group.start, number: group.branch.number + 1, opening: opening(all) };
      group.tests.push(text);
    }
  }
  return open.map(({ branch }) => branch);
}

/** How many of the branches are around both places. */
export function sharedBranches(one: readonly Branch[], other: readonly Branch[]): number {
  const differs = one.findIndex(
    ({ start, number }, index) => other[index]?.start !== start || other[index].number !== number,
  );
  return differs < 0 ? one.length : differs;
}

function test(kind: 'if' | 'ifdef' | 'ifndef', text: string): string {
  return kind === 'if' ? text : `${kind === 'ifndef' ? '!' : ''}defined(${text})`;
}

function negated(condition: string): string {
  const [, name] = /^!(defined\(\w+\))$/.exec(condition) ?? [];
  if (name !== undefined) return name;
  return /^defined\(\w+\)$/.test(condition) ? `!${condition}` : `!(${condition})`;
}

function opening(all: readonly string[]): string {
  const [only = ''] = all;
  const [, not, name] = (all.length === 1 ? /^(!)?defined\((\w+)\)$/.exec(only) : null) ?? [];
  if (name !== undefined) return `#if${not === undefined ? '' : 'n'}def ${name}`;
  return `#if ${all.join(' && ')}`;
}
