import * as l10n from '@vscode/l10n';
import { areaName, areaRule } from './areas';
import type { Piece } from './pieces';
import type { Dump, DumpPart, MapSign } from './dump';
import type { Layout } from './layout';
import { mapName } from './maps';
import { freeParts, type Part, type PartState, useOf } from './picture';
import { addressText, sectorText, wholeSectors } from './sectors';
import type { Severity } from '../findings/severity';

/** In what a dump and a project's layout differ, as data; {@link differenceText} words it. */
export type Difference = { severity: Severity; part?: string } & (
  | { kind: 'map'; dump: string; project: string }
  | { kind: 'fota'; dump: boolean }
  | { kind: 'erased'; file: string; address: number }
  | { kind: 'other-contents'; file: string; address: number }
  | { kind: 'not-planned'; names: readonly string[]; address: number }
);

/** Returns the parts of a dump as a map or a table shows them, by address. */
export function dumpParts({ size, parts }: Dump): Part[] {
  const shown = parts.map(partFor);
  const free = freeParts(size, parts, []);
  return [...shown, ...free].sort((a, b) => (a.address ?? 0) - (b.address ?? 0) || b.size - a.size);
}

function partFor(part: DumpPart): Part {
  const { address, size } = part;
  const base = { id: partId(part), address, file: undefined, used: undefined, why: '' };
  switch (part.kind) {
    case 'image': {
      const state: PartState = part.fault === undefined ? 'fine' : 'error';
      const why = part.fault === undefined ? areaRule(part.area) : l10n.t('The image is damaged.');
      const whole = wholeSectors(size);
      return {
        ...base,
        kind: 'area',
        use: useOf(part.area),
        name: areaName(part.area),
        why,
        size: whole,
        used: size,
        state,
      };
    }
    case 'area': {
      const why = part.isWritten ? areaRule(part.area) : l10n.t('It is erased.');
      return {
        ...base,
        kind: 'area',
        use: useOf(part.area),
        name: areaName(part.area),
        why,
        size,
        state: part.isWritten ? 'fine' : 'free',
      };
    }
    case 'records':
      return {
        ...base,
        kind: 'region',
        use: 'own',
        name: l10n.t('Certificates: {0}', part.names.join(', ')),
        size: wholeSectors(size),
        used: size,
        state: 'fine',
      };
    case 'unknown':
      return {
        ...base,
        kind: 'region',
        use: 'own',
        name: l10n.t('Written, contents unknown'),
        size,
        state: 'info',
      };
  }
}

function partId({ kind, address }: DumpPart): string {
  return `${kind}:${addressText(address)}`;
}

/** How the map of a dump is known, in a few words. */
export function signText(sign: MapSign): string {
  switch (sign) {
    case 'header':
      return l10n.t('the header of the image at address 0');
    case 'second-image':
      return l10n.t('the position of the second image');
    case 'init-data':
      return l10n.t('the position of the RF data');
    case 'size':
      return l10n.t('the size of the flash');
  }
}

/**
 * Compares a dump with what the project would flash. `pieces` are the files of the layout, and `contents` their bytes by their names
 * in the project; a file that is missing there is not compared.
 */
export function differences(
  dump: Dump,
  bytes: Uint8Array,
  layout: Layout,
  pieces: readonly Piece[],
  contents: ReadonlyMap<string, Uint8Array>,
): Difference[] {
  const found: Difference[] = [];
  if (dump.map.id !== layout.map.id)
    found.push({ severity: 'warning', kind: 'map', dump: mapName(dump.map), project: mapName(layout.map) });
  if (dump.fota !== layout.fota) found.push({ severity: 'warning', kind: 'fota', dump: dump.fota });
  for (const { address, file } of pieces) {
    const wanted = contents.get(file);
    if (wanted === undefined || wanted.length === 0 || address + wanted.length > bytes.length) continue;
    const there = bytes.subarray(address, address + wanted.length);
    if (isSame(there, wanted, address)) continue;
    const part = dump.parts.find(each => address >= each.address && address < each.address + each.size);
    const kind = there.every(byte => byte === 0xff) ? 'erased' : 'other-contents';
    found.push({ severity: 'warning', kind, file, address, ...(part && { part: partId(part) }) });
  }
  for (const part of dump.parts) {
    const { kind, address } = part;
    const isPlanned = layout.regions.some(region => region.address === address);
    if (kind === 'records' && !isPlanned)
      found.push({ severity: 'info', kind: 'not-planned', names: part.names, address, part: partId(part) });
  }
  return found;
}

/** esptool writes mode, size and frequency into the header of an image at address 0. */
const rewritten: ReadonlySet<number> = new Set([2, 3]);

function isSame(there: Uint8Array, wanted: Uint8Array, address: number): boolean {
  return wanted.every((byte, index) => there[index] === byte || (address === 0 && rewritten.has(index)));
}

/** The difference in a sentence, in the language in use. */
export function differenceText(difference: Difference): string {
  switch (difference.kind) {
    case 'map':
      return l10n.t('The flash uses map {0}, the project map {1}.', difference.dump, difference.project);
    case 'fota':
      return difference.dump
        ? l10n.t('The flash has a boot loader and update slots, the project has none.')
        : l10n.t('The project has a boot loader and update slots, the flash has none.');
    case 'erased':
      return l10n.t(
        '{0} is not flashed: sector {1} is erased.',
        difference.file,
        sectorText(difference.address),
      );
    case 'other-contents':
      return l10n.t(
        '{0} differs from the contents at {1}.',
        difference.file,
        addressText(difference.address),
      );
    case 'not-planned':
      return l10n.t(
        'Sector {0} holds certificates ({1}) that the project does not mention.',
        sectorText(difference.address),
        difference.names.join(', '),
      );
  }
}
