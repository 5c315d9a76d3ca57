import path from 'node:path';
import * as vscode from 'vscode';
import { LineIndex } from '../../findings/range';
import { caEnabler } from '../../certificates/inspect/cArrays';
import { findingsOf, findingsOfAll } from '../../certificates/inspect/findings';
import { inspectBytes, inspectText, maxBytes, tooLarge } from '../../certificates/inspect/inspectFile';
import { type Device, deviceOf } from '../../certificates/inspect/obstacles';
import { groupByCertificate } from '../../certificates/inspect/grouping';
import type { Inspection, Span } from '../../certificates/inspect/model';
import type { FileReport } from '../../certificates/inspect/fileReport';
import { reportOf } from '../../certificates/inspect/report';
import type { Finding, ProjectFacts } from '../../certificates/inspect/rules/rule';
import { scriptTools } from '../../certificates/inspect/scriptTools';
import { scanSource } from '../../analysis/source/scan';
import { type AnalysisSettings, analysisSettings } from '../../project/analysisSettings';
import { limits } from '../../files/limits';
import { trackedFiles } from '../../project/git';
import { defaultTarget, readTarget, type Target } from '../../project/target';
import { inspectAny } from '../../simulator/firmware/inspectFirmware';
import type { SdkVersion } from '../../sdk/tls';
import { watchFiles } from '../watchFiles';
import { inspected, notInspected } from './fileKinds';
import { findFiles, isNotInspected, readBytes } from '../workspaceFiles';
import { isSuppressed, type Suppression } from '../../findings/suppression';

/** A workspace with more has not been made for this chip. */
const maxFiles = 5000;
/** Milliseconds without a change until the findings are looked for again. */
const pause = 300;

/** A file of the workspace as it was last read. */
export interface InspectedFile {
  uri: vscode.Uri;
  inspection: Inspection;
  /** Where the lines of a text begin, for positions in it; undefined for other files. */
  lines?: LineIndex;
  /** Lines of a text on which rules are to be silent. */
  suppressions: readonly Suppression[];
}

/**
 * Knows all certificates and keys of the workspace: reads its files once and then the ones that change, and looks for what the rules
 * say about them. Only reads, so that it works in untrusted workspaces, too; there it starts no programs.
 */
export class CertificateWorkspace implements vscode.Disposable {
  readonly #files = new Map<string, InspectedFile>();
  #findings = new Map<string, Finding[]>();
  /** By workspace folder. */
  readonly #devices = new Map<string, Device>();
  /** What the projects' files say of severities, by workspace folder. */
  readonly #severities = new Map<string, AnalysisSettings['severities']>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #disposables: { dispose(): unknown }[] = [this.#changed];
  readonly #waiting = new Map<string, vscode.Uri>();
  #timer: NodeJS.Timeout | undefined;

