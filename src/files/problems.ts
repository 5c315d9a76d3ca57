import * as l10n from '@vscode/l10n';
import type { Words } from '../text/problemTexts';
import { advice } from '../text/remedies';

/** What can go wrong with files and folders. */
export interface FileProblems {
  'file-unreadable': { file: string; reason: string };
  'folder-unwritable': { folder: string; reason: string };
  'file-unwritable': { file: string; reason: string };
  'folder-in-use': { folder: string; lock: string; pid: number };
  'link-outside': { file: string };
  'file-exists': { file: string };
}

export const fileProblems: Words<FileProblems> = {
  'file-unreadable': problem => l10n.t('{0} cannot be read: {1}.', problem.file, problem.reason),
  'folder-unwritable': problem => l10n.t('{0} cannot be written to: {1}.', problem.folder, problem.reason),
  'file-unwritable': problem => l10n.t('{0} cannot be written: {1}.', problem.file, problem.reason),
  'folder-in-use': problem =>
    l10n.t(
      'Another run (process {1}) is writing to {0}. Wait until it has ended; if there is no such process, delete {2}.',
      problem.folder,
      problem.pid,
      problem.lock,
    ),
  'link-outside': problem =>
    l10n.t('{0} is a link that leads out of its folder and is not used. Remove the link.', problem.file),
  'file-exists': problem =>
    advice(l10n.t('{0} already exists with different contents.', problem.file), 'replace'),
};
