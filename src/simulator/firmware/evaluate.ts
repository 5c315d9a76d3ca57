import { ProblemError } from '../../problems';
import { parseExpression, type BinaryOperator, type Expression, type UnaryOperator } from './parseExpression';
import {
  pointerSize,
  sizeOf,
  strip,
  typeName,
  type BaseType,
  type Encoding,
  type Type,
  type Types,
} from './types';
import { missingText, TypedValue, type ValueReader } from './values';

/** What the names in an expression mean. */
export interface ExpressionScope {
  readonly types: Pick<Types, 'named' | 'enumerator'>;
  readonly reader: ValueReader;
  /** A variable or function; enumerators and types come from `types`. */
  lookup(name: string): TypedValue | undefined;
}

/**
 * The value of a C expression without side effects: no assignment, no call. Integers have 32 or 64 bits, as on the
 * device. Throws a Problem that says what is wrong with it.
 */
export function evaluate(text: string, scope: ExpressionScope): TypedValue {
  const value = new Evaluator(scope).value(parseExpression(text, scope.types));
  return new TypedValue(scope.reader, text, value.cType, value.storage, text, value.bits);
}

type Operand =
  | { kind: 'integer'; value: bigint; size: number; signed: boolean }
  | { kind: 'float'; value: number; size: number };

const int: BaseType = integerType(4, true);

class Evaluator {
  readonly #scope: ExpressionScope;

  constructor(scope: ExpressionScope) {
    this.#scope = scope;
  }

  value(expression: Expression): TypedValue {
    switch (expression.kind) {
      case 'name':
        return this.#name(expression.name);
      case 'number':
        return this.#integer(expression.value, integerType(expression.size, expression.signed));
      case 'member': {
        const owner = this.value(expression.owner);
        const record = expression.operator === '.' ? owner : this.#pointedTo(owner, '->');
        const member = record.member(expression.member, expression.operator === '.' ? undefined : owner);
        if (member !== undefined) return member;
        throw new ProblemError({ kind: 'member-unknown', member: expression.member, type: record.type });
      }
      case 'index': {
        const index = this.#number(this.value(expression.index));
        const owner = this.value(expression.owner);
        const element = index.kind === 'integer' ? owner.element(Number(index.value)) : undefined;
        if (element !== undefined) return element;
        this.#requireValue(owner);
        throw unfit('[]', owner);
      }
      case 'unary':
        return this.#unary(expression.operator, this.value(expression.operand));
      case 'cast':
        return this.#cast(this.value(expression.operand), expression.type);
      case 'size of type':
        return this.#sizeOf(expression.type);
      case 'size of value':
        return this.#sizeOf(this.value(expression.operand).cType);
      case 'binary':
        return this.#binary(expression.operator, expression.left, expression.right);
    }
  }

