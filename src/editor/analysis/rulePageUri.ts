import * as vscode from 'vscode';
import { ruleScheme } from './manifestNames';

/** Where the page about a rule is; the manifest has VS Code show it as Markdown. */
export function rulePageUri(id: string): vscode.Uri {
  return vscode.Uri.from({ scheme: ruleScheme, path: `/${id}.md` });
}
