import { existsSync, lstatSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { limits } from './limits';
import { makeFolder } from './makeFolder';
import { readRegularFileSync } from './readFile';
import { ownFile } from './ownFile';
import { isMissing, systemError } from './systemErrors';
import {
  isLeftover,
  modeFor,
  syncFolder,
  temporaryName,
  writeDurably,
  writeFileAtomically,
} from './writeFile';
import { isWithin } from './within';

/** A file of a set. */
export interface FileOfSet {
  /** Relative to the set's folder. */
  name: string;
  bytes: Uint8Array;
  /** It holds a private key: only its owner may read it. */
  secret: boolean;
}

/** Says which files a set has under which temporary names, while they are renamed. */
const journalName = '.esp8266-ssl.journal';

/**
 * Replaces files that belong together: all of them or none. First all contents go under temporary names, then a journal says so, then
 * all are renamed. When the program ends in between, {@link finishFileSet} does the rest. Throws the system's error, and a Problem for a
 * link that leads out of the folder.
 */
export function replaceFileSet(folder: string, files: readonly FileOfSet[]): void {
  const renames: [string, string][] = [];
  const journal = ownFile(folder, journalName);
  try {
    makeFolder(folder);
    for (const { name, bytes, secret } of files) {
      ownFile(folder, path.dirname(name));
      const temporary = path.join(path.dirname(name), temporaryName(path.basename(name)));
      makeFolder(path.dirname(path.join(folder, name)));
      refuseFolder(path.join(folder, name));
      renames.push([temporary, name]);
      writeDurably(path.join(folder, temporary), bytes, modeFor(path.join(folder, name), secret));
    }
    if (renames.length > 1) writeFileAtomically(journal, Buffer.from(JSON.stringify(renames)));
  } catch (error) {
    for (const [temporary] of renames) rmSync(path.join(folder, temporary), { force: true });
    throw error;
  }
  rename(folder, renames);
  rmSync(journal, { force: true });
}

/** Finishes what {@link replaceFileSet} was killed in, and removes what else it has left. */
export function finishFileSet(folder: string): void {
  if (!existsSync(folder)) return;
  const journal = path.join(folder, journalName);
  const renames = readJournal(journal);
  // A journal may come from anywhere: nothing outside of the folder is touched.
  rename(
    folder,
    renames.filter(
      ([temporary, name]) =>
        isLeftover(path.basename(temporary), path.basename(name)) &&
        path.dirname(temporary) === path.dirname(name) &&
        existsSync(path.join(folder, temporary)) &&
        isWithin(realpathSync(folder), realpathSync(path.join(folder, path.dirname(name)))),
    ),
  );
  rmSync(journal, { force: true });
  for (const entry of readdirSync(folder))
    // Folders, too: they are made whole in the same way.
    if (isLeftover(entry)) rmSync(path.join(folder, entry), { force: true, recursive: true });
}

function rename(folder: string, renames: readonly (readonly [string, string])[]): void {
  for (const [temporary, name] of renames) renameSync(path.join(folder, temporary), path.join(folder, name));
  for (const inside of new Set(renames.map(([, name]) => path.dirname(name))))
    syncFolder(path.join(folder, inside));
}

function readJournal(file: string): [string, string][] {
  let found: unknown;
  try {
    found = JSON.parse(readRegularFileSync(file, limits.text).toString());
  } catch {
    // None, or one that was not written to its end: then nothing was renamed yet.
    return [];
  }
  return Array.isArray(found) ? found.filter(isRename) : [];
}

function isRename(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every(each => typeof each === 'string');
}

/** Known before anything is replaced: a file cannot take the place of a folder. */
function refuseFolder(file: string): void {
  try {
    if (lstatSync(file).isDirectory()) throw systemError('a folder', file);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
