import { functionsThat } from '../../../sdk/effects';
import { type Expression, parts, withoutCasts } from '../../source/expression';
import { decisions, type Decision } from '../../source/functionFacts';
import type { CallSite, ProgramFunction } from '../../program/program';
import type { Facts } from '../rule';
import type { Place } from '../../../findings/range';

/** The functions that send over TLS: two names of one. */
export const sends = functionsThat(['sends'], ['secure']);

/** The parts of a function's text from a loop's first word to behind its body. */
export function loopText({ program }: Facts, within: ProgramFunction, loop: Decision): Place | undefined {
  const { file, start } = program.place(within, { start: loop.id, end: loop.id });
  const text = program.textOf(file);
  if (text === undefined || within.expanded !== undefined) return undefined;
  let at = start;
  if (/^(?:for|while)\b/.test(text.slice(at, at + 6))) at = closing(text, at, '(', ')');
  const body = /^(?:do\b)?\s*/.exec(text.slice(at))?.[0].length ?? 0;
  const end = text[at + body] === '{' ? closing(text, at + body, '{', '}') : text.indexOf(';', at) + 1;
  return { file, start, end };
}

/** Behind the bracket that closes the next one. Brackets in strings and comments are rare enough where this is used. */
function closing(text: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === open) depth++;
    else if (text[at] === close && --depth === 0) return at + 1;
  }
  return text.length;
}

/** Whether anything of an expression changes in a loop, so that it means something else each time. */
export function changesIn(expression: Expression, within: ProgramFunction, loop: Decision): boolean {
  const names = new Set<string>();
  const visit = (part: Expression) => {
    if (part.kind === 'name') names.add(part.name);
    for (const inner of parts(part)) visit(inner);
  };
  visit(expression);
  return within.facts.events.some(
    event =>
      event.kind === 'assign' &&
      event.target.kind === 'name' &&
      names.has(event.target.name) &&
      decisions(event.decision).some(({ id }) => id === loop.id),
  );
}

/** Whether a condition reads nothing but local variables, parameters and constants: nothing that a callback could have changed. */
export function isLocal(facts: Facts, test: Expression, within: ProgramFunction): boolean {
  const { program } = facts;
  const inner = withoutCasts(test);
  switch (inner.kind) {
    case 'name': {
      const found = program.variable(inner.name, within);
      return found === undefined
        ? program.constant(inner, within) !== undefined
        : found.owner !== undefined && !found.variable.static;
    }
    case 'number':
    case 'sizeof':
    case 'string':
      return true;
    case 'unary':
    case 'binary':
    case 'choice':
      return parts(inner).every(part => isLocal(facts, part, within));
    default:
      return false;
  }
}

/** Whether a test of a call's result turns out as it does for 0. */
export function meansSuccess({ program }: Facts, { event, caller }: CallSite, { arm }: Decision): boolean {
  const { use } = event;
  if (use.kind === 'tested') return use.negated === (arm === 1);
  if (use.kind !== 'compared' || program.constant(use.with, caller) !== 0) return false;
  return use.operator === '==' ? arm === 1 : use.operator === '!=' && arm === 0;
}
