import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { trackedFiles, trackedNote, unprotectedFiles } from '../project/git';
import type { Output } from './output';

/** What git does with files that hold private keys, relative to `folder`: a sentence each. */
export async function gitNotes(folder: string, files: readonly string[]): Promise<string[]> {
  const tracked = await trackedFiles(folder, files);
  const unprotected = await unprotectedFiles(folder, files);
  return [
    ...(tracked.length > 0 ? [trackedNote(tracked)] : []),
    ...(unprotected.length > 0
      ? [l10n.t('git would add private keys: {0}. Name them in .gitignore.', unprotected.join(', '))]
      : []),
  ];
}

/** Says what git does with files, wherever they are, that hold private keys. */
export async function noteKeyFiles(files: readonly string[], output: Output): Promise<void> {
  for (const file of files)
    for (const note of await gitNotes(path.dirname(file), [path.basename(file)])) output.error(note);
}
