/**
 * Changes the sources in places, one at a time, and tells which changes no test notices:
 * `npm run mutate -- --folder src/tls --folder src/sdk --count 40 --seed 1`. It works in a copy; the sources here stay as they are.
 * `--test test/core/tls` runs only test files whose paths start like this: the score is then the least that it can be, in less time.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { randomSequence } from '../src/simulator/network/faults';
import equivalents from './equivalentMutants.json';
import { Copy } from './lib/mutation/copy';
import { baseline, judge, type Verdict } from './lib/mutation/run';
import { changeOf, lineOf, sample } from './lib/mutation/sample';
import { testsThatImport } from './lib/mutation/testFiles';

const root = path.join(__dirname, '..');

/**
 * Which layers of tests prove a folder; the core's prove all. `core`: a function and what it returns. `properties`: readers of bytes
 * against generated input. `debug`: the simulator as its users see it, a built debug adapter that runs real firmware. Peers are left out:
 * they take minutes for a change.
 */
const layersOf: readonly (readonly [folder: string, layers: readonly string[]])[] = [
  ['src/tls', ['core', 'properties']],
  ['src/certificates', ['core', 'properties']],
  ['src/flash', ['core', 'properties']],
  ['src/simulator', ['core', 'properties', 'debug']],
];

void main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string', multiple: true },
      test: { type: 'string', multiple: true },
      count: { type: 'string', default: '40' },
      seed: { type: 'string', default: '1' },
    },
  });
  const [count, seed, folders] = [Number(values.count), Number(values.seed), values.folder ?? []];
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed) || folders.length === 0)
    throw new Error(
      'usage: npm run mutate -- --folder src/FOLDER… [--test test/PREFIX…] [--count NUMBER] [--seed NUMBER]',
    );

  const copy = new Copy();
  process.once('exit', () => {
    copy.remove();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(130));

  copy.fill(root);

  const rows: Row[] = [];
  for (const folder of folders) {
    const row = await mutateFolder(copy, folder.replace(/\/+$/, ''), { count, seed, only: values.test });
    if (row !== undefined) rows.push(row);
  }
  console.log(`\nseed ${seed}\n${table(rows)}`);
}

interface Row {
  folder: string;
  verdicts: readonly Verdict[];
  refused: number;
  equivalent: number;
}

async function mutateFolder(
  copy: Copy,
  folder: string,
  { count, seed, only }: { count: number; seed: number; only: readonly string[] | undefined },
): Promise<Row | undefined> {
  const files = copy.filesIn(folder).filter(file => file.endsWith('.ts') && !file.endsWith('.d.ts'));
  if (files.length === 0) {
    console.error(`${folder} has no sources.`);
    process.exitCode = 1;
    return;
  }
  console.log(`\n=== ${folder}`);
  const { mutations, refused, equivalent } = await sample(copy.root, files, {
    count,
    random: randomSequence(seed),
    equivalents,
  });
  const [, layers] = layersOf.find(([prefix]) => folder.startsWith(prefix)) ?? ['', ['core']];
  const tests = layers
    .flatMap(layer => copy.filesIn(`test/${layer}`))
    .filter(file => file.endsWith('.test.ts'))
    .filter(file => only?.some(prefix => file.startsWith(prefix)) ?? true);
  const concerned = testsThatImport(copy.root, tests, [...new Set(mutations.map(({ file }) => file))]);
  const runs = await baseline(copy, mutations, concerned, progress);
  if (runs.failing.length > 0)
    console.log(`left out, as they fail without a mutation: ${runs.failing.join(', ')}`);
  const verdicts: Verdict[] = [];
  for (const mutation of mutations) {
    const text = copy.read(mutation.file);
    const where = `${mutation.file}:${lineOf(text, mutation.start).number}`;
    progress(`${verdicts.length + 1}/${mutations.length} ${where}`);
    const verdict = await judge(copy, mutation, runs);
    verdicts.push(verdict);
    const how =
      verdict.killedBy === undefined
        ? verdict.reachedBy === 0
          ? 'NOT REACHED'
          : `SURVIVED ${verdict.reachedBy} test files`
        : `${verdict.isSlow === true ? 'too long in' : 'killed by'} ${verdict.killedBy}`;
    console.log(`${where} ${mutation.operator}: ${changeOf(text, mutation)} · ${how}`);
    if (verdict.killedBy === undefined) console.log(`    ${lineOf(text, mutation.start).text}`);
  }
  return { folder, verdicts, refused, equivalent };
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}\r`);
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ folder, verdicts, refused, equivalent }) => {
    const killed = verdicts.filter(({ killedBy }) => killedBy !== undefined).length;
    const survived = verdicts.length - killed;
    const score = verdicts.length === 0 ? '–' : `${((100 * killed) / verdicts.length).toFixed(1)} %`;
    return [folder, killed, survived, score, refused, equivalent].map(String);
  });
  const all = [['folder', 'killed', 'survived', 'score', 'refused by the compiler', 'equivalent'], ...lines];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map(line => line[column]?.length ?? 0)));
  return all
    .map(line =>
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}
