import { effectOf } from '../../sdk/effects';
import { type Expression, withoutCasts } from '../source/expression';
import { parameterIndex } from './passedArguments';
import type { CallSite, ProgramFunction } from './program';
import { sizeOfType } from './typeSizes';
import { evaluate, givenTo, isStrlen, onlySource } from './values';
import type { Facts } from '../rules/rule';

/** Bytes that the flash is written in, and that the CPU loads at once. */
export const wordSize = 4;

const maxDepth = 6;

/**
 * What is left of a number when it is divided by 4; undefined where that is not known. With `way`, a call of the function around, as far as
 * parameters are what that call gives.
 */
export function remainder(
  facts: Facts,
  expression: Expression,
  within: ProgramFunction,
  depth = 0,
  way?: Way,
): number | undefined {
  const value = evaluate(facts, expression, within);
  if (value !== undefined) return modulo(value);
  if (depth > maxDepth) return undefined;
  const inner = withoutCasts(expression);
  const of = (part: Expression, function_ = within) =>
    remainder(facts, part, function_, depth + 1, function_ === within ? way : undefined);
  switch (inner.kind) {
    case 'name':
      return ofName(facts, inner.name, within, of, way);
    case 'choice': {
      const [yes, no] = [of(inner.yes), of(inner.no)];
      return yes === no ? yes : undefined;
    }
    case 'binary': {
      const { operator } = inner;
      const [left, right] = [of(inner.left), of(inner.right)];
      const by = evaluate(facts, inner.right, within);
      if (operator === '<<') return by !== undefined && by >= 2 ? 0 : undefined;
      if ((operator === '*' || operator === '&') && (left === 0 || right === 0)) return 0;
      if (left === undefined || right === undefined) return undefined;
      if (operator === '+') return modulo(left + right);
      if (operator === '-') return modulo(left - right);
      return operator === '*' ? modulo(left * right) : undefined;
    }
    default:
      return undefined;
  }
}

/** A call of a function, as far as it gives the function's parameters. */
type Way = Pick<CallSite, 'arguments' | 'caller'>;

/** Whether nothing keeps a number to multiples of 4: the length of a text, or of what was received. */
export function isAnyNumber(
  facts: Facts,
  expression: Expression,
  within: ProgramFunction,
  depth = 0,
): boolean {
  if (depth > maxDepth || remainder(facts, expression, within) !== undefined) return false;
  const inner = withoutCasts(expression);
  switch (inner.kind) {
    case 'call':
      return isStrlen(inner);
    case 'binary':
      return (
        (inner.operator === '+' || inner.operator === '-') &&
        [inner.left, inner.right].some(side => isAnyNumber(facts, side, within, depth + 1))
      );
    case 'name': {
      if (isReceived(facts, inner.name, within, 2)) return true;
      const source = onlySource(facts, inner.name, within);
      return source !== undefined && isAnyNumber(facts, source.value, source.within, depth + 1);
    }
    default:
      return false;
  }
}

/** Where a pointer points to, from the beginning of a word. */
export type Alignment =
  /** So many bytes behind it. */
  | { kind: 'offset'; bytes: number }
  /** To a variable of bytes or half words, which the compiler may put anywhere. */
  | { kind: 'bytes'; variable: string }
  /** To data that was received. */
  | { kind: 'received' };

