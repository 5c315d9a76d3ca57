import * as vscode from 'vscode';
import type { NumberEdit } from '../../analysis/project/flashClaims';

/**
 * Writes other numbers into the sources, in the way they are written there: one step to undo. Resolves to false, without a change,
 * when a source is not as it was read.
 */
export async function writeNumbers(edits: readonly NumberEdit[]): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  const clean = new Set<vscode.TextDocument>();
  for (const { number, value } of edits) {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(number.file));
    const { start, text } = number;
    const range = new vscode.Range(document.positionAt(start), document.positionAt(start + text.length));
    if (document.getText(range) !== text) return false;
    if (!document.isDirty) clean.add(document);
    edit.replace(document.uri, range, written(value, text));
  }
  if (!(await vscode.workspace.applyEdit(edit))) return false;
  // Who has a source open with changes of their own saves it themselves.
  for (const document of clean) await document.save();
  return true;
}

function written(value: number, like: string): string {
  return /^0x/i.test(like) ? `0x${value.toString(16).toUpperCase()}` : String(value);
}
