import path from 'node:path';
import * as vscode from 'vscode';
import { findingText } from '../../flash/findings';
import { type Part, partOf, partsOf, type PartState } from '../../flash/picture';
import { recordFileOf } from '../../flash/recordFiles';
import { addressText, sectorText, sizeText } from '../../flash/sectors';
import type { ProjectLayout } from '../../project/flashProject';
import { addText, treeItem } from '../labels';
import { openLayoutCommand } from './manifestNames';

/** A project as it was last read. */
export interface ReadProject {
  uri: vscode.Uri;
  read: ProjectLayout;
}

/** A row of the view: a project, where there are several, or a part of its flash. */
export type Row = { kind: 'project'; uri: vscode.Uri; project: ReadProject } | PartRow;

interface PartRow {
  kind: 'part';
  /** The project's file. */
  uri: vscode.Uri;
  part: Part;
  /** What is wrong with it, in sentences. */
  findings: string[];
  /** The project names it; otherwise it is where the SDK's example has it. */
  isNamed: boolean;
}

/** The rows beneath one, or those at the top. */
export function rowsBelow(row: Row | undefined, projects: readonly ReadProject[]): Row[] {
  if (row !== undefined) return row.kind === 'project' ? partRows(row.project) : [];
  const [only, ...others] = projects;
  if (only === undefined) return [];
  return others.length === 0
    ? partRows(only)
    : projects.map(project => ({ kind: 'project', uri: project.uri, project }));
}

/** What is put into the flash: the regions and the files in places of the SDK. Of regions that nobody has named, those with a file. */
function partRows({ uri, read }: ReadProject): Row[] {
  const { layout, sizes, findings } = read;
  return partsOf(layout, sizes, findings)
    .filter(({ kind, file, used }) => {
      if (kind === 'region') return namesRegions(read) || used !== undefined;
      return kind === 'area' && file !== undefined;
    })
    .map(part => ({
      kind: 'part',
      uri,
      part,
      findings: findings.filter(({ path: at }) => partOf(at) === part.id).map(findingText),
      isNamed: part.kind === 'area' || namesRegions(read),
    }));
}

function namesRegions({ part }: ProjectLayout): boolean {
  return typeof part === 'object' && part !== null && 'regions' in part;
}

/** How a row is shown. */
export function rowItem(row: Row): vscode.TreeItem {
  if (row.kind === 'project') {
    const folder = vscode.Uri.joinPath(row.uri, '..');
    const workspaceFolder = vscode.workspace.getWorkspaceFolder(row.uri);
    const isWhole = workspaceFolder?.uri.toString() === folder.toString();
    const item = treeItem(
      isWhole ? workspaceFolder.name : vscode.workspace.asRelativePath(folder),
      vscode.TreeItemCollapsibleState.Expanded,
      { tooltip: vscode.workspace.asRelativePath(row.uri) },
    );
    item.iconPath = new vscode.ThemeIcon('folder');
    return item;
  }
  const { part, findings, uri, isNamed } = row;
  const name = part.file ?? part.name;
  const label = path.posix.basename(name);
  const folder = path.posix.dirname(name);
  const facts = [
    part.address === undefined ? vscode.l10n.t('no sector') : sectorText(part.address),
    part.used === undefined ? vscode.l10n.t('no file') : sizeText(part.used),
    ...(isNamed ? [] : [vscode.l10n.t('default')]),
    ...(part.file === undefined || folder === '.' ? [] : [folder]),
  ].join(' · ');
  const isUsual = part.state === 'fine' && !isNamed;
  const usual = isUsual
    ? [vscode.l10n.t('Place in Flash writes this sector into {0}.', vscode.workspace.asRelativePath(uri))]
    : [];
  const tooltip = addText(
    new vscode.MarkdownString(),
    [...placeTexts(part), ...usual, ...findings].join('\n'),
  );
  const item = treeItem(label, undefined, { description: facts, tooltip });
  item.iconPath = isUsual ? new vscode.ThemeIcon('circle-large-outline') : stateIcon(part.state);
  item.contextValue = part.kind;
  item.command = { command: openLayoutCommand, title: vscode.l10n.t('Open Flash Layout'), arguments: [uri] };
  item.accessibilityInformation = {
    label: [label, facts, stateText(part.state), ...findings].join(', '),
  };
  return item;
}

function placeTexts({ address, size, name, kind }: Part): string[] {
  const where =
    address === undefined
      ? []
      : [
          vscode.l10n.t(
            '{0} from address {1} on, sector {2}',
            sizeText(size),
            addressText(address),
            sectorText(address),
          ),
        ];
  return kind === 'area' ? [name, ...where] : where;
}

function stateIcon(state: PartState): vscode.ThemeIcon {
  switch (state) {
    case 'error':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground'));
    case 'warning':
      return new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground'));
    case 'info':
    case 'hint':
      return new vscode.ThemeIcon('info', new vscode.ThemeColor('problemsInfoIcon.foreground'));
    case 'fine':
    case 'free':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
  }
}

function stateText(state: PartState): string {
  switch (state) {
    case 'error':
      return vscode.l10n.t('Error');
    case 'warning':
      return vscode.l10n.t('Warning');
    case 'info':
      return vscode.l10n.t('Note');
    case 'hint':
      return vscode.l10n.t('Hint');
    case 'fine':
    case 'free':
      return vscode.l10n.t('OK');
  }
}

/** Whether a project has a record file with the certificates in a place where nothing is wrong. */
export function hasCertificatesPlaced({ read }: ReadProject): boolean {
  const { layout, sizes, findings } = read;
  if (!namesRegions(read)) return false;
  return layout.regions.some(
    ({ file, address, path: at }) =>
      file !== undefined &&
      recordFileOf(file) !== undefined &&
      address !== undefined &&
      sizes.has(file) &&
      !findings.some(finding => finding.severity === 'error' && partOf(finding.path) === partOf(at)),
  );
}
