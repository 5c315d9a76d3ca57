import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../files/makeFolder';
import { codeOf, reasonOf } from '../files/systemErrors';
import { isLeftover, modeOfNew, syncFolder, temporaryName, writeDurably } from '../files/writeFile';
import { ProblemError } from '../problems';

/** A file of any name. */
export interface FileToWrite {
  /** Or a path: the folders in it are made. */
  name: string;
  bytes: Uint8Array;
  /** For its owner only. */
  secret: boolean;
}

/**
 * Makes `folder` inside `parent`, with these files. It appears whole or not at all, whenever the program ends. Throws a Problem if it
 * cannot be written or is there already.
 */
export function writeWholeFolder(parent: string, folder: string, files: readonly FileToWrite[]): void {
  const temporary = path.join(parent, temporaryName(folder));
  try {
    mkdirSync(temporary);
    for (const { name, bytes, secret } of files) {
      const file = path.join(temporary, name);
      if (path.dirname(name) !== '.') makeFolder(path.dirname(file));
      writeDurably(file, bytes, modeOfNew(secret));
    }
    // Fails if there is a folder that is not empty.
    renameSync(temporary, path.join(parent, folder));
    syncFolder(parent);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw unwritable(path.join(parent, folder), error);
  }
}

/** Makes `parent` if need be, and removes what an earlier run that was killed left unfinished in it. */
export function prepareFolder(parent: string): void {
  try {
    makeFolder(parent);
    for (const name of readdirSync(parent)) {
      if (isLeftover(name)) rmSync(path.join(parent, name), { recursive: true, force: true });
    }
  } catch (error) {
    throw unwritable(parent, error);
  }
}

function unwritable(folder: string, error: unknown): unknown {
  if (codeOf(error) === undefined) return error;
  return new ProblemError({ kind: 'folder-unwritable', folder, reason: reasonOf(error) }, { cause: error });
}
