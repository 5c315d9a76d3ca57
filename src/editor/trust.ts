import * as vscode from 'vscode';
import { showWarning } from './messages';

/** Whether certificates may be generated in this workspace; says so if not. */
export function mayGenerate(): boolean {
  if (vscode.workspace.isTrusted) return true;
  void showWarning(
    vscode.l10n.t(
      'Certificates are generated in trusted workspaces only: their private keys are written to this folder.',
    ),
  );
  return false;
}
