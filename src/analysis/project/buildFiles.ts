import { type TlsLibrary, tlsLibraries } from '../../sdk/tls';
import { WeakMemo } from '../engine/memo';
import type { SourceFile } from '../engine/sources';
import type { BuildFile } from './buildFile';
import { readMakefile } from './makefile';
import { readPlatformio } from './platformio';
import { readScript, readTasks } from './scripts';

const read = new WeakMemo<readonly SourceFile[], readonly BuildFile[]>();

/** What the files say with which a project is built and flashed. */
export function readBuildFiles(files: readonly SourceFile[]): readonly BuildFile[] {
  return read.get(files, () => {
    const texts = new Map(files.map(({ path, text }) => [path, text]));
    return files.map(({ path, text }) => {
      if (/(?:^|\/)platformio\.ini$/.test(path)) return readPlatformio(path, text);
      if (/(?:^|\/)tasks\.json$/.test(path)) return readTasks(path, text);
      return /\.(?:sh|bat|cmd|ps1)$/i.test(path)
        ? readScript(path, text)
        : readMakefile(path, text, other => texts.get(other));
    });
  });
}

/** What build files say to the compiler and linker. */
export interface BuildFacts {
  /** Macros of -D, undefined for -U. */
  defines: ReadonlyMap<string, string | undefined>;
  /** Undefined where none or both are linked. */
  tlsLibrary: TlsLibrary | undefined;
}

/** Joins what the build files of a project say. */
export function buildFacts(files: readonly BuildFile[]): BuildFacts {
  const linked = new Set(files.flatMap(({ libraries }) => libraries.map(({ name }) => `lib${name}`)));
  const [tlsLibrary, ...others] = tlsLibraries.filter(library => linked.has(library));
  return {
    defines: new Map(files.flatMap(({ defines }) => [...defines])),
    tlsLibrary: others.length === 0 ? tlsLibrary : undefined,
  };
}
