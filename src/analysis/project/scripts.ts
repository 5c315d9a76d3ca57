import { type Node, parseTree } from 'jsonc-parser';
import {
  type BuildFile,
  type FlashWrite,
  flashWritesIn,
  isFlashFile,
  definesIn,
  librariesIn,
  type LinkedLibrary,
  linkerWords,
  mapsIn,
} from './buildFile';
import { type Shell, shellWords, type Word } from './shellWords';

/** Reads a script of a shell: what it compiles and flashes. Any text gives something. */
export function readScript(path: string, text: string): BuildFile {
  const shell = shellOf(path);
  const commands = commandsIn(text, shell);
  const values = constants(commands, shell);
  return fromCommands(
    path,
    text,
    commands.map(words => words.flatMap(word => resolved(word, values) ?? [])),
  );
}

/** Reads the commands of a .vscode/tasks.json. Any text gives something. */
export function readTasks(path: string, text: string): BuildFile {
  const root = isDeep(text) ? undefined : parseTree(text);
  return fromCommands(path, text, root === undefined ? [] : [...taskCommands(root)]);
}

function fromCommands(path: string, text: string, commands: readonly (readonly Word[])[]): BuildFile {
  const libraries: LinkedLibrary[] = [];
  const defines = new Map<string, string | undefined>();
  const flashWrites: FlashWrite[] = [];
  const maps = new Set<number>();
  for (const words of commands) {
    const [{ text: program, start: list } = { text: '', start: 0 }] = words;
    if (/^@?(?:echo|printf|rem|write-(?:host|output))$/i.test(program)) continue;
    flashWrites.push(...flashWritesIn(words));
    for (const map of mapsIn(words)) maps.add(map);
    for (const { text: word } of words) {
      const [, map] = /^SPI_SIZE_MAP=(\d)$/.exec(word) ?? [];
      if (map !== undefined) maps.add(Number(map));
    }
    // Other compilers make programs for the host.
    if (!/xtensa\S*(?:gcc|g\+\+|cc|ld)(?:\.exe)?$/.test(program)) continue;
    for (const [name, value] of definesIn(words)) defines.set(name, value);
    libraries.push(...librariesIn(linkerWords(words), text, `command ${list}`));
  }
  return {
    path,
    text,
    includes: [],
    libraries,
    hasUnknownLibraries: false,
    defines,
    maps: [...maps],
    flashWrites,
    namesOpenSdk: text.includes('esp-open-sdk'),
    isRtos: libraries.some(({ name }) => name === 'freertos'),
  };
}

function shellOf(path: string): Shell {
  if (/\.(?:bat|cmd)$/i.test(path)) return 'cmd';
  return /\.ps1$/i.test(path) ? 'powershell' : 'sh';
}

const continuations: Readonly<Record<Shell, RegExp>> = {
  sh: /\\\r?\n/g,
  cmd: /\^\r?\n/g,
  powershell: /`\r?\n/g,
};

/** The words of each command, comments left out. */
function commandsIn(text: string, shell: Shell): Word[][] {
  const lines = text.replace(continuations[shell], joint => ' '.repeat(joint.length)).split('\n');
  const comment = shell === 'cmd' ? /^\s*@?(?:rem\b|::).*$/i : /(?:^|\s)#.*$/;
  let start = 0;
  return lines.flatMap(whole => {
    const line = whole.replace(comment, found => ' '.repeat(found.length));
    const words = shellWords(line, start, shell);
    start += whole.length + 1;
    return separated(words);
  });
}

/** Several commands of a line. */
function separated(words: readonly Word[]): Word[][] {
  const commands: Word[][] = [[]];
  for (const word of words) {
    const text = word.text.replace(/[;&|)]+$/, '');
    if (text !== '') commands.at(-1)?.push({ ...word, text, end: word.end - word.text.length + text.length });
    if (text.length < word.text.length) commands.push([]);
  }
  return commands.filter(command => command.length > 0);
}

/** Variables that a script sets to one constant, and to nothing else. */
function constants(commands: readonly (readonly Word[])[], shell: Shell): Map<string, string> {
  const values = new Map<string, string>();
  const changing = new Set<string>();
  const set = (name: string, value: string) => {
    if (values.has(name) && values.get(name) !== value) changing.add(name);
    values.set(name, value);
  };
  for (const command of commands) {
    if (shell === 'sh')
      for (const { text } of command) {
        const [, name, value] = /^(\w+)=(.*)$/.exec(text) ?? [];
        if (name !== undefined && value !== undefined) set(name, value);
        else if (/^(?:read|for)$/.test(command[0]?.text ?? '')) changing.add(text);
      }
    const [first, second, third] = command.map(({ text }) => text);
    if (shell === 'cmd' && /^@?set$/i.test(first ?? '')) {
      const [, name, value] = /^(\w+)=(.*)$/.exec(second ?? '') ?? [];
      if (name === undefined || value === undefined) changing.add(third?.split('=')[0] ?? '');
      else set(name, value);
    }
    const [, name, glued] = shell === 'powershell' ? (/^\$(\w+)(?:=(.*))?$/.exec(first ?? '') ?? []) : [];
    if (name !== undefined && glued !== undefined) set(name, glued);
    else if (name !== undefined && second === '=') set(name, third ?? '');
  }
  return new Map([...values].filter(([name]) => !changing.has(name)));
}

/** A word with the constants in it; undefined where something else is, unless a file's folder. */
function resolved(word: Word, values: ReadonlyMap<string, string>): Word | undefined {
  const text = word.text.replace(
    /\$\{(\w+)\}|\$(\w+)|%(\w+)%/g,
    (all, braced?: string, bare?: string, percent?: string) =>
      values.get(braced ?? bare ?? percent ?? '') ?? all,
  );
  return /[$%]/.test(text) && !isFlashFile.test(text) ? undefined : { ...word, text };
}

/** The words of every command in a tasks.json: `command` with `args`, for each system. */
function* taskCommands(node: Node): Iterable<Word[]> {
  if (node.type === 'object') {
    const command = valueOf(node, 'command');
    const args = valueOf(node, 'args');
    if (command !== undefined || args !== undefined) {
      // A command may be a whole line.
      const line = command?.type === 'string' ? shellWords(String(command.value)) : [];
      const start = command?.offset ?? args?.offset ?? 0;
      const end = start + (command?.length ?? 0);
      yield [
        ...line.map(({ text }) => ({ text, start, end })),
        ...(args?.children ?? []).flatMap(argumentOf),
      ];
    }
  }
  for (const child of node.children ?? []) yield* taskCommands(child);
}

/** Whether brackets are nested as no person nests them: the parser follows each by a call. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += '[{'.includes(bracket) ? 1 : -1;
    if (depth > 100) return true;
  }
  return false;
}

/** An argument is a text, or has one with the way to quote it. */
function argumentOf(node: Node): Word[] {
  const text = node.type === 'object' ? valueOf(node, 'value') : node;
  return text?.type === 'string'
    ? [{ text: String(text.value), start: text.offset, end: text.offset + text.length }]
    : [];
}

function valueOf(node: Node, name: string): Node | undefined {
  for (const { children: [key, value] = [] } of node.children ?? [])
    if (key?.value === name && value !== undefined) return value;
  return undefined;
}
