import { type CallbackEvent, callbackMembers } from '../../sdk/callbacks';
import { WeakMemo } from '../engine/memo';
import type { Expression } from '../source/expression';
import type { AssignEvent } from '../source/functionFacts';
import type { CallSite, ProgramFunction } from './program';
import type { Place } from '../../findings/range';

/** A function of the application that the SDK calls. */
export interface Callback {
  event: CallbackEvent;
  function: ProgramFunction;
  /** Where it was registered. */
  at: Place;
  registeredIn: ProgramFunction;
  /** The call that registered it; undefined where a member was set. */
  site: CallSite | undefined;
  /** For callbacks of connections: the struct that was registered with. */
  connection: Expression | undefined;
}

interface CallbackAssignment {
  event: AssignEvent;
  target: Extract<Expression, { kind: 'member' }>;
  kind: CallbackEvent;
}

const callbackAssignmentsOf = new WeakMemo<ProgramFunction, readonly CallbackAssignment[]>();

/** Where a function sets members of structs that are callbacks. */
export function callbackAssignments(within: ProgramFunction): readonly CallbackAssignment[] {
  return callbackAssignmentsOf.get(within, () =>
    within.events.flatMap(event => {
      if (event.kind !== 'assign' || event.target.kind !== 'member') return [];
      const kind = callbackMembers.get(event.target.member);
      return kind === undefined ? [] : [{ event, target: event.target, kind }];
    }),
  );
}

/** The struct espconn whose member, or whose protocol's member, this is. */
export function connectionOf(member: Extract<Expression, { kind: 'member' }>): Expression {
  let base: Expression = member.base;
  while (
    base.kind === 'member' &&
    (base.member === 'tcp' || base.member === 'udp' || base.member === 'proto')
  )
    ({ base } = base);
  return base;
}
