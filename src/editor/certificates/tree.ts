import path from 'node:path';
import * as vscode from 'vscode';
import {
  certificateName,
  daysLeft,
  daysLeftText,
  formText,
  keyName,
} from '../../certificates/inspect/describe';
import type { CertificateGroup, GroupedFile, KeyGroup } from '../../certificates/inspect/grouping';
import type { FileForm } from '../../certificates/inspect/model';
import { recordFileOf } from '../../flash/recordFiles';
import type { CertificateWorkspace, InspectedFile } from './certificateWorkspace';
import { rangeIn } from './certificateWorkspace';
import { treeItem } from '../labels';
import { openCommand } from './fileKinds';
import { contentMarkdown } from './showContents';

/** Days ahead of its end from which on a certificate is marked. */
const soon = 30;

/** A row of the view: a certificate, a key that has none, or a file beneath either. */
export type Row =
  | { kind: 'certificate'; group: CertificateGroup<InspectedFile>; uri: vscode.Uri; uris: vscode.Uri[] }
  | { kind: 'key'; group: KeyGroup<InspectedFile>; uri: vscode.Uri }
  | { kind: 'file'; file: GroupedFile<InspectedFile>; uri: vscode.Uri };

/** The rows beneath one, or those at the top. */
export function rowsBelow(row: Row | undefined, workspace: CertificateWorkspace): Row[] {
  if (row !== undefined) return row.kind === 'file' ? [] : row.group.files.map(fileRow);
  const { certificates, keys } = workspace.groups();
  return [
    ...certificates.flatMap((group): Row[] => {
      const records = group.files.map(({ file }) => file.uri).filter(({ path: name }) => recordFileOf(name));
      return group.files
        .slice(0, 1)
        .map(({ file: { uri } }) => ({ kind: 'certificate', group, uri, uris: records }));
    }),
    ...keys.flatMap((group): Row[] =>
      group.files.slice(0, 1).map(({ file: { uri } }) => ({ kind: 'key', group, uri })),
    ),
  ];
}

function fileRow(file: GroupedFile<InspectedFile>): Row {
  return { kind: 'file', file, uri: file.file.uri };
}

/** How a row is shown. */
export function rowItem(row: Row, workspace: CertificateWorkspace): vscode.TreeItem {
  switch (row.kind) {
    case 'certificate':
      return certificateItem(row, workspace);
    case 'key':
      return keyItem(row, workspace);
    case 'file':
      return fileItem(row);
  }
}

function certificateItem(
  row: Row & { kind: 'certificate' },
  workspace: CertificateWorkspace,
): vscode.TreeItem {
  const { certificate, role, files } = row.group;
  const now = Date.now();
  const facts = [roleText(role), daysLeftText(certificate, now)];
  const item = labelled(certificateName(certificate), vscode.TreeItemCollapsibleState.Collapsed, {
    description: facts.filter(text => text !== '').join(' · '),
    tooltip: contentMarkdown(
      { kind: 'certificate', ...certificate },
      files[0]?.item ?? {},
      workspace.sdkOf(row.uri),
    ),
  });
  item.id = certificate.fingerprint;
  item.iconPath = certificateIcon(daysLeft(certificate, now), role);
  item.contextValue = row.uris.length > 0 ? 'certificate recordFile' : 'certificate';
  return item;
}

function keyItem(
  { group: { key, files }, uri }: Row & { kind: 'key' },
  workspace: CertificateWorkspace,
): vscode.TreeItem {
  const label = vscode.l10n.t('Private key {0}', keyName(key.public));
  const item = labelled(label, vscode.TreeItemCollapsibleState.Collapsed, {
    description: vscode.l10n.t('no certificate'),
    tooltip: contentMarkdown({ kind: 'key', ...key }, files[0]?.item ?? {}, workspace.sdkOf(uri)),
  });
  item.id = key.public.fingerprint;
  item.iconPath = new vscode.ThemeIcon('key');
  item.contextValue = 'key';
  return item;
}

function fileItem(row: Row & { kind: 'file' }): vscode.TreeItem {
  const { held, file } = row.file;
  const { form } = file.inspection;
  const name = vscode.workspace.asRelativePath(row.uri);
  const folder = path.posix.dirname(name);
  const facts = [heldText(held), formText(form), ...(folder === '.' ? [] : [folder])];
  const item = labelled(path.posix.basename(row.uri.path), undefined, {
    description: facts.join(' · '),
    tooltip: row.uri.scheme === 'file' ? row.uri.fsPath : name,
  });
  item.iconPath = new vscode.ThemeIcon(held === 'key' ? 'key' : (fileIcons[form] ?? 'file'));
  item.contextValue = recordFileOf(row.uri.path) === undefined ? 'file' : 'file recordFile';
  item.command = { command: openCommand, title: vscode.l10n.t('Open'), arguments: [row] };
  return item;
}

function labelled(
  label: string,
  collapsible: vscode.TreeItemCollapsibleState | undefined,
  more: { description: string; tooltip: string | vscode.MarkdownString },
): vscode.TreeItem {
  const item = treeItem(label, collapsible, more);
  item.accessibilityInformation = { label: `${label}, ${more.description}` };
  return item;
}

function roleText(role: CertificateGroup<unknown>['role']): string {
  switch (role) {
    case 'ca':
      return 'CA';
    case 'device':
      return vscode.l10n.t('device');
    case 'other':
      return '';
  }
}

function heldText(held: GroupedFile<unknown>['held']): string {
  switch (held) {
    case 'certificate':
      return vscode.l10n.t('certificate');
    case 'key':
      return vscode.l10n.t('key');
    case 'both':
      return vscode.l10n.t('certificate and key');
  }
}

const fileIcons: Partial<Record<FileForm, string>> = {
  c: 'file-code',
  records: 'file-binary',
  der: 'file-binary',
};

function certificateIcon(days: number, role: CertificateGroup<unknown>['role']): vscode.ThemeIcon {
  if (days < 0) return new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground'));
  if (days < soon)
    return new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground'));
  return new vscode.ThemeIcon(role === 'ca' ? 'verified' : 'shield');
}

/** Opens the file of a row where the certificate or key is: a record file in its page, a text at the array. */
export async function openRow(row: Row): Promise<void> {
  const place = row.kind === 'file' ? row.file : row.group.files[0];
  if (place === undefined) return;
  const { item, file } = place;
  const selection = rangeIn(file, item.nameRange ?? item.range);
  await vscode.commands.executeCommand('vscode.open', file.uri, {
    selection,
  } satisfies vscode.TextDocumentShowOptions);
}
