import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Project } from '../src/analysis/project/readProjects';

const root = path.join(__dirname, '..');
const corpus = path.join(root, 'test', 'corpus');
const include = path.join(root, 'device-sdk', 'include');

interface Workspace {
  /** The C sources. */
  sources: string[];
  lines: number;
}

/**
 * Fills a folder with copies of the corpus until it has so many lines, and with a compile_commands.json. Each copy has names of its
 * own, so that nobody profits from having seen it before.
 */
export function writeWorkspace(
  folder: string,
  wanted: number,
  programs: ReadonlyMap<string, Project>,
): Workspace {
  const names = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter(name =>
    /\.[ch]$|Makefile$|esp8266-ssl\.json$/.test(name),
  );
  const macros = new Map(
    [...programs].map(([name, { defines }]) => [
      name,
      [...defines].flatMap(([macro, value]) => (value === undefined ? [] : [`${macro}=${value}`])),
    ]),
  );
  const generated = path.join(folder, 'generated');
  // The vendor's examples have them in a folder of their own.
  mkdirSync(path.join(generated, 'ssl'), { recursive: true });
  for (const [name, variable] of certificateHeaders)
    for (const inside of [generated, path.join(generated, 'ssl')])
      writeFileSync(
        path.join(inside, name),
        `unsigned char ${variable}[] = {0};\nunsigned int ${variable}_len = 1;\n`,
      );
  const sources: string[] = [];
  const commands: { directory: string; file: string; arguments: string[] }[] = [];
  let lines = 0;
  for (let copy = 0; lines < wanted; copy++) {
    for (const name of names) {
      const file = path.join(folder, `copy${copy}`, name);
      // Comments in GBK keep their bytes.
      const text = readFileSync(path.join(corpus, name), 'latin1');
      mkdirSync(path.dirname(file), { recursive: true });
      const own = `_${copy}`;
      writeFileSync(
        file,
        name.endsWith('Makefile')
          ? renamedMacros(text, own)
          : /\.[ch]$/.test(name)
            ? renamed(text, own)
            : text,
        'latin1',
      );
      if (/\.[ch]$/.test(name)) lines += text.split('\n').length - 1;
      if (!name.endsWith('.c')) continue;
      const [programName = ''] = name.split(path.sep);
      const program = path.join(folder, `copy${copy}`, programName);
      const folders = [path.join(program, 'include'), path.join(program, 'user'), generated, include];
      const defines = (macros.get(programName) ?? []).map(macro => renamedMacros(`-D${macro}`, `_${copy}`));
      sources.push(file);
      commands.push({
        directory: program,
        file,
        arguments: [
          'clang',
          '-m32',
          '-ffreestanding',
          '-w',
          ...defines,
          ...folders.map(each => `-I${each}`),
          '-c',
          file,
        ],
      });
    }
  }
  writeFileSync(path.join(folder, 'compile_commands.json'), JSON.stringify(commands));
  return { sources, lines };
}

/** The headers that esp8266-ssl certs makes, which programs of the corpus include, with what is in them. */
const certificateHeaders = [
  ['cert.h', 'default_certificate'],
  ['private_key.h', 'default_private_key'],
] as const;

/** A Makefile whose macros have another end. */
function renamedMacros(text: string, end: string): string {
  return text.replace(/-D(\w+)/g, (all, name: string) => (foreign.has(name) ? all : all + end));
}

/** The text of a source with another end to all names that are its own; macros may keep theirs. */
export function renamed(text: string, end: string, keepsMacros = false): string {
  return text
    .split('\n')
    .map(line =>
      /^\s*#\s*include/.test(line)
        ? line
        : line.replace(/\b[A-Za-z_]\w{3,}\b/g, name =>
            foreign.has(name) || (keepsMacros && !/[a-z]/.test(name)) ? name : name + end,
          ),
    )
    .join('\n');
}

/** Words of C, of its preprocessor, and of the SDK's headers. */
const foreign: ReadonlySet<string> = new Set([
  ...'auto break case char const continue default double else enum extern float goto inline long register'.split(
    ' ',
  ),
  ...'return short signed sizeof static struct switch typedef union unsigned void volatile while'.split(' '),
  ...'define defined elif endif error ifdef ifndef undef include pragma'.split(' '),
  ...'user_init user_pre_init user_rf_cal_sector_set user_rf_pre_init __FILE__ __LINE__ __VA_ARGS__ NOLINT NOLINTNEXTLINE'.split(
    ' ',
  ),
  ...certificateHeaders.flatMap(([, variable]) => [variable, `${variable}_len`]),
  ...sdkWords(),
]);

/** The words of the SDK's headers, and the parts of which macros put names together: `espconn_secure_`, `connect`. */
function sdkWords(): string[] {
  const words = readdirSync(include, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.h'))
    .flatMap(name => readFileSync(path.join(include, name), 'utf8').match(/\b[A-Za-z_]\w*\b/g) ?? []);
  const parts = words.flatMap(
    word => /^(espconn_(?:secure_|regist_)?)(\w+?)(?:cb)?$/.exec(word)?.slice(1) ?? [],
  );
  return [...words, ...parts];
}
