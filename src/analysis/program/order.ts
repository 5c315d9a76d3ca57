import { effectOf, functionsThat } from '../../sdk/effects';
import { Memo, WeakMemo } from '../engine/memo';
import { inDifferentArms } from './conditions';
import type { Context } from './contexts';
import { decisions } from '../source/functionFacts';
import { rootOf } from './memoryObjects';
import type { CallSite, ProgramFunction } from './program';
import type { Facts } from '../rules/rule';

/** A call as it happens in the course of a function, directly or in what that calls. */
export interface Step {
  site: CallSite;
  /** The calls that lead to it, the outermost first. */
  path: readonly CallSite[];
}

const maxSteps = 1000;
const maxDepth = 6;

/** What is followed in one program, in all: beyond, it is not a program that a person wrote. */
const maxStepsInAll = 100_000;
const maxPairs = 200_000;

/** What was followed in one program so far. */
interface Followed {
  courses: Memo<ProgramFunction, readonly Step[]>;
  steps: number;
  pairs: number;
}

const followed = new WeakMemo<Facts, Followed>();

function followedIn(facts: Facts): Followed {
  return followed.get(facts, () => ({ courses: new Memo(), steps: 0, pairs: 0 }));
}

/** All calls in the course of a function, in order, those in called functions of the project in place. */
export function steps(facts: Facts, start: ProgramFunction): readonly Step[] {
  const all = followedIn(facts);
  return all.courses.get(start, () => {
    const found: Step[] = [];
    if (all.steps < maxStepsInAll) collect(facts, start, [], found);
    all.steps += found.length;
    return found;
  });
}

function collect(facts: Facts, now: ProgramFunction, path: readonly CallSite[], found: Step[]): void {
  for (const site of facts.program.sitesIn(now)) {
    if (found.length >= maxSteps) return;
    found.push({ site, path });
    const [target, ...others] = facts.program.targets(site);
    if (target === undefined || others.length > 0 || path.length >= maxDepth) continue;
    if (target === now || path.some(({ caller }) => caller === target)) continue;
    collect(facts, target, [...path, site], found);
  }
}

/** Whether two steps of one course cannot both happen in it. */
export function exclude(facts: Facts, a: Step, b: Step): boolean {
  let at = 0;
  while (at < a.path.length && a.path[at] === b.path[at]) at++;
  const [first, second] = [onWay(a, at), onWay(b, at)];
  if (first !== undefined && second !== undefined && inDifferentArms(first, second)) return true;
  return facts.conditions.disagree(a.site, b.site);
}

function onWay({ path, site }: Step, at: number): CallSite | undefined {
  return at === path.length ? site : path[at];
}

/** The functions from which courses are worth following: the ones that call something of this. */
export function starts(facts: Facts, ...names: readonly string[]): Set<ProgramFunction> {
  const found = new Set<ProgramFunction>();
  const visit = (now: ProgramFunction, depth: number) => {
    if (found.has(now) || depth > maxDepth) return;
    found.add(now);
    for (const { caller } of facts.contexts.callers(now)) visit(caller, depth + 1);
  };
  for (const { caller } of facts.program.calls(...names)) visit(caller, 0);
  return found;
}

/** Two steps that follow each other in a course. */
class Sequence {
  readonly earlier: Step;
  readonly later: Step;
  readonly #course: readonly Step[];
  readonly #from: number;
  readonly #to: number;

  constructor(course: readonly Step[], [from, earlier]: [number, Step], [to, later]: [number, Step]) {
    this.earlier = earlier;
    this.later = later;
    this.#course = course;
    this.#from = from;
    this.#to = to;
  }

  get between(): readonly Step[] {
    return this.#course.slice(this.#from + 1, this.#to);
  }

  get after(): readonly Step[] {
    return this.#course.slice(this.#to + 1);
  }
}

/**
 * All pairs of steps that follow each other in some course, the first of `first`, the second of `second`, as far as they are
 * wanted.
 */
export function* sequences(
  facts: Facts,
  first: readonly string[],
  second: readonly string[],
  wanted: (earlier: Step, later: Step) => boolean = () => true,
): Iterable<Sequence> {
  const all = followedIn(facts);
  for (const start of starts(facts, ...first)) {
    const course = steps(facts, start);
    const seconds = calling(course, second);
    if (seconds.length === 0) continue;
    for (const one of calling(course, first)) {
      for (const other of seconds) {
        if (other[0] <= one[0]) continue;
        if (++all.pairs > maxPairs) return;
        if (wanted(one[1], other[1]) && !exclude(facts, one[1], other[1]))
          yield new Sequence(course, one, other);
      }
    }
  }
}

