import { ProblemError } from '../../problems';
import type { BaseType, Encoding, Type, Types } from './types';

type TypeNames = Pick<Types, 'named'>;

/** A C expression without side effects. */
export type Expression =
  | { kind: 'name'; name: string }
  | { kind: 'number'; value: bigint; size: 4 | 8; signed: boolean }
  | { kind: 'member'; owner: Expression; operator: '.' | '->'; member: string }
  | { kind: 'index'; owner: Expression; index: Expression }
  | { kind: 'unary'; operator: UnaryOperator; operand: Expression }
  | { kind: 'cast'; type: Type; operand: Expression }
  | { kind: 'size of type'; type: Type }
  | { kind: 'size of value'; operand: Expression }
  | { kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression };

export type UnaryOperator = '*' | '&' | '-' | '+' | '!' | '~';

/** How tightly they bind. */
const precedences = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '<': 7,
  '<=': 7,
  '>': 7,
  '>=': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
} as const;

export type BinaryOperator = keyof typeof precedences;

const unaryOperators: ReadonlySet<string> = new Set<UnaryOperator>(['*', '&', '-', '+', '!', '~']);
const changing = new Set([
  '=',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '|=',
  '^=',
  '<<=',
  '>>=',
  '++',
  '--',
  '(',
]);
const deepestNesting = 200;
/** In characters. What it is read into nests at most half as deep, which the stack bears. */
const longestExpression = 2000;

const tokenPattern =
  /\s*(?:(?<name>[A-Za-z_]\w*)|(?<number>\d\w*)|(?<character>'(?:[^'\\]|\\x[0-9a-fA-F]{1,2}|\\[0-7]{1,3}|\\.)')|(?<operator>->|\+\+|--|<<=|>>=|<<|>>|[<>=!+\-*/%&|^]=|&&|\|\||[-+*/%&|^~!<>=()[\].,?:]))/y;

interface Token {
  kind: 'name' | 'number' | 'character' | 'operator' | 'end';
  text: string;
}

/** Reads an expression; `types` tells which names are types. Throws a Problem where it is none. */
export function parseExpression(text: string, types: TypeNames): Expression {
  if (text.length > longestExpression)
    throw new ProblemError({ kind: 'expression-too-long', length: text.length, most: longestExpression });
  const parser = new Parser(text, types);
  const expression = parser.expression(1);
  parser.end();
  return expression;
}

class Parser {
  readonly #text: string;
  readonly #types: TypeNames;
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string, types: TypeNames) {
    this.#text = text;
    this.#types = types;
    this.#tokens = [...this.#split()];
  }

  end(): void {
    const { kind, text } = this.#token;
    if (changing.has(text))
      throw new ProblemError({ kind: 'expression-changes', operator: text === '(' ? '()' : text });
    if (kind !== 'end') throw this.#unexpected();
  }

  /** An expression of operators that bind at least as tightly as `lowest`. */
  expression(lowest: number): Expression {
    let left = this.#unary();
    for (;;) {
      const operator = this.#token.text;
      if (!isBinary(operator) || precedences[operator] < lowest) return left;
      this.#at++;
      left = { kind: 'binary', operator, left, right: this.expression(precedences[operator] + 1) };
    }
  }

  #unary(): Expression {
    if (++this.#depth > deepestNesting) throw this.#unexpected();
    try {
      const { kind, text } = this.#token;
      if (kind === 'operator' && isUnary(text)) {
        this.#at++;
        return { kind: 'unary', operator: text, operand: this.#unary() };
      }
      if (kind === 'name' && text === 'sizeof') {
        this.#at++;
        const type = this.#parenthesizedType();
        return type ? { kind: 'size of type', type } : { kind: 'size of value', operand: this.#unary() };
      }
      const type = this.#parenthesizedType();
      return type ? { kind: 'cast', type, operand: this.#unary() } : this.#postfix();
    } finally {
      this.#depth--;
    }
  }

  #postfix(): Expression {
    let expression = this.#primary();
    for (;;) {
      if (this.#skip('[')) {
        expression = { kind: 'index', owner: expression, index: this.expression(1) };
        this.#expect(']');
        continue;
      }
      const operator = this.#token.text;
      if (operator !== '.' && operator !== '->') return expression;
      this.#at++;
      expression = { kind: 'member', owner: expression, operator, member: this.#name() };
    }
  }

  #primary(): Expression {
    const { kind, text } = this.#token;
    if (kind === 'name') {
      this.#at++;
      return { kind: 'name', name: text };
    }
    if (kind === 'number') {
      const number = readNumber(text);
      if (number === undefined) throw this.#unexpected();
      this.#at++;
      return number;
    }
    if (kind === 'character') {
      this.#at++;
      return { kind: 'number', value: BigInt(characterCode(text.slice(1, -1))), size: 4, signed: true };
    }
    if (!this.#skip('(')) throw this.#unexpected();
    const inner = this.expression(1);
    this.#expect(')');
    return inner;
  }

  /** `(struct espconn *)`; undefined, and nothing read, if what is here is not a type. */
  #parenthesizedType(): Type | undefined {
    const start = this.#at;
    let type = this.#skip('(') ? this.#specifiers() : undefined;
    if (type === undefined) {
      this.#at = start;
      return undefined;
    }
    while (this.#skip('*') || this.#skipQualifier()) {
      if (this.#tokens[this.#at - 1]?.text === '*') type = { kind: 'pointer', target: type };
    }
    this.#expect(')');
    return type;
  }

  #specifiers(): Type | undefined {
    const words: string[] = [];
    while (this.#token.kind === 'name') {
      if (this.#skipQualifier()) continue;
      const { text } = this.#token;
      if (words.length === 0) {
        if (text === 'struct' || text === 'union' || text === 'enum') {
          this.#at++;
          const name = this.#name();
          const type = this.#types.named(text, name);
          if (type === undefined) throw new ProblemError({ kind: 'name-unknown', name: `${text} ${name}` });
          this.#skipQualifier();
          return type;
        }
        const typedef = this.#types.named('typedef', text);
        if (typedef !== undefined) {
          this.#at++;
          return typedef;
        }
      }
      if (!baseWords.has(text)) break;
      words.push(text);
      this.#at++;
    }
    return words.length === 0 ? undefined : baseType(words);
  }

  #skipQualifier(): boolean {
    return this.#skip('const') || this.#skip('volatile');
  }

  #name(): string {
    const { kind, text } = this.#token;
    if (kind !== 'name') throw this.#unexpected();
    this.#at++;
    return text;
  }

  #skip(text: string): boolean {
    if (this.#token.text !== text) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#skip(text)) this.#fail();
  }

  #fail(): never {
    this.end();
    throw this.#unexpected();
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  #unexpected(found = this.#token.text): ProblemError {
    return new ProblemError({ kind: 'expression-malformed', expression: this.#text, found });
  }

  *#split(): Iterable<Token> {
    const text = this.#text.trimEnd();
    tokenPattern.lastIndex = 0;
    while (tokenPattern.lastIndex < text.length) {
      const start = tokenPattern.lastIndex;
      const groups = tokenPattern.exec(text)?.groups;
      const [kind, found] =
        Object.entries<string | undefined>(groups ?? {}).find(([, part]) => part !== undefined) ?? [];
      if (found === undefined || !isTokenKind(kind)) throw this.#unexpected(text.slice(start).trim());
      yield { kind, text: found };
    }
  }
}