  #name(name: string): TypedValue {
    const value = this.#scope.lookup(name);
    if (value !== undefined) return value;
    const enumerator = this.#scope.types.enumerator(name);
    if (enumerator !== undefined) return this.#integer(BigInt(enumerator.value), enumerator.type);
    throw new ProblemError({ kind: 'name-unknown', name });
  }

  #unary(operator: UnaryOperator, operand: TypedValue): TypedValue {
    switch (operator) {
      case '*':
        return strip(operand.cType).kind === 'array' ? this.#element(operand) : this.#pointedTo(operand, '*');
      case '&':
        return this.#addressOf(operand);
      case '!':
        return this.#truth(!this.#isTrue(operand));
      default: {
        const number = this.#number(operand);
        if (number.kind === 'float') {
          if (operator === '~') throw unfit(operator, operand);
          return this.#float(operator === '-' ? -number.value : number.value, number.size);
        }
        const { value, size, signed } = number;
        const result = operator === '-' ? -value : operator === '~' ? ~value : value;
        return this.#integer(result, integerType(size, signed));
      }
    }
  }

  #addressOf(operand: TypedValue): TypedValue {
    if (operand.address === undefined || operand.bits !== undefined) throw unfit('&', operand);
    return this.#integer(BigInt(operand.address), { kind: 'pointer', target: operand.cType });
  }

  #element(array: TypedValue): TypedValue {
    const element = array.element(0);
    if (element === undefined) throw unfit('*', array);
    return element;
  }

  #pointedTo(pointer: TypedValue, operator: string): TypedValue {
    const type = strip(pointer.cType);
    if (type.kind !== 'pointer' || strip(type.target).kind === 'void') throw unfit(operator, pointer);
    const target = pointer.dereference();
    if (target !== undefined) return target;
    this.#requireValue(pointer);
    throw unfit(operator, pointer);
  }

  #sizeOf(type: Type): TypedValue {
    const size = sizeOf(type);
    if (size === undefined)
      throw new ProblemError({ kind: 'operator-unfit', operator: 'sizeof', type: typeName(type) });
    return this.#integer(BigInt(size), integerType(4, false));
  }

  #cast(operand: TypedValue, type: Type): TypedValue {
    const target = strip(type);
    if (target.kind === 'base' && target.encoding === 'float') {
      return this.#float(Number(this.#number(operand).value), target.size, type);
    }
    if (target.kind !== 'base' && target.kind !== 'enum' && target.kind !== 'pointer')
      throw unfit(`(${typeName(type)})`, operand);
    const number = this.#number(operand);
    if (target.kind === 'base' && target.encoding === 'boolean')
      return this.#integer(Number(number.value) === 0 ? 0n : 1n, type);
    if (number.kind === 'integer') return this.#integer(number.value, type);
    if (!Number.isFinite(number.value)) throw unfit(`(${typeName(type)})`, operand);
    return this.#integer(BigInt(Math.trunc(number.value)), type);
  }

  #binary(operator: BinaryOperator, left: Expression, right: Expression): TypedValue {
    const a = this.value(left);
    if (operator === '&&' || operator === '||') {
      const decided = this.#isTrue(a) === (operator === '||');
      return this.#truth(decided ? operator === '||' : this.#isTrue(this.value(right)));
    }
    const b = this.value(right);
    const aTarget = pointerTarget(a);
    const bTarget = pointerTarget(b);
    if (operator === '+' && aTarget !== undefined && bTarget === undefined)
      return this.#advance(a, aTarget, b, 1n);
    if (operator === '+' && bTarget !== undefined && aTarget === undefined)
      return this.#advance(b, bTarget, a, 1n);
    if (operator === '-' && aTarget !== undefined) {
      if (bTarget === undefined) return this.#advance(a, aTarget, b, -1n);
      const distance = this.#wholeNumber(a, operator) - this.#wholeNumber(b, operator);
      return this.#integer(distance / BigInt(Math.max(sizeOf(aTarget) ?? 1, 1)), int);
    }
    return this.#arithmetic(operator, a, b);
  }

  #advance(pointer: TypedValue, target: Type, by: TypedValue, direction: bigint): TypedValue {
    // GCC counts void and functions as one byte, too.
    const step = BigInt(sizeOf(target) ?? 1) * direction;
    const address = this.#wholeNumber(pointer, '+') + this.#wholeNumber(by, '+') * step;
    return this.#integer(address, { kind: 'pointer', target });
  }

  #wholeNumber(value: TypedValue, operator: string): bigint {
    const number = this.#number(value);
    if (number.kind === 'float') throw unfit(operator, value);
    return number.value;
  }

  #arithmetic(operator: BinaryOperator, left: TypedValue, right: TypedValue): TypedValue {
    const a = this.#number(left);
    const b = this.#number(right);
    if (a.kind === 'float' || b.kind === 'float') {
      const size = Math.max(a.kind === 'float' ? a.size : 4, b.kind === 'float' ? b.size : 4);
      const result = floatOperation(operator, Number(a.value), Number(b.value));
      if (result === undefined) throw unfit(operator, a.kind === 'float' ? left : right);
      return typeof result === 'boolean' ? this.#truth(result) : this.#float(result, size);
    }
    // The usual arithmetic conversions: the wider type wins, of equal ones the unsigned one. A shift keeps its left type.
    const isShift = operator === '<<' || operator === '>>';
    const size = isShift ? a.size : Math.max(a.size, b.size);
    const signed = isShift ? a.signed : (a.signed || a.size < size) && (b.signed || b.size < size);
    const type = integerType(size, signed);
    const result = integerOperation(
      operator,
      wrap(a.value, size, signed),
      isShift ? b.value : wrap(b.value, size, signed),
    );
    if (typeof result === 'boolean') return this.#truth(result);
    return this.#integer(result, type);
  }

  #isTrue(value: TypedValue): boolean {
    return Number(this.#number(value).value) !== 0;
  }

  /** What an operator works with: at least 32 bits. */
  #number(value: TypedValue): Operand {
    const float = value.float();
    if (typeof float === 'number') return { kind: 'float', value: float, size: value.size };
    const integer = value.integer();
    if (typeof integer !== 'bigint') {
      this.#requireValue(value);
      throw new ProblemError({
        kind: 'not-a-number',
        expression: value.evaluateName ?? value.name,
        type: value.type,
      });
    }
    const type = strip(value.cType);
    if (type.kind !== 'base' && type.kind !== 'enum')
      return { kind: 'integer', value: integer, size: pointerSize, signed: false };
    const signed = type.kind === 'enum' ? type.signed : type.encoding === 'signed' || type.size < 4;
    return { kind: 'integer', value: integer, size: Math.max(type.size, 4), signed };
  }

  /** Throws if the value was optimised away or lies where no memory is. */
  #requireValue(value: TypedValue): void {
    const read = value.float() ?? value.integer();
    if (typeof read === 'object')
      throw new ProblemError({
        kind: 'value-missing',
        expression: value.evaluateName ?? value.name,
        reason: missingText(read),
      });
  }

  #truth(condition: boolean): TypedValue {
    return this.#integer(condition ? 1n : 0n, int);
  }

  #integer(value: bigint, type: Type): TypedValue {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
    return new TypedValue(this.#scope.reader, '', type, { kind: 'bytes', bytes }, undefined);
  }

  #float(value: number, size: number, type: Type = floatType(size)): TypedValue {
    const bytes = new Uint8Array(size);
    const view = new DataView(bytes.buffer);
    if (size === 4) view.setFloat32(0, value, true);
    else if (size === 8) view.setFloat64(0, value, true);
    return new TypedValue(this.#scope.reader, '', type, { kind: 'bytes', bytes }, undefined);
  }
}

