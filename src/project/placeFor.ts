import { partOf } from '../flash/picture';
import { freePlace, type Place } from '../flash/freePlaces';
import type { ProjectLayout } from './flashProject';

/** Where a file is to lie: it lies there already, where the SDK's example has it, or the best free place. */
export type PlaceFor = { address: number } & (
  { kind: 'there' } | { kind: 'usual' } | { kind: 'free'; place: Place }
);

/** Returns where a file would be placed; undefined when the flash has no room for it. */
export function placeFor(read: ProjectLayout, file: string, size: number): PlaceFor | undefined {
  const { layout, findings, part, sizes } = read;
  const region = layout.regions.find(each => each.file === file);
  const isNamed = typeof part === 'object' && part !== null && 'regions' in part;
  const misplaced =
    region === undefined
      ? []
      : findings.filter(
          ({ path, proposal }) => partOf(path) === partOf(region.path) && proposal !== undefined,
        );
  const isWrong = misplaced.some(({ severity }) => severity === 'error');
  if (region?.address !== undefined && !isWrong && isNamed) return { kind: 'there', address: region.address };
  if (region?.address !== undefined && misplaced.length === 0)
    return { kind: 'usual', address: region.address };
  const place = freePlace(layout, sizes, region ?? { file, size });
  return place && { kind: 'free', address: place.address, place };
}
