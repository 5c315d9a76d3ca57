import { declarations } from '../sdk/types';
import type { ChunkFacts, GlobalFacts } from './fileFacts';
import { type Expression, fold, type Lookup, numberValue, type TypeName } from './expression';
import type { CallEvent, Decision, FunctionEvent, FunctionFacts, Variable } from './functionFacts';
import { type Macro, macroBody, macroLookup } from './preprocess';
import type { Range } from './scan';
import type { ExpressionReader } from './syntax';
import type { Target } from '../project/target';

/** A place in a file, as offsets in its text. */
export interface Place extends Range {
  file: string;
}

/** A file as one configuration compiles it. */
export interface Unit {
  path: string;
  text: string;
  macros: ReadonlyMap<string, Macro>;
  chunks: readonly { start: number; facts: ChunkFacts }[];
  /** Whether this place is compiled. */
  isActive(offset: number): boolean;
}

/** A function in a file. */
export interface ProgramFunction {
  /** One for each function of the program. */
  id: string;
  name: string;
  unit: Unit;
  facts: FunctionFacts;
  /** Where its chunk begins in the file. */
  base: number;
  /** What of it can happen in this configuration. */
  events: readonly FunctionEvent[];
  /** For the body of a macro: the call for which it stands. */
  expanded?: CallSite;
}

/** A call in a function, as one configuration has it. */
export interface CallSite {
  /** Of the function that is called, aliases resolved; undefined where an expression says which. */
  name: string | undefined;
  arguments: readonly Expression[];
  event: CallEvent;
  /** The position in the function's events. */
  index: number;
  caller: ProgramFunction;
}

export interface ProgramVariable {
  /** One for each variable. */
  key: string;
  variable: Variable;
  /** The function whose own it is; undefined for one outside of functions. */
  owner: ProgramFunction | undefined;
  unit: Unit;
  base: number;
}

/** Constants that the SDK's headers define. */
const sdkConstants: ReadonlyMap<string, number> = new Map<string, number>([
  ...declarations.flatMap(declaration => (declaration.kind === 'enum' ? declaration.values : [])),
  ['true', 1],
  ['TRUE', 1],
  ['false', 0],
  ['FALSE', 0],
  ['NULL', 0],
  ['OK', 0],
  ['SPI_FLASH_SEC_SIZE', 4096],
]);

/** Macros of the SDK's headers with a number for body. */
const sdkMacros: ReadonlyMap<string, string> = new Map(
  declarations.flatMap(declaration =>
    declaration.kind === 'macros'
      ? declaration.values
          .filter(([name]) => /^\w+$/.test(name))
          .map(([name, body]): [string, string] => [name, body])
      : [],
  ),
);

/** The value of a constant of the SDK. */
export function sdkConstant(name: string): number | undefined {
  return sdkConstants.get(name) ?? numberValue(sdkMacros.get(name) ?? '');
}

/** How many macro bodies may be put in place of calls, in all. */
const mostExpanded = 2000;

/** A whole project in one configuration: what is compiled, and how its names hang together. */
export class Program {
  readonly units: readonly Unit[];
  readonly target: Target;
  readonly reader: ExpressionReader;
  readonly functions: ProgramFunction[] = [];
  /** Calls by the name of what is called. */
  readonly #calls = new Map<string, CallSite[]>();
  readonly #sites = new Map<ProgramFunction, CallSite[]>();
  readonly #byName = new Map<string, ProgramFunction[]>();
  readonly #globals = new Map<string, ProgramVariable[]>();
  readonly #structs = new Map<string, Map<string, TypeName>>();
  readonly #aliases = new Map<string, TypeName>();
  readonly #enumerators = new Map<string, { value: Expression | undefined; after: string | undefined }>();
  readonly #returnTypes = new Map<string, TypeName>();
  readonly #expandBody: (macro: Macro, name: string) => FunctionFacts | undefined;
  #expandedCount = 0;

