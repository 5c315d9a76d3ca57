import path from 'node:path';
import * as vscode from 'vscode';
import { isWithin } from '../../files/within';
import { pathsOutside } from '../../simulator/settings';
import { showInformation } from '../messages';

/** Where it is kept that the workspace has been told. */
const toldKey = 'debugging.pathsOutside';

/**
 * Says once a workspace which paths of a launch configuration lead out of its folder: VS Code trusts launch.json with them, but who has
 * cloned it may not know. Whoever reads the message has time: the run does not wait.
 */
export async function tellOfPathsOutside(
  told: vscode.Memento,
  folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
  own: vscode.Uri,
): Promise<void> {
  if (folder?.uri.scheme !== 'file' || told.get(toldKey) === true || !isWritten(folder, configuration))
    return;
  const found = pathsOutside(configuration, folder.uri.fsPath).filter(
    ({ file }) => !(path.isAbsolute(file) && isWithin(own.fsPath, file)),
  );
  if (found.length === 0) return;
  await told.update(toldKey, true);
  const list = found.map(({ setting, file }) => vscode.l10n.t('{0}: {1}', setting, file)).join(', ');
  const open = vscode.l10n.t('Open launch.json');
  const chosen = await showInformation(
    vscode.l10n.t('The launch configuration uses files outside of the folder {0}. {1}', folder.name, list),
    open,
  );
  if (chosen === open) await vscode.commands.executeCommand('workbench.action.debug.configure');
}

/** Whether launch.json has the configuration: what the user has just chosen needs no word. */
function isWritten(folder: vscode.WorkspaceFolder, { type, name }: vscode.DebugConfiguration): boolean {
  const written: unknown = vscode.workspace.getConfiguration('launch', folder).get('configurations');
  return (
    Array.isArray(written) &&
    written.some(
      (each: Partial<vscode.DebugConfiguration> | null) => each?.type === type && each.name === name,
    )
  );
}
