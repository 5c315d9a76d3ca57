import path from 'node:path';
import * as vscode from 'vscode';
import type { LocatedFinding } from '../../analysis/engine/messages';
import { ProblemError } from '../../problems';
import { type Checked, type Firmwares, rangeOf } from './firmwares';
import { restartCommand, sourcesSelector } from './manifestNames';
import { inTabs, isSource, openDocuments } from '../openDocuments';
import { mark, related as asRelated, sayStatus } from '../labels';
import { watchFiles } from '../watchFiles';
import { rulePageUri } from './rulePageUri';
import { type DiagnosticSettings, diagnosticSettings, levels, section } from './settings';
import { summaryText } from '../../findings/counts';
import { ruleIds } from '../../findings/ruleIds';
import { severities } from '../../findings/severity';
import type { WindowAnalysis } from './windowAnalysis';

/** Milliseconds without a keystroke until the findings are looked for. */
const pause = 250;
/** Milliseconds until a change on the disk is read: there may be many at once. */
const diskPause = 500;
/** What the panel says that problems come from. */
const source = 'ESP8266 SSL';

/** Keeps the findings of all firmwares on show, while typing and as files change. */
export class Diagnostics implements vscode.Disposable {
  readonly #firmwares: Firmwares;
  readonly #collection = vscode.languages.createDiagnosticCollection('esp8266-ssl.analysis');
  readonly #status = vscode.languages.createLanguageStatusItem('esp8266-ssl.analysis', sourcesSelector);
  readonly #subscriptions: { dispose(): unknown }[];
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Root → the check that is under way. */
  readonly #runs = new Map<string, object>();
  /** Root → the files that have findings of it. */
  readonly #shown = new Map<string, readonly vscode.Uri[]>();
  /** Files in editors whose text on the disk is not what was read. */
  readonly #saved = new Set<string>();
  readonly #checked = new vscode.EventEmitter<void>();
  #settings = diagnosticSettings();
  /** What the status says of findings, while it says that. */
  #counts: string | undefined;

  /** Fires when findings are new. */
  readonly onDidCheck = this.#checked.event;

  constructor(firmwares: Firmwares, analysis: WindowAnalysis) {
    this.#firmwares = firmwares;
    analysis.setSeverities(this.#settings.options.severities);
    this.#status.name = 'ESP8266 SSL';
    const onDisk = (uri: vscode.Uri) => void this.#diskChanged(uri);
    this.#subscriptions = [
      this.#collection,
      this.#status,
      this.#checked,
      watchFiles(
        '**/{*.[ch],GNUmakefile,[Mm]akefile,*.mk,platformio.ini,tasks.json,*.sh,*.bat,*.cmd,*.ps1,esp8266-ssl.json}',
        {
          created: onDisk,
          deleted: onDisk,
          changed: uri => {
            // The text of a source in an editor is known from there, until it is closed.
            if (isSource(uri) && openDocuments().some(document => document.uri.fsPath === uri.fsPath))
              this.#saved.add(uri.fsPath);
            else onDisk(uri);
          },
          known: () => firmwares.files(),
        },
      ),
      vscode.workspace.onDidOpenTextDocument(document => void this.#documentOpened(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => void this.#documentChanged(document)),
      vscode.workspace.onDidCloseTextDocument(document => void this.#documentChanged(document)),
      vscode.window.tabGroups.onDidChangeTabs(({ opened, closed }) => {
        for (const tab of [...opened, ...closed]) void this.#tabChanged(tab);
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const { uri } of removed) this.#clear(uri.fsPath);
        for (const { uri } of added) this.#schedule(uri.fsPath, 0);
      }),
      // Those of certificates come from elsewhere.
      vscode.languages.onDidChangeDiagnostics(() => {
        if (this.#counts === undefined || this.#counts !== this.#status.text) return;
        this.#status.text = this.#counts = shownCounts();
      }),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (!change.affectsConfiguration(section)) return;
        this.#settings = diagnosticSettings();
        analysis.setSeverities(this.#settings.options.severities);
        this.#scheduleAll();
      }),
      analysis.onDidRestart(() => this.#scheduleAll()),
    ];
    this.#scheduleAll();
  }

  get settings(): DiagnosticSettings {
    return this.#settings;
  }

  #scheduleAll(): void {
    for (const document of openDocuments()) void this.#documentChanged(document, 0);
    if (!this.#settings.workspaceScan) return;
    for (const folder of vscode.workspace.workspaceFolders ?? [])
      void this.#firmwares.root(folder).then(root => {
        if (root === folder.uri.fsPath) this.#schedule(root, 0);
      });
  }

