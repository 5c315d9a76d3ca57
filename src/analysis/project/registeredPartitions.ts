import { type FlashMap, flashMap, mapFault } from '../../flash/maps';
import { WeakMemo } from '../engine/memo';
import type { Facts } from '../rules/rule';
import { chosenMap } from './linkedSdk';
import { type PartitionTable, partitionTables } from './partitionTable';

/** A table with the flash map that its firmware runs with, where that is known. */
export interface MappedTable extends PartitionTable {
  flashMap: FlashMap | undefined;
}

const tablesOf = new WeakMemo<Facts, readonly MappedTable[]>();

/**
 * The tables that the firmware registers, each for the map that its call fixes, else for the one that it is compiled for. A map that
 * is another finding's matter counts as not known: one that SDK 3.x does not have, or another one than the project's.
 */
export function mappedTables(facts: Facts): readonly MappedTable[] {
  return tablesOf.get(facts, () => mapTables(facts));
}

function mapTables(facts: Facts): MappedTable[] {
  const chosen = chosenMap(facts);
  return partitionTables(facts).map(table => {
    const map = table.map === undefined ? compiledMap(facts, table) : flashMap(table.map);
    const isRight =
      map !== undefined &&
      mapFault(map, '3.0.0') === undefined &&
      (table.map === undefined || chosen === undefined || chosen.id === map.id);
    return { ...table, flashMap: isRight ? map : undefined };
  });
}

/** Where the source asks for the map, only the value that it is compiled with counts. */
function compiledMap(facts: Facts, { site }: PartitionTable): FlashMap | undefined {
  const { unit } = site.caller;
  const own = unit.macros.get('SPI_FLASH_SIZE_MAP')?.body.trim();
  if (own !== undefined) return /^\d$/.test(own) ? flashMap(Number(own)) : undefined;
  const asks = facts.program.units.some(({ text }) =>
    /^[ \t]*#[ \t]*(?:el)?if.*\bSPI_FLASH_SIZE_MAP\b/m.test(text),
  );
  return asks ? undefined : chosenMap(facts);
}
