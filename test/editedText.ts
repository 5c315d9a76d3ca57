import type { TextEdit } from '../src/findings/textEdit';

/** A text after edits that do not overlap. */
export function editedText(text: string, edits: readonly TextEdit[]): string {
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((now, { start, end, text: by }) => now.slice(0, start) + by + now.slice(end), text);
}
