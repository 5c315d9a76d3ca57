import { Memo, WeakMemo } from '../engine/memo';
import { type CallbackEvent, callbackMembers, registrations } from '../../sdk/callbacks';
import { sdkFunction } from '../../sdk/functions';
import { type Expression, type TypeName, withoutCasts } from '../source/expression';
import type { AssignEvent, FunctionFacts } from '../source/functionFacts';
import { macroBody } from '../source/preprocess';
import { PointsTo } from './pointsTo';
import type { CallSite, Program, ProgramFunction } from './program';
import type { Place } from '../../findings/range';

/** Something in memory that pointers reach: a variable, what an allocation returns, or a function (`fn:…`). */
export type ObjectId = string;

/** A function of the application that the SDK calls. */
export interface Callback {
  event: CallbackEvent;
  function: ProgramFunction;
  /** Where it was registered. */
  at: Place;
  registeredIn: ProgramFunction;
  /** The call that registered it; undefined where a member was set. */
  site: CallSite | undefined;
  /** For callbacks of connections: the struct that was registered with. */
  connection: Expression | undefined;
}

const allocators = new Set([
  'os_malloc',
  'os_zalloc',
  'os_calloc',
  'os_realloc',
  'malloc',
  'zalloc',
  'calloc',
  'realloc',
  'pvPortMalloc',
  'pvPortZalloc',
  'pvPortCalloc',
  'pvPortRealloc',
]);

/** The link that the SDK makes for a client of this listening struct. */
export function linkOf(listener: ObjectId): ObjectId {
  return `link:${listener}`;
}

/** The struct that was given to connect or accept: for a link the one that listens. */
export function rootOf(object: ObjectId): ObjectId {
  return object.startsWith('link:') ? object.slice('link:'.length) : object;
}

/** What a function says of pointers: of a set that it contains an object, or all of another set, or that somebody wants to know. */
type Statement =
  | { kind: 'contains'; node: string; object: ObjectId }
  | { kind: 'includes'; node: string; other: string }
  | { kind: 'asked'; node: string };

/** What functions say that were read before: they are new where anything changed that their names mean. */
const statementsOf = new WeakMemo<ProgramFunction, Memo<'assignments' | 'calls', readonly Statement[]>>();

interface Value {
  objects: ObjectId[];
  nodes: string[];
}

const nothing: Value = { objects: [], nodes: [] };
const mostDepth = 40;
/** Rounds of finding out what calls through pointers and callbacks reach. */
const mostRounds = 8;
/** A pointer that may point to more says nothing to a reader; small projects have tens. */
const mostObjects = 1000;

/**
 * What every pointer of a program may point to, whatever the order: variables, parameters and members of structs (by type, not by
 * instance) each have a set of objects.
 */
export class Pointers {
  readonly callbacks: Callback[] = [];
  readonly #program: Program;
  readonly #sets = new PointsTo(mostObjects);
  readonly #asked = new Set<string>();
  readonly #byId = new Map<string, ProgramFunction>();
  readonly #seenCallbacks = new Set<string>();
  readonly #listeners = new Set<ObjectId>();
  /** Takes down what is said while a function is read. */
  #statements: Statement[] | undefined;
  /** What was asked, once everything is known. */
  #found: Memo<ProgramFunction, Memo<Expression, ReadonlySet<ObjectId>>> | undefined;

