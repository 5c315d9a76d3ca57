import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { ProblemError } from '../problems';
import { failedBecause, FileError, isMissing, reasonOf, systemError } from './systemErrors';

/** Whose eyes a file is for. */
export interface Visibility {
  /** It holds a private key: nobody but its owner may read it. */
  secret?: boolean;
}

/** The mode of a file with secrets. */
export const ownerOnly = 0o600;
const everybody = 0o644;

/**
 * Writes a file that is whole or as it was, whenever the program or the computer stops: first under a temporary name in the same
 * folder, then renamed. A link is followed; a stricter mode of a file that is there is kept. Throws a Problem that names the file.
 */
export function writeFileAtomically(
  file: string,
  contents: Uint8Array,
  { secret = false }: Visibility = {},
): void {
  try {
    const target = realTarget(file);
    const folder = path.dirname(target);
    for (const entry of readdirSync(folder))
      if (isLeftover(entry, path.basename(target))) rmSync(path.join(folder, entry), { force: true });
    const temporary = path.join(folder, temporaryName(path.basename(target)));
    try {
      writeDurably(temporary, contents, modeFor(target, secret));
      renameSync(temporary, target);
      syncFolder(folder);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw new ProblemError({ kind: 'file-unwritable', file, reason: reasonOf(error) }, { cause: error });
  }
}

/**
 * Writes a new file, whole or not at all; its data has reached the disk then. Throws the system's error; one that is there is an error,
 * too.
 */
export function writeDurably(file: string, contents: Uint8Array, mode: number): void {
  const descriptor = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
  try {
    writeFileSync(descriptor, contents);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Has the names in a folder reach the disk. Where folders cannot be opened, as on Windows, the system does that by itself. */
export function syncFolder(folder: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(folder, constants.O_RDONLY);
    fsyncSync(descriptor);
  } catch {
    // The rename holds all the same.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The mode for a new file with or without secrets. */
export function modeOfNew(secret: boolean): number {
  return secret ? ownerOnly : everybody;
}

/** The same where there may be a file: never wider than that has. */
export function modeFor(file: string, secret: boolean): number {
  const wanted = modeOfNew(secret);
  try {
    return statSync(file).mode & wanted;
  } catch {
    return wanted;
  }
}

/** The file that would be replaced: where links lead. Throws for anything but a regular file or nothing. */
function realTarget(file: string): string {
  try {
    lstatSync(file);
  } catch (error) {
    if (isMissing(error)) return path.resolve(file);
    throw error;
  }
  const target = realpathSync(file);
  const status = statSync(target);
  if (status.isDirectory()) throw systemError('a folder', target);
  if (!status.isFile()) throw new FileError('not-regular');
  return target;
}

/** `.NAME.PROCESS.UNIQUE.tmp`: nobody can guess it, and a later run knows whether its writer lives. */
export function temporaryName(name: string): string {
  return `.${name}.${process.pid}.${randomUUID()}.tmp`;
}

/** Whether `entry` is the temporary name of a file (of `name`, if given) whose writer is dead. */
export function isLeftover(entry: string, name?: string): boolean {
  const [, of, writer] = /^\.(.+)\.(\d+)\.[0-9a-f-]{36}\.tmp$/.exec(entry) ?? [];
  return writer !== undefined && (name === undefined || of === name) && !isAlive(Number(writer));
}

/** Whether a process with this id runs on this computer. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return failedBecause(error, 'not permitted');
  }
}
