import path from 'node:path';
import * as vscode from 'vscode';
import { trackedFiles, trackedNote, unprotectedFiles } from '../project/git';
import { showWarning } from './messages';

/**
 * Warns when git tracks one of these private keys. Returns those that the next `git add .` would take; files are relative to
 * `folder`.
 */
export async function checkPrivateKeys(folder: vscode.Uri, files: readonly string[]): Promise<string[]> {
  const tracked = await trackedFiles(folder.fsPath, files);
  if (tracked.length > 0) void showWarning(trackedNote(tracked));
  return unprotectedFiles(folder.fsPath, files);
}

/** Adds files in `folder` to the .gitignore of the workspace folder. */
export async function addToGitignore(
  workspaceFolder: vscode.Uri,
  folder: vscode.Uri,
  files: readonly string[],
): Promise<void> {
  const ignoreFile = vscode.Uri.joinPath(workspaceFolder, '.gitignore');
  const before = await vscode.workspace.fs.readFile(ignoreFile).then(
    bytes => Buffer.from(bytes).toString(),
    () => '',
  );
  const lines = files.map(file => {
    const relative = path.relative(workspaceFolder.fsPath, path.join(folder.fsPath, file));
    return `/${relative.replaceAll(path.sep, '/')}`;
  });
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  const text = `${before}${separator}${lines.join('\n')}\n`;
  await vscode.workspace.fs.writeFile(ignoreFile, Buffer.from(text));
}
