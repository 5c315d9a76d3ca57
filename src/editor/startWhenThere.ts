import * as vscode from 'vscode';
import { showError } from './messages';

/** Milliseconds after the start until the workspace is read, so that the start is not held up. */
const quietStart = 1000;

/**
 * Calls `start` once the workspace has what `isThere` looks for: soon after the start, or when a file of `glob` comes. A workspace
 * without it loads nothing.
 */
export function startWhenThere(
  context: vscode.ExtensionContext,
  { glob, isThere }: { glob: string; isThere: () => Promise<boolean> },
  start: () => Promise<unknown>,
): void {
  const watchers = new Set<vscode.Disposable>();
  const stop = () => {
    for (const each of watchers) each.dispose();
    watchers.clear();
  };
  const look = async () => {
    if (await isThere()) {
      stop();
      await start();
    }
  };
  const later = () => void look().catch(showError);
  const timer = setTimeout(() => {
    const watcher = vscode.workspace.createFileSystemWatcher(glob, false, true, true);
    watchers.add(watcher);
    watchers.add(watcher.onDidCreate(later));
    watchers.add(vscode.workspace.onDidChangeWorkspaceFolders(later));
    later();
  }, quietStart);
  watchers.add(new vscode.Disposable(() => clearTimeout(timer)));
  context.subscriptions.push(new vscode.Disposable(stop));
}
