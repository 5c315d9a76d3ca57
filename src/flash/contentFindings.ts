import * as l10n from '@vscode/l10n';
import { hexDigits } from '../text/hex';
import { type InsteadOfRecords, insteadOfRecordsText } from '../certificates/insteadOfRecords';
import { areaFile, type AreaKind, areaName } from './areas';
import {
  type FileContents,
  type FlashSettings,
  type ImageFault,
  oldCodeOffset,
  type TrailerFault,
} from './contents';
import { initDataStart, initFileOf } from './initData';
import type { Image, Layout, Region } from './layout';
import { flashMap, mapName } from './maps';
import { recordFileOf } from './recordFiles';
import { addressText, sectorSize, sectorText } from './sectors';
import type { JsonPath } from '../text/jsonPath';

/** A file that holds something else than its place in the flash needs. */
export type ContentFault = { path: JsonPath; file: string } & (
  | { kind: 'no-image'; area: AreaKind; begin: Uint8Array }
  | { kind: 'image-damaged'; fault: ImageFault }
  | { kind: 'trailer-wrong'; fault: TrailerFault }
  | { kind: 'start-image-in-slot'; area: AreaKind }
  | { kind: 'slot-image-at-start' }
  | { kind: 'image-for-code' }
  | { kind: 'other-slot'; made: number; slot: number; map: string }
  | { kind: 'other-map'; made: string; map: string }
  | { kind: 'other-settings'; made: string; wanted: string }
  | { kind: 'no-records'; instead: InsteadOfRecords; read?: SectorRead }
  /** In the sector of the data for the radio; `begin` where it is not blank. */
  | { kind: 'no-init-data'; begin?: Uint8Array }
  /** The data for the radio where the SDK keeps something else. */
  | { kind: 'init-data-elsewhere'; area: AreaKind; wanted: number }
);

/** A sector from which the firmware's sources have the TLS library read records. */
export interface SectorRead {
  function: string;
  sector: number;
  /** “user_main.c:12”. */
  where: string;
}

/** Returns what is wrong with the file of an area of the SDK. */
export function imageFindings(layout: Layout, image: Image, contents: FileContents): ContentFault[] {
  const { kind: area, file, path } = image;
  const at = { path, file };
  const isImage = contents.kind === 'start-image' || contents.kind === 'slot-image';
  switch (area) {
    case 'irom0':
      // Code may start with any bytes; a whole image it is not.
      return isImage && typeof contents.fault !== 'string' ? [{ ...at, kind: 'image-for-code' }] : [];
    case 'boot':
    case 'flash':
      if (contents.kind === 'slot-image') return [{ ...at, kind: 'slot-image-at-start' }];
      break;
    case 'user1':
    case 'user2':
      if (contents.kind === 'start-image' && contents.length <= oldCodeOffset)
        return [{ ...at, kind: 'start-image-in-slot', area }];
      break;
    default:
      return initFindings(layout, image, contents);
  }
  if (!isImage) {
    const begin = 'begin' in contents ? contents.begin : Uint8Array.of();
    return [{ ...at, kind: 'no-image', area, begin }];
  }
  const { fault } = contents;
  if (typeof fault === 'string') return [{ ...at, kind: 'image-damaged', fault }];
  if (fault !== undefined && (area === 'user1' || area === 'user2'))
    return [{ ...at, kind: 'trailer-wrong', fault }];
  return contents.kind === 'slot-image'
    ? slotFindings(layout, image, contents)
    : settingsFindings(layout, image, contents.settings);
}

/**
 * Returns whether the data for the radio and erased flash are exchanged: by what a file holds, by its name where that is not known.
 */
