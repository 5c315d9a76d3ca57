import * as vscode from 'vscode';
import { editedProject, replacementOf } from '../../project/editProject';
import { projectFileName } from '../../project/projectFile';
import type { ReadText } from './pathRange';
import type { JsonChange } from '../../text/jsonPath';

/** Adds the changes to an edit, as one replacement of what really differs: comments and unknown keys stay as they are. */
export function addChanges(
  edit: vscode.WorkspaceEdit,
  document: ReadText,
  changes: readonly JsonChange[],
): void {
  const before = document.getText();
  const found = replacementOf(before, editedProject(before, changes, projectFileName));
  if (found === undefined) return;
  const range = new vscode.Range(document.positionAt(found.start), document.positionAt(found.end));
  edit.replace(document.uri, range, found.text);
}

/** Makes the changes in the text: one step to undo. Throws a Problem when the text is no JSON. */
export async function changeText(
  document: vscode.TextDocument,
  changes: readonly JsonChange[],
): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  addChanges(edit, document, changes);
  if (edit.size > 0) await vscode.workspace.applyEdit(edit);
}
