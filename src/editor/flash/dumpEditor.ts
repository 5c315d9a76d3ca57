import * as vscode from 'vscode';
import { textOf } from './pathRange';
import { piecesOf } from '../../flash/pieces';
import { countsText } from '../../findings/counts';
import { isFlashSize, scanDump } from '../../flash/dump';
import { type Difference, differences, differenceText, dumpParts, signText } from '../../flash/dumpReport';
import { mapName } from '../../flash/maps';
import { projectFileName } from '../../project/projectFile';
import { ProblemError } from '../../problems';
import { checkedMessage } from './checkedMessage';
import { projectUri, WatchedFiles } from './projectFiles';
import { dumpViewType } from './manifestNames';
import type { FlashView, MessageToPage } from './pageMessages';
import { pageTexts } from './pageTexts';
import { exists } from './projectDocument';
import { readLayout } from '../../project/flashProject';
import { readBytes } from '../workspaceFiles';
import { limits } from '../../files/limits';

/** Opens a dump of a whole flash, which the user chooses unless it is given. */
export async function openDump(given: vscode.Uri | undefined): Promise<void> {
  const [uri = given] =
    given === undefined
      ? ((await vscode.window.showOpenDialog({
          title: vscode.l10n.t('Open Flash Dump'),
          filters: { [vscode.l10n.t('Binary files')]: ['bin'] },
        })) ?? [])
      : [];
  if (uri !== undefined) await vscode.commands.executeCommand('vscode.openWith', uri, dumpViewType);
}

/** Shows what a dump holds, and in what it differs from its project's layout. */
export function showDump(uri: vscode.Uri, { webview, onDidDispose }: vscode.WebviewPanel): void {
  const post = (message: MessageToPage) => void webview.postMessage(message);
  const receiving = webview.onDidReceiveMessage(async (message: unknown) => {
    if (checkedMessage(message)?.type !== 'ready') return;
    try {
      post({ type: 'show', view: await viewOf(uri) });
    } catch (error) {
      post({ type: 'show', view: emptyView(uri, error instanceof Error ? error.message : String(error)) });
    }
  });
  onDidDispose(() => {
    receiving.dispose();
  });
}

/** Reads and scans a dump. Throws a Problem for a file that is not a whole flash. */
export async function viewOf(uri: vscode.Uri): Promise<FlashView> {
  const { size } = await vscode.workspace.fs.stat(uri);
  const file = vscode.workspace.asRelativePath(uri);
  if (!isFlashSize(size)) throw new ProblemError({ kind: 'dump-size', file, size });
  const bytes = await readBytes(uri, limits.flash);
  const dump = scanDump(bytes);
  const signs = dump.signs.map(signText).join(', ');
  const map = vscode.l10n.t('{0}, map {1}', mapName(dump.map), dump.map.id);
  const found = await differencesFrom(uri, bytes, dump);
  return {
    title: file,
    facts: [signs === '' ? map : vscode.l10n.t('{0}, detected from {1}', map, signs)],
    flash: dump.size,
    parts: dumpParts(dump),
    notes: found.map(difference => ({
      severity: difference.severity,
      text: differenceText(difference),
      fixes: [],
      ...(difference.part !== undefined && { part: difference.part }),
    })),
    counts: countsText(found),
    readOnly: true,
    texts: {
      ...pageTexts(),
      notes: vscode.l10n.t('Differences from the project'),
      noNotes: vscode.l10n.t('None.'),
    },
  };
}

/** Compared with the project of the dump's folder; without one there is nothing to compare. */
async function differencesFrom(
  uri: vscode.Uri,
  bytes: Uint8Array,
  dump: ReturnType<typeof scanDump>,
): Promise<Difference[]> {
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri;
  const project = folder && vscode.Uri.joinPath(folder, projectFileName);
  if (folder === undefined || project === undefined || !(await exists(project))) return [];
  const watched = new WatchedFiles(folder);
  try {
    const text = (await textOf(project)).getText();
    const { layout, sizes: known } = await readLayout(text, files => watched.of(files));
    const pieces = piecesOf(layout);
    const contents = new Map<string, Uint8Array>();
    for (const { file } of pieces) {
      const size = known.get(file);
      if (size !== undefined && size <= bytes.length)
        contents.set(file, await readBytes(projectUri(folder, file), limits.flash));
    }
    return differences(dump, bytes, layout, pieces, contents);
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  } finally {
    watched.dispose();
  }
}

function emptyView(uri: vscode.Uri, problem: string): FlashView {
  return {
    title: vscode.workspace.asRelativePath(uri),
    facts: [],
    flash: 0,
    parts: [],
    notes: [],
    counts: '',
    readOnly: true,
    problem,
    texts: pageTexts(),
  };
}