  private constructor() {
    const later = (uri: vscode.Uri) => this.#later(uri);
    this.#disposables.push(
      watchFiles(inspected, {
        created: later,
        changed: later,
        deleted: later,
        known: () => this.files().map(({ uri }) => uri),
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.#files.has(document.uri.toString())) later(document.uri);
      }),
      // The editor makes all line ends of a document alike, which moves the places in it.
      vscode.workspace.onDidOpenTextDocument(({ uri }) => {
        if (this.#files.has(uri.toString())) later(uri);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (this.#files.has(uri.toString())) later(uri);
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#judge()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.#scan()),
    );
  }

  /** Reads the workspace. */
  static async open(): Promise<CertificateWorkspace> {
    const workspace = new CertificateWorkspace();
    await workspace.#scan();
    return workspace;
  }

  /** All files that hold something or about which there is something to say. */
  files(): InspectedFile[] {
    return [...this.#files.values()];
  }

  findingsOf(uri: vscode.Uri): Finding[] {
    return this.#findings.get(uri.toString()) ?? [];
  }

  /** What the project of a file says of severities, by rule and group. */
  severitiesOf(uri: vscode.Uri): AnalysisSettings['severities'] | undefined {
    return this.#severities.get(vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() ?? '');
  }

  /** The version of the SDK that the project of a file is for. */
  sdkOf(uri: vscode.Uri): SdkVersion {
    const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.toString();
    return this.#devices.get(folder ?? '')?.sdk ?? defaultTarget.sdk;
  }

  /** All certificates and keys, each once with its files. */
  groups(): ReturnType<typeof groupByCertificate<InspectedFile>> {
    return groupByCertificate(this.files());
  }

  /** Reads a file again, in the workspace or not, and returns what there is to say about it. */
  async report(
    uri: vscode.Uri,
  ): Promise<{ report: FileReport; findings: Finding[]; device: Device; inspection: Inspection }> {
    const { inspection } = await readFile(uri, { size: limits.firmware, inspect: inspectAny });
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    const device = await deviceIn(folder);
    const others = this.#filesIn(folder)
      .filter(other => other.uri.toString() !== uri.toString())
      .map(other => other.inspection);
    const now = Date.now();
    const project = await this.#factsOf(folder, [inspection]);
    const findings = findingsOf({ inspection, others, device, project, now });
    const report = reportOf(
      { ...inspection, file: path.posix.basename(uri.path) },
      findings,
      device.sdk,
      now,
    );
    return { report, findings, device, inspection };
  }

  #filesIn(folder: vscode.WorkspaceFolder | undefined): InspectedFile[] {
    const name = folder?.uri.toString();
    return this.files().filter(
      ({ uri }) => vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() === name,
    );
  }

  async #scan(): Promise<void> {
    const found = await findFiles(inspected, notInspected, maxFiles);
    this.#files.clear();
    for (const uri of found) await this.#read(uri);
    await this.#judge();
  }

  async #read(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    try {
      this.#files.set(key, await readFile(uri));
    } catch {
      // It is gone, or cannot be read: the explorer shows that.
      this.#files.delete(key);
    }
  }

  #later(uri: vscode.Uri): void {
    if (isNotInspected(uri)) return;
    this.#waiting.set(uri.toString(), uri);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#catchUp(), pause);
  }

  async #catchUp(): Promise<void> {
    const changed = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const uri of changed) await this.#read(uri);
    await this.#judge();
  }

  async #judge(): Promise<void> {
    const findings = new Map<string, Finding[]>();
    const now = Date.now();
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const files = this.#filesIn(folder);
      const inspections = files.map(({ inspection }) => inspection);
      const device = await deviceIn(folder);
      this.#devices.set(folder.uri.toString(), device);
      const project = await this.#factsOf(folder, inspections);
      const found = findingsOfAll(inspections, { device, project, now });
      for (const file of files)
        findings.set(
          file.uri.toString(),
          (found.get(file.inspection.file) ?? []).filter(finding => !isSilenced(file, finding)),
        );
      this.#severities.set(folder.uri.toString(), await severitiesIn(folder));
    }
    this.#findings = findings;
    this.#changed.fire();
  }

  async #factsOf(
    folder: vscode.WorkspaceFolder | undefined,
    inspections: readonly Inspection[],
  ): Promise<ProjectFacts> {
    const sources = this.#filesIn(folder).filter(({ uri }) => uri.path.endsWith('.c'));
    const caEnabled = sources.some(({ inspection }) =>
      inspection.calls.some(call => call.function === caEnabler),
    );
    const facts: ProjectFacts = sources.length > 0 ? { caEnabled } : {};
    if (!vscode.workspace.isTrusted || folder?.uri.scheme !== 'file') return facts;
    const root = folder.uri.path;
    const keys = inspections
      .filter(({ items }) => items.some(({ contents }) => contents.some(({ kind }) => kind === 'key')))
      .map(({ file }) => path.posix.relative(root, file));
    const tracked = new Set(await trackedFiles(folder.uri.fsPath, keys));
    const hasScript = inspections.some(({ form }) => form === 'script');
    return {
      ...facts,
      isTracked: file => tracked.has(path.posix.relative(root, file)),
      ...(hasScript && { tools: await scriptTools() }),
    };
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

/**
 * Reads a file as it is in the editor, else as it is on the disk; a file that is too large only by its size. In the workspace firmware
 * is not looked into: it is built of the files that are.
 */
async function readFile(
  uri: vscode.Uri,
  most = { size: maxBytes, inspect: inspectBytes },
): Promise<InspectedFile> {
  const open = vscode.workspace.textDocuments.find(each => each.uri.toString() === uri.toString());
  if (open && isText(uri)) return inspectDocument(open);
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > most.size) return { uri, inspection: tooLarge(uri.path, size), suppressions: [] };
  const bytes = await readBytes(uri, most.size);
  if (!isText(uri)) return { uri, inspection: most.inspect(bytes, uri.path), suppressions: [] };
  // As VS Code decodes it unless it is told otherwise, so that the positions are those of the editor.
  return inspectedText(uri, new TextDecoder().decode(bytes));
}

/** What is in a document, with unsaved changes. */
export function inspectDocument(document: vscode.TextDocument): InspectedFile {
  return inspectedText(document.uri, document.getText());
}

function inspectedText(uri: vscode.Uri, text: string): InspectedFile {
  const inspection = inspectText(text, uri.path);
  const { items, calls, wantedBits } = inspection;
  const isEmpty = items.length === 0 && calls.length === 0 && wantedBits === undefined;
  const suppressions = !isEmpty && text.includes('NOLINT') ? scanSource(text).suppressions : [];
  return { uri, inspection, suppressions, ...(!isEmpty && { lines: new LineIndex(text) }) };
}

function isSilenced(file: InspectedFile, { rule, range }: Finding): boolean {
  return isSuppressed(file.suppressions, rule, rangeIn(file, range).start.line);
}

/** A project file that is broken says nothing: its own reader complains. */
async function severitiesIn(folder: vscode.WorkspaceFolder): Promise<AnalysisSettings['severities']> {
  if (folder.uri.scheme !== 'file') return new Map();
  const { severities } = await analysisSettings(folder.uri.fsPath).catch(() => ({ severities: new Map() }));
  return severities;
}

function isText(uri: vscode.Uri): boolean {
  return /\.(h|c|hpp|cpp|cc|inc|json)$/i.test(uri.path);
}

/** Where a part of a file is shown: the beginning of a file that is not text. */
export function rangeIn({ lines }: InspectedFile, range: Span | undefined): vscode.Range {
  if (lines === undefined || range === undefined) return new vscode.Range(0, 0, 0, 0);
  return new vscode.Range(positionIn(lines, range.offset), positionIn(lines, range.offset + range.length));
}

function positionIn(lines: LineIndex, offset: number): vscode.Position {
  const { line, character } = lines.position(offset);
  return new vscode.Position(line, character);
}

/** What the project in a folder says of its device. A project file that is broken counts as none: its own reader complains. */
async function deviceIn(folder: vscode.WorkspaceFolder | undefined): Promise<Device> {
  const target: Target =
    folder?.uri.scheme === 'file' ? await readTarget(folder.uri.fsPath).catch(() => ({})) : {};
  return deviceOf(target.sdk ?? defaultTarget.sdk, target.tlsLibrary);
}
