/** What a constant expression is evaluated with; undefined for what is not known. */
export interface Names {
  number: (name: string) => number | undefined;
  /** What `sizeof` gives for an array. */
  sizeOf: (name: string) => number | undefined;
  /** What `strlen` gives for an array. */
  stringLength?: (name: string) => number | undefined;
}

/** Longer expressions are no lengths. */
const longestExpression = 500;
const operators: readonly (readonly string[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const lengthFunctions = new Set(['strlen', 'os_strlen', 'ets_strlen', 'strlen_P']);
/** Words of a cast to a number. */
const numberTypes =
  /^(?:unsigned|signed|int|long|short|char|const|size_t|u?int(?:8|16|32)(?:_t)?|[su]int(?:8|16|32)|u(?:8|16|32)(?:_t)?)$/;

/** Returns the value of a constant expression of C with integers; undefined for any other text. */
export function evaluate(text: string, names: Names): number | undefined {
  if (text.length > longestExpression) return undefined;
  const tokens = text.match(/[\w.]+|<<|>>|->|\S/g) ?? [];
  const expression = new Expression(tokens, names);
  const value = expression.binary(0);
  return expression.isDone && value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

class Expression {
  #at = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly names: Names,
  ) {}

  get isDone(): boolean {
    return this.#at === this.tokens.length;
  }

  binary(level: number): number | undefined {
    const signs = operators[level];
    if (signs === undefined) return this.#unary();
    let value = this.binary(level + 1);
    for (let sign = this.#peek(); signs.includes(sign); sign = this.#peek()) {
      this.#at++;
      const right = this.binary(level + 1);
      value = value === undefined || right === undefined ? undefined : applied(sign, value, right);
    }
    return value;
  }

  #peek(): string {
    return this.tokens[this.#at] ?? '';
  }

  #accept(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }

  #unary(): number | undefined {
    const token = this.#peek();
    this.#at++;
    const operand = () => this.#unary();
    switch (token) {
      case '+':
        return operand();
      case '-': {
        const value = operand();
        return value === undefined ? undefined : -value;
      }
      case '~': {
        const value = operand();
        return value === undefined ? undefined : ~value;
      }
      case '(': {
        if (this.#cast()) return operand();
        const value = this.binary(0);
        return this.#accept(')') ? value : undefined;
      }
      case 'sizeof':
        return this.#sizeOf();
    }
    if (lengthFunctions.has(token) && this.#accept('(')) {
      const name = this.#name();
      return this.#accept(')') && name !== undefined ? this.names.stringLength?.(name) : undefined;
    }
    return numberValue(token) ?? (/^[A-Za-z_]\w*$/.test(token) ? this.names.number(token) : undefined);
  }

  /** Moves over the rest of `(unsigned int)`, also with asterisks. */
  #cast(): boolean {
    let end = this.#at;
    while (numberTypes.test(this.tokens[end] ?? '')) end++;
    if (end === this.#at) return false;
    while (this.tokens[end] === '*') end++;
    if (this.tokens[end] !== ')') return false;
    this.#at = end + 1;
    return true;
  }

  #sizeOf(): number | undefined {
    const isParenthesized = this.#accept('(');
    if (isParenthesized && /^(?:char|uint8|uint8_t|u8)$/.test(this.#peek())) {
      this.#at++;
      return this.#accept(')') ? 1 : undefined;
    }
    const name = this.#name();
    if (name === undefined) return undefined;
    let value = this.names.sizeOf(name);
    if (this.#accept('[')) {
      this.#at++;
      if (!this.#accept(']')) return undefined;
      value = value === undefined ? undefined : 1;
    }
    return !isParenthesized || this.#accept(')') ? value : undefined;
  }

  /** A name with the casts in front of it. */
  #name(): string | undefined {
    while (this.#peek() === '(') {
      this.#at++;
      if (!this.#cast()) return undefined;
    }
    const token = this.#peek();
    this.#at++;
    return /^[A-Za-z_]\w*$/.test(token) ? token : undefined;
  }
}

function applied(sign: string, left: number, right: number): number | undefined {
  switch (sign) {
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '&':
      return left & right;
    case '<<':
      return left << right;
    case '>>':
      return left >> right;
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      if (right === 0) return undefined;
      return sign === '/' ? Math.trunc(left / right) : left % right;
  }
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
