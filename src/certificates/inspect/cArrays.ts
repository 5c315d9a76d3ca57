import { evaluate, type Names, numberValue } from './cExpression';
import { stringBytes } from './cLiterals';
import { CMacros, type ExpandedToken } from './cMacros';
import type { Definition, Include, Token } from './cTokens';
import type { Call, Span } from './model';

/** An array of bytes, or text, that a C file defines; the text that it gives to a pointer or to a member of a struct, too. */
export interface CArray {
  name: string;
  /** From the declaration's first word to the end of its initializer. */
  range: Span;
  nameRange: Span;
  /** The initializer. */
  dataRange: Span;
  /** Without the NUL at the end of text. */
  bytes: Uint8Array;
  isText: boolean;
  isStatic: boolean;
  isPointer: boolean;
  sizeOf: number;
  /** The first element that is no constant of a byte; it and its like count as 0. */
  odd?: Span;
}

/** A variable or macro with a number. */
export interface CNumber {
  name: string;
  /** Undefined where the text does not tell it. */
  value?: number;
  /** A macro, or a variable that nothing changes. */
  isConstant: boolean;
  /** The number. */
  range: Span;
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
const longestCall = 1024;

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
/** Longer bodies of macros are no numbers. */
const longestNumber = 200;
/** Macros that name macros that name macros: deeper ones are no lengths. */
const deepestConstant = 30;
/** What makes a text worth naming, wherever it is. */
const pemMark = '-----BEGIN ';
/** No certificate or key is shorter. */
export const minBytes = 100;

/**
 * Returns the byte arrays, texts and numbers that a C text defines, in the order of the text. What is in comments or under
 * `#if 0` is left out; all other branches count. Never throws; takes time in proportion to the text.
 */
export function readC(text: string): CFile {
  return new Reader(text).read();
}

/** What is before the `=` of a definition. */
interface Head {
  name: ExpandedToken;
  kind: 'array' | 'pointer' | 'scalar';
  isStatic: boolean;
  /** The words that the definitions after a comma share. */
  type: ExpandedToken[];
  isConst: boolean;
  declaredSize?: number | undefined;
}

class Reader {
  readonly #tokens: CMacros;
  readonly #file: CFile;
  readonly #sizes = new Map<string, number>();
  readonly #constants = new Map<string, number | undefined>();
  #depth = 0;
  #head: ExpandedToken[] = [];
  /** The variable whose initializer is being read. */
  #owner: string | undefined;
  readonly #names: Names = {
    number: name => this.#constant(name),
    sizeOf: name => this.#sizes.get(name),
  };

  constructor(text: string) {
    this.#tokens = new CMacros(text);
    this.#file = { arrays: [], numbers: [], includes: this.#tokens.includes, calls: [] };
  }

