import path from 'node:path';
import * as vscode from 'vscode';
import {
  digestOf,
  type FirmwareRead,
  type LocatedFinding,
  type LocatedHint,
  type Location,
  maxLength,
} from '../../analysis/engine/messages';
import type { Notice } from '../../analysis/engine/sources';
import { skippedFolders } from '../../analysis/project/sourceFiles';
import { usesSdk } from '../../analysis/source/usesSdk';
import { ProblemError } from '../../problems';
import { findFiles } from '../workspaceFiles';
import { openDocuments } from '../openDocuments';
import type { WindowAnalysis } from './windowAnalysis';

/** A folder with more sources than this is not a firmware; its open files are looked at one by one. */
const maxFiles = 5000;

/** What one look at a firmware gave. */
export interface Checked {
  findings: readonly LocatedFinding[];
  notices: readonly Notice[];
  /** The address of a file. */
  uri(file: string): vscode.Uri;
  /** Whether editors have the texts that this is about. */
  isCurrent(): boolean;
}

/** Lines and characters as VS Code has them. */
export function rangeOf({ start, end }: Location): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** One firmware, checked as it is in the editors and, where no editor has it, on the disk. */
export class Firmware {
  readonly #root: string;
  readonly #read: FirmwareRead;
  readonly #analysis: WindowAnalysis;
  /** Path on this computer → name in the project. */
  readonly #names: ReadonlyMap<string, string>;
  /** The same for its Makefiles. */
  readonly #makefiles: ReadonlyMap<string, string>;
  #last: { key: string; checked: Promise<Checked | undefined> } | undefined;

  /** What is wrong with the settings of its project's file; they count as not said. */
  readonly faults: readonly ProblemError[];