  constructor(
    units: readonly Unit[],
    target: Target,
    reader: ExpressionReader,
    expandBody: (macro: Macro, name: string) => FunctionFacts | undefined,
  ) {
    this.units = units;
    this.target = target;
    this.reader = reader;
    this.#expandBody = expandBody;
    for (const unit of units) for (const chunk of unit.chunks) this.#declare(unit, chunk.start, chunk.facts);
    for (const unit of units)
      for (const { start, facts } of unit.chunks)
        for (const found of facts.functions) this.#define(unit, start, found);
    for (const definition of [...this.functions]) this.#readCalls(definition);
  }

  #declare(unit: Unit, base: number, facts: ChunkFacts): void {
    for (const { name, members } of facts.structs)
      this.#structs.set(name, new Map(members.map(member => [member.name, member.type])));
    for (const { name, type } of facts.aliases) this.#aliases.set(name, type);
    for (const { name, value, after } of facts.enumerators) this.#enumerators.set(name, { value, after });
    for (const { name, returnType } of facts.prototypes) this.#returnTypes.set(name, returnType);
    for (const global of facts.globals) this.#declareGlobal(unit, base, global);
  }

  #declareGlobal(unit: Unit, base: number, global: GlobalFacts): void {
    const known = this.#globals.get(global.name) ?? [];
    if (global.external && known.length > 0) return;
    const key = global.internal ? `${unit.path}:${global.name}` : `:${global.name}`;
    const entry = { key, variable: global, owner: undefined, unit, base };
    // A definition replaces what was only declared.
    this.#globals.set(global.name, [
      ...known.filter(
        other => other.key !== key || !('external' in other.variable && other.variable.external),
      ),
      entry,
    ]);
  }

  #define(unit: Unit, base: number, facts: FunctionFacts): void {
    const definition: ProgramFunction = {
      id: `${unit.path}:${facts.name}@${base}`,
      name: facts.name,
      unit,
      facts,
      base,
      events: [],
    };
    definition.events = facts.events.filter(event => this.#canHappen(event.decision, definition));
    this.functions.push(definition);
    this.#byName.set(facts.name, [...(this.#byName.get(facts.name) ?? []), definition]);
    this.#returnTypes.set(facts.name, facts.returnType);
  }

  /** Whether no constant condition rules a place out. */
  #canHappen(decision: Decision | undefined, within: ProgramFunction): boolean {
    for (let each = decision; each !== undefined; each = each.outer) {
      if (each.test === undefined || each.kind === 'switch') continue;
      const value = this.constant(each.test, within);
      if (value !== undefined && (value !== 0) !== (each.arm === 1)) return false;
    }
    return true;
  }

  #readCalls(caller: ProgramFunction, depth = 0): void {
    const sites: CallSite[] = [];
    for (const [index, event] of caller.events.entries()) {
      if (event.kind !== 'call') continue;
      const { name, arguments: list } = this.#resolve(event, caller);
      const site: CallSite = { name, arguments: list, event, index, caller };
      sites.push(site);
      if (name === undefined) continue;
      const calls = this.#calls.get(name);
      if (calls === undefined) this.#calls.set(name, [site]);
      else calls.push(site);
      const macro = caller.unit.macros.get(name);
      if (macro?.parameters !== undefined) this.#expand(site, name, macro, depth);
    }
    this.#sites.set(caller, sites);
  }

  /** Follows macros that are only another name. */
  #resolve(
    event: CallEvent,
    caller: ProgramFunction,
  ): { name: string | undefined; arguments: readonly Expression[] } {
    let { name } = event;
    for (let depth = 0; name !== undefined && depth < 8; depth++) {
      if (caller.facts.locals.has(name)) break;
      const macro = caller.unit.macros.get(name);
      if (macro === undefined || macro.parameters !== undefined || !/^\w+$/.test(macro.body)) break;
      name = macro.body;
    }
    return { name, arguments: event.call.arguments };
  }

  /** Puts a macro's body in the place of its use, as if it were a function that is called. */
  #expand(site: CallSite, name: string, macro: Macro, depth: number): void {
    if (depth > 4 || this.#expandedCount >= mostExpanded || !this.#isTelling(macro, site.caller.unit, 0))
      return;
    const facts = this.#expandBody(macro, name);
    if (facts === undefined) return;
    this.#expandedCount++;
    const { unit, base } = site.caller;
    const definition: ProgramFunction = {
      id: `${site.caller.id}/${name}@${site.event.start}`,
      name,
      unit,
      facts,
      base,
      events: facts.events,
      expanded: site,
    };
    definition.events = facts.events.filter(event => this.#canHappen(event.decision, definition));
    this.functions.push(definition);
    this.#expansions.set(site, definition);
    this.#readCalls(definition, depth + 1);
  }

  readonly #expansions = new Map<CallSite, ProgramFunction>();

  /** Whether a macro's body calls something that the rules know. */
  #isTelling(macro: Macro, unit: Unit, depth: number): boolean {
    if (macro.body.length > 2000) return false;
    for (const [word] of macro.body.matchAll(/[A-Za-z_]\w*/g)) {
      if (word.startsWith('espconn') || word.startsWith('os_timer') || word.startsWith('system_os_'))
        return true;
      if (this.#byName.has(word)) return true;
      const inner = unit.macros.get(word);
      if (inner !== undefined && inner !== macro && depth < 4 && this.#isTelling(inner, unit, depth + 1))
        return true;
    }
    return false;
  }

  /** Calls of a function, anywhere. */
  calls(...names: readonly string[]): CallSite[] {
    return names.flatMap(name => this.#calls.get(name) ?? []);
  }

  /** The names of all functions that are called. */
  get calledNames(): Iterable<string> {
    return this.#calls.keys();
  }

  /** The calls in a function, in order. */
  sitesIn(caller: ProgramFunction): readonly CallSite[] {
    return this.#sites.get(caller) ?? [];
  }

  /** The functions that a name means in a file: its own first. */
  functionsNamed(name: string, unit: Unit): readonly ProgramFunction[] {
    const all = this.#byName.get(name) ?? [];
    const own = all.filter(candidate => candidate.unit === unit);
    return own.length > 0 ? own : all;
  }

  /** What a call by name runs: functions of the project, or a macro's body. */
  targets(site: CallSite): readonly ProgramFunction[] {
    const expansion = this.#expansions.get(site);
    if (expansion !== undefined) return [expansion];
    return site.name === undefined ? [] : this.functionsNamed(site.name, site.caller.unit);
  }

  /** The variable that a name means in a function. */
  variable(name: string, within: ProgramFunction): ProgramVariable | undefined {
    const local = within.facts.locals.get(name) ?? within.facts.parameters.find(each => each.name === name);
    if (local !== undefined) {
      return {
        key: `${within.id}:${name}`,
        variable: local,
        owner: within,
        unit: within.unit,
        base: within.base,
      };
    }
    if (within.expanded !== undefined) return this.variable(name, within.expanded.caller);
    return this.global(name, within.unit);
  }

  /** The variable outside of functions that a name means in a file. */
  global(name: string, unit: Unit): ProgramVariable | undefined {
    const all = this.#globals.get(name);
    return all?.find(candidate => candidate.unit === unit) ?? all?.find(({ key }) => key.startsWith(':'));
  }

  get globals(): Iterable<ProgramVariable> {
    return [...this.#globals.values()].flat();
  }

  /** Type of an expression, as far as declarations tell. */
  typeOf(expression: Expression, within: ProgramFunction, depth = 0): TypeName | undefined {
    if (depth > 12) return undefined;
    switch (expression.kind) {
      case 'name': {
        const found = this.variable(expression.name, within);
        if (found !== undefined) return found.variable.type;
        const macro = within.unit.macros.get(expression.name);
        const body = macro && macroBody(macro, this.reader);
        return body && this.typeOf(body, within, depth + 1);
      }
      case 'member': {
        const base = this.typeOf(expression.base, within, depth + 1);
        return base && this.memberType(base.name, expression.member);
      }
      case 'index': {
        const base = this.typeOf(expression.base, within, depth + 1);
        if (base === undefined) return undefined;
        return base.array ? { ...base, array: false } : { ...base, pointers: base.pointers - 1 };
      }
      case 'unary': {
        const inner = this.typeOf(expression.operand, within, depth + 1);
        if (inner === undefined) return undefined;
        if (expression.operator === '&') return { ...inner, array: false, pointers: inner.pointers + 1 };
        if (expression.operator === '*') return { ...inner, pointers: inner.pointers - 1 };
        return inner;
      }
      case 'cast':
        return expression.type;
      case 'call':
        return expression.callee.kind === 'name' ? this.#returnTypes.get(expression.callee.name) : undefined;
      case 'choice':
        return this.typeOf(expression.yes, within, depth + 1);
      case 'assignment':
        return this.typeOf(expression.target, within, depth + 1);
      default:
        return undefined;
    }
  }

  /** The struct behind a name, aliases followed. */
  structName(name: string): string {
    let now = name;
    for (let depth = 0; depth < 8; depth++) {
      const alias = this.#aliases.get(now);
      if (alias === undefined || alias.name === now) break;
      now = alias.name;
    }
    return now;
  }

  memberType(struct: string, member: string): TypeName | undefined {
    const members = this.#structs.get(this.structName(struct));
    return members?.get(member);
  }

  /** The names of a struct's members, in order. */
  members(struct: string): readonly string[] {
    return [...(this.#structs.get(this.structName(struct))?.keys() ?? [])];
  }

  /** The value of a constant expression in a function; undefined where it is open. */
  constant(expression: Expression, within: ProgramFunction): number | undefined {
    return fold(expression, this.#lookup(within));
  }

  #lookup(within: ProgramFunction): Lookup {
    const plain = (name: string): number | undefined => this.#named(name, within.unit, 0);
    return macroLookup(within.unit.macros, this.reader, name =>
      within.facts.locals.has(name) || within.facts.parameters.some(each => each.name === name)
        ? undefined
        : plain(name),
    );
  }

  #named(name: string, unit: Unit, depth: number): number | undefined {
    if (depth > 400) return undefined;
    const lookup = macroLookup(unit.macros, this.reader, inner => this.#named(inner, unit, depth + 1));
    const enumerator = this.#enumerators.get(name);
    if (enumerator !== undefined) {
      if (enumerator.value !== undefined) return fold(enumerator.value, lookup);
      if (enumerator.after === undefined) return 0;
      const before = this.#named(enumerator.after, unit, depth + 1);
      return before === undefined ? undefined : before + 1;
    }
    const known = sdkConstants.get(name);
    if (known !== undefined) return known;
    const body = sdkMacros.get(name);
    const expression = body === undefined ? undefined : this.reader.body(body);
    return expression && fold(expression, inner => this.#named(inner, unit, depth + 1));
  }

  /** Where a range of a function lies in its file. For what a macro brings that is the macro's use. */
  place(within: ProgramFunction, range: Range): Place {
    const { expanded } = within;
    if (expanded !== undefined) return this.place(expanded.caller, expanded.event);
    return { file: within.unit.path, start: within.base + range.start, end: within.base + range.end };
  }

  /** The text of a file. */
  textOf(file: string): string | undefined {
    return this.units.find(({ path }) => path === file)?.text;
  }

  /** Where a call's function name stands. */
  callPlace({ caller, event }: CallSite): Place {
    return this.place(caller, event.nameRange);
  }
}
