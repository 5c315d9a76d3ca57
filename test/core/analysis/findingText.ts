import { editedText } from '../../editedText';
import type { Finding, Fix } from '../../../src/findings/finding';
import { LineIndex, type Place } from '../../../src/findings/range';

type Files = ReadonlyMap<string, string>;

/** All that a finding says, as text: where from and to, how severe, the message, the related places, and what its fixes change. */
export function findingText(finding: Finding, files: Files): string {
  const { at, rule, severity, message, related = [], fixes = [], unnecessary } = finding;
  return [
    `${where(at, files)}: ${severity} ${rule.id}${unnecessary === true ? ' (unnecessary)' : ''}: ${message}`,
    ...excerpt(at, files),
    ...related.flatMap(place => [
      `  related ${where(place.at, files)}: ${place.message}`,
      ...excerpt(place.at, files),
    ]),
    ...fixes.flatMap(fix => [
      `  ${fix.safe ? 'safe fix' : 'fix'}: ${fix.title}`,
      ...(fix.move === undefined ? [] : [`    move ${JSON.stringify(fix.move)}`]),
      ...[...new Set(fix.edits.map(({ file }) => file))].flatMap(file => [
        `    ${file}`,
        ...difference(files.get(file) ?? '', withEdits(files.get(file) ?? '', fix, file)),
      ]),
    ]),
  ].join('\n');
}

/** The text of a file after one fix. */
function withEdits(text: string, { edits }: Fix, file: string): string {
  return editedText(
    text,
    edits.filter(edit => edit.file === file),
  );
}

function where({ file, start, end }: Place, files: Files): string {
  const index = new LineIndex(files.get(file) ?? '');
  const [from, to] = [index.position(start), index.position(end)].map(
    ({ line, character }) => `${line + 1}:${character + 1}`,
  );
  return `${file}:${from}–${to}`;
}

/** The first line of a range with carets below what is in it. */
function excerpt({ file, start, end }: Place, files: Files): string[] {
  const text = files.get(file);
  if (text === undefined) return [];
  const { line, character } = new LineIndex(text).position(start);
  const source = (text.split('\n')[line] ?? '').replaceAll('\t', ' ');
  const length = Math.max(1, Math.min(end - start, source.length - character));
  return [`    ${source}`.trimEnd(), `    ${' '.repeat(character)}${'^'.repeat(length)}`];
}

/** The lines that differ. */
function difference(before: string, after: string): string[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const common: number[][] = Array.from({ length: a.length + 1 }, () =>
    new Array<number>(b.length + 1).fill(0),
  );
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = common[i];
      if (row !== undefined)
        row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const lines: string[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;)
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    } else if (i < a.length && at(i + 1, j) >= at(i, j + 1)) lines.push(`    ${++i}- ${a[i - 1]}`);
    else lines.push(`    ${++j}+ ${b[j - 1]}`);
  return lines.map(line => line.trimEnd());
}
