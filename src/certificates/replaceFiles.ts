import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { type FileOfSet, replaceFileSet } from '../files/fileSet';
import { limits } from '../files/limits';
import { readRegularFile } from '../files/readFile';
import { codeOf, failedBecause, FileError, isMissing, reasonOf } from '../files/systemErrors';
import { modeFor } from '../files/writeFile';
import { ProblemError } from '../problems';

/** What happens with other files of the same names. */
export interface Replacing {
  /**
   * Asked once, with their names, before anything is written; throws if they must stay. Without it they must, and the Problem
   * `files-in-the-way` says so.
   */
  mayReplace?: ((files: string[]) => unknown) | undefined;
}

/**
 * Writes the files that differ and returns them. First all contents go under temporary names, then all are renamed:
 * an error leaves no mixture. A file with other contents is replaced if `mayGo` says so, else if `mayReplace` does not throw.
 */
export async function writeFiles<File extends FileOfSet>(
  folder: string,
  files: readonly File[],
  { mayGo, mayReplace }: Replacing & { mayGo: (file: File, there: Buffer) => boolean },
): Promise<File[]> {
  const due: File[] = [];
  const inTheWay: string[] = [];
  for (const file of files) {
    const there = await read(path.join(folder, file.name));
    if (there?.equals(file.bytes)) {
      // It keeps its date, and `make` has nothing to do.
      if (file.secret) await chmod(path.join(folder, file.name), modeFor(path.join(folder, file.name), true));
      continue;
    }
    due.push(file);
    if (there !== undefined && !mayGo(file, there)) inTheWay.push(file.name);
  }
  if (inTheWay.length > 0) {
    if (mayReplace === undefined)
      throw new ProblemError({ kind: 'files-in-the-way', folder, files: inTheWay });
    await mayReplace(inTheWay);
  }
  replaceAll(folder, due);
  return due;
}

function replaceAll(folder: string, files: readonly FileOfSet[]): void {
  try {
    replaceFileSet(folder, files);
  } catch (error) {
    if (error instanceof ProblemError || codeOf(error) === undefined) throw error;
    throw new ProblemError({ kind: 'folder-unwritable', folder, reason: reasonOf(error) }, { cause: error });
  }
}

/** Undefined where no file is. In the place of a folder none can be written, which will be said. */
async function read(file: string): Promise<Buffer | undefined> {
  try {
    return await readRegularFile(file, limits.flash);
  } catch (error) {
    // What is there is something else, of any size.
    if (error instanceof FileError && error.code === 'too-large') return Buffer.alloc(0);
    if (isMissing(error) || failedBecause(error, 'a folder')) return undefined;
    throw new ProblemError({ kind: 'file-unreadable', file, reason: reasonOf(error) }, { cause: error });
  }
}
