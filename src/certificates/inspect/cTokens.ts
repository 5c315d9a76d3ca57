import type { Span } from './model';

/** A token of C that is not left out: no comment, no directive, nothing between `#if 0` and its end. */
export interface Token {
  kind: 'word' | 'number' | 'char' | 'string' | 'sign';
  start: number;
  end: number;
}

/** A file named by `#include "…"`. */
export interface Include {
  name: string;
  range: Span;
}

/** A macro that the text defines, and where its body is. */
export interface Definition {
  name: string;
  /** Undefined for a macro without parentheses. */
  parameters?: string[];
  nameRange: Span;
  start: number;
  end: number;
}

const newline = 10;
const carriageReturn = 13;
const slash = 47;
const star = 42;
const hash = 35;
const doubleQuote = 34;
const singleQuote = 39;
const backslash = 92;
const dot = 46;

/**
 * Splits a C text into tokens, in time proportional to its length whatever it holds. Positions are indices into the text as it was
 * given: decode a file of unknown encoding as Latin-1, and they are bytes.
 */
export class CTokens {
  readonly includes: Include[] = [];
  /** The macros defined up to here; `several` for one with different bodies, of which the compiler takes one. */
  readonly definitions = new Map<string, Definition | 'several'>();
  #at = 0;
  #atLineStart = true;
  /** For each open #if: whether its present part is left out, and whether another part may still come in. */
  readonly #conditions: { skipped: boolean; final: boolean }[] = [];
  /** How many of them are left out: counted, because there may be very many. */
  #skipping = 0;

  constructor(readonly text: string) {}

