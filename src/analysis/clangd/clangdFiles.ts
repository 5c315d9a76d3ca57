import path from 'node:path';
import { limits } from '../../files/limits';
import { readRegularFileSync } from '../../files/readFile';
import { isMissing, reasonOf } from '../../files/systemErrors';
import { ProblemError } from '../../problems';
import { SchemaChecker } from '../../project/checkBySchema';
import { parseProject } from '../../project/projectFile';
import { ownFile } from '../../files/ownFile';
import { writeNewFile } from '../../files/writeNewFile';
import { type ClangdProject, type CompileCommand, target } from './clangdProject';

const database = 'compile_commands.json';
const settings = '.clangd';

/** What is around our part of .clangd, which somebody may have for other things, too. */
const [begin, end] = ['# >>> ESP8266 SSL', '# <<< ESP8266 SSL'];

/**
 * For headers, which no command compiles, and for commands of others (`bear make`): GCC's options for the chip out, the target in. The
 * names are those of GCC for Xtensa, and of optimizations that clang does not have.
 */
const part = `${begin}: clangd is told what GCC for the ESP8266 means. Written anew by “Set Up clangd”.
CompileFlags:
  Add: [${target.join(', ')}]
  Remove:
    - -mlongcalls
    - -mno-longcalls
    - -mtext-section-literals
    - -mno-serialize-volatile
    - -mserialize-volatile
    - -mforce-l32
    - -mfix-esp32-psram-cache-issue
    - -fno-guess-branch-probability
    - -freorder-blocks-and-partition
    - -fno-cse-follow-jumps
    - -fstrict-volatile-bitfields
    - -fno-tree-switch-conversion
    - -fipa-pta
${end}
`;

/** A file that is to be written. */
export interface ClangdFile {
  file: string;
  text: string;
  /** Whether somebody else has written it, or a part of it that gets other neighbours. */
  changesOthers: boolean;
}

/** What is in a compilation database as far as it matters here; what else an entry has stays as it is. */
type Entry = Partial<CompileCommand> & Pick<CompileCommand, 'directory' | 'file'>;

const checker = new SchemaChecker<Entry[]>(() => ({
  type: 'array',
  items: {
    type: 'object',
    required: ['directory', 'file'],
    properties: {
      directory: { type: 'string' },
      file: { type: 'string' },
      arguments: { type: 'array', items: { type: 'string' } },
    },
  },
}));

/**
 * The files that tell clangd about a project, as far as they are not yet as they should be. What others have written into them stays:
 * entries for other sources, other settings. Throws a Problem for one that cannot be read.
 */
export function clangdFiles({ folder, commands }: ClangdProject): ClangdFile[] {
  const [settingsFile, databaseFile] = [ownFile(folder, settings), ownFile(folder, database)];
  const [oldSettings, oldDatabase] = [textOf(settingsFile), textOf(databaseFile)];
  const entries = oldDatabase === undefined ? [] : entriesOf(oldDatabase, databaseFile);
  const ours = new Set(commands.map(({ file }) => file));
  const others = entries.filter(entry => !isOurs(entry));
  const kept = others.filter(entry => !ours.has(path.resolve(entry.directory, entry.file)));
  return [
    {
      file: settingsFile,
      text: withPart(oldSettings ?? ''),
      changesOthers: oldSettings !== undefined && !oldSettings.includes(begin),
      old: oldSettings,
    },
    {
      file: databaseFile,
      text: `${JSON.stringify([...kept, ...commands], undefined, 2)}\n`,
      changesOthers: others.length > 0,
      old: oldDatabase,
    },
  ].flatMap(({ old, ...file }) => (old === file.text ? [] : [file]));
}

/** Writes them. Throws a Problem when one cannot be written. */
export function writeClangdFiles(files: readonly ClangdFile[], mayChangeOthers: boolean): void {
  const others = files.filter(({ changesOthers }) => changesOthers);
  if (others.length > 0 && !mayChangeOthers)
    throw new ProblemError({ kind: 'file-of-others', files: others.map(({ file }) => file) });
  for (const { file, text } of files) writeNewFile(file, Buffer.from(text), true);
}

/** Puts our part in the place of the old one, or behind what there is. */
function withPart(there: string): string {
  if (there.trim() === '') return part;
  const [from, to] = [there.indexOf(begin), there.indexOf(end)];
  if (from < 0 || to < from) return `${there.trimEnd()}\n---\n${part}`;
  const rest = there.indexOf('\n', to);
  return there.slice(0, from) + part + (rest < 0 ? '' : there.slice(rest + 1));
}

/** Entries that were written here: nobody else gives clang this target. */
function isOurs({ arguments: given = [] }: Entry): boolean {
  return target.every(word => given.includes(word));
}

function entriesOf(text: string, file: string): Entry[] {
  return checker.check(parseProject(text, file), file);
}

function textOf(file: string): string | undefined {
  try {
    return readRegularFileSync(file, limits.text).toString();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new ProblemError({ kind: 'file-unreadable', file, reason: reasonOf(error) }, { cause: error });
  }
}
