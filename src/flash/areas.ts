import * as l10n from '@vscode/l10n';
import type { FlashMap } from './maps';
import { sectorSize } from './sectors';

/** What the SDK itself has a place for in the flash. */
export type AreaKind =
  | 'boot'
  | 'user1'
  | 'user2'
  | 'flash'
  | 'irom0'
  | 'user-parameters'
  | 'gap'
  | 'rf-cal'
  | 'init-data'
  | 'system-parameters';

/** A part of the flash with a purpose that the SDK gives it; addresses and sizes in bytes. */
export interface Area {
  kind: AreaKind;
  address: number;
  size: number;
}

/** The boot loaders that the SDK ships are all smaller than a sector. */
const bootSize = sectorSize;
/** eagle.flash.bin of a firmware without updates ends where irom0 begins: linker script eagle.app.v6.ld, 0x40210000. */
const iromStart = 0x10000;
/** Four sectors before the end of the first half. */
const userParameterSectors = 4;

/** Sectors counted from the end of the flash: RF calibration, RF data, three of the SDK's parameters (user_rf_cal_sector_set of the SDK's examples). */
const fromEnd = { 'rf-cal': 5, 'init-data': 4, 'system-parameters': 3 } as const;

/**
 * Returns what lies where by the SDK's own rules, in the order of addresses and without overlaps. With `fota` there are a boot
 * loader and two slots, without one firmware in two files; maps without halves have only that.
 */
export function areasOf(map: FlashMap, fota: boolean): Area[] {
  const end = map.size * 1024;
  const system: Area[] = [
    { kind: 'rf-cal', address: end - fromEnd['rf-cal'] * sectorSize, size: sectorSize },
    { kind: 'init-data', address: end - fromEnd['init-data'] * sectorSize, size: sectorSize },
    {
      kind: 'system-parameters',
      address: end - fromEnd['system-parameters'] * sectorSize,
      size: fromEnd['system-parameters'] * sectorSize,
    },
  ];
  const systemStart = end - fromEnd['rf-cal'] * sectorSize;
  if (map.slot === undefined || !fota) {
    return [
      { kind: 'flash', address: 0, size: iromStart },
      { kind: 'irom0', address: iromStart, size: Math.min(iromLimit, systemStart - iromStart) },
      ...system,
    ];
  }
  const half = map.slot * 1024;
  const parameters = half - userParameterSectors * sectorSize;
  const slot = parameters - bootSize;
  const second = half + bootSize;
  return [
    { kind: 'boot', address: 0, size: bootSize },
    { kind: 'user1', address: bootSize, size: slot },
    { kind: 'user-parameters', address: parameters, size: userParameterSectors * sectorSize },
    { kind: 'gap', address: half, size: bootSize },
    { kind: 'user2', address: second, size: Math.min(slot, systemStart - second) },
    ...system,
  ];
}

/** Bytes that eagle.app.v6.ld has for irom0. */
const iromLimit = 0x5c000;

/**
 * Bytes from the start of its half to where no firmware in a slot reaches, by the KB of a half. The linker scripts
 * eagle.app.v6.new.* let code reach no further; SDK 3.x's examples end the slots of 512+512 at 0x6B000, AT those of 1024+1024 at
 * 0xE1000.
 */
const codeEnds: Partial<Record<number, number>> = { 256: 0x2c000, 512: 0x6c000, 1024: 0xe2000 };

/** Returns where the part of a slot begins that no firmware reaches; its end where there is none. */
export function slotTail(
  { map: { slot = 0 }, fota }: { map: FlashMap; fota: boolean },
  { kind, address, size }: Area,
): number {
  const codeEnd = codeEnds[slot];
  const isSlot = fota && (kind === 'user1' || kind === 'user2');
  return isSlot && codeEnd !== undefined
    ? Math.min(address - bootSize + codeEnd, address + size)
    : address + size;
}

/** What an area is for, in a few words. */
export function areaName(kind: AreaKind): string {
  switch (kind) {
    case 'boot':
      return l10n.t('Boot loader');
    case 'user1':
      return l10n.t('Firmware, first slot (user1)');
    case 'user2':
      return l10n.t('Firmware, second slot (user2)');
    case 'flash':
      return l10n.t('Firmware, RAM part (eagle.flash.bin)');
    case 'irom0':
      return l10n.t('Firmware, flash part (eagle.irom0text.bin)');
    case 'user-parameters':
      return l10n.t('User parameters');
    case 'gap':
      return l10n.t('Unused by the SDK');
    case 'rf-cal':
      return l10n.t('RF calibration');
    case 'init-data':
      return l10n.t('RF data (esp_init_data_default.bin)');
    case 'system-parameters':
      return l10n.t('System parameters of the SDK');
  }
}

/** The same as short as can be: the file that the SDK has for it, if there is one. */
export function areaFile(kind: AreaKind): string {
  return files[kind] ?? areaName(kind);
}

const files: Partial<Record<AreaKind, string>> = {
  boot: 'boot.bin',
  user1: 'user1.bin',
  user2: 'user2.bin',
  flash: 'eagle.flash.bin',
  irom0: 'eagle.irom0text.bin',
  'init-data': 'esp_init_data_default.bin',
};

/** Why it lies there and who writes it, in a sentence. */
export function areaRule(kind: AreaKind): string {
  switch (kind) {
    case 'boot':
      return l10n.t('The chip boots from address 0: boot.bin, which selects the slot.');
    case 'user1':
      return l10n.t(
        'In every map, the first image starts at 0x1000 and may extend up to the user parameters.',
      );
    case 'user2':
      return l10n.t(
        'The second image starts one sector after the middle; updates go to the slot that is not running.',
      );
    case 'flash':
      return l10n.t(
        'Firmware without updates starts at address 0, with 64 KB for the part that is copied to RAM.',
      );
    case 'irom0':
      return l10n.t('Code that runs from the flash starts at 0x10000: the linker script eagle.app.v6.ld.');
    case 'user-parameters':
      return l10n.t(
        'The last four sectors of the first half belong to the firmware; AT firmware stores its parameters there.',
      );
    case 'gap':
      return l10n.t('One sector between the halves that no map of the SDK uses.');
    case 'rf-cal':
      return l10n.t('The fifth sector from the end; the SDK writes it whenever it calibrates the radio.');
    case 'init-data':
      return l10n.t('The fourth sector from the end; without its data the radio does not start.');
    case 'system-parameters':
      return l10n.t('The last three sectors, written by the SDK: Wi-Fi settings and the slot to boot.');
  }
}