  constructor(program: Program) {
    this.#program = program;
    for (const each of program.functions) this.#byId.set(each.id, each);
    this.#readAssignments();
    this.#readCalls();
    this.#follow();
    // What nobody in the project sets points to something unknown, but always the same.
    for (const node of this.#asked) if (!this.#sets.hasSource(node)) this.#addObject(node, `?${node}`);
    this.#follow();
    this.#found = new Memo();
  }

  /** The objects that an expression may point to. */
  of(expression: Expression, within: ProgramFunction): ReadonlySet<ObjectId> {
    // While sets still grow, nothing is final.
    if (this.#found === undefined) return this.#find(expression, within);
    return this.#found.get(within, () => new Memo()).get(expression, () => this.#find(expression, within));
  }

  #find(expression: Expression, within: ProgramFunction): ReadonlySet<ObjectId> {
    const { objects, nodes } = this.#value(expression, within, 0);
    const [only] = nodes;
    // Where nothing changes any more, many share one set.
    if (this.#found !== undefined && only !== undefined && nodes.length === 1 && objects.length === 0)
      return this.#sets.of(only);
    const all = new Set(objects);
    for (const node of nodes) for (const object of this.#sets.of(node)) all.add(object);
    return all;
  }

  /** The functions that an expression may point to. */
  functionsOf(expression: Expression, within: ProgramFunction): ProgramFunction[] {
    return [...this.of(expression, within)].flatMap(object => {
      const found = object.startsWith('fn:') ? this.#byId.get(object.slice(3)) : undefined;
      return found === undefined ? [] : [found];
    });
  }

  /** The functions of the project that a call runs, through pointers too. */
  targets(site: CallSite): readonly ProgramFunction[] {
    const direct = this.#program.targets(site);
    if (direct.length > 0) return direct;
    if (site.name !== undefined && this.#program.variable(site.name, site.caller) === undefined) return [];
    return this.functionsOf(site.event.call.callee, site.caller);
  }

  #follow(): void {
    for (let round = 0; round < mostRounds; round++) {
      this.#sets.solve();
      const before = this.#sets.size;
      this.#readListeners();
      this.#readIndirectCalls();
      this.#readCallbacks();
      if (this.#sets.size === before) break;
    }
    this.#sets.solve();
  }

  /** Whether some pointers may point to so much that they were taken to point to something unknown. */
  get isCoarse(): boolean {
    return this.#sets.overflown;
  }

  /** The calls through pointers. */
  #indirect: readonly CallSite[] | undefined;

  /** Takes what a function says of pointers, read now or before. */
  #take(within: ProgramFunction, about: 'assignments' | 'calls', reading: () => void): void {
    const statements = statementsOf
      .get(within, () => new Memo())
      .get(about, () => {
        const said: Statement[] = (this.#statements = []);
        reading();
        this.#statements = undefined;
        return said;
      });
    for (const statement of statements) this.#state(statement);
  }

  #state(statement: Statement): void {
    if (this.#statements !== undefined) this.#statements.push(statement);
    else if (statement.kind === 'contains') this.#sets.put(statement.node, statement.object);
    else {
      if (statement.kind === 'includes') this.#sets.include(statement.node, statement.other);
      this.#asked.add(statement.kind === 'includes' ? statement.other : statement.node);
    }
  }

  #ask(node: string): void {
    this.#state({ kind: 'asked', node });
  }

  #addEdge(from: string, to: string): void {
    this.#state({ kind: 'includes', node: to, other: from });
  }

  #addObject(node: string, object: ObjectId): void {
    this.#state({ kind: 'contains', node, object });
  }

  #assign(target: string, value: Value): void {
    for (const object of value.objects) this.#addObject(target, object);
    for (const node of value.nodes) this.#addEdge(node, target);
  }

