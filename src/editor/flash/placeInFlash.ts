import * as vscode from 'vscode';
import type { flashInSources } from '../../analysis/project/flashInSources';
import { textOf } from './pathRange';
import { jsonChanges } from '../../flash/changes';
import { placeReason } from '../../flash/freePlaces';
import { addressText, sectorSize, sectorText, sizeText, wholeSectors } from '../../flash/sectors';
import { placeFor } from '../../project/placeFor';
import { projectFileName } from '../../project/projectFile';
import { type ProjectLayout, readLayout } from '../../project/flashProject';
import { askForFiles } from './askForFiles';
import { changeText } from './editText';
import { type Correction, correctionFor } from './correctSources';
import { flashCommand, openLayoutCommand } from './manifestNames';
import { createProject, exists } from './projectDocument';
import { projectName, WatchedFiles } from './projectFiles';
import { applySourceEdits } from './applySourceEdits';
import { showInformation, showWarning } from '../messages';

/** What has become of a file that was to be placed. */
interface Placed {
  file: string;
  address: number;
  /** It was there before. */
  already: boolean;
  /** Why there, in a sentence; empty where the address was known. */
  reason: string;
}

/**
 * Puts files into the flash layout of their folder, each at the best place, or moves them there if they lie wrong; asks for files if
 * none are given. Resolves to the byte address at which the last of them lies then; undefined when it is not placed.
 */
export async function placeInFlash(
  given: readonly vscode.Uri[],
  readSources: typeof flashInSources,
): Promise<number | undefined> {
  const uris = given.length > 0 ? given : await askForFiles();
  const [first] = uris;
  if (first === undefined) return undefined;
  const folder = vscode.workspace.getWorkspaceFolder(first)?.uri ?? vscode.Uri.joinPath(first, '..');
  const project = vscode.Uri.joinPath(folder, projectFileName);
  if (!(await exists(project))) await createProject(project);
  // Rejects where VS Code would read without end.
  await textOf(project);
  const document = await vscode.workspace.openTextDocument(project);
  const watched = new WatchedFiles(folder);
  const placed: Placed[] = [];
  try {
    for (const uri of uris) {
      const file = projectName(folder, uri);
      const size = (await watched.inside([file])).get(file)?.size ?? sectorSize;
      const read = await readLayout(document.getText(), files => watched.of(files));
      const done = await place(document, read, file, size);
      if (done === undefined) break;
      placed.push(done);
    }
    if (placed.length > 0) {
      const read = await readLayout(document.getText(), files => watched.of(files));
      // The message waits for the user; who has placed the files need not.
      void correctionFor(
        readSources,
        folder,
        read,
        placed.map(({ file }) => file),
      ).then(correction => tell(placed, project, folder, correction));
    }
    return placed.length === uris.length ? placed.at(-1)?.address : undefined;
  } finally {
    watched.dispose();
  }
}

async function place(
  document: vscode.TextDocument,
  read: ProjectLayout,
  file: string,
  size: number,
): Promise<Placed | undefined> {
  const found = placeFor(read, file, size);
  if (found === undefined) {
    void tellFull(file, size, document.uri);
    return undefined;
  }
  const { address } = found;
  if (found.kind === 'there') return { file, address, already: true, reason: '' };
  const region = read.layout.regions.find(each => each.file === file);
  const index = region && Number(region.path[1]);
  const wasDirty = document.isDirty;
  await changeText(
    document,
    jsonChanges(
      read.part,
      read.layout.records,
      index === undefined
        ? { kind: 'add', entry: { file, sector: sectorText(address) } }
        : { kind: 'move', region: index, address },
    ),
  );
  // Who has the file open with changes of their own saves it themselves.
  if (!wasDirty) await document.save();
  const reason = found.kind === 'free' ? placeReason(found.place) : '';
  return { file, address, already: false, reason };
}

async function tellFull(file: string, size: number, project: vscode.Uri): Promise<void> {
  const open = vscode.l10n.t('Open Flash Layout');
  const needed = sizeText(wholeSectors(size));
  const message = vscode.l10n.t('{0} needs {1}, and no free range of the flash is that large.', file, needed);
  const chosen = await showWarning(message, open);
  if (chosen === open) await vscode.commands.executeCommand(openLayoutCommand, project);
}

/** Says in one message what lies where now, and offers what comes next. */
async function tell(
  placed: readonly Placed[],
  project: vscode.Uri,
  folder: vscode.Uri,
  correction: Correction | undefined,
): Promise<void> {
  const open = vscode.l10n.t('Open Flash Layout');
  const flash = vscode.l10n.t('Flash…');
  const sentences = [placedText(placed), ...(correction?.texts ?? [])];
  const buttons = [...(correction === undefined ? [] : [correction.title]), open, flash];
  const show = correction === undefined ? showInformation : showWarning;
  const chosen = await show(sentences.join(' '), ...buttons);
  if (chosen === undefined) return;
  if (chosen === open) await vscode.commands.executeCommand(openLayoutCommand, project);
  else if (chosen === flash) await vscode.commands.executeCommand(flashCommand, { folder });
  else if (correction !== undefined) await correct(correction, project, folder);
}

function placedText(placed: readonly Placed[]): string {
  const [only, ...others] = placed;
  if (only === undefined) return '';
  if (others.length > 0) {
    const list = placed.map(({ file, address }) =>
      vscode.l10n.t('{0} in sector {1}', file, sectorText(address)),
    );
    return vscode.l10n.t('Placed in the flash: {0}.', list.join(vscode.l10n.t(', ')));
  }
  const { file, address, already, reason } = only;
  if (already)
    return vscode.l10n.t(
      '{0} is already in sector {1} (address {2}).',
      file,
      sectorText(address),
      addressText(address),
    );
  const message = vscode.l10n.t(
    '{0} was placed in sector {1} (address {2}).',
    file,
    sectorText(address),
    addressText(address),
  );
  return reason === '' ? message : `${message} ${reason}`;
}

/** Puts the sources right, and continues from there. */
async function correct({ edits, file }: Correction, project: vscode.Uri, folder: vscode.Uri): Promise<void> {
  if (!(await applySourceEdits(edits))) {
    void showWarning(vscode.l10n.t('{0} has changed since it was read. Nothing was written.', file));
    return;
  }
  const open = vscode.l10n.t('Open Flash Layout');
  const flash = vscode.l10n.t('Flash…');
  const chosen = await showInformation(
    vscode.l10n.t('{0} names the sectors of the layout now. Build the firmware again.', file),
    open,
    flash,
  );
  if (chosen === open) await vscode.commands.executeCommand(openLayoutCommand, project);
  if (chosen === flash) await vscode.commands.executeCommand(flashCommand, { folder });
}