export function initFindings(
  { areas }: Layout,
  { kind: area, file, path }: Image,
  contents: FileContents | undefined,
): ContentFault[] {
  const kind = contents?.kind ?? initFileOf(file);
  const at = { path, file };
  if (area === 'init-data') {
    if (kind === undefined || kind === 'init-data') return [];
    if (kind === 'blank') return [{ ...at, kind: 'no-init-data' }];
    const begin = contents !== undefined && 'begin' in contents ? contents.begin : Uint8Array.of();
    // Whoever changes the data keeps its first byte.
    return begin[0] === initDataStart ? [] : [{ ...at, kind: 'no-init-data', begin }];
  }
  const wanted = areas.find(each => each.kind === 'init-data');
  return kind === 'init-data' && wanted !== undefined
    ? [{ ...at, kind: 'init-data-elsewhere', area, wanted: wanted.address }]
    : [];
}

function slotFindings(
  { map }: Layout,
  { kind: area, file, path }: Image,
  { slot: made, settings }: Extract<FileContents, { kind: 'slot-image' }>,
): ContentFault[] {
  const findings: ContentFault[] = [];
  const slot = area === 'user1' ? 1 : 2;
  // The chip sees the flash in pieces of 1 MB: in slots of that size, both images are linked alike (SDK, eagle.app.v6.new.2048.ld).
  if ((made === 1 || made === 2) && made !== slot && (map.slot ?? 0) < 1024)
    findings.push({ path, file, kind: 'other-slot', made, slot, map: mapName(map) });
  const madeFor = settings && flashMap(settings.map);
  if (madeFor?.slot !== undefined && madeFor.slot !== map.slot) {
    const names = { made: mapName(madeFor), map: mapName(map) };
    findings.push({ path, file, kind: 'other-map', ...names });
  }
  return findings;
}

function settingsFindings(
  { map, chip }: Layout,
  { kind: area, file, path }: Image,
  made: FlashSettings,
): ContentFault[] {
  // An image of the old form: nobody reads these in a slot.
  if (area !== 'boot' && area !== 'flash') return [];
  // The boot loaders that the SDK ships say this for want of anything better, whatever the board has.
  if (area === 'boot' && made.map === 0 && made.mode === 'qio' && made.frequency === '40m') return [];
  const differing = [
    [mapText(made.map), mapName(map)],
    [made.mode, chip.mode],
    [made.frequency, chip.frequency],
  ].filter(([is, wanted]) => wanted !== 'keep' && is !== wanted);
  if (differing.length === 0) return [];
  const [is, wanted] = [0, 1].map(side => differing.map(pair => pair[side]).join(', '));
  return [{ path, file, kind: 'other-settings', made: is ?? '', wanted: wanted ?? '' }];
}

function mapText(id: number): string {
  const map = flashMap(id);
  return map === undefined ? l10n.t('map {0}', id) : mapName(map);
}

/**
 * Returns what is wrong with the contents of a region that the TLS library reads: by its name, or because the sources name its
 * sector. Only the AT firmware reads its container, whatever the file's name is.
 */
export function recordFindings(
  { file, path, address }: Region,
  contents: FileContents,
  reads: readonly SectorRead[],
): ContentFault[] {
  if (file === undefined) return [];
  const instead = insteadOfRecords(contents);
  if (instead === undefined) return [];
  const read = reads.find(({ sector }) => sector * sectorSize === address);
  if (read === undefined && recordFileOf(file) === undefined && instead !== 'esp-at') return [];
  return [{ path: [...path, 'file'], file, kind: 'no-records', instead, ...(read && { read }) }];
}

/** What contents are that the TLS library cannot read as records; undefined for what may be records. */
export function insteadOfRecords(contents: FileContents): InsteadOfRecords | undefined {
  switch (contents.kind) {
    case 'pem':
    case 'der':
    case 'esp-at':
      return contents.kind;
    case 'start-image':
    case 'slot-image':
      // The name of a record may start with any bytes.
      return typeof contents.fault === 'string' ? undefined : 'image';
    default:
      return undefined;
  }
}

