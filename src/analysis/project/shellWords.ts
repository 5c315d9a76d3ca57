import type { Range } from '../../findings/range';

/** A word of a command, without its quotation marks, and where it is with them. */
export interface Word extends Range {
  text: string;
}

/** How words are written: a shell of Unix, cmd.exe, PowerShell. */
export type Shell = 'sh' | 'cmd' | 'powershell';

const escapes: Readonly<Record<Shell, string>> = { sh: '\\', cmd: '^', powershell: '`' };

/** Words as a shell reads them; what `$(…)` and `${…}` hold stays one word. `start` is where the text begins in its file. */
export function shellWords(text: string, start = 0, shell: Shell = 'sh'): Word[] {
  const escape = escapes[shell];
  const found: Word[] = [];
  let word: Word | undefined;
  for (let at = 0; at < text.length;) {
    const letter = text[at] ?? '';
    if (/\s/.test(letter)) {
      word = undefined;
      at++;
      continue;
    }
    const { end, meaning } = part(text, at, shell, escape);
    if (word === undefined) found.push((word = { text: '', start: start + at, end: start + end }));
    word.text += meaning;
    word.end = start + end;
    at = end;
  }
  return found;
}

/** A quoted text, an escaped letter, a reference, or one letter. */
function part(text: string, at: number, shell: Shell, escape: string): { end: number; meaning: string } {
  const letter = text[at] ?? '';
  const next = text[at + 1];
  if (letter === escape && next !== undefined) return { end: at + 2, meaning: next };
  if (letter === '$' && (next === '(' || next === '{')) {
    const end = Math.min(closingBracket(text, at + 1) + 1, text.length);
    return { end, meaning: text.slice(at, end) };
  }
  if (letter !== '"' && (letter !== "'" || shell === 'cmd')) return { end: at + 1, meaning: letter };
  let meaning = '';
  for (let here = at + 1; here < text.length; here++) {
    const inner = text[here] ?? '';
    if (inner === letter) return { end: here + 1, meaning };
    const isEscape =
      letter === '"' && inner === escape && (shell !== 'sh' || /["\\$`]/.test(text[here + 1] ?? ''));
    meaning += isEscape ? (text[++here] ?? '') : inner;
  }
  // The mark has no other: it is none.
  return { end: at + 1, meaning: '' };
}

/** Where the bracket at `at` is closed, or the end of the text. */
export function closingBracket(text: string, at: number): number {
  const open = text[at] ?? '';
  const close = open === '{' ? '}' : ')';
  let depth = 0;
  for (let here = at; here < text.length; here++) {
    if (text[here] === open) depth++;
    else if (text[here] === close && --depth === 0) return here;
  }
  return text.length;
}
