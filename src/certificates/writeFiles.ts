import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ProblemError } from '../problems';
import { existingCa, existingCertificate } from './existing';
import { type GeneratedFile, type GeneratedSet, generateCertificates, setOf } from './generate';
import { type CertificateOptions, checkedRequest } from './request';

export interface WriteOptions {
  /** Makes a new CA although one is there. Clients then have to trust the new one. */
  newCa?: boolean;
  /** Keeps the certificate in the folder if it is as requested and ends in more than a day. */
  reuse?: boolean;
}

/** What lies in the folder now. */
export interface WrittenSet {
  set: GeneratedSet;
  /** The CA was there before. */
  caUsedAgain: boolean;
  /** The certificate and its key were there before, too. */
  certificateKept: boolean;
  /** The files that are new or have other contents than before. */
  written: GeneratedFile[];
}

/**
 * Makes the certificates of a device and writes their files into `folder`, which is created if need be. A CA that is there
 * signs again, so that clients which trust it go on doing so. Throws a Problem for a wrong option, a CA that cannot sign, or a
 * folder that cannot be written to; the files that were there are then as they were, unless the disk fails between two renames.
 */
export async function writeCertificates(
  options: CertificateOptions,
  folder: string,
  { newCa = false, reuse = false }: WriteOptions = {},
): Promise<WrittenSet> {
  const request = checkedRequest(options);
  const ca = newCa ? undefined : await existingCa(folder);
  const kept = ca && reuse ? await existingCertificate(folder, request, ca) : undefined;
  const set = ca && kept ? setOf(ca, kept) : await generateCertificates(request, ca);
  // What was read stays as it is: a ca.crt from elsewhere may hold more than we know.
  const read = [...(ca ? ['ca.crt', 'ca.key'] : []), ...(kept ? ['server.crt', 'server.key'] : [])];
  const written = await writeFiles(
    folder,
    set.files.filter(({ name }) => !read.includes(name)),
  );
  return { set, caUsedAgain: ca !== undefined, certificateKept: kept !== undefined, written };
}

/**
 * Writes the files that differ and returns them. First all contents go under temporary names, then all are renamed:
 * an error leaves no mixture.
 */
async function writeFiles(folder: string, files: readonly GeneratedFile[]): Promise<GeneratedFile[]> {
  const run = randomUUID();
  const temporary = (file: GeneratedFile) => path.join(folder, `.${file.name}.${run}.tmp`);
  const written: GeneratedFile[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (const file of files) {
      if (await isThere(folder, file)) continue;
      written.push(file);
      await writeFile(temporary(file), file.bytes, { flag: 'wx', mode: modeOf(file) });
    }
    for (const file of written) await rename(temporary(file), path.join(folder, file.name));
    return written;
  } catch (error) {
    for (const file of written) await rm(temporary(file), { force: true }).catch(() => undefined);
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new ProblemError(
      { kind: 'folder-unwritable', folder, reason: String(error.code) },
      { cause: error },
    );
  }
}

/** Whether the file has these contents already: it then keeps its date, and `make` has nothing to do. */
async function isThere(folder: string, file: GeneratedFile): Promise<boolean> {
  const name = path.join(folder, file.name);
  const bytes = await readFile(name).catch(() => undefined);
  if (!bytes?.equals(file.bytes)) return false;
  if (file.secret) await chmod(name, modeOf(file));
  return true;
}

function modeOf(file: GeneratedFile): number {
  return file.secret ? 0o600 : 0o644;
}
