import type * as vscode from 'vscode';
import { codeActions } from './codeActions';
import { completions } from './completions';
import { Diagnostics } from './diagnostics';
import { type Checked, type Firmware, Firmwares, isLong } from './firmwares';
import { functionHover, functionSignature } from './functionHelp';
import { inlayHints } from './inlayHints';
import type { WindowAnalysis } from './windowAnalysis';

export { rulePage, showRule } from './rulePages';

/** All that the analysis does in the editor; what is in no firmware gets nothing. */
export class AnalysisFeatures implements vscode.Disposable {
  readonly #firmwares: Firmwares;
  readonly #diagnostics: Diagnostics;

  /** Fires when the sources have been read again. */
  readonly onDidCheck: vscode.Event<void>;

  constructor(analysis: WindowAnalysis) {
    this.#firmwares = new Firmwares(analysis);
    this.#diagnostics = new Diagnostics(this.#firmwares, analysis);
    this.onDidCheck = this.#diagnostics.onDidCheck;
  }

  async actions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    if (!this.#diagnostics.settings.enable) return [];
    const here = await this.#check(document);
    return here === undefined ? [] : codeActions(document, range, context, here.checked, here.name);
  }

  async hover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    if (isLong(document)) return undefined;
    const found = functionHover(document, position);
    return found !== undefined && (await this.#isOfFirmware(document)) ? found : undefined;
  }

  async signature(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.SignatureHelp | undefined> {
    if (isLong(document)) return undefined;
    const found = functionSignature(document, position);
    return found !== undefined && (await this.#isOfFirmware(document)) ? found : undefined;
  }

  async hints(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.InlayHint[]> {
    const here = await this.#check(document);
    return here === undefined ? [] : inlayHints(await here.firmware.hintsIn(here.name), range);
  }

  async complete(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[]> {
    if (isLong(document)) return [];
    const found = completions(document, position);
    return found.length > 0 && (await this.#isOfFirmware(document)) ? found : [];
  }

  async #isOfFirmware(document: vscode.TextDocument): Promise<boolean> {
    return (await this.#firmwares.of(document)) !== undefined;
  }

  async #check(
    document: vscode.TextDocument,
  ): Promise<{ firmware: Firmware; name: string; checked: Checked } | undefined> {
    const found = await this.#firmwares.of(document);
    const checked = await found?.firmware.check();
    return found && checked?.isCurrent() === true ? { ...found, checked } : undefined;
  }

  dispose(): void {
    this.#diagnostics.dispose();
  }
}
