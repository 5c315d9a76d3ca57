import { type Expression, withoutCasts } from './expression';
import { outsideOf } from './pointers';
import { type CallSite, type Place, type Program, sdkConstant } from './program';
import type { Facts } from './rule';

/** A line of the table that the firmware registers. Bytes. */
export interface PartitionRow {
  /** partition_type_t. */
  type: number | undefined;
  /** As C has it. */
  name: string;
  address: number;
  size: number;
  at: Place;
}

/** The rows, as far as they are constant, of every table given to system_partition_table_regist. */
export function partitionTables({ program }: Facts): PartitionRow[][] {
  return program.calls('system_partition_table_regist').flatMap(({ arguments: [table], caller }) => {
    let inner = table;
    while (inner?.kind === 'cast' || (inner?.kind === 'unary' && inner.operator === '&'))
      inner = inner.operand;
    if (inner?.kind === 'index') inner = inner.base;
    const found = inner?.kind === 'name' ? program.variable(inner.name, caller) : undefined;
    const rows = found?.variable.initializer;
    if (found === undefined || rows?.kind !== 'list') return [];
    return [
      rows.items.flatMap(({ value }) => {
        const row = readRow(program, value, found);
        return row === undefined ? [] : [row];
      }),
    ];
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
  };
}

/** The map that is given to system_partition_table_regist, where the source itself fixes it: a number or a name of the SDK. */
export function registeredMap({ program }: Facts, { arguments: list, caller }: CallSite): number | undefined {
  const map = list[2] && withoutCasts(list[2]);
  const isFixed = map?.kind === 'number' || (map?.kind === 'name' && sdkConstant(map.name) !== undefined);
  return isFixed ? program.constant(map, caller) : undefined;
}
