import type { SdkVersion } from '../sdk/tls';
import { type RegionEntry, usualRegions } from './layout';
import { addressText, sectorSize, sectorText } from './sectors';
import type { JsonPath, JsonChange } from '../text/jsonPath';

/** What a user does to a layout. Regions are numbered as in the project's file; addresses are bytes at the beginning of a sector. */
export type LayoutChange =
  | { kind: 'move'; region: number; address: number }
  | { kind: 'add'; entry: RegionEntry }
  | { kind: 'remove'; region: number }
  | { kind: 'map'; map: number }
  | { kind: 'fota'; fota: boolean }
  | { kind: 'sdk'; sdk: SdkVersion };

/**
 * Returns what changes in the project's file whose part `flash` is `part`. A project that names no regions has those of the SDK's
 * example, with the files in its folder `records`; the first change of one writes them down.
 */
export function jsonChanges(part: unknown, records: string, change: LayoutChange): JsonChange[] {
  switch (change.kind) {
    case 'map':
      return [{ at: ['flash', 'map'], value: change.map }];
    case 'fota':
      return [{ at: ['flash', 'fota'], value: change.fota }];
    case 'sdk':
      return [{ at: ['sdk'], value: change.sdk }];
    case 'move':
    case 'add':
    case 'remove':
      return regionChanges(part, records, change);
  }
}

function regionChanges(
  part: unknown,
  records: string,
  change: Extract<LayoutChange, { kind: 'move' | 'add' | 'remove' }>,
): JsonChange[] {
  const written = get(part, 'regions');
  const regions = Array.isArray(written) ? (written as unknown[]) : usualRegions(records);
  const at = (...path: JsonPath) => ['flash', 'regions', ...path];
  const whole = written === undefined ? [{ at: at(), value: regions }] : [];
  switch (change.kind) {
    case 'move': {
      const entry = regions[change.region];
      const byAddress = get(entry, 'address') !== undefined;
      const hasBoth = byAddress && get(entry, 'sector') !== undefined;
      const key = byAddress ? 'address' : 'sector';
      const isNumber = typeof get(entry, key) === 'number';
      const { address } = change;
      const number = byAddress ? address : address / sectorSize;
      const text = byAddress ? addressText(address) : sectorText(address);
      return [
        ...whole,
        { at: at(change.region, key), value: isNumber ? number : text },
        ...(hasBoth ? [{ at: at(change.region, 'sector'), value: undefined }] : []),
      ];
    }
    case 'add':
      return [...whole, { at: at(regions.length), value: change.entry }];
    case 'remove':
      return [...whole, { at: at(change.region), value: undefined }];
  }
}

function get(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(key)
    : undefined;
}
