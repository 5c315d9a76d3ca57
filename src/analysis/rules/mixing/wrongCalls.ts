import * as l10n from '@vscode/l10n';
import { sdkFunction } from '../../../sdk/functions';
import { wrongEntries } from './callTables';
import type { Connection, Kind } from '../../program/connections';
import { functionsOfOtherGroup, sentText, standFor } from './otherGroup';
import { type Expression, parts, withoutCasts } from '../../source/expression';
import { decisions, type Decision } from '../../source/functionFacts';
import { isDecided } from '../../program/passedArguments';
import { kindByFlags } from './kindFlags';
import { type MemoryObject, rootOf } from '../../program/memoryObjects';
import type { CallSite, ProgramFunction } from '../../program/program';
import type { Facts } from '../rule';
import type { Place } from '../../../findings/range';
import type { Fix, Found } from '../../../findings/finding';

/** A call that does not fit how its connection was opened. */
export interface Misfit {
  site: CallSite;
  connection: Connection;
  /** The call that opens the connection otherwise; for one that nobody opens another call that takes it for the other kind. */
  because: CallSite;
  /** Whether the connection is of both kinds, by a condition that this call has the wrong way round. */
  inverted: boolean;
}

/**
 * The calls of these functions, which are for connections of this kind only, that reach a connection of the other kind. Silent where
 * the program chooses the kind as it runs and the call may be meant for it.
 */
export function* misfits(facts: Facts, names: readonly string[], kind: 'secure' | 'plain'): Iterable<Misfit> {
  const { connections, program } = facts;
  const other: Kind = kind === 'secure' ? 'plain' : 'secure';
  for (const site of program.calls(...names)) {
    const reached = connections.of(site).filter(({ object }) => !isKept(facts, object, site));
    const judged = reached.map(connection => judge(facts, site, connection, kind));
    const found = judged.filter(each => each !== undefined);
    const [first] = found;
    if (first === undefined) continue;
    if (found.length === judged.length) {
      yield first;
      continue;
    }
    // A function that serves several connections may know more than can be seen.
    const flagged = kindByFlags(facts, site);
    if (flagged === other) yield { ...first, inverted: true };
    else if (flagged === undefined) {
      const blind = found.find(({ connection }) => comesUnchecked(facts, site, connection.object));
      if (blind !== undefined) yield blind;
    }
  }
}

/** Whether what the callers give keeps a call away from a connection. */
function isKept(facts: Facts, object: MemoryObject, site: CallSite): boolean {
  return decisions(site.event.decision).some(decision => isDecided(facts, object, site, decision) === false);
}

function judge(
  facts: Facts,
  site: CallSite,
  connection: Connection,
  kind: 'secure' | 'plain',
): Misfit | undefined {
  const { connections, conditions } = facts;
  const other: Kind = kind === 'secure' ? 'plain' : 'secure';
  const fitting = connections.opened(connection, kind);
  const others = connections.opened(connection, other);
  // Sending is the same for UDP and plain TCP.
  if (kind === 'plain' && connections.opened(connection, 'udp').length > 0) return undefined;
  if (others.length === 0) return fitting.length === 0 ? unopened(facts, site, connection, kind) : undefined;
  const [because] = others;
  if (because === undefined) return undefined;
  if (fitting.length === 0) {
    const alternatives = alternativesOf(facts, site, connection, other);
    if (alternatives.length === 0) return { site, connection, because, inverted: false };
    // The decision is about the kind: then an opening that it sends the same way contradicts the call.
    const same = others.find(opening =>
      alternatives.every(alternative =>
        conditions
          .disagreement(site, alternative)
          .some(key => conditions.disagreement(opening, alternative).includes(key)),
      ),
    );
    return same && { site, connection, because: same, inverted: false };
  }
  for (const key of connections.selectors(connection)) {
    const disagrees = fitting.every(opening => conditions.disagreement(site, opening).includes(key));
    const agrees = others.find(opening => !conditions.exclusive(site, opening));
    if (disagrees && agrees !== undefined) return { site, connection, because: agrees, inverted: true };
  }
  return undefined;
}

