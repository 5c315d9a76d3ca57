import * as vscode from 'vscode';
import { showErrorText } from './messages';

/** The workspace folder to work in: the only one, or the one the user picks; undefined when there is none or none is picked. */
export async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1) {
    return vscode.window.showWorkspaceFolderPick({
      placeHolder: vscode.l10n.t('The folder of the firmware project'),
    });
  }
  const [folder] = folders;
  if (folder === undefined) {
    showErrorText(vscode.l10n.t('Open the folder of your firmware project first.'));
  }
  return folder;
}
