import { type Expression, type ListItem, withoutCasts } from '../source/expression';
import { WeakMemo } from '../engine/memo';
import { expandMacros } from '../source/expandMacros';
import { outsideOf } from '../program/outsideFunctions';
import { type CallSite, type ProgramFunction, type ProgramVariable, sdkConstant } from '../program/program';
import { partitionTypeName } from '../../flash/partitions';
import { evaluate } from '../program/values';
import type { Facts } from '../rules/rule';
import type { Place } from '../../findings/range';

/** A line of the table that the firmware registers. Bytes. */
export interface PartitionRow {
  /** partition_type_t. */
  type: number | undefined;
  /** As C has it. */
  name: string;
  address: number;
  size: number;
  at: Place;
  /** How the source writes the two numbers, and where: in a function or outside. */
  written: {
    address: Expression;
    size: Expression;
    within: ProgramFunction;
    /** False where a macro makes the line: then both are its use. */
    direct: boolean;
  };
}

/** A table that the firmware registers: its rows as far as they are constant. */
export interface PartitionTable {
  /** The call that registers it. */
  site: CallSite;
  rows: PartitionRow[];
  /** Whether these are all the rows that are registered, with types that are known. */
  isComplete: boolean;
  /** The map that it is registered for, as {@link registeredMap} tells it. */
  map: number | undefined;
}

const tablesOf = new WeakMemo<Facts, readonly PartitionTable[]>();

/** Every table given to system_partition_table_regist. */
export function partitionTables(facts: Facts): readonly PartitionTable[] {
  return tablesOf.get(facts, () => readTables(facts));
}

function readTables(facts: Facts): PartitionTable[] {
  return facts.program.calls('system_partition_table_regist').flatMap(site =>
    given(facts, site, 0).flatMap(({ expression, within }) => {
      const found = tableVariable(facts, expression, within);
      const rows = found?.variable.initializer;
      if (found === undefined || rows?.kind !== 'list') return [];
      const read = rows.items.map(({ value }) => readItem(facts, value, found));
      const all = read.every(each => each !== undefined) ? read.flat() : undefined;
      const count = registeredCount(facts, site);
      const taken = count === undefined ? undefined : all?.slice(0, count);
      return [
        {
          site,
          rows: taken ?? all ?? read.flatMap(each => each ?? []),
          isComplete: (taken ?? all)?.every(({ type }) => type !== undefined) ?? false,
          map: registeredMap(facts, site),
        },
      ];
    }),
  );
}

/** How deep functions and macros around a call are followed. */
const maxDepth = 3;

/** What an argument of a call is: of the functions and macros around it, where it is a parameter of theirs. */
function given(
  facts: Facts,
  site: CallSite,
  index: number,
): { expression: Expression; within: ProgramFunction }[] {
  const argument = site.arguments[index];
  return argument === undefined ? [] : follow(facts, argument, site.caller, 0);
}

function follow(
  facts: Facts,
  expression: Expression,
  within: ProgramFunction,
  depth: number,
): { expression: Expression; within: ProgramFunction }[] {
  const inner = withoutCasts(expression);
  const index =
    inner.kind === 'name' ? within.facts.parameters.findIndex(({ name }) => name === inner.name) : -1;
  if (index < 0) return [{ expression: inner, within }];
  if (depth >= maxDepth) return [];
  const sites = within.expanded === undefined ? facts.contexts.callers(within) : [within.expanded];
  return sites.flatMap(({ arguments: list, caller }) => {
    const argument = list[index];
    return argument === undefined ? [] : follow(facts, argument, caller, depth + 1);
  });
}

function tableVariable(facts: Facts, expression: Expression, within: ProgramFunction) {
  let inner = expression;
  while (inner.kind === 'cast' || (inner.kind === 'unary' && inner.operator === '&')) inner = inner.operand;
  if (inner.kind === 'index') inner = inner.base;
  return inner.kind === 'name' ? facts.program.variable(inner.name, within) : undefined;
}

/** How many rows are registered, where the source fixes it by a number. */
function registeredCount(facts: Facts, site: CallSite): number | undefined {
  const [only, ...others] = given(facts, site, 1);
  return only === undefined || others.length > 0 ? undefined : evaluate(facts, only.expression, only.within);
}

/** The rows that an item of the initializer stands for; undefined where one of them is not known. */
function readItem(facts: Facts, item: Expression, variable: ProgramVariable): PartitionRow[] | undefined {
  const { owner, unit, base } = variable;
  const within = owner ?? outsideOf(unit, base);
  if (item.kind === 'list') {
    const row = readRow(facts, item, item.items, within);
    return row && [row];
  }
  const { start, end } = item;
  const text = expandMacros(unit.text.slice(base + start, base + end), unit.macros);
  const list = text === undefined ? undefined : facts.program.reader.body(`{ ${text} }`);
  if (list?.kind !== 'list') return undefined;
  const rows = list.items.map(({ value }) =>
    value.kind === 'list' ? readRow(facts, item, value.items, within) : undefined,
  );
  return rows.every(row => row !== undefined) ? rows : undefined;
}

/** A row from its members; `item` is what the source has for it. */
function readRow(
  { program }: Facts,
  item: Expression,
  items: readonly ListItem[],
  within: ProgramFunction,
): PartitionRow | undefined {
  const member = (name: string, index: number) =>
    items.find(each => each.member === name)?.value ??
    (items[index]?.member === undefined ? items[index]?.value : undefined);
  const [type, address, size] = [member('type', 0), member('addr', 1), member('size', 2)];
  if (type === undefined || address === undefined || size === undefined) return undefined;
  const [from, length] = [program.constant(address, within), program.constant(size, within)];
  if (from === undefined || length === undefined) return undefined;
  const direct = item.kind === 'list';
  const number = program.constant(type, within);
  const place = program.place(within, type);
  const text = direct
    ? (program.textOf(place.file)?.slice(place.start, place.end) ?? '')
    : number === undefined
      ? ''
      : partitionTypeName(number);
  return {
    type: number,
    name: text.replace('SYSTEM_PARTITION_', ''),
    address: from,
    size: length,
    at: program.place(within, item),
    written: direct ? { address, size, within, direct } : { address: item, size: item, within, direct },
  };
}

/** The map that is given to system_partition_table_regist, where the source itself fixes it: a number or a name of the SDK. */
export function registeredMap(facts: Facts, site: CallSite): number | undefined {
  const [only, ...others] = given(facts, site, 2);
  if (only === undefined || others.length > 0) return undefined;
  const { expression: map, within } = only;
  const isFixed = map.kind === 'number' || (map.kind === 'name' && sdkConstant(map.name) !== undefined);
  return isFixed ? facts.program.constant(map, within) : undefined;
}
