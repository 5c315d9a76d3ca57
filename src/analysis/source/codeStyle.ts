import { WeakMemo } from '../engine/memo';
import type { Unit } from '../program/program';
import { type Directive, scanSource } from './scan';

/** How a file is written, so that code put into it looks like the rest. */
export interface CodeStyle {
  newLine: '\n' | '\r\n';
  /** One level of indentation. */
  indent: string;
  /** Whether the brace of an if is on the next line. */
  braceBelow: boolean;
}

/** A file's text as edits need it. */
export interface SourceText {
  text: string;
  /** The text with blanks for comments and directives, at the same offsets. */
  code: string;
  directives: readonly Directive[];
  comments: readonly { start: number; end: number }[];
  style: CodeStyle;
}

const sourceTexts = new WeakMemo<Unit, SourceText>();

/** The text of a file with its style. */
export function sourceText(unit: Unit): SourceText {
  return sourceTexts.get(unit, () => {
    const { text } = unit;
    const { comments, directives } = scanSource(text);
    const code = blanked(text, [...comments, ...directives]);
    return { text, code, comments, directives, style: codeStyle(code) };
  });
}

function blanked(text: string, ranges: readonly { start: number; end: number }[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    if (start < from) continue;
    parts.push(text.slice(from, start), text.slice(start, end).replace(/[^\r\n]/g, ' '));
    from = end;
  }
  parts.push(text.slice(from));
  return parts.join('');
}

/** The style that most lines of a text have; four spaces and the brace behind where nothing tells. */
export function codeStyle(code: string): CodeStyle {
  const crlf = code.split('\r\n').length - 1;
  const newLine = crlf * 2 > code.split('\n').length - 1 ? '\r\n' : '\n';
  const steps = new Map<string, number>();
  for (const [, outer = '', inner = ''] of code.matchAll(
    /^([ \t]*)(?=\S).*\{[ \t]*\r?\n(?:[ \t]*\r?\n)*([ \t]+)(?=\S)/gm,
  )) {
    if (!inner.startsWith(outer) || inner.length === outer.length) continue;
    const step = inner.slice(outer.length);
    steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  const [indent = '    '] = [...steps].sort(([, a], [, b]) => b - a)[0] ?? [];
  const controls = /\b(?:if|for|while|switch)\b[^;{}\n]*\)[ \t]*(\r?\n[ \t]*)?\{/g;
  let [below, behind] = [0, 0];
  for (const [, lineBreak] of code.matchAll(controls)) {
    if (lineBreak === undefined) behind++;
    else below++;
  }
  return { newLine, indent, braceBelow: below > behind };
}

/** Templates have a tab for each level: writes their lines one below the other, behind `base`. */
export function inStyle(lines: readonly string[], { indent, newLine }: CodeStyle, base = ''): string {
  return lines
    .map(line => (line === '' ? '' : base) + line.replace(/^\t+/, tabs => indent.repeat(tabs.length)))
    .join(newLine);
}
