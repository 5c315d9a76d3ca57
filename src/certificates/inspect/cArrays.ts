import { CTokens, type Include, type Token } from './cTokens';
import type { Call, Range } from './model';

/** An array of bytes, or text, that a C file defines. */
export interface CArray {
  name: string;
  /** From the declaration's first word to the end of its initializer. */
  range: Range;
  nameRange: Range;
  /** The initializer. */
  dataRange: Range;
  /** Without the NUL at the end of text. */
  bytes: Uint8Array;
  isText: boolean;
  isStatic: boolean;
  isPointer: boolean;
  sizeOf: number;
  /** The first element that is no constant of a byte; it and its like count as 0. */
  odd?: Range;
}

/** A variable with a number. */
export interface CNumber {
  name: string;
  value: number;
  /** The number. */
  range: Range;
}

export interface CFile {
  arrays: CArray[];
  numbers: CNumber[];
  includes: Include[];
  calls: Call[];
}

/** Functions that take a certificate or key and its length. */
export const certificateSetters = {
  certificate: 'espconn_secure_set_default_certificate',
  privateKey: 'espconn_secure_set_default_private_key',
} as const;
/** Calls with more tokens are none that can be judged. */
const longestCall = 64;

/** Turns CA verification on; the device reads its CA records then. */
export const caEnabler = 'espconn_secure_ca_enable';
/** Has the device show a certificate; it reads its own records then. */
export const ownEnabler = 'espconn_secure_cert_req_enable';
const callees = new Set<string>([...Object.values(certificateSetters), caEnabler, ownEnabler]);

/** Types of one byte, as C, stdint.h and the SDK's c_types.h have them. */
const byteTypes = new Set([
  'char',
  'uint8',
  'uint8_t',
  'sint8',
  'int8',
  'int8_t',
  'u8',
  'u8_t',
  'uchar',
  'byte',
  'BYTE',
]);
/** Longer heads of declarations are none. */
const longestHead = 64;

/**
 * Returns the byte arrays, texts and numbers that a C text defines, in the order of the text. What stands in comments or under
 * `#if 0` is left out; all other branches count. Never throws; takes time in proportion to the text.
 */
export function readC(text: string): CFile {
  return new Reader(text).read();
}

/** What stands before the `=` of a definition. */
interface Head {
  name: Token;
  kind: 'array' | 'pointer' | 'scalar';
  isStatic: boolean;
  /** The words that the definitions after a comma share. */
  type: Token[];
  declaredSize?: number | undefined;
}

class Reader {
  readonly #tokens: CTokens;
  readonly #file: CFile;
  readonly #sizes = new Map<string, number>();
  #head: Token[] = [];

  constructor(text: string) {
    this.#tokens = new CTokens(text);
    this.#file = { arrays: [], numbers: [], includes: this.#tokens.includes, calls: [] };
  }

  read(): CFile {
    for (let token = this.#tokens.next(); token; token = this.#tokens.next()) {
      const sign = token.kind === 'sign' ? this.#text(token) : '';
      if (sign === ';' || sign === '{' || sign === '}') this.#head = [];
      else if (sign === '=') this.#definition();
      else if (sign === '(' && callees.has(this.#text(this.#head.at(-1)))) this.#call();
      else if (this.#head.length < longestHead) this.#head.push(token);
    }
    return this.#file;
  }

  /** Reads the arguments of a call, up to the parenthesis that closes it. */
  #call(): void {
    const callee = this.#head.at(-1);
    const name = this.#text(callee);
    const args: Token[][] = [[]];
    let depth = 1;
    for (let count = 0; count < longestCall; count++) {
      const token = this.#tokens.next();
      if (token === undefined) return;
      const sign = token.kind === 'sign' ? this.#text(token) : '';
      if (sign === '(') depth++;
      if (sign === ')') depth--;
      if (depth === 0) {
        this.#file.calls.push({
          function: name,
          nameRange: rangeOf(callee?.start ?? 0, callee?.end ?? 0),
          arguments: args.map(tokens => this.#argument(tokens)),
        });
        this.#head = [];
        return;
      }
      if (sign === ',' && depth === 1) args.push([]);
      else args.at(-1)?.push(token);
    }
  }

  #argument(tokens: Token[]): Call['arguments'][number] {
    const [first, last] = [tokens[0], tokens.at(-1)];
    return {
      text: tokens.map(token => this.#text(token)).join(''),
      range: rangeOf(first?.start ?? 0, last?.end ?? 0),
    };
  }

  #text(token: Token | undefined): string {
    return token === undefined ? '' : this.#tokens.textOf(token);
  }

