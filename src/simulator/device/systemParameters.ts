import { protectedSectors, sectorSize } from '../../flash/sectors';
import type { Flash } from './flash';

/** The low half of the first byte of the SDK's own parameters is 1 when the boot loader is to start user2 (boot loader 1.2). */
const slotMask = 0x0f;
const startSecond = 1;

/** The first of the three sectors at the end of the flash in which the SDK keeps its own parameters. */
export function systemSector(flash: Flash): number {
  return flash.mappedSize / sectorSize - protectedSectors;
}

/** Bytes of the current copy of protected parameters, as system_param_load reads them; undefined outside of the flash. */
export function loadParameters(
  flash: Flash,
  sector: number,
  offset: number,
  length: number,
): Uint8Array | undefined {
  if (offset + length > sectorSize) return undefined;
  return flash.read((sector + current(flash, sector)) * sectorSize + offset, length);
}

/** Writes the other copy and makes it the current one, as system_param_save_with_protect does. False when it does not fit. */
export function saveParameters(flash: Flash, sector: number, bytes: Uint8Array): boolean {
  if (bytes.length > sectorSize) return false;
  const next = 1 - current(flash, sector);
  return (
    flash.eraseSector(sector + next) &&
    flash.write((sector + next) * sectorSize, bytes) &&
    flash.eraseSector(sector + 2) &&
    flash.write((sector + 2) * sectorSize, Uint8Array.of(next, 0, 0, 0))
  );
}

function current(flash: Flash, sector: number): 0 | 1 {
  return flash.read((sector + 2) * sectorSize, 1)?.[0] === 0 ? 0 : 1;
}

/** Changes some bytes of the SDK's own parameters and keeps the others. */
export function patchSystemParameters(flash: Flash, offset: number, bytes: Uint8Array): void {
  const sector = systemSector(flash);
  const all = loadParameters(flash, sector, 0, sectorSize);
  if (all === undefined || Buffer.from(bytes).equals(all.subarray(offset, offset + bytes.length))) return;
  all.set(bytes, offset);
  saveParameters(flash, sector, all);
}

/** Which image the boot loader is to start: user1 where nobody has said anything. */
export function selectedSlot(flash: Flash): 1 | 2 {
  const [first = 0xff] = loadParameters(flash, systemSector(flash), 0, 1) ?? [];
  return (first & slotMask) === startSecond ? 2 : 1;
}

export function selectSlot(flash: Flash, slot: 1 | 2): void {
  if (selectedSlot(flash) === slot) return;
  const [first = 0xff] = loadParameters(flash, systemSector(flash), 0, 1) ?? [];
  const chosen = slot === 2 ? startSecond : 0;
  patchSystemParameters(flash, 0, Uint8Array.of((first & ~slotMask) | chosen));
}
