import * as vscode from 'vscode';
import { AnalysisService } from '../../analysis/engine/analysisService';
import { maxLength, type QuestionKind, type Questions } from '../../analysis/engine/messages';
import { type StopReason, stopReasonText } from '../../analysis/problems';
import type { ChosenSeverities } from '../../findings/severity';
import { ProblemError } from '../../problems';
import { showWarning } from '../messages';
import { isSource, openDocuments } from '../openDocuments';

/** Milliseconds in which the thread must give a sign of life. */
const patience = 120_000;

/** The analysis of C for this window: one thread for all folders, which starts with the first question and ends with the extension. */
export class WindowAnalysis implements vscode.Disposable {
  readonly #service: AnalysisService;
  readonly #restarted = new vscode.EventEmitter<void>();
  readonly #numbers = new WeakMap<vscode.TextDocument, { version: number; number: number }>();
  #lastNumber = 0;
  #severitiesNumber = 0;
  /** Path → the number of the text that the thread has. */
  #sent = new Map<string, number>();

  /** Fires when all that was found before is to be asked again. */
  readonly onDidRestart = this.#restarted.event;

  constructor() {
    // Texts without a translation are English, as everywhere in VS Code.
    const locale = vscode.l10n.bundle === undefined ? undefined : vscode.env.language;
    this.#service = new AnalysisService({ locale, patience }, (reason, goesOn) => {
      void this.#hasStopped(reason, goesOn);
    });
  }

  /** Throws the Problem that is found, or one that says why the analysis has stopped. */
  ask<Kind extends QuestionKind>(
    kind: Kind,
    asked: Questions[Kind]['asked'],
  ): Promise<Questions[Kind]['returned']> {
    this.#sendTexts();
    return this.#service.ask(kind, asked);
  }

  setSeverities(severities: ChosenSeverities): void {
    this.#severitiesNumber++;
    this.#service.setSeverities(severities);
  }

  /** Counts the changes of severities. */
  get severitiesNumber(): number {
    return this.#severitiesNumber;
  }

  /** What was read of a root is no longer so; `isClosed` when nobody needs it any more. */
  forget(root: string, isClosed: boolean): void {
    this.#service.forget(root, isClosed);
  }

  /** Lets the analysis start again after it has stopped. */
  restart(): void {
    this.#service.restart();
    this.#restarted.fire();
  }

  /** A number that no other text has: of this document before a change, or of another document. */
  textNumber(document: vscode.TextDocument): number {
    const known = this.#numbers.get(document);
    if (known?.version === document.version) return known.number;
    const number = ++this.#lastNumber;
    this.#numbers.set(document, { version: document.version, number });
    return number;
  }

  /** Hands over what has changed in the editors. */
  #sendTexts(): void {
    const texts = new Map<string, string | undefined>();
    const sent = new Map<string, number>();
    for (const document of openDocuments()) {
      if (!isSource(document.uri)) continue;
      const { fsPath } = document.uri;
      const number = this.textNumber(document);
      sent.set(fsPath, number);
      if (this.#sent.get(fsPath) !== number) texts.set(fsPath, shortText(document));
    }
    for (const file of this.#sent.keys()) if (!sent.has(file)) texts.set(file, undefined);
    this.#sent = sent;
    this.#service.setTexts(texts);
  }

  async #hasStopped(reason: StopReason, goesOn: boolean): Promise<void> {
    if (goesOn) {
      await showWarning(
        vscode.l10n.t('The analysis of C sources stopped ({0}) and was restarted.', stopReasonText(reason)),
      );
      return;
    }
    const again = vscode.l10n.t('Restart Analysis');
    const { message } = new ProblemError({ kind: 'analysis-stopped', reason });
    if ((await showWarning(message, again)) === again) this.restart();
  }

  dispose(): void {
    this.#restarted.dispose();
    void this.#service.end();
  }
}

/** The text of a document; none of one that is not analyzed. */
function shortText(document: vscode.TextDocument): string {
  const text = document.getText();
  return text.length > maxLength ? '' : text;
}
