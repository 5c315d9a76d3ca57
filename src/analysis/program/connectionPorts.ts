import { type Expression, withoutCasts } from '../source/expression';
import type { Connection } from './connections';
import { callsFor, parameterIndex } from './passedArguments';
import type { ProgramFunction } from './program';
import type { Facts } from '../rules/rule';
import type { Place } from '../../findings/range';

/** A port of a connection, and where the program says so. */
export interface Port {
  value: Expression;
  within: ProgramFunction;
  at: Place;
}

/** The ports that are set for a connection, also the ones that a function is given for it. */
export function portsOf(
  facts: Facts,
  { object }: Connection,
  values: readonly { value: Expression; within: ProgramFunction }[],
): Port[] {
  return values.flatMap(({ value, within }): Port[] => {
    const inner = withoutCasts(value);
    const index = inner.kind === 'name' ? parameterIndex(within, inner.name) : -1;
    const given = callsFor(facts, object, within).flatMap(({ arguments: list, caller }): Port[] => {
      const argument = list[index];
      return argument === undefined
        ? []
        : [{ value: argument, within: caller, at: facts.program.place(caller, argument) }];
    });
    return given.length > 0 ? given : [{ value, within, at: facts.program.place(within, value) }];
  });
}
