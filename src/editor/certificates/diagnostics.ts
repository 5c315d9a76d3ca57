import * as vscode from 'vscode';
import { fixBytes, fixText, fixTitle } from '../../certificates/inspect/fixes';
import type { Fix, Finding } from '../../certificates/inspect/rules/rule';
import { inspectBytes } from '../../certificates/inspect/inspectFile';
import {
  type CertificateWorkspace,
  type InspectedFile,
  inspectDocument,
  rangeIn,
} from './certificateWorkspace';
import { rulePageUri } from '../analysis/rulePageUri';
import { diagnosticSettings, levels, section } from '../analysis/settings';
import { action, mark } from '../labels';
import { generateCommand } from './fileKinds';
import { readBytes } from '../workspaceFiles';
import { maxBytes } from '../../certificates/inspect/inspectFile';
import { type ChosenSeverities, chosenSeverity } from '../../findings/severity';

/** Shows the findings of all files, and again whenever they or the settings change. */
export function showDiagnostics(workspace: CertificateWorkspace): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('esp8266-ssl.certificates');
  const show = () => {
    collection.clear();
    const { options } = diagnosticSettings();
    for (const file of workspace.files()) {
      const severities = new Map([...(workspace.severitiesOf(file.uri) ?? []), ...options.severities]);
      const shown = workspace
        .findingsOf(file.uri)
        .flatMap(finding => diagnostic(file, finding, severities) ?? []);
      if (shown.length > 0) collection.set(file.uri, shown);
    }
  };
  show();
  return vscode.Disposable.from(
    collection,
    workspace.onDidChange(show),
    vscode.workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration(section)) show();
    }),
  );
}

/** A finding as VS Code shows it; undefined for a rule that is off. */
function diagnostic(
  file: InspectedFile,
  { rule, severity: own, message, range }: Finding,
  severities: ChosenSeverities,
): vscode.Diagnostic | undefined {
  const severity = chosenSeverity(severities, { id: rule, group: 'certificates' }) ?? own;
  if (severity === 'off') return undefined;
  const shown = mark(rangeIn(file, range), message, levels[severity]);
  shown.source = 'ESP8266 SSL';
  // VS Code opens no command from here, but any page.
  shown.code = { value: rule, target: rulePageUri(rule) };
  return shown;
}

/** The rule that a diagnostic of ours comes from. */
function ruleOf({ code }: vscode.Diagnostic): unknown {
  return typeof code === 'object' ? code.value : code;
}

/** Quick fixes for what is found at a place of a text. */
export function fixesAt(
  document: vscode.TextDocument,
  { diagnostics }: vscode.CodeActionContext,
  workspace: CertificateWorkspace,
): vscode.CodeAction[] {
  const file = inspectDocument(document);
  const text = document.getText();
  return workspace.findingsOf(document.uri).flatMap(finding => {
    const shown = diagnostics.find(
      each => ruleOf(each) === finding.rule && each.range.isEqual(rangeIn(file, finding.range)),
    );
    if (shown === undefined || finding.fix === undefined) return [];
    const made = action(fixTitle(finding.fix), vscode.CodeActionKind.QuickFix);
    made.diagnostics = [shown];
    if (finding.fix.kind === 'regenerate') {
      if (!vscode.workspace.isTrusted) return [];
      made.command = regenerate(document.uri);
      return [made];
    }
    const edits = fixText(finding.fix, file.inspection, text);
    if (edits.length === 0) return [];
    made.edit = new vscode.WorkspaceEdit();
    for (const { start, end, text: replacement } of edits) {
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      made.edit.replace(document.uri, range, replacement);
    }
    made.isPreferred = true;
    return [made];
  });
}

/** Makes the certificates of a file's folder again. */
export function regenerate(uri: vscode.Uri): vscode.Command {
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri;
  return {
    command: generateCommand,
    title: fixTitle({ kind: 'regenerate' }),
    arguments: folder ? [{ folder }] : [],
  };
}

/** Applies a fix to a file that is not text. Throws what the file system throws. */
export async function fixFile(uri: vscode.Uri, fix: Fix): Promise<void> {
  const bytes = await readBytes(uri, maxBytes);
  const fixed = fixBytes(fix, inspectBytes(bytes, uri.path), bytes);
  if (fixed) await vscode.workspace.fs.writeFile(uri, fixed);
}
