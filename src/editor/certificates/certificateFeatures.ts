// What the extension loads when somebody first looks at certificates: all of it in one part, with one copy of the X.509 reader.
import * as vscode from 'vscode';
import { CertificateWorkspace } from './certificateWorkspace';
import { fixesAt, regenerate, showDiagnostics } from './diagnostics';
import { showPage } from './page';
import { hoverOf, lensesOf } from './showContents';
import { openRow, type Row, rowItem, rowsBelow } from './tree';

/** Everything that shows certificates, over one reading of the workspace. */
export class CertificateFeatures implements vscode.Disposable {
  readonly #workspace: CertificateWorkspace;
  readonly #diagnostics: vscode.Disposable;
  readonly onDidChange: vscode.Event<void>;

  private constructor(workspace: CertificateWorkspace) {
    this.#workspace = workspace;
    this.onDidChange = workspace.onDidChange;
    this.#diagnostics = showDiagnostics(workspace);
  }

  static async open(): Promise<CertificateFeatures> {
    return new CertificateFeatures(await CertificateWorkspace.open());
  }

  lenses(document: vscode.TextDocument): vscode.CodeLens[] {
    return lensesOf(document, this.#workspace.sdkOf(document.uri));
  }

  hover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    return hoverOf(document, position, this.#workspace);
  }

  fixes(document: vscode.TextDocument, context: vscode.CodeActionContext): vscode.CodeAction[] {
    return fixesAt(document, context, this.#workspace);
  }

  page(uri: vscode.Uri, panel: vscode.WebviewPanel, extension: vscode.Uri): void {
    showPage(uri, panel, extension, this.#workspace);
  }

  rows(parent: Row | undefined): Row[] {
    return rowsBelow(parent, this.#workspace);
  }

  item(row: Row): vscode.TreeItem {
    return rowItem(row, this.#workspace);
  }

  open(row: Row): Promise<void> {
    return openRow(row);
  }

  async regenerate({ uri }: Row): Promise<void> {
    const { command, arguments: given = [] } = regenerate(uri);
    await vscode.commands.executeCommand(command, ...(given as unknown[]));
  }

  /** Whether the workspace has a certificate for a device. */
  hasOwn(): boolean {
    return this.#workspace.groups().certificates.some(({ role }) => role === 'device');
  }

  dispose(): void {
    this.#diagnostics.dispose();
    this.#workspace.dispose();
  }
}
