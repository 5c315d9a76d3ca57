import * as vscode from 'vscode';
import { notInspected } from './certificates/fileKinds';
import { showError } from './messages';

/** Milliseconds until a new folder is looked into: its files come after it. */
const arrival = 500;
/** More files in one new folder are nobody's project. */
const mostFiles = 5000;

/** What is to be done as files come and go. A file may be said to have come although it was known. */
export interface FileChanges {
  created(uri: vscode.Uri): void;
  changed(uri: vscode.Uri): void;
  deleted(uri: vscode.Uri): void;
  /** The files that have been seen. */
  known(): Iterable<vscode.Uri>;
}

/** Watches the files of the workspace that `glob` names, also when they come and go with their folder. */
export function watchFiles(glob: string, changes: FileChanges): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher(glob);
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(uri => changes.created(uri)),
    watcher.onDidChange(uri => changes.changed(uri)),
    watcher.onDidDelete(uri => changes.deleted(uri)),
    watchFolders({
      async came(folder) {
        const pattern = new vscode.RelativePattern(folder, glob);
        for (const uri of await vscode.workspace.findFiles(pattern, notInspected, mostFiles))
          changes.created(uri);
      },
      went(folder) {
        for (const uri of [...changes.known()]) if (isIn(folder, uri)) changes.deleted(uri);
      },
    }),
  );
}

/**
 * Tells of whole folders: VS Code tells of no file in a folder that went, and not of every one in a folder that has just come.
 * `went` is called for files, too.
 */
export function watchFolders(changes: {
  came(folder: vscode.Uri): void | Promise<void>;
  went(uri: vscode.Uri): void;
}): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher('**', false, true, false);
  const timers = new Set<NodeJS.Timeout>();
  const look = async (uri: vscode.Uri) => {
    if (await isFolder(uri)) await changes.came(uri);
  };
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(uri => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        look(uri).catch(showError);
      }, arrival);
      timers.add(timer);
    }),
    watcher.onDidDelete(uri => changes.went(uri)),
    new vscode.Disposable(() => {
      for (const timer of timers) clearTimeout(timer);
    }),
  );
}

/** Whether a file is somewhere in a folder. */
export function isIn(folder: vscode.Uri, uri: vscode.Uri): boolean {
  return uri.scheme === folder.scheme && uri.path.startsWith(`${folder.path}/`);
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.Directory) !== 0;
  } catch {
    // It is gone again.
    return false;
  }
}
