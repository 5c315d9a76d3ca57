// What the extension loads when somebody first looks at the flash: all of it in one part.
import * as vscode from 'vscode';
import type { flashInSources } from '../../analysis/project/flashInSources';
import { showError } from '../messages';
import { fillPage } from '../pageHtml';
import { FlashDiagnostics } from './diagnostics';
import { openDump, showDump } from './dumpEditor';
import { LayoutSession } from './layoutSession';
import { layoutViewType } from './manifestNames';
import type { FlashView, MessageToPage } from './pageMessages';
import { writePartitionTable } from './partitionTable';
import { placeInFlash } from './placeInFlash';
import { askForProject, projectIn } from './projectDocument';
import { hasCertificatesPlaced, type Row, rowItem, rowsBelow } from './tree';

/** Everything that shows and edits the flash. */
export class FlashFeatures implements vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #readSources: typeof flashInSources;
  readonly #diagnostics = new FlashDiagnostics();
  readonly onDidChange = this.#diagnostics.onDidChange;

  constructor(extension: vscode.Uri, readSources: typeof flashInSources) {
    this.#extension = extension;
    this.#readSources = readSources;
  }

  async showLayout(document: vscode.TextDocument, panel: vscode.WebviewPanel): Promise<void> {
    const { webview } = panel;
    const session = new LayoutSession(
      document,
      this.#readSources,
      (message: MessageToPage) => void webview.postMessage(message),
    );
    const receiving = webview.onDidReceiveMessage(message => {
      session.receive(message).catch(showError);
    });
    panel.onDidDispose(() => {
      receiving.dispose();
      session.dispose();
    });
    this.#fill(panel, await session.view());
  }

  showDump(uri: vscode.Uri, panel: vscode.WebviewPanel): void {
    this.#fill(panel);
    showDump(uri, panel);
  }

  fixes(document: vscode.TextDocument, context: vscode.CodeActionContext): Promise<vscode.CodeAction[]> {
    return this.#diagnostics.fixes(document, context);
  }

  rows(parent: Row | undefined): Row[] {
    return rowsBelow(parent, this.#diagnostics.projects());
  }

  item(row: Row): vscode.TreeItem {
    return rowItem(row);
  }

  /** Whether a project of the workspace has its certificates in the flash. */
  hasCertificatesPlaced(): boolean {
    return this.#diagnostics.projects().some(hasCertificatesPlaced);
  }

  /** Opens the layout of a project; makes its file, if the user wants that. */
  async openLayout(given: vscode.Uri | undefined): Promise<void> {
    const uri = given ?? (await askForProject());
    if (uri !== undefined) await vscode.commands.executeCommand('vscode.openWith', uri, layoutViewType);
  }

  /** Resolves to the byte address at which the last file lies then. */
  place(given: readonly vscode.Uri[]): Promise<number | undefined> {
    return placeInFlash(given, this.#readSources);
  }

  openDump(given: vscode.Uri | undefined): Promise<void> {
    return openDump(given);
  }

  async writePartitionTable(given: vscode.Uri | undefined): Promise<vscode.Uri | undefined> {
    const project = given ?? (await projectIn());
    return project && writePartitionTable(project);
  }

  #fill({ webview }: vscode.WebviewPanel, data?: FlashView): void {
    fillPage(webview, this.#extension, {
      name: 'flashPage',
      title: vscode.l10n.t('Flash layout'),
      live: false,
      data,
    });
  }

  dispose(): void {
    this.#diagnostics.dispose();
  }
}
