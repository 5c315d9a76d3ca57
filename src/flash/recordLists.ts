import type { TlsAbilities } from '../sdk/tls';
import { recordFileOf } from './recordFiles';
import { sectorSize, wholeSectors } from './sectors';

/** A record starts with its name and length; the list ends where a length is 0xFFFF. */
const recordHeader = 34;

/** Bytes of a record file that the TLS library reads. */
export function recordWindow(abilities: TlsAbilities | undefined): number {
  return abilities?.recordWindow ?? 2 * sectorSize;
}

/**
 * Returns how many bytes from its first one must belong to a file of this length: the ones that it occupies, and with a list of
 * records the header behind the last one, which the library reads to see that it is erased.
 */
export function reachOf(
  abilities: TlsAbilities | undefined,
  file: string | undefined,
  length: number,
): number {
  if (file === undefined || recordFileOf(file) === undefined) return length;
  const lastHeaderEnd = length + recordHeader;
  return lastHeaderEnd <= wholeSectors(length) || lastHeaderEnd > recordWindow(abilities)
    ? length
    : lastHeaderEnd;
}
