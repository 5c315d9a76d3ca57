import path from 'node:path';
import * as vscode from 'vscode';
import { askDeviceName, simulatedDevice } from './askDeviceName';
import { showError } from './messages';
import { mayGenerate } from './trust';
import { chooseFolder } from './workspaceFolders';

/** The folder in the workspace folder that gets the files. */
const folderName = 'ssl';
const lastName = 'certificates.name';

/** What other extensions and tests may hand to the command instead of answering its question. */
interface Arguments {
  name?: string;
  folder?: vscode.Uri;
}

export function registerGenerateCertificates(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('esp8266-ssl.generateCertificates', async (given?: Arguments) => {
      try {
        return await generate(context.workspaceState, given ?? {});
      } catch (error) {
        showError(error);
        return undefined;
      }
    }),
  );
}

/** Resolves to the files written, undefined when the user has cancelled. */
async function generate(memory: vscode.Memento, given: Arguments): Promise<vscode.Uri[] | undefined> {
  if (!mayGenerate()) return undefined;
  const workspaceFolder = given.folder ?? (await chooseFolder())?.uri;
  if (workspaceFolder === undefined) return undefined;
  const name =
    given.name ??
    (await askDeviceName(vscode.l10n.t('Generate Certificates'), memory.get(lastName, simulatedDevice)));
  if (name === undefined) return undefined;
  await memory.update(lastName, name);

  const folder = vscode.Uri.joinPath(workspaceFolder, folderName);
  const { written, caUsedAgain } = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Generating certificates for {0}…', name),
    },
    async () => {
      const { writeCertificates } = await import('../certificates/writeFiles');
      return writeCertificates({ name }, folder.fsPath);
    },
  );
  const files = written.map(file => vscode.Uri.joinPath(folder, file.name));
  void showResult(name, folder, files, caUsedAgain);
  return files;
}

async function showResult(
  name: string,
  folder: vscode.Uri,
  files: vscode.Uri[],
  caUsedAgain: boolean,
): Promise<void> {
  const shown = vscode.workspace.asRelativePath(folder);
  const message = caUsedAgain
    ? vscode.l10n.t('Certificate for {0} written to {1}, signed by the CA that was there.', name, shown)
    : vscode.l10n.t('CA and certificate for {0} written to {1}.', name, shown);
  const show = vscode.l10n.t('Show Files');
  if ((await vscode.window.showInformationMessage(message, show)) !== show) return;
  const header =
    files.find(file => path.basename(file.fsPath) === 'cert.h') ?? vscode.Uri.joinPath(folder, 'cert.h');
  await vscode.commands.executeCommand('revealInExplorer', header);
  await vscode.window.showTextDocument(header);
}
