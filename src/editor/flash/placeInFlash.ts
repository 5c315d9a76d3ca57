import * as vscode from 'vscode';
import { textChanges } from '../../flash/changes';
import { partOf } from '../../flash/picture';
import { freePlace, type Place, placeReason } from '../../flash/place';
import { addressText, sectorSize, sectorText, sizeText, wholeSectors } from '../../flash/sectors';
import { projectFileName } from '../../project/projectFile';
import { chooseFolder } from '../workspaceFolders';
import { changeText } from './editText';
import { projectName, WatchedFiles } from './projectFiles';
import { layoutViewType } from './names';
import { createProject, exists } from './projectDocument';
import { type ProjectLayout, readLayout } from '../../project/flashProject';

/**
 * Puts a file into the flash layout of its folder at the best place, or moves it there if it lies wrong. Resolves to the byte address
 * at which it lies then; undefined when it is nowhere.
 */
export async function placeInFlash(given: vscode.Uri | undefined): Promise<number | undefined> {
  const uri = given ?? (await askForFile());
  if (uri === undefined) return undefined;
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri ?? vscode.Uri.joinPath(uri, '..');
  const project = vscode.Uri.joinPath(folder, projectFileName);
  if (!(await exists(project))) await createProject(project);
  const document = await vscode.workspace.openTextDocument(project);
  const file = projectName(folder, uri);
  const watched = new WatchedFiles(folder);
  try {
    const size = (await watched.of([file])).get(file)?.size ?? sectorSize;
    const read = await readLayout(document.getText(), files => watched.of(files));
    return await place(document, read, file, size);
  } finally {
    watched.dispose();
  }
}

async function place(
  document: vscode.TextDocument,
  read: ProjectLayout,
  file: string,
  size: number,
): Promise<number | undefined> {
  const { layout, findings, part } = read;
  const region = layout.regions.find(each => each.file === file);
  const isNamed = typeof part === 'object' && part !== null && 'regions' in part;
  const misplaced =
    region === undefined
      ? []
      : findings.filter(
          ({ path, proposal }) => partOf(path) === partOf(region.path) && proposal !== undefined,
        );
  const isWrong = misplaced.some(({ severity }) => severity === 'error');
  if (region?.address !== undefined && !isWrong && isNamed) {
    tell(
      vscode.l10n.t(
        '{0} is already in sector {1} (address {2}).',
        file,
        sectorText(region.address),
        addressText(region.address),
      ),
      document.uri,
    );
    return region.address;
  }
  const usual: Place | undefined =
    region?.address === undefined || misplaced.length > 0
      ? undefined
      : { address: region.address, reason: 'outside' };
  const found = usual ?? freePlace(layout, read.sizes, region ?? { file, size });
  if (found === undefined) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('There is no free space of {0}.', sizeText(wholeSectors(size))),
    );
    return undefined;
  }
  const index = region && Number(region.path[1]);
  const wasDirty = document.isDirty;
  await changeText(
    document,
    textChanges(
      part,
      layout.records,
      index === undefined
        ? { kind: 'add', entry: { file, sector: sectorText(found.address) } }
        : { kind: 'move', region: index, address: found.address },
    ),
  );
  // Who has the file open with changes of their own saves it themselves.
  if (!wasDirty) await document.save();
  const message = vscode.l10n.t(
    '{0} was placed in sector {1} (address {2}).',
    file,
    sectorText(found.address),
    addressText(found.address),
  );
  tell(usual === undefined ? `${message} ${placeReason(found)}` : message, document.uri);
  return found.address;
}

async function askForFile(): Promise<vscode.Uri | undefined> {
  const folder = await chooseFolder();
  const [uri] =
    (folder &&
      (await vscode.window.showOpenDialog({
        defaultUri: folder.uri,
        title: vscode.l10n.t('Place in Flash'),
        filters: { [vscode.l10n.t('Binary files')]: ['bin'] },
      }))) ??
    [];
  return uri;
}

/** Says what has happened, with a way to see it. */
function tell(message: string, project: vscode.Uri): void {
  const show = vscode.l10n.t('Show Flash Layout');
  void vscode.window.showInformationMessage(message, show).then(chosen => {
    if (chosen === show) void vscode.commands.executeCommand('vscode.openWith', project, layoutViewType);
  });
}
