import path from 'node:path';
import * as vscode from 'vscode';
import { staysInside } from '../../files/within';
import type { FileFacts } from '../../flash/contents';
import { contentsOf } from '../../flash/fileContents';
import { isIn, watchFolders } from '../watchFiles';
import { readBytes } from '../workspaceFiles';
import { limits } from '../../files/limits';

/** Files in more folders than this are read once and then not watched. */
const maxFolders = 50;

/** Knows what files of a project are, as they are at the moment: each is read once and again when it changes. */
export class WatchedFiles implements vscode.Disposable {
  readonly #folder: vscode.Uri;
  /** By address of the file; undefined for one that is not there. */
  readonly #facts = new Map<string, Promise<FileFacts | undefined>>();
  readonly #watchers = new Map<string, vscode.Disposable>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #folders = watchFolders({
    came: folders => this.#forgetIn(folders),
    went: folder => this.#forgetIn([folder]),
  });

  constructor(folder: vscode.Uri) {
    this.#folder = folder;
  }

  /** What is known of these files, named as the project names them; of one that is not there, nothing. */
  async of(files: Iterable<string>): Promise<ReadonlyMap<string, FileFacts | 'outside'>> {
    const facts = new Map<string, FileFacts | 'outside'>();
    await Promise.all(
      [...new Set(files)].map(async file => {
        const { scheme, fsPath } = this.#folder;
        // Links of other file systems cannot be followed.
        const isInside = scheme === 'file' ? staysInside(fsPath, file) : namesInside(file);
        const found = isInside ? await this.#find(projectUri(this.#folder, file)) : 'outside';
        if (found !== undefined) facts.set(file, found);
      }),
    );
    return facts;
  }

  /** The same without the ones that lie outside of the project. */
  async inside(files: Iterable<string>): Promise<ReadonlyMap<string, FileFacts>> {
    const all = await this.of(files);
    return new Map([...all].flatMap(([file, known]) => (known === 'outside' ? [] : [[file, known]])));
  }

  #find(uri: vscode.Uri): Promise<FileFacts | undefined> {
    const key = uri.toString();
    const known = this.#facts.get(key);
    if (known !== undefined) return known;
    const reading = factsOf(uri);
    this.#facts.set(key, reading);
    this.#watch(vscode.Uri.joinPath(uri, '..'));
    return reading;
  }

  #watch(folder: vscode.Uri): void {
    const key = folder.toString();
    if (this.#watchers.has(key) || this.#watchers.size >= maxFolders) return;
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*'));
    const forget = (uri: vscode.Uri) => {
      if (this.#facts.delete(uri.toString())) this.#changed.fire();
    };
    const registrations = [
      watcher.onDidChange(forget),
      watcher.onDidCreate(forget),
      watcher.onDidDelete(forget),
    ];
    this.#watchers.set(key, vscode.Disposable.from(watcher, ...registrations));
  }

  #forgetIn(folders: readonly vscode.Uri[]): void {
    const inside = [...this.#facts.keys()].filter(key => {
      const file = vscode.Uri.parse(key);
      return folders.some(folder => isIn(folder, file));
    });
    for (const key of inside) this.#facts.delete(key);
    if (inside.length > 0) this.#changed.fire();
  }

  dispose(): void {
    this.#folders.dispose();
    this.#changed.dispose();
    for (const watcher of this.#watchers.values()) watcher.dispose();
  }
}

function namesInside(file: string): boolean {
  return !path.posix.isAbsolute(file) && !/^\.\.(\/|$)/.test(path.posix.normalize(file));
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

async function factsOf(uri: vscode.Uri): Promise<FileFacts | undefined> {
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.File) === 0) return undefined;
    let reading: ReturnType<FileFacts['contents']> | undefined;
    return { size, contents: () => (reading ??= readContents(uri)) };
  } catch {
    return undefined;
  }
}

async function readContents(uri: vscode.Uri): ReturnType<FileFacts['contents']> {
  try {
    return contentsOf(await readBytes(uri, limits.flash));
  } catch {
    return undefined;
  }
}
