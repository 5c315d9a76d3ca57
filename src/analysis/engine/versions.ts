import type { ChunkFacts } from '../source/fileFacts';
import type { Configuration, Macro } from '../source/preprocess';
import { sdkNames } from '../program/program';
import { Memo, RecentMemo, WeakMemo } from './memo';

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
  text: string;
  words: readonly string[];
  pastes: boolean;
}

const known: ReadonlySet<string> = new Set(sdkNames);
/** More versions of files than one set of macros has in a run. */
const maxVersions = 1000;

/** Recognises what is the same as in another configuration, or as it was before. */
export class Versions {
  readonly #numbers = new RecentMemo<number>();
  readonly #files = new WeakMemo<ReadonlyMap<string, Macro>, Memo<string, number>>();
  readonly #macros = new WeakMemo<Macro, ReadMacro>();
  /** As of the run: a number is forgotten with the texts that nobody asks for any more. */
  readonly #numbersOfMacros = new WeakMemo<ReadMacro, number>();
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
    return this.#files
      .get(macros, () => new Memo(maxVersions))
      .get(key, () => {
        const all = this.#mentioned(pieces, macros, elsewhere.all).sort((a, b) => a - b);
        return this.#numberOf([path, placed, all.join()].join('\n'));
      });
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
      const read = this.#macro(name, macro);
      // What ## puts together may be the name of any.
      if (read.pastes)
        return [...macros].map(([each, value]) => this.#numberOfMacro(this.#macro(each, value)));
      found.push(this.#numberOfMacro(read));
      for (const inner of read.words) if (macros.has(inner)) names.add(inner);
    }
    return found;
  }

  #macro(name: string, macro: Macro): ReadMacro {
    return this.#macros.get(
      macro,
      () => {
        const { body, parameters } = macro;
        return {
          text: `${name}(${parameters?.join() ?? '-'})${body}`,
          words: body.match(/[A-Za-z_]\w*/g) ?? [],
          pastes: body.includes('##'),
        };
      },
      () => [name],
    );
  }

  #numberOfMacro(read: ReadMacro): number {
    return this.#numbersOfMacros.get(
      read,
      () => this.#numberOf(`macro ${read.text}`),
      () => [this.#run],
    );
  }

  #numberOf(text: string): number {
    return this.#numbers.get(text, () => ++this.#last);
  }
}

const declarationsOf = new WeakMemo<ChunkFacts, string>();

/** What a piece declares, without where. */
function declarations(facts: ChunkFacts): string {
  return declarationsOf.get(facts, () => {
    const { structs, aliases, enumerators, prototypes, globals, functions } = facts;
    return JSON.stringify(
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
  });
}

function withoutPlaces(key: string, value: unknown): unknown {
  return key === 'start' || key === 'end' ? undefined : value;
}
