import { CTokens, type Definition, type Token } from './cTokens';

/** Macros nested deeper stay as they are. */
const deepest = 12;
/** Tokens that the macros of a file may become: what grows without end is not a certificate. */
const maxTokens = 200_000;

/** A token that may come from a macro. */
export interface ExpandedToken extends Token {
  /** Where the macro is used, in the file. */
  use?: { start: number; end: number };
  depth?: number;
}

/** The tokens of a C text; behind `expanded` macros that the text defines are replaced by what they stand for. */
export class CMacros {
  readonly #tokens: CTokens;
  /** The tokens that come next, the last one first. */
  readonly #pending: ExpandedToken[] = [];
  readonly #used = new Set<Definition>();
  #left = maxTokens;

  constructor(text: string) {
    this.#tokens = new CTokens(text);
  }

  get includes(): CTokens['includes'] {
    return this.#tokens.includes;
  }

  /** Of the text. */
  get length(): number {
    return this.#tokens.text.length;
  }

  textOf(token: Token): string {
    return this.#tokens.textOf(token);
  }

  /** Macros with one definition in the text, and whether they were used where a token was `expanded`. */
  get macros(): { definition: Definition; isUsed: boolean }[] {
    return [...this.#tokens.definitions.values()].flatMap(definition =>
      definition === 'several' ? [] : [{ definition, isUsed: this.#used.has(definition) }],
    );
  }

  macro(name: string): Definition | undefined {
    const found = this.#tokens.definitions.get(name);
    return found === 'several' ? undefined : found;
  }

  /** The tokens of a macro's body. */
  bodyOf({ start, end }: Definition): Token[] {
    const body = new CTokens(this.#tokens.text.slice(start, end));
    const found: Token[] = [];
    for (let token = body.next(); token; token = body.next())
      found.push({ kind: token.kind, start: token.start + start, end: token.end + start });
    return found;
  }

  next(): ExpandedToken | undefined {
    return this.#pending.pop() ?? this.#tokens.next();
  }

  back(token: ExpandedToken | undefined): void {
    if (token) this.#pending.push(token);
  }

  /** The next token that is not a macro of the text. */
  expanded(): ExpandedToken | undefined {
    for (let token = this.next(); ; token = this.next()) {
      if (token?.kind !== 'word') return token;
      const definition = this.macro(this.textOf(token));
      const depth = (token.depth ?? 0) + 1;
      if (definition === undefined || depth > deepest) return token;
      const given = definition.parameters === undefined ? [] : this.#arguments();
      if (given === undefined) return token;
      const body = this.#substituted(definition, given);
      if (body.length > this.#left) return token;
      this.#left -= body.length;
      this.#used.add(definition);
      const use = token.use ?? { start: token.start, end: token.end };
      for (let at = body.length - 1; at >= 0; at--) {
        const each = body[at];
        if (each) this.#pending.push({ ...each, use, depth });
      }
    }
  }

  /** The arguments of a macro; undefined without parentheses behind its name. */
  #arguments(): ExpandedToken[][] | undefined {
    const open = this.next();
    if (open === undefined || this.textOf(open) !== '(') {
      this.back(open);
      return undefined;
    }
    const found: ExpandedToken[][] = [[]];
    for (let depth = 1; ;) {
      const token = this.next();
      if (token === undefined) return found;
      const sign = token.kind === 'sign' ? this.textOf(token) : '';
      if (sign === '(') depth++;
      if (sign === ')' && --depth === 0) return found;
      if (sign === ',' && depth === 1) found.push([]);
      else found.at(-1)?.push(token);
    }
  }

  #substituted(definition: Definition, given: readonly ExpandedToken[][]): ExpandedToken[] {
    const body = this.bodyOf(definition);
    const { parameters } = definition;
    if (parameters === undefined) return body;
    const found: ExpandedToken[] = [];
    for (const token of body) {
      const at = token.kind === 'word' ? parameters.indexOf(this.textOf(token)) : -1;
      if (at === -1) found.push(token);
      else for (const each of given[at] ?? []) found.push(each);
      if (found.length > this.#left) break;
    }
    return found;
  }
}
