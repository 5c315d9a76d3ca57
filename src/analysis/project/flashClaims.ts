import * as l10n from '@vscode/l10n';
import { shortHex } from '../../text/hex';
import type { Area } from '../../flash/areas';
import type { FileSizes, Layout, Region } from '../../flash/layout';
import { flashMap, mapName } from '../../flash/maps';
import { partOf } from '../../flash/picture';
import { recordFileOf, recordFileRead } from '../../flash/recordFiles';
import { sectorSize, sectorText } from '../../flash/sectors';
import { rowsInStep, rowText } from '../../flash/tableInStep';
import type { FileEdit } from '../../findings/textEdit';
import type { FlashInSources, NamedSector, WrittenNumber } from './flashInSources';

/** A change of a source, which holds only as long as the text that it replaces is there. */
export interface SourceEdit extends FileEdit {
  before: string;
}

/** What the sources say of a part of the layout, and whether that is so. */
export type Claim = {
  /** What it says, or in what it differs from the layout, in a sentence. */
  text: string;
  agrees: boolean;
} & (
  | {
      kind: 'sector' | 'row';
      /** The part, as a map shows it. */
      part: string;
      /** Where the source has it, in bytes; undefined where the layout cannot follow. */
      address: number | undefined;
      /** What would put the source right; nothing where its numbers are computed. */
      edits: SourceEdit[];
    }
  /** The table is for another flash map. */
  | { kind: 'map'; map: number }
);

/** Returns what the sources say of a layout: the sectors that they name, then the lines of their partition tables. */
export function flashClaims({ sectors, rows }: FlashInSources, layout: Layout, sizes: FileSizes): Claim[] {
  const claims = sectors.flatMap(named => sectorClaim(named, layout) ?? []);
  const fitting = rows.filter(({ map }) => map === undefined || map === layout.map.id);
  const [other] = rows;
  if (fitting.length === 0 && other?.map !== undefined) claims.push(mapClaim(other.where, other.map, layout));
  for (const found of rowsInStep(fitting, layout, sizes)) {
    const { row, of, address, size, agrees } = found;
    const part = partId(of);
    if (part === undefined) continue;
    const wrong = [
      ...(row.address === address ? [] : [{ number: row.numbers.address, value: address }]),
      ...(row.size >= size ? [] : [{ number: row.numbers.size, value: size }]),
    ];
    const edits = wrong.flatMap(({ number, value }) =>
      number === undefined ? [] : [numberEdit(number, value)],
    );
    claims.push({
      kind: 'row',
      part,
      text: agrees ? l10n.t('Registered as {0} in {1}.', row.name, row.where) : rowText(found, row.where),
      agrees,
      address: 'path' in of && row.address !== address ? row.address : undefined,
      edits: edits.length === wrong.length ? edits : [],
    });
  }
  return claims;
}

/** Another number for one in a source, written as that is. */
function numberEdit({ file, start, text: before }: WrittenNumber, value: number): SourceEdit {
  const text = /^0x/i.test(before) ? shortHex(value) : String(value);
  return { file, start, end: start + before.length, text, before };
}

function sectorClaim(
  { function: name, sector, where, number }: NamedSector,
  { regions }: Layout,
): Claim | undefined {
  const files = regions.filter(
    ({ file }) => file !== undefined && recordFileOf(file) === recordFileRead(name),
  );
  const [region, another] = files;
  const part = region && partId(region);
  // Which of several files a function is for cannot be told.
  if (region?.address === undefined || part === undefined || another !== undefined) return undefined;
  const agrees = region.address === sector * sectorSize;
  return {
    kind: 'sector',
    part,
    agrees,
    text: agrees
      ? l10n.t('Used by {0} in {1}.', name, where)
      : l10n.t(
          '{0} in {2} uses sector {1}, but {3} is in sector {4}.',
          where,
          sectorText(sector * sectorSize),
          name,
          region.name,
          sectorText(region.address),
        ),
    address: sector * sectorSize,
    edits: number === undefined ? [] : [numberEdit(number, region.address / sectorSize)],
  };
}

function mapClaim(where: string, map: number, layout: Layout): Claim {
  const known = flashMap(map);
  return {
    kind: 'map',
    map,
    agrees: false,
    text: l10n.t(
      '{0} registers its partition table for the map {1}, but the layout has {2}.',
      where,
      known === undefined ? map : mapName(known),
      mapName(layout.map),
    ),
  };
}

function partId(of: Area | Region): string | undefined {
  return 'path' in of ? partOf(of.path) : `area:${of.kind}`;
}
