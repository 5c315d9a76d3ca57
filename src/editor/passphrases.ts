import path from 'node:path';
import * as vscode from 'vscode';
import { ProblemError, remediesOf } from '../problems';
import { askText } from './quickInput';

/**
 * Runs `action` with the passphrase that the files in it need: the one that was kept, or the one that the user gives, which is kept
 * in VS Code's secret storage once it has fitted. Rejects with CancellationError when the user gives none.
 */
export async function withPassphrase<T>(
  secrets: vscode.SecretStorage,
  action: (passphrase?: string) => Promise<T>,
): Promise<T> {
  let file: string | undefined;
  let passphrase: string | undefined;
  for (;;) {
    try {
      const result = await action(passphrase);
      if (file !== undefined && passphrase !== undefined) await secrets.store(keyFor(file), passphrase);
      return result;
    } catch (error) {
      const fault = faultOf(error);
      if (fault === undefined) throw error;
      const kept = fault.wrong ? undefined : await secrets.get(keyFor(fault.file));
      if (fault.wrong) await secrets.delete(keyFor(fault.file));
      file = fault.file;
      passphrase = kept ?? (await ask(fault.file, fault.wrong));
    }
  }
}

function keyFor(file: string): string {
  return `passphrase:${file}`;
}

function faultOf(error: unknown): { file: string; wrong: boolean } | undefined {
  if (!(error instanceof ProblemError) || error.problem.kind !== 'decryption-failed') return undefined;
  if (!remediesOf(error.problem).includes('passphrase')) return undefined;
  const { file, fault } = error.problem;
  return { file, wrong: fault.kind === 'passphrase-wrong' };
}

async function ask(file: string, again: boolean): Promise<string> {
  const name = path.basename(file);
  const given = await askText({
    title: vscode.l10n.t('Passphrase of {0}', name),
    prompt: again
      ? vscode.l10n.t('Wrong passphrase for {0}. Try again.', name)
      : vscode.l10n.t('It is stored in the secret storage of VS Code.'),
    password: true,
    ignoreFocusOut: true,
  });
  if (given === undefined) throw new vscode.CancellationError();
  return given;
}