/** A connection that nobody opens here is what the calls around take it for, when they leave no doubt. */
function unopened(
  facts: Facts,
  site: CallSite,
  connection: Connection,
  kind: 'secure' | 'plain',
): Misfit | undefined {
  // Of two calls that contradict each other the plain one is the mistake: whoever calls espconn_secure_* means TLS.
  if (kind === 'secure' || !isBare(facts, site)) return undefined;
  const secure = connection.uses.filter(use => isExclusivelyOf(use, 'secure'));
  const because = secure.find(use => use.caller === site.caller && isBare(facts, use));
  if (because === undefined || secure.some(use => facts.conditions.exclusive(use, site))) return undefined;
  return { site, connection, because, inverted: false };
}

/** Whether a call can be made for one kind of connections only. */
function isExclusivelyOf({ name }: CallSite, kind: 'secure' | 'plain'): boolean {
  return name !== undefined && sdkFunction(name)?.group === kind;
}

/**
 * The calls beside a call, in the other arm of a decision, where the other kind of call does the same for the same connection: then the
 * decision is about the kind. Another buffer tells that it is about something else.
 */
function alternativesOf(
  facts: Facts,
  site: CallSite,
  connection: Connection,
  other: 'secure' | 'plain',
): CallSite[] {
  return connection.uses.filter(
    use =>
      use !== site &&
      isExclusivelyOf(use, other) &&
      standFor(site, use) &&
      use.caller === site.caller &&
      facts.conditions.exclusive(use, site) &&
      sentText(facts, use) === sentText(facts, site),
  );
}

/** Whether a call happens whenever its function runs. */
function isBare(facts: Facts, site: CallSite): boolean {
  return facts.conditions.isUnconditional(site);
}

/**
 * Whether a connection comes to a call on some way on which nothing can have looked at its kind: a callback may be registered for
 * some connections only.
 */
function comesUnchecked(
  facts: Facts,
  site: CallSite,
  object: MemoryObject,
  seen = new Set<ProgramFunction>(),
): boolean {
  const { caller } = site;
  const isBlind = (decision: Decision) =>
    isDecided(facts, object, site, decision) === true ||
    (decision.test !== undefined && isNeutral(facts, decision.test, caller));
  if (seen.has(caller) || !facts.conditions.isUnconditional(site, isBlind)) return false;
  seen.add(caller);
  const registered = facts.contexts.registrations(caller);
  const ways = [...facts.contexts.callers(caller), ...registered.flatMap(({ site: at }) => at ?? [])];
  if (ways.length === 0) return true;
  return ways.some(way => mayHand(facts, way, object) && comesUnchecked(facts, way, object, seen));
}

/** Whether a call hands a connection on, or something else from which it may be taken. */
function mayHand(facts: Facts, way: CallSite, object: MemoryObject): boolean {
  const { connections, pointers } = facts;
  const handed = (way.name === 'system_os_task' ? postsFor(facts, way) : [way])
    .flatMap(({ arguments: list, caller }) => list.flatMap(argument => [...pointers.of(argument, caller)]))
    .map(rootOf);
  const known = handed.filter(each => connections.all.has(each));
  return known.length === 0 || known.includes(object);
}

/** The calls that post to the task that is registered here: those of its priority. */
function postsFor({ program }: Facts, task: CallSite): CallSite[] {
  const priority = ({ arguments: list, caller }: CallSite, index: number) => {
    const argument = list[index];
    return argument && program.constant(argument, caller);
  };
  const own = priority(task, 1);
  return program.calls('system_os_post').filter(post => {
    const of = priority(post, 0);
    return own === undefined || of === undefined || of === own;
  });
}

