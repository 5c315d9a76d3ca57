import * as l10n from '@vscode/l10n';
import { severities, type Severity } from '../../project/ruleNames';

/** How many findings there are of each severity. */
export type Counts = Readonly<Record<Severity, number>>;

/** Counts findings: for the summary of a check, its JSON, and the language status of the editor. */
export function countFindings(findings: Iterable<{ severity: Severity }>): Counts {
  const counts = { error: 0, warning: 0, info: 0, hint: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** Counts in words: “2 errors, 1 warning”. */
export function countsText(counts: Counts): string {
  const parts = severities.filter(each => counts[each] > 0).map(each => countText(each, counts[each]));
  return parts.length === 0 ? l10n.t('No problems found') : parts.join(l10n.t(', '));
}

function countText(severity: Severity, count: number): string {
  const isOne = count === 1;
  switch (severity) {
    case 'error':
      return isOne ? l10n.t('1 error') : l10n.t('{0} errors', count);
    case 'warning':
      return isOne ? l10n.t('1 warning') : l10n.t('{0} warnings', count);
    case 'info':
      return isOne ? l10n.t('1 note') : l10n.t('{0} notes', count);
    case 'hint':
      return isOne ? l10n.t('1 hint') : l10n.t('{0} hints', count);
  }
}
