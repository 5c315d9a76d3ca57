import * as vscode from 'vscode';
import { notInspected } from './certificates/fileKinds';
import { showError } from './messages';
import { findFiles, isNotInspected } from './workspaceFiles';

/** Milliseconds until a new folder is looked into, twice that at most: its files come after it. */
const arrival = 500;
/** More files around new folders are nobody's project. */
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
      async came(folders) {
        for (const group of byWorkspaceFolder(folders)) {
          const pattern = new vscode.RelativePattern(commonFolder(group), glob);
          for (const uri of await findFiles(pattern, notInspected, maxFiles))
            if (group.some(folder => isIn(folder, uri))) changes.created(uri);
        }
      },
      went(folder) {
        for (const uri of [...changes.known()]) if (isIn(folder, uri)) changes.deleted(uri);
      },
    }),
  );
}

/** What is to be done as folders come and go. `went` is called for files, too. */
interface FolderChanges {
  /** Called with all folders of a short time, so that one search is enough; none of them is in another. */
  came(folders: readonly vscode.Uri[]): void | Promise<void>;
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

interface Arrival {
  uri: vscode.Uri;
  isChanged: boolean;
}

function watchAll(): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher('**');
  /** By address, what has come or was changed: since the last look, and before it. */
  let fresh = new Map<string, Arrival>();
  let settled = new Map<string, Arrival>();
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    const arrivals = [...settled.values()];
    settled = fresh;
    fresh = new Map();
    timer = settled.size > 0 ? setTimeout(look, arrival) : undefined;
    report(arrivals).catch(showError);
  };
  const lookLater = (uri: vscode.Uri, isChanged: boolean) => {
    const key = uri.toString();
    if (fresh.has(key) || isNotInspected(uri)) return;
    fresh.set(key, { uri, isChanged });
    timer ??= setTimeout(look, arrival);
  };
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(uri => lookLater(uri, false)),
    watcher.onDidChange(uri => lookLater(uri, true)),
    watcher.onDidDelete(uri => {
      for (const each of [...listeners]) each.went(uri);
    }),
    new vscode.Disposable(() => clearTimeout(timer)),
  );
}

/** Reports the folders among what has come or was changed. */
async function report(arrivals: readonly Arrival[]): Promise<void> {
  const areFolders = await Promise.all(arrivals.map(({ uri }) => isFolder(uri)));
  const found = arrivals.filter((_, index) => areFolders[index]);
  if (found.length === 0) return;
  const folders = outermost(found.map(({ uri }) => uri));
  for (const each of [...listeners]) {
    for (const { uri, isChanged } of found) if (isChanged) each.went(uri);
    await each.came(folders);
  }
}

/** The folders that are in no other one. */
function outermost(folders: readonly vscode.Uri[]): vscode.Uri[] {
  const addresses = new Map(folders.map(folder => [`${folder.toString()}/`, folder]));
  const found: vscode.Uri[] = [];
  // What is in a folder follows it at once.
  for (const address of [...addresses.keys()].sort()) {
    const [folder, last] = [addresses.get(address), found.at(-1)];
    if (folder !== undefined && (last === undefined || !isIn(last, folder))) found.push(folder);
  }
  return found;
}

type Group = [vscode.Uri, ...vscode.Uri[]];

/** The innermost folder that has all of these, or is the only one. */
function commonFolder([first, ...others]: Group): vscode.Uri {
  let common = first;
  while (!others.every(other => isIn(common, other))) common = vscode.Uri.joinPath(common, '..');
  return common;
}

/** Groups that one search can find: what is outside of the workspace is searched by itself. */
function byWorkspaceFolder(folders: readonly vscode.Uri[]): Group[] {
  const groups = new Map<string, Group>();
  for (const folder of folders) {
    const key = (vscode.workspace.getWorkspaceFolder(folder)?.uri ?? folder).toString();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [folder]);
    else group.push(folder);
  }
  return [...groups.values()];
}

/** Whether a file is somewhere in a folder. */
export function isIn(folder: vscode.Uri, uri: vscode.Uri): boolean {
  const start = folder.path.endsWith('/') ? folder.path : `${folder.path}/`;
  return uri.scheme === folder.scheme && uri.path.startsWith(start);
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.Directory) !== 0;
  } catch {
    // It is gone again.
    return false;
  }
}
