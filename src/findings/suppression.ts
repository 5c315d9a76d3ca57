import { LineIndex, type Range } from './range';

/** A NOLINT comment: it suppresses the findings on a line, all of them or those of the rules named. */
export interface Suppression {
  line: number;
  rules: readonly string[] | 'all';
}

/** Reads the NOLINT and NOLINTNEXTLINE marks in the comments of a text. */
export function readSuppressions(text: string, comments: Iterable<Range>): Suppression[] {
  const found: Suppression[] = [];
  let lines: LineIndex | undefined;
  let mark = -1;
  for (const { start, end } of comments) {
    if (mark < start) mark = text.indexOf('NOLINT', start);
    if (mark < 0) break;
    if (mark >= end) continue;
    const [, nextLine, list] = /^NOLINT(NEXTLINE)?(?:\(([^)]*)\))?/.exec(text.slice(mark, end)) ?? [];
    lines ??= new LineIndex(text);
    found.push({
      line: lines.position(mark).line + (nextLine === undefined ? 0 : 1),
      rules: list === undefined || list.trim() === '*' ? 'all' : list.split(',').map(id => id.trim()),
    });
  }
  return found;
}

/** Whether one of the marks suppresses a rule's finding on a line. */
export function isSuppressed(suppressions: readonly Suppression[], rule: string, line: number): boolean {
  return suppressions.some(each => each.line === line && (each.rules === 'all' || each.rules.includes(rule)));
}
