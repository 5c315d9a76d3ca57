import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { areaFile, areasOf } from '../../flash/areas';
import { sectorSize, wholeSectors } from '../../flash/sectors';
import { errors } from '../../sdk/errors';
import { sdkFunction } from '../../sdk/functions';
import { chosenMap } from '../project/linkedSdk';
import { type Expression, parts, withoutCasts } from '../source/expression';
import type { Decision } from '../source/functionFacts';
import type { ProgramFunction } from '../program/program';
import type { Facts } from '../rules/rule';
import type { Place } from '../../findings/range';

/** What a number in the source stands for. */
export type Hint = { at: Place } & (
  | {
      kind: 'sector';
      address: number;
      /** The function that reads there. */
      reader: string;
      /** What lies there by the project's file and flash map; undefined where no map is known. */
      there: string | undefined;
    }
  | { kind: 'error'; error: (typeof errors)[number] }
);

/** What the numbers mean that are flash sectors, or are held against results of espconn; in no order. */
export function* hints(facts: Facts): Iterable<Hint> {
  yield* sectors(facts);
  for (const each of facts.program.functions)
    if (each.expanded === undefined) yield* errorNumbers(facts, each);
}

function* sectors(facts: Facts): Iterable<Hint> {
  const { program } = facts;
  for (const name of program.calledNames) {
    const known = sdkFunction(name);
    const index = known?.parameters.findIndex(parameter => parameter.name === 'flash_sector') ?? -1;
    const [least, most] = known?.ranges?.['flash_sector'] ?? [0, 0];
    if (index < 0) continue;
    for (const { arguments: list, caller } of program.calls(name)) {
      const argument = list[index];
      if (argument === undefined || caller.expanded !== undefined) continue;
      const value = program.constant(argument, caller);
      if (value === undefined || value < least || value > most) continue;
      yield {
        kind: 'sector',
        at: program.place(caller, argument),
        address: value * sectorSize,
        reader: name,
        there: whatLiesAt(facts, value * sectorSize),
      };
    }
  }
}

/** In a few words, what a sector holds: what the project's file puts there, else what the SDK has there with this flash map. */
function whatLiesAt(facts: Facts, address: number): string | undefined {
  const map = chosenMap(facts);
  if (map === undefined) return undefined;
  if (address >= map.size * 1024) return l10n.t('beyond the flash');
  const layout = facts.build.flash?.layout;
  const has = (start: number | undefined, size: number) =>
    start !== undefined && address >= start && address < start + wholeSectors(size);
  const regions = layout?.regions.filter(region => has(region.address, region.size)) ?? [];
  if (regions.length > 0) return regions.map(({ name }) => path.posix.basename(name)).join(', ');
  const area = (layout?.areas ?? areasOf(map, true)).find(each => has(each.address, each.size));
  return area === undefined || area.kind === 'gap' ? l10n.t('free') : areaFile(area.kind);
}

function* errorNumbers(facts: Facts, within: ProgramFunction): Iterable<Hint> {
  const results = resultNames(facts, within);
  const isResult = (expression: Expression): boolean => {
    const inner = withoutCasts(expression);
    switch (inner.kind) {
      case 'name':
        return results.has(inner.name);
      case 'call':
        return inner.callee.kind === 'name' && answersErrors(inner.callee.name);
      case 'assignment':
        return isResult(inner.value);
      default:
        return false;
    }
  };
  const hint = function* (number: Expression): Iterable<Hint> {
    const at = facts.program.place(within, number);
    if (!/^-\s*\d+$/.test(within.unit.text.slice(at.start, at.end))) return;
    const value = facts.program.constant(number, within);
    const error = errors.find(each => each.value === value);
    if (error !== undefined) yield { kind: 'error', at, error };
  };
  const visit = function* (expression: Expression): Iterable<Hint> {
    if (expression.kind === 'binary' && /^[=!]=$/.test(expression.operator)) {
      const { left, right } = expression;
      if (isResult(left)) yield* hint(right);
      else if (isResult(right)) yield* hint(left);
    }
    for (const part of parts(expression)) yield* visit(part);
  };
  const labels = new Set<Expression>();
  for (const { test } of within.facts.tests) yield* visit(test);
  for (const event of within.facts.events) {
    if (event.kind !== 'call' && event.kind !== 'assign') continue;
    for (let each: Decision | undefined = event.decision; each !== undefined; each = each.outer) {
      const { label, test } = each;
      if (label === undefined || test === undefined || labels.has(label) || !isResult(test)) continue;
      labels.add(label);
      yield* hint(label);
    }
  }
}

/** Variables of a function that hold what espconn answered: results of calls, and the error of a reconnect callback. */
function resultNames(facts: Facts, within: ProgramFunction): Set<string> {
  const names = new Set<string>();
  for (const { name, event } of facts.program.sitesIn(within)) {
    if (event.use.kind !== 'assigned' || event.use.target.kind !== 'name') continue;
    if (name !== undefined && answersErrors(name)) names.add(event.use.target.name);
  }
  const isReconnect = facts.pointers.callbacks.some(
    callback => callback.function === within && callback.event === 'reconnect',
  );
  const error = within.facts.parameters[1];
  if (isReconnect && error !== undefined) names.add(error.name);
  return names;
}

/** Whether a function of the SDK answers with errors of espconn. */
function answersErrors(name: string): boolean {
  return sdkFunction(name)?.returns?.includes('ESPCONN_ARG') ?? false;
}
