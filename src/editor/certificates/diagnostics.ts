import * as vscode from 'vscode';
import { fixBytes, fixText, fixTitle } from '../../certificates/inspect/fixes';
import type { Severity } from '../../certificates/inspect/fileReport';
import type { Fix, Finding } from '../../certificates/inspect/rules/rule';
import { inspectBytes } from '../../certificates/inspect/inspectFile';
import {
  type CertificateWorkspace,
  type InspectedFile,
  inspectDocument,
  rangeIn,
} from './certificateWorkspace';
import { generateCommand } from './fileKinds';

const severities: Record<Severity, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Shows the findings of all files, and again whenever they change. */
export function showDiagnostics(workspace: CertificateWorkspace): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('esp8266-ssl.certificates');
  const show = () => {
    collection.clear();
    for (const file of workspace.files()) {
      const findings = workspace.findingsOf(file.uri);
      if (findings.length > 0)
        collection.set(
          file.uri,
          findings.map(finding => diagnostic(file, finding)),
        );
    }
  };
  show();
  return vscode.Disposable.from(collection, workspace.onDidChange(show));
}

function diagnostic(file: InspectedFile, { rule, severity, message, range }: Finding): vscode.Diagnostic {
  const shown = new vscode.Diagnostic(rangeIn(file, range), message, severities[severity]);
  shown.source = 'ESP8266 SSL';
  shown.code = rule;
  return shown;
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
      each => each.code === finding.rule && each.range.isEqual(rangeIn(file, finding.range)),
    );
    if (shown === undefined || finding.fix === undefined) return [];
    const action = new vscode.CodeAction(fixTitle(finding.fix), vscode.CodeActionKind.QuickFix);
    action.diagnostics = [shown];
    if (finding.fix.kind === 'regenerate') {
      if (!vscode.workspace.isTrusted) return [];
      action.command = regenerate(document.uri);
      return [action];
    }
    const edits = fixText(finding.fix, file.inspection, text);
    if (edits.length === 0) return [];
    action.edit = new vscode.WorkspaceEdit();
    for (const edit of edits) action.edit.replace(document.uri, rangeIn(file, edit.range), edit.text);
    action.isPreferred = true;
    return [action];
  });
}

/** Makes the certificates of a file's folder anew. */
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
  const bytes = await vscode.workspace.fs.readFile(uri);
  const fixed = fixBytes(fix, inspectBytes(bytes, uri.path), bytes);
  if (fixed) await vscode.workspace.fs.writeFile(uri, fixed);
}
