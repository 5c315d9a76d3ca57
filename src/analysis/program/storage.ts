import { WeakMemo } from '../engine/memo';
import { type Expression, parts } from '../source/expression';
import type { ProgramFunction } from './program';
import type { Facts } from '../rules/rule';

const readers = new WeakMemo<Facts, ReadonlyMap<string, ReadonlySet<ProgramFunction>>>();

/** A name for what an expression stands for, the same wherever it is used: of a member whichever instance. */
export function storageOf(
  { program }: Facts,
  place: Expression,
  within: ProgramFunction,
): string | undefined {
  if (place.kind === 'name') return program.variable(place.name, within)?.key;
  if (place.kind !== 'member') return undefined;
  const struct = program.typeOf(place.base, within)?.name;
  return struct === undefined ? undefined : `${program.structName(struct)}.${place.member}`;
}

/** The functions that read a variable or member. */
export function readersOf(facts: Facts, storage: string): ReadonlySet<ProgramFunction> {
  const all = readers.get(facts, () => {
    const found = new Map<string, Set<ProgramFunction>>();
    for (const within of facts.program.functions) collect(facts, within, found);
    return found;
  });
  return all.get(storage) ?? new Set();
}

function collect(facts: Facts, within: ProgramFunction, readers: Map<string, Set<ProgramFunction>>): void {
  const visit = (expression: Expression) => {
    const storage = storageOf(facts, expression, within);
    if (storage !== undefined) {
      const functions = readers.get(storage);
      if (functions === undefined) readers.set(storage, new Set([within]));
      else functions.add(within);
    }
    for (const part of parts(expression)) visit(part);
  };
  for (const event of within.events) {
    if (event.kind === 'call') for (const argument of event.call.arguments) visit(argument);
    else if (event.kind === 'return') {
      if (event.value !== undefined) visit(event.value);
    } else {
      visit(event.value);
      for (const part of parts(event.target)) visit(part);
    }
  }
  for (const { test } of within.facts.tests) visit(test);
}
