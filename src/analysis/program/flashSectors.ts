import { atBorder, protectedSectors, sectorSize } from '../../flash/sectors';
import { WeakMemo } from '../engine/memo';
import type { CallSite } from './program';
import { onlyConstants } from './values';
import type { Facts } from '../rules/rule';

/** More bytes than any flash has. */
const maxFlash = 4096 * sectorSize;

/** The sectors that a call erases; undefined where they are not known, an empty list for a call that erases nothing. */
export function erasedBy(facts: Facts, site: CallSite): readonly number[] | undefined {
  const [argument] = site.arguments;
  const isOfApplication = site.name !== undefined && facts.program.targets(site).length > 0;
  switch (site.name) {
    case 'spi_flash_erase_sector':
    case 'system_param_save_with_protect': {
      const found = argument && onlyConstants(facts, argument, site);
      const count = site.name === 'spi_flash_erase_sector' ? 1 : protectedSectors;
      // An address in the place of a sector is another mistake: the sector is meant.
      return found?.flatMap(({ value }) => {
        const first = value >= sectorSize && atBorder(value) ? value / sectorSize : value;
        return Array.from({ length: count }, (_, index) => first + index);
      });
    }
    default:
      return !isOfApplication && /erase(?!_protect)/i.test(site.name ?? '') ? undefined : [];
  }
}

const erasedInProgram = new WeakMemo<Facts, { sectors: ReadonlySet<number> | undefined }>();

/** The sectors that a program erases anywhere; undefined where they are not all known. */
export function erasedSectors(facts: Facts): ReadonlySet<number> | undefined {
  return erasedInProgram.get(facts, () => ({ sectors: readErased(facts) })).sectors;
}

function readErased(facts: Facts): Set<number> | undefined {
  const sectors = new Set<number>();
  const { program } = facts;
  // Somebody may call it by its address.
  const isTaken = /\bspi_flash_erase_sector\b(?!\s*\()/;
  if (program.units.some(({ text }) => text.includes('spi_flash_erase_sector') && isTaken.test(text)))
    return undefined;
  for (const name of program.calledNames) {
    for (const site of program.calls(name)) {
      const erased = erasedBy(facts, site);
      if (erased === undefined) return undefined;
      for (const sector of erased) sectors.add(sector);
    }
  }
  return sectors;
}

/** A range of bytes that a call writes. */
export interface Written {
  address: number;
  /** One byte where the size is not known. */
  size: number;
}

/** What a call of spi_flash_write writes, as far as its address is known: undefined where it may be anywhere. */
export function writtenBy(facts: Facts, site: CallSite): readonly Written[] | undefined {
  const [address, , size] = site.arguments;
  const addresses = address && onlyConstants(facts, address, site);
  const sizes = (size && onlyConstants(facts, size, site)) ?? [];
  const largest = Math.min(maxFlash, Math.max(1, ...sizes.map(({ value }) => value)));
  return addresses?.map(({ value }) => ({ address: value, size: largest }));
}

/** The sectors of a range of bytes. */
export function sectorsOf({ address, size }: Written): number[] {
  const first = Math.floor(address / sectorSize);
  const last = Math.floor((address + size - 1) / sectorSize);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
