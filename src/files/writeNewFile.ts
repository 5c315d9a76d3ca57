import path from 'node:path';
import { ProblemError } from '../problems';
import { limits } from './limits';
import { makeFolder } from './makeFolder';
import { readRegularFileSync } from './readFile';
import { isMissing, reasonOf } from './systemErrors';
import { writeFileAtomically } from './writeFile';

/**
 * Writes a file and its folder; false when it has these contents already. One with other contents is a Problem unless it may be
 * replaced.
 */
export function writeNewFile(file: string, contents: Uint8Array, mayReplace: boolean): boolean {
  const there = contentsOf(file);
  if (there?.equals(contents)) return false;
  if (there !== undefined && !mayReplace) throw new ProblemError({ kind: 'file-exists', file });
  const folder = path.dirname(file);
  try {
    makeFolder(folder);
  } catch (error) {
    throw new ProblemError({ kind: 'folder-unwritable', folder, reason: reasonOf(error) }, { cause: error });
  }
  writeFileAtomically(file, contents);
  return true;
}

function contentsOf(file: string): Buffer | undefined {
  try {
    return readRegularFileSync(file, limits.text);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new ProblemError({ kind: 'file-unreadable', file, reason: reasonOf(error) }, { cause: error });
  }
}
