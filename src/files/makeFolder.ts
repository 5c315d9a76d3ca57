import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { failedBecause, systemError } from './systemErrors';

/**
 * Makes a folder and those around it that are missing; true when one had to be made. Throws the system's error. Node's own recursive
 * mkdir never returns where the system lets nobody make a folder and says that there is none, as in /proc.
 */
export function makeFolder(folder: string): boolean {
  const missing: string[] = [];
  let at = path.resolve(folder);
  while (!isFolder(at)) {
    missing.push(at);
    const around = path.dirname(at);
    // A drive that is not there.
    if (around === at) throw systemError('missing', at);
    at = around;
  }
  for (const each of missing.reverse()) {
    try {
      mkdirSync(each);
    } catch (error) {
      // Somebody else was faster.
      if (!failedBecause(error, 'exists') || !isFolder(each)) throw error;
    }
  }
  return missing.length > 0;
}

/** False where nothing is; throws where something else is. */
function isFolder(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (!found.isDirectory()) throw systemError('not a folder', file);
  return true;
}
