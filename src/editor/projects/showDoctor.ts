import * as vscode from 'vscode';
import type { Reports } from '../reports';
import { showInformation } from '../messages';

const reportName = 'Doctor.md';

/** Examines the open folder, shows the report and offers to copy it. Resolves to the report. */
export async function showDoctor(reports: Reports): Promise<string> {
  const { doctorMarkdown, examine } = await import('../../doctor/examine');
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  const items = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Window,
      title: vscode.l10n.t('Looking at SDK, compiler and firmware'),
    },
    // Without a folder nothing but the programs is looked at: the extension's own folder has no firmware at its top.
    () => examine(folder?.uri.fsPath ?? __dirname),
  );
  const text = doctorMarkdown(items);
  const uri = reports.put(reportName, text);
  await vscode.commands.executeCommand('vscode.open', uri);
  return text;
}

/** Puts the report into the clipboard: as it is shown, if it is. */
export async function copyDoctor(reports: Reports): Promise<void> {
  await vscode.env.clipboard.writeText(reports.text(reportName) ?? (await showDoctor(reports)));
  void showInformation(vscode.l10n.t('The report is in the clipboard.'));
}
