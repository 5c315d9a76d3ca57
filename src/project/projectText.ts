import { findNodeAtLocation, parseTree, visit } from 'jsonc-parser';
import type { Range } from '../findings/range';
import { readSuppressions, type Suppression } from '../findings/suppression';
import type { JsonPath } from '../text/jsonPath';

/**
 * Where paths are in the text of a project's file, or as much of each as there is: a region that has a sector and no address is
 * found by both. The start of the text where nothing of a path is there.
 */
export function pathRanges(text: string, paths: readonly JsonPath[]): Range[] {
  const root = parseTree(text);
  return paths.map(path => {
    for (let length = path.length; root && length > 0; length--) {
      const wanted = path.slice(0, length);
      const other = wanted.at(-1) === 'address' ? [...wanted.slice(0, -1), 'sector'] : wanted;
      const node = findNodeAtLocation(root, wanted) ?? findNodeAtLocation(root, other);
      if (node !== undefined) return { start: node.offset, end: node.offset + node.length };
    }
    return { start: 0, end: 0 };
  });
}

/** The NOLINT marks in the comments of a project's file. */
export function projectSuppressions(text: string): Suppression[] {
  if (!text.includes('NOLINT')) return [];
  const comments: Range[] = [];
  visit(text, { onComment: (start, length) => comments.push({ start, end: start + length }) });
  return readSuppressions(text, comments);
}
