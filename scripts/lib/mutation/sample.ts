import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import ts from 'typescript';
import { type Mutation, type Operator, mutated, mutationsOf, operators } from './operators';

/** A mutation that changes nothing that could be noticed. */
interface Equivalent {
  file: string;
  /** The line as it is, without the spaces around it. */
  line: string;
  /** As the report says it. */
  change: string;
  reason: string;
}

export interface Sample {
  mutations: readonly Mutation[];
  /** How many were left out because the compiler refuses them, and because they are known to change nothing. */
  refused: number;
  equivalent: number;
}

/** Complaints about what is not used any more or returned early: lint, no proof. */
const lint = new Set([6133, 6192, 6196, 6198, 6199, 7027]);

/**
 * A sample of the mutations of some files that the compiler accepts: as many of one operator as of another, as far as there are.
 * The seed decides which.
 */
export async function sample(
  root: string,
  files: readonly string[],
  { count, random, equivalents }: { count: number; random: () => number; equivalents: readonly Equivalent[] },
): Promise<Sample> {
  const texts = new Map(files.map(file => [file, readFileSync(path.join(root, file), 'utf8')]));
  const queues = new Map<Operator, Mutation[]>(operators.map(operator => [operator, []]));
  for (const [file, text] of texts)
    for (const mutation of mutationsOf(file, text)) queues.get(mutation.operator)?.push(mutation);
  for (const queue of queues.values()) shuffle(queue, random);

  const compiles = compiler(root, files);
  const mutations: Mutation[] = [];
  let refused = 0;
  let equivalent = 0;
  for (let left = true; left && mutations.length < count;) {
    left = false;
    for (const queue of queues.values())
      for (
        let mutation = queue.pop();
        mutation !== undefined && mutations.length < count;
        mutation = queue.pop()
      ) {
        const text = texts.get(mutation.file) ?? '';
        const same = equivalents.some(
          ({ file, line, change }) =>
            file === mutation.file &&
            line === lineOf(text, mutation.start).text &&
            change === changeOf(text, mutation),
        );
        // A signal is heard only between turns.
        await nextTurn();
        if (same) equivalent++;
        else if (!compiles(mutation.file, mutated(text, mutation))) refused++;
        else {
          mutations.push(mutation);
          left = true;
          break;
        }
      }
  }
  return { mutations, refused, equivalent };
}

/** The line, counted from 1, and its text without the spaces around it. */
export function lineOf(text: string, offset: number): { number: number; text: string } {
  const before = text.slice(0, offset).split('\n');
  const line = text.split('\n')[before.length - 1] ?? '';
  return { number: before.length, text: line.trim() };
}

/** What a mutation changes, in a line. */
export function changeOf(text: string, { operator, start, end, text: by }: Mutation): string {
  const short = (code: string) => {
    const line = code.replace(/\s+/g, ' ').trim();
    return line.length > 60 ? `${line.slice(0, 57)}…` : line;
  };
  if (operator === 'return') {
    const head =
      text
        .slice(0, start - 1)
        .trimEnd()
        .split('\n')
        .at(-1) ?? '';
    return `return at the start of ${short(head)}`;
  }
  const was = short(text.slice(start, end));
  if (operator === 'drop' || operator === 'remove') return `without ${was}`;
  return `${was} → ${short(by)}`;
}

/** Fisher and Yates. */
function shuffle(list: Mutation[], random: () => number): void {
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [list[last], list[other]];
    if (a !== undefined && b !== undefined) [list[last], list[other]] = [b, a];
  }
}

/** Whether the compiler accepts a file with a text. */
function compiler(root: string, files: readonly string[]): (file: string, text: string) => boolean {
  const configuration = ts.getParsedCommandLineOfConfigFile(
    path.join(root, 'tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: diagnostic => {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
      },
    },
  );
  const absolute = (file: string) => path.join(root, file);
  const changed = new Map<string, { version: number; text: string | undefined }>();
  const declarations = (configuration?.fileNames ?? []).filter(name => name.endsWith('.d.ts'));
  const service = ts.createLanguageService({
    getCompilationSettings: () => configuration?.options ?? {},
    getScriptFileNames: () => [...files.map(absolute), ...declarations],
    getScriptVersion: name => String(changed.get(name)?.version ?? 0),
    getScriptSnapshot: name => {
      const text = changed.get(name)?.text ?? ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: name => ts.sys.fileExists(name),
    readFile: name => ts.sys.readFile(name),
    directoryExists: name => ts.sys.directoryExists(name),
    getDirectories: name => ts.sys.getDirectories(name),
  });
  return (file, text) => {
    const name = absolute(file);
    const version = (changed.get(name)?.version ?? 0) + 1;
    changed.set(name, { version, text });
    const complaints = [...service.getSyntacticDiagnostics(name), ...service.getSemanticDiagnostics(name)];
    changed.set(name, { version: version + 1, text: undefined });
    return complaints.every(({ code }) => lint.has(code));
  };
}
