import * as vscode from 'vscode';
import { checkedRequest } from '../certificates/request';
import { askDeviceName, simulatedDevice } from './askDeviceName';
import { showError, showInformation, withProgress } from './messages';
import { mayGenerate } from './trust';
import { chooseFolder } from './workspaceFolders';

/** The folder in the workspace folder that gets the set. */
const folderName = 'bad-certificates';

/** What other extensions and tests may hand to the command instead of answering its question. */
interface Arguments {
  name?: string;
  folder?: vscode.Uri;
}

export function registerGenerateBadCertificates(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('esp8266-ssl.generateBadCertificates', async (given?: Arguments) => {
      try {
        return await generate(given ?? {});
      } catch (error) {
        showError(error);
        return undefined;
      }
    }),
  );
}

/** Resolves to the README of the set, undefined when the user has cancelled. */
async function generate(given: Arguments): Promise<vscode.Uri | undefined> {
  if (!mayGenerate()) return undefined;
  const workspaceFolder = given.folder ?? (await chooseFolder())?.uri;
  if (workspaceFolder === undefined) return undefined;
  const title = vscode.l10n.t('Generate Bad Certificates for Tests');
  const name = given.name ?? (await askDeviceName(title, simulatedDevice));
  if (name === undefined) return undefined;

  const folder = vscode.Uri.joinPath(workspaceFolder, folderName);
  await withProgress(vscode.l10n.t('Generating bad certificates for {0}…', name), {}, async () => {
    const { writeBadSet } = await import('../certificates/writeBadSet');
    await writeBadSet(checkedRequest({ name }), folder.fsPath);
  });
  const readme = vscode.Uri.joinPath(folder, 'README.md');
  void showResult(vscode.workspace.asRelativePath(folder), readme);
  return readme;
}

async function showResult(shown: string, readme: vscode.Uri): Promise<void> {
  const show = vscode.l10n.t('What to Expect');
  const message = vscode.l10n.t(
    'Bad certificates written to {0}, each in a folder named after its defect.',
    shown,
  );
  if ((await showInformation(message, show)) !== show) return;
  await vscode.commands.executeCommand('markdown.showPreview', readme);
}
