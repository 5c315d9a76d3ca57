import * as vscode from 'vscode';
import { rules } from '../../analysis/rules';
import { ruleScheme } from './names';

/** The page about a rule, in the user's language; empty for one that there is not. */
export function rulePage({ path }: vscode.Uri): string {
  const rule = rules.find(({ id }) => path === `/${id}.md`);
  if (rule === undefined) return '';
  const source = vscode.l10n.t('Source: {0}', rule.source);
  const silence = vscode.l10n.t(
    'To silence one line, write {0} behind it or {1} above it. The setting {2} changes the rule everywhere.',
    `\`// NOLINT(${rule.id})\``,
    `\`// NOLINTNEXTLINE(${rule.id})\``,
    '`esp8266-ssl.diagnostics.severity`',
  );
  return `# ${rule.id}: ${rule.title()}\n\n${rule.explanation()}\n\n${source}\n\n${silence}\n`;
}

/** Where the page about a rule is; the manifest has VS Code show it as Markdown. */
export function rulePageUri(id: string): vscode.Uri {
  return vscode.Uri.from({ scheme: ruleScheme, path: `/${id}.md` });
}

/** Shows the page about a rule, or asks about which. */
export async function showRule(id: unknown): Promise<void> {
  const chosen =
    rules.find(rule => rule.id === id)?.id ??
    (
      await vscode.window.showQuickPick(
        rules.map(rule => ({ label: rule.id, description: rule.title() })),
        { matchOnDescription: true },
      )
    )?.label;
  if (chosen === undefined) return;
  await vscode.commands.executeCommand('vscode.open', rulePageUri(chosen));
}
