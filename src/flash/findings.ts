import * as l10n from '@vscode/l10n';
import { type Area, areaName, slotTail } from './areas';
import {
  contentFindingText,
  imageFindings,
  initFindings,
  recordFindings,
  type SectorRead,
} from './contentFindings';
import type { FileContents } from './contents';
import type { FlashFault, FlashFinding } from './finding';
import type { FileSizes, Layout, Region } from './layout';
import { mapFault, mapName } from './maps';
import { FreePlaces, type Place } from './freePlaces';
import { recordFileOf } from './recordFiles';
import { reachOf, recordWindow } from './recordLists';
import { ruleOf } from './rules';
import { addressText, atBorder, sectorSize, sectorText, sizeText, wholeSectors } from './sectors';
import type { Severity } from '../findings/severity';

/** What files hold, by their name in the project, as far as it is known. */
type KnownContents = ReadonlyMap<string, FileContents>;

/** What the checks of all regions share. */
interface Check {
  layout: Layout;
  sizes: FileSizes;
  contents: KnownContents;
  free: FreePlaces;
  /** The first regions of the file, as indices, in each sector of the flash. */
  neighbours: readonly (readonly number[])[];
}

/** Of more regions in one place than this, the others are not named. */
const maxNeighbours = 8;

/** Returns all that is wrong with a layout and with the files whose contents are given, in the order of the project's file. */
export function checkLayout(
  layout: Layout,
  sizes: FileSizes,
  contents: KnownContents = new Map(),
): FlashFinding[] {
  const findings: FlashFault[] = layout.unreadable.map(path => ({
    path,
    kind: 'unreadable',
  }));
  const fault = mapFault(layout.map, layout.sdk);
  if (fault !== undefined) {
    findings.push({
      ...(fault !== 'no-sdk' && { severity: 'warning' }),
      path: ['map'],
      kind: fault === 'no-sdk' ? 'map-not-supported' : 'map-not-in-3',
      map: mapName(layout.map),
      sdk: layout.sdk,
    });
  }
  findings.push(...checkImages(layout, sizes, contents));
  findings.push(...initDataMissing(layout));
  const check: Check = {
    layout,
    sizes,
    contents,
    free: new FreePlaces(layout, sizes),
    neighbours: neighboursOf(layout),
  };
  for (const [index, region] of layout.regions.entries()) findings.push(...checkRegion(check, region, index));
  return findings.map(asFinding);
}

/** Whoever writes what the chip boots may have an erased chip, which has no data for the radio either. */
function initDataMissing({ areas, images, regions }: Layout): FlashFault[] {
  const area = areas.find(({ kind }) => kind === 'init-data');
  const isWhole = images.some(({ kind }) => kind === 'boot' || kind === 'flash');
  if (area === undefined || !isWhole) return [];
  const isThere =
    images.some(({ kind }) => kind === 'init-data') ||
    regions.some(({ address, file }) => file !== undefined && address === area.address);
  return isThere ? [] : [{ path: ['files'], kind: 'init-data-missing', address: area.address }];
}

/** Returns what is wrong with files that sources have the TLS library read, and that their names do not show. */
export function readFindings(
  { regions }: Layout,
  contents: KnownContents,
  reads: readonly SectorRead[],
): FlashFinding[] {
  return regions.flatMap(region => {
    const held = region.file === undefined ? undefined : contents.get(region.file);
    if (held === undefined || recordFindings(region, held, []).length > 0) return [];
    return recordFindings(region, held, reads).map(asFinding);
  });
}

/** A fault as a finding of its rule. */
export function asFinding(found: FlashFault): FlashFinding {
  return { ...found, rule: ruleOf(found).id, severity: severityOf(found) };
}

function severityOf(found: FlashFault): Severity {
  return found.severity ?? ruleOf(found).severity;
}

