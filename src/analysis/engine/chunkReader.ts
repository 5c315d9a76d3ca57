import type { Chunk } from '../source/chunks';
import { type ChunkFacts, readChunk } from '../source/fileFacts';
import type { FunctionFacts } from '../source/functionFacts';
import type { Parse } from '../source/parser';
import type { Macro } from '../source/preprocess';

/** Longer chunks are data. */
export const maxChunk = 256 * 1024;

/** What is known of a chunk's text, wherever that is. */
interface KnownChunk {
  /** One for each text. */
  number: number;
  identifiers: ReadonlySet<string>;
  facts: ChunkFacts | undefined;
  used: number;
}

/** Parses outer declarations and bodies of macros, each text once. */
export class ChunkReader {
  readonly #parse: Parse;
  readonly #chunks = new Map<string, KnownChunk>();
  readonly #bodies = new Map<string, FunctionFacts | undefined>();
  #run = 0;
  #lastNumber = 0;

  constructor(parse: Parse) {
    this.#parse = parse;
  }

  /** Begins a run. */
  next(): void {
    this.#run++;
  }

  /** What a chunk is without being parsed. */
  known(chunk: Chunk): Pick<KnownChunk, 'number' | 'identifiers'> {
    return this.#known(chunk);
  }

  /** What a chunk declares and does. */
  facts(chunk: Chunk): ChunkFacts {
    const known = this.#known(chunk);
    known.facts ??= readChunk(chunk, this.#parse);
    return known.facts;
  }

  #known(chunk: Chunk): KnownChunk {
    let known = this.#chunks.get(chunk.text);
    if (known === undefined) {
      known = {
        number: ++this.#lastNumber,
        identifiers: identifiers(chunk.text),
        facts: undefined,
        used: this.#run,
      };
      this.#chunks.set(chunk.text, known);
    }
    known.used = this.#run;
    return known;
  }

  /** The body of a macro, read as if it were a function's. */
  macro(macro: Macro, name: string): FunctionFacts | undefined {
    const parameters = (macro.parameters ?? []).filter(parameter => /^\w+$/.test(parameter));
    const text = `void ${name}(${parameters.map(parameter => `int ${parameter}`).join(', ')}) { ${macro.body}; }`;
    if (!this.#bodies.has(text)) {
      const chunk = { text, start: 0, end: text.length, isFunction: true };
      this.#bodies.set(text, readChunk(chunk, this.#parse).functions[0]);
    }
    return this.#bodies.get(text);
  }

  /** Drops chunks that have not been seen for some time. */
  forget(): void {
    if (this.#chunks.size < 20_000 && this.#run % 50 !== 0) return;
    for (const [text, { used }] of this.#chunks) if (this.#run - used > 20) this.#chunks.delete(text);
  }
}

function identifiers(text: string): Set<string> {
  // Tables of bytes have none that matter.
  if (text.length > maxChunk) return new Set();
  return new Set(text.match(/[A-Za-z_]\w*/g) ?? []);
}
