import type { Region, Report } from './report';
import { noticeText } from './words';

/** The lines that compilers would print, and apart from them those about what was not checked. */
export function reportLines({ findings, notices }: Report): { found: string[]; notChecked: string[] } {
  return {
    found: findings.flatMap(({ at, severity, message, rule, related }) => [
      `${place(at)}: ${severity}: ${message} [${rule.id}]`,
      ...related.map(each => `  ${place(each.at)}: ${each.message}`),
    ]),
    notChecked: notices.map(({ file, kind }) => `${file}: ${noticeText(kind)}`),
  };
}

function place({ file, line, column }: Region): string {
  return `${file}:${line}:${column}`;
}