  #readAssignments(): void {
    for (const within of this.#program.functions)
      this.#take(within, 'assignments', () => {
        this.#readAssignmentsIn(within);
      });
    for (const { key, variable, unit, base } of this.#program.globals) {
      if (variable.initializer === undefined) continue;
      // Names in the initializer mean what they mean outside of functions.
      const outside = outsideOf(unit, base);
      this.#initialize(key, variable.type, variable.initializer, outside);
    }
  }

  #readAssignmentsIn(within: ProgramFunction): void {
    for (const event of within.events) {
      if (event.kind === 'assign' && event.operator === '=')
        this.#assignTo(event.target, event.value, within);
      else if (event.kind === 'return' && event.value !== undefined)
        this.#assign(`return:${within.id}`, this.#value(event.value, within, 0));
    }
    for (const { name, initializer, static: lasts } of within.facts.locals.values())
      if (lasts && initializer !== undefined)
        this.#assignTo({ kind: 'name', name, start: 0, end: 0 }, initializer, within);
  }

  #assignTo(target: Expression, value: Expression, within: ProgramFunction): void {
    const inner = withoutCasts(value);
    if (inner.kind === 'list') {
      const type = this.#program.typeOf(target, within);
      const node = this.#node(target, within);
      if (node !== undefined && type !== undefined) this.#initialize(node, type, inner, within);
      return;
    }
    const node = this.#node(target, within);
    if (node !== undefined) this.#assign(node, this.#value(value, within, 0));
  }

  #initialize(node: string, type: TypeName, value: Expression, within: ProgramFunction): void {
    if (value.kind !== 'list') {
      this.#assign(node, this.#value(value, within, 0));
      return;
    }
    if (type.array) {
      for (const item of value.items) this.#initialize(node, { ...type, array: false }, item.value, within);
      return;
    }
    const members = this.#program.members(type.name);
    for (const [index, { member, value: inner }] of value.items.entries()) {
      const name = member?.split('.').at(-1) ?? members[index];
      const memberType = name === undefined ? undefined : this.#program.memberType(type.name, name);
      if (name === undefined) continue;
      this.#initialize(
        this.#memberNode(type.name, name),
        memberType ?? { name: '', pointers: 0, array: false },
        inner,
        within,
      );
    }
  }

  #memberNode(struct: string, member: string): string {
    return `member:${this.#program.structName(struct)}.${member}`;
  }

  /** The set that an assignment to this expression adds to. */
  #node(target: Expression, within: ProgramFunction): string | undefined {
    const place = withoutCasts(target);
    switch (place.kind) {
      case 'name':
        return this.#program.variable(place.name, within)?.key;
      case 'member': {
        const type = this.#program.typeOf(place.base, within);
        return this.#memberNode(type?.name ?? '', place.member);
      }
      case 'index':
        return this.#node(place.base, within);
      default:
        return undefined;
    }
  }

  #value(expression: Expression, within: ProgramFunction, depth: number): Value {
    if (depth > mostDepth) return nothing;
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
        const node = this.#memberNode(base?.name ?? '', expression.member);
        if (type?.array === true) return { objects: [`in:${node}`], nodes: [] };
        this.#ask(node);
        return { objects: [], nodes: [node] };
      }
      case 'index': {
        const type = this.#program.typeOf(expression.base, within);
        if (type !== undefined && type.array && type.pointers > 0) {
          const node = this.#node(expression.base, within);
          return node === undefined ? nothing : { objects: [], nodes: [node] };
        }
        // An array of function pointers by a type's name has no pointers in its declaration.
        const node = this.#node(expression.base, within);
        return joined(again(expression.base), node === undefined ? nothing : { objects: [], nodes: [node] });
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
      if (type.array && !functionPointer) return { objects: [`in:${found.key}`], nodes: [] };
      this.#ask(found.key);
      return { objects: [], nodes: [found.key] };
    }
    const macro = within.unit.macros.get(name);
    const body = macro && macroBody(macro, this.#program.reader);
    if (body !== undefined) return this.#value(body, within, depth + 1);
    return {
      objects: this.#program.functionsNamed(name, within.unit).map(({ id }) => `fn:${id}`),
      nodes: [],
    };
  }

  #address(operand: Expression, within: ProgramFunction, depth: number): Value {
    const place = withoutCasts(operand);
    switch (place.kind) {
      case 'name': {
        const found = this.#program.variable(place.name, within);
        return found === undefined
          ? this.#named(place.name, within, depth + 1)
          : { objects: [`in:${found.key}`], nodes: [] };
      }
      case 'member': {
        const node = this.#node(place, within);
        return node === undefined ? nothing : { objects: [`in:${node}`], nodes: [] };
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
    if (allocators.has(callee.name)) return { objects: [`new:${within.id}@${call.start}`], nodes: [] };
    const functions = this.#program.functionsNamed(callee.name, within.unit);
    if (functions.length > 0) {
      const nodes = functions.map(({ id }) => `return:${id}`);
      for (const node of nodes) this.#ask(node);
      return { objects: [], nodes };
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
    const node = `return::${callee.name}`;
    this.#ask(node);
    return { objects: [], nodes: [node] };
  }

  #readCalls(): void {
    for (const caller of this.#program.functions)
      this.#take(caller, 'calls', () => {
        for (const site of this.#program.sitesIn(caller)) {
          for (const target of this.#program.targets(site)) this.#pass(site, target);
          // Whatever is passed is asked for.
          for (const argument of site.arguments) this.#value(argument, caller, 0);
        }
      });
    for (const site of this.#program.calls('system_os_post', 'ets_post')) {
      const [, signal, parameter] = site.arguments;
      if (signal !== undefined)
        this.#assign(this.#memberNode('os_event_t', 'sig'), this.#value(signal, site.caller, 0));
      if (parameter !== undefined)
        this.#assign(this.#memberNode('os_event_t', 'par'), this.#value(parameter, site.caller, 0));
    }
  }

  #pass(site: CallSite, target: ProgramFunction): void {
    for (const [index, parameter] of target.facts.parameters.entries()) {
      const argument = site.arguments[index];
      if (argument !== undefined && parameter.name !== '')
        this.#assign(`${target.id}:${parameter.name}`, this.#value(argument, site.caller, 0));
    }
  }

  #readIndirectCalls(): void {
    this.#indirect ??= this.#program.functions.flatMap(caller =>
      this.#program
        .sitesIn(caller)
        .filter(({ name }) => name === undefined || this.#program.variable(name, caller) !== undefined),
    );
    for (const site of this.#indirect)
      for (const target of this.functionsOf(site.event.call.callee, site.caller)) this.#pass(site, target);
  }

  #readListeners(): void {
    for (const {
      arguments: [connection],
      caller,
    } of this.#program.calls('espconn_secure_accept', 'espconn_accept'))
      if (connection !== undefined)
        for (const object of this.of(connection, caller)) this.#listeners.add(rootOf(object));
  }

  #readCallbacks(): void {
    for (const [name, registration] of registrations) {
      for (const site of this.#program.calls(name)) {
        const { caller } = site;
        const callback = site.arguments[registration.callback];
        if (callback === undefined) continue;
        const passed = registration.passes && site.arguments[registration.passes.argument];
        for (const target of this.functionsOf(callback, caller)) {
          const isConnection = name.startsWith('espconn_regist_');
          this.#noteCallback({
            event: registration.event,
            function: target,
            at: this.#program.place(caller, site.event),
            registeredIn: caller,
            site,
            connection: isConnection || name === 'espconn_gethostbyname' ? passed : undefined,
          });
          const parameter = registration.passes && target.facts.parameters[registration.passes.parameter];
          if (passed === undefined || parameter === undefined) continue;
          const node = `${target.id}:${parameter.name}`;
          if (isConnection) this.#passConnection(registration.event, this.of(passed, caller), node);
          else this.#assign(node, this.#value(passed, caller, 0));
        }
      }
    }
    for (const caller of this.#program.functions) {
      for (const { event, target: member, kind } of callbackAssignments(caller)) {
        const connection = connectionOf(member);
        for (const target of this.functionsOf(event.value, caller)) {
          this.#noteCallback({
            event: kind,
            function: target,
            at: this.#program.place(caller, event),
            registeredIn: caller,
            site: undefined,
            connection,
          });
          const [parameter] = target.facts.parameters;
          if (parameter !== undefined)
            this.#passConnection(kind, this.of(connection, caller), `${target.id}:${parameter.name}`);
        }
      }
    }
  }

  #noteCallback(callback: Callback): void {
    const key = `${callback.event} ${callback.function.id} ${callback.at.file}:${callback.at.start}`;
    if (this.#seenCallbacks.has(key)) return;
    this.#seenCallbacks.add(key);
    this.callbacks.push(callback);
  }

  /**
   * A client's callbacks get its own struct. A server's get one that the SDK made for the link; only when the link is gone do they
   * get the listening struct again.
   */
  #passConnection(event: CallbackEvent, objects: Iterable<ObjectId>, node: string): void {
    for (const object of objects) {
      const root = rootOf(object);
      const isServer = this.#listeners.has(root);
      if (!isServer || event === 'reconnect' || event === 'disconnect') this.#addObject(node, root);
      else this.#addObject(node, linkOf(root));
    }
  }
}

