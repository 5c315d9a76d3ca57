import * as l10n from '@vscode/l10n';

/** Returns the sentence that asks for the nearest of `known`, after a space; empty where none is near. */
export function didYouMean(given: string, known: Iterable<string>): string {
  const near = nearest(given, known);
  return near === undefined ? '' : ` ${l10n.t('Did you mean {0}?', near)}`;
}

/** Returns the word that may have been meant: one that begins so, else the one with the fewest slips, one for three letters. */
export function nearest(given: string, known: Iterable<string>): string | undefined {
  const text = given.toLowerCase();
  const words = [...known];
  const begun = words.filter(word => text.length > 1 && word.toLowerCase().startsWith(text));
  if (begun.length === 1) return begun[0];
  let best: { word: string; slips: number } | undefined;
  for (const word of words) {
    const slips = distance(text, word.toLowerCase());
    if (slips <= Math.max(1, Math.floor(word.length / 3)) && slips < (best?.slips ?? Infinity))
      best = { word, slips };
  }
  return best?.word;
}

/** Counts letters that are missing, too many, wrong or swapped with the next (Damerau and Levenshtein). */
function distance(a: string, b: string): number {
  // What a person types by mistake is short; anything longer is no slip.
  if (a.length > 64) return Infinity;
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const at = (up: number, left: number) => rows[row - up]?.[column - left] ?? Infinity;
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      line.push(
        Math.min(
          at(1, 0) + 1,
          (line[column - 1] ?? Infinity) + 1,
          at(1, 1) + (same ? 0 : 1),
          swapped ? at(2, 2) + 1 : Infinity,
        ),
      );
    }
    rows.push(line);
  }
  return rows.at(-1)?.at(-1) ?? Infinity;
}
