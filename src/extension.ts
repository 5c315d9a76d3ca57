import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { registerAnalysis } from './editor/analysis/register';
import { WindowAnalysis } from './editor/analysis/windowAnalysis';
import { registerCertificates } from './editor/certificates/register';
import { registerCaFromServer } from './editor/caFromServer';
import { registerDebugging } from './editor/debugging/registerDebugging';
import { registerDevices } from './editor/devices/register';
import { registerFlashing } from './editor/flash/registerFlashing';
import { registerFlashLayout } from './editor/flash/registerLayout';
import { registerGenerateBadCertificates } from './editor/generateBadCertificates';
import { registerGenerateCertificates } from './editor/generateCertificates';
import { registerProjects } from './editor/projects/register';
import { registerProjectSchema } from './editor/projectSchema';
import { registerSetUpClangd } from './editor/setUpClangd';
import { registerStart } from './editor/start/register';

export function activate(context: vscode.ExtensionContext): void {
  // The core says its texts through @vscode/l10n; in the editor they come from VS Code's bundle.
  if (vscode.l10n.bundle !== undefined) l10n.config({ contents: vscode.l10n.bundle });
  const analysis = new WindowAnalysis();
  context.subscriptions.push(analysis);
  registerStart(context);
  registerProjects(context);
  registerGenerateCertificates(context);
  registerCertificates(context);
  registerCaFromServer(context);
  registerGenerateBadCertificates(context);
  registerFlashing(context);
  registerFlashLayout(context, analysis);
  registerAnalysis(context, analysis);
  registerSetUpClangd(context);
  registerDebugging(context);
  registerDevices(context);
  registerProjectSchema(context);
}
