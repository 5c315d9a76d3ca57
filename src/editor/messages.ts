import * as vscode from 'vscode';
import { ProblemError } from '../problems';

/** Shows what went wrong: a Problem in its own words; anything else is a defect of ours and says so. */
export function showError(error: unknown): void {
  const message =
    error instanceof ProblemError
      ? error.message
      : vscode.l10n.t(
          'ESP8266 SSL failed unexpectedly: {0}',
          error instanceof Error ? error.message : String(error),
        );
  void vscode.window.showErrorMessage(message);
}
