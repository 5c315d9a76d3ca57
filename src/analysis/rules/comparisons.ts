import { type Expression, parts } from '../source/expression';
import type { CallSite } from '../program/program';
import type { Facts } from './rule';
import type { Range } from '../../findings/range';

/** A comparison of what a call answered, at once or through a variable that holds it. */
export interface Comparison {
  /** As if the result was on the left. */
  operator: string;
  with: Expression;
  /** The operator and what is on its other side, relative to the function; undefined where the result is on the right. */
  rest: Range | undefined;
  /** The whole, as far as it is known. */
  at: Range;
}

/** All comparisons of a call's result in its function. */
export function comparisons({ program }: Facts, site: CallSite): Comparison[] {
  const { use } = site.event;
  if (use.kind === 'compared') {
    const isLeft = use.with.start >= site.event.end;
    const rest = isLeft ? { start: site.event.end, end: use.with.end } : undefined;
    const at = {
      start: Math.min(site.event.start, use.with.start),
      end: Math.max(site.event.end, use.with.end),
    };
    return [{ operator: use.operator, with: use.with, rest, at }];
  }
  if (use.kind !== 'assigned' || use.target.kind !== 'name') return [];
  const { name } = use.target;
  const variable = program.variable(name, site.caller);
  if (variable?.owner !== site.caller) return [];
  const next = site.caller.events.find(
    event =>
      event.kind === 'assign' &&
      event.start > site.event.end &&
      event.target.kind === 'name' &&
      event.target.name === name,
  );
  const until = next?.start ?? Infinity;
  const found: Comparison[] = [];
  const visit = (expression: Expression) => {
    if (expression.kind === 'binary' && /^(?:[=!]=|[<>]=?)$/.test(expression.operator)) {
      const { operator, left, right } = expression;
      if (holds(left, name))
        found.push({ operator, with: right, rest: { start: left.end, end: right.end }, at: expression });
      else if (holds(right, name))
        found.push({ operator: mirrored(operator), with: left, rest: undefined, at: expression });
    }
    for (const part of parts(expression)) visit(part);
  };
  for (const { test } of site.caller.facts.tests)
    if (test.end > site.event.end && test.start < until) visit(test);
  return found;
}

/** `r`, or `(r = f())`. */
function holds(expression: Expression, name: string): boolean {
  if (expression.kind === 'assignment') return holds(expression.target, name);
  return expression.kind === 'name' && expression.name === name;
}

function mirrored(operator: string): string {
  return operator.replace(/[<>]/, sign => (sign === '<' ? '>' : '<'));
}

/** Another comparison in the place of this one; nothing where it is differently in the source. */
export function replaceComparison(facts: Facts, site: CallSite, { rest }: Comparison, text: string) {
  if (rest === undefined || site.caller.expanded !== undefined) return [];
  const place = facts.program.place(site.caller, rest);
  const now = facts.program.textOf(place.file)?.slice(place.start, place.end) ?? '';
  return /^\s*[=!<>]=?\s*-?\s*\(?\s*-?\s*\w+\s*\)?$/.test(now) && balanced(now)
    ? [{ ...place, text: ` ${text}` }]
    : [];
}

function balanced(text: string): boolean {
  return text.includes('(') === text.includes(')');
}
