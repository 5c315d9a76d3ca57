import path from 'node:path';
import {
  type BuildFile,
  type FlashWrite,
  flashWritesIn,
  isFlashFile,
  definesIn,
  libraryIn,
  type LinkedLibrary,
  type LinkerWord,
  linkerWords,
  mapsIn,
} from './buildFile';
import { type MakeLine, makeLines } from './makeLines';
import { MakeVariables } from './makeVariables';
import { shellWords, type Word } from './shellWords';

/** Another text of the project, by its path; undefined where there is none. */
export type ReadOther = (path: string) => string | undefined;

interface Use {
  /** The variable that is used. */
  name: string;
  list: string;
  branch: readonly string[];
}

/** Reads a Makefile as far as the rules look. Any text gives something: what is not understood is left out. */
export function readMakefile(file: string, text: string, other: ReadOther = () => undefined): BuildFile {
  return new MakefileReader(file, text, other).result;
}

/** Where a list of words comes to hold more than this, it was made by a loop. */
const maxLists = 50;
/** A reference to one variable. */
const reference = /^\$(?:\(([\w.-]+)\)|\{([\w.-]+)\})$/;

class MakefileReader {
  readonly result: BuildFile;
  readonly #make: MakeVariables;
  /** Variables that are set to one text, outside of conditions and not only as a default (`?=`). */
  readonly #settled = new Map<string, string>();
  readonly #libraries: (Omit<LinkedLibrary, 'lists'> & { list: string; branch: readonly string[] })[] = [];
  readonly #uses: Use[] = [];
  readonly #prefixed: ReadonlySet<string>;
  #isUnknown = false;

  constructor(file: string, text: string, other: ReadOther) {
    const root = path.resolve('/');
    const named = (full: string) => path.relative(root, full).replaceAll('\\', '/');
    const own = path.join(root, file);
    const includes = new Set<string>();
    const read = (full: string) => {
      if (full === own) return text;
      includes.add(named(full));
      return other(named(full));
    };
    this.#make = new MakeVariables(own, { read, given: new Map(), environment: {} });
    this.#prefixed = prefixedVariables(text);
    const defines = new Map<string, string | undefined>();
    const flashWrites: FlashWrite[] = [];
    const maps = new Set<number>();
    for (const { line, branch } of withBranches(text)) {
      const { content, start } = line;
      const isVariable = content.kind === 'assignment';
      if (isVariable && branch.length === 0) this.#settle(content);
      const value = isVariable ? content.value : line.text;
      const words = linkerWords(shellWords(value, isVariable ? content.valueStart : start));
      this.#link(words, isVariable ? content.name : `${file}:${start}`, branch);
      const settled = words.flatMap(word => this.#settledWord(word) ?? []);
      // What is under a condition of make may be so, or not.
      if (branch.length === 0) for (const [name, given] of definesIn(settled)) defines.set(name, given);
      flashWrites.push(...flashWritesIn(settled));
      for (const map of mapsIn(settled)) maps.add(map);
    }
    const map = this.#settled.get('SPI_SIZE_MAP');
    if (map !== undefined && /^\d$/.test(map)) maps.add(Number(map));
    const libraries = this.#linked();
    this.result = {
      path: file,
      text,
      includes: [...includes],
      libraries,
      hasUnknownLibraries: this.#isUnknown,
      defines,
      maps: [...maps],
      flashWrites,
      namesOpenSdk: text.includes('esp-open-sdk'),
      isRtos: libraries.some(({ name }) => name === 'freertos'),
    };
  }

  #settle({ name, operator, value }: Extract<MakeLine['content'], { kind: 'assignment' }>): void {
    if (/^:{0,3}=$/.test(operator)) this.#settled.set(name, value.trim());
    else if (operator === '+=') this.#settled.delete(name);
  }

