import * as vscode from 'vscode';
import { readChoices } from '../project/choices';
import { simulatedDevice } from './askDeviceName';
import { mayGenerate } from './trust';

/**
 * Generates certificates without a question: as the project's file says, for what it does not say as suits the TLS library and the
 * simulated device. Resolves to the files written. Rejects with CancellationError when the user leaves files of other origin as they are, or
 * the workspace is not trusted.
 * @param root the workspace folder
 * @param how into: where the files go, whatever the project's file says; quiet: the caller says what was made
 */
export async function generateDefaults(
  secrets: vscode.SecretStorage,
  root: vscode.Uri,
  how: { into?: string; quiet?: boolean } = {},
): Promise<vscode.Uri[]> {
  if (!mayGenerate()) throw new vscode.CancellationError();
  const { certificates } = await readChoices(root.fsPath);
  const { CertificateCommands } = await import('./makeCertificates');
  const name = certificates.name ?? simulatedDevice;
  return new CertificateCommands(secrets, root, { name, ...how }).generate();
}
