import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { repositoryAround } from '../files/repository';
import { isWithin } from '../files/within';

/** Where programs are looked for. */
export interface Search {
  /** The value of PATH. */
  path?: string | undefined;
  /** Folders whose programs are never started, besides the current one: a project that is only being looked at. */
  untrusted?: readonly string[];
}

/**
 * Returns the absolute path of a program on the PATH, undefined where there is none. Programs in the current folder, in an
 * untrusted one or in the repository around either do not count, whatever the PATH says: Windows would look in the current folder first. A name with a folder in it
 * is the user's own word and is taken as it is, relative to the current folder.
 */
export function findProgram(name: string, search: Search = {}): string | undefined {
  if (path.basename(name) !== name) return existing(path.resolve(name));
  const untrusted = [process.cwd(), ...(search.untrusted ?? [])]
    .flatMap(folder => [folder, repositoryAround(folder) ?? folder])
    .filter(isProject)
    .map(real);
  for (const folder of (search.path ?? process.env['PATH'] ?? '').split(path.delimiter)) {
    if (!path.isAbsolute(folder)) continue;
    for (const extension of extensions) {
      const file = existing(path.join(folder, name + extension));
      if (file !== undefined && !untrusted.some(each => isWithin(each, real(file)))) return file;
    }
  }
  return undefined;
}

/** Windows starts scripts only through a shell, which is never used here. */
const extensions = process.platform === 'win32' ? ['.exe', '.com'] : [''];

/** The root of a file system and a home folder hold the user's own programs: they are no project. */
function isProject(folder: string): boolean {
  return !isWithin(real(folder), real(os.homedir()));
}

function real(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}

function existing(file: string): string | undefined {
  return isProgram(file) ? file : undefined;
}

/** Whether a file can be started. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
