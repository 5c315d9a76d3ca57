import { touchesFlash } from '../../sdk/effects';
import { calledFunction } from '../../sdk/functionMacros';
import { Memo, WeakMemo } from '../engine/memo';
import { declarations } from '../../sdk/types';
import type { ChunkFacts, GlobalFacts } from '../source/fileFacts';
import { type Expression, fold, type Lookup, numberValue, type TypeName } from '../source/expression';
import type { CallEvent, Decision, FunctionEvent, FunctionFacts, Variable } from '../source/functionFacts';
import { type Macro, macroBody, macroCalls, macroLookup, pasted } from '../source/preprocess';
import type { ExpressionReader } from '../source/syntax';
import type { Target } from '../../project/target';
import type { Place, Range } from '../../findings/range';

/** A file as it is compiled. Programs share one, with its functions, where all that it mentions means the same in each of them. */
export interface Unit {
  path: string;
  text: string;
  macros: ReadonlyMap<string, Macro>;
  chunks: readonly { start: number; facts: ChunkFacts }[];
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
  /** For the body of a macro: the call for which it is. */
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

/** The names of the SDK's constants, which are not always written out where they matter. */
export const sdkNames: readonly string[] = [...sdkConstants.keys(), ...sdkMacros.keys()];

/** The value of a constant of the SDK. */
export function sdkConstant(name: string): number | undefined {
  return sdkConstants.get(name) ?? numberValue(sdkMacros.get(name) ?? '');
}

/** A function with its calls, and with the macros' bodies that stand for some of them. */
interface Definition {
  function: ProgramFunction;
  sites: readonly CallSite[];
  expansions: ReadonlyMap<CallSite, Definition>;
}

/** The functions of files that were read before. */
const definitionsOf = new WeakMemo<Unit, readonly Definition[]>();

/** How many macro bodies may be put in place of calls, in a file. */
const maxExpanded = 2000;

/** A whole project in one configuration: what is compiled, and how its names hang together. */
export class Program {
  readonly units: readonly Unit[];
  readonly target: Target;
  readonly reader: ExpressionReader;
  readonly functions: ProgramFunction[] = [];
  /** Calls by the name of what is called. */
  readonly #calls = new Map<string, CallSite[]>();
  readonly #sites = new Map<ProgramFunction, readonly CallSite[]>();
  readonly #expansions = new Map<CallSite, ProgramFunction>();
  /** The names of all functions, known before they are read. */
  readonly #defined = new Set<string>();
  readonly #byName = new Map<string, ProgramFunction[]>();
  readonly #globals = new Map<string, ProgramVariable[]>();
  #allGlobals: readonly ProgramVariable[] | undefined;
  readonly #lookups = new Memo<FunctionFacts, Lookup>();
  /** Values of names that are no macros, by file, as far as they were asked. */
  readonly #constants = new Memo<Unit, Memo<string, number | undefined>>();
  readonly #structs = new Map<string, Map<string, TypeName>>();
  readonly #plainStructs = new Set<string>();
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
    for (const { chunks } of units)
      for (const { facts } of chunks)
        for (const { name, returnType } of facts.functions) {
          this.#returnTypes.set(name, returnType);
          this.#defined.add(name);
        }
    const definitions = units.flatMap(unit => this.#definitions(unit));
    for (const { function: each } of definitions) {
      this.functions.push(each);
      push(this.#byName, each.name, each);
    }
    for (const definition of definitions) this.#index(definition);
  }

  #definitions(unit: Unit): readonly Definition[] {
    return definitionsOf.get(unit, () => {
      this.#expandedCount = 0;
      const names = new Map<string, number>();
      return unit.chunks.flatMap(({ start, facts }) =>
        facts.functions.map(each => {
          const count = names.get(each.name) ?? 0;
          names.set(each.name, count + 1);
          // Not by where it is: what others know of it holds when it moves.
          const id = `${unit.path}:${each.name}${count === 0 ? '' : `#${count}`}`;
          return this.#define({ id, name: each.name, unit, facts: each, base: start, events: [] }, 0);
        }),
      );
    });
  }

  #index({ function: caller, sites, expansions }: Definition): void {
    this.#sites.set(caller, sites);
    for (const site of sites) {
      if (site.name !== undefined) push(this.#calls, site.name, site);
      const expansion = expansions.get(site);
      if (expansion === undefined) continue;
      this.functions.push(expansion.function);
      this.#expansions.set(site, expansion.function);
      this.#index(expansion);
    }
  }