  /** The next token; undefined at the end. */
  next(): Token | undefined {
    for (;;) {
      this.#space();
      const start = this.#at;
      if (start >= this.text.length) return undefined;
      const code = this.text.charCodeAt(start);
      if (code === hash && this.#atLineStart) {
        this.#directive();
        continue;
      }
      this.#atLineStart = false;
      if (this.#skipping > 0) {
        this.#restOfLine();
        continue;
      }
      const kind = this.#token(code);
      // A backslash may be the last character.
      return { kind, start, end: Math.min(this.#at, this.text.length) };
    }
  }

  textOf({ start, end }: Token): string {
    return this.text.slice(start, end);
  }

  /** Moves over one token and returns what it is. */
  #token(code: number): Token['kind'] {
    if (code === doubleQuote || code === singleQuote) {
      this.#quoted(code);
      return code === doubleQuote ? 'string' : 'char';
    }
    const isNumber = isDigit(code) || (code === dot && isDigit(this.text.charCodeAt(this.#at + 1)));
    if (isNumber || isWord(code)) {
      const start = this.#at;
      while (isWord(this.text.charCodeAt(this.#at)) || (isNumber && this.text.charCodeAt(this.#at) === dot))
        this.#at++;
      if (isNumber) return 'number';
      return this.text.charCodeAt(this.#at) === doubleQuote && this.#rawString(start) ? 'string' : 'word';
    }
    this.#at++;
    return 'sign';
  }

  /** Moves over the rest of R"delimiter(…)delimiter"; false if it is none. One that is not closed goes to the end of the text. */
  #rawString(start: number): boolean {
    if (!rawPrefixes.has(this.text.slice(start, Math.min(this.#at, start + 4)))) return false;
    const [opening, delimiter = ''] =
      /^"([^ ()\\\t\v\f\n]{0,16})\(/.exec(this.text.slice(this.#at, this.#at + 18)) ?? [];
    if (opening === undefined) return false;
    const closing = `)${delimiter}"`;
    const end = this.text.indexOf(closing, this.#at + opening.length);
    this.#at = end === -1 ? this.text.length : end + closing.length;
    return true;
  }

  /** Moves over white space, comments and joined lines. */
  #space(): void {
    while (this.#at < this.text.length) {
      const code = this.text.charCodeAt(this.#at);
      const following = this.text.charCodeAt(this.#at + 1);
      if (code === newline) {
        this.#atLineStart = true;
        this.#at++;
      } else if (code === slash && following === star) this.#blockComment();
      else if (code === slash && following === slash) this.#restOfLine();
      else if (code === backslash && (following === newline || following === carriageReturn)) this.#at += 2;
      else if (code <= 32 || code === 0xfeff) this.#at++;
      else return;
    }
  }

  #blockComment(): void {
    const end = this.text.indexOf('*/', this.#at + 2);
    this.#at = end === -1 ? this.text.length : end + 2;
  }

  /** Moves to the line break that ends the line; a backslash before a break joins the next line, a block comment may reach over it. */
  #restOfLine(): void {
    const isComment = this.text.startsWith('//', this.#at);
    while (this.#at < this.text.length) {
      const code = this.text.charCodeAt(this.#at);
      if (code === newline) {
        const before = this.text.charCodeAt(this.#at - 1);
        const last = before === carriageReturn ? this.text.charCodeAt(this.#at - 2) : before;
        if (last !== backslash) return;
      } else if (!isComment && code === slash) {
        const following = this.text.charCodeAt(this.#at + 1);
        if (following === star) {
          this.#blockComment();
          continue;
        }
        if (following === slash) {
          this.#restOfLine();
          return;
        }
      }
      this.#at++;
    }
  }

  /** Moves over a literal; one that is not closed ends with its line. */
  #quoted(quote: number): void {
    this.#at++;
    while (this.#at < this.text.length) {
      const code = this.text.charCodeAt(this.#at);
      if (code === newline) return;
      this.#at++;
      if (code === quote) return;
      if (code === backslash) {
        if (this.text.charCodeAt(this.#at) === carriageReturn) this.#at++;
        this.#at++;
      }
    }
  }

  #directive(): void {
    const start = this.#at + 1;
    this.#restOfLine();
    // A directive that matters is short.
    const line = this.text.slice(start, Math.min(this.#at, start + 1000));
    const [, name = '', rest = ''] = /^[ \t]*([a-z]*)[ \t]*([^]*)/.exec(line) ?? [];
    const innermost = this.#conditions.at(-1);
    switch (name) {
      case 'if':
        this.#open(isConstant(rest, '0'), isConstant(rest, '1'));
        break;
      case 'ifdef':
      case 'ifndef':
        this.#open(false, false);
        break;
      case 'elif':
      case 'else':
        this.#close();
        if (innermost !== undefined) this.#open(innermost.final, innermost.final);
        break;
      case 'endif':
        this.#close();
        break;
      case 'include':
        this.#include(line, start);
        break;
      case 'define':
        this.#define(line, start);
        break;
      case 'undef':
        if (this.#skipping === 0) this.definitions.delete(/^\w+/.exec(rest)?.[0] ?? '');
        break;
    }
  }

  #define(line: string, start: number): void {
    const [head, before = '', name = '', parameters] =
      /^([ \t]*define[ \t]+)([A-Za-z_]\w*)(?:\(([\w\s,.]*)\))?/.exec(line) ?? [];
    if (this.#skipping > 0 || head === undefined) return;
    const definition: Definition = {
      name,
      ...(parameters !== undefined && { parameters: parameters.split(',').map(each => each.trim()) }),
      nameRange: { offset: start + before.length, length: name.length },
      start: start + head.length,
      end: this.#at,
    };
    const known = this.definitions.get(name);
    const isSame =
      known === undefined || (known !== 'several' && this.#bodyOf(known) === this.#bodyOf(definition));
    this.definitions.set(name, isSame ? definition : 'several');
  }

  #bodyOf({ start, end }: Definition): string {
    return this.text.slice(start, end).trim();
  }

  #open(skipped: boolean, final: boolean): void {
    this.#conditions.push({ skipped, final });
    if (skipped) this.#skipping++;
  }

  #close(): void {
    if (this.#conditions.pop()?.skipped === true) this.#skipping--;
  }

  #include(line: string, start: number): void {
    if (this.#skipping > 0) return;
    const open = line.indexOf('"');
    const close = line.indexOf('"', open + 1);
    if (open === -1 || close === -1) return;
    this.includes.push({
      name: line.slice(open + 1, close),
      range: { offset: start + open, length: close + 1 - open },
    });
  }
}

const rawPrefixes = new Set(['R', 'LR', 'uR', 'UR', 'u8R']);

/** Whether a condition is this digit and nothing else but a comment. */
function isConstant(condition: string, digit: string): boolean {
  const [, constant] = /^\(?[ \t]*(\d+)[ \t]*\)?\s*(?:\/[/*]|$)/.exec(condition) ?? [];
  return constant === digit;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Letters, digits, underscore, dollar, and everything outside ASCII. */
function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    isDigit(code) ||
    code === 95 ||
    code === 36 ||
    code > 127
  );
}
