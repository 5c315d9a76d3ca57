import path from 'node:path';
import * as vscode from 'vscode';
import { findFiles } from '../workspaceFiles';
import {
  Analyzer,
  type AnalyzerOptions,
  type Notice,
  type Result,
  type SourceFile,
} from '../../analysis/engine/analyzer';
import { type Hint, hints } from '../../analysis/engine/hints';
import { type Project, readProjects } from '../../analysis/project/readProjects';
import { inTurns } from '../../analysis/engine/inTurns';
import type { ProblemError } from '../../problems';
import { skippedFolders } from '../../analysis/project/sourceFiles';
import type { Finding } from '../../findings/finding';
import { LineIndex, type Place } from '../../findings/range';

/** Larger files are left alone, in characters: nobody writes them by hand. */
const mostLength = 512 * 1024;
/** A folder with more sources than this is no firmware; its open files are looked at one by one. */
const mostFiles = 5000;

/** What one look at a firmware gave. */
export interface Checked {
  findings: readonly Finding[];
  notices: readonly Notice[];
  /** The address of a file. */
  uri(file: string): vscode.Uri;
  /** Where a place is in its file, as that was. */
  range(place: Place): vscode.Range;
}

/** A check with what it is about. */
interface Check {
  files: readonly SourceFile[];
  options: AnalyzerOptions;
  checked: Promise<Checked>;
  hints?: Promise<readonly Hint[]>;
}

/** One firmware, checked as it stands in the editors and, where no editor has it, on the disk. */
export class Firmware {
  readonly #project: Project;
  readonly #analyzer: Analyzer;
  /** Path on this computer → name in the project. */
  readonly #names: ReadonlyMap<string, string>;
  /** Whether what lies on the disk uses the SDK. */
  readonly #usesSdk: boolean;
  #last: Check | undefined;

  /** What is wrong with the settings of its project's file; they count as not said. */
  readonly faults: readonly ProblemError[];

  constructor(project: Project, analyzer: Analyzer, faults: readonly ProblemError[]) {
    this.faults = faults;
    this.#project = project;
    this.#analyzer = analyzer;
    this.#names = new Map(project.files.map(file => [this.#uri(file.path).fsPath, file.path]));
    this.#usesSdk = project.files.some(({ text }) => usesSdk(text));
  }

