import * as vscode from 'vscode';
import { recordFileOf } from '../../flash/recordFiles';
import { addressText, sectorSize, sectorText, sizeText } from '../../flash/sectors';
import { placeFor } from '../../project/placeFor';
import { projectFileName } from '../../project/projectFile';
import { type ProjectLayout, readLayout } from '../../project/flashProject';
import { generateCommand, notInspected } from '../certificates/fileKinds';
import { chooseFolder } from '../workspaceFolders';
import { pickMany } from '../quickInput';
import { flashCommand, openLayoutCommand } from './manifestNames';
import { textOf } from './pathRange';
import { exists } from './projectDocument';
import { projectName, WatchedFiles } from './projectFiles';
import { showInformation } from '../messages';
import { findFiles } from '../workspaceFiles';

/** Files that are offered; another one can be named. */
const maxOffered = 200;

/** A file that can be placed. */
interface Offer extends vscode.QuickPickItem {
  uri: vscode.Uri;
}

/** What lies in a folder for the flash. */
interface Found {
  /** Not placed yet: the record files, then others. */
  records: Offer[];
  others: Offer[];
  /** Files that lie in their place already. */
  placed: number;
}

/** Asks which files of a firmware's folder are to be placed, and says where each would go. Resolves to none when the user leaves. */
export async function askForFiles(): Promise<vscode.Uri[]> {
  const folder = (await chooseFolder())?.uri;
  if (folder === undefined) return [];
  const found = await filesIn(folder);
  return found.records.length + found.others.length === 0
    ? nothingToPlace(folder, found.placed)
    : pickFiles(folder, found);
}

async function filesIn(folder: vscode.Uri): Promise<Found> {
  const pattern = new vscode.RelativePattern(folder, '**/*.bin');
  const uris = await findFiles(pattern, notInspected, maxOffered);
  const project = vscode.Uri.joinPath(folder, projectFileName);
  const text = (await exists(project)) ? (await textOf(project)).getText() : '';
  const watched = new WatchedFiles(folder);
  try {
    const read = await readLayout(text, files => watched.of(files));
    const names = uris.map(uri => projectName(folder, uri));
    const facts = await watched.inside(names);
    const found: Found = { records: [], others: [], placed: 0 };
    for (const [index, uri] of uris.entries()) {
      const file = names[index] ?? '';
      const known = facts.get(file);
      // Images of firmware have places of their own.
      const contents = await known?.contents();
      if (contents?.kind === 'start-image' || contents?.kind === 'slot-image') continue;
      const size = known?.size ?? sectorSize;
      const offer = { uri, label: file, ...placeOf(read, file, size) };
      if (offer.isThere) found.placed++;
      else (recordFileOf(file) === undefined ? found.others : found.records).push(offer);
    }
    for (const offers of [found.records, found.others]) offers.sort((a, b) => (a.label < b.label ? -1 : 1));
    return found;
  } finally {
    watched.dispose();
  }
}

/** Where a file would go, in words. Files that are placed together share the free ranges one after the other. */
function placeOf(read: ProjectLayout, file: string, size: number): { description: string; isThere: boolean } {
  const place = placeFor(read, file, size);
  const description =
    place === undefined
      ? vscode.l10n.t('{0}; no free range is that large', sizeText(size))
      : place.kind === 'free'
        ? vscode.l10n.t('{0}, from sector {1} (address {2}) on', sizeText(size), ...numbers(place.address))
        : vscode.l10n.t('{0}, to sector {1} (address {2})', sizeText(size), ...numbers(place.address));
  return { description, isThere: place?.kind === 'there' };
}

function numbers(address: number): [string, string] {
  return [sectorText(address), addressText(address)];
}

async function pickFiles(folder: vscode.Uri, { records, others }: Found): Promise<vscode.Uri[]> {
  const groups = [
    { label: vscode.l10n.t('Certificates'), items: records },
    { label: vscode.l10n.t('Other files'), items: others },
  ];
  const chosen = await pickMany(groups, records, {
    title: vscode.l10n.t('Place in Flash'),
    placeholder: vscode.l10n.t('Select the files to place in the flash'),
    button: { iconPath: new vscode.ThemeIcon('folder-opened'), tooltip: vscode.l10n.t('Another File…') },
  });
  return chosen === 'elsewhere' ? anotherFile(folder) : chosen.map(({ uri }) => uri);
}

async function anotherFile(folder: vscode.Uri): Promise<vscode.Uri[]> {
  const filters = { [vscode.l10n.t('Binary files')]: ['bin'] };
  const title = vscode.l10n.t('Place in Flash');
  return (
    (await vscode.window.showOpenDialog({ defaultUri: folder, title, filters, canSelectMany: true })) ?? []
  );
}

/** Says why there is nothing to choose from, with a way on. */
async function nothingToPlace(folder: vscode.Uri, placed: number): Promise<vscode.Uri[]> {
  const choose = vscode.l10n.t('Choose File…');
  const project = vscode.Uri.joinPath(folder, projectFileName);
  const ways = new Map(
    placed > 0
      ? [
          [
            vscode.l10n.t('Open Flash Layout'),
            () => vscode.commands.executeCommand(openLayoutCommand, project),
          ],
          [vscode.l10n.t('Flash…'), () => vscode.commands.executeCommand(flashCommand, { folder })],
        ]
      : [
          [
            vscode.l10n.t('Generate Certificates…'),
            () => vscode.commands.executeCommand(generateCommand, { folder }),
          ],
        ],
  );
  const message =
    placed > 0
      ? vscode.l10n.t('All files for the flash are placed.')
      : vscode.l10n.t('There is no esp_ca_cert.bin or other .bin file in this folder.');
  const chosen = await showInformation(message, ...ways.keys(), choose);
  if (chosen === choose) return anotherFile(folder);
  if (chosen !== undefined) await ways.get(chosen)?.();
  return [];
}
