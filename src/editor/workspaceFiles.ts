import { realpath } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { FileError } from '../files/systemErrors';
import { readFile } from '../files/readFile';
import { notInspected, notInspectedFolders } from './certificates/fileKinds';

/**
 * The files of the workspace that `pattern` names, `max` of them at most, as commands of the terminal find them: none that is reached by
 * a link, which may lead anywhere, or around.
 */
export async function findFiles(
  pattern: vscode.GlobPattern,
  excluded: vscode.GlobPattern | undefined,
  max: number,
): Promise<vscode.Uri[]> {
  const found = await search(pattern, excluded, max);
  const own = await Promise.all(found.map(isOwn));
  return found.filter((_, index) => own[index]);
}

/** Whether a file or folder is, or is in, one whose files are not inspected. */
export function isNotInspected(uri: vscode.Uri): boolean {
  const names = vscode.workspace.asRelativePath(uri, false).split('/');
  return names.some(name => notInspectedFolders.includes(name));
}

/** Whether the workspace has a file that `pattern` names, a link or not. */
export async function hasFile(
  pattern: vscode.GlobPattern,
  excluded: vscode.GlobPattern | undefined = notInspected,
): Promise<boolean> {
  return (await search(pattern, excluded, 1)).length > 0;
}

/** Milliseconds: VS Code follows links, and one to the root of the system would have it search for hours. */
const timeLimit = 20_000;

async function search(
  pattern: vscode.GlobPattern,
  excluded: vscode.GlobPattern | undefined,
  max: number,
): Promise<vscode.Uri[]> {
  const limit = new vscode.CancellationTokenSource();
  const timer = setTimeout(() => limit.cancel(), timeLimit);
  try {
    return await vscode.workspace.findFiles(pattern, excluded, max, limit.token);
  } finally {
    clearTimeout(timer);
    limit.dispose();
  }
}

async function isOwn(uri: vscode.Uri): Promise<boolean> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (uri.scheme !== 'file' || folder === undefined) return true;
  try {
    const relative = path.relative(folder.uri.fsPath, uri.fsPath);
    return (await realpath(uri.fsPath)) === path.join(await realpath(folder.uri.fsPath), relative);
  } catch {
    // It is gone again.
    return false;
  }
}

/** Reads a file: on the disk only a regular one, and never more than `limit` bytes. Rejects with what says why it cannot be read. */
export async function readBytes(uri: vscode.Uri, limit: number): Promise<Uint8Array> {
  if (uri.scheme === 'file') return readFile(uri.fsPath, limit);
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > limit) throw new FileError('too-large', limit);
  return vscode.workspace.fs.readFile(uri);
}
