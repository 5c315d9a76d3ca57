import * as vscode from 'vscode';
import { notInspected } from './certificates/fileKinds';
import { showError } from './messages';
import { findFiles } from './workspaceFiles';

/** Milliseconds until a new folder is looked into: its files come after it. */
const arrival = 500;
/** More files in one new folder are nobody's project. */
const maxFiles = 5000;

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
        for (const uri of await findFiles(pattern, notInspected, maxFiles)) changes.created(uri);
      },
      went(folder) {
        for (const uri of [...changes.known()]) if (isIn(folder, uri)) changes.deleted(uri);
      },
    }),
  );
}

/** What is to be done as folders come and go. `went` is called for files, too. */
interface FolderChanges {
  came(folder: vscode.Uri): void | Promise<void>;
  went(uri: vscode.Uri): void;
}

const listeners = new Set<FolderChanges>();
let watching: vscode.Disposable | undefined;

/**
 * Tells of whole folders: VS Code tells of no file in a folder that went, and not of every one in a folder that has just come. A folder
 * that is removed and made again at once it calls changed. All who want to know share one watcher, as it hears of every file of the
 * workspace.
 */
export function watchFolders(changes: FolderChanges): vscode.Disposable {
  listeners.add(changes);
  watching ??= watchAll();
  return new vscode.Disposable(() => {
    listeners.delete(changes);
    if (listeners.size > 0) return;
    watching?.dispose();
    watching = undefined;
  });
}

function watchAll(): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher('**');
  /** By address of what has come or was changed. */
  const timers = new Map<string, NodeJS.Timeout>();
  const look = async (uri: vscode.Uri, isChanged: boolean) => {
    if (!(await isFolder(uri))) return;
    for (const each of [...listeners]) {
      if (isChanged) each.went(uri);
      await each.came(uri);
    }
  };
  const lookLater = (uri: vscode.Uri, isChanged: boolean) => {
    const key = uri.toString();
    if (timers.has(key)) return;
    const timer = setTimeout(() => {
      timers.delete(key);
      look(uri, isChanged).catch(showError);
    }, arrival);
    timers.set(key, timer);
  };
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(uri => lookLater(uri, false)),
    watcher.onDidChange(uri => lookLater(uri, true)),
    watcher.onDidDelete(uri => {
      for (const each of [...listeners]) each.went(uri);
    }),
    new vscode.Disposable(() => {
      for (const timer of timers.values()) clearTimeout(timer);
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
