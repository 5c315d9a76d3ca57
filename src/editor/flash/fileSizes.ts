import path from 'node:path';
import * as vscode from 'vscode';
import type { FileSizes } from '../../flash/layout';
import { isIn, watchFolders } from '../watchFiles';

/** Files in more folders than this are read once and then not watched. */
const mostFolders = 50;

/** Knows the sizes of files of a project, as they are at the moment: each is read once and again when it changes. */
export class WatchedSizes implements vscode.Disposable {
  readonly #folder: vscode.Uri;
  /** By address of the file; undefined for one that is not there. */
  readonly #sizes = new Map<string, Promise<number | undefined>>();
  readonly #watchers = new Map<string, vscode.Disposable>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #folders = watchFolders({
    came: folder => this.#forgetIn(folder),
    went: folder => this.#forgetIn(folder),
  });

  constructor(folder: vscode.Uri) {
    this.#folder = folder;
  }

  /** Sizes of these files, named as the project names them. */
  async of(files: Iterable<string>): Promise<FileSizes> {
    const sizes = new Map<string, number>();
    await Promise.all(
      [...new Set(files)].map(async file => {
        const size = await this.#size(projectUri(this.#folder, file));
        if (size !== undefined) sizes.set(file, size);
      }),
    );
    return sizes;
  }

  #size(uri: vscode.Uri): Promise<number | undefined> {
    const key = uri.toString();
    const known = this.#sizes.get(key);
    if (known !== undefined) return known;
    const reading = sizeOf(uri);
    this.#sizes.set(key, reading);
    this.#watch(vscode.Uri.joinPath(uri, '..'));
    return reading;
  }

  #watch(folder: vscode.Uri): void {
    const key = folder.toString();
    if (this.#watchers.has(key) || this.#watchers.size >= mostFolders) return;
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*'));
    const forget = (uri: vscode.Uri) => {
      if (this.#sizes.delete(uri.toString())) this.#changed.fire();
    };
    const registrations = [
      watcher.onDidChange(forget),
      watcher.onDidCreate(forget),
      watcher.onDidDelete(forget),
    ];
    this.#watchers.set(key, vscode.Disposable.from(watcher, ...registrations));
  }

  #forgetIn(folder: vscode.Uri): void {
    const inside = [...this.#sizes.keys()].filter(key => isIn(folder, vscode.Uri.parse(key)));
    for (const key of inside) this.#sizes.delete(key);
    if (inside.length > 0) this.#changed.fire();
  }

  dispose(): void {
    this.#folders.dispose();
    this.#changed.dispose();
    for (const watcher of this.#watchers.values()) watcher.dispose();
  }
}

/** Where a file is that a project in `folder` names. */
export function projectUri(folder: vscode.Uri, file: string): vscode.Uri {
  return path.isAbsolute(file)
    ? folder.with({ path: vscode.Uri.file(file).path })
    : vscode.Uri.joinPath(folder, file);
}

/** How a project in `folder` names a file. */
export function projectName(folder: vscode.Uri, uri: vscode.Uri): string {
  return path.posix.relative(folder.path, uri.path);
}

async function sizeOf(uri: vscode.Uri): Promise<number | undefined> {
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    return (type & vscode.FileType.File) === 0 ? undefined : size;
  } catch {
    return undefined;
  }
}