function checkImages(layout: Layout, sizes: FileSizes, contents: KnownContents): FlashFault[] {
  const { images, areas } = layout;
  return images.flatMap((image): FlashFault[] => {
    const { kind, file, path } = image;
    const area = areas.find(candidate => candidate.kind === kind);
    if (area === undefined) return [{ path, kind: 'no-area', area: kind }];
    const length = sizes.get(file);
    if (length === undefined)
      return [{ path, kind: 'file-missing', file }, ...initFindings(layout, image, undefined)];
    const held = contents.get(file);
    const found = held === undefined ? [] : imageFindings(layout, image, held);
    // A file for another place need not fit into this one.
    return length <= area.size || found.some(fault => severityOf(fault) === 'error')
      ? found
      : [{ path, kind: 'file-too-large', file, length, area: kind, size: area.size }, ...found];
  });
}

function neighboursOf({ map, regions }: Layout): number[][] {
  const sectors = Array.from({ length: (map.size * 1024) / sectorSize }, (): number[] => []);
  for (const [index, { address, size }] of regions.entries()) {
    if (address === undefined) continue;
    const end = Math.min(sectors.length, Math.ceil((address + size) / sectorSize));
    for (let sector = Math.floor(address / sectorSize); sector < end; sector++) {
      const inSector = sectors[sector];
      if (inSector && inSector.length < maxNeighbours) inSector.push(index);
    }
  }
  return sectors;
}

function checkRegion(check: Check, region: Region, index: number): FlashFault[] {
  const { layout, sizes, contents, free } = check;
  const { name, file, address, size, path } = region;
  const findings: FlashFault[] = [];
  let found: { proposal?: Place } | undefined;
  const moved = () => {
    if (found !== undefined) return found;
    const proposal = free.find(region);
    if (proposal !== undefined) free.take(region, proposal.address);
    found = proposal === undefined ? {} : { proposal };
    return found;
  };
  if (file !== undefined && !sizes.has(file))
    findings.push({ path: [...path, 'file'], kind: 'file-missing', file });
  const held = file === undefined ? undefined : contents.get(file);
  if (held !== undefined) findings.push(...recordFindings(region, held, []));
  if (address === undefined) return [...findings, { path, kind: 'no-address', region: name, ...moved() }];

  const place = [...path, 'address'];
  const end = address + size;
  const flash = layout.map.size * 1024;
  if (address === 0) findings.push({ path: place, kind: 'sector-zero', region: name, ...moved() });
  if (!atBorder(address)) {
    const nearest = Math.floor(address / sectorSize) * sectorSize;
    const proposed = free.allows(region, nearest)
      ? { proposal: { address: nearest, reason: 'border' } as const }
      : moved();
    findings.push({
      path: place,
      kind: 'not-at-border',
      region: name,
      address,
      ...proposed,
    });
  }
  if (end > flash) findings.push({ path: place, kind: 'beyond', region: name, end, flash, ...moved() });
  findings.push(...checkNeighbours(check, region, index, moved));
  if (address > 0 && end <= flash) findings.push(...checkAreas(check, region, address, held, moved));
  findings.push(...checkRecords(check, region, address));
  return findings;
}

/** Other regions in the same bytes or the same sector; each pair is told once, at the later one in the file. */
function checkNeighbours(
  { layout: { regions }, neighbours }: Check,
  { name, path, address = 0, size }: Region,
  index: number,
  moved: () => { proposal?: Place },
): FlashFault[] {
  const end = address + size;
  const others = new Set<number>();
  const last = Math.min(neighbours.length, Math.ceil(end / sectorSize));
  for (let sector = Math.floor(address / sectorSize); sector < last; sector++) {
    for (const other of neighbours[sector] ?? []) if (other < index) others.add(other);
    if (others.size >= maxNeighbours) break;
  }
  return [...others]
    .sort((a, b) => a - b)
    .flatMap((other): FlashFault[] => {
      const neighbour = regions[other];
      if (neighbour === undefined) return [];
      const { name: otherName, path: otherPath, address: otherAddress = 0, size: otherSize } = neighbour;
      const [from, to] = [Math.max(address, otherAddress), Math.min(end, otherAddress + otherSize)];
      const common = {
        path: [...path, 'address'],
        region: name,
        other: otherName,
        otherPath,
        ...moved(),
      } as const;
      return from < to
        ? [{ ...common, kind: 'overlap', from, to }]
        : [{ ...common, kind: 'one-sector', sector: Math.floor(from / sectorSize) * sectorSize }];
    });
}

