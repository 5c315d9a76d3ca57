import * as vscode from 'vscode';
import { staysInside } from '../files/within';
import { type ProjectChoices, readChoices } from '../project/choices';
import { editedProject, editProjectFile } from '../project/editProject';
import { projectFileName } from '../project/projectFile';
import { type CertificateChoices, certificatePart } from '../project/settings/certificates';
import { pathsIn } from '../project/settings/setting';
import type { JsonChange } from '../text/jsonPath';
import { openDocuments } from './openDocuments';

/** Files outside of the project are the user's own choice of the moment: a project's file does not name them. */
function inProject(root: string, { certificates, ...others }: ProjectChoices): ProjectChoices {
  const kept = Object.entries(certificates).filter(([key, value]) =>
    pathsIn(certificatePart, { [key]: value }).every(({ file }) => staysInside(root, file)),
  );
  const inside: CertificateChoices = Object.fromEntries(kept);
  return { ...others, certificates: inside };
}

/** Writes the choices that are new into the project's file; what else is in it stays. One that is being edited is edited there. */
export async function keepChoices(root: vscode.Uri, given: ProjectChoices): Promise<void> {
  const choices = inProject(root.fsPath, given);
  const before = await readChoices(root.fsPath);
  const changes: JsonChange[] = [
    ...changed([], { ...before.target }, { ...choices.target }),
    ...changed(['certificates'], { ...before.certificates }, { ...choices.certificates }),
  ];
  if (changes.length === 0) return;
  const file = vscode.Uri.joinPath(root, projectFileName);
  const document = openDocuments().find(({ uri }) => uri.toString() === file.toString());
  if (document === undefined) {
    await editProjectFile(root.fsPath, changes);
    return;
  }
  const text = document.getText();
  const edit = new vscode.WorkspaceEdit();
  const all = new vscode.Range(document.positionAt(0), document.positionAt(text.length));
  edit.replace(file, all, editedProject(text, changes, projectFileName));
  await vscode.workspace.applyEdit(edit);
  await document.save();
}

function changed(at: string[], before: Record<string, unknown>, now: Record<string, unknown>): JsonChange[] {
  return Object.entries(now)
    .filter(([key, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(before[key]))
    .map(([key, value]) => ({ at: [...at, key], value }));
}
