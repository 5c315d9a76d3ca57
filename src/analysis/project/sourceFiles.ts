import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { failedBecause } from '../../files/systemErrors';
import { certificateExtensions, scriptFiles } from '../../certificates/inspect/fileNames';
import { projectFileName } from '../../project/projectFile';

/** Folders in which nobody keeps the sources of a firmware. */
export const skippedFolders: readonly string[] = ['node_modules', '.git', '.output', '.svn', 'build', 'out'];

/** The files under a folder that may be part of a firmware, relative to it, with `/`, in order. Throws what the file system throws. */
export async function listFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (inside: string): Promise<void> => {
    const entries = await entriesOf(path.join(folder, inside));
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = inside === '' ? entry.name : `${inside}/${entry.name}`;
      if (entry.isDirectory() && !skippedFolders.includes(entry.name)) await visit(name);
      else if (entry.isFile()) found.push(name);
    }
  };
  await visit('');
  return found;
}

/** None of a folder whose path is longer than the system takes: no compiler reads its files either. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (failedBecause(error, 'name too long')) return [];
    throw error;
  }
}

/** Whether a file is a Makefile, by its path. */
export function isMakefile(name: string): boolean {
  return /(?:^|\/)(?:GNU)?[Mm]akefile$|\.mk$/.test(name);
}

/** Whether a file says how the firmware is built or flashed, by its path. */
export function isBuildFile(name: string): boolean {
  return (
    isMakefile(name) ||
    /(?:^|\/)platformio\.ini$|(?:^|\/)\.vscode\/tasks\.json$|\.(?:sh|bat|cmd|ps1)$/i.test(name)
  );
}

/** Whether a file may hold certificates, keys or what they are made with; C is no concern of this. */
export function mayHoldCertificates(name: string): boolean {
  const [, extension = ''] = /\.(\w+)$/.exec(name) ?? [];
  const base = path.posix.basename(name);
  return certificateExtensions.includes(extension) || scriptFiles.includes(base) || base === projectFileName;
}

/**
 * Whether a file belongs to the SDK's copies of libraries, to a TLS library that is part of the tree, or to tests on the computer:
 * what certificates and keys these have is not the firmware's.
 */
export function isForeign(name: string): boolean {
  return /(?:^|\/)(?:third_party|(?:mbedtls|polarssl|axtls|bearssl|wolfssl|cyassl)[\w.-]*|(?:unit_?|host_?)?tests?)\//i.test(
    name,
  );
}