function checkAreas(
  { layout, sizes }: Check,
  region: Region,
  address: number,
  held: FileContents | undefined,
  moved: () => { proposal?: Place },
): FlashFault[] {
  const findings: FlashFault[] = [];
  const end = address + region.size;
  for (const area of layout.areas) {
    if (area.kind === 'gap' || address >= area.address + area.size || end <= area.address) continue;
    if (region.file !== undefined && isOfSdk(held, area, address)) continue;
    if (region.file !== undefined && held?.kind === 'blank' && area.kind === 'init-data') {
      findings.push({ path: [...region.path, 'file'], kind: 'no-init-data', file: region.file });
      continue;
    }
    const common = { path: [...region.path, 'address'], region: region.name, area: area.kind, ...moved() };
    if (area.kind === 'user1' || area.kind === 'user2' || area.kind === 'irom0' || area.kind === 'flash') {
      const image = layout.images.find(({ kind }) => kind === area.kind);
      const length = image && sizes.get(image.file);
      const imageEnd = length === undefined ? undefined : area.address + length;
      if (imageEnd !== undefined && address < wholeSectors(imageEnd))
        findings.push({ ...common, kind: 'in-area' });
      else if (address < slotTail(layout, area) || end > area.address + area.size)
        findings.push({ ...common, kind: 'slot-tail', imageEnd });
    } else if (area.kind === 'user-parameters') {
      // The firmware's own to use: right for its own data, a risk for certificates.
      findings.push({ ...common, kind: 'in-area', severity: 'info' });
    } else {
      findings.push({ ...common, kind: 'in-area' });
    }
  }
  return findings;
}

/** Whether a region is what the SDK's own download tables put there. */
function isOfSdk(held: FileContents | undefined, area: Area, address: number): boolean {
  if (held?.kind === 'init-data') return area.kind === 'init-data' && address === area.address;
  return (
    held?.kind === 'blank' &&
    (area.kind === 'rf-cal' || area.kind === 'system-parameters' || area.kind === 'user-parameters')
  );
}

function checkRecords(
  { layout: { abilities, regions }, sizes, neighbours }: Check,
  region: Region,
  address: number,
): FlashFault[] {
  const { file } = region;
  const length = file === undefined ? undefined : sizes.get(file);
  if (file === undefined || length === undefined || recordFileOf(file) === undefined) return [];
  const window = recordWindow(abilities);
  if (length > window) {
    return [
      {
        path: [...region.path, 'file'],
        kind: 'larger-than-read',
        region: region.name,
        length,
        window,
      },
    ];
  }
  // Behind the last record the library reads one more header, and stops where its length is erased flash.
  const lastHeaderEnd = address + reachOf(abilities, file, length);
  const end = wholeSectors(address + length);
  if (lastHeaderEnd <= end) return [];
  const next = (neighbours[end / sectorSize] ?? [])
    .flatMap(index => regions[index] ?? [])
    .find(({ address: other = 0 }) => other >= end && other < lastHeaderEnd);
  return next === undefined
    ? []
    : [
        {
          path: [...region.path, 'address'],
          kind: 'end-not-erased',
          region: region.name,
          other: next.name,
          sector: end,
        },
      ];
}

/** What the fix of a finding with a proposal is called. */
export function moveTitle(address: number): string {
  return l10n.t('Move to sector {0} ({1})', sectorText(address), addressText(address));
}

