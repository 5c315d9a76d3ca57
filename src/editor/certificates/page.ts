import * as vscode from 'vscode';
import { fixTitle } from '../../certificates/inspect/fixes';
import { showError } from '../messages';
import { fillPage } from '../pageHtml';
import type { CertificateWorkspace } from './certificateWorkspace';
import { fixFile, regenerate } from './diagnostics';
import type { MessageFromPage, MessageToPage, PageContent, PageTexts } from './pageMessages';
import type { Finding } from '../../certificates/inspect/rules/rule';

/** Shows a file in a page, and again whenever it or its project changes. */
export function showPage(
  uri: vscode.Uri,
  { webview, onDidDispose }: vscode.WebviewPanel,
  extension: vscode.Uri,
  workspace: CertificateWorkspace,
): void {
  fillPage(webview, extension, {
    name: 'certificatePage',
    title: vscode.l10n.t('Certificates'),
    live: true,
  });
  let findings: Finding[] = [];
  const post = (message: MessageToPage) => void webview.postMessage(message);
  const show = async () => {
    try {
      const content = await contentOf(uri, workspace);
      ({ findings } = content);
      post({ type: 'show', page: content.page });
    } catch (error) {
      post({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  };
  const fix = async (index: number) => {
    const chosen = findings[index]?.fix;
    if (chosen === undefined || !vscode.workspace.isTrusted) return;
    if (chosen.kind === 'regenerate') {
      const { command, arguments: given = [] } = regenerate(uri);
      await vscode.commands.executeCommand(command, ...(given as unknown[]));
    } else await fixFile(uri, chosen);
    await show();
  };
  const folder = vscode.Uri.joinPath(uri, '..');
  const name = uri.path.slice(folder.path.length + 1);
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, name));
  const registrations = [
    watcher,
    watcher.onDidChange(show),
    watcher.onDidCreate(show),
    watcher.onDidDelete(show),
    workspace.onDidChange(show),
    webview.onDidReceiveMessage((message: unknown) => {
      const asked = checkedMessage(message);
      if (asked?.type === 'ready') void show();
      if (asked?.type === 'copy') void vscode.env.clipboard.writeText(asked.text);
      if (asked?.type === 'fix') fix(asked.finding).catch(showError);
    }),
  ];
  onDidDispose(() => {
    for (const registration of registrations) registration.dispose();
  });
}

/** A page is a border: what it sends is checked. */
function checkedMessage(message: unknown): MessageFromPage | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  if (message.type === 'ready') return { type: 'ready' };
  if (message.type === 'copy' && 'text' in message && typeof message.text === 'string')
    return { type: 'copy', text: message.text };
  if (message.type === 'fix' && 'finding' in message && typeof message.finding === 'number')
    return { type: 'fix', finding: message.finding };
  return undefined;
}

async function contentOf(
  uri: vscode.Uri,
  workspace: CertificateWorkspace,
): Promise<{ page: PageContent; findings: Finding[] }> {
  const { report, findings, device } = await workspace.report(uri);
  const fixes = findings.map(({ fix }) =>
    fix === undefined || !vscode.workspace.isTrusted ? null : fixTitle(fix),
  );
  const name = `${device.abilities.library}, SDK ${device.sdk}`;
  return { page: { report, device: name, fixes, texts: texts() }, findings };
}

function texts(): PageTexts {
  return {
    findings: vscode.l10n.t('Findings'),
    noFindings: vscode.l10n.t('No problems found.'),
    contents: vscode.l10n.t('Contents'),
    record: vscode.l10n.t('Record'),
    offset: vscode.l10n.t('Offset'),
    data: vscode.l10n.t('Data at'),
    size: vscode.l10n.t('Bytes'),
    copy: vscode.l10n.t('Copy Fingerprint'),
    judgedFor: vscode.l10n.t('Checked for'),
    noContents: vscode.l10n.t('The file contains no records.'),
    takesIt: vscode.l10n.t('accepts it'),
    error: vscode.l10n.t('Error'),
    warning: vscode.l10n.t('Warning'),
    information: vscode.l10n.t('Note'),
  };
}
