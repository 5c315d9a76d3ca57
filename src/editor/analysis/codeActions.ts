import * as vscode from 'vscode';
import type { LocatedEdit, LocatedFinding } from '../../analysis/engine/messages';
import * as labels from '../labels';
import { moveRegion } from '../flash/moveRegion';
import { diagnostic } from './diagnostics';
import { type Checked, rangeOf } from './firmwares';
import { fixAllKind } from './manifestNames';

/** What can be done about the findings in a range of a document. */
export async function codeActions(
  document: vscode.TextDocument,
  range: vscode.Range,
  { only }: vscode.CodeActionContext,
  checked: Checked,
  name: string,
): Promise<vscode.CodeAction[]> {
  const here = checked.findings.filter(({ at }) => at.file === name);
  const wants = (kind: vscode.CodeActionKind) => only === undefined || only.contains(kind);
  const actions: vscode.CodeAction[] = [];
  if (wants(vscode.CodeActionKind.QuickFix))
    for (const finding of here)
      if (rangeOf(finding.at).intersection(range) !== undefined)
        actions.push(...(await quickFixes(document, finding, checked)));
  const all = vscode.CodeActionKind.Empty.append(fixAllKind);
  const edits = only === undefined ? [] : safeEdits(here);
  if (only !== undefined && wants(all) && edits.length > 0) {
    const action = labels.action(vscode.l10n.t('Apply all safe fixes'), all);
    action.edit = workspaceEdit(edits, checked);
    actions.push(action);
  }
  return actions;
}

async function quickFixes(
  document: vscode.TextDocument,
  finding: LocatedFinding,
  checked: Checked,
): Promise<vscode.CodeAction[]> {
  const shown = diagnostic(finding, checked);
  const action = (title: string, edit: vscode.WorkspaceEdit): vscode.CodeAction => {
    const made = labels.action(title, vscode.CodeActionKind.QuickFix);
    made.diagnostics = [shown];
    made.edit = edit;
    return made;
  };
  const fixes: vscode.CodeAction[] = [];
  for (const { title, edits, safe, move } of finding.fixes) {
    const edit = move === undefined ? workspaceEdit(edits, checked) : await moveRegion(move);
    if (edit === undefined) continue;
    const made = action(title, edit);
    made.isPreferred = safe;
    fixes.push(made);
  }
  const silence = /\.[ch]$/i.test(document.uri.path)
    ? silenced(document, finding.rule, shown.range.start.line)
    : undefined;
  if (silence === undefined) return fixes;
  return [...fixes, action(vscode.l10n.t('Disable {0} for this line', finding.rule), silence)];
}

/** The edits of all safe fixes that do not get in each other's way. */
function safeEdits(findings: readonly LocatedFinding[]): LocatedEdit[] {
  const taken: LocatedEdit[] = [];
  for (const { fixes } of findings) {
    const safe = fixes.find(fix => fix.safe);
    if (safe === undefined || safe.edits.some(edit => taken.some(other => overlap(edit, other)))) continue;
    taken.push(...safe.edits);
  }
  return taken;
}

function overlap(one: LocatedEdit, other: LocatedEdit): boolean {
  return one.file === other.file && rangeOf(one).intersection(rangeOf(other)) !== undefined;
}

function workspaceEdit(edits: readonly LocatedEdit[], checked: Checked): vscode.WorkspaceEdit {
  const made = new vscode.WorkspaceEdit();
  for (const edit of edits) made.replace(checked.uri(edit.file), rangeOf(edit), edit.text);
  return made;
}

/** A comment that silences a rule on a line; undefined in the middle of a macro, where a comment would end it. */
function silenced(
  document: vscode.TextDocument,
  rule: string,
  line: number,
): vscode.WorkspaceEdit | undefined {
  const made = new vscode.WorkspaceEdit();
  const before = line === 0 ? '' : document.lineAt(line - 1).text;
  if (before.endsWith('\\')) return undefined;
  const [, head, rules] = /^(.*\bNOLINTNEXTLINE\()([^)]*)\)/.exec(before) ?? [];
  if (head !== undefined && rules !== undefined) {
    made.insert(document.uri, new vscode.Position(line - 1, head.length + rules.length), `, ${rule}`);
    return made;
  }
  const { text, firstNonWhitespaceCharacterIndex: indent } = document.lineAt(line);
  const newLine = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
  made.insert(
    document.uri,
    new vscode.Position(line, 0),
    `${text.slice(0, indent)}// NOLINTNEXTLINE(${rule})${newLine}`,
  );
  return made;
}