  /** A word with what is settled in it; undefined where something else is. */
  #settledWord(word: Word): Word | undefined {
    let { text } = word;
    for (let round = 0; round < 10 && /\$[({]/.test(text); round++)
      text = text.replace(/\$(?:\(([\w.-]+)\)|\{([\w.-]+)\})/g, (all, one?: string, two?: string) => {
        const value = this.#settled.get(one ?? two ?? '');
        return value !== undefined && /^[^\s$]*$/.test(value) ? value : all;
      });
    // A file may lie in any folder.
    return /\$[({]/.test(text) && !isFlashFile.test(text) ? undefined : { ...word, text };
  }

  /** Notes the libraries among words, and the variables that hold some. */
  #link(words: readonly LinkerWord[], list: string, branch: readonly string[]): void {
    const isPrefixed = this.#prefixed.has(list);
    for (const word of words) {
      const { text } = word;
      const used = reference.exec(text);
      const name = used?.[1] ?? used?.[2];
      if (name !== undefined) this.#uses.push({ name, list, branch });
      const add = (library: string, prefixed: boolean, written: boolean) =>
        this.#libraries.push({ ...rangeOf(word), name: library, prefixed, written, list, branch });
      const library = libraryIn(text);
      if (library !== undefined) add(library, false, !word.isInside);
      else if (isPrefixed && /^\w[\w.+-]*$/.test(text)) add(text, true, true);
      else if (text.includes('$')) {
        const inner = variableNames(text);
        for (const each of inner) if (each !== name) this.#uses.push({ name: each, list, branch });
        if (name !== undefined) continue;
        if (!/^-l|\.a$/.test(text)) continue;
        const found = inner.every(each => this.#isSet(each)) ? libraryIn(this.#make.expand(text)) : undefined;
        if (found === undefined) this.#isUnknown = true;
        else add(found, false, false);
      }
    }
  }

  /** The libraries with all lists that they come into, without the ones that a list does not hold in the end. */
  #linked(): LinkedLibrary[] {
    const holding = new Set(this.#libraries.map(({ list }) => list));
    for (const { name, list } of this.#uses)
      if (holding.has(list) && /^\w*(?:LIB|TLS|SSL)\w*$/i.test(name) && !this.#isSet(name))
        this.#isUnknown = true;
    const users = new Map<string, Use[]>();
    for (const use of this.#uses) users.set(use.name, [...(users.get(use.name) ?? []), use]);
    return this.#libraries.flatMap(({ list, branch, ...library }) => {
      if (branch.length === 0 && !this.#holds(list, library.name)) return [];
      const lists = [{ name: list, branch }];
      // Appended to while iterating.
      for (const { name, branch: outer } of lists) {
        for (const use of users.get(name) ?? [])
          if (lists.length < maxLists && !lists.some(known => known.name === use.list))
            lists.push({ name: use.list, branch: [...use.branch, ...outer] });
      }
      return [{ ...library, lists }];
    });
  }

  /** Whether a list has a library in the end: it may have been set again, or filtered. */
  #holds(list: string, library: string): boolean {
    if (!this.#isSet(list)) return true;
    const held = this.#make.value(list);
    if (shellWords(held).some(({ text }) => text === library || libraryIn(text) === library)) return true;
    if (linkerWords(shellWords(held)).some(({ text }) => libraryIn(text) === library)) return true;
    // What a function does that is not known may have left it.
    if (held.trim() === '') this.#isUnknown = true;
    return false;
  }

  #isSet(name: string): boolean {
    return this.#make.names.includes(name);
  }
}

function rangeOf({ start, end }: Word): { start: number; end: number } {
  return { start, end };
}

/** The variables to whose words make itself adds -l or lib….a. */
function prefixedVariables(text: string): Set<string> {
  const forms = [
    /addprefix\s+(?:-l|\S*\blib)\s*,\s*(?:\$[({]addsuffix\s+\.a\s*,\s*)?\$[({]([\w.-]+)[)}]/g,
    /patsubst\s+%\s*,\s*(?:-l%|\S*lib%\.a)\s*,\s*\$[({]([\w.-]+)[)}]/g,
    /\$[({]([\w.-]+):%?=(?:-l%|\S*lib%\.a)[)}]/g,
    /foreach\s+\w+\s*,\s*\$[({]([\w.-]+)[)}]\s*,\s*-l\$/g,
  ];
  return new Set(forms.flatMap(form => [...text.matchAll(form)].map(([, name = '']) => name)));
}

function variableNames(text: string): string[] {
  return [...text.matchAll(/\$[({]([\w.-]+)(?=[)}:])/g)].map(([, name = '']) => name);
}

/** Lines, each with the branches of the conditions in which it is. */
function* withBranches(text: string): Iterable<{ line: MakeLine; branch: readonly string[] }> {
  const branches: string[] = [];
  for (const line of makeLines(text)) {
    const { content, start } = line;
    if (content.kind !== 'condition') yield { line, branch: [...branches] };
    else if (content.word === 'endif') branches.pop();
    else if (content.isElse) branches.push(`${branches.pop() ?? ''}/${start}`);
    else branches.push(String(start));
  }
}
