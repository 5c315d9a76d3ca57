import * as l10n from '@vscode/l10n';
import { type Area, areaName, slotTail } from './areas';
import type { FileSizes, Layout, Region } from './layout';
import { reachOf } from './recordLists';
import { addressText, sectorSize } from './sectors';

/** A place for a region, and why it is one. Bytes. */
export type Place = { address: number } & (
  { reason: 'outside' } | { reason: 'tail'; area: Area; imageEnd: number | undefined } | { reason: 'border' }
);

/** What looks for a place: a region, or a file that is none yet. */
export type Placed = Pick<Region, 'file' | 'size'> & Partial<Pick<Region, 'address'>>;

/**
 * Returns the best free place for a region: outside of everything that the SDK or the project uses, else at the end of a slot, where
 * no firmware reaches. The checks of a layout find nothing wrong with a region there. Undefined when there is none.
 */
export function freePlace(layout: Layout, sizes: FileSizes, placed: Placed): Place | undefined {
  return new FreePlaces(layout, sizes).find(placed);
}

/** What a sector is to regions: free, the SDK's, or the end of a slot that no firmware reaches. */
const uses = { none: 0, sdk: 1, tail: 2 } as const;

/** The free sectors of a layout: counted once, for any number of questions. */
export class FreePlaces {
  readonly #layout: Layout;
  readonly #sizes: FileSizes;
  /** How many regions reach into each sector. */
  readonly #regions: Uint32Array;
  /** One of {@link uses} for each sector. */
  readonly #uses: Uint8Array;
  readonly #tails: { area: Area; imageEnd: number | undefined; first: number; end: number }[] = [];

  constructor(layout: Layout, sizes: FileSizes) {
    this.#layout = layout;
    this.#sizes = sizes;
    const count = (layout.map.size * 1024) / sectorSize;
    this.#uses = new Uint8Array(count);
    for (const area of layout.areas) {
      if (area.kind === 'gap') continue;
      const end = (area.address + area.size) / sectorSize;
      this.#uses.fill(uses.sdk, area.address / sectorSize, end);
      const image = layout.images.find(({ kind }) => kind === area.kind);
      const length = image && sizes.get(image.file);
      const imageEnd = length === undefined ? undefined : area.address + length;
      const first = Math.ceil(Math.max(slotTail(layout, area), imageEnd ?? 0) / sectorSize);
      if (first >= end) continue;
      this.#uses.fill(uses.tail, first, end);
      this.#tails.push({ area, imageEnd, first, end });
    }
    const changes = new Int32Array(count + 1);
    for (const region of layout.regions) {
      const [first, end] = this.#sectorsOf(region, region.address);
      changes[first] = (changes[first] ?? 0) + 1;
      changes[end] = (changes[end] ?? 0) - 1;
    }
    let regions = 0;
    this.#regions = Uint32Array.from({ length: count }, (_, sector) => (regions += changes[sector] ?? 0));
  }

  /** Counts a place as used from now on: what was offered to one region is not offered to another. */
  take(placed: Placed, address: number): void {
    const [first, end] = this.#sectorsOf(placed, address);
    for (let sector = first; sector < end; sector++) this.#regions[sector] = (this.#regions[sector] ?? 0) + 1;
  }

  /** As {@link freePlace}. */
  find(placed: Placed): Place | undefined {
    const wanted = Math.ceil(this.#reach(placed) / sectorSize);
    const isFree = this.#freeFor(placed);
    let run = 0;
    for (let sector = 1; sector < this.#uses.length; sector++) {
      run = this.#uses[sector] === uses.none && isFree(sector) ? run + 1 : 0;
      if (run === wanted) return { address: (sector - wanted + 1) * sectorSize, reason: 'outside' };
    }
    for (const { area, imageEnd, first, end } of this.#tails) {
      run = 0;
      for (let sector = end - 1; sector >= first; sector--) {
        run = isFree(sector) ? run + 1 : 0;
        if (run === wanted) return { address: sector * sectorSize, reason: 'tail', area, imageEnd };
      }
    }
    return undefined;
  }

  /** Whether nothing would be wrong with a region at this address. */
  allows(placed: Placed, address: number): boolean {
    const first = address / sectorSize;
    const end = first + Math.ceil(this.#reach(placed) / sectorSize);
    if (!Number.isInteger(first) || first < 1 || end > this.#uses.length) return false;
    const use = this.#uses[first];
    const isFree = this.#freeFor(placed);
    for (let sector = first; sector < end; sector++)
      if (this.#uses[sector] !== use || use === uses.sdk || !isFree(sector)) return false;
    return true;
  }

  /** Tells of sectors whether no other region reaches into them. */
  #freeFor(placed: Placed): (sector: number) => boolean {
    const [own, ownEnd] = this.#sectorsOf(placed, placed.address);
    return sector => this.#regions[sector] === (sector >= own && sector < ownEnd ? 1 : 0);
  }

  #reach({ file, size }: Placed): number {
    const length = file === undefined ? undefined : this.#sizes.get(file);
    return Math.max(size, reachOf(this.#layout.abilities, file, length ?? size));
  }

  /** The first sector of a region and the one behind its last, as far as they are in the flash. */
  #sectorsOf(placed: Placed, address: number | undefined): [number, number] {
    if (address === undefined) return [0, 0];
    const clamp = (sector: number) => Math.min(sector, this.#uses.length);
    return [
      clamp(Math.floor(address / sectorSize)),
      clamp(Math.ceil((address + this.#reach(placed)) / sectorSize)),
    ];
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
