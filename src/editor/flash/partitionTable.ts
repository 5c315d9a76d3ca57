import path from 'node:path';
import * as vscode from 'vscode';
import { ownFile } from '../../files/ownFile';
import { countsText } from '../../findings/counts';
import { textOf } from './pathRange';
import { partitionSource } from '../../flash/partitions';
import { exists } from './projectDocument';
import { WatchedFiles } from './projectFiles';
import { readLayout } from '../../project/flashProject';
import { confirmed } from '../messages';

/** The file of SDK 3.x's examples that has user_pre_init lies in the folder of the firmware's own code. */
const fileName = 'user_partitions.c';
const sourceFolder = 'user';

/** Writes the partition table of a project's layout as C, after a question where a file or doubts are in the way. */
export async function writePartitionTable(project: vscode.Uri): Promise<vscode.Uri | undefined> {
  const folder = vscode.Uri.joinPath(project, '..');
  const text = (await exists(project)) ? (await textOf(project)).getText() : '';
  const watched = new WatchedFiles(folder);
  try {
    const { layout, findings } = await readLayout(text, files => watched.of(files));
    const errors = findings.filter(({ severity }) => severity === 'error');
    const doubts = [
      ...(layout.sdk < '3'
        ? [vscode.l10n.t('SDK {0} has no partition tables. Use SDK 3.0 or later.', layout.sdk)]
        : []),
      ...(errors.length > 0 ? [vscode.l10n.t('The flash layout has {0}.', countsText(errors))] : []),
    ];
    const user = vscode.Uri.joinPath(folder, sourceFolder);
    const target = vscode.Uri.joinPath((await exists(user)) ? user : folder, fileName);
    if (folder.scheme === 'file') ownFile(folder.fsPath, path.relative(folder.fsPath, target.fsPath));
    const shown = vscode.workspace.asRelativePath(target);
    if (await exists(target)) doubts.push(vscode.l10n.t('{0} already exists.', shown));
    if (doubts.length > 0) {
      const write = vscode.l10n.t('Write');
      if (!(await confirmed(doubts.join(' '), write))) return undefined;
    }
    await vscode.workspace.fs.writeFile(target, Buffer.from(partitionSource(layout)));
    await vscode.window.showTextDocument(target);
    return target;
  } finally {
    watched.dispose();
  }
}
