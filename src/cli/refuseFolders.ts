import { statSync } from 'node:fs';
import * as l10n from '@vscode/l10n';
import { folderName } from '../files/folderName';
import type { Description } from './commandLine/description';
import { usage } from './commandLine/parse';

/** Throws a Problem for a folder where a command takes files; it says what to name, and what else there is for a folder. */
export function refuseFolders(
  { operands }: Pick<Description, 'operands'>,
  given: readonly string[],
  forFolders?: (folder: string) => string,
): void {
  const folder = given.find(isFolder);
  if (folder === undefined) return;
  const advice = [operands?.refusal(), forFolders?.(folder)].filter(Boolean).join(' ');
  throw usage(l10n.t('{0} is a folder. {1}', folderName(folder), advice));
}

/** What cannot be looked at, as a link that leads in a circle, is for who reads it to refuse. */
function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}
