import type { Range } from '../../findings/range';
import { readSuppressions, type Suppression } from '../../findings/suppression';

export type DirectiveKind =
  'if' | 'ifdef' | 'ifndef' | 'elif' | 'else' | 'endif' | 'define' | 'undef' | 'include' | 'other';

/** A line of the preprocessor, with the lines that continue it. */
export interface Directive extends Range {
  kind: DirectiveKind;
  /** What is behind the directive's name, on one line and without comments. */
  text: string;
}

/** What can be said of a file's text without parsing C. */
export interface Scan {
  text: string;
  /** Comments outside of directives. */
  comments: readonly Range[];
  directives: readonly Directive[];
  suppressions: readonly Suppression[];
  /** All words of the text. */
  words: ReadonlySet<string>;
}

const kinds = new Map<string, DirectiveKind>(
  (['if', 'ifdef', 'ifndef', 'elif', 'else', 'endif', 'define', 'undef', 'include'] as const).map(kind => [
    kind,
    kind,
  ]),
);

/** Finds comments, directives and NOLINT marks. Takes any text, in one pass. */
export function scanSource(text: string): Scan {
  const comments: Range[] = [];
  const directives: Directive[] = [];
  const marks: Range[] = [];
  // A directive begins a line; what else starts with one of these may hide it.
  const next = /\/[*/]|["']|^[ \t]*#/gm;
  for (let match = next.exec(text); match !== null; match = next.exec(text)) {
    const [found] = match;
    let end: number;
    if (found === '/*' || found === '//') {
      end = commentEnd(text, match.index);
      const comment = { start: match.index, end };
      comments.push(comment);
      marks.push(comment);
    } else if (found === '"' || found === "'") {
      end = literalEnd(text, match.index);
    } else {
      const directive = readDirective(text, match.index + found.length - 1, marks);
      directives.push(directive);
      end = directive.end;
    }
    next.lastIndex = Math.max(end, match.index + 1);
  }
  return {
    text,
    comments,
    directives,
    suppressions: readSuppressions(text, marks),
    words: new Set(text.match(/[A-Za-z_]\w*/g) ?? []),
  };
}

/** Behind the comment that begins at `start`; the line break that ends a line comment is not part of it. */
function commentEnd(text: string, start: number): number {
  if (text[start + 1] === '*') {
    const end = text.indexOf('*/', start + 2);
    return end < 0 ? text.length : end + 2;
  }
  return lineEnd(text, start);
}

/** Where a line ends, with the lines that a backslash joins to it. */
function lineEnd(text: string, from: number): number {
  for (let at = from; ; at++) {
    at = text.indexOf('\n', at);
    if (at < 0) return text.length;
    const last = text[at - 1] === '\r' ? at - 2 : at - 1;
    if (text[last] !== '\\') return at;
  }
}

/** Behind a string or character; an unfinished one ends with its line. */
export function literalEnd(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') {
      at++;
      if (text[at] === '\r' && text[at + 1] === '\n') at++;
    } else if (character === quote) return at + 1;
    else if (character === '\n') return at;
  }
  return text.length;
}

function readDirective(text: string, hash: number, marks: Range[]): Directive {
  const parts: string[] = [];
  const next = /\/[*/]|["']|\\\r?\n|\n/g;
  let from = hash + 1;
  next.lastIndex = from;
  let end = text.length;
  for (let match = next.exec(text); match !== null; match = next.exec(text)) {
    const [found] = match;
    if (found === '\n') {
      end = match.index;
      break;
    }
    if (found === '"' || found === "'") {
      next.lastIndex = literalEnd(text, match.index);
      continue;
    }
    parts.push(text.slice(from, match.index), ' ');
    from = match.index + found.length;
    if (found === '/*' || found === '//') {
      from = commentEnd(text, match.index);
      marks.push({ start: match.index, end: from });
    }
    next.lastIndex = from;
  }
  parts.push(text.slice(from, Math.max(from, end)));
  const [, name = '', rest = ''] = /^\s*(\w*)([^]*)$/.exec(parts.join('')) ?? [];
  return { kind: kinds.get(name) ?? 'other', start: hash, end, text: rest.trim() };
}