function integerOperation(operator: BinaryOperator, a: bigint, b: bigint): bigint | boolean {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
    case '%':
      if (b === 0n) throw new ProblemError({ kind: 'division-by-zero' });
      return operator === '/' ? a / b : a % b;
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '<<':
      return a << (b & 63n);
    case '>>':
      return a >> (b & 63n);
    default:
      return comparison(operator, a, b);
  }
}

function floatOperation(operator: BinaryOperator, a: number, b: number): number | boolean | undefined {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
    case '&':
    case '|':
    case '^':
    case '<<':
    case '>>':
      return undefined;
    default:
      return comparison(operator, a, b);
  }
}

function comparison<T extends number | bigint>(operator: BinaryOperator, a: T, b: T): boolean {
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

function wrap(value: bigint, size: number, signed: boolean): bigint {
  return signed ? BigInt.asIntN(size * 8, value) : BigInt.asUintN(size * 8, value);
}

function integerType(size: number, signed: boolean): BaseType {
  const encoding: Encoding = signed ? 'signed' : 'unsigned';
  const name = size > 4 ? (signed ? 'long long' : 'unsigned long long') : signed ? 'int' : 'unsigned int';
  return { kind: 'base', name, size, encoding };
}

function floatType(size: number): BaseType {
  return { kind: 'base', name: size === 4 ? 'float' : 'double', size, encoding: 'float' };
}

function pointerTarget(value: TypedValue): Type | undefined {
  const type = strip(value.cType);
  return type.kind === 'pointer' ? type.target : type.kind === 'array' ? type.element : undefined;
}

function unfit(operator: string, value: TypedValue): ProblemError {
  return new ProblemError({ kind: 'operator-unfit', operator, type: value.type });
}
