import * as l10n from '@vscode/l10n';
import { type Area, areaName } from './areas';
import type { FileSizes, Layout, Region } from './layout';
import { addressText, sectorSize, wholeSectors } from './sectors';

/** A place for a region, and why it is one. Bytes. */
export type Place = { address: number } & (
  { reason: 'outside' } | { reason: 'tail'; area: Area; imageEnd: number | undefined } | { reason: 'border' }
);

/** How far an image may grow before it reaches what was put behind it, in bytes. */
const growth = 32 * 1024;

/**
 * Returns the best free place for so many bytes: outside of everything that the SDK or the project uses, else at the end of a slot,
 * as far as possible from its image. `except` is the region that is looking for a place. Undefined when there is none.
 */
export function freePlace(
  layout: Layout,
  sizes: FileSizes,
  size: number,
  except?: Region,
): Place | undefined {
  const end = layout.map.size * 1024;
  const taken = layout.regions
    .filter(region => region !== except && region.address !== undefined)
    .map(({ address = 0, size: length }) => ({
      from: Math.floor(address / sectorSize) * sectorSize,
      to: wholeSectors(address + length),
    }));
  const isFree = (from: number, to: number) => taken.every(other => to <= other.from || from >= other.to);
  const overlaps = (from: number, to: number, area: Area) =>
    from < area.address + area.size && to > area.address;

  for (let address = sectorSize; address + size <= end; address += sectorSize) {
    const inside = layout.areas.some(area => area.kind !== 'gap' && overlaps(address, address + size, area));
    if (!inside && isFree(address, address + size)) return { address, reason: 'outside' };
  }
  for (const kind of ['user1', 'irom0', 'user2'] as const) {
    const area = layout.areas.find(candidate => candidate.kind === kind);
    if (area === undefined) continue;
    const image = layout.images.find(candidate => candidate.kind === kind);
    const length = image && sizes.get(image.file);
    const imageEnd = length === undefined ? undefined : area.address + length;
    const first = imageEnd === undefined ? area.address + area.size / 2 : wholeSectors(imageEnd) + growth;
    const last = Math.floor((area.address + area.size - size) / sectorSize) * sectorSize;
    for (let address = last; address >= first; address -= sectorSize)
      if (isFree(address, address + size)) return { address, reason: 'tail', area, imageEnd };
  }
  return undefined;
}

/** Why a place is a good one, in a sentence. */
export function placeReason(place: Place): string {
  switch (place.reason) {
    case 'outside':
      return l10n.t('No firmware, no update and no part of the SDK uses it.');
    case 'border':
      return l10n.t('The beginning of the same sector.');
    case 'tail':
      return place.imageEnd === undefined
        ? l10n.t('The end of a place for firmware: {0}. Keep the image smaller.', areaName(place.area.kind))
        : l10n.t(
            'Behind the image, which ends at {0}, at the end of its place: {1}.',
            addressText(place.imageEnd),
            areaName(place.area.kind),
          );
  }
}
