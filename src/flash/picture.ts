import { type Area, type AreaKind, areaName, areaRule } from './areas';
import type { FlashFinding } from './finding';
import type { FileSizes, Layout, Region } from './layout';
import { addressText, sectorSize, wholeSectors } from './sectors';
import { severities, type Severity } from '../findings/severity';
import type { JsonPath } from '../text/jsonPath';

/** How a part of the flash is: what is worst about it, nothing, or that it is free. */
export type PartState = Severity | 'fine' | 'free';

/** What a part of the flash is for; maps colour it by this. */
export type PartUse = 'firmware' | 'system' | 'own' | 'free';

/** One part of the flash as a map or a table shows it. Bytes. */
export interface Part {
  /** The same as long as it is the same part: `area:boot`, `region:2`, `free:0x100000`. */
  id: string;
  kind: 'area' | 'region' | 'free';
  use: PartUse;
  name: string;
  /** What it is for, in a sentence; empty where there is nothing to say. */
  why: string;
  /** Undefined for a region that has none. */
  address: number | undefined;
  size: number;
  /** Bytes of its file; undefined where there is none. */
  used: number | undefined;
  file: string | undefined;
  state: PartState;
}

/** Returns all parts of a layout, by address: what the SDK has places for, what the project puts somewhere, and what is free. */
export function partsOf(layout: Layout, sizes: FileSizes, findings: readonly FlashFinding[]): Part[] {
  const states = statesOf(findings);
  const areas = layout.areas.filter(({ kind }) => kind !== 'gap');
  const areaParts = areas.map(({ kind, address, size }): Part => {
    const file = layout.images.find(image => image.kind === kind)?.file;
    const id = `area:${kind}`;
    return {
      id,
      kind: 'area',
      use: useOf(kind),
      name: areaName(kind),
      why: areaRule(kind),
      address,
      size,
      used: file === undefined ? undefined : sizes.get(file),
      file,
      state: states.get(id) ?? 'fine',
    };
  });
  const regionParts = layout.regions.map((region): Part => {
    const { name, file, address, size, path } = region;
    const id = partOf(path) ?? '';
    return {
      id,
      kind: 'region',
      use: 'own',
      name,
      why: '',
      address,
      size: wholeSectors(size),
      used: file === undefined ? undefined : sizes.get(file),
      file,
      state: states.get(id) ?? 'fine',
    };
  });
  const parts = [...areaParts, ...regionParts, ...freeParts(layout.map.size * 1024, areas, layout.regions)];
  return parts.sort((a, b) => (a.address ?? Infinity) - (b.address ?? Infinity) || b.size - a.size);
}

const firmware: readonly AreaKind[] = ['boot', 'user1', 'user2', 'flash', 'irom0'];

/** Whether the chip runs what lies in an area of the SDK, or the SDK keeps its data there. */
export function useOf(area: AreaKind): PartUse {
  return firmware.includes(area) ? 'firmware' : 'system';
}

/** The part that a place in the project's file is about; undefined for what is about the whole. */
export function partOf([key, which]: JsonPath): string | undefined {
  if (which === undefined) return undefined;
  if (key === 'regions') return `region:${which}`;
  return key === 'files' ? `area:${which}` : undefined;
}

/** The index of the region that a place in the project's file is about. */
export function regionIndex([key, which]: JsonPath): number | undefined {
  return key === 'regions' && typeof which === 'number' ? which : undefined;
}

/** What of a part is wrong, as a table shows it. */
export type PartField = 'name' | 'address' | 'size' | 'file';

/** The field that a place in the project's file is about; undefined for what is about the whole. */
export function fieldOf([key, , field]: JsonPath): PartField | undefined {
  if (key === 'files') return 'file';
  if (key !== 'regions') return undefined;
  return field === 'name' || field === 'size' || field === 'file' ? field : 'address';
}

function statesOf(findings: readonly FlashFinding[]): Map<string, Severity> {
  const states = new Map<string, Severity>();
  for (const severity of severities) {
    for (const finding of findings) {
      if (finding.severity !== severity) continue;
      // Of two in one place both are wrong.
      const paths = 'otherPath' in finding ? [finding.path, finding.otherPath] : [finding.path];
      for (const part of paths.flatMap(path => partOf(path) ?? []))
        if (!states.has(part)) states.set(part, severity);
    }
  }
  return states;
}

/** What neither the SDK nor the project uses, in whole sectors. */
export function freeParts(
  flash: number,
  areas: readonly Pick<Area, 'address' | 'size'>[],
  regions: readonly Pick<Region, 'address' | 'size'>[],
): Part[] {
  const used = new Uint8Array(flash / sectorSize);
  for (const { address, size } of [...areas, ...regions])
    if (address !== undefined)
      used.fill(1, Math.floor(address / sectorSize), Math.ceil((address + size) / sectorSize));
  const parts: Part[] = [];
  for (let sector = used.indexOf(0); sector !== -1;) {
    const next = used.indexOf(1, sector);
    const end = next === -1 ? used.length : next;
    const address = sector * sectorSize;
    parts.push({
      id: `free:${addressText(address)}`,
      kind: 'free',
      use: 'free',
      name: '',
      why: '',
      address,
      size: (end - sector) * sectorSize,
      used: undefined,
      file: undefined,
      state: 'free',
    });
    sector = next === -1 ? -1 : used.indexOf(0, next);
  }
  return parts;
}
