import { effectOf } from '../../sdk/effects';
import { WeakMemo } from '../engine/memo';
import { type Expression, mentions, parts, withoutCasts } from '../source/expression';
import { decisions, type Decision } from '../source/functionFacts';
import { outsideOf } from './outsideFunctions';
import type { CallSite, Program, ProgramFunction } from './program';
import { sizeOfType } from './typeSizes';
import type { Facts } from '../rules/rule';
import type { Place } from '../../findings/range';
import type { FileEdit } from '../../findings/textEdit';

/** A constant that reaches an argument, and where the program writes it as one. */
export interface Constant {
  value: number;
  /** The argument that has it: of the call itself, or of a call of the function around. */
  argument: Expression;
  within: ProgramFunction;
  /** Whether the argument is the constant itself, not a variable that holds it. */
  direct: boolean;
}

const maxDepth = 4;

/**
 * The constants that an argument of a call can be, as far as they are known: its own value, that of a variable with one value, those
 * that the callers give. Where a condition around looks at the variable it may keep some of them away: then none is known.
 */
export function constants(facts: Facts, argument: Expression, { caller, event }: CallSite): Constant[] {
  const found: Constant[] = [];
  follow(facts, argument, caller, { argument, within: caller, direct: true }, event.decision, 0, found);
  return found;
}

/** All constants that an argument of a call can be; undefined where it may be something else, too. */
export function onlyConstants(
  facts: Facts,
  argument: Expression,
  { caller, event }: CallSite,
): Constant[] | undefined {
  const found: Constant[] = [];
  const written = { argument, within: caller, direct: true };
  return follow(facts, argument, caller, written, event.decision, 0, found) ? found : undefined;
}

/** Collects constants; returns whether these are all values that there are. */
function follow(
  facts: Facts,
  expression: Expression,
  within: ProgramFunction,
  written: Omit<Constant, 'value'>,
  decision: Decision | undefined,
  depth: number,
  found: Constant[],
): boolean {
  const value = evaluate(facts, expression, within);
  if (value !== undefined) {
    found.push({ ...written, value });
    return true;
  }
  if (depth > maxDepth) return false;
  const inner = withoutCasts(expression);
  if (inner.kind === 'choice') {
    const arms = [inner.yes, inner.no].map(arm => {
      const direct = { argument: arm, within, direct: written.direct };
      return follow(facts, arm, within, written.direct ? direct : written, decision, depth + 1, found);
    });
    return arms.every(isWhole => isWhole);
  }
  if (inner.kind === 'binary') return followBinary(facts, inner, within, written, decision, depth, found);
  if (inner.kind !== 'name') return false;
  const variable = facts.program.variable(inner.name, within);
  if (variable === undefined) return false;
  if (decisions(decision).some(({ test }) => test !== undefined && mentions(test, inner.name))) return false;
  const ways = givenTo(facts, inner.name, within);
  if (ways !== undefined) {
    const all = ways.map(({ argument, caller, event }) =>
      follow(
        facts,
        argument,
        caller,
        { argument, within: caller, direct: true },
        event.decision,
        depth + 1,
        found,
      ),
    );
    return all.length > 0 && all.every(isWhole => isWhole);
  }
  const source = onlySource(facts, inner.name, within);
  if (source === undefined) return false;
  return follow(
    facts,
    source.value,
    source.within,
    { ...written, direct: false },
    undefined,
    depth + 1,
    found,
  );
}

/** `sector * 0x1000`, where one side is constant. */
function followBinary(
  facts: Facts,
  calculation: Extract<Expression, { kind: 'binary' }>,
  within: ProgramFunction,
  written: Omit<Constant, 'value'>,
  decision: Decision | undefined,
  depth: number,
  found: Constant[],
): boolean {
  const { left, right, start, end } = calculation;
  const isOpen = [left, right].map(side => evaluate(facts, side, within) === undefined);
  if (isOpen[0] === isOpen[1]) return false;
  const values: Constant[] = [];
  const open = isOpen[0] === true ? left : right;
  const isWhole = follow(facts, open, within, { ...written, direct: false }, decision, depth + 1, values);
  for (const each of values) {
    const known: Expression = { kind: 'number', value: each.value, start, end };
    const value = evaluate(
      facts,
      { ...calculation, ...(open === left ? { left: known } : { right: known }) },
      within,
    );
    if (value === undefined) return false;
    found.push({ ...each, value, direct: false });
  }
  return isWhole;
}