/** How a pointer is aligned; undefined where that is not known. */
export function alignment(
  facts: Facts,
  pointer: Expression,
  within: ProgramFunction,
  depth = 0,
): Alignment | undefined {
  if (depth > maxDepth) return undefined;
  const inner = withoutCasts(pointer);
  const moved = (base: Expression, by: Expression, times: 1 | -1): Alignment | undefined => {
    const from = alignment(facts, base, within, depth + 1);
    const element = pointedSize(facts, base, within);
    const steps = remainder(facts, by, within);
    if (from === undefined || element === undefined) return undefined;
    if (element % wordSize === 0) return from;
    if (steps === undefined) return undefined;
    const bytes = modulo(times * steps * element);
    if (bytes === 0) return from;
    return from.kind === 'received'
      ? from
      : { kind: 'offset', bytes: modulo(bytes + (from.kind === 'offset' ? from.bytes : 0)) };
  };
  switch (inner.kind) {
    case 'name':
      return ofPointer(facts, inner.name, within, depth);
    case 'unary': {
      if (inner.operator !== '&') return undefined;
      const { operand } = inner;
      return operand.kind === 'index'
        ? moved(operand.base, operand.index, 1)
        : operand.kind === 'name'
          ? ofVariable(facts, operand.name, within)
          : undefined;
    }
    case 'binary':
      if (inner.operator === '+') return moved(inner.left, inner.right, 1);
      return inner.operator === '-' ? moved(inner.left, inner.right, -1) : undefined;
    case 'call':
      return inner.callee.kind === 'name' && effectOf(inner.callee.name) === 'allocates'
        ? { kind: 'offset', bytes: 0 }
        : undefined;
    default:
      return undefined;
  }
}

function ofPointer(
  facts: Facts,
  name: string,
  within: ProgramFunction,
  depth: number,
): Alignment | undefined {
  if (isReceived(facts, name, within, 1)) return { kind: 'received' };
  const found = facts.program.variable(name, within);
  if (found === undefined) return undefined;
  if (found.variable.type.array) return ofVariable(facts, name, within);
  const source = onlySource(facts, name, within);
  return source && alignment(facts, source.value, source.within, depth + 1);
}

/** A variable itself: the compiler aligns arrays on the stack to words, but not all arrays of bytes outside of it. */
function ofVariable({ program }: Facts, name: string, within: ProgramFunction): Alignment | undefined {
  const found = program.variable(name, within);
  if (found === undefined) return undefined;
  const { variable, unit, base } = found;
  const element = sizeOfType(program, { ...variable.type, array: false }, within);
  const end = unit.text.indexOf(';', base + variable.nameRange.end);
  const isAligned = /\baligned\b|\bICACHE_RODATA_ATTR\b|\bSTORE_ATTR\b/.test(
    unit.text.slice(
      base + variable.declaration,
      Math.min(end < 0 ? Infinity : end, base + variable.nameRange.end + 80),
    ),
  );
  if (element === undefined || element % wordSize === 0 || isAligned) return { kind: 'offset', bytes: 0 };
  if (variable.type.array && !variable.static && found.owner !== undefined)
    return { kind: 'offset', bytes: 0 };
  return { kind: 'bytes', variable: name };
}

/** Bytes of what a pointer points to. */
function pointedSize({ program }: Facts, pointer: Expression, within: ProgramFunction): number | undefined {
  const type = program.typeOf(pointer, within);
  if (type === undefined) return undefined;
  const target = type.array ? { ...type, array: false } : { ...type, pointers: type.pointers - 1 };
  return target.pointers < 0 ? undefined : sizeOfType(program, target, within);
}

function ofName(
  facts: Facts,
  name: string,
  within: ProgramFunction,
  of: (expression: Expression, within: ProgramFunction) => number | undefined,
  way: Way | undefined,
): number | undefined {
  const given = way?.arguments[parameterIndex(within, name)];
  if (way !== undefined && given !== undefined) return of(given, way.caller);
  const ways = givenTo(facts, name, within);
  if (ways !== undefined) {
    const [first, ...others] = ways.map(({ argument, caller }) => of(argument, caller));
    return others.every(other => other === first) ? first : undefined;
  }
  const source = onlySource(facts, name, within);
  return source && of(source.value, source.within);
}

/** Whether a name is a parameter of a callback for received data: 1 for the data, 2 for its length. */
function isReceived({ contexts }: Facts, name: string, within: ProgramFunction, index: 1 | 2): boolean {
  return (
    parameterIndex(within, name) === index &&
    contexts.registrations(within).some(({ event }) => event === 'receive')
  );
}

function modulo(value: number): number {
  return ((value % wordSize) + wordSize) % wordSize;
}
