import * as vscode from 'vscode';
import type { Arguments, CertificateCommands } from './makeCertificates';
import { showError } from './messages';
import { mayGenerate } from './trust';
import { chooseFolder } from './workspaceFolders';

/** Command → what it does; the part that does it is loaded with the first of them. */
const commands: Record<string, (commands: CertificateCommands) => Promise<vscode.Uri[]>> = {
  'esp8266-ssl.generateCertificates': each => each.generate(),
  'esp8266-ssl.generateAgain': each => each.generateAgain(),
  'esp8266-ssl.signWithExistingCa': each => each.signWithExistingCa(),
  'esp8266-ssl.createCertificateRequest': each => each.createRequest(),
  'esp8266-ssl.importCertificate': each => each.importCertificate(),
  'esp8266-ssl.trustAnotherCa': each => each.trustAnotherCa(),
};

export function registerGenerateCertificates(context: vscode.ExtensionContext): void {
  for (const [command, run] of Object.entries(commands)) {
    context.subscriptions.push(
      vscode.commands.registerCommand(command, async (given: Arguments = {}) => {
        try {
          return await inFolder(context.secrets, given, run);
        } catch (error) {
          if (!(error instanceof vscode.CancellationError)) showError(error);
          return undefined;
        }
      }),
    );
  }
}

/** Resolves to the files written, undefined when there is no folder to write to. */
async function inFolder(
  secrets: vscode.SecretStorage,
  given: Arguments,
  run: (commands: CertificateCommands) => Promise<vscode.Uri[]>,
): Promise<vscode.Uri[] | undefined> {
  if (!mayGenerate()) return undefined;
  const root = given.folder ?? (await chooseFolder())?.uri;
  if (root === undefined) return undefined;
  const { CertificateCommands } = await import('./makeCertificates');
  return run(new CertificateCommands(secrets, root, given));
}
