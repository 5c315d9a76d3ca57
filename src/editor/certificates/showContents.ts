import * as vscode from 'vscode';
import { describe, summary } from '../../certificates/inspect/describe';
import { rules } from '../../certificates/inspect/findings';
import type { Verdict } from '../../certificates/inspect/fileReport';
import { verdicts } from '../../certificates/inspect/obstacles';
import type { Content, Item } from '../../certificates/inspect/model';
import type { Finding } from '../../certificates/inspect/rules/rule';
import type { SdkVersion } from '../../sdk/tls';
import {
  type CertificateWorkspace,
  type InspectedFile,
  inspectDocument,
  rangeIn,
} from './certificateWorkspace';
import { addText, codeLens } from '../labels';
import { detailsCommand } from './fileKinds';

/** A line or two over each array with certificates or keys: what it is, and what the TLS libraries make of it. */
export function lensesOf(document: vscode.TextDocument, sdk: SdkVersion): vscode.CodeLens[] {
  const file = inspectDocument(document);
  const now = Date.now();
  return file.inspection.items.flatMap(item => {
    const range = rangeIn(file, item.nameRange ?? item.range);
    const details = { command: detailsCommand, arguments: [document.uri, range.start] };
    return item.contents.flatMap(content => [
      codeLens(range, { title: summary(content, now), ...details }),
      ...verdictsOf(content, item, sdk).map(verdict =>
        codeLens(range, { title: verdictText(verdict), ...details }),
      ),
    ]);
  });
}

/** All that is known of the array at a position. */
export function hoverOf(
  document: vscode.TextDocument,
  position: vscode.Position,
  workspace: CertificateWorkspace,
): vscode.Hover | undefined {
  const file = inspectDocument(document);
  const found = file.inspection.items.find(item => isAt(file, item, position));
  if (found === undefined) return undefined;
  const range = rangeIn(file, found.nameRange ?? found.range);
  const place = rangeIn(file, found.range);
  const sdk = workspace.sdkOf(document.uri);
  const findings = workspace
    .findingsOf(document.uri)
    .filter(finding => place.contains(rangeIn(file, finding.range).start));
  return new vscode.Hover(
    [
      ...found.contents.map(content => contentMarkdown(content, found, sdk)),
      ...findings.map(findingMarkdown),
    ],
    range,
  );
}

/** On the name: not over all lines of its data. */
function isAt(file: InspectedFile, item: Item, position: vscode.Position): boolean {
  return rangeIn(file, item.nameRange ?? item.range).contains(position);
}

/** Names in certificates are their makers': they must not become links. */
export function contentMarkdown(
  content: Content,
  item: Pick<Item, 'readings'>,
  sdk: SdkVersion,
): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  for (const { label, value } of describe(content, Date.now()))
    addText(text.appendMarkdown(`**${label}** `), value).appendMarkdown('  \n');
  for (const verdict of verdictsOf(content, item, sdk))
    addText(text, verdictText(verdict)).appendMarkdown('  \n');
  return text;
}

function findingMarkdown({ rule: id, message }: Finding): vscode.MarkdownString {
  const explanation = rules.find(rule => rule.id === id)?.explanation() ?? '';
  return addText(new vscode.MarkdownString().appendMarkdown(`**${id}** `), `${message}\n${explanation}`);
}

function verdictsOf(content: Content, item: Pick<Item, 'readings'>, sdk: SdkVersion): Verdict[] {
  return content.kind === 'other' || content.kind === 'request'
    ? []
    : verdicts(content, item, sdk, Date.now());
}

function verdictText({ library, obstacles }: Verdict): string {
  return obstacles.length === 0
    ? vscode.l10n.t('{0} accepts it', library)
    : vscode.l10n.t('{0}: {1}', library, obstacles.join('; '));
}
