import * as l10n from '@vscode/l10n';
import { inspectAmongOthers, recordItems } from '../certificates/inspect/inspectFile';
import type { Inspection, Region } from '../certificates/inspect/model';
import { areaFile, areaName } from './areas';
import type { FileContents, FlashSettings, ImageFault, TrailerFault } from './contents';
import { type Dump, isFlashSize, scanDump } from './dump';
import { dumpParts } from './dumpReport';
import { contentsOf } from './fileContents';
import { initDataSize, initDataStart } from './initData';
import { flashMap, mapName } from './maps';
import { sectorSize } from './sectors';

/** Returns what is in an image of firmware, a part of one, or the contents of a whole flash; undefined for other files. */
export function inspectFlash(bytes: Uint8Array, file: string): Inspection | undefined {
  if (isFlashSize(bytes.length)) {
    const dump = scanDump(bytes);
    if (dump.parts.some(isSound)) return inspectDump(bytes, file, dump);
  }
  const title = imageTitle(bytes);
  return title === undefined ? undefined : inspectAmongOthers(bytes, file, { form: 'firmware', title });
}

/** Whether a part shows that the bytes are a flash: code has no sign of its own. */
function isSound(part: Dump['parts'][number]): boolean {
  return (
    part.kind === 'records' || (part.kind === 'image' && part.area !== 'irom0' && part.fault === undefined)
  );
}

function inspectDump(bytes: Uint8Array, file: string, dump: Dump): Inspection {
  const regions = dumpParts(dump)
    .filter(({ state }) => state !== 'free')
    .map(({ name, address = 0, size, used, state }): Region => ({
      name: state === 'error' ? l10n.t('{0}: damaged', name) : name,
      offset: address,
      length: used ?? size,
    }));
  const items = dump.parts.flatMap(part =>
    part.kind === 'records'
      ? recordItems(bytes.subarray(part.address, part.address + part.size), part.address)
      : [],
  );
  const title = l10n.t('contents of a flash, {0}', mapName(dump.map));
  return inspectAmongOthers(bytes, file, { form: 'dump', title, regions, items });
}

/** What a file of the flash is, in words. */
function imageTitle(bytes: Uint8Array): string | undefined {
  if (bytes.length === initDataSize && bytes[0] === initDataStart) return areaName('init-data');
  if (bytes.length >= sectorSize && bytes.every(byte => byte === 0xff))
    return l10n.t('erased flash (blank.bin)');
  const contents = contentsOf(bytes);
  switch (contents.kind) {
    case 'slot-image':
      return withFault(slotTitle(contents), contents.fault);
    case 'start-image':
      // One byte and a number of segments are no proof.
      if (contents.fault !== undefined && !startsInRom(bytes)) return undefined;
      return withFault(startTitle(contents), contents.fault);
    default:
      return isCode(bytes) ? areaName('irom0') : undefined;
  }
}

function withFault(title: string, fault: ImageFault | TrailerFault | undefined): string {
  if (fault === undefined) return title;
  if (typeof fault === 'object')
    return fault.found === undefined
      ? l10n.t('{0}: without its CRC', title)
      : l10n.t('{0}: damaged, its CRC is wrong', title);
  return fault === 'checksum'
    ? l10n.t('{0}: damaged, its checksum is wrong', title)
    : l10n.t('{0}: truncated', title);
}

function slotTitle({ slot, settings }: Extract<FileContents, { kind: 'slot-image' }>): string {
  if (slot !== 1 && slot !== 2) return l10n.t('firmware for a slot');
  const map = mapOf(settings);
  if (map === undefined) return l10n.t('firmware for slot {0}', slot);
  const halves = map.slot === undefined ? '' : ` (${map.slot}+${map.slot})`;
  return l10n.t('firmware for slot {0}, {1} KB', slot, map.size) + halves;
}

function startTitle({ length, settings }: Extract<FileContents, { kind: 'start-image' }>): string {
  const map = mapOf(settings);
  const name = areaFile(length <= sectorSize ? 'boot' : 'flash');
  return map === undefined
    ? l10n.t('image for address 0, like {0}', name)
    : l10n.t('image for address 0, like {0}, {1}', name, mapName(map));
}

function mapOf(settings: FlashSettings | undefined): ReturnType<typeof flashMap> {
  return settings && flashMap(settings.map);
}

/** Whether the entry of an image is an address of code: instruction RAM or flash. */
function startsInRom(bytes: Uint8Array): boolean {
  return bytes[7] === 0x40;
}

/** Bytes of which one at least ends a function, in the code of this chip. */
const bytesPerReturn = 512;
const minCode = 4096;

/** Whether bytes are code without a header, eagle.irom0text.bin: they return (`ret.n`) often. */
function isCode(bytes: Uint8Array): boolean {
  if (bytes.length < minCode) return false;
  let returns = 0;
  for (let at = 0; at + 1 < bytes.length; at++) if (bytes[at] === 0x0d && bytes[at + 1] === 0xf0) returns++;
  return returns * bytesPerReturn > bytes.length;
}