/** The finding in a sentence with the place that is proposed, in the language in use. */
export function findingText(finding: FlashFault): string {
  const text = faultText(finding);
  const { proposal } = finding;
  return proposal === undefined
    ? text
    : `${text} ${l10n.t('Free: sector {0} (address {1}).', sectorText(proposal.address), addressText(proposal.address))}`;
}

/** The same without the proposal. */
export function faultText(finding: FlashFault): string {
  switch (finding.kind) {
    case 'unreadable':
      return l10n.t(
        'Not a valid number. Write addresses as 0x3B000 or 236 KB, sectors as 0x3B or 59, sizes as 4 KB.',
      );
    case 'no-address':
      return l10n.t('{0} has no sector or address.', finding.region);
    case 'overlap':
      return l10n.t(
        '{0} and {1} both occupy {2} to {3}.',
        finding.region,
        finding.other,
        addressText(finding.from),
        addressText(finding.to - 1),
      );
    case 'one-sector':
      return l10n.t(
        '{0} shares sector {1} with {2}: flashing one erases the other.',
        finding.region,
        sectorText(finding.sector),
        finding.other,
      );
    case 'in-area':
      return finding.area === 'user-parameters'
        ? l10n.t('{0} is in the user parameters, which the firmware may overwrite.', finding.region)
        : l10n.t('{0} overwrites: {1}.', finding.region, areaName(finding.area));
    case 'slot-tail':
      return finding.imageEnd === undefined
        ? l10n.t(
            '{0} is inside “{1}”: a large image would overwrite it.',
            finding.region,
            areaName(finding.area),
          )
        : l10n.t(
            '{0} follows the current image, which ends at {1}, but is still inside “{2}”: a larger image would overwrite it.',
            finding.region,
            addressText(finding.imageEnd),
            areaName(finding.area),
          );
    case 'beyond':
      return l10n.t(
        '{0} ends at {1}, beyond the flash of {2}.',
        finding.region,
        addressText(finding.end),
        sizeText(finding.flash),
      );
    case 'not-at-border':
      return l10n.t(
        '{0} starts at {1}, inside a sector: addresses must be multiples of 0x1000.',
        finding.region,
        addressText(finding.address),
      );
    case 'sector-zero':
      return l10n.t(
        '{0} is in sector 0, from which the chip boots; espconn_secure_ca_enable rejects it.',
        finding.region,
      );
    case 'larger-than-read':
      return l10n.t(
        '{0} has {1} bytes, but the TLS library reads only {2}. Remove CA certificates, or use smaller keys.',
        finding.region,
        finding.length,
        finding.window,
      );
    case 'end-not-erased':
      return l10n.t(
        'Behind the list in {0} is too little erased flash for the TLS library to see its end: {2} starts at sector {1}. Move one of them.',
        finding.region,
        sectorText(finding.sector),
        finding.other,
      );
    case 'file-outside':
      return l10n.t(
        '{0} lies outside of the project and is not used. Copy it into the project.',
        finding.file,
      );
    case 'file-missing':
      return l10n.t('{0} does not exist.', finding.file);
    case 'file-too-large':
      return l10n.t(
        '{0} has {1} bytes, but {2} has room for only {3}.',
        finding.file,
        finding.length,
        areaName(finding.area),
        finding.size,
      );
    case 'no-area':
      return l10n.t('This flash map has no “{0}”.', areaName(finding.area));
    case 'init-data-missing':
      return l10n.t(
        'The layout has no esp_init_data_default.bin: an erased chip resets forever with “rf_cal[0] !=0x05,is 0xFF”. Add it as "init-data" to "files"; it goes to {0}.',
        addressText(finding.address),
      );
    case 'map-not-supported':
      return l10n.t('No SDK version supports the map {0}.', finding.map);
    case 'map-not-in-3':
      return l10n.t('SDK {0} does not support the map {1}: choose 1 MB or more.', finding.sdk, finding.map);
    default:
      return contentFindingText(finding);
  }
}
