import { functionsThat } from '../../../sdk/effects';
import { sdkFunction } from '../../../sdk/functions';
import { type Expression, withoutCasts } from '../../source/expression';
import { outsideOf } from '../../program/outsideFunctions';
import type { ProgramFunction } from '../../program/program';
import type { Facts } from '../rule';
import type { Place } from '../../../findings/range';

/** A function in a table that is not for the connections which the table opens. */
export interface WrongEntry {
  at: Place;
  /** As the table names it. */
  name: string;
  /** The function of the SDK that the table opens connections by, and which entry does. */
  opener: { name: string; at: Place };
}

/** What an entry of a table does with the connection that it is given. */
interface Entry {
  at: Place;
  name: string;
  calls: readonly string[];
}

const openers = new Set(functionsThat(['opens client', 'opens server'], ['secure', 'plain']));

/**
 * The entries of tables of functions, such as `{ tls_open, tcp_write }`, that do one of these things although the table opens
 * connections of the other kind.
 */
export function* wrongEntries(
  facts: Facts,
  names: readonly string[],
  kind: 'secure' | 'plain',
): Iterable<WrongEntry> {
  const other = kind === 'secure' ? 'plain' : 'secure';
  for (const entries of tables(facts)) {
    const opening = entries.flatMap(({ calls, at }) =>
      calls.filter(name => openers.has(name)).map(name => ({ name, at })),
    );
    const [opener] = opening;
    if (opener === undefined || !opening.every(({ name }) => isFor(name, other))) continue;
    for (const { at, name, calls } of entries)
      if (calls.some(each => names.includes(each)) && calls.every(each => isFor(each, kind)))
        yield { at, name, opener };
  }
}

/** The structs of functions that the project sets up outside of functions. */
function* tables(facts: Facts): Iterable<Entry[]> {
  for (const { variable, unit, base } of facts.program.globals) {
    if (variable.initializer?.kind !== 'list') continue;
    const within = outsideOf(unit, base);
    const rows = variable.type.array
      ? variable.initializer.items.map(({ value }) => value)
      : [variable.initializer];
    for (const row of rows) {
      if (row.kind !== 'list') continue;
      const entries = row.items.flatMap(({ value }) => entryOf(facts, value, within) ?? []);
      if (entries.length > 1) yield entries;
    }
  }
}

function entryOf(facts: Facts, value: Expression, within: ProgramFunction): Entry | undefined {
  let inner = withoutCasts(value);
  if (inner.kind === 'unary' && inner.operator === '&') inner = inner.operand;
  if (inner.kind !== 'name') return undefined;
  const { name } = inner;
  const at = facts.program.place(within, inner);
  const [called, ...others] = facts.pointers.functionsOf(inner, within);
  if (called === undefined) return sdkFunction(name) === undefined ? undefined : { at, name, calls: [name] };
  return others.length > 0 ? undefined : { at, name, calls: callsWithOwn(facts, called) };
}

/** The functions for one kind of connections that a function calls for the connection it is given. */
function callsWithOwn({ program }: Facts, called: ProgramFunction): string[] {
  const given = called.facts.parameters.map(({ name }) => name);
  return program.sitesIn(called).flatMap(({ name, arguments: [connection] }) => {
    const own = connection && withoutCasts(connection);
    const isOwn = own?.kind === 'name' && given.includes(own.name);
    return isOwn && name !== undefined && (isFor(name, 'secure') || isFor(name, 'plain')) ? [name] : [];
  });
}

function isFor(name: string, kind: 'secure' | 'plain'): boolean {
  return sdkFunction(name)?.group === kind;
}
