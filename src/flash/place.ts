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
  return new FreePlaces(layout, sizes).find(size, except);
}

/** The free sectors of a layout: counted once, for any number of questions. */
export class FreePlaces {
  readonly #layout: Layout;
  readonly #sizes: FileSizes;
  /** How many regions lie in each sector. */
  readonly #regions: Uint32Array;
  /** 1 for the sectors that the SDK uses. */
  readonly #areas: Uint8Array;

  constructor(layout: Layout, sizes: FileSizes) {
    this.#layout = layout;
    this.#sizes = sizes;
    const count = (layout.map.size * 1024) / sectorSize;
    this.#areas = new Uint8Array(count);
    for (const { kind, address, size } of layout.areas)
      if (kind !== 'gap') this.#areas.fill(1, address / sectorSize, (address + size) / sectorSize);
    const changes = new Int32Array(count + 1);
    for (const region of layout.regions) {
      const [first, last] = this.#sectorsOf(region);
      changes[first] = (changes[first] ?? 0) + 1;
      changes[last] = (changes[last] ?? 0) - 1;
    }
    let regions = 0;
    this.#regions = Uint32Array.from({ length: count }, (_, sector) => (regions += changes[sector] ?? 0));
  }

  /** Counts so many bytes as used from now on: what was offered to one region is not offered to another. */
  take(address: number, size: number): void {
    const end = Math.min(this.#regions.length, Math.ceil((address + size) / sectorSize));
    for (let sector = Math.floor(address / sectorSize); sector < end; sector++)
      this.#regions[sector] = (this.#regions[sector] ?? 0) + 1;
  }

  /** As {@link freePlace}. */
  find(size: number, except?: Region): Place | undefined {
    const [own, ownEnd] = except === undefined ? [0, 0] : this.#sectorsOf(except);
    const isFree = (sector: number) => this.#regions[sector] === (sector >= own && sector < ownEnd ? 1 : 0);
    const wanted = Math.ceil(size / sectorSize);
    let run = 0;
    for (let sector = 1; sector < this.#regions.length; sector++) {
      run = isFree(sector) && this.#areas[sector] === 0 ? run + 1 : 0;
      if (run === wanted) return { address: (sector - wanted + 1) * sectorSize, reason: 'outside' };
    }
    for (const kind of ['user1', 'irom0', 'user2'] as const) {
      const area = this.#layout.areas.find(candidate => candidate.kind === kind);
      if (area === undefined) continue;
      const image = this.#layout.images.find(candidate => candidate.kind === kind);
      const length = image && this.#sizes.get(image.file);
      const imageEnd = length === undefined ? undefined : area.address + length;
      const first = imageEnd === undefined ? area.address + area.size / 2 : wholeSectors(imageEnd) + growth;
      run = 0;
      for (let sector = (area.address + area.size) / sectorSize - 1; sector * sectorSize >= first; sector--) {
        run = isFree(sector) ? run + 1 : 0;
        if (run === wanted) return { address: sector * sectorSize, reason: 'tail', area, imageEnd };
      }
    }
    return undefined;
  }

  /** The first sector of a region and the one behind its last, as far as they are in the flash. */
  #sectorsOf({ address, size }: Region): [number, number] {
    if (address === undefined) return [0, 0];
    const clamp = (sector: number) => Math.min(sector, this.#areas.length);
    return [clamp(Math.floor(address / sectorSize)), clamp(Math.ceil((address + size) / sectorSize))];
  }
}

/** Why a place is a good one, in a sentence. */
export function placeReason(place: Place): string {
  switch (place.reason) {
    case 'outside':
      return l10n.t('Not used by firmware, updates or the SDK.');
    case 'border':
      return l10n.t('The start of the same sector.');
    case 'tail':
      return place.imageEnd === undefined
        ? l10n.t('The end of “{0}”. Keep the image smaller.', areaName(place.area.kind))
        : l10n.t(
            'After the image, which ends at {0}, at the end of “{1}”.',
            addressText(place.imageEnd),
            areaName(place.area.kind),
          );
  }
}
