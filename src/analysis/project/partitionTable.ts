import { type Expression, withoutCasts } from '../source/expression';
import { outsideOf } from '../program/outside';
import { type CallSite, type Program, type ProgramFunction, sdkConstant } from '../program/program';
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
  written: { address: Expression; size: Expression; within: ProgramFunction };
}

/** A table that the firmware registers: its rows as far as they are constant. */
export interface PartitionTable {
  rows: PartitionRow[];
  /** The map that it is registered for, as {@link registeredMap} tells it. */
  map: number | undefined;
}

/** Every table given to system_partition_table_regist. */
export function partitionTables(facts: Facts): PartitionTable[] {
  const { program } = facts;
  return program.calls('system_partition_table_regist').flatMap(site => {
    let inner = site.arguments[0];
    while (inner?.kind === 'cast' || (inner?.kind === 'unary' && inner.operator === '&'))
      inner = inner.operand;
    if (inner?.kind === 'index') inner = inner.base;
    const found = inner?.kind === 'name' ? program.variable(inner.name, site.caller) : undefined;
    const rows = found?.variable.initializer;
    if (found === undefined || rows?.kind !== 'list') return [];
    const read = rows.items.flatMap(({ value }) => readRow(program, value, found) ?? []);
    return [{ rows: read, map: registeredMap(facts, site) }];
  });
}

function readRow(
  program: Program,
  row: Expression,
  { owner, unit, base }: NonNullable<ReturnType<Program['variable']>>,
): PartitionRow | undefined {
  if (row.kind !== 'list') return undefined;
  const within = owner ?? outsideOf(unit, base);
  const member = (name: string, index: number) =>
    row.items.find(item => item.member === name)?.value ??
    (row.items[index]?.member === undefined ? row.items[index]?.value : undefined);
  const [type, address, size] = [member('type', 0), member('addr', 1), member('size', 2)];
  if (type === undefined || address === undefined || size === undefined) return undefined;
  const [from, length] = [program.constant(address, within), program.constant(size, within)];
  if (from === undefined || length === undefined) return undefined;
  const at = program.place(within, row);
  const place = program.place(within, type);
  const name = program.textOf(place.file)?.slice(place.start, place.end) ?? '';
  return {
    type: program.constant(type, within),
    name: name.replace('SYSTEM_PARTITION_', ''),
    address: from,
    size: length,
    at,
    written: { address, size, within },
  };
}

/** The map that is given to system_partition_table_regist, where the source itself fixes it: a number or a name of the SDK. */
export function registeredMap({ program }: Facts, { arguments: list, caller }: CallSite): number | undefined {
  const map = list[2] && withoutCasts(list[2]);
  const isFixed = map?.kind === 'number' || (map?.kind === 'name' && sdkConstant(map.name) !== undefined);
  return isFixed ? program.constant(map, caller) : undefined;
}
