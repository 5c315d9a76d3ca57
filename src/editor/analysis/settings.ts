import * as vscode from 'vscode';
import type { AnalyzerOptions } from '../../analysis/engine/analyzer';
import { isRuleName } from '../../findings/ruleNames';
import { severities, type Severity } from '../../findings/severity';

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
  options: AnalyzerOptions;
  /** Entries that name no rule or no severity. */
  wrong: readonly string[];
}

/** The user's settings. */
export function diagnosticSettings(): DiagnosticSettings {
  const settings = vscode.workspace.getConfiguration(section);
  const changed = new Map<string, Severity | 'off'>();
  const wrong: string[] = [];
  const wanted: unknown = settings.get('severity');
  for (const [rule, value] of Object.entries(typeof wanted === 'object' && wanted !== null ? wanted : {})) {
    const severity = [...severities, 'off' as const].find(each => each === value);
    if (severity !== undefined && isRuleName(rule)) changed.set(rule, severity);
    else wrong.push(rule);
  }
  return {
    enable: settings.get('enable', true),
    workspaceScan: settings.get('workspaceScan', true),
    options: { severities: changed },
    wrong,
  };
}
