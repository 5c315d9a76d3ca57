import * as vscode from 'vscode';
import { jsonChanges } from '../../flash/changes';
import { ProblemError } from '../../problems';
import { readLayout } from '../../project/flashProject';
import { addChanges } from './editText';
import { textOf } from './pathRange';
import type { RegionMove } from '../../findings/finding';

/** The edit that moves a region in a project's file; undefined while its text cannot be read. */
export async function moveRegion({
  file,
  region,
  address,
}: RegionMove): Promise<vscode.WorkspaceEdit | undefined> {
  try {
    const document = await textOf(vscode.Uri.file(file));
    const { part, layout } = await readLayout(document.getText(), () => Promise.resolve(new Map()));
    const edit = new vscode.WorkspaceEdit();
    addChanges(edit, document, jsonChanges(part, layout.records, { kind: 'move', region, address }));
    return edit;
  } catch (error) {
    if (error instanceof ProblemError || error instanceof vscode.FileSystemError) return undefined;
    throw error;
  }
}