  constructor(root: string, read: FirmwareRead, analysis: WindowAnalysis, faults: readonly ProblemError[]) {
    this.#root = root;
    this.#read = read;
    this.#analysis = analysis;
    this.faults = faults;
    const byPath = (names: Iterable<string>) =>
      new Map([...names].map(name => [this.#uri(name).fsPath, name]));
    this.#names = byPath(read.files);
    this.#makefiles = byPath(read.makefiles.keys());
  }

  /** Whether it uses the SDK at all, on the disk or in an editor: other C is none of ours. */
  get isFirmware(): boolean {
    return (
      this.#read.usesSdk || this.#open().some(document => !isLong(document) && usesSdk(document.getText()))
    );
  }

  /** Its sources and headers. */
  get files(): vscode.Uri[] {
    return [...this.#names.keys()].map(file => vscode.Uri.file(file));
  }

  /**
   * The name of a document in this firmware; undefined for one that is not part of it, or is too large, and for a Makefile with changes
   * that are not saved: it is read from the disk.
   */
  nameOf(document: vscode.TextDocument): string | undefined {
    if (isLong(document)) return undefined;
    const file = document.uri.fsPath;
    const makefile = this.#makefiles.get(file);
    if (makefile !== undefined && this.#read.makefiles.get(makefile) === digestOf(document.getText()))
      return makefile;
    return this.#names.get(file);
  }

  /** Whether a file of it is a header that counts only where it is included. */
  isElsewhere(name: string): boolean {
    return this.#read.elsewhere.has(name);
  }

  /** The findings as of now, or of later, when something changes on the way; undefined when it is read again. Costs little when nothing has changed. */
  check(): Promise<Checked | undefined> {
    const key = this.#key();
    if (this.#last?.key !== key) this.#last = { key, checked: this.#check(key) };
    return this.#last.checked;
  }

  async #check(key: string): Promise<Checked | undefined> {
    const checked = await this.#analysis.ask('check', { root: this.#root, part: this.#read.part });
    // What is asked with other texts takes its place.
    if (checked === undefined) return this.#last?.key === key ? undefined : this.#last?.checked;
    return { ...checked, uri: file => this.#uri(file), isCurrent: () => this.#key() === key };
  }

  /** What numbers in a file mean, as of the last check; nothing when the text changes on the way. */
  async hintsIn(file: string): Promise<readonly LocatedHint[]> {
    const key = this.#key();
    const hints = await this.#analysis.ask('hints', { root: this.#root, part: this.#read.part, file });
    return this.#key() === key ? hints : [];
  }

  /** One for all texts that editors have of it. */
  #key(): string {
    const numbers = this.#open().map(document => this.#analysis.textNumber(document));
    return [this.#analysis.severitiesNumber, ...numbers].join();
  }

  #open(): vscode.TextDocument[] {
    return openDocuments().filter(({ uri }) => this.#names.has(uri.fsPath));
  }

  #uri(name: string): vscode.Uri {
    return vscode.Uri.file(path.join(this.#read.folder, name));
  }
}

/** Whether a document is too large to be analyzed. */
export function isLong(document: vscode.TextDocument): boolean {
  return document.getText().length > maxLength;
}

/** All firmwares, by the folders that they were read from. */
export class Firmwares {
  readonly #analysis: WindowAnalysis;
  readonly #read = new Map<string, Promise<readonly Firmware[]>>();
  /** Root → the files that were last read. */
  readonly #files = new Map<string, ReadonlySet<string>>();
  readonly #readable = new Map<string, Promise<boolean>>();

  constructor(analysis: WindowAnalysis) {
    this.#analysis = analysis;
  }

  /** What a file is read with: its workspace folder; the file alone, where it has none that is small enough to be read. */
  async root({ uri }: { uri: vscode.Uri }): Promise<string> {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    if (folder === undefined) return uri.fsPath;
    const root = folder.uri.fsPath;
    const readable = this.#readable.get(root) ?? isReadable(folder);
    this.#readable.set(root, readable);
    return (await readable) ? root : uri.fsPath;
  }

  /** The firmwares under a folder, or of a file. Throws a Problem when it cannot be read. */
  async under(root: string): Promise<readonly Firmware[]> {
    let found = this.#read.get(root);
    if (found === undefined) {
      found = this.#readFirmwares(root);
      this.#read.set(root, found);
      const isLast = () => this.#read.get(root) === found;
      found.then(
        firmwares => {
          const files = firmwares.flatMap(firmware => firmware.files.map(({ fsPath }) => fsPath));
          if (isLast()) this.#files.set(root, new Set(files));
        },
        () => {
          if (!isLast()) return;
          this.#files.delete(root);
          this.#read.delete(root);
        },
      );
    }
    return (await found).filter(({ isFirmware }) => isFirmware);
  }

  async #readFirmwares(root: string): Promise<readonly Firmware[]> {
    const { firmwares, faults } = await this.#analysis.ask('read', { root });
    const errors = faults.map(fault => new ProblemError(fault));
    return firmwares.map(read => new Firmware(root, read, this.#analysis, errors));
  }

  /** The files that have been read. */
  files(): vscode.Uri[] {
    return [...this.#files.values()].flatMap(files => [...files].map(file => vscode.Uri.file(file)));
  }

  /** Whether a file was there when its root was read. */
  async isRead(root: string, { fsPath }: vscode.Uri): Promise<boolean> {
    await this.#read.get(root)?.catch(() => undefined);
    return this.#files.get(root)?.has(fsPath) ?? false;
  }

  /** The firmware that a document is part of, the nearest of several, and its name there; undefined for other C. */
  async of(document: vscode.TextDocument): Promise<{ firmware: Firmware; name: string } | undefined> {
    if (document.uri.scheme !== 'file') return undefined;
    let first: { firmware: Firmware; name: string } | undefined;
    for (const firmware of await this.under(await this.root(document))) {
      const name = firmware.nameOf(document);
      if (name === undefined) continue;
      if (!firmware.isElsewhere(name)) return { firmware, name };
      first ??= { firmware, name };
    }
    return first;
  }

  /** Forgets what the disk had; all of it where nobody needs it any more. */
  forget(root: string, isClosed = false): void {
    this.#read.delete(root);
    this.#readable.delete(root);
    if (isClosed) this.#files.delete(root);
    this.#analysis.forget(root, isClosed);
  }
}

/** Whether a workspace folder has few enough sources to be read as a whole. */
async function isReadable(folder: vscode.WorkspaceFolder): Promise<boolean> {
  if (folder.uri.scheme !== 'file') return false;
  const pattern = new vscode.RelativePattern(folder, '**/*.[ch]');
  // As the reader of projects does it, whatever the explorer hides.
  const skipped = new vscode.RelativePattern(folder, `**/{${skippedFolders.join(',')}}/**`);
  return (await findFiles(pattern, skipped, maxFiles + 1)).length <= maxFiles;
}
