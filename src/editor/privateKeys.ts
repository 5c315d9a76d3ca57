import path from 'node:path';
import * as vscode from 'vscode';
import { limits } from '../files/limits';
import { ownFile } from '../files/ownFile';
import { readFileIfThere } from '../files/readFile';
import { writeFileAtomically } from '../files/writeFile';
import { trackedFiles, trackedNote, unprotectedFiles } from '../project/git';
import { showWarning } from './messages';

/**
 * Warns when git tracks one of these private keys. Returns the ones that the next `git add .` would take; files are relative to
 * `folder`.
 */
export async function checkPrivateKeys(folder: vscode.Uri, files: readonly string[]): Promise<string[]> {
  const tracked = await trackedFiles(folder.fsPath, files);
  if (tracked.length > 0) void showWarning(trackedNote(tracked));
  return unprotectedFiles(folder.fsPath, files);
}

/** Files that the user was asked about already: a simulation writes its image at each end. */
const offered = new Set<string>();

/** Offers to add a file that holds a private key to .gitignore where git would take it, once. */
export async function offerToIgnore(file: vscode.Uri): Promise<void> {
  const root = vscode.workspace.getWorkspaceFolder(file)?.uri;
  if (root === undefined || offered.has(file.fsPath)) return;
  const folder = vscode.Uri.joinPath(file, '..');
  const name = path.basename(file.fsPath);
  if ((await checkPrivateKeys(folder, [name])).length === 0) return;
  offered.add(file.fsPath);
  const add = vscode.l10n.t('Add to .gitignore');
  const question = vscode.l10n.t('{0} holds a private key, and git would add it.', name);
  if ((await showWarning(question, add)) === add) await addToGitignore(root, folder, [name]);
}

/** Adds files in `folder` to the .gitignore of the workspace folder. */
export async function addToGitignore(
  workspaceFolder: vscode.Uri,
  folder: vscode.Uri,
  files: readonly string[],
): Promise<void> {
  const ignoreFile = ownFile(workspaceFolder.fsPath, '.gitignore');
  const before = (await readFileIfThere(ignoreFile, limits.text))?.toString() ?? '';
  const lines = files.map(file => {
    const relative = path.relative(workspaceFolder.fsPath, path.join(folder.fsPath, file));
    return `/${relative.replaceAll(path.sep, '/')}`;
  });
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  const text = `${before}${separator}${lines.join('\n')}\n`;
  writeFileAtomically(ignoreFile, Buffer.from(text));
}
