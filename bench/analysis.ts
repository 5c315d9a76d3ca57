// The analysis of C sources: after a keystroke, over a workspace against cppcheck and clang-tidy, and what it finds of what is there.
// LINES=10000 makes the workspace smaller than the 100,000 lines of the goal.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import { Analyzer, type SourceFile } from '../src/analysis/engine/analyzer';
import { type Project, readProjects } from '../src/analysis/project/readProjects';
import { readPrograms, withFault } from '../test/corpus/programs';
import { variants } from '../test/corpus/variants';
import { median, milliseconds, print } from './figures';
import { renamed, writeWorkspace } from './workspace';
import type { Finding } from '../src/findings/finding';

const keystrokes = 300;
/** Keystrokes before it counts: the first ones are compiled. */
const warmUp = 50;
const lines = Number(process.env['LINES'] ?? 100_000);
const cli = path.join(__dirname, '..', 'out', 'cli.js');
const library = path.join(__dirname, '..', 'docs', 'espconn.cfg');

async function main() {
  const programs = await readPrograms();
  await keystroke(programs);
  await recall(programs);
  await workspace(programs);
}

/** Types a statement, letter by letter, into functions of a file of 2,000 lines. */
async function keystroke(programs: ReadonlyMap<string, Project>) {
  const before = heap();
  const analyzer = await Analyzer.create();
  const project = programs.get('switchboard');
  const cloud = project?.files.find(({ path: file }) => file === 'user/cloud.c');
  if (project === undefined || cloud === undefined) throw new Error('the corpus has no switchboard');
  let text = '';
  for (let copy = 0; text.split('\n').length < 2000; copy++) text += renamed(cloud.text, `_${copy}`, true);
  const typed = { path: cloud.path, text };
  const headers = project.files.filter(file => file !== cloud && file.path.endsWith('.h'));
  const first = milliseconds(() => analyzer.check({ ...project, files: [...headers, typed] }));
  const memory = heap() - before;
  print(`file of ${text.split('\n').length - 1} lines, opened`, `${first.toFixed(0)} ms`);
  print('memory with this file open', `${(memory / 2 ** 20).toFixed(1)} MB`);
  type('alone', analyzer, { ...project, files: [...headers, typed] }, typed);
  const all = { ...project, files: [...project.files, { ...typed, path: 'user/typed.c' }] };
  type(`in a project of ${all.files.length} files`, analyzer, all, all.files.at(-1) ?? typed);
  // FIRMWARE=folder: the same in the longest source of a real one.
  const folder = process.env['FIRMWARE'];
  for (const real of folder === undefined ? [] : await readProjects(folder)) {
    const own = await Analyzer.create();
    const start = heap();
    print(`${folder ?? ''}, opened`, `${milliseconds(() => own.check(real)).toFixed(0)} ms`);
    print('memory with it open', `${((heap() - start) / 2 ** 20).toFixed(1)} MB`);
    const [longest] = real.files
      .filter(({ path: file }) => file.endsWith('.c'))
      .sort((a, b) => b.text.length - a.text.length);
    if (longest !== undefined) type(`${longest.path} of ${real.files.length} files`, own, real, longest);
  }
}

/** Types a statement into functions of one file of a project, and prints how long each letter took until all is checked. */
function type(where: string, analyzer: Analyzer, project: Project, file: SourceFile): void {
  const ends = [...file.text.matchAll(/^\}/gm)].map(({ index }) => index);
  const statement = '    os_printf("%d\\n", 1);\n';
  const times: number[] = [];
  for (let stroke = -warmUp; stroke < keystrokes; stroke++) {
    const at = ends[(Math.floor((stroke + warmUp) / statement.length) * 7) % ends.length] ?? 0;
    const text =
      file.text.slice(0, at) +
      statement.slice(0, 1 + ((stroke + warmUp) % statement.length)) +
      file.text.slice(at);
    const files = project.files.map(each => (each === file ? { path: file.path, text } : each));
    const time = milliseconds(() => analyzer.check({ ...project, files }));
    if (stroke >= 0) times.push(time);
  }
  print(`after a keystroke ${where}, median of ${keystrokes}`, `${median(times).toFixed(1)} ms`, '30 ms');
  print('  95 %', `${quantile(times, 0.95).toFixed(1)} ms`, '60 ms');
}