  /** Reads the initializer behind a `=`. */
  #definition(): void {
    const head = this.#declarator();
    const [first] = this.#head;
    this.#head = [];
    const token = this.#tokens.next();
    if (token === undefined || head === undefined || first === undefined) return;
    if (this.#text(token) === '{') {
      const { bytes, isText, odd, end } = this.#elements();
      if (head.kind === 'array') this.#array(head, first, token, { bytes, isText, end, ...(odd && { odd }) });
      this.#next(head);
    } else if (token.kind === 'string' && head.kind !== 'scalar') {
      const bytes = stringBytes(this.#text(token));
      let [end, following] = [token.end, this.#tokens.next()];
      for (; following?.kind === 'string'; following = this.#tokens.next()) {
        for (const byte of stringBytes(this.#text(following))) bytes.push(byte);
        end = following.end;
      }
      this.#array(head, first, token, { bytes, isText: true, end });
      this.#continue(head, following);
    } else if (token.kind === 'number' && head.kind === 'scalar') {
      const value = numberValue(this.#text(token));
      if (value !== undefined)
        this.#file.numbers.push({
          name: this.#text(head.name),
          value,
          range: rangeOf(token.start, token.end),
        });
      this.#next(head);
    } else if (this.#text(token) === 'sizeof' && head.kind === 'scalar') this.#sizeOf(head, token);
    else if (this.#text(token) !== ';') this.#head = [token];
  }

  /** `NAME_len = sizeof(NAME)`, also without the parentheses. */
  #sizeOf(head: Head, start: Token): void {
    let token = this.#tokens.next();
    const isParenthesized = this.#text(token) === '(';
    if (isParenthesized) token = this.#tokens.next();
    const value = this.#sizes.get(this.#text(token));
    const end = isParenthesized ? this.#tokens.next() : token;
    if (value !== undefined && end)
      this.#file.numbers.push({
        name: this.#text(head.name),
        value,
        range: rangeOf(start.start, end.end),
      });
    this.#next(head);
  }

  /** Goes on behind an initializer: a comma begins another name of the same type. */
  #next(head: Head): void {
    this.#continue(head, this.#tokens.next());
  }

