import { spawnSync } from 'node:child_process';

/** One line: what was measured, the figure, and the goal that was set for it. */
export function print(what: string, figure: string, goal = ''): void {
  console.log(`${what.padEnd(44)}${figure.padStart(14)}${goal === '' ? '' : `   goal ${goal}`}`);
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

export function milliseconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** The numbers that a program of this folder prints when a new process runs it: nothing in it is warm. */
export function freshProcess(file: string, args: readonly string[]): number[] {
  const { stdout, status } = spawnSync(process.execPath, ['--require', 'tsx/cjs', file, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${file} ended with ${status}`);
  return stdout.trim().split(/\s+/).map(Number);
}