  #declare(unit: Unit, base: number, facts: ChunkFacts): void {
    for (const { name, members, isPlain } of facts.structs) {
      this.#structs.set(name, new Map(members.map(member => [member.name, member.type])));
      if (isPlain) this.#plainStructs.add(name);
      else this.#plainStructs.delete(name);
    }
    for (const { name, type } of facts.aliases) this.#aliases.set(name, type);
    for (const { name, value, after } of facts.enumerators) this.#enumerators.set(name, { value, after });
    for (const { name, returnType } of facts.prototypes) this.#returnTypes.set(name, returnType);
    for (const global of facts.globals) this.#declareGlobal(unit, base, global);
  }

  #declareGlobal(unit: Unit, base: number, global: GlobalFacts): void {
    const known = this.#globals.get(global.name) ?? [];
    if (global.external && known.length > 0) return;
    const key = global.internal ? `${unit.path}:${global.name}` : sharedKey(global.name);
    const entry = { key, variable: global, owner: undefined, unit, base };
    // A definition replaces what was only declared.
    this.#globals.set(global.name, [
      ...known.filter(
        other => other.key !== key || !('external' in other.variable && other.variable.external),
      ),
      entry,
    ]);
  }

  #define(found: ProgramFunction, depth: number): Definition {
    found.events = this.#possible(found);
    const sites: CallSite[] = [];
    const expansions = new Map<CallSite, Definition>();
    for (const [index, event] of found.events.entries()) {
      if (event.kind !== 'call') continue;
      const name = resolved(event, found);
      const site: CallSite = { name, arguments: event.call.arguments, event, index, caller: found };
      sites.push(site);
      const macro = name === undefined ? undefined : found.unit.macros.get(name);
      if (name === undefined || macro?.parameters === undefined) continue;
      const expansion = this.#expand(site, name, macro, depth);
      if (expansion !== undefined) expansions.set(site, expansion);
    }
    return { function: found, sites, expansions };
  }

  /** The events of a function that no constant condition rules out. */
  #possible(within: ProgramFunction): readonly FunctionEvent[] {
    const known = new Map<Decision, boolean>();
    return within.facts.events.filter(({ decision }) => {
      const chain: Decision[] = [];
      let each = decision;
      for (; each !== undefined && !known.has(each); each = each.outer) chain.push(each);
      let can = each === undefined || known.get(each) === true;
      for (const inner of chain.reverse()) known.set(inner, (can &&= this.#isOpen(inner, within)));
      return can;
    });
  }

  /** Whether a decision is not a constant that turns out the other way. */
  #isOpen({ kind, test, arm }: Decision, within: ProgramFunction): boolean {
    if (test === undefined || kind === 'switch') return true;
    const value = this.constant(test, within);
    return value === undefined || (value !== 0) === (arm === 1);
  }

  /** Puts a macro's body in the place of its use, as if it were a function that is called. */
  #expand(site: CallSite, name: string, macro: Macro, depth: number): Definition | undefined {
    if (depth > 4 || this.#expandedCount >= maxExpanded || !this.#isTelling(macro, site.caller.unit, 0))
      return undefined;
    const facts = this.#expandBody({ ...macro, body: pasted(macro, site.arguments) }, name);
    if (facts === undefined) return undefined;
    this.#expandedCount++;
    const { id, unit, base } = site.caller;
    return this.#define(
      { id: `${id}/${name}@${site.event.start}`, name, unit, facts, base, events: [], expanded: site },
      depth + 1,
    );
  }

  /** Whether a macro's body calls something that the rules know. */
  #isTelling(macro: Macro, unit: Unit, depth: number): boolean {
    if (macro.body.length > 2000) return false;
    // What ## puts together may be the name of any.
    if (macro.body.includes('##')) return true;
    for (const [word] of macro.body.matchAll(/[A-Za-z_]\w*/g)) {
      const family = calledFunction(word)?.family;
      if (
        word === 'espconn' ||
        family === 'espconn' ||
        family === 'timer' ||
        family === 'task' ||
        touchesFlash(word)
      )
        return true;
      if (word === 'system_partition_table_regist') return true;
      if (this.#defined.has(word)) return true;
      const inner = unit.macros.get(word);
      if (inner !== undefined && inner !== macro && depth < 4 && this.#isTelling(inner, unit, depth + 1))
        return true;
    }
    return false;
  }

  /** Calls of a function, anywhere. */
  calls(...names: readonly string[]): readonly CallSite[] {
    const [only] = names;
    if (only !== undefined && names.length === 1) return this.#calls.get(only) ?? [];
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
    const own = ownVariables(within).get(name);
    if (own !== undefined) return own;
    if (within.expanded !== undefined) return this.variable(name, within.expanded.caller);
    return this.global(name, within.unit);
  }

  /** The variable outside of functions that a name means in a file. */
  global(name: string, unit: Unit): ProgramVariable | undefined {
    const all = this.#globals.get(name);
    return all?.find(candidate => candidate.unit === unit) ?? all?.find(({ key }) => key === sharedKey(name));
  }

  /** The variables outside of functions. */
  get globals(): readonly ProgramVariable[] {
    return (this.#allGlobals ??= [...this.#globals.values()].flat());
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

  /** The types of a struct's members, in order; undefined where members share bytes, or it is not known. */
  plainMembers(struct: string): readonly TypeName[] | undefined {
    const name = this.structName(struct);
    return this.#plainStructs.has(name) ? [...(this.#structs.get(name)?.values() ?? [])] : undefined;
  }

  /** The value of a constant expression in a function; undefined where it is open. */
  constant(expression: Expression, within: ProgramFunction): number | undefined {
    if (expression.kind === 'number') return expression.value;
    const lookup = this.#lookup(within);
    return fold(expression, lookup, macroCalls(within.unit.macros, this.reader, lookup));
  }

  #lookup({ facts, unit }: ProgramFunction): Lookup {
    const { macros } = unit;
    return this.#lookups.get(
      facts,
      () => {
        const { locals, parameters } = facts;
        const isOwn = (name: string) => locals.has(name) || parameters.some(each => each.name === name);
        const ofMacro = macroLookup(macros, this.reader, name =>
          isOwn(name) ? undefined : this.#named(name, unit, 0),
        );
        return name =>
          macros.has(name) || name.startsWith('defined ')
            ? ofMacro(name)
            : isOwn(name)
              ? undefined
              : this.#plain(name, unit);
      },
      () => [macros],
    );
  }

  /** The value of a name that is not a macro. */
  #plain(name: string, unit: Unit): number | undefined {
    return this.#constants.get(unit, () => new Memo()).get(name, () => this.#named(name, unit, 0));
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

  /** Where a call's function name is. */
  callPlace({ caller, event }: CallSite): Place {
    return this.place(caller, event.nameRange);
  }
}