  #continue({ type }: Head, token: Token | undefined): void {
    const sign = this.#text(token);
    this.#head =
      sign === ',' ? [...type] : token === undefined || sign === ';' || sign === '}' ? [] : [token];
  }

  /** What the tokens before a `=` declare; undefined if that is neither a byte array, nor a text, nor a number. */
  #declarator(): Head | undefined {
    const head = this.#head;
    const texts = head.map(token => this.#text(token));
    const bracket = texts.indexOf('[');
    const isStatic = texts.some(text => text === 'static' || text === 'LOCAL');
    const isByte = (end: number) => texts.slice(0, end).some(text => byteTypes.has(text));
    if (bracket > 0) {
      const name = head[bracket - 1];
      if (name?.kind !== 'word' || !isByte(bracket - 1) || texts.includes('[', bracket + 1)) return undefined;
      // A list of texts, such as the marks of PEM that a program looks for.
      if (texts.slice(0, bracket).includes('*')) return undefined;
      const size = head[bracket + 1];
      return {
        name,
        kind: 'array',
        isStatic,
        type: head.slice(0, bracket - 1),
        declaredSize:
          size?.kind === 'number' && texts[bracket + 2] === ']' ? numberValue(this.#text(size)) : undefined,
      };
    }
    const name = head.at(-1);
    if (name?.kind !== 'word' || head.length < 2) return undefined;
    const pointer = texts.lastIndexOf('*');
    const before = head.slice(0, -1);
    if (pointer > 0)
      return isByte(pointer) ? { name, kind: 'pointer', isStatic, type: head.slice(0, pointer) } : undefined;
    return before.every(({ kind }) => kind === 'word')
      ? { name, kind: 'scalar', isStatic, type: before }
      : undefined;
  }

  #array(
    { name, declaredSize, kind, isStatic }: Head,
    first: Token,
    data: Token,
    { bytes, isText, odd, end }: { bytes: number[]; isText: boolean; odd?: Range; end: number },
  ): void {
    const sizeOf = declaredSize ?? bytes.length + (isText ? 1 : 0);
    const length =
      declaredSize === undefined || kind === 'pointer' ? bytes.length : Math.min(declaredSize, bytes.length);
    this.#sizes.set(this.#text(name), sizeOf);
    this.#file.arrays.push({
      name: this.#text(name),
      range: rangeOf(first.start, end),
      nameRange: rangeOf(name.start, name.end),
      dataRange: rangeOf(data.start, end),
      bytes: Uint8Array.from(bytes.slice(0, length)),
      isText,
      isStatic,
      isPointer: kind === 'pointer',
      sizeOf,
      ...(odd && { odd }),
    });
  }

  /** Reads up to the brace that closes the initializer. */
  #elements(): { bytes: number[]; isText: boolean; odd: Range | undefined; end: number } {
    const bytes: number[] = [];
    let isText = false;
    let odd: Range | undefined;
    let depth = 1;
    /** Of the element being read. */
    let element: { value: number | undefined; start: number; negative: boolean } | undefined;
    let end = this.#tokens.text.length;
    for (let token = this.#tokens.next(); token; token = this.#tokens.next()) {
      const text = token.kind === 'sign' ? this.#text(token) : '';
      if (text === '{') depth++;
      if (text === '}') depth--;
      if (depth === 0 || (text === ',' && depth === 1)) {
        if (element !== undefined) {
          const { value } = element;
          if (value === undefined || value > 255 || value < -128) odd ??= rangeOf(element.start, token.start);
          bytes.push((value ?? 0) & 0xff);
        }
        element = undefined;
        if (depth === 0) {
          end = token.end;
          break;
        }
      } else if (token.kind === 'string' && (isText || element === undefined)) {
        isText = true;
        for (const byte of stringBytes(this.#text(token))) bytes.push(byte);
      } else if (element === undefined) {
        const value = text === '-' || text === '(' ? 0 : this.#literal(token);
        element = {
          value: text === '-' || text === '(' ? NaN : value,
          start: token.start,
          negative: text === '-',
        };
      } else if (Number.isNaN(element.value)) {
        // Behind a sign or in a cast, up to the literal.
        const value = this.#literal(token);
        if (value !== undefined) element.value = element.negative ? -value : value;
        else if (text === '-') element.negative = true;
        else if (token.kind === 'sign' && text !== ')') element.value = undefined;
        else if (token.kind === 'string') element.value = undefined;
      } else if (text !== ')') element.value = undefined;
    }
    return { bytes, isText, odd, end };
  }

  #literal(token: Token): number | undefined {
    if (token.kind === 'number') return numberValue(this.#text(token));
    if (token.kind === 'char') return stringBytes(this.#text(token))[0];
    return undefined;
  }
}

function rangeOf(start: number, end: number): Range {
  return { offset: start, length: end - start };
}

/** An integer constant of C, with or without suffix; undefined if it is none. */
export function numberValue(text: string): number | undefined {
  if (text.length > 40) return undefined;
  const match = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)[uUlL]*$/.exec(text);
  const digits = match?.[1];
  if (digits === undefined) return undefined;
  if (/^0\d/.test(digits)) return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
  return Number(digits);
}

const simpleEscapes: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

/** The bytes of a string or character literal. */
function stringBytes(literal: string): number[] {
  const bytes: number[] = [];
  const end = literal.length > 1 && literal.endsWith(literal.charAt(0)) ? literal.length - 1 : literal.length;
  for (let at = 1; at < end; at++) {
    const char = literal.charAt(at);
    if (char !== '\\') {
      bytes.push(char.charCodeAt(0) & 0xff);
      continue;
    }
    const [, octal, hex, joined, other = ''] =
      /^(?:([0-7]{1,3})|x([0-9a-fA-F]{1,8})|(\r?\n)|([^]?))/.exec(
        literal.slice(at + 1, Math.min(at + 12, end)),
      ) ?? [];
    at += (octal ?? joined ?? (hex === undefined ? other : `x${hex}`)).length;
    if (joined !== undefined) continue;
    const value =
      octal !== undefined
        ? Number.parseInt(octal, 8)
        : hex !== undefined
          ? Number.parseInt(hex, 16)
          : (simpleEscapes.get(other) ?? other.charCodeAt(0));
    bytes.push(value & 0xff);
  }
  return bytes;
}
