import type { BuildFile, LinkedLibrary } from '../../project/buildFile';
import type { FileEdit } from '../../../findings/textEdit';

/** Takes a library out of its list. */
export function withoutLibrary({ path, text }: BuildFile, library: LinkedLibrary): FileEdit {
  const { start, end } = library;
  const { before, behind } = aroundOnLine(text, library);
  const lineStart = start - before.length;
  // A line of its own goes as a whole; behind the last one of a list the backslash goes, too.
  if (!/\S/.test(before) && /^[ \t]*\\\r?$/.test(behind))
    return { file: path, start: lineStart, end: end + behind.length + 1, text: '' };
  const joined = /[ \t]*\\\r?\n$/.exec(text.slice(0, lineStart))?.[0];
  if (!/\S/.test(before + behind) && joined !== undefined)
    return { file: path, start: lineStart - joined.length, end, text: '' };
  const blanks = /[ \t]*$/.exec(before)?.[0].length ?? 0;
  if (blanks > 0) return { file: path, start: start - blanks, end, text: '' };
  return { file: path, start, end: end + (/^[ \t]*/.exec(behind)?.[0].length ?? 0), text: '' };
}

/** Puts libraries behind another one, each on a line of its own where that has one. */
export function withLibraries(
  { path, text }: BuildFile,
  library: LinkedLibrary,
  names: readonly string[],
): FileEdit {
  const { before, behind } = aroundOnLine(text, library);
  const isAlone = /^[ \t]+$/.test(before) && /^[ \t]*\\?\r?$/.test(behind);
  const newLine = text.includes('\r\n') ? '\r\n' : '\n';
  const separator = isAlone ? ` \\${newLine}${before}` : ' ';
  const prefix = library.prefixed ? '' : '-l';
  return {
    file: path,
    start: library.end,
    end: library.end,
    text: names.map(name => `${separator}${prefix}${name}`).join(''),
  };
}

/** What is before and behind a library on its line. */
function aroundOnLine(text: string, { start, end }: LinkedLibrary): { before: string; behind: string } {
  const lineStart = start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1;
  const lineBreak = text.indexOf('\n', end);
  return {
    before: text.slice(lineStart, start),
    behind: text.slice(end, lineBreak < 0 ? text.length : lineBreak),
  };
}
