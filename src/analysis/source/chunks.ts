import { literalEnd } from './scan';
import type { Range } from '../../findings/range';

/** A declaration or function at the outer level of a file. */
export interface Chunk extends Range {
  text: string;
  isFunction: boolean;
}

/** Cuts masked text into its outer declarations. They are parsed one by one, so that a change costs no more than where it is. */
export function cut(text: string): Chunk[] {
  const chunks = cutAt(text, () => false);
  const last = chunks.at(-1);
  if (last === undefined || last.balanced) return chunks;
  // A brace is missing: begin again wherever a line looks like the head of a function.
  return cutAt(text, looksLikeFunction);
}

type Candidate = Chunk & { balanced: boolean };

function cutAt(text: string, beginsAnew: (text: string, brace: number) => number | false): Candidate[] {
  const chunks: Candidate[] = [];
  const next = /["'{};]/g;
  let start = 0;
  let depth = 0;
  let isFunction = false;
  const close = (end: number, balanced = true) => {
    const piece = text.slice(start, end);
    const lead = piece.length - piece.trimStart().length;
    const trimmed = piece.trim();
    if (trimmed !== '')
      chunks.push({
        start: start + lead,
        end: start + lead + trimmed.length,
        text: trimmed,
        isFunction,
        balanced,
      });
    start = end;
    depth = 0;
    isFunction = false;
  };
  for (let match = next.exec(text); match !== null; match = next.exec(text)) {
    const at = match.index;
    switch (match[0]) {
      case '{': {
        const anew = depth > 0 ? beginsAnew(text, at) : false;
        if (anew !== false && anew > start) close(anew);
        if (depth === 0) isFunction = /\)\s*$/.test(text.slice(Math.max(start, at - 200), at));
        depth++;
        break;
      }
      case '}':
        if (depth > 0) depth--;
        if (depth === 0 && isFunction) close(at + 1);
        break;
      case ';':
        if (depth === 0) close(at + 1);
        break;
      default:
        next.lastIndex = Math.max(literalEnd(text, at), at + 1);
    }
  }
  close(text.length, depth === 0);
  return chunks;
}

/** Where the head of a function begins whose body this brace opens: it must begin its line. */
function looksLikeFunction(text: string, brace: number): number | false {
  const before = text.slice(Math.max(0, brace - 400), brace);
  const head = /(?:^|\n)((?:[A-Za-z_][\w \t*]*[\n ])?[ \t]*[A-Za-z_]\w*[ \t]*\([^(){};]*\)\s*)$/.exec(before);
  const line = head?.[1];
  if (line === undefined || /^\s|^(?:if|for|while|switch|else|do|return)\b/.test(line)) return false;
  return brace - line.length;
}
