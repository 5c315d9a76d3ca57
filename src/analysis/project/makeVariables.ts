import path from 'node:path';
import { joined, type MakeLine, makeLines } from './makeLines';
import { closingBracket } from './shellWords';

/** More included Makefiles, or text longer than this, comes from a loop. */
const maxFiles = 200;
const maxLength = 64 * 1024;
/** Variables and functions inside each other. */
const maxDepth = 50;
/** Variables that double each other would take forever. */
const maxExpansions = 100_000;

/** A text file, or undefined where there is none. */
export type ReadText = (file: string) => string | undefined;

export interface MakeOptions {
  read: ReadText;
  /** As on the command line of make: they go before what the Makefile says. */
  given: ReadonlyMap<string, string>;
  /** As make takes them from its environment: what the Makefile says goes before them. */
  environment: Readonly<Record<string, string | undefined>>;
}

interface Condition {
  /** Whether its lines count. */
  active: boolean;
  /** Whether one of its branches has counted, or none may. */
  done: boolean;
}

/**
 * What a Makefile and the ones that it includes say, as far as it can be known without running anything: variables, conditions, the
 * functions that change text, and the lines of recipes. Whatever needs a shell is empty. Any text gives something.
 */
export class MakeVariables {
  readonly #folder: string;
  readonly #options: MakeOptions;
  readonly #variables = new Map<string, string>();
  readonly #recipes: string[] = [];
  #files = 0;
  #depth = 0;
  #expansions = 0;

  /** Reads a Makefile as make does that is started in its folder. */
  constructor(file: string, options: MakeOptions) {
    this.#folder = path.dirname(file);
    this.#options = options;
    this.#variables.set('CURDIR', this.#folder);
    this.#include(file);
  }

  /** The names of the variables that the Makefiles set. */
  get names(): readonly string[] {
    return [...this.#variables.keys()];
  }

  /** The commands of the rules, as they are there. */
  get recipes(): readonly string[] {
    return this.#recipes;
  }

  /** A variable's text with all that it refers to; empty for one that is not set. */
  value(name: string): string {
    const text =
      this.#options.given.get(name) ?? this.#variables.get(name) ?? this.#options.environment[name] ?? '';
    return this.expand(text);
  }

  /** Puts in what variables and functions stand for. */
  expand(text: string): string {
    if (this.#depth >= maxDepth || this.#expansions++ >= maxExpansions) return '';
    this.#depth++;
    try {
      let expanded = '';
      for (let at = 0; at < text.length && expanded.length < maxLength;) {
        const next = text.indexOf('$', at);
        if (next < 0) return expanded + text.slice(at);
        expanded += text.slice(at, next);
        const opened = text[next + 1] ?? '';
        if (opened === '(' || opened === '{') {
          const end = closingBracket(text, next + 1);
          expanded += this.#reference(text.slice(next + 2, end));
          at = end + 1;
        } else {
          // `$$` is for the shell, `$<` and the like for one file: neither is known here.
          expanded += /\w/.test(opened) ? this.value(opened) : '';
          at = next + 2;
        }
      }
      return expanded.slice(0, maxLength);
    } finally {
      this.#depth--;
    }
  }

  #include(file: string): void {
    const text = this.#files < maxFiles ? this.#options.read(file) : undefined;
    if (text === undefined) return;
    this.#files++;
    const conditions: Condition[] = [];
    for (const { text: line, content } of makeLines(text)) {
      if (content.kind === 'condition') this.#condition(content, conditions);
      else if (!isActive(conditions)) continue;
      else if (content.kind === 'recipe') this.#recipes.push(joined(line).trim());
      else if (content.kind === 'assignment') this.#assign(content);
      else if (content.kind === 'include')
        for (const name of words(this.expand(content.names))) this.#include(path.resolve(this.#folder, name));
    }
  }

  #assign({ name: named, operator, value }: Extract<MakeLine['content'], { kind: 'assignment' }>): void {
    const given = joined(value).replaceAll('\\#', '#').trim();
    const name = this.expand(named);
    const known = this.#variables.get(name);
    if (operator === '?=') {
      if (known === undefined && this.#options.environment[name] === undefined)
        this.#variables.set(name, given);
    } else if (operator === '+=') {
      const before = known ?? this.#options.environment[name] ?? '';
      this.#variables.set(name, `${before} ${given}`.trim().slice(0, maxLength));
    } else if (operator !== '!=') {
      this.#variables.set(name, operator === '=' ? withoutItself(name, given) : escaped(this.expand(given)));
    }
  }

  /** A line that begins, changes or ends a condition. */
  #condition(
    { isElse, word, rest }: Extract<MakeLine['content'], { kind: 'condition' }>,
    conditions: Condition[],
  ): void {
    if (word === 'endif') conditions.pop();
    else if (isElse) {
      const last = conditions.at(-1);
      if (last === undefined) return;
      last.active = !last.done && (word === undefined || this.#holds(word, rest));
      last.done ||= last.active;
    } else if (word !== undefined) {
      const isOpen = isActive(conditions);
      const active = isOpen && this.#holds(word, rest);
      conditions.push({ active, done: active || !isOpen });
    }
  }

  #holds(word: string, rest: string): boolean {
    if (word === 'ifdef' || word === 'ifndef')
      return (this.value(this.expand(rest).trim()) !== '') === (word === 'ifdef');
    const text = rest.trim();
    const [left = '', right = ''] = text.startsWith('(')
      ? split(text.slice(1, closingBracket(text, 0)))
      : [...text.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, double, single]) => double ?? single ?? '');
    return (this.expand(left).trim() === this.expand(right).trim()) === (word === 'ifeq');
  }

  #reference(inside: string): string {
    const [, name = '', rest = ''] = /^([a-z-]+)[ \t]+([^]*)$/.exec(inside) ?? [];
    const found = functions.get(name);
    if (found !== undefined) return found(split(rest), this, this.#folder);
    const [, variable = '', from = '', to = ''] = /^([^:]+):([^=]+)=(.*)$/.exec(inside) ?? [];
    if (variable === '') return this.value(this.expand(inside).trim());
    const pattern = this.expand(from);
    const [was, by] = pattern.includes('%')
      ? [pattern, this.expand(to)]
      : [`%${pattern}`, `%${this.expand(to)}`];
    return substituted(was, by, this.value(this.expand(variable)));
  }

  /** The text with a variable set to something for a while. */
  expandWith(name: string, value: string, text: string): string {
    const before = this.#variables.get(name);
    this.#variables.set(name, value);
    const expanded = this.expand(text);
    if (before === undefined) this.#variables.delete(name);
    else this.#variables.set(name, before);
    return expanded;
  }
}

