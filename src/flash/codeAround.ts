import * as l10n from '@vscode/l10n';
import { type Area, areaFile, type AreaKind, slotTail } from './areas';
import type { FileSizes, Layout } from './layout';
import { freePlace } from './freePlaces';
import { addressText, sectorSize, sectorText } from './sectors';

/** A sector that a large image would reach. Bytes. */
interface CodeAround {
  address: number;
  area: Area;
  /** Where the part of the area ends that firmware may reach. */
  end: number;
  /** Another sector, outside of all that is used. */
  free: number | undefined;
}

/** Areas of code. */
const code: ReadonlySet<AreaKind> = new Set(['user1', 'user2', 'flash', 'irom0']);

/** The area for code in which an address lies, where the length of its image is not known; undefined elsewhere. */
export function codeAround(layout: Layout, sizes: FileSizes, address: number): CodeAround | undefined {
  const { areas, images } = layout;
  const area = areas.find(
    each => code.has(each.kind) && address >= each.address && address < slotTail(layout, each),
  );
  if (area === undefined || images.some(({ kind, file }) => kind === area.kind && sizes.has(file)))
    return undefined;
  const free = freePlace(layout, sizes, { size: sectorSize })?.address;
  return { address, area, end: slotTail(layout, area), free };
}

/** The same in a sentence. */
export function codeAroundText({ address, area, end, free }: CodeAround): string {
  const text = l10n.t(
    'Sector {0} lies in {1} ({2} to {3}): a large image overwrites it.',
    sectorText(address),
    areaFile(area.kind),
    addressText(area.address),
    addressText(end - 1),
  );
  return free === undefined
    ? text
    : `${text} ${l10n.t('Free: sector {0} (address {1}).', sectorText(free), addressText(free))}`;
}