  read(): CFile {
    for (let token = this.#tokens.next(); token; token = this.#tokens.next()) {
      const sign = token.kind === 'sign' ? this.#text(token) : '';
      if (sign === ';') this.#owner = undefined;
      if (sign === ';' || sign === '{' || sign === '}') this.#head = [];
      else if (sign === '=') this.#definition();
      else if (sign === '(' && callees.has(this.#text(this.#head.at(-1)))) this.#call();
      else if (token.kind === 'string') this.#looseText(token, this.#owner);
      else {
        if (this.#head.length >= longestHead) this.#head.shift();
        this.#head.push(token);
      }
    }
    this.#readMacros();
    return this.#file;
  }

  /** The macros that stand for numbers, and for texts that nothing else in the file has. */
  #readMacros(): void {
    for (const { definition, isUsed } of this.#tokens.macros) {
      const { name, parameters, start, end, nameRange } = definition;
      if (parameters !== undefined) continue;
      if (end - start < longestNumber) {
        const value = this.#constant(name);
        if (value !== undefined)
          this.#file.numbers.push({ name, value, isConstant: true, range: this.#bodyRange(definition) });
      } else if (!isUsed && this.#tokens.textOf({ kind: 'string', start, end }).includes(pemMark)) {
        const tokens = this.#tokens.bodyOf(definition);
        const data = rangeOf(tokens[0]?.start ?? start, tokens.at(-1)?.end ?? end);
        if (!tokens.every(({ kind }) => kind === 'string')) continue;
        const bytes = tokens.flatMap(token => stringBytes(this.#text(token)));
        const range = rangeOf(nameRange.offset, data.offset + data.length);
        this.#pem({ name, range, nameRange, dataRange: data, bytes });
      }
    }
  }

  #bodyRange(definition: Definition): Span {
    const tokens = this.#tokens.bodyOf(definition);
    return rangeOf(tokens[0]?.start ?? definition.start, tokens.at(-1)?.end ?? definition.end);
  }

  /** The value of a macro or constant; undefined if it has none that is known. */
  #constant(name: string): number | undefined {
    if (this.#constants.has(name)) return this.#constants.get(name);
    if (this.#depth >= deepestConstant) return undefined;
    // While it is being worked out, it is not known: a macro may name itself.
    this.#constants.set(name, undefined);
    const definition = this.#tokens.macro(name);
    if (definition === undefined || definition.parameters !== undefined) return undefined;
    if (definition.end - definition.start >= longestNumber) return undefined;
    const body = joined(this.#tokens.bodyOf(definition).map(token => this.#text(token)));
    this.#depth++;
    const value = evaluate(body, this.#names);
    this.#depth--;
    this.#constants.set(name, value);
    return value;
  }

  /** Reads the arguments of a call, up to the parenthesis that closes it. */
  #call(): void {
    const callee = this.#head.at(-1);
    const name = this.#text(callee);
    const args: ExpandedToken[][] = [[]];
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
        for (const tokens of args) this.#textIn(tokens);
        this.#head = [];
        return;
      }
      if (sign === ',' && depth === 1) args.push([]);
      else args.at(-1)?.push(token);
    }
  }

  #argument(tokens: ExpandedToken[]): Call['arguments'][number] {
    const [first, last] = [tokens[0], tokens.at(-1)];
    return {
      text: joined(tokens.map(token => this.#text(token))),
      range: rangeOf(first?.start ?? 0, last?.end ?? 0),
    };
  }

  /** A text that a call is given as it is. */
  #textIn(tokens: readonly ExpandedToken[]): void {
    const strings = tokens.filter(({ kind }) => kind === 'string');
    const [first, last] = [strings[0], strings.at(-1)];
    if (first === undefined || last === undefined) return;
    const bytes = strings.flatMap(token => stringBytes(this.#text(token)));
    const range = rangeOf(first.start, last.end);
    this.#pem({ name: labelIn(bytes), range, nameRange: range, dataRange: range, bytes });
  }

  /** Text that no declaration of bytes has: in a struct, behind an assignment, in a macro of another file. */
  #looseText(first: ExpandedToken, name: string | undefined, nameToken?: ExpandedToken): void {
    const { bytes, end, following } = this.#strings(first);
    const data = rangeOf(startOf(first), end);
    const nameRange = nameToken ? rangeOf(startOf(nameToken), endOf(nameToken)) : data;
    const range = rangeOf(nameRange.offset, end);
    this.#pem({ name: name ?? labelIn(bytes), range, nameRange, dataRange: data, bytes });
    this.#tokens.back(following);
  }

  #pem(found: Pick<CArray, 'name' | 'range' | 'nameRange' | 'dataRange'> & { bytes: number[] }): void {
    const bytes = Uint8Array.from(found.bytes);
    if (!Buffer.from(bytes).includes(pemMark)) return;
    this.#file.arrays.push({
      ...found,
      bytes,
      isText: true,
      isStatic: true,
      isPointer: false,
      sizeOf: bytes.length + 1,
    });
  }

  /** Adjacent literals, also the ones that macros stand for. */
  #strings(first: ExpandedToken): { bytes: number[]; end: number; following: ExpandedToken | undefined } {
    const bytes = stringBytes(this.#text(first));
    let [end, following] = [endOf(first), this.#tokens.expanded()];
    for (; following?.kind === 'string'; following = this.#tokens.expanded()) {
      for (const byte of stringBytes(this.#text(following))) bytes.push(byte);
      end = endOf(following);
    }
    return { bytes, end, following };
  }

  #text(token: Token | undefined): string {
    return token === undefined ? '' : this.#tokens.textOf(token);
  }

  /** Reads the initializer behind a `=`. */
  #definition(): void {
    const head = this.#declarator();
    const path = this.#path();
    const [first] = this.#head;
    this.#head = [];
    let token = this.#tokens.expanded();
    // Text in parentheses.
    while (this.#text(token) === '(' && head?.kind !== 'scalar') token = this.#tokens.expanded();
    if (token === undefined) return;
    if (token.kind === 'string' && (head === undefined || head.kind === 'scalar' || first === undefined)) {
      this.#looseText(token, path?.name ?? this.#owner, path?.last);
      return;
    }
    if (this.#text(token) === '{') {
      this.#braces(head, first, path, token);
      return;
    }
    if (head === undefined || first === undefined) {
      this.#owner ??= path?.name;
      this.#tokens.back(token);
      return;
    }
    if (token.kind === 'string') {
      const { bytes, end, following } = this.#strings(token);
      this.#array(head, first, startOf(token), { bytes, isText: true, end });
      this.#continue(head, this.#text(following) === ')' ? this.#tokens.next() : following);
    } else if (head.kind === 'scalar') this.#number(head, token);
    else {
      this.#owner = this.#text(head.name);
      this.#head = [token];
    }
  }

  #braces(
    head: Head | undefined,
    first: ExpandedToken | undefined,
    path: { name: string; last: ExpandedToken } | undefined,
    brace: ExpandedToken,
  ): void {
    if (head?.kind === 'array' && first !== undefined) {
      const { bytes, isText, odd, end } = this.#elements();
      this.#array(head, first, startOf(brace), { bytes, isText, end, ...(odd && { odd }) });
      this.#next(head);
      return;
    }
    const inner = this.#tokens.expanded();
    this.#tokens.back(inner);
    const isBytes = inner?.kind === 'number' && path?.name.includes('.') === true;
    if (!isBytes) {
      this.#owner = path?.name ?? this.#owner;
      return;
    }
    // Bytes of a member.
    const { bytes, isText, end } = this.#elements();
    if (bytes.length < minBytes) return;
    const nameRange = rangeOf(startOf(path.last), endOf(path.last));
    this.#file.arrays.push({
      name: path.name,
      range: rangeOf(nameRange.offset, end),
      nameRange,
      dataRange: rangeOf(startOf(brace), end),
      bytes: Uint8Array.from(bytes),
      isText,
      isStatic: true,
      isPointer: false,
      sizeOf: bytes.length,
    });
  }