type MakeFunction = (given: readonly string[], make: MakeVariables, folder: string) => string;

/** What make can do to text. Others give nothing: they run programs, or make rules. */
const functions = new Map<string, MakeFunction>([
  ['subst', plain((from, to, text) => (from === '' ? text : text.replaceAll(from, to)))],
  ['patsubst', plain(substituted)],
  ['strip', plain(text => words(text).join(' '))],
  ['findstring', plain((part, text) => (text.includes(part) ? part : ''))],
  ['filter', plain((patterns, text) => chosen(patterns, text, true))],
  ['filter-out', plain((patterns, text) => chosen(patterns, text, false))],
  ['sort', plain(text => [...new Set(words(text))].sort().join(' '))],
  ['word', plain((number, text) => words(text)[Number(number) - 1] ?? '')],
  ['words', plain(text => String(words(text).length))],
  ['firstword', plain(text => words(text)[0] ?? '')],
  ['lastword', plain(text => words(text).at(-1) ?? '')],
  ['dir', plain(text => eachWord(text, word => word.slice(0, word.lastIndexOf('/') + 1) || './'))],
  ['notdir', plain(text => eachWord(text, word => word.slice(word.lastIndexOf('/') + 1)))],
  ['addprefix', plain((prefix, text) => eachWord(text, word => prefix + word))],
  ['addsuffix', plain((suffix, text) => eachWord(text, word => word + suffix))],
  ['abspath', (given, make, folder) => absolute(given, make, folder)],
  ['realpath', (given, make, folder) => absolute(given, make, folder)],
  ['if', ([test = '', yes = '', no = ''], make) => make.expand(make.expand(test).trim() === '' ? no : yes)],
  ['or', (given, make) => given.map(each => make.expand(each).trim()).find(each => each !== '') ?? ''],
  [
    'foreach',
    ([name = '', list = '', text = ''], make) =>
      eachWord(make.expand(list), word => make.expandWith(make.expand(name).trim(), word, text)),
  ],
  ['shell', ([command = ''], _make, folder) => (command.trim() === 'pwd' ? folder : '')],
  ...['wildcard', 'call', 'eval', 'error', 'warning', 'info', 'value', 'origin'].map(
    (name): [string, MakeFunction] => [name, () => ''],
  ),
]);

/** A function of expanded arguments. */
function plain(change: (...given: [string, string, string]) => string): MakeFunction {
  return (given, make) => {
    const [first = '', second = '', third = ''] = given.map(each => make.expand(each));
    return change(first, second, third);
  };
}

function absolute(given: readonly string[], make: MakeVariables, folder: string): string {
  return eachWord(make.expand(given.join(',')), word => path.resolve(folder, word));
}

function substituted(from: string, to: string, text: string): string {
  const pattern = patternOf(from);
  return eachWord(text, word => {
    const stem = pattern.exec(word)?.[1];
    return stem === undefined && !pattern.test(word) ? word : to.replace('%', () => stem ?? '');
  });
}

function chosen(patterns: string, text: string, isWanted: boolean): string {
  const all = words(patterns).map(patternOf);
  return words(text)
    .filter(word => all.some(pattern => pattern.test(word)) === isWanted)
    .join(' ');
}

/** A pattern of make, where the first % stands for anything. */
function patternOf(pattern: string): RegExp {
  const [head = '', ...tail] = pattern.split('%');
  const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(
    tail.length === 0 ? `^${quoted(head)}$` : `^${quoted(head)}(.*)${quoted(tail.join('%'))}$`,
  );
}

function eachWord(text: string, change: (word: string) => string): string {
  return words(text).map(change).join(' ');
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(word => word !== '');
}

function isActive(conditions: readonly Condition[]): boolean {
  return conditions.every(({ active }) => active);
}

/** A variable that is set to itself and more would never end; make refuses it. */
function withoutItself(name: string, text: string): string {
  return text.replaceAll(`$(${name})`, '').replaceAll(`\${${name}}`, '');
}

/** Text that is not expanded a second time. */
function escaped(text: string): string {
  return text.replaceAll('$', '');
}

/** Arguments between the commas that are in no brackets. */
function split(text: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let here = 0; here < text.length; here++) {
    const letter = text[here] ?? '';
    if ('({'.includes(letter)) depth++;
    else if (')}'.includes(letter)) depth--;
    else if (letter === ',' && depth === 0) {
      parts.push(text.slice(start, here));
      start = here + 1;
    }
  }
  return [...parts, text.slice(start)];
}