/** What callers give for a parameter that its function leaves as it is; undefined for any other name. */
export function givenTo(
  facts: Facts,
  name: string,
  within: ProgramFunction,
): { argument: Expression; caller: ProgramFunction; event: CallSite['event'] }[] | undefined {
  const variable = facts.program.variable(name, within);
  const index = variable?.owner?.facts.parameters.findIndex(each => each.name === name) ?? -1;
  if (variable?.owner === undefined || index < 0) return undefined;
  if ((sourcesOf(facts).get(variable.key) ?? []).length > 0) return [];
  return facts.contexts.callers(variable.owner).flatMap(({ arguments: given, caller, event }) => {
    const argument = given[index];
    return argument === undefined ? [] : [{ argument, caller, event }];
  });
}

/** The one thing that sets a variable which is no parameter; undefined where there are several, or it is not known. */
export function onlySource(
  facts: Facts,
  name: string,
  within: ProgramFunction,
): { value: Expression; within: ProgramFunction } | undefined {
  const variable = facts.program.variable(name, within);
  if (variable === undefined) return undefined;
  const [only, ...others] = sourcesOf(facts).get(variable.key) ?? [];
  if (only?.value === undefined || others.length > 0) return undefined;
  // Functions that have nothing to do with connections are not read, but may set a variable of the whole program.
  if (variable.owner === undefined && timesSet(facts, name) > 1) return undefined;
  return { value: only.value, within: only.within };
}

/** The value of an expression, with what sizeof and strlen of known things are. */
export function evaluate(facts: Facts, expression: Expression, within: ProgramFunction): number | undefined {
  const { program } = facts;
  const value = program.constant(expression, within);
  if (value !== undefined) return value;
  switch (expression.kind) {
    case 'sizeof':
      return expression.operand === undefined
        ? expression.type && sizeOfType(facts.program, expression.type, within)
        : sizeOf(facts, expression.operand, within);
    case 'cast':
      return evaluate(facts, expression.operand, within);
    case 'binary': {
      const { start, end } = expression;
      const [left, right] = [expression.left, expression.right].map(side => evaluate(facts, side, within));
      if (left === undefined || right === undefined) return undefined;
      const known = (value: number): Expression => ({ kind: 'number', value, start, end });
      return program.constant({ ...expression, left: known(left), right: known(right) }, within);
    }
    case 'call': {
      const [text] = expression.arguments;
      return text !== undefined && isStrlen(expression) ? stringLength(facts, text, within) : undefined;
    }
    default:
      return undefined;
  }
}

/** Whether a call is strlen under one of its names. */
export function isStrlen(call: Extract<Expression, { kind: 'call' }>): boolean {
  return call.callee.kind === 'name' && effectOf(call.callee.name) === 'measures text';
}

/** How many characters a literal has, also one behind a macro. */
function stringLength(
  { program }: Facts,
  expression: Expression,
  within: ProgramFunction,
): number | undefined {
  const inner = withoutCasts(expression);
  if (inner.kind === 'string') return inner.length;
  if (inner.kind !== 'name') return undefined;
  const macro = within.unit.macros.get(inner.name);
  const body = macro?.parameters === undefined ? program.reader.body(macro?.body ?? '') : undefined;
  return body?.kind === 'string' ? body.length : undefined;
}

/** Bytes of what sizeof is asked about; undefined where it is not known. */
export function sizeOf(facts: Facts, operand: Expression, within: ProgramFunction): number | undefined {
  if (operand.kind === 'string') return operand.length + 1;
  const type = facts.program.typeOf(operand, within);
  if (type === undefined) {
    // The grammar does not know which names are types.
    return operand.kind === 'name'
      ? sizeOfType(facts.program, { name: operand.name, pointers: 0, array: false }, within)
      : undefined;
  }
  if (!type.array || type.length !== undefined) return sizeOfType(facts.program, type, within);
  const variable = operand.kind === 'name' ? facts.program.variable(operand.name, within) : undefined;
  const initializer = variable?.variable.initializer;
  const element = sizeOfType(facts.program, { ...type, array: false }, within);
  const [only, ...others] = initializer?.kind === 'list' ? initializer.items : [];
  // Braces around the text of an array say nothing.
  const text = only !== undefined && others.length === 0 && element === 1 ? only.value : initializer;
  if (text?.kind === 'string') return text.length + 1;
  return initializer?.kind === 'list' && element !== undefined
    ? initializer.items.length * element
    : undefined;
}

