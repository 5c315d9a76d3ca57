import * as vscode from 'vscode';
import type { SourceEdit } from '../../analysis/project/flashClaims';

/** Changes the sources: one step to undo. Resolves to false, without a change, when a source is not as it was read. */
export async function applySourceEdits(edits: readonly SourceEdit[]): Promise<boolean> {
  const change = new vscode.WorkspaceEdit();
  const clean = new Set<vscode.TextDocument>();
  for (const { file, start, end, text, before } of edits) {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    if (document.getText(range) !== before) return false;
    if (!document.isDirty) clean.add(document);
    change.replace(document.uri, range, text);
  }
  if (!(await vscode.workspace.applyEdit(change))) return false;
  // Who has a source open with changes of their own saves it themselves.
  for (const document of clean) await document.save();
  return true;
}
