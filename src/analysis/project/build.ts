import type { FileSizes, Layout } from '../../flash/layout';
import type { BuildFile } from './buildFile';

/** What of a project is not C: how it is built and flashed. */
export interface Build {
  makefiles: readonly BuildFile[];
  /** The macros that the compiler gets. */
  defines: ReadonlyMap<string, string | undefined>;
  /** As the project's file describes it; undefined where that says nothing of the flash. */
  flash: FlashDescription | undefined;
  /** The files of records that lie in the project. */
  recordFiles: readonly SizedFile[];
}

export interface SizedFile {
  file: string;
  /** Bytes. */
  size: number;
}

export interface FlashDescription {
  /** The project's file. */
  file: string;
  layout: Layout;
  sizes: FileSizes;
}
