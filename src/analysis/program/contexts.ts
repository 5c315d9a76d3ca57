import type { CallbackEvent } from '../../sdk/callbacks';
import type { Callback } from './callbacks';
import type { Pointers } from './pointers';
import type { CallSite, Program, ProgramFunction } from './program';

/** One way in which a function comes to run. */
export interface Context {
  /** What begins it: an event of the SDK, or the program's start. */
  event: CallbackEvent | 'user_init' | 'user_pre_init';
  /** The registration, where there is one. */
  callback: Callback | undefined;
  /** The calls that lead from there to the function, the first one first. */
  path: readonly CallSite[];
}

/** How deep calls are followed from a callback. */
const maxCalls = 12;
/** How many ways into one function are kept. */
const maxContexts = 24;

/** From where every function runs: directly inside a callback, at start, from a timer or task. */
export class Contexts {
  /** Whether some ways into functions were left out. */
  isCoarse = false;
  readonly #contexts = new Map<ProgramFunction, Context[]>();
  readonly #callers = new Map<ProgramFunction, CallSite[]>();
  readonly #registered = new Map<ProgramFunction, Callback[]>();

  constructor(program: Program, pointers: Pointers) {
    for (const caller of program.functions)
      for (const site of program.sitesIn(caller))
        for (const target of pointers.targets(site)) push(this.#callers, target, site);
    for (const callback of pointers.callbacks) push(this.#registered, callback.function, callback);
    const calledBy = new Map<ProgramFunction, { site: CallSite; target: ProgramFunction }[]>();
    for (const [target, sites] of this.#callers)
      for (const site of sites) push(calledBy, site.caller, { site, target });
    const visit = (start: ProgramFunction, context: Context) => {
      const queue: [ProgramFunction, Context][] = [[start, context]];
      const seen = new Set([start]);
      // Appended to while iterating.
      for (const [now, way] of queue) {
        // What is called from here has as many ways already.
        if ((this.#contexts.get(now)?.length ?? 0) >= maxContexts) {
          this.isCoarse = true;
          continue;
        }
        push(this.#contexts, now, way);
        if (way.path.length >= maxCalls) continue;
        for (const { site, target } of calledBy.get(now) ?? []) {
          if (seen.has(target)) continue;
          seen.add(target);
          queue.push([target, { ...way, path: [...way.path, site] }]);
        }
      }
    };
    for (const callback of pointers.callbacks)
      visit(callback.function, { event: callback.event, callback, path: [] });
    for (const each of program.functions) {
      if (each.name === 'user_init' || each.name === 'user_pre_init')
        visit(each, { event: each.name, callback: undefined, path: [] });
    }
  }

  /** All known ways into a function. None for what nobody calls. */
  of(target: ProgramFunction): readonly Context[] {
    return this.#contexts.get(target) ?? [];
  }

  /** The calls of a function. */
  callers(target: ProgramFunction): readonly CallSite[] {
    return this.#callers.get(target) ?? [];
  }

  /** Its registrations as a callback. */
  registrations(target: ProgramFunction): readonly Callback[] {
    return this.#registered.get(target) ?? [];
  }

  /** The one place from where a function is entered: a call, or the registration of a callback. */
  onlyWay(target: ProgramFunction): CallSite | undefined {
    const callers = this.callers(target);
    const registrations = this.registrations(target);
    if (callers.length + registrations.length !== 1) return undefined;
    return callers[0] ?? registrations[0]?.site;
  }
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