/** The steps that call one of these, with where they are in the course. */
function calling(course: readonly Step[], names: readonly string[]): [number, Step][] {
  const found: [number, Step][] = [];
  for (const [index, step] of course.entries())
    if (step.site.name !== undefined && names.includes(step.site.name)) found.push([index, step]);
  return found;
}

/** Whether two calls may mean the same connection. */
export function sameConnection(facts: Facts, a: CallSite, b: CallSite): boolean {
  const roots = new Set([...facts.connections.objects(a)].map(rootOf));
  return [...facts.connections.objects(b)].some(object => roots.has(rootOf(object)));
}

/** Whether the connection of a callback is one that a call means. */
export function isOwnCallback(facts: Facts, { callback }: Context, site: CallSite): boolean {
  if (callback?.connection === undefined) return false;
  const own = new Set([...facts.pointers.of(callback.connection, callback.registeredIn)].map(rootOf));
  return [...facts.connections.objects(site)].some(object => own.has(rootOf(object)));
}

/** Whether a call can be reached on a way: no condition on it contradicts the call's, or what is set before. */
export function isPossible({ conditions }: Facts, { path }: Context, site: CallSite): boolean {
  return (
    path.every(step => conditions.disagreement(step, site).length === 0) &&
    conditions.canFollow([...path, site])
  );
}

/** The first way on which a call is made in a callback of its own connection for one of these events, if it `counts`. */
export function wayInOwnCallback(
  facts: Facts,
  site: CallSite,
  events: readonly Context['event'][],
  counts: (facts: Facts, context: Context, site: CallSite) => boolean,
): Context | undefined {
  return facts.contexts
    .of(site.caller)
    .find(
      context =>
        events.includes(context.event) && isOwnCallback(facts, context, site) && counts(facts, context, site),
    );
}

/** Whether on the way from a context's beginning to a call everything is done whenever it is reached. */
export function isCertain(facts: Facts, context: Context, site: CallSite): boolean {
  return [...context.path, site].every(each => facts.conditions.isUnconditional(each));
}

/**
 * Returns the two calls of one function with which the ways to two steps of a course part; undefined when there are none, or when
 * what comes after them is left to a condition.
 */
export function parting(
  earlier: Step,
  later: Step,
  { conditions }: Facts,
): { first: CallSite; second: CallSite } | undefined {
  const [one, other] = [
    [...earlier.path, earlier.site],
    [...later.path, later.site],
  ];
  const at = one.findIndex((site, index) => site !== other[index]);
  const [first, second] = [one[at], other[at]];
  if (first === undefined || second === undefined) return undefined;
  const after = [...one.slice(at + 1), ...other.slice(at + 1)];
  return after.every(site => conditions.isUnconditional(site)) ? { first, second } : undefined;
}

/** Whether of two steps of a course the later one happens whenever the earlier one does, and that is not left to a condition of its own. */
function follows(facts: Facts, earlier: Step, later: Step): boolean {
  const { first, second } = parting(earlier, later, facts) ?? {};
  if (first === undefined || second === undefined) return false;
  const isAlways = (site: CallSite) => facts.conditions.isUnconditional(site);
  if (isAlways(first) && isAlways(second)) return true;
  const [before, after] = [decisions(first.event.decision), decisions(second.event.decision)];
  return (
    before.length === after.length &&
    before.every(({ id, arm }, index) => after[index]?.id === id && after[index].arm === arm)
  );
}

/** Calls of espconn_secure_connect that follow another one in a course, both without condition, with no disconnect between. */
export function* connectedAgain(facts: Facts): Iterable<{ first: CallSite; second: CallSite }> {
  const connect = functionsThat(['opens client'], ['secure']);
  const told = new Set<CallSite>();
  for (const { earlier, later, between } of sequences(facts, connect, connect)) {
    if (told.has(later.site) || earlier.site === later.site) continue;
    if (between.some(({ site }) => effectOf(site.name) === 'closes')) continue;
    if (!follows(facts, earlier, later)) continue;
    told.add(later.site);
    yield { first: earlier.site, second: later.site };
  }
}
