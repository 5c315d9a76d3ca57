import * as vscode from 'vscode';
import { certificateDer } from '../../certificates/inspect/certificateBytes';
import { pem } from '../../certificates/keys';
import type { CertificateAction } from './pageMessages';
import { readBytes } from '../workspaceFiles';
import { limits } from '../../files/limits';

/** Does something with a certificate in a file. Keys cannot be asked for: only what is a certificate has such a fingerprint. */
export async function doWithCertificate(
  uri: vscode.Uri,
  { type, fingerprint }: { type: CertificateAction; fingerprint: string },
): Promise<void> {
  const der = certificateDer(await readBytes(uri, limits.firmware), uri.path, fingerprint);
  if (der === undefined) return;
  switch (type) {
    case 'copyFingerprint':
      return copy(fingerprint);
    case 'copyPem':
      return copy(pem('CERTIFICATE', der));
    case 'export':
      return save(uri, der);
  }
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied to the clipboard.'), messageTime);
}

/** Milliseconds for which the status bar says what was done. */
const messageTime = 3000;

/** Asks for a file and writes the certificate to it: as PEM, or as DER where the name says so. */
async function save(uri: vscode.Uri, der: Uint8Array): Promise<void> {
  const name = /([^/]+?)(?:\.[^./]*)?$/.exec(uri.path)?.[1] ?? 'certificate';
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(uri, '..', `${name}.crt`),
    filters: { PEM: ['crt', 'pem'], DER: ['cer', 'der'] },
    title: vscode.l10n.t('Export Certificate'),
  });
  if (target === undefined) return;
  const bytes = /\.(?:cer|der)$/i.test(target.path) ? der : Buffer.from(pem('CERTIFICATE', der));
  await vscode.workspace.fs.writeFile(target, bytes);
}
