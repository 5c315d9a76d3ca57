import type { Range } from '../../findings/range';

/** A type as a declaration or cast names it, without qualifiers. */
export interface TypeName {
  /** The tag of a struct, union or enum, or the name of a type. */
  name: string;
  pointers: number;
  /** Whether it is an array (of pointers, where it has some). */
  array: boolean;
  /** Number of elements, where the declaration says it. */
  length?: Expression;
}

/** An expression of C, as far as the rules look. Ranges are relative to the chunk that it was parsed in. */
export type Expression = Range &
  (
    | { kind: 'name'; name: string }
    | { kind: 'number'; value: number | undefined }
    | { kind: 'string'; length: number }
    | { kind: 'call'; callee: Expression; arguments: readonly Expression[] }
    | { kind: 'member'; base: Expression; member: string }
    | { kind: 'index'; base: Expression; index: Expression }
    | { kind: 'unary'; operator: string; operand: Expression }
    | { kind: 'binary'; operator: string; left: Expression; right: Expression }
    | { kind: 'assignment'; operator: string; target: Expression; value: Expression }
    | { kind: 'choice'; test: Expression; yes: Expression; no: Expression }
    | { kind: 'cast'; type: TypeName; operand: Expression }
    | { kind: 'sizeof'; type: TypeName | undefined; operand: Expression | undefined }
    | { kind: 'list'; items: readonly ListItem[] }
    | { kind: 'defined'; name: string }
    | { kind: 'other'; parts: readonly Expression[] }
  );

/** An initializer of a struct's member or an array's element; without a designator it is the next one. */
export interface ListItem {
  member: string | undefined;
  value: Expression;
}

/** A call among the expressions. */
export type CallExpression = Extract<Expression, { kind: 'call' }>;

/** The expressions directly inside this one, in the order of evaluation. */
export function parts(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'name':
    case 'number':
    case 'string':
    case 'defined':
      return [];
    case 'call':
      return [expression.callee, ...expression.arguments];
    case 'member':
      return [expression.base];
    case 'index':
      return [expression.base, expression.index];
    case 'unary':
    case 'cast':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'assignment':
      return [expression.value, expression.target];
    case 'choice':
      return [expression.test, expression.yes, expression.no];
    case 'sizeof':
      return expression.operand === undefined ? [] : [expression.operand];
    case 'list':
      return expression.items.map(({ value }) => value);
    case 'other':
      return expression.parts;
  }
}

/** The expression without casts around it. */
export function withoutCasts(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'cast') inner = inner.operand;
  return inner;
}

/** Whether a name is somewhere in an expression. */
export function mentions(expression: Expression, name: string): boolean {
  return expression.kind === 'name'
    ? expression.name === name
    : parts(expression).some(part => mentions(part, name));
}

/** How a constant's name is looked up; undefined for what has no constant value. */
export type Lookup = (name: string) => number | undefined;

/** The value of what looks like a call, but is the use of a macro; undefined for calls. */
export type Called = (call: Extract<Expression, { kind: 'call' }>) => number | undefined;

/**
 * The value of a constant expression, undefined where it is open. Logical operators are decided by one side where that is enough.
 * Values are C's to the extent that firmware's constants need it: integers, no wrapping.
 */
export function fold(expression: Expression, lookup: Lookup, called?: Called): number | undefined {
  const inner = (part: Expression) => fold(part, lookup, called);
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'name':
      return lookup(expression.name);
    case 'defined':
      return lookup(`defined ${expression.name}`);
    case 'cast':
      return expression.type.pointers > 0
        ? inner(expression.operand)
        : narrowed(inner(expression.operand), expression.type.name);
    case 'unary': {
      const value = inner(expression.operand);
      if (value === undefined) return undefined;
      switch (expression.operator) {
        case '!':
          return value === 0 ? 1 : 0;
        case '-':
          return -value;
        case '+':
          return value;
        case '~':
          return ~value;
        default:
          return undefined;
      }
    }
    case 'binary':
      return foldBinary(expression.operator, inner(expression.left), () => inner(expression.right));
    case 'choice': {
      const test = inner(expression.test);
      if (test === undefined) return undefined;
      return inner(test === 0 ? expression.no : expression.yes);
    }
    case 'call':
      return called?.(expression);
    default:
      return undefined;
  }
}

function narrowed(value: number | undefined, type: string): number | undefined {
  if (value === undefined) return undefined;
  if (/^(?:uint8|uint8_t|u8|unsigned char)$/.test(type)) return value & 0xff;
  if (/^(?:uint16|uint16_t|u16|unsigned short)$/.test(type)) return value & 0xffff;
  return value;
}

function foldBinary(
  operator: string,
  left: number | undefined,
  evaluateRight: () => number | undefined,
): number | undefined {
  if (operator === '&&' && left === 0) return 0;
  if (operator === '||' && left !== undefined && left !== 0) return 1;
  const right = evaluateRight();
  if (operator === '&&' && right === 0) return 0;
  if (operator === '||' && right !== undefined && right !== 0) return 1;
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? undefined : Math.trunc(left / right);
    case '%':
      return right === 0 ? undefined : left % right;
    case '<<':
      return left * 2 ** right;
    case '>>':
      return Math.floor(left / 2 ** right);
    case '&':
      return (left & right) >>> 0;
    case '|':
      return (left | right) >>> 0;
    case '^':
      return (left ^ right) >>> 0;
    case '<':
      return Number(left < right);
    case '>':
      return Number(left > right);
    case '<=':
      return Number(left <= right);
    case '>=':
      return Number(left >= right);
    case '==':
      return Number(left === right);
    case '!=':
      return Number(left !== right);
    case '&&':
    case '||':
      return Number(operator === '&&' ? left !== 0 && right !== 0 : left !== 0 || right !== 0);
    default:
      return undefined;
  }
}

/** The value of a number or character as C writes it; undefined for floating point and what is malformed. */
export function numberValue(text: string): number | undefined {
  // The grammar takes a sign before a number for part of it.
  const [, sign, digits] = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)[uUlL]*$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return sign === '-' ? -value : value;
}
