import { effectOf } from '../../sdk/effects';
import { sdkFunction } from '../../sdk/functions';
import { type Expression, type TypeName, withoutCasts } from '../source/expression';
import type { Variable } from '../source/functionFacts';
import { macroBody } from '../source/preprocess';
import type { Holder, MemoryObject, MemoryObjects } from './memoryObjects';
import { outsideOf } from './outsideFunctions';
import type { CallSite, Program, ProgramFunction } from './program';

/** What a function says of pointers: that a holder may point to an object, or to all that another one does, or that somebody asks. */
export type Statement =
  | { kind: 'reaches'; holder: Holder; object: MemoryObject }
  | { kind: 'includes'; holder: Holder; other: Holder }
  | { kind: 'asked'; holder: Holder };

/** The objects of an expression, and the holders whose objects it has. */
export interface Value {
  objects: MemoryObject[];
  holders: Holder[];
}

const nothing: Value = { objects: [], holders: [] };
const maxDepth = 40;
/** Reads what functions say of pointers. */
export class StatementReader {
  readonly #program: Program;
  readonly #objects: MemoryObjects;
  readonly #state: (statement: Statement) => void;

  constructor(program: Program, objects: MemoryObjects, state: (statement: Statement) => void) {
    this.#program = program;
    this.#objects = objects;
    this.#state = state;
  }

  /** What variables outside of functions start with. */
  readGlobals(): void {
    for (const { key, variable, unit, base } of this.#program.globals) {
      if (variable.initializer === undefined) continue;
      // Names in the initializer mean what they mean outside of functions.
      const outside = outsideOf(unit, base);
      this.#initialize(key, variable.type, variable.initializer, outside);
    }
  }

  /** What a function's assignments and results are. */
  readAssignments(within: ProgramFunction): void {
    for (const event of within.events) {
      if (event.kind === 'assign' && event.operator === '=')
        this.#assignTo(event.target, event.value, within);
      else if (event.kind === 'return' && event.value !== undefined)
        this.assign(resultOf(within.id), event.value, within);
    }
    for (const { name, initializer, static: lasts } of within.facts.locals.values())
      if (lasts && initializer !== undefined)
        this.#assignTo({ kind: 'name', name, start: 0, end: 0 }, initializer, within);
  }

