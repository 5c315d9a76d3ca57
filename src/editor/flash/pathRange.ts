import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import * as vscode from 'vscode';
import type { JsonPath } from '../../flash/layout';

/** Where a path stands in a text, or as much of it as there is: a region that has a sector and no address is found by both. */
export function pathRange(document: vscode.TextDocument, path: JsonPath): vscode.Range {
  const [range] = pathRanges(document, [path]);
  return range ?? new vscode.Range(0, 0, 0, 0);
}

/** The same for many paths. */
export function pathRanges(document: vscode.TextDocument, paths: readonly JsonPath[]): vscode.Range[] {
  const root = parseTree(document.getText());
  return paths.map(path => {
    for (let length = path.length; root && length > 0; length--) {
      const wanted = path.slice(0, length);
      const other = wanted.at(-1) === 'address' ? [...wanted.slice(0, -1), 'sector'] : wanted;
      const node = findNodeAtLocation(root, wanted) ?? findNodeAtLocation(root, other);
      if (node !== undefined)
        return new vscode.Range(
          document.positionAt(node.offset),
          document.positionAt(node.offset + node.length),
        );
    }
    return new vscode.Range(0, 0, 0, 0);
  });
}
