import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ProblemError } from '../problems';
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
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new ProblemError({ kind: 'folder-unwritable', folder, reason: codeOf(error) }, { cause: error });
  }
  writeFileAtomically(file, contents);
  return true;
}

function contentsOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = codeOf(error);
    if (reason === 'ENOENT' || reason === 'ENOTDIR') return undefined;
    throw new ProblemError({ kind: 'file-unreadable', file, reason }, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
