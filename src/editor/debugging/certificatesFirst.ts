import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { ProblemError } from '../../problems';
import { recordFolder } from '../../project/recordFolder';
import { generateDefaults } from '../generateDefaults';
import { ask } from '../messages';

/** The records without which a device has no certificate of its own. */
const ownRecords = 'esp_cert_private_key.bin';

/** What a run says about certificates. */
export interface CertificateNeed {
  /** The folder of the project. */
  root: vscode.Uri;
  /** The folder of the record files that the configuration names. */
  named: string | undefined;
  /** Whether the firmware serves TLS and brings no certificate: likely so, or for certain. */
  wanted: 'no' | 'likely' | 'surely';
}

/**
 * The folder of the record files for the device's flash; offers to generate them where the device needs them and they are missing.
 * Undefined: without. Rejects with CancellationError when the user leaves.
 */
export async function certificatesFirst(
  secrets: vscode.SecretStorage,
  { root, named, wanted }: CertificateNeed,
): Promise<string | undefined> {
  const folder = named ?? (await recordFolder(root.fsPath));
  if (existsSync(path.join(folder, ownRecords))) return folder;
  if (named === undefined && wanted === 'no') return existsSync(folder) ? folder : undefined;

  const generate = vscode.l10n.t('Generate and Run');
  const without = vscode.l10n.t('Run Without');
  const answer = await ask(
    vscode.l10n.t('The simulated device has no certificate.'),
    [generate, ...(named === undefined && wanted === 'likely' ? [without] : [])],
    {
      detail: vscode.l10n.t(
        '{0} is not in {1}. Generate a CA and a certificate there, with the defaults?',
        ownRecords,
        shown(folder),
      ),
    },
  );
  if (answer === without) return undefined;
  if (answer !== generate) throw new vscode.CancellationError();
  const usual = await recordFolder(root.fsPath);
  const elsewhere = path.relative(usual, folder) !== '' && { into: inProject(root.fsPath, folder) };
  await generateDefaults(secrets, root, { quiet: true, ...elsewhere });
  const file = path.join(folder, ownRecords);
  if (!existsSync(file)) throw new ProblemError({ kind: 'flash-file-missing', file });
  return folder;
}

/** As the project's file names a folder. */
function inProject(root: string, folder: string): string {
  const relative = path.relative(root, folder);
  return relative.startsWith('..') || path.isAbsolute(relative) ? folder : relative.replaceAll(path.sep, '/');
}

function shown(folder: string): string {
  return vscode.workspace.asRelativePath(folder);
}