/** The finding in a sentence, in the language in use. */
export function contentFindingText(finding: ContentFault): string {
  const { file } = finding;
  switch (finding.kind) {
    case 'no-image':
      return finding.begin.length === 0
        ? l10n.t('{0} is not a firmware image like {1}.', file, areaFile(finding.area))
        : l10n.t(
            '{0} is not a firmware image like {1}: it starts with {2}, not {3}.',
            file,
            areaFile(finding.area),
            bytesText(finding.begin),
            finding.area === 'boot' || finding.area === 'flash' ? '0xE9' : '0xEA 0x04',
          );
    case 'image-damaged':
      return finding.fault === 'checksum'
        ? l10n.t('{0} is damaged: its checksum is wrong. The chip does not boot it.', file)
        : l10n.t('{0} is truncated: it ends before its segments do. The chip does not boot it.', file);
    case 'trailer-wrong': {
      const { expected, found } = finding.fault;
      return found === undefined
        ? l10n.t(
            '{0} is truncated: it ends before its CRC-32, which is {1}. An update over the air rejects it. Build or copy it again.',
            file,
            bytesText(expected),
          )
        : l10n.t(
            '{0} is damaged: its CRC-32 is {1}, but the image ends with {2}. An update over the air rejects it. Build or copy it again.',
            file,
            bytesText(expected),
            bytesText(found),
          );
    }
    case 'start-image-in-slot':
      return l10n.t(
        '{0} is an image for address 0, like eagle.flash.bin; a slot needs one built for it, {1}. Build it for a boot loader, or set "fota" to false.',
        file,
        areaFile(finding.area),
      );
    case 'slot-image-at-start':
      return l10n.t(
        '{0} is an image for a slot, like user1.bin: at address 0 the chip boots only boot.bin or eagle.flash.bin.',
        file,
      );
    case 'image-for-code':
      return l10n.t(
        '{0} is a whole image, but code without a header belongs here: eagle.irom0text.bin.',
        file,
      );
    case 'other-slot':
      return l10n.t(
        '{0} was built for slot {1}: with map {2} its code does not run in slot {3}. Put user{3}.bin here, built with app={3}.',
        file,
        finding.made,
        finding.map,
        finding.slot,
      );
    case 'other-map':
      return l10n.t(
        '{0} was built for map {1}, whose slots differ from those of {2}. Build it for this map, or choose the other map.',
        file,
        finding.made,
        finding.map,
      );
    case 'other-settings':
      return l10n.t(
        'The header of {0} has {1}, the layout has {2}. Flashing from here uses the layout; configure other tools separately.',
        file,
        finding.made,
        finding.wanted,
      );
    case 'no-records':
      return finding.read === undefined
        ? insteadOfRecordsText(finding.instead, file)
        : `${insteadOfRecordsText(finding.instead, file)} ${l10n.t('{0} reads records from sector {1} ({2}).', finding.read.function, sectorText(finding.read.sector * sectorSize), finding.read.where)}`;
    case 'no-init-data':
      return finding.begin === undefined
        ? l10n.t(
            '{0} is erased flash, but the SDK reads its RF data here: the chip resets forever with “rf_cal[0] !=0x05,is 0xFF”. Put esp_init_data_default.bin here.',
            file,
          )
        : l10n.t(
            '{0} is not the RF data that the SDK reads here, which starts with 0x05: the chip resets forever with “rf_cal[0] !=0x05”. Put esp_init_data_default.bin here.',
            file,
          );
    case 'init-data-elsewhere':
      return l10n.t(
        '{0} is the RF data of the SDK, which belongs to {1} ("init-data"), not to “{2}”. Put blank.bin here.',
        file,
        addressText(finding.wanted),
        areaName(finding.area),
      );
  }
}

function bytesText(bytes: Uint8Array): string {
  return Array.from(bytes, byteText).join(' ');
}

function byteText(byte: number): string {
  return `0x${hexDigits(byte, 2).toUpperCase()}`;
}
