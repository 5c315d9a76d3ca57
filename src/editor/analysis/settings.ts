import * as vscode from 'vscode';
import { chosenSeverities } from '../../findings/chosenSeverities';
import type { ChosenSeverities, Severity } from '../../findings/severity';

export const section = 'esp8266-ssl.diagnostics';

/** Severities as VS Code has them. */
export const levels: Record<Severity, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

export interface DiagnosticSettings {
  enable: boolean;
  /** Whether findings are shown of files that no editor has. */
  workspaceScan: boolean;
  options: { severities: ChosenSeverities };
  /** Entries that name no rule or no severity. */
  wrong: readonly string[];
}

/** The user's settings. */
export function diagnosticSettings(): DiagnosticSettings {
  const settings = vscode.workspace.getConfiguration(section);
  const { chosen, wrong } = chosenSeverities(settings.get('severity'));
  return {
    enable: settings.get('enable', true),
    workspaceScan: settings.get('workspaceScan', true),
    options: { severities: chosen },
    wrong,
  };
}