  async #documentOpened(document: vscode.TextDocument): Promise<void> {
    if (!isSource(document.uri)) return;
    const root = await this.#firmwares.root(document);
    // VS Code does not tell of every file that has come.
    if (!(await this.#firmwares.isRead(root, document.uri))) this.#firmwares.forget(root);
    this.#schedule(root, pause);
  }

  async #documentChanged(document: vscode.TextDocument, wait = pause): Promise<void> {
    if (!isSource(document.uri)) return;
    this.#schedule(await this.#firmwares.root(document), wait);
  }

  async #tabChanged({ input }: vscode.Tab): Promise<void> {
    if (!(input instanceof vscode.TabInputText) || !isSource(input.uri)) return;
    if (this.#saved.delete(input.uri.fsPath)) await this.#diskChanged(input.uri);
    else this.#schedule(await this.#firmwares.root(input), pause);
  }

  async #diskChanged(uri: vscode.Uri): Promise<void> {
    const root = await this.#firmwares.root({ uri });
    this.#firmwares.forget(root);
    this.#schedule(root, diskPause);
  }

  #schedule(root: string, wait: number): void {
    clearTimeout(this.#timers.get(root));
    this.#timers.set(
      root,
      setTimeout(() => {
        this.#timers.delete(root);
        void this.#check(root);
      }, wait),
    );
  }

  #clear(root: string): void {
    clearTimeout(this.#timers.get(root));
    this.#timers.delete(root);
    this.#runs.delete(root);
    this.#firmwares.forget(root, true);
    this.#show(root, []);
  }

  async #check(root: string): Promise<void> {
    // A file that is in no folder counts while a tab has it.
    const isFolder = vscode.workspace.workspaceFolders?.some(({ uri }) => uri.fsPath === root) ?? false;
    const isOpen = inTabs().some(({ fsPath }) => fsPath === root);
    if (!this.#settings.enable || !(isFolder || isOpen)) {
      this.#clear(root);
      this.#say(vscode.l10n.t('SSL diagnostics are off'));
      return;
    }
    this.#status.busy = true;
    const run = {};
    this.#runs.set(root, run);
    const isOvertaken = () => this.#runs.get(root) !== run;
    try {
      const firmwares = await this.#firmwares.under(root);
      if (isOvertaken()) return;
      const checked: Checked[] = [];
      for (const [index, firmware] of firmwares.entries()) {
        this.#say(
          vscode.l10n.t('Checking {0} ({1} of {2})…', path.basename(root), index + 1, firmwares.length),
        );
        const one = await firmware.check();
        if (isOvertaken()) return;
        if (one !== undefined) checked.push(one);
      }
      // What was found in other texts than the editors have now is not shown.
      if (checked.length < firmwares.length || !checked.every(each => each.isCurrent())) {
        if (!this.#timers.has(root)) this.#schedule(root, pause);
        return;
      }
      this.#show(root, checked);
      this.#sayResult(checked);
      const [fault] = firmwares.flatMap(({ faults }) => faults);
      if (fault !== undefined) {
        this.#say(shownCounts(), vscode.LanguageStatusSeverity.Warning, fault.message);
        this.#counts = this.#status.text;
      }
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.#show(root, []);
      this.#say(error.message, vscode.LanguageStatusSeverity.Warning);
      if (error.problem.kind === 'analysis-stopped')
        this.#status.command = { title: vscode.l10n.t('Restart Analysis'), command: restartCommand };
    } finally {
      if (!isOvertaken()) this.#runs.delete(root);
      this.#status.busy = this.#runs.size > 0;
    }
  }

  #show(root: string, all: readonly Checked[]): void {
    const open = new Set(inTabs().map(uri => uri.toString()));
    const found = new Map<string, { uri: vscode.Uri; diagnostics: vscode.Diagnostic[] }>();
    for (const checked of all)
      for (const finding of checked.findings) {
        const uri = checked.uri(finding.at.file);
        if (!this.#settings.workspaceScan && !open.has(uri.toString())) continue;
        const diagnostics = found.get(uri.toString())?.diagnostics ?? [];
        const next = diagnostic(finding, checked);
        // Firmwares may share a file.
        if (!diagnostics.some(other => isSame(other, next))) diagnostics.push(next);
        found.set(uri.toString(), { uri, diagnostics });
      }
    for (const uri of this.#shown.get(root) ?? [])
      if (!found.has(uri.toString())) this.#collection.delete(uri);
    for (const { uri, diagnostics } of found.values()) this.#collection.set(uri, diagnostics);
    this.#shown.set(
      root,
      [...found.values()].map(({ uri }) => uri),
    );
    this.#checked.fire();
  }

  /** Says how many problems the panel shows, and what was not looked at. */
  #sayResult(checked: readonly Checked[]): void {
    if (checked.length === 0) {
      this.#say(vscode.l10n.t('No firmware of the NON-OS SDK'));
      return;
    }
    const left = new Set(checked.flatMap(({ notices }) => notices.map(({ file }) => file)));
    const { wrong } = this.#settings;
    const detail = [
      ...(left.size === 0
        ? []
        : [vscode.l10n.t('skipped, too large or part of the SDK: {0}', [...left].join(', '))]),
      ...(wrong.length === 0
        ? []
        : [vscode.l10n.t('Unknown rule or severity in {0}: {1}', `${section}.severity`, wrong.join(', '))]),
    ].join(' · ');
    const { Information, Warning } = vscode.LanguageStatusSeverity;
    this.#say(shownCounts(), wrong.length > 0 ? Warning : Information, detail);
    this.#counts = this.#status.text;
  }

  #say(text: string, severity = vscode.LanguageStatusSeverity.Information, detail = ''): void {
    sayStatus(this.#status, text, detail, severity);
    this.#status.command = undefined;
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }
}