/** Whether sizeof is asked about a pointer where an array would be meant: of a variable or member, not of a type. */
export function isSizeOfPointer(
  facts: Facts,
  expression: Expression,
  within: ProgramFunction,
): expression is Extract<Expression, { kind: 'sizeof' }> & { operand: Expression } {
  if (expression.kind !== 'sizeof' || expression.operand === undefined) return false;
  const { operand } = expression;
  if (operand.kind !== 'name' && operand.kind !== 'member') return false;
  const type = facts.program.typeOf(operand, within);
  return type !== undefined && type.pointers > 0 && !type.array;
}

interface Source {
  /** Undefined where the value is changed by more than a plain assignment, or through a pointer. */
  value: Expression | undefined;
  within: ProgramFunction;
}

const sourcesInProgram = new WeakMemo<Facts, ReadonlyMap<string, readonly Source[]>>();

/** Everything that sets a variable, by the variable. */
function sourcesOf(facts: Facts): ReadonlyMap<string, readonly Source[]> {
  return sourcesInProgram.get(facts, () => {
    const sources = new Map<string, Source[]>();
    const note = (key: string, source: Source) => {
      const all = sources.get(key);
      if (all === undefined) sources.set(key, [source]);
      else all.push(source);
    };
    const { program } = facts;
    for (const within of program.functions)
      for (const [key, source] of sourcesIn(program, within)) note(key, source);
    for (const { key, variable, unit, base } of program.globals)
      if (variable.initializer !== undefined)
        note(key, { value: variable.initializer, within: outsideOf(unit, base) });
    return sources;
  });
}

const sourcesInFunction = new WeakMemo<ProgramFunction, readonly [string, Source][]>();

/** Everything in a function that sets a variable. */
function sourcesIn(program: Program, within: ProgramFunction): readonly [string, Source][] {
  return sourcesInFunction.get(within, () => readSources(program, within));
}

function readSources(program: Program, within: ProgramFunction): readonly [string, Source][] {
  const found: [string, Source][] = [];
  const note = (key: string, source: Source) => found.push([key, source]);
  const noteAddresses = (expression: Expression) => {
    if (expression.kind === 'unary' && expression.operator === '&' && expression.operand.kind === 'name') {
      const variable = program.variable(expression.operand.name, within);
      if (variable !== undefined) note(variable.key, { value: undefined, within });
    }
    for (const part of parts(expression)) noteAddresses(part);
  };
  for (const event of within.events) {
    if (event.kind === 'call') for (const argument of event.call.arguments) noteAddresses(argument);
    if (event.kind !== 'assign') continue;
    noteAddresses(event.value);
    if (event.target.kind !== 'name') continue;
    const variable = program.variable(event.target.name, within);
    const value = event.operator === '=' ? event.value : undefined;
    if (variable !== undefined) note(variable.key, { value, within });
  }
  for (const { name, initializer, static: lasts } of within.facts.locals.values()) {
    const variable = lasts && initializer !== undefined ? program.variable(name, within) : undefined;
    if (variable !== undefined) note(variable.key, { value: initializer, within });
  }
  return found;
}

/** In how many places of the text a name is set, or its address is taken. */
function timesSet({ program }: Facts, name: string): number {
  const setting = new RegExp(`\\b${name}\\s*(?:(?:[-+*/%&|^]|<<|>>)?=(?!=)|\\+\\+|--)|&\\s*${name}\\b`, 'g');
  return program.units.reduce((times, { text }) => times + (text.match(setting)?.length ?? 0), 0);
}

/** Where a constant is. */
export function constantPlace({ program }: Facts, { argument, within }: Constant): Place {
  return program.place(within, argument);
}

/** Puts something else in the place of an argument; nothing where a macro brings it. */
export function replaceConstant(facts: Facts, constant: Constant, text: string): FileEdit[] {
  return constant.direct && constant.within.expanded === undefined
    ? [{ ...constantPlace(facts, constant), text }]
    : [];
}

/** A constant as the source has it. */
export function constantText(facts: Facts, constant: Constant): string {
  const { file, start, end } = constantPlace(facts, constant);
  return facts.program.textOf(file)?.slice(start, end) ?? '';
}
