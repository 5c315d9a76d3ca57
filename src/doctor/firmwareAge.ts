import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { limits } from '../files/limits';
import { readFile } from '../files/readFile';
import { type Firmware, loadFirmware } from '../simulator/firmware/firmware';

/** Tools that unpack or check out files give them times that differ by no more than this, in ms. */
const tolerance = 2000;
const maxDepth = 4;
const maxFirmwares = 20;
const skipped = /^(node_modules|device-sdk|\..*)$/;

/** An ELF, and which of its sources have changed since it was built. */
export interface FirmwareAge {
  file: string;
  /** ms since 1970. */
  built: number;
  /** Absolute paths, the last changed first. */
  newer: string[];
}

/** Compares an ELF with the sources that its debug information names, as far as they are there. */
export async function firmwareAge(file: string, firmware: Firmware): Promise<FirmwareAge> {
  const built = (await stat(file)).mtimeMs;
  const folder = path.dirname(file);
  const named = firmware.lines?.files() ?? [];
  const sources = [...new Set(named.map(name => path.resolve(folder, name)))].filter(source =>
    existsSync(source),
  );
  const times = await Promise.all(
    sources.map(async source => ({ source, changed: (await stat(source)).mtimeMs })),
  );
  const newer = times
    .filter(({ changed }) => changed > built + tolerance)
    .toSorted((a, b) => b.changed - a.changed)
    .map(({ source }) => source);
  return { file, built, newer };
}

/** The same for an ELF that is only a path. Throws a Problem for what is not a firmware. */
export async function firmwareAgeOf(file: string): Promise<FirmwareAge> {
  return firmwareAge(file, loadFirmware(await readFile(file, limits.firmware), file));
}

/** The ELFs below a folder, not too deep: linkers of these projects write .elf or .out. */
export async function findFirmware(folder: string, depth = maxDepth): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries
    .filter(entry => entry.isFile() && /\.(elf|out)$/i.test(entry.name))
    .map(entry => path.join(folder, entry.name));
  for (const entry of entries) {
    if (found.length >= maxFirmwares || depth === 0) break;
    if (entry.isDirectory() && !skipped.test(entry.name))
      found.push(...(await findFirmware(path.join(folder, entry.name), depth - 1)));
  }
  return found.slice(0, maxFirmwares);
}
