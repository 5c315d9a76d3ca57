import path from 'node:path';
import * as vscode from 'vscode';
import { confirmed, showError, showInformation } from './messages';
import { chooseFolder } from './workspaceFolders';

/** What other extensions and tests may hand to the command instead of answering its questions. */
interface Arguments {
  folder?: vscode.Uri;
  /** Changes files that others have written without asking. */
  force?: boolean;
}

/** Registers the command that makes clangd understand a firmware. It reads Makefiles and runs nothing; clangd acts on what
 * it writes, so that the workspace must be trusted. */
export function registerSetUpClangd(context: vscode.ExtensionContext): void {
  const headers = path.join(context.extensionPath, 'device-sdk', 'include');
  context.subscriptions.push(
    vscode.commands.registerCommand('esp8266-ssl.setUpClangd', async (given?: Arguments) => {
      try {
        await setUpClangd(headers, given ?? {});
      } catch (error) {
        showError(error);
      }
    }),
  );
}

async function setUpClangd(headers: string, { folder: given, force }: Arguments): Promise<void> {
  if (!vscode.workspace.isTrusted) return;
  const folder = given ?? (await chooseFolder())?.uri;
  if (folder === undefined) return;
  const { clangdFiles, clangdProject, clangdSummary, writeClangdFiles } =
    await import('../analysis/clangd/clangdSetup');
  const project = await clangdProject(folder.fsPath, { headers, environment: process.env });
  const files = clangdFiles(project);
  const others = files.filter(({ changesOthers }) => changesOthers);
  if (others.length > 0 && force !== true) {
    const change = vscode.l10n.t('Change');
    const question = vscode.l10n.t(
      '{0} already exists. The needed settings are added; everything else in it stays.',
      others.map(({ file }) => path.basename(file)).join(', '),
    );
    if (!(await confirmed(question, change))) return;
  }
  writeClangdFiles(files);
  void showInformation(clangdSummary(project).join(' '));
}