const noVariables: ReadonlyMap<string, ProgramVariable> = new Map();
const variablesOf = new WeakMemo<ProgramFunction, ReadonlyMap<string, ProgramVariable>>();

/** The key of a variable of the whole program. */
function sharedKey(name: string): string {
  return `:${name}`;
}

/** A function's parameters and variables. */
function ownVariables(owner: ProgramFunction): ReadonlyMap<string, ProgramVariable> {
  const { locals, parameters } = owner.facts;
  if (locals.size + parameters.length === 0) return noVariables;
  return variablesOf.get(owner, () => {
    const { unit, base, id } = owner;
    return new Map(
      // Of two parameters with one name the first one counts.
      [...parameters.toReversed(), ...locals.values()].map(variable => [
        variable.name,
        { key: `${id}:${variable.name}`, variable, owner, unit, base },
      ]),
    );
  });
}

/** The name that a call has when macros are followed that are only another name. */
function resolved(event: CallEvent, caller: ProgramFunction): string | undefined {
  let name = event.name ?? pastedName(event.call.callee, caller);
  for (let depth = 0; name !== undefined && depth < 8; depth++) {
    if (caller.facts.locals.has(name)) break;
    const macro = caller.unit.macros.get(name);
    if (macro === undefined || macro.parameters !== undefined || !/^\w+$/.test(macro.body)) break;
    name = macro.body;
  }
  return name;
}

/** The name in `NET(connect)(c)` that the macro makes of its arguments. */
function pastedName(callee: Expression, { unit }: ProgramFunction): string | undefined {
  if (callee.kind !== 'call' || callee.callee.kind !== 'name') return undefined;
  const macro = unit.macros.get(callee.callee.name);
  const body = macro && pasted(macro, callee.arguments);
  return body !== undefined && /^[A-Za-z_]\w*$/.test(body) ? body : undefined;
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
