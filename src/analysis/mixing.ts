import * as l10n from '@vscode/l10n';
import { sdkFunction } from '../sdk/functions';
import type { Connection, Kind } from './connections';
import { withoutCasts } from './expression';
import type { CallSite, Place, ProgramFunction } from './program';
import type { Facts, Fix, Found } from './rule';

/** A call that does not fit how its connection was opened. */
export interface Misfit {
  site: CallSite;
  connection: Connection;
  /** The call that opens the connection otherwise; for one that nobody opens another call that takes it for the other kind. */
  because: CallSite;
  /** Whether the connection is of both kinds, by a condition that this call has the wrong way round. */
  inverted: boolean;
}

/** What stands for the same in the other group. */
export const counterparts: ReadonlyMap<string, string> = new Map([
  ['espconn_sent', 'espconn_secure_sent'],
  ['espconn_send', 'espconn_secure_send'],
  ['espconn_disconnect', 'espconn_secure_disconnect'],
  ['espconn_abort', 'espconn_secure_disconnect'],
  ['espconn_secure_sent', 'espconn_sent'],
  ['espconn_secure_send', 'espconn_send'],
  ['espconn_secure_disconnect', 'espconn_disconnect'],
  ['espconn_connect', 'espconn_secure_connect'],
  ['espconn_secure_connect', 'espconn_connect'],
  ['espconn_accept', 'espconn_secure_accept'],
  ['espconn_secure_accept', 'espconn_accept'],
  ['espconn_delete', 'espconn_secure_delete'],
]);

/**
 * The calls of these functions, which are for connections of this kind only, that reach a connection of the other kind. Silent where
 * the program chooses the kind as it runs and the call may be meant for it.
 */
export function* misfits(facts: Facts, names: readonly string[], kind: 'secure' | 'plain'): Iterable<Misfit> {
  const { connections, program } = facts;
  for (const site of program.calls(...names)) {
    const reached = connections.of(site);
    const judged = reached.map(connection => judge(facts, site, connection, kind));
    const [first] = judged.filter(each => each !== undefined);
    if (first === undefined) continue;
    // A function that serves several connections may know more than can be seen.
    const fitsSome = judged.some(each => each === undefined);
    if (fitsSome && !isCertain(facts, site)) continue;
    yield first;
  }
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
  if (fitting.length === 0)
    return hasAlternative(facts, site, connection, other)
      ? undefined
      : { site, connection, because, inverted: false };
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
 * Whether beside a call, in the other arm of a decision, its counterpart does the same for the same connection: then the decision is
 * about the kind. Another buffer tells that it is about something else.
 */
function hasAlternative(
  facts: Facts,
  site: CallSite,
  connection: Connection,
  other: 'secure' | 'plain',
): boolean {
  return connection.uses.some(
    use =>
      use !== site &&
      isExclusivelyOf(use, other) &&
      doSame(site, use) &&
      use.caller === site.caller &&
      facts.conditions.exclusive(use, site) &&
      sentText(facts, use) === sentText(facts, site),
  );
}

/** Whether two calls stand for each other in the two groups. */
function doSame({ name: one = '' }: CallSite, { name: other = '' }: CallSite): boolean {
  const counterpart = counterparts.get(one) ?? '';
  return (
    counterpart.replace(/send$/, 'sent') === other.replace(/send$/, 'sent') || counterparts.get(other) === one
  );
}

/** What a call does besides saying for which connection: its other arguments as written, without casts. */
function sentText({ program }: Facts, { arguments: [, ...others], caller }: CallSite): string {
  return others
    .map(argument => {
      const { file, start, end } = program.place(caller, withoutCasts(argument));
      return program.textOf(file)?.slice(start, end).replace(/\s/g, '') ?? '';
    })
    .join();
}

/** Whether a call happens whenever its function runs. */
function isBare(facts: Facts, site: CallSite): boolean {
  return facts.conditions.isUnconditional(site);
}

/** Whether nothing decides about a call on any way that leads to it: a callback may be registered for some connections only. */
function isCertain(facts: Facts, site: CallSite, seen = new Set<ProgramFunction>()): boolean {
  const { contexts } = facts;
  if (!isBare(facts, site)) return false;
  const { caller } = site;
  if (seen.has(caller)) return true;
  seen.add(caller);
  const registered = contexts.registrations(caller).flatMap(({ site: at }) => at ?? []);
  return [...contexts.callers(caller), ...registered].every(way => isCertain(facts, way, seen));
}

/** Where a connection was opened, and how it comes to a call: for the finding's related places. */
export function story(facts: Facts, site: CallSite, because: CallSite): { at: Place; message: string }[] {
  const { program, contexts } = facts;
  const opened = sdkFunction(because.name ?? '')?.name ?? '';
  const places = [
    {
      at: program.callPlace(because),
      message: /connect$|accept$/.test(opened)
        ? l10n.t('The connection is opened by {0} here.', opened)
        : l10n.t('Here {0} is called for the same connection.', opened),
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

/** The finding for a call of the wrong group. */
export function wrongGroup(facts: Facts, misfit: Misfit): Found {
  const { site, because, inverted } = misfit;
  const name = site.name ?? '';
  const counterpart = counterparts.get(name) ?? '';
  const opener = because.name ?? '';
  return {
    at: facts.program.callPlace(site),
    message: inverted
      ? l10n.t(
          'Under this condition the connection is opened by {0}, so {1} belongs here, not {2}.',
          opener,
          counterpart,
          name,
        )
      : /connect$|accept$/.test(opener)
        ? l10n.t('This connection is opened by {0}: call {1}, not {2}.', opener, counterpart, name)
        : l10n.t('{0} takes this connection for TLS: call {1}, not {2}.', opener, counterpart, name),
    related: story(facts, site, because),
    fixes: renameFix(facts, site, counterpart, !inverted),
  };
}
