import * as vscode from 'vscode';
import { jsonChanges } from '../../flash/changes';
import type { FlashFinding } from '../../flash/finding';
import { findingText, moveTitle } from '../../flash/findings';
import { regionIndex } from '../../flash/picture';
import { rulePageUri } from '../analysis/rulePageUri';
import { diagnosticSettings, levels, section } from '../analysis/settings';
import { ProblemError } from '../../problems';
import { notInspected } from '../certificates/fileKinds';
import * as labels from '../labels';
import { showError } from '../messages';
import { watchFiles } from '../watchFiles';
import { addChanges } from './editText';
import { WatchedFiles } from './projectFiles';
import { projectFiles } from './manifestNames';
import type { ReadProject } from './tree';
import { pathRanges, type ReadText, textOf } from './pathRange';
import { exists } from './projectDocument';
import { type ProjectLayout, readLayout } from '../../project/flashProject';
import { findFiles } from '../workspaceFiles';

/** Projects of a workspace that are read. */
const maxProjects = 100;
/** Findings that are shown of one project. */
const maxShown = 500;
/** Milliseconds without a change until a text is read again. */
const pause = 200;

interface Project {
  files: WatchedFiles;
  timer?: NodeJS.Timeout;
}

/** Shows in each project's file what is wrong with its flash layout, and offers to move what lies wrong. */
export class FlashDiagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('esp8266-ssl.flash');
  readonly #projects = new Map<string, Project>();
  readonly #read = new Map<string, ReadProject>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #disposables: { dispose(): unknown }[] = [this.#collection, this.#changed];

  constructor() {
    const later = (uri: vscode.Uri) => this.#later(uri);
    this.#disposables.push(
      watchFiles(projectFiles, {
        created: later,
        changed: later,
        deleted: later,
        known: () => [...this.#projects.keys()].map(key => vscode.Uri.parse(key)),
      }),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (!change.affectsConfiguration(section)) return;
        for (const key of this.#projects.keys()) later(vscode.Uri.parse(key));
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.#projects.has(document.uri.toString())) later(document.uri);
      }),
    );
    void findFiles(projectFiles, notInspected, maxProjects).then(found => {
      for (const uri of found) later(uri);
    });
  }

  /** The projects that could be read, by their path. */
  projects(): ReadProject[] {
    return [...this.#read.values()].sort((a, b) => (a.uri.path < b.uri.path ? -1 : 1));
  }

  /** Moves to the places that the findings propose. */
  async fixes(
    document: vscode.TextDocument,
    { diagnostics }: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const ours = diagnostics.filter(({ source, code }) => source === shownSource && code !== undefined);
    if (ours.length === 0) return [];
    const read = await this.#readLayout(document).catch(() => undefined);
    if (read === undefined) return [];
    const findings = shown(read);
    const ranges = rangesOf(document, findings);
    return findings.flatMap((finding, index) => {
      const range = ranges[index];
      const diagnostic = ours.find(
        ({ message, range: other }) => message === findingText(finding) && range?.isEqual(other),
      );
      const region = regionIndex(finding.path);
      if (diagnostic === undefined || finding.proposal === undefined || region === undefined) return [];
      const { address } = finding.proposal;
      const action = labels.action(moveTitle(address), vscode.CodeActionKind.QuickFix);
      action.diagnostics = [diagnostic];
      action.isPreferred = true;
      action.edit = new vscode.WorkspaceEdit();
      const change = { kind: 'move', region, address } as const;
      addChanges(action.edit, document, jsonChanges(read.part, read.layout.records, change));
      return [action];
    });
  }

  dispose(): void {
    for (const { files, timer } of this.#projects.values()) {
      clearTimeout(timer);
      files.dispose();
    }
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #project(uri: vscode.Uri): Project {
    const key = uri.toString();
    const known = this.#projects.get(key);
    if (known !== undefined) return known;
    const files = new WatchedFiles(vscode.Uri.joinPath(uri, '..'));
    files.onDidChange(() => this.#later(uri));
    const project = { files };
    this.#projects.set(key, project);
    return project;
  }

  #later(uri: vscode.Uri): void {
    const project = this.#project(uri);
    clearTimeout(project.timer);
    project.timer = setTimeout(() => void this.#show(uri), pause);
  }

  #readLayout(document: ReadText): Promise<ProjectLayout> {
    return readLayout(
      document.getText(),
      files => this.#project(document.uri).files.of(files),
      diagnosticSettings().options.severities,
    );
  }

  async #show(uri: vscode.Uri): Promise<void> {
    try {
      const document = await textOf(uri);
      const read = await this.#readLayout(document);
      this.#read.set(uri.toString(), { uri, read });
      const findings = shown(read);
      const ranges = rangesOf(document, findings);
      this.#collection.set(
        uri,
        findings.map((finding, index) => diagnostic(finding, ranges[index] ?? new vscode.Range(0, 0, 0, 0))),
      );
    } catch (error) {
      // The file is gone, or no JSON: then there is no layout, and VS Code marks the error itself.
      this.#collection.delete(uri);
      this.#read.delete(uri.toString());
      if (!(error instanceof ProblemError) && (await exists(uri))) showError(error);
    }
    this.#changed.fire();
  }
}

const shownSource = 'ESP8266 SSL';

/** What the file itself says: a project without a layout has nothing wrong in it, and nobody has named the usual files. */
function shown({ part, findings }: ProjectLayout): FlashFinding[] {
  if (part === undefined) return [];
  const namesRegions = typeof part === 'object' && part !== null && 'regions' in part;
  return findings
    .filter(({ kind, path }) => namesRegions || path[0] !== 'regions' || kind !== 'file-missing')
    .slice(0, maxShown);
}

function rangesOf(document: ReadText, findings: readonly FlashFinding[]): vscode.Range[] {
  return pathRanges(
    document,
    findings.map(({ path }) => ['flash', ...path]),
  );
}

function diagnostic(finding: FlashFinding, range: vscode.Range): vscode.Diagnostic {
  const made = labels.mark(range, findingText(finding), levels[finding.severity]);
  made.source = shownSource;
  // VS Code opens no command from here, but any page.
  made.code = { value: finding.rule, target: rulePageUri(finding.rule) };
  return made;
}