function isTokenKind(kind: string | undefined): kind is Token['kind'] {
  return kind === 'name' || kind === 'number' || kind === 'character' || kind === 'operator';
}

function isBinary(text: string): text is BinaryOperator {
  return Object.hasOwn(precedences, text);
}

function isUnary(text: string): text is UnaryOperator {
  return unaryOperators.has(text);
}

/** A C integer literal; as in C it takes the first of int, unsigned (unless decimal), long long that can hold it. */
function readNumber(text: string): Expression | undefined {
  const match = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9]\d*)([uUlL]*)$/.exec(text);
  const digits = match?.[1];
  const suffix = match?.[2] ?? '';
  if (digits === undefined) return undefined;
  const isDecimal = /^[1-9]/.test(digits);
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const unsigned = /u/i.test(suffix);
  const long = /ll/i.test(suffix);
  if (value >= 1n << 64n) return undefined;
  if (!long && !unsigned && value < 1n << 31n) return { kind: 'number', value, size: 4, signed: true };
  if (!long && (unsigned || !isDecimal) && value < 1n << 32n)
    return { kind: 'number', value, size: 4, signed: false };
  return { kind: 'number', value, size: 8, signed: !unsigned && value < 1n << 63n };
}

const characterEscapes = new Map([
  ['a', 7],
  ['b', 8],
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
]);

function characterCode(inside: string): number {
  if (!inside.startsWith('\\')) return inside.charCodeAt(0);
  const rest = inside.slice(1);
  if (rest.startsWith('x')) return parseInt(rest.slice(1), 16);
  if (/^[0-7]/.test(rest)) return parseInt(rest, 8);
  return characterEscapes.get(rest) ?? rest.charCodeAt(0);
}

const baseWords = new Set([
  'void',
  'char',
  'short',
  'int',
  'long',
  'float',
  'double',
  'signed',
  'unsigned',
  '_Bool',
  'bool',
]);

/** The type that words such as `unsigned long int` name, with the sizes of this chip: int and long have 4 bytes. */
function baseType(words: readonly string[]): Type {
  const has = (word: string): boolean => words.includes(word);
  const base = (name: string, size: number, encoding: Encoding): BaseType => ({
    kind: 'base',
    name,
    size,
    encoding,
  });
  if (has('void')) return { kind: 'void' };
  if (has('_Bool') || has('bool')) return base('_Bool', 1, 'boolean');
  if (has('float')) return base('float', 4, 'float');
  if (has('double')) return base('double', 8, 'float');
  const encoding = has('unsigned') ? 'unsigned' : 'signed';
  if (has('char')) {
    // Plain char is unsigned on the chip and the only one that is text.
    if (has('signed') || has('unsigned')) return base(`${encoding} char`, 1, encoding);
    return base('char', 1, 'unsigned');
  }
  const prefix = has('unsigned') ? 'unsigned ' : '';
  if (has('short')) return base(`${prefix}short`, 2, encoding);
  const longs = words.filter(word => word === 'long').length;
  if (longs > 1) return base(`${prefix}long long`, 8, encoding);
  return base(`${prefix}${longs === 1 ? 'long' : 'int'}`, 4, encoding);
}
