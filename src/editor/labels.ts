import * as vscode from 'vscode';
import { forLabel } from '../text/forLabel';
import { visible } from '../text/visible';

// The one place where texts become labels, hovers and marks of VS Code: the names in them are anybody's.

/** A row of a view; what is said beside its label and over it. */
export function treeItem(
  label: string,
  collapsible?: vscode.TreeItemCollapsibleState,
  { description, tooltip }: { description?: string; tooltip?: string | vscode.MarkdownString } = {},
): vscode.TreeItem {
  const item = new vscode.TreeItem(forLabel(label), collapsible);
  if (description !== undefined) item.description = forLabel(description);
  if (tooltip !== undefined) item.tooltip = typeof tooltip === 'string' ? visible(tooltip, '\n') : tooltip;
  return item;
}

/** A line over a source. */
export function codeLens(range: vscode.Range, { title, ...command }: vscode.Command): vscode.CodeLens {
  return new vscode.CodeLens(range, { ...command, title: forLabel(title) });
}

/** A mark in a text with its message. */
export function mark(
  range: vscode.Range,
  message: string,
  severity: vscode.DiagnosticSeverity,
): vscode.Diagnostic {
  return new vscode.Diagnostic(range, visible(message, '\n'), severity);
}

/** What a mark says of another place. */
export function related(location: vscode.Location, message: string): vscode.DiagnosticRelatedInformation {
  return new vscode.DiagnosticRelatedInformation(location, visible(message));
}

/** Something that can be done about a mark. */
export function action(title: string, kind: vscode.CodeActionKind): vscode.CodeAction {
  return new vscode.CodeAction(visible(title), kind);
}

/** What a number means, behind it. */
export function inlayHint(at: vscode.Position, label: string, tooltip: string): vscode.InlayHint {
  const hint = new vscode.InlayHint(at, visible(label));
  hint.tooltip = visible(tooltip, '\n');
  return hint;
}

/** Adds a text that is no markup. */
export function addText(markdown: vscode.MarkdownString, text: string): vscode.MarkdownString {
  return markdown.appendText(visible(text, '\n'));
}

/** What VS Code says of a language, where it makes links of “[text](command:…)”. */
export function sayStatus(
  status: vscode.LanguageStatusItem,
  text: string,
  detail: string,
  severity: vscode.LanguageStatusSeverity,
): void {
  status.text = forLabel(text);
  status.detail = forLabel(detail);
  status.severity = severity;
}
