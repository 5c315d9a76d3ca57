import * as vscode from 'vscode';
import { notInspected } from '../certificates/fileKinds';
import { parseNumber } from '../../flash/sectors';
import { askText, pickOne } from '../quickInput';
import { projectName } from './projectFiles';
import { findFiles } from '../workspaceFiles';

/** Files that are offered; another one can be named. */
const maxOffered = 200;

/** Asks what is to be put into the flash: a file of the project, or a name and a size to keep free. */
export async function chooseContents(
  folder: vscode.Uri,
  placed: ReadonlySet<string>,
): Promise<{ file: string } | { name: string; size: string } | undefined> {
  const pattern = new vscode.RelativePattern(folder, '**/*.bin');
  const found = await findFiles(pattern, notInspected, maxOffered);
  const files = found
    .map(uri => projectName(folder, uri))
    .filter(file => !placed.has(file))
    .sort();
  const another = { label: vscode.l10n.t('Another file…'), kind: vscode.QuickPickItemKind.Default };
  const reserve = { label: vscode.l10n.t('Reserve space without a file…') };
  const separator = { label: '', kind: vscode.QuickPickItemKind.Separator };
  const chosen = await pickOne(
    [...files.map((label): vscode.QuickPickItem => ({ label })), separator, another, reserve],
    { title: vscode.l10n.t('Place in Flash'), placeHolder: vscode.l10n.t('What to place there') },
  );
  if (chosen === undefined) return undefined;
  if (chosen === another) return anotherFile(folder);
  return chosen === reserve ? room() : { file: chosen.label };
}

async function anotherFile(folder: vscode.Uri): Promise<{ file: string } | undefined> {
  const [uri] = (await vscode.window.showOpenDialog({ defaultUri: folder })) ?? [];
  return uri && { file: projectName(folder, uri) };
}

async function room(): Promise<{ name: string; size: string } | undefined> {
  const title = vscode.l10n.t('Reserve Flash Space');
  const name = await askText({ title, prompt: vscode.l10n.t('Purpose') });
  if (name === undefined || name === '') return undefined;
  const size = await askText({
    title,
    prompt: vscode.l10n.t('Size, for example 16 KB'),
    value: '4 KB',
    validateInput: value =>
      (parseNumber(value)?.value ?? 0) > 0 ? undefined : vscode.l10n.t('Enter a size such as 16 KB.'),
  });
  return size === undefined ? undefined : { name, size };
}
