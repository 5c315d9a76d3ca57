import * as l10n from '@vscode/l10n';
import type { Severity } from './severity';

/** A severity in the language in use. */
export function severityText(severity: Severity): string {
  switch (severity) {
    case 'error':
      return l10n.t('error');
    case 'warning':
      return l10n.t('warning');
    case 'info':
      return l10n.t('note');
    case 'hint':
      return l10n.t('hint');
  }
}