interface CallbackAssignment {
  event: AssignEvent;
  target: Extract<Expression, { kind: 'member' }>;
  kind: CallbackEvent;
}

const callbackAssignmentsOf = new WeakMemo<ProgramFunction, readonly CallbackAssignment[]>();

/** Where a function sets members of structs that are callbacks. */
function callbackAssignments(within: ProgramFunction): readonly CallbackAssignment[] {
  return callbackAssignmentsOf.get(within, () =>
    within.events.flatMap(event => {
      if (event.kind !== 'assign' || event.target.kind !== 'member') return [];
      const kind = callbackMembers.get(event.target.member);
      return kind === undefined ? [] : [{ event, target: event.target, kind }];
    }),
  );
}

/** The struct espconn whose member, or whose protocol's member, this is. */
export function connectionOf(member: Extract<Expression, { kind: 'member' }>): Expression {
  let base: Expression = member.base;
  while (
    base.kind === 'member' &&
    (base.member === 'tcp' || base.member === 'udp' || base.member === 'proto')
  )
    ({ base } = base);
  return base;
}

function joined(a: Value, b: Value): Value {
  return { objects: [...a.objects, ...b.objects], nodes: [...a.nodes, ...b.nodes] };
}

const nowhere = { start: 0, end: 0 };
const noFunction: FunctionFacts = {
  ...nowhere,
  name: '',
  nameRange: nowhere,
  returnType: { name: 'void', pointers: 0, array: false },
  static: false,
  parameters: [],
  body: nowhere,
  locals: new Map(),
  events: [],
  tests: [],
};

/** Stands for a place outside of functions. */
export function outsideOf(unit: ProgramFunction['unit'], base: number): ProgramFunction {
  return { id: `${unit.path}:`, name: '', unit, base, events: [], facts: noFunction };
}
