import * as l10n from '@vscode/l10n';
import { type Area, areaName } from './areas';
import type { FileSizes, Layout, Region } from './layout';
import { areaTypes, commentText, partitionTypes, recordFileIn } from './partitions';
import { recordFileOf } from './recordFiles';
import { addressText, sizeText, wholeSectors } from './sectors';

/** A line of the partition table in a firmware's sources. Bytes. */
export interface TableRow {
  /** partition_type_t; undefined where it is not known. */
  type: number | undefined;
  /** The type as C has it. */
  name: string;
  /** The comment behind it. */
  comment: string;
  address: number;
  size: number;
}

/** A line of the sources' table beside what it means in the layout. */
export interface RowInStep<Row extends TableRow> {
  row: Row;
  of: Area | Region;
  /** What the layout wants: where it begins, and the least that it must have. */
  address: number;
  size: number;
  agrees: boolean;
}

/**
 * Returns the lines whose meaning in the layout is known, one for each part of it: by their type, else by where they lie or by the
 * comment that “Generate Partition Table” gives them. Of several lines for one part one that agrees counts: sources have a table for
 * each map.
 */
export function rowsInStep<Row extends TableRow>(
  rows: readonly Row[],
  layout: Layout,
  sizes: FileSizes,
): RowInStep<Row>[] {
  const found = new Map<Area | Region, RowInStep<Row>>();
  for (const row of rows) {
    const candidates = meant(row, layout).map(of => inStep(row, of, layout, sizes));
    const agreeing = candidates.find(({ agrees }) => agrees);
    // Which of several files a line is for cannot be told.
    const chosen = agreeing ?? (candidates.length === 1 ? candidates[0] : undefined);
    if (chosen !== undefined && found.get(chosen.of)?.agrees !== true)
      if (chosen.agrees || !found.has(chosen.of)) found.set(chosen.of, chosen);
  }
  return [...found.values()];
}

function meant({ type, address, comment }: TableRow, { areas, regions }: Layout): (Area | Region)[] {
  const placed = regions.filter(region => region.address !== undefined);
  const record = recordFileIn(type);
  for (const [kind, name] of Object.entries(areaTypes))
    if (partitionTypes[name] === type) return areas.filter(area => area.kind === kind);
  if (record !== undefined) return placed.filter(({ file }) => recordFileOf(file) === record);
  if (type === undefined || type <= partitionTypes.CUSTOMER_BEGIN) return [];
  const there = placed.filter(region => region.address === address);
  return there.length > 0 ? there : placed.filter(({ name }) => commentText(name) === comment);
}

function inStep<Row extends TableRow>(
  row: Row,
  of: Area | Region,
  { images }: Layout,
  sizes: FileSizes,
): RowInStep<Row> {
  const address = of.address ?? 0;
  const size = 'path' in of ? wholeSectors(of.size) : minSize(of, images, sizes);
  return { row, of, address, size, agrees: row.address === address && row.size >= size };
}

/** A slot may end before the map's does, as long as the image fits. */
function minSize({ kind, size }: Area, images: Layout['images'], sizes: FileSizes): number {
  if (kind !== 'user1' && kind !== 'user2') return size;
  const file = images.find(image => image.kind === kind)?.file;
  return wholeSectors((file === undefined ? undefined : sizes.get(file)) ?? 0);
}

/** In what a line and the layout disagree, in a sentence. `where` is the line's place, “user_main.c:12”. */
export function rowText({ row, of, address, size }: RowInStep<TableRow>, where: string): string {
  const name = 'path' in of ? of.name : areaName(of.kind);
  return row.address === address
    ? l10n.t(
        '{0} registers {1} with {2}, but {3} needs {4}.',
        where,
        row.name,
        sizeText(row.size),
        name,
        sizeText(size),
      )
    : l10n.t(
        '{0} registers {1} at {2}, but {3} is at {4}.',
        where,
        row.name,
        addressText(row.address),
        name,
        addressText(address),
      );
}
