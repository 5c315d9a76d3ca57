import * as vscode from 'vscode';
import { certificateName, daysLeft, daysLeftText } from '../../certificates/inspect/describe';
import type { SdkVersion } from '../../sdk/tls';
import type { FoundCertificate } from './certificateWorkspace';
import { openCommand } from './fileKinds';
import { contentMarkdown } from './showContents';

/** Days ahead of its end from which on a certificate is marked. */
const soon = 30;

/** A row of the tree: the certificate in its place. */
export function certificateItem(found: FoundCertificate, sdk: SdkVersion): vscode.TreeItem {
  const { certificate, uri } = found;
  const now = Date.now();
  const item = new vscode.TreeItem(certificateName(certificate));
  const place = vscode.workspace.asRelativePath(uri);
  item.description = `${daysLeftText(certificate, now)} · ${place}`;
  item.tooltip = contentMarkdown({ kind: 'certificate', ...certificate }, sdk);
  item.iconPath = icon(daysLeft(certificate, now));
  item.contextValue = uri.path.endsWith('.bin') ? 'certificate recordFile' : 'certificate';
  item.command = { command: openCommand, title: vscode.l10n.t('Open'), arguments: [found] };
  item.accessibilityInformation = { label: `${certificateName(certificate)}, ${item.description}` };
  return item;
}

function icon(days: number): vscode.ThemeIcon {
  if (days < 0) return new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground'));
  return days < soon
    ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('problemsWarningIcon.foreground'))
    : new vscode.ThemeIcon('verified');
}

/** Opens a certificate where it stands: a record file in its page, a text at the array. */
export async function openCertificate({ uri, range }: FoundCertificate): Promise<void> {
  await vscode.commands.executeCommand('vscode.open', uri, {
    selection: range,
  } satisfies vscode.TextDocumentShowOptions);
}
