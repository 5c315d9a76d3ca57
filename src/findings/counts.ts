import * as l10n from '@vscode/l10n';
import { severities, type Severity } from './severity';

/** How many findings there are of each severity. */
export type Counts = Readonly<Record<Severity, number>>;

/** Counts findings: for the summary of a check, its JSON, and the language status of the editor. */
export function countFindings(findings: Iterable<{ severity: Severity }>): Counts {
  const counts = { error: 0, warning: 0, info: 0, hint: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** The findings of each severity, in words: “2 errors, 1 warning”; empty without any. */
export function countsText(findings: Iterable<{ severity: Severity }>): string {
  const counts = countFindings(findings);
  return severities
    .filter(each => counts[each] > 0)
    .map(each => countText(each, counts[each]))
    .join(l10n.t(', '));
}

/** The same with words for none. */
export function summaryText(findings: Iterable<{ severity: Severity }>): string {
  return countsText(findings) || l10n.t('No problems found');
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
