import { linkSync, rmdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ProblemError } from '../problems';
import { finishFileSet } from './fileSet';
import { limits } from './limits';
import { makeFolder } from './makeFolder';
import { readRegularFileSync } from './readFile';
import { codeOf, failedBecause, reasonOf } from './systemErrors';
import { isAlive, temporaryName, writeDurably } from './writeFile';

const lockName = '.esp8266-ssl.lock';
const ownMode = 0o644;

/**
 * Makes sure that only one run changes what is in a folder while `work` runs, and that this run finds whole sets of files. Throws the
 * Problem `folder-in-use` when another one does; a lock whose process is dead counts as none. The folder is made if need be.
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const file = path.join(folder, lockName);
  const made = takeIn(folder, file);
  const release = () => {
    rmSync(file, { force: true });
    try {
      // Nothing has come of it: rmdir takes empty folders only.
      if (made) rmdirSync(folder);
    } catch {
      // There is something in it now.
    }
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** Whether the folder had to be made. */
function takeIn(folder: string, file: string): boolean {
  try {
    const made = makeFolder(folder);
    take(file, folder);
    finishFileSet(folder);
    return made;
  } catch (error) {
    if (error instanceof ProblemError || codeOf(error) === undefined) throw error;
    throw new ProblemError({ kind: 'folder-unwritable', folder, reason: reasonOf(error) }, { cause: error });
  }
}

function take(file: string, folder: string): void {
  const written = path.join(folder, temporaryName(lockName));
  writeDurably(written, Buffer.from(`${process.pid} ${os.hostname()}\n`), ownMode);
  try {
    for (;;) {
      try {
        // A lock that is seen names its holder already, whenever a process is killed.
        linkSync(written, file);
        return;
      } catch (error) {
        if (!failedBecause(error, 'exists')) throw error;
      }
      const holder = holderOf(file);
      if (holder !== undefined)
        throw new ProblemError({ kind: 'folder-in-use', folder, lock: file, pid: holder });
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(written, { force: true });
  }
}

/** The process that holds a lock; undefined when it is dead. One on another computer counts as alive: nobody can ask it. */
function holderOf(file: string): number | undefined {
  const [, pid, host] = /^(\d+) (\S+)\n$/.exec(textOf(file)) ?? [];
  if (pid === undefined) return undefined;
  if (host !== os.hostname()) return Number(pid);
  return isAlive(Number(pid)) ? Number(pid) : undefined;
}

function textOf(file: string): string {
  try {
    return readRegularFileSync(file, limits.text).toString();
  } catch {
    return '';
  }
}
