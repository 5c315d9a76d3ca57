import type { Severity } from '../findings/severity';
import type { Style } from './color';

/** How severities look. */
export const severityStyles: Readonly<Record<Severity, Style>> = {
  error: 'red',
  warning: 'yellow',
  info: 'cyan',
  hint: 'dim',
};
