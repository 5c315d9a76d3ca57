import type { FlashDescription, SizedFile } from '../project/build';
import type { Target } from '../../project/target';

export interface SourceFile {
  /** With `/` between folders, the same for the same file each time. */
  path: string;
  text: string;
}

/** One firmware. */
export interface ProjectSources {
  files: readonly SourceFile[];
  /** Headers among the files that are no part of this firmware unless something includes them. */
  elsewhere?: ReadonlySet<string>;
  /** Macros from the compiler's command line; undefined for -U. */
  defines: ReadonlyMap<string, string | undefined>;
  target: Target;
  makefiles?: readonly SourceFile[];
  /** The flash as the project's file describes it. */
  flash?: FlashDescription | undefined;
  /** The files of records that lie in the project. */
  recordFiles?: readonly SizedFile[];
}

/** Why sources were not looked at, or not as closely as others. */
export interface Notice {
  kind: 'too-large' | 'own-library' | 'sdk-source' | 'not-text' | 'few-configurations' | 'coarse';
  file: string;
}
