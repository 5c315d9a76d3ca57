import * as vscode from 'vscode';
import { buttonOf } from '../text/remedies';
import { runCommand } from './debugging/manifestNames';
import { placeCommand } from './flash/manifestNames';
import { addToGitignore } from './privateKeys';
import { showInformation, showWarning } from './messages';

/** What a command has made. */
interface Result {
  /** The workspace folder. */
  root: vscode.Uri;
  /** Where the files are. */
  folder: vscode.Uri;
  message: string;
  /** What the user should know of the certificates. */
  notes: readonly string[];
  /** Makes everything again with a new CA, where the old one is to blame. */
  newCa?: (() => Promise<unknown>) | undefined;
  /** Private keys that git would add, relative to the folder. */
  unprotected: string[];
  /** The file to show, relative to the folder. */
  show: string;
  /** Files of records for the device's flash, relative to the folder. */
  records: string[];
}

/** A button of the message at the end. */
interface Action {
  title: string;
  run: (result: Result) => Promise<unknown>;
}

/** What can be done next, in the order of the buttons: three, as VS Code shows more of them badly. */
function actionsFor({ newCa, unprotected, records }: Result): Action[] {
  return [
    ...(newCa === undefined ? [] : [{ title: buttonOf('new-ca') ?? '', run: newCa }]),
    ...(records.length > 0
      ? [
          { title: vscode.l10n.t('Run on Simulated Device'), run: runDevice },
          ...(newCa === undefined ? [{ title: vscode.l10n.t('Place in Flash'), run: placeRecords }] : []),
        ]
      : []),
    unprotected.length > 0
      ? { title: vscode.l10n.t('Add Keys to .gitignore'), run: ignoreKeys }
      : { title: vscode.l10n.t('Show Files'), run: showFiles },
  ];
}

/** Says in one message what was made, and offers what can be done next. */
export async function showResult(result: Result): Promise<void> {
  const text = [result.message, ...result.notes].join(' ');
  const actions = actionsFor(result);
  const show = result.notes.length > 0 ? showWarning : showInformation;
  const chosen = await show(text, ...actions.map(({ title }) => title));
  await actions.find(({ title }) => title === chosen)?.run(result);
}

async function showFiles({ folder, show }: Result): Promise<void> {
  const file = vscode.Uri.joinPath(folder, show);
  await vscode.commands.executeCommand('revealInExplorer', file);
  await vscode.window.showTextDocument(file);
}

/** What else was offered is offered again. */
async function ignoreKeys(result: Result): Promise<void> {
  const { root, folder, unprotected } = result;
  await addToGitignore(root, folder, unprotected);
  const message = vscode.l10n.t('The private keys are in .gitignore.');
  await showResult({ ...result, message, notes: [], newCa: undefined, unprotected: [] });
}

async function runDevice({ root }: Result): Promise<void> {
  await vscode.commands.executeCommand(runCommand, root);
}

async function placeRecords({ folder, records }: Result): Promise<void> {
  await vscode.commands.executeCommand(
    placeCommand,
    records.map(file => vscode.Uri.joinPath(folder, file)),
  );
}
