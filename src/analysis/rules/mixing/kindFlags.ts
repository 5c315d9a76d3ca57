import { WeakMemo } from '../../engine/memo';
import { contradict, type Fact } from '../../program/conditions';
import type { Connection } from '../../program/connections';
import { sentText, standFor } from './otherGroup';
import type { CallSite } from '../../program/program';
import type { Facts } from '../rule';
import { sdkFunction } from '../../../sdk/functions';

type Kind = 'secure' | 'plain';

/** Two calls that stand for each other in the arms of one decision: what holds where the one is made, and where the other. */
interface Pair {
  secure: CallSite;
  plain: CallSite;
  /** By what they differ. */
  keys: readonly string[];
}

interface Known {
  pairs: readonly Pair[];
  /** All calls that are for one kind only and reach connections of both. */
  calls: readonly CallSite[];
}

const known = new WeakMemo<Facts, Known>();

/**
 * For which kind of connection a call is made, by what elsewhere in the program tells the kinds apart: the flag `x` of
 * `if (c->x) espconn_secure_sent(…) else espconn_sent(…)`. Undefined where no such flag decides about the call, or where they
 * contradict each other.
 */
export function kindByFlags(facts: Facts, site: CallSite): Kind | undefined {
  const { conditions } = facts;
  const own = conditions.facts(site);
  if (own.length === 0) return undefined;
  const { pairs, calls } = known.get(facts, () => read(facts));
  const votes = { secure: 0, plain: 0 };
  for (const { secure, plain, keys } of pairs) {
    if (secure === site || plain === site) continue;
    for (const key of keys) {
      const about = own.filter(fact => fact.key === key);
      if (about.some(fact => contradicts(facts, fact, plain))) votes.secure++;
      if (about.some(fact => contradicts(facts, fact, secure))) votes.plain++;
    }
  }
  if (votes.secure !== votes.plain) return votes.secure > votes.plain ? 'secure' : 'plain';
  if (votes.secure > 0) return undefined;
  // Arms that do the same are meant to differ: then any call under the same condition tells which is which.
  const twin = calls.find(
    other => other !== site && other.name === site.name && isBeside(facts, other, site),
  );
  if (twin === undefined) return undefined;
  const keys = conditions.disagreement(site, twin);
  for (const other of calls) {
    const kind = kindOfCall(other);
    if (other === site || other === twin || kind === undefined) continue;
    for (const fact of own.filter(({ key }) => keys.includes(key))) {
      if (contradicts(facts, fact, other)) votes[opposite(kind)]++;
      else if (conditions.facts(other).some(each => isSame(each, fact))) votes[kind]++;
    }
  }
  if (votes.secure === votes.plain) return undefined;
  return votes.secure > votes.plain ? 'secure' : 'plain';
}

function read(facts: Facts): Known {
  const calls = new Set<CallSite>();
  for (const connection of facts.connections.all.values())
    for (const use of connection.uses)
      if (kindOfCall(use) !== undefined && reachesBoth(facts, use)) calls.add(use);
  const pairs: Pair[] = [];
  for (const secure of calls) {
    if (kindOfCall(secure) !== 'secure') continue;
    for (const plain of calls) {
      if (kindOfCall(plain) !== 'plain' || !standFor(secure, plain) || !isBeside(facts, secure, plain))
        continue;
      pairs.push({ secure, plain, keys: facts.conditions.disagreement(secure, plain) });
    }
  }
  return { pairs, calls: [...calls] };
}

/** Whether two calls do the same for the same connections in different arms of one function. */
function isBeside(facts: Facts, a: CallSite, b: CallSite): boolean {
  return (
    a.caller === b.caller && facts.conditions.exclusive(a, b) && sentText(facts, a) === sentText(facts, b)
  );
}

function reachesBoth({ connections }: Facts, site: CallSite): boolean {
  const isOf = (kind: Kind) => (connection: Connection) => connections.opened(connection, kind).length > 0;
  const reached = connections.of(site);
  return reached.some(isOf('secure')) && reached.some(isOf('plain'));
}

function kindOfCall({ name }: CallSite): Kind | undefined {
  const group = name === undefined ? undefined : sdkFunction(name)?.group;
  return group === 'secure' || group === 'plain' ? group : undefined;
}

function opposite(kind: Kind): Kind {
  return kind === 'secure' ? 'plain' : 'secure';
}

function contradicts({ conditions }: Facts, fact: Fact, site: CallSite): boolean {
  return conditions.facts(site).some(other => contradict(fact, other));
}

function isSame(a: Fact, b: Fact): boolean {
  return a.key === b.key && a.relation === b.relation && a.value === b.value;
}
