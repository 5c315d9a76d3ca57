import * as vscode from 'vscode';
import { ruleInfos } from '../../analysis/engine/analysisEntry';
import { exampleMarkdown } from '../../analysis/rules/examples';
import { asMarkdown } from '../../analysis/report/markdown';
import { pickOne } from '../quickInput';
import { rulePageUri } from './rulePageUri';
import { severityText } from '../../findings/severityText';

/** The page about a rule, in the user's language; empty for one that there is not. */
export function rulePage({ path }: vscode.Uri): string {
  const rule = ruleInfos.find(({ id }) => path === `/${id}.md`);
  if (rule === undefined) return '';
  const silence = vscode.l10n.t(
    'To suppress a single line, write {0} at its end or {1} on the line above. The setting {2} configures the rule everywhere.',
    `\`// NOLINT(${rule.id})\``,
    `\`// NOLINTNEXTLINE(${rule.id})\``,
    '`esp8266-ssl.diagnostics.severity`',
  );
  return [
    `# ${rule.id}: ${asMarkdown(rule.title())}`,
    asMarkdown(rule.explanation()),
    exampleMarkdown(rule.example),
    vscode.l10n.t('Severity: {0} · Group: {1}', severityText(rule.severity), `\`${rule.group}\``),
    vscode.l10n.t('Source: {0}', asMarkdown(rule.source)),
    silence,
    '',
  ].join('\n\n');
}

/** Shows the page about a rule, or asks about which. */
export async function showRule(id: unknown): Promise<void> {
  const chosen =
    ruleInfos.find(rule => rule.id === id)?.id ??
    (
      await pickOne(
        ruleInfos.map(rule => ({ label: rule.id, description: rule.title() })),
        { matchOnDescription: true },
      )
    )?.label;
  if (chosen === undefined) return;
  await vscode.commands.executeCommand('vscode.open', rulePageUri(chosen));
}
