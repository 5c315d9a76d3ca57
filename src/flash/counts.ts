import * as l10n from '@vscode/l10n';
import { severities, type Severity } from './severity';

/** How many findings there are of each severity: “4 errors, 1 warning”; empty without any. */
export function countsText(findings: readonly { severity: Severity }[]): string {
  return severities
    .map(severity => [severity, findings.filter(each => each.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => countText(severity, count))
    .reduce((before, next) => (before === '' ? next : l10n.t('{0}, {1}', before, next)), '');
}

function countText(severity: Severity, count: number): string {
  switch (severity) {
    case 'error':
      return count === 1 ? l10n.t('1 error') : l10n.t('{0} errors', count);
    case 'warning':
      return count === 1 ? l10n.t('1 warning') : l10n.t('{0} warnings', count);
    case 'hint':
      return count === 1 ? l10n.t('1 note') : l10n.t('{0} notes', count);
  }
}