  /** Whether it uses the SDK at all, on the disk or in an editor: other C is none of ours. */
  get isFirmware(): boolean {
    return (
      this.#usesSdk ||
      openDocuments().some(document => this.#names.has(document.uri.fsPath) && usesSdk(document.getText()))
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
    const text = document.getText();
    if (text.length > mostLength) return undefined;
    const file = document.uri.fsPath;
    const makefile = this.#project.makefiles?.find(({ path: name }) => this.#uri(name).fsPath === file);
    return this.#names.get(file) ?? (makefile?.text === text ? makefile.path : undefined);
  }

  /** Whether a file of it is a header that counts only where it is included. */
  isElsewhere(name: string): boolean {
    return this.#project.elsewhere?.has(name) === true;
  }

  /** The findings as of now, or of later, when something changes on the way. Costs little when nothing has changed. */
  check(options: AnalyzerOptions): Promise<Checked> {
    const files = this.#sources();
    const last = this.#last;
    if (last?.options === options && files.every(({ text }, index) => text === last.files[index]?.text))
      return last.checked;
    const checked = this.#check(files, options, () => this.#last?.checked ?? checked);
    this.#last = { files, options, checked };
    return checked;
  }

  async #check(
    files: readonly SourceFile[],
    options: AnalyzerOptions,
    newest: () => Promise<Checked>,
  ): Promise<Checked> {
    const isLast = () => this.#last?.files === files;
    // The person's own settings go before those of the project's file.
    const severities = new Map([...this.#project.severities, ...(options.severities ?? [])]);
    const steps = this.#analyzer.checking({ ...this.#project, files }, { ...options, severities });
    const result = await inTurns(steps, isLast);
    return result === undefined ? newest() : this.#placed(files, result);
  }

  #placed(files: readonly SourceFile[], { findings, notices }: Result): Checked {
    const all = [...files, ...(this.#project.makefiles ?? [])];
    const texts = new Map(all.map(({ path: file, text }) => [file, text]));
    const indexes = new Map<string, LineIndex>();
    const index = (file: string) => {
      const found = indexes.get(file) ?? new LineIndex(texts.get(file) ?? '');
      indexes.set(file, found);
      return found;
    };
    return {
      findings,
      notices,
      uri: file => this.#uri(file),
      range: ({ file, start, end }) => {
        const from = index(file).position(start);
        const to = index(file).position(end);
        return new vscode.Range(from.line, from.character, to.line, to.character);
      },
    };
  }

  /** What numbers in a file mean, as of the last check; nothing when that is not the last any more. */
  async hintsIn(name: string): Promise<readonly Hint[]> {
    const last = this.#last;
    if (last === undefined) return [];
    const all = await (last.hints ??= this.#allHints(last));
    // Each configuration has them anew.
    const once = new Map(all.filter(({ at }) => at.file === name).map(hint => [hint.at.start, hint]));
    return [...once.values()];
  }

  async #allHints(check: Check): Promise<readonly Hint[]> {
    const steps = this.#analyzer.gathering({ ...this.#project, files: check.files });
    const found = await inTurns(steps, () => this.#last === check);
    return (found ?? []).flatMap(facts => [...hints(facts)]);
  }

  #uri(name: string): vscode.Uri {
    return vscode.Uri.file(path.join(this.#project.folder, name));
  }

  #sources(): SourceFile[] {
    const files = new Map(this.#project.files.map(({ path: name, text }) => [name, text]));
    for (const document of openDocuments()) {
      const name = this.#names.get(document.uri.fsPath);
      if (name !== undefined) files.set(name, document.getText());
    }
    return [...files].map(([name, text]) => ({ path: name, text: text.length > mostLength ? '' : text }));
  }
}

function usesSdk(text: string): boolean {
  return /\bespconn_\w+\s*\(|\buser_init\s*\(/.test(text);
}

/** The files whose text is that of an editor. VS Code keeps others for a while, too, but they are as the disk has them. */
export function openDocuments(): vscode.TextDocument[] {
  const tabs = new Set(inTabs().map(({ fsPath }) => fsPath));
  return vscode.workspace.textDocuments.filter(
    ({ uri, isClosed, isDirty }) => uri.scheme === 'file' && !isClosed && (isDirty || tabs.has(uri.fsPath)),
  );
}

/** The files that have a tab. */
export function inTabs(): vscode.Uri[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) =>
    tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : [])),
  );
}

/** All firmwares, by the folders that they were read from. */
export class Firmwares {
  readonly #read = new Map<string, Promise<readonly Firmware[]>>();
  /** Root → the files that were last read,. */
  readonly #files = new Map<string, ReadonlySet<string>>();
  /** They are kept when the disk changes, with what they know of unchanged functions. */
  readonly #analyzers = new Map<string, Promise<Analyzer>>();
  readonly #readable = new Map<string, Promise<boolean>>();

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
      const analyzer = this.#analyzers.get(root) ?? Analyzer.create();
      this.#analyzers.set(root, analyzer);
      found = readFirmwares(root, analyzer);
      this.#read.set(root, found);
      found.then(
        firmwares => {
          const files = firmwares.flatMap(firmware => firmware.files.map(({ fsPath }) => fsPath));
          this.#files.set(root, new Set(files));
        },
        () => this.#files.delete(root),
      );
      found.catch(() => this.#read.delete(root));
    }
    return (await found).filter(({ isFirmware }) => isFirmware);
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

  /** Forgets what the disk had. */
  forget(root: string): void {
    this.#read.delete(root);
    this.#readable.delete(root);
  }
}

async function readFirmwares(root: string, loading: Promise<Analyzer>): Promise<readonly Firmware[]> {
  const faults: ProblemError[] = [];
  const [projects, analyzer] = await Promise.all([
    readProjects(root, undefined, fault => faults.push(fault)),
    loading,
  ]);
  return projects.map(project => new Firmware(project, analyzer, faults));
}

/** Whether a workspace folder has few enough sources to be read as a whole. */
async function isReadable(folder: vscode.WorkspaceFolder): Promise<boolean> {
  if (folder.uri.scheme !== 'file') return false;
  const pattern = new vscode.RelativePattern(folder, '**/*.[ch]');
  // As the reader of projects does it, whatever the explorer hides.
  const skipped = new vscode.RelativePattern(folder, `**/{${skippedFolders.join(',')}}/**`);
  return (await findFiles(pattern, skipped, mostFiles + 1)).length <= mostFiles;
}
