import type { ChunkFacts } from '../source/fileFacts';
import type { Configuration, Macro } from '../source/preprocess';
import { sdkNames } from '../program/program';
import { Recent } from './recentlyUsed';

/** A piece of a file that is read. */
export interface Piece {
  /** One for each text. */
  number: number;
  start: number;
  identifiers: ReadonlySet<string>;
}

interface Names {
  all: ReadonlySet<string>;
  number: number;
}

/** A macro, with what there is in its body. */
interface ReadMacro {
  name: string;
  text: string;
  words: readonly string[];
  pastes: boolean;
  /** One for each text, as of the run. */
  number: number;
  run: number;
}

const known: ReadonlySet<string> = new Set(sdkNames);

/** Recognises what is the same as in another configuration, or as it was before. */
export class Versions {
  readonly #numbers = new Recent<number>();
  readonly #files = new WeakMap<ReadonlyMap<string, Macro>, Map<string, number>>();
  readonly #macros = new WeakMap<Macro, ReadMacro>();
  #last = 0;
  #run = 0;

  /** Begins a run. */
  next(): void {
    this.#run++;
    this.#numbers.next();
  }

  /** One number for a configuration of a project with these files. */
  ofSetting(setting: Configuration, paths: readonly string[]): number {
    return this.#numberOf(JSON.stringify([...setting, ...paths]));
  }

  /** Names, with one number for all of them. */
  names(all: ReadonlySet<string>): Names {
    return { all, number: this.#numberOf([...all].join()) };
  }

  /**
   * One number for all a file's pieces and the macros that these mention, directly or by what macros stand for. `elsewhere` are names
   * that constants of other files mention.
   */
  ofFile(
    path: string,
    pieces: readonly Piece[],
    macros: ReadonlyMap<string, Macro>,
    elsewhere: Names,
  ): number {
    if (pieces.length === 0) return this.#numberOf(path);
    const placed = pieces.map(({ number, start }) => `${number}@${start}`).join();
    const key = `${path}\n${placed}\n${elsewhere.number}`;
    let files = this.#files.get(macros);
    if (files === undefined) this.#files.set(macros, (files = new Map<string, number>()));
    let number = files.get(key);
    if (number === undefined) {
      const all = this.#mentioned(pieces, macros, elsewhere.all).sort((a, b) => a - b);
      number = this.#numberOf([path, placed, all.join()].join('\n'));
      files.set(key, number);
    }
    return number;
  }

  /** One number for all that files declare: types, constants, variables and heads of functions. */
  ofDeclarations(files: readonly { path: string; facts: readonly ChunkFacts[] }[]): number {
    return this.#numberOf(
      files.map(({ path, facts }) => [path, ...facts.map(declarations)].join('\n')).join('\n\n'),
    );
  }

  /** The macros that pieces mention, each with what it stands for, as numbers. */
  #mentioned(
    pieces: readonly Piece[],
    macros: ReadonlyMap<string, Macro>,
    elsewhere: ReadonlySet<string>,
  ): number[] {
    const names = new Set<string>();
    for (const { identifiers } of pieces)
      for (const name of identifiers) if (macros.has(name)) names.add(name);
    // The SDK's headers mention their own names.
    for (const name of macros.keys()) if (elsewhere.has(name) || known.has(name)) names.add(name);
    const found: number[] = [];
    for (const name of names) {
      const macro = macros.get(name);
      if (macro === undefined) continue;
      const { number, words, pastes } = this.#macro(name, macro);
      // What ## puts together may be the name of any.
      if (pastes) return [...macros].map(([each, value]) => this.#macro(each, value).number);
      found.push(number);
      for (const inner of words) if (macros.has(inner)) names.add(inner);
    }
    return found;
  }

  #macro(name: string, macro: Macro): ReadMacro {
    let read = this.#macros.get(macro);
    if (read?.name !== name) {
      const { body, parameters } = macro;
      read = {
        name,
        text: `${name}(${parameters?.join() ?? '-'})${body}`,
        words: body.match(/[A-Za-z_]\w*/g) ?? [],
        pastes: body.includes('##'),
        number: 0,
        run: 0,
      };
      this.#macros.set(macro, read);
    }
    // Once a run: a number is forgotten with the texts that nobody asks for any more.
    if (read.run !== this.#run) {
      read.run = this.#run;
      read.number = this.#numberOf(`macro ${read.text}`);
    }
    return read;
  }

  #numberOf(text: string): number {
    return this.#numbers.get(text, () => ++this.#last);
  }
}

const texts = new WeakMap<ChunkFacts, string>();

/** What a piece declares, without where. */
function declarations(facts: ChunkFacts): string {
  let text = texts.get(facts);
  if (text === undefined) {
    const { structs, aliases, enumerators, prototypes, globals, functions } = facts;
    text = JSON.stringify(
      [
        structs,
        aliases,
        enumerators,
        prototypes.map(({ name, returnType }) => [name, returnType]),
        globals.map(({ name, type, internal, external, functionPointer }) => [
          name,
          type,
          internal,
          external,
          functionPointer,
        ]),
        functions.map(({ name, returnType, static: internal, parameters }) => [
          name,
          returnType,
          internal,
          parameters.map(each => [each.name, each.type, each.functionPointer]),
        ]),
      ],
      withoutPlaces,
    );
    texts.set(facts, text);
  }
  return text;
}

function withoutPlaces(key: string, value: unknown): unknown {
  return key === 'start' || key === 'end' ? undefined : value;
}
