import path from 'node:path';
import * as vscode from 'vscode';
import { ownFile } from '../../files/ownFile';
import { projectFileName } from '../../project/projectFile';
import { chooseFolder } from '../workspaceFolders';
import { confirmed } from '../messages';

/** The project's file of the folder that the user chooses; it need not be there. */
export async function projectIn(): Promise<vscode.Uri | undefined> {
  const folder = await chooseFolder();
  return folder && vscode.Uri.joinPath(folder.uri, projectFileName);
}

/** The same, made after a question if it is missing. */
export async function askForProject(): Promise<vscode.Uri | undefined> {
  const uri = await projectIn();
  if (uri === undefined || (await exists(uri))) return uri;
  const create = vscode.l10n.t('Create');
  const question = vscode.l10n.t(
    '{0} does not exist. It stores the flash layout.',
    vscode.workspace.asRelativePath(uri),
  );
  if (!(await confirmed(question, create, { warns: false }))) return undefined;
  await createProject(uri);
  return uri;
}

/** Makes a project's file that says nothing yet. */
export async function createProject(uri: vscode.Uri): Promise<void> {
  if (uri.scheme === 'file') ownFile(path.dirname(uri.fsPath), path.basename(uri.fsPath));
  await vscode.workspace.fs.writeFile(uri, Buffer.from('{\n  "flash": {}\n}\n'));
}

/** Whether there is such a file or folder. */
export async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