/** A table: of the variants that break a rule, how many it finds. */
async function recall(programs: ReadonlyMap<string, Project>) {
  const analyzer = await Analyzer.create();
  const rows = new Map<string, { found: number; all: number }>();
  let others = 0;
  for (const variant of variants) {
    const { findings } = analyzer.check(await withFault(programs, variant));
    const original = programs.get(variant.program);
    const before = original === undefined ? [] : analyzer.check(original).findings;
    const count = (all: readonly Finding[]) => all.filter(({ rule }) => rule.id === variant.finds).length;
    const row = rows.get(variant.finds) ?? { found: 0, all: 0 };
    rows.set(variant.finds, { found: row.found + Number(count(findings) > count(before)), all: row.all + 1 });
    others += findings.filter(
      ({ rule, severity }) => rule.id !== variant.finds && severity !== 'hint',
    ).length;
  }
  const alarms = [...programs.values()].flatMap(project =>
    analyzer.check(project).findings.filter(({ severity }) => severity !== 'hint'),
  );
  console.log(`\nrule     found of variants`);
  for (const [id, { found, all }] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${id}   ${String(found).padStart(5)} of ${all}`);
  const sum = [...rows.values()].reduce((total, { found }) => total + found, 0);
  console.log(`all      ${String(sum).padStart(5)} of ${variants.length}, other findings in them: ${others}`);
  console.log(`false alarms in ${programs.size} correct programs: ${alarms.length}\n`);
}

/** The same files for us, cppcheck and clang-tidy: each in one thread, and where it can in as many as there are processors. */
async function workspace(programs: ReadonlyMap<string, Project>) {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  try {
    const { sources, lines: written } = writeWorkspace(folder, lines, programs);
    const analyzer = await Analyzer.create();
    const start = performance.now();
    const projects = await readProjects(folder);
    const read = performance.now() - start;
    let [found, worst] = [0, 0];
    for (const project of projects) {
      const begin = performance.now();
      found += analyzer.check(project).findings.filter(({ severity }) => severity !== 'hint').length;
      worst = Math.max(worst, performance.now() - begin);
    }
    const inProcess = performance.now() - start;
    // As people run it, with its start.
    const checked = (threads: number) =>
      milliseconds(() =>
        execFileSync(
          process.execPath,
          [cli, 'check', folder, '--fail-on', 'never', '--threads', String(threads)],
          { stdio: 'ignore' },
        ),
      );
    const processors = availableParallelism();
    const [alone, together] = [checked(1), checked(processors)];
    const database = path.join(folder, 'compile_commands.json');
    const cppcheck = (...options: string[]) =>
      milliseconds(() =>
        execFileSync('cppcheck', ['--quiet', ...options, `--library=${library}`, `--project=${database}`], {
          stdio: 'ignore',
        }),
      );
    const one = cppcheck('-j1');
    const oneTogether = cppcheck(`-j${processors}`);
    // What it does where no -D is given, and nearer to what we do.
    const several = cppcheck('-j1', '--max-configs=12');
    const severalTogether = cppcheck(`-j${processors}`, '--max-configs=12');
    // It ends with 1 when a source does not compile, and would have looked at less.
    const tidy = milliseconds(() => {
      const { status, stdout } = spawnSync('clang-tidy', ['--quiet', '-p', folder, ...sources], {
        encoding: 'utf8',
        maxBuffer: 2 ** 30,
      });
      if (status !== 0) throw new Error(`clang-tidy ended with ${status}:\n${stdout.slice(0, 2000)}`);
    });
    print(`${written} lines, ${projects.length} projects: ours, one thread`, seconds(alone));
    print(`  ${processors} threads`, seconds(together), '3 s');
    print('  in this process', seconds(inProcess));
    print('  of these reading', seconds(read));
    print('  longest project', `${worst.toFixed(0)} ms`);
    print('  findings above hint in correct programs', String(found), '0');
    for (const [name, theirs, ours] of [
      ['cppcheck -j1, one configuration', one, alone],
      [`cppcheck -j${processors}, one configuration`, oneTogether, together],
      ['cppcheck -j1, 12 configurations', several, alone],
      [`cppcheck -j${processors}, 12 configurations`, severalTogether, together],
      ['clang-tidy, one configuration', tidy, alone],
    ] as const) {
      print(name, seconds(theirs));
      print('  divided by ours', (theirs / ours).toFixed(1), '10');
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function seconds(time: number): string {
  return `${(time / 1000).toFixed(2)} s`;
}

function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? NaN;
}

/** Bytes in use after the garbage is gone. */
function heap(): number {
  v8.setFlagsFromString('--expose-gc');
  vm.runInNewContext('gc()');
  return process.memoryUsage().heapUsed;
}

void main();
