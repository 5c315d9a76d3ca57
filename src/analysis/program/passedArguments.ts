import type { Contexts } from './contexts';
import { type Expression, fold, mentions } from '../source/expression';
import type { Decision } from '../source/functionFacts';
import { type MemoryObject, rootOf } from './memoryObjects';
import type { Pointers } from './pointers';
import type { CallSite, Program, ProgramFunction } from './program';

/** What a function is told by those who call it for one connection: `listen(&conn, 443, true)`. */
interface Known {
  program: Program;
  pointers: Pointers;
  contexts: Contexts;
}

/** The calls of a function that hand it a connection; all of its calls where it takes the connection from elsewhere. */
export function callsFor(
  { pointers, contexts }: Known,
  connection: MemoryObject,
  called: ProgramFunction,
): CallSite[] {
  const has = (argument: Expression, within: ProgramFunction) =>
    [...pointers.of(argument, within)].some(object => rootOf(object) === connection);
  const takes = called.facts.parameters.some(
    ({ name, type }) => type.pointers > 0 && has({ kind: 'name', name, start: 0, end: 0 }, called),
  );
  const callers = contexts.callers(called);
  return takes
    ? callers.filter(({ arguments: list, caller }) => list.some(argument => has(argument, caller)))
    : [...callers];
}

/** The position of a parameter that its function leaves as it is. */
export function parameterIndex({ facts, events }: ProgramFunction, name: string): number {
  const isSet = events.some(
    event => event.kind === 'assign' && event.target.kind === 'name' && event.target.name === name,
  );
  return isSet || facts.locals.has(name) ? -1 : facts.parameters.findIndex(each => each.name === name);
}

/**
 * Whether a decision around a call turns out as its arm says whenever the function around is called for this connection: true for
 * always, false for never, undefined where that is not known.
 */
export function isDecided(
  known: Known,
  connection: MemoryObject,
  { caller }: CallSite,
  { test, arm, kind }: Decision,
): boolean | undefined {
  if (test === undefined || kind === 'switch' || kind === 'loop') return undefined;
  // Asked of every decision in every function: most look at no such parameter.
  const isChoice = caller.facts.parameters.some(
    ({ name, type }) => name !== '' && type.pointers === 0 && mentions(test, name),
  );
  if (!isChoice) return undefined;
  const { program } = known;
  const outcomes = callsFor(known, connection, caller).map(way => {
    const value = fold(test, name => {
      const argument = way.arguments[parameterIndex(caller, name)];
      return argument === undefined
        ? program.constant({ kind: 'name', name, start: 0, end: 0 }, caller)
        : program.constant(argument, way.caller);
    });
    return value === undefined ? undefined : (value !== 0) === (arm === 1);
  });
  const [first] = outcomes;
  return outcomes.every(outcome => outcome === first) ? first : undefined;
}