  /** The number that a variable starts with: a constant expression, `sizeof` of an array, a macro. */
  #number(head: Head, first: ExpandedToken): void {
    const tokens: ExpandedToken[] = [];
    let token: ExpandedToken | undefined = first;
    for (let depth = 0; token !== undefined; token = this.#tokens.next()) {
      const sign = token.kind === 'sign' ? this.#text(token) : '';
      if (depth === 0 && (sign === ',' || sign === ';' || sign === '}' || sign === ')')) break;
      // A statement that is not closed; what its braces hold may be definitions.
      if (sign === '{' || sign === '=' || tokens.length >= longestHead) {
        this.#tokens.back(token);
        this.#head = tokens;
        return;
      }
      if (sign === '(') depth++;
      if (sign === ')') depth--;
      tokens.push(token);
    }
    const last = tokens.at(-1) ?? first;
    const value = evaluate(joined(tokens.map(each => this.#text(each))), this.#names);
    const name = this.#text(head.name);
    if (head.isConst) this.#constants.set(name, value);
    this.#file.numbers.push({
      name,
      ...(value !== undefined && { value }),
      isConstant: head.isConst,
      range: rangeOf(startOf(first), endOf(last)),
    });
    this.#continue(head, token);
  }

  /** Goes on behind an initializer: a comma begins another name of the same type. */
  #next(head: Head): void {
    this.#continue(head, this.#tokens.next());
  }

  #continue({ type }: Head, token: ExpandedToken | undefined): void {
    const sign = this.#text(token);
    this.#head =
      sign === ',' ? [...type] : token === undefined || sign === ';' || sign === '}' ? [] : [token];
  }

  /** The name before a `=` with the members that lead to it: `.cert` in an initializer, `tls.cert` or `tls->cert` in a statement. */
  #path(): { name: string; last: ExpandedToken } | undefined {
    const head = this.#head;
    // Behind the name of an array.
    let at = head.length - 1;
    if (this.#text(head[at]) === ']')
      at = head.findLastIndex((_, index) => index < at && this.#text(head[index]) === '[') - 1;
    const last = head[at];
    if (last?.kind !== 'word') return undefined;
    let name = this.#text(last);
    for (;;) {
      const arrow = this.#text(head[at - 1]) === '>' && this.#text(head[at - 2]) === '-';
      if (!arrow && this.#text(head[at - 1]) !== '.') return { name, last };
      at -= arrow ? 3 : 2;
      const outer = head[at];
      if (outer?.kind !== 'word')
        return { name: this.#owner === undefined ? name : `${this.#owner}.${name}`, last };
      name = `${this.#text(outer)}${arrow ? '->' : '.'}${name}`;
    }
  }

  /** What the tokens before a `=` declare; undefined if that is neither a byte array, nor a text, nor a number. */
  #declarator(): Head | undefined {
    const head = this.#head;
    const texts = head.map(token => this.#text(token));
    const bracket = texts.indexOf('[');
    const isStatic = texts.some(text => text === 'static' || text === 'LOCAL');
    const isConst = texts.includes('const');
    const isByte = (end: number) => texts.slice(0, end).some(text => byteTypes.has(text));
    if (bracket > 0) {
      const name = head[bracket - 1];
      if (name?.kind !== 'word' || !isByte(bracket - 1) || texts.includes('[', bracket + 1)) return undefined;
      // A list of texts, such as the marks of PEM that a program looks for.
      if (texts.slice(0, bracket).includes('*')) return undefined;
      return {
        name,
        kind: 'array',
        isStatic,
        isConst,
        type: head.slice(0, bracket - 1),
        declaredSize: evaluate(joined(texts.slice(bracket + 1, texts.indexOf(']', bracket))), this.#names),
      };
    }
    const name = head.at(-1);
    if (name?.kind !== 'word' || head.length < 2) return undefined;
    const pointer = texts.lastIndexOf('*');
    const before = head.slice(0, -1);
    if (pointer > 0)
      return isByte(pointer)
        ? { name, kind: 'pointer', isStatic, isConst, type: head.slice(0, pointer) }
        : undefined;
    return before.every(({ kind }) => kind === 'word')
      ? { name, kind: 'scalar', isStatic, isConst, type: before }
      : undefined;
  }

  #array(
    { name, declaredSize, kind, isStatic }: Head,
    first: ExpandedToken,
    data: number,
    { bytes, isText, odd, end }: { bytes: number[]; isText: boolean; odd?: Span; end: number },
  ): void {
    const sizeOf = declaredSize ?? bytes.length + (isText ? 1 : 0);
    const length =
      declaredSize === undefined || kind === 'pointer' ? bytes.length : Math.min(declaredSize, bytes.length);
    this.#sizes.set(this.#text(name), sizeOf);
    this.#file.arrays.push({
      name: this.#text(name),
      range: rangeOf(first.start, end),
      nameRange: rangeOf(name.start, name.end),
      dataRange: rangeOf(data, end),
      bytes: Uint8Array.from(bytes.slice(0, length)),
      isText,
      isStatic,
      isPointer: kind === 'pointer',
      sizeOf,
      ...(odd && { odd }),
    });
  }

  /** Reads up to the brace that closes the initializer. */
  #elements(): { bytes: number[]; isText: boolean; odd: Span | undefined; end: number } {
    const bytes: number[] = [];
    let isText = false;
    let odd: Span | undefined;
    let depth = 1;
    /** Of the element being read. */
    let element: { value: number | undefined; start: number; negative: boolean } | undefined;
    let end = this.#tokens.length;
    for (let token = this.#tokens.expanded(); token; token = this.#tokens.expanded()) {
      const text = token.kind === 'sign' ? this.#text(token) : '';
      if (text === '{') depth++;
      if (text === '}') depth--;
      if (depth === 0 || (text === ',' && depth === 1)) {
        if (element !== undefined) {
          const { value } = element;
          if (value === undefined || value > 255 || value < -128)
            odd ??= rangeOf(element.start, startOf(token));
          bytes.push((value ?? 0) & 0xff);
        }
        element = undefined;
        if (depth === 0) {
          end = endOf(token);
          break;
        }
      } else if (token.kind === 'string' && (isText || element === undefined)) {
        isText = true;
        for (const byte of stringBytes(this.#text(token))) bytes.push(byte);
      } else if (element === undefined) {
        const value = text === '-' || text === '(' ? 0 : this.#literal(token);
        element = {
          value: text === '-' || text === '(' ? NaN : value,
          start: startOf(token),
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

function rangeOf(start: number, end: number): Span {
  return { offset: start, length: end - start };
}

/** Where a token begins in the file: where its macro is used. */
function startOf({ start, use }: ExpandedToken): number {
  return use?.start ?? start;
}

function endOf({ end, use }: ExpandedToken): number {
  return use?.end ?? end;
}

/** Tokens as one text, with blanks between words only. */
function joined(texts: readonly string[]): string {
  const isWord = (character: string | undefined) => character !== undefined && /\w/.test(character);
  return texts
    .map((text, at) => (isWord(texts[at - 1]?.at(-1)) && isWord(text[0]) ? ` ${text}` : text))
    .join('');
}

/** What a PEM text without a name is called: by its first label. */
function labelIn(bytes: readonly number[]): string {
  return /-----BEGIN ([A-Z0-9 ]{1,64})-----/.exec(Buffer.from(bytes).toString('latin1'))?.[1] ?? 'PEM';
}