/** How many problems of rules the panel has, in words; hints are the ones that it leaves to the editor. */
function shownCounts(): string {
  const ours = vscode.languages
    .getDiagnostics()
    .flatMap(([, diagnostics]) => diagnostics)
    .filter(each => each.source === source && ruleIds.some(id => id === ruleOf(each)));
  const found = ours.flatMap(each => severities.filter(severity => levels[severity] === each.severity));
  return vscode.l10n.t('SSL: {0}', summaryText(found.map(severity => ({ severity }))));
}

function isSame(one: vscode.Diagnostic, other: vscode.Diagnostic): boolean {
  return ruleOf(one) === ruleOf(other) && one.range.isEqual(other.range);
}

/** The rule that a diagnostic of ours comes from. */
function ruleOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

/** A finding as VS Code shows it. */
export function diagnostic(finding: LocatedFinding, checked: Checked): vscode.Diagnostic {
  const { at, message, rule, related } = finding;
  const shown = mark(rangeOf(at), message, levels[finding.severity]);
  shown.source = source;
  // VS Code opens no command from here, but any page.
  shown.code = { value: rule, target: rulePageUri(rule) };
  shown.relatedInformation = related.map(each =>
    asRelated(new vscode.Location(checked.uri(each.at.file), rangeOf(each.at)), each.message),
  );
  if (finding.unnecessary) shown.tags = [vscode.DiagnosticTag.Unnecessary];
  return shown;
}
