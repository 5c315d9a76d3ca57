import {
  type BuildFile,
  type FlashWrite,
  flashWritesIn,
  definesIn,
  librariesIn,
  libraryIn,
  type LinkedLibrary,
  linkerWords,
  mapsIn,
} from './buildFile';
import { closingBracket, shellWords, type Word } from './shellWords';

interface Option {
  text: string;
  /** Where the text begins in the file. */
  start: number;
}

type Sections = ReadonlyMap<string, ReadonlyMap<string, Option>>;

/** References inside each other, and words of one option: more come from a circle. */
const maxDepth = 20;
const maxWords = 5000;

/**
 * Reads a platformio.ini: what its environments for this chip link, define and flash. A macro or map that they disagree on is left
 * out. Any text gives something.
 */
export function readPlatformio(path: string, text: string): BuildFile {
  const sections = readSections(text);
  const libraries = new Map<string, LinkedLibrary>();
  const defines: ReadonlyMap<string, string | undefined>[] = [];
  const maps: number[][] = [];
  const flashWrites = new Map<number, FlashWrite>();
  let hasUnknownLibraries = false;
  let isRtos = false;
  for (const name of sections.keys()) {
    if (!name.startsWith('env:')) continue;
    const env = new Environment(sections, name);
    if (!/^$|espressif8266/.test(env.value('platform'))) continue;
    isRtos ||= /\besp8266-rtos-sdk\b/.test(env.value('framework'));
    const removed = new Set(env.words('build_unflags').map(word => word.text));
    const flags = linkerWords(
      ['build_flags', 'src_build_flags', 'build_src_flags']
        .flatMap(option => env.words(option))
        .filter(word => !removed.has(word.text)),
    );
    hasUnknownLibraries ||= flags.some(
      ({ text: word }) => /^-l|^!/.test(word) && libraryIn(word) === undefined,
    );
    for (const library of librariesIn(flags, text, name)) {
      const key = `${library.start} ${library.name}`;
      const lists = [...(libraries.get(key)?.lists ?? []), ...library.lists];
      libraries.set(key, { ...library, lists });
    }
    defines.push(new Map(definesIn(flags)));
    const commands = env.options.flatMap(option => env.words(option));
    for (const written of flashWritesIn(commands)) flashWrites.set(written.start, written);
    maps.push(mapsIn(commands));
  }
  const [first = new Map<string, string | undefined>(), ...rest] = defines;
  const isAgreed = (name: string, value: string | undefined) =>
    rest.every(each => each.has(name) && each.get(name) === value);
  return {
    path,
    text,
    includes: [],
    libraries: [...libraries.values()],
    hasUnknownLibraries,
    defines: new Map([...first].filter(([name, value]) => isAgreed(name, value))),
    maps: maps.flat(),
    flashWrites: [...flashWrites.values()],
    namesOpenSdk: false,
    isRtos,
  };
}

/** The options of one environment, the ones that it takes from others included. */
class Environment {
  readonly #sections: Sections;
  readonly #name: string;
  /** The sections that it takes options from; the first one with an option has it. */
  readonly #bases: string[] = [];

  constructor(sections: Sections, name: string) {
    this.#sections = sections;
    this.#name = name;
    const open = ['env', name];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (this.#bases.includes(next)) continue;
      this.#bases.push(next);
      const others = sections.get(next)?.get('extends')?.text ?? '';
      open.push(...others.split(/[,\n]/).map(other => other.trim()));
    }
  }

  get options(): string[] {
    return [...new Set(this.#bases.flatMap(base => [...(this.#sections.get(base)?.keys() ?? [])]))];
  }

  /** An option's text; empty where there is none. */
  value(option: string): string {
    return this.words(option)
      .map(({ text }) => text)
      .join(' ');
  }

  /** An option's words, those of references in place. */
  words(option: string): Word[] {
    const found: Word[] = [];
    this.#collect(this.#find(option), found, 0);
    return found;
  }

  #find(option: string): Option | undefined {
    const base = this.#bases.find(each => this.#sections.get(each)?.has(option) === true);
    return base === undefined ? undefined : this.#sections.get(base)?.get(option);
  }

  #collect(option: Option | undefined, found: Word[], depth: number): void {
    if (option === undefined || depth > maxDepth) return;
    for (const word of shellWords(option.text, option.start)) {
      if (found.length >= maxWords) return;
      const whole = /^\$\{([^{}]+)\}$/.exec(word.text)?.[1];
      if (whole !== undefined) this.#collect(this.#referred(whole), found, depth + 1);
      else found.push({ ...word, text: this.#replaced(word.text, depth) });
    }
  }

  /** A word with what its references stand for. */
  #replaced(text: string, depth: number): string {
    let replaced = '';
    for (let at = 0; at < text.length;) {
      const next = text.indexOf('${', at);
      if (next < 0 || depth > maxDepth) return replaced + text.slice(at);
      const end = closingBracket(text, next + 1);
      const option = this.#referred(text.slice(next + 2, end));
      const value = option?.text.trim();
      replaced += text.slice(at, next);
      // What is not known, such as ${sysenv.NAME}, stays: it makes no flag.
      replaced +=
        value === undefined || value.length > 1000
          ? text.slice(next, end + 1)
          : this.#replaced(value, depth + 4);
      at = end + 1;
    }
    return replaced;
  }

  #referred(name: string): Option | undefined {
    const dot = name.lastIndexOf('.');
    const [section, option] = [name.slice(0, dot), name.slice(dot + 1)];
    if (section === 'this' || section === this.#name) return this.#find(option);
    return section.startsWith('env:') && this.#sections.has(section)
      ? new Environment(this.#sections, section).#find(option)
      : this.#sections.get(section)?.get(option);
  }
}

/** Sections with their options. A comment is blanks; lines that are indented continue with the option before. */
function readSections(text: string): Sections {
  const sections = new Map<string, Map<string, Option>>();
  let options = new Map<string, Option>();
  let option: Option | undefined;
  let start = 0;
  for (const whole of text.split('\n')) {
    const line = whole.replace(/^\s*[;#].*$|\s;.*$/, comment => ' '.repeat(comment.length));
    const section = /^\[([^\]]*)\]/.exec(line)?.[1];
    const [head, name] = /^([^\s=:][^=:]*?)\s*[=:]\s*/.exec(line) ?? [];
    if (section !== undefined) {
      options = sections.get(section) ?? new Map<string, Option>();
      sections.set(section, options);
      option = undefined;
    } else if (head !== undefined && name !== undefined) {
      option = { text: line.slice(head.length), start: start + head.length };
      options.set(name.trim(), option);
    } else if (option !== undefined && (/^\s/.test(line) || line === ''))
      option.text = `${option.text}\n${line}`;
    else option = undefined;
    start += whole.length + 1;
  }
  return sections;
}