  #assignTo(target: Expression, value: Expression, within: ProgramFunction): void {
    const inner = withoutCasts(value);
    if (inner.kind === 'list') {
      const type = this.#program.typeOf(target, within);
      const holder = this.#holder(target, within);
      if (holder !== undefined && type !== undefined) this.#initialize(holder, type, inner, within);
      return;
    }
    const holder = this.#holder(target, within);
    if (holder !== undefined) this.assign(holder, value, within);
  }

  #initialize(holder: string, type: TypeName, value: Expression, within: ProgramFunction): void {
    if (value.kind !== 'list') {
      this.assign(holder, value, within);
      return;
    }
    if (type.array) {
      for (const item of value.items) this.#initialize(holder, { ...type, array: false }, item.value, within);
      return;
    }
    const members = this.#program.members(type.name);
    for (const [index, { member, value: inner }] of value.items.entries()) {
      const name = member?.split('.').at(-1) ?? members[index];
      const memberType = name === undefined ? undefined : this.#program.memberType(type.name, name);
      if (name === undefined) continue;
      this.#initialize(
        this.#memberHolder(type.name, name),
        memberType ?? { name: '', pointers: 0, array: false },
        inner,
        within,
      );
    }
  }

  #memberHolder(struct: string, member: string): string {
    return `member:${this.#program.structName(struct)}.${member}`;
  }

  /** What holds the pointer that an assignment to this expression changes. */
  #holder(target: Expression, within: ProgramFunction): string | undefined {
    const place = withoutCasts(target);
    switch (place.kind) {
      case 'name':
        return this.#program.variable(place.name, within)?.key;
      case 'member': {
        const type = this.#program.typeOf(place.base, within);
        return this.#memberHolder(type?.name ?? '', place.member);
      }
      case 'index':
        return this.#holder(place.base, within);
      default:
        return undefined;
    }
  }

  #value(expression: Expression, within: ProgramFunction, depth: number): Value {
    if (depth > maxDepth) return nothing;
    const again = (inner: Expression) => this.#value(inner, within, depth + 1);
    switch (expression.kind) {
      case 'name':
        return this.#named(expression.name, within, depth);
      case 'cast':
        return again(expression.operand);
      case 'choice':
        return joined(again(expression.yes), again(expression.no));
      case 'assignment':
        return again(expression.value);
      case 'binary':
        return expression.operator === '+' || expression.operator === '-'
          ? joined(again(expression.left), again(expression.right))
          : nothing;
      case 'unary':
        if (expression.operator === '&') return this.#address(expression.operand, within, depth);
        if (expression.operator === '*') {
          const type = this.#program.typeOf(expression.operand, within);
          // *f is f for a function; *p of a pointer to structs is what p points to.
          return type === undefined || type.pointers <= 1 ? again(expression.operand) : nothing;
        }
        return nothing;
      case 'member': {
        const base = this.#program.typeOf(expression.base, within);
        const type = base && this.#program.memberType(base.name, expression.member);
        const holder = this.#memberHolder(base?.name ?? '', expression.member);
        if (type?.array === true) return { objects: [this.#objects.member(holder)], holders: [] };
        this.#ask(holder);
        return { objects: [], holders: [holder] };
      }
      case 'index': {
        const type = this.#program.typeOf(expression.base, within);
        if (type !== undefined && type.array && type.pointers > 0) {
          const holder = this.#holder(expression.base, within);
          return holder === undefined ? nothing : { objects: [], holders: [holder] };
        }
        // An array of function pointers by a type's name has no pointers in its declaration.
        const holder = this.#holder(expression.base, within);
        return joined(
          again(expression.base),
          holder === undefined ? nothing : { objects: [], holders: [holder] },
        );
      }
      case 'call':
        return this.#returned(expression, within, depth);
      case 'other':
        return expression.parts.length === 0 ? nothing : again(expression.parts.at(-1) ?? expression);
      default:
        return nothing;
    }
  }

  #named(name: string, within: ProgramFunction, depth: number): Value {
    const found = this.#program.variable(name, within);
    if (found !== undefined) {
      const { type, functionPointer } = found.variable;
      if (type.array && !functionPointer)
        return { objects: [this.#objects.variable(found.key)], holders: [] };
      this.#ask(found.key);
      return { objects: [], holders: [found.key] };
    }
    const macro = within.unit.macros.get(name);
    const body = macro && macroBody(macro, this.#program.reader);
    if (body !== undefined) return this.#value(body, within, depth + 1);
    return {
      objects: this.#program.functionsNamed(name, within.unit).map(({ id }) => this.#objects.function(id)),
      holders: [],
    };
  }

  #address(operand: Expression, within: ProgramFunction, depth: number): Value {
    const place = withoutCasts(operand);
    switch (place.kind) {
      case 'name': {
        const found = this.#program.variable(place.name, within);
        return found === undefined
          ? this.#named(place.name, within, depth + 1)
          : { objects: [this.#objects.variable(found.key)], holders: [] };
      }
      case 'member': {
        const holder = this.#holder(place, within);
        return holder === undefined ? nothing : { objects: [this.#objects.member(holder)], holders: [] };
      }
      case 'index':
        return this.#value(place.base, within, depth + 1);
      case 'unary':
        return place.operator === '*' ? this.#value(place.operand, within, depth + 1) : nothing;
      default:
        return nothing;
    }
  }

  #returned(call: Extract<Expression, { kind: 'call' }>, within: ProgramFunction, depth: number): Value {
    const { callee } = call;
    if (callee.kind !== 'name') return nothing;
    if (effectOf(callee.name) === 'allocates')
      return { objects: [this.#objects.allocated(within.id, call.start)], holders: [] };
    const functions = this.#program.functionsNamed(callee.name, within.unit);
    if (functions.length > 0) {
      const holders = functions.map(({ id }) => resultOf(id));
      for (const holder of holders) this.#ask(holder);
      return { objects: [], holders };
    }
    const macro = within.unit.macros.get(callee.name);
    if (macro?.parameters !== undefined) {
      // A macro around an expression, such as a cast of its argument.
      const body = this.#program.reader.body(macro.body);
      const [only] = call.arguments;
      if (body !== undefined && only !== undefined && macro.parameters.length === 1)
        return this.#value(only, within, depth + 1);
    }
    if (sdkFunction(callee.name) !== undefined) return nothing;
    const holder = resultOf(`:${callee.name}`);
    this.#ask(holder);
    return { objects: [], holders: [holder] };
  }

  /** What a function's calls pass to other functions. */
  readCalls(caller: ProgramFunction): void {
    for (const site of this.#program.sitesIn(caller)) {
      for (const target of this.#program.targets(site)) this.pass(site, target);
      // Whatever is passed is asked for.
      for (const argument of site.arguments) this.value(argument, caller);
    }
  }

  /** What events carry to tasks. */
  readEvents(): void {
    for (const site of this.#program.calls('system_os_post', 'ets_post')) {
      const [, signal, parameter] = site.arguments;
      if (signal !== undefined) this.assign(this.#memberHolder('os_event_t', 'sig'), signal, site.caller);
      if (parameter !== undefined)
        this.assign(this.#memberHolder('os_event_t', 'par'), parameter, site.caller);
    }
  }

  /** What a call passes to the parameters of a function. */
  pass(site: CallSite, target: ProgramFunction): void {
    for (const [index, parameter] of target.facts.parameters.entries()) {
      const argument = site.arguments[index];
      if (argument !== undefined && parameter.name !== '')
        this.assign(parameterOf(target, parameter), argument, site.caller);
    }
  }

  /** Lets a holder point to what an expression does. */
  assign(holder: Holder, value: Expression, within: ProgramFunction): void {
    this.#assign(holder, this.value(value, within));
  }

  /** What an expression may point to. */
  value(expression: Expression, within: ProgramFunction): Value {
    return this.#value(expression, within, 0);
  }

  #ask(holder: Holder): void {
    this.#state({ kind: 'asked', holder });
  }

  #assign(holder: Holder, { objects, holders }: Value): void {
    for (const object of objects) this.#state({ kind: 'reaches', holder, object });
    for (const other of holders) this.#state({ kind: 'includes', holder, other });
  }
}

/** The holder that a parameter is. */
export function parameterOf({ id }: ProgramFunction, { name }: Variable): Holder {
  return `${id}:${name}`;
}

/** The holder that is what a function returns. */
function resultOf(id: string): Holder {
  return `return:${id}`;
}

function joined(a: Value, b: Value): Value {
  return { objects: [...a.objects, ...b.objects], holders: [...a.holders, ...b.holders] };
}
