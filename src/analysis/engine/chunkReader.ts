import type { Chunk } from '../source/chunks';
import { type ChunkFacts, readChunk } from '../source/fileFacts';
import type { FunctionFacts } from '../source/functionFacts';
import type { Parse } from '../source/parser';
import type { Macro } from '../source/preprocess';
import { RecentMemo } from './memo';

/** Longer chunks are data. */
export const maxChunk = 256 * 1024;

/** Runs after which what nobody asks for is forgotten: other projects and configurations may have the same. */
const runsKept = 10;

/** What a chunk's text is without being parsed. */
interface KnownChunk {
  /** One for each text. */
  number: number;
  identifiers: ReadonlySet<string>;
}

/** Parses outer declarations and bodies of macros, each text once. */
export class ChunkReader {
  readonly #parse: Parse;
  readonly #known = new RecentMemo<KnownChunk>(runsKept);
  readonly #facts = new RecentMemo<ChunkFacts>(runsKept);
  readonly #bodies = new RecentMemo<FunctionFacts | undefined>(runsKept);
  #lastNumber = 0;

  constructor(parse: Parse) {
    this.#parse = parse;
  }

  /** Begins a run. */
  next(): void {
    for (const kept of [this.#known, this.#facts, this.#bodies]) kept.next();
  }

  /** What a chunk is without being parsed. */
  known({ text }: Chunk): KnownChunk {
    return this.#known.get(text, () => ({ number: ++this.#lastNumber, identifiers: identifiers(text) }));
  }

  /** What a chunk declares and does. */
  facts(chunk: Chunk): ChunkFacts {
    return this.#facts.get(chunk.text, () => readChunk(chunk, this.#parse));
  }

  /** The body of a macro, read as if it were a function's. */
  macro(macro: Macro, name: string): FunctionFacts | undefined {
    const parameters = (macro.parameters ?? []).filter(parameter => /^\w+$/.test(parameter));
    const text = `void ${name}(${parameters.map(parameter => `int ${parameter}`).join(', ')}) { ${macro.body}; }`;
    return this.#bodies.get(
      text,
      () => readChunk({ text, start: 0, end: text.length, isFunction: true }, this.#parse).functions[0],
    );
  }
}

function identifiers(text: string): Set<string> {
  // Tables of bytes have none that matter.
  if (text.length > maxChunk) return new Set();
  return new Set(text.match(/[A-Za-z_]\w*/g) ?? []);
}
