import * as vscode from 'vscode';
import { hasFile } from '../workspaceFiles';
import { inFirmwareContext } from './manifestNames';

/** What only the folders of firmware projects have. */
const signs = '**/{esp8266-ssl.json,user_config.h,user_main.c}';

/** Keeps the context key up to date that puts Run on Simulated Device into the title of firmware sources. */
export function watchActiveFirmware(): vscode.Disposable {
  const known = new Set<string>();
  const update = async (editor: vscode.TextEditor | undefined): Promise<void> => {
    const folder = editor && vscode.workspace.getWorkspaceFolder(editor.document.uri);
    const inFirmware = folder !== undefined && (await isFirmware(folder, known));
    if (editor === vscode.window.activeTextEditor)
      await vscode.commands.executeCommand('setContext', inFirmwareContext, inFirmware);
  };
  void update(vscode.window.activeTextEditor);
  return vscode.window.onDidChangeActiveTextEditor(editor => void update(editor));
}

/** What is not a firmware today may become one; what is one stays it. */
async function isFirmware(folder: vscode.WorkspaceFolder, known: Set<string>): Promise<boolean> {
  const key = folder.uri.toString();
  if (known.has(key)) return true;
  const found = await hasFile(new vscode.RelativePattern(folder, signs));
  if (found) known.add(key);
  return found;
}
