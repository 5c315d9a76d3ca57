import * as vscode from 'vscode';
import { recordFileOf } from '../../flash/recordFiles';
import { placeCommand } from '../flash/manifestNames';
import { fixTitle } from '../../certificates/inspect/fixes';
import { showError } from '../messages';
import { fillPage } from '../pageHtml';
import type { CertificateWorkspace } from './certificateWorkspace';
import { fixFile, regenerate } from './diagnostics';
import { doWithCertificate } from './certificateActions';
import {
  certificateActions,
  type MessageFromPage,
  type MessageToPage,
  type PageContent,
  type PageTexts,
} from './pageMessages';
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
  const regenerateAll = async () => {
    const { command, arguments: given = [] } = regenerate(uri);
    await vscode.commands.executeCommand(command, ...(given as unknown[]));
  };
  const act = async (asked: MessageFromPage) => {
    switch (asked.type) {
      case 'ready':
        return show();
      case 'fix':
        return fix(asked.finding);
      case 'regenerate':
        if (vscode.workspace.isTrusted) await regenerateAll();
        return;
      case 'place':
        await vscode.commands.executeCommand(placeCommand, uri);
        return;
      default:
        return doWithCertificate(uri, asked);
    }
  };
  const fix = async (index: number) => {
    const chosen = findings[index]?.fix;
    if (chosen === undefined || !vscode.workspace.isTrusted) return;
    if (chosen.kind === 'regenerate') {
      await regenerateAll();
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
      if (asked !== undefined) act(asked).catch(showError);
    }),
  ];
  onDidDispose(() => {
    for (const registration of registrations) registration.dispose();
  });
}

/** A page is a border: what it sends is checked. */
function checkedMessage(message: unknown): MessageFromPage | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  if (message.type === 'ready' || message.type === 'regenerate' || message.type === 'place')
    return { type: message.type };
  const action = certificateActions.find(name => name === message.type);
  if (action !== undefined && 'fingerprint' in message && typeof message.fingerprint === 'string')
    return { type: action, fingerprint: message.fingerprint };
  if (message.type === 'fix' && 'finding' in message && typeof message.finding === 'number')
    return { type: 'fix', finding: message.finding };
  return undefined;
}

async function contentOf(
  uri: vscode.Uri,
  workspace: CertificateWorkspace,
): Promise<{ page: PageContent; findings: Finding[] }> {
  const { report, findings, device, inspection } = await workspace.report(uri);
  const fixes = findings.map(({ fix }) =>
    fix === undefined || !vscode.workspace.isTrusted ? null : fixTitle(fix),
  );
  const name = `${device.abilities.library}, SDK ${device.sdk}`;
  const fingerprints = inspection.items.map(({ contents }) =>
    contents.map(content => (content.kind === 'certificate' ? content.fingerprint : null)),
  );
  const actions = {
    regenerate: vscode.workspace.isTrusted,
    place: recordFileOf(uri.path) !== undefined && vscode.workspace.getWorkspaceFolder(uri) !== undefined,
  };
  return { page: { report, device: name, fixes, fingerprints, actions, texts: texts() }, findings };
}

function texts(): PageTexts {
  return {
    findings: vscode.l10n.t('Findings'),
    noFindings: vscode.l10n.t('No problems found.'),
    contents: vscode.l10n.t('Contents'),
    position: vscode.l10n.t('at {0}, data at {1}, {2} bytes'),
    copyFingerprint: vscode.l10n.t('Copy Fingerprint'),
    copyPem: vscode.l10n.t('Copy PEM'),
    export: vscode.l10n.t('Export…'),
    regenerate: vscode.l10n.t('Regenerate…'),
    place: vscode.l10n.t('Place in Flash'),
    judgedFor: vscode.l10n.t('Checked for'),
    noContents: vscode.l10n.t('The file contains no records.'),
    takesIt: vscode.l10n.t('accepts it'),
    error: vscode.l10n.t('Error'),
    warning: vscode.l10n.t('Warning'),
    info: vscode.l10n.t('Note'),
    hint: vscode.l10n.t('Hint'),
  };
}
