import { functionsThat } from '../../sdk/effects';
import { type CallbackEvent, registrations } from '../../sdk/callbacks';
import { Memo, WeakMemo } from '../engine/memo';
import type { Expression } from '../source/expression';
import { type Callback, callbackAssignments, connectionOf } from './callbacks';
import { type Holder, type MemoryObject, MemoryObjects, rootOf } from './memoryObjects';
import { parameterOf, type Statement, StatementReader } from './pointerStatements';
import { PointsTo } from './pointsTo';
import type { CallSite, Program, ProgramFunction } from './program';

/** What functions say, for all programs that have them. */
const statementsOf = new WeakMemo<ProgramFunction, Memo<'assignments' | 'calls', readonly Statement[]>>();

/** Rounds of finding out what calls through pointers and callbacks reach. */
const maxRounds = 8;
/** A pointer that may point to more says nothing to a reader; small projects have tens. */
const maxObjects = 1000;

/**
 * What every pointer of a program may point to, whatever the order: variables, parameters and members of structs (by type, not by
 * instance) each have a set of objects.
 */
export class Pointers {
  readonly callbacks: Callback[] = [];
  readonly #program: Program;
  readonly #objects = new MemoryObjects();
  readonly #reader: StatementReader;
  readonly #sets = new PointsTo(maxObjects, holder => this.#objects.unknown(holder));
  readonly #asked = new Set<Holder>();
  readonly #byId = new Map<string, ProgramFunction>();
  readonly #seenCallbacks = new Set<string>();
  readonly #listeners = new Set<MemoryObject>();
  /** The calls through pointers. */
  #indirect: readonly CallSite[] | undefined;
  /** Takes down what is said while a function is read. */
  #statements: Statement[] | undefined;
  /** What was asked, once everything is known. */
  #found: Memo<ProgramFunction, Memo<Expression, ReadonlySet<MemoryObject>>> | undefined;

  constructor(program: Program) {
    this.#program = program;
    this.#reader = new StatementReader(program, this.#objects, statement => {
      this.#take(statement);
    });
    for (const each of program.functions) this.#byId.set(each.id, each);
    for (const each of program.functions)
      this.#say(each, 'assignments', () => {
        this.#reader.readAssignments(each);
      });
    this.#reader.readGlobals();
    for (const each of program.functions)
      this.#say(each, 'calls', () => {
        this.#reader.readCalls(each);
      });
    this.#reader.readEvents();
    this.#follow();
    // What nobody in the project sets points to something unknown, but always the same.
    for (const holder of this.#asked)
      if (!this.#sets.hasSource(holder)) this.#sets.put(holder, this.#objects.unknown(holder));
    this.#follow();
    this.#found = new Memo();
  }

  /** The objects that an expression may point to. */
  of(expression: Expression, within: ProgramFunction): ReadonlySet<MemoryObject> {
    // While sets still grow, nothing is final.
    if (this.#found === undefined) return this.#find(expression, within);
    return this.#found.get(within, () => new Memo()).get(expression, () => this.#find(expression, within));
  }

  #find(expression: Expression, within: ProgramFunction): ReadonlySet<MemoryObject> {
    const { objects, holders } = this.#reader.value(expression, within);
    const [only] = holders;
    // Where nothing changes any more, many share one set.
    if (this.#found !== undefined && only !== undefined && holders.length === 1 && objects.length === 0)
      return this.#sets.of(only);
    const all = new Set(objects);
    for (const holder of holders) for (const object of this.#sets.of(holder)) all.add(object);
    return all;
  }

  /** The functions that an expression may point to. */
  functionsOf(expression: Expression, within: ProgramFunction): ProgramFunction[] {
    return [...this.of(expression, within)].flatMap(object => {
      const found = object.kind === 'function' ? this.#byId.get(object.id) : undefined;
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
    for (let round = 0; round < maxRounds; round++) {
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

  /** Takes what a function says of pointers, read now or before. */
  #say(within: ProgramFunction, about: 'assignments' | 'calls', reading: () => void): void {
    const statements = statementsOf
      .get(within, () => new Memo())
      .get(about, () => {
        const said: Statement[] = (this.#statements = []);
        reading();
        this.#statements = undefined;
        return said;
      });
    for (const statement of statements)
      this.#take(
        statement.kind === 'reaches'
          ? { ...statement, object: this.#objects.own(statement.object) }
          : statement,
      );
  }

  #take(statement: Statement): void {
    if (this.#statements !== undefined) this.#statements.push(statement);
    else if (statement.kind === 'reaches') this.#sets.put(statement.holder, statement.object);
    else if (statement.kind === 'asked') this.#asked.add(statement.holder);
    else {
      this.#sets.include(statement.holder, statement.other);
      this.#asked.add(statement.other);
    }
  }

  #readIndirectCalls(): void {
    this.#indirect ??= this.#program.functions.flatMap(caller =>
      this.#program
        .sitesIn(caller)
        .filter(({ name }) => name === undefined || this.#program.variable(name, caller) !== undefined),
    );
    for (const site of this.#indirect)
      for (const target of this.functionsOf(site.event.call.callee, site.caller))
        this.#reader.pass(site, target);
  }

  #readListeners(): void {
    for (const {
      arguments: [connection],
      caller,
    } of this.#program.calls(...functionsThat(['opens server'], ['secure', 'plain'])))
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
          this.#noteCallback({
            event: registration.event,
            function: target,
            at: this.#program.place(caller, site.event),
            registeredIn: caller,
            site,
            connection:
              registration.connection === undefined ? undefined : site.arguments[registration.connection],
          });
          const parameter = registration.passes && target.facts.parameters[registration.passes.parameter];
          if (passed === undefined || parameter === undefined) continue;
          const holder = parameterOf(target, parameter);
          if (registration.ofLink) this.#passConnection(registration.event, this.of(passed, caller), holder);
          else this.#reader.assign(holder, passed, caller);
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
            this.#passConnection(kind, this.of(connection, caller), parameterOf(target, parameter));
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
  #passConnection(event: CallbackEvent, objects: Iterable<MemoryObject>, holder: Holder): void {
    for (const object of objects) {
      const root = rootOf(object);
      const isServer = this.#listeners.has(root);
      const hasRoot = !isServer || event === 'reconnect' || event === 'disconnect';
      this.#sets.put(holder, hasRoot ? root : this.#objects.link(root));
    }
  }
}
