import path from 'node:path';
import * as vscode from 'vscode';
import { showError, showInformation } from './messages';
import { withRemedies } from './withRemedies';
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
  const written = await withRemedies(['add-settings'], chosen => {
    writeClangdFiles(files, force === true || chosen.has('add-settings'));
    return true;
  });
  if (written === undefined) return;
  void showInformation(clangdSummary(project).join(' '));
}