/** Whether a condition can be about nothing but what the function itself counts or what an espconn function has answered. */
function isNeutral(
  facts: Facts,
  test: Expression,
  within: ProgramFunction,
  seen: ReadonlySet<string> = new Set(),
): boolean {
  const every = (all: readonly Expression[]) => all.every(each => isNeutral(facts, each, within, seen));
  const { program } = facts;
  const inner = withoutCasts(test);
  switch (inner.kind) {
    case 'number':
    case 'string':
    case 'sizeof':
      return true;
    case 'name': {
      const found = program.variable(inner.name, within);
      if (found === undefined) return program.constant(inner, within) !== undefined;
      if (seen.has(inner.name)) return true;
      if (!within.facts.locals.has(inner.name) || found.variable.static) return false;
      const values = within.events.flatMap(event =>
        event.kind === 'assign' &&
        event.target.kind === 'name' &&
        event.target.name === inner.name &&
        !/^(?:\+\+|--)$/.test(event.operator)
          ? [event.value]
          : [],
      );
      return values.every(value => isNeutral(facts, value, within, new Set([...seen, inner.name])));
    }
    case 'call':
      return inner.callee.kind === 'name' && sdkFunction(inner.callee.name)?.family === 'espconn';
    case 'choice':
      return every([inner.yes, inner.no]);
    case 'unary':
    case 'binary':
      return every(parts(inner));
    case 'assignment':
      return isNeutral(facts, inner.value, within, seen);
    default:
      return false;
  }
}

/** The functions that open a connection; a disconnect does not. */
const opens = /_(?:connect|accept)$/;

/** Where a connection was opened, and how it comes to a call: for the finding's related places. */
export function story(facts: Facts, site: CallSite, because: CallSite): { at: Place; message: string }[] {
  const { program, contexts } = facts;
  const opened = sdkFunction(because.name ?? '')?.name ?? '';
  const places = [
    {
      at: program.callPlace(because),
      message: opens.test(opened)
        ? l10n.t('The connection is opened by {0} here.', opened)
        : l10n.t('{0} is called here for the same connection.', opened),
    },
  ];
  const [registration] = contexts.registrations(site.caller);
  if (registration !== undefined) {
    places.push({
      at: registration.at,
      message: l10n.t('{0} is registered as a callback here.', site.caller.name),
    });
  }
  return places;
}

/** Renames the called function; nothing where a macro hides its name. */
export function renameFix(facts: Facts, site: CallSite, name: string, safe: boolean): Fix[] {
  if (site.caller.expanded !== undefined || site.event.name !== site.name) return [];
  return [
    {
      title: l10n.t('Change to {0}', name),
      edits: [{ ...facts.program.callPlace(site), text: name }],
      safe,
    },
  ];
}

/** The findings for calls of these functions, which are for connections of this kind only: where they are made, and in tables. */
export function* wrongCalls(
  facts: Facts,
  names: readonly string[],
  kind: 'secure' | 'plain',
): Iterable<Found> {
  for (const misfit of misfits(facts, names, kind)) yield wrongGroup(facts, misfit);
  for (const { at, name, opener } of wrongEntries(facts, names, kind)) {
    yield {
      at,
      message: l10n.t(
        'This table opens connections with {0}, but {1} is for the other kind.',
        opener.name,
        name,
      ),
      related: [{ at: opener.at, message: l10n.t('The table opens connections by this.') }],
    };
  }
}

/** The finding for a call of the wrong group. */
function wrongGroup(facts: Facts, misfit: Misfit): Found {
  const { site, because, inverted } = misfit;
  const name = site.name ?? '';
  const counterpart = functionsOfOtherGroup.get(name) ?? '';
  const opener = because.name ?? '';
  return {
    at: facts.program.callPlace(site),
    message: inverted
      ? l10n.t(
          'Under this condition the connection is opened by {0}: call {1} here, not {2}.',
          opener,
          counterpart,
          name,
        )
      : opens.test(opener)
        ? l10n.t('This connection is opened by {0}: call {1}, not {2}.', opener, counterpart, name)
        : sdkFunction(opener)?.group === 'secure'
          ? l10n.t('{0} treats this connection as TLS: call {1}, not {2}.', opener, counterpart, name)
          : l10n.t('{0} treats this connection as plain TCP: call {1}, not {2}.', opener, counterpart, name),
    related: story(facts, site, because),
    fixes: renameFix(facts, site, counterpart, !inverted),
  };
}
