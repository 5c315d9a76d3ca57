import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ProblemError } from '../problems';

/** A file of any name. */
export interface FileToWrite {
  /** Or a path: the folders in it are made. */
  name: string;
  bytes: Uint8Array;
  /** For its owner only. */
  secret: boolean;
}

const temporaryName = /^\.[0-9a-f-]{36}\.making$/;

/**
 * Makes `folder` inside `parent`, with these files. It appears whole or not at all, whenever the program ends. Throws a Problem if it
 * cannot be written or is there already.
 */
export function writeWholeFolder(parent: string, folder: string, files: readonly FileToWrite[]): void {
  const temporary = path.join(parent, `.${randomUUID()}.making`);
  try {
    mkdirSync(temporary);
    for (const { name, bytes, secret } of files) {
      mkdirSync(path.dirname(path.join(temporary, name)), { recursive: true });
      writeFileSync(path.join(temporary, name), bytes, { flag: 'wx', mode: secret ? 0o600 : 0o644 });
    }
    // Fails if there is a folder that is not empty.
    renameSync(temporary, path.join(parent, folder));
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw unwritable(path.join(parent, folder), error);
  }
}

/** Makes `parent` if need be, and removes what an earlier run that was killed left unfinished in it. */
export function prepareFolder(parent: string): void {
  try {
    mkdirSync(parent, { recursive: true });
    for (const name of readdirSync(parent)) {
      if (temporaryName.test(name)) rmSync(path.join(parent, name), { recursive: true, force: true });
    }
  } catch (error) {
    throw unwritable(parent, error);
  }
}

/** Writes a file so that it is whole or as it was. */
export function replaceFile(folder: string, name: string, contents: string): void {
  const temporary = path.join(folder, `.${randomUUID()}.making`);
  try {
    writeFileSync(temporary, contents, { flag: 'wx' });
    renameSync(temporary, path.join(folder, name));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unwritable(folder, error);
  }
}

function unwritable(folder: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  return new ProblemError(
    { kind: 'folder-unwritable', folder, reason: String(error.code) },
    { cause: error },
  );
}
