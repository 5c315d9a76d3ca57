import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ProblemError } from '../problems';

/** A file to be written. */
interface NewFile {
  /** Relative to the folder. */
  name: string;
  bytes: Uint8Array;
  /** For the owner's eyes only. */
  secret: boolean;
}

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
export async function writeFiles<File extends NewFile>(
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
      if (file.secret) await chmod(path.join(folder, file.name), modeOf(file));
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
  await replaceAll(folder, due);
  return due;
}

async function replaceAll(folder: string, files: readonly NewFile[]): Promise<void> {
  const run = randomUUID();
  const temporary = ({ name }: NewFile) =>
    path.join(folder, path.dirname(name), `.${path.basename(name)}.${run}.tmp`);
  const begun: NewFile[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (const file of files) {
      await mkdir(path.dirname(temporary(file)), { recursive: true });
      begun.push(file);
      await writeFile(temporary(file), file.bytes, { flag: 'wx', mode: modeOf(file) });
    }
    for (const file of files) await rename(temporary(file), path.join(folder, file.name));
  } catch (error) {
    for (const file of begun) await rm(temporary(file), { force: true }).catch(() => undefined);
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new ProblemError(
      { kind: 'folder-unwritable', folder, reason: String(error.code) },
      { cause: error },
    );
  }
}

/** Undefined where no file is. In the place of a folder none can be written, which will be said. */
async function read(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) return undefined;
    throw new ProblemError({ kind: 'file-unreadable', file, reason: code }, { cause: error });
  }
}

function modeOf({ secret }: NewFile): number {
  return secret ? 0o600 : 0o644;
}
