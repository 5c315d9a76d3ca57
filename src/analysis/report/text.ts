import type { Region, Report } from './report';
import { noticeText } from './noticeText';
import type { Severity } from '../../findings/severity';

/** The lines that compilers would print, and apart from them those about what was not checked; `mark` may color severities. */
export function reportLines(
  { findings, notices }: Report,
  mark: (severity: Severity, text: string) => string = (_, text) => text,
): { found: string[]; notChecked: string[] } {
  return {
    found: findings.flatMap(({ at, severity, message, rule, related }) => [
      `${place(at)}: ${mark(severity, `${severity}:`)} ${message} [${rule.id}]`,
      ...related.map(each => `  ${place(each.at)}: ${each.message}`),
    ]),
    notChecked: notices.map(({ file, kind }) => `${file}: ${noticeText(kind)}`),
  };
}

function place({ file, line, column }: Region): string {
  return `${file}:${line}:${column}`;
}
