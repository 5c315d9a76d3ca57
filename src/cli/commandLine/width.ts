/** Characters that terminals show in two columns: Chinese, its punctuation, full-width forms. */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
/** Two columns in Chinese text, one elsewhere. */
const ambiguous = /[“”‘’…—×]/u;

/** Columns that a text takes in a terminal. */
export function columns(text: string): number {
  const chinese = wide.test(text);
  let count = 0;
  for (const character of text)
    count += wide.test(character) || (chinese && ambiguous.test(character)) ? 2 : 1;
  return count;
}

/** Fills a text with spaces up to a width in columns. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)));
}

/** A word, or one Chinese character with the punctuation that may not leave it. */
const pieces =
  /\s+|[（“‘《]*(?:[\u2e80-\u2fff\u3005-\ua4cf\uac00-\ud7a3]|[^\s\u2e80-\uffef（“‘《]+)[。，、；：？！）”’》…]*|\S/gu;

/** Breaks a text into lines of at most `width` columns; line breaks of its own stay. */
export function wrapped(text: string, width: number): string[] {
  return text.split('\n').flatMap(paragraph => {
    const lines = [''];
    for (const piece of paragraph.match(pieces) ?? []) {
      const line = lines.at(-1) ?? '';
      if (columns((line + piece).trimEnd()) <= width || line === '') lines[lines.length - 1] = line + piece;
      else lines.push(piece.trimStart());
    }
    return lines.map(line => line.trimEnd());
  });
}
