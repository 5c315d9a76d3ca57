import * as vscode from 'vscode';
import { pathRanges as rangesIn } from '../../project/projectText';
import { readBytes } from '../workspaceFiles';
import { limits } from '../../files/limits';
import type { JsonPath } from '../../text/jsonPath';

/** Where a path is in a text, or as much of it as there is: a region that has a sector and no address is found by both. */
export function pathRange(document: vscode.TextDocument, path: JsonPath): vscode.Range {
  const [range] = pathRanges(document, [path]);
  return range ?? new vscode.Range(0, 0, 0, 0);
}

/** The same for many paths. */
export function pathRanges(document: ReadText, paths: readonly JsonPath[]): vscode.Range[] {
  return rangesIn(document.getText(), paths).map(
    ({ start, end }) => new vscode.Range(document.positionAt(start), document.positionAt(end)),
  );
}

/** A text whose places can be told: a document of the editor, or what lies on the disk. */
export type ReadText = Pick<vscode.TextDocument, 'uri' | 'getText' | 'positionAt'>;

/**
 * What the editor has of a file, else what the disk has. A document that is opened only to be read would stay open, and for a while
 * hide from everybody what changes on the disk. Rejects when the file cannot be read.
 */
export async function textOf(uri: vscode.Uri): Promise<ReadText> {
  const open = vscode.workspace.textDocuments.find(document => document.uri.toString() === uri.toString());
  if (open !== undefined) return open;
  const text = new TextDecoder().decode(await readBytes(uri, limits.text));
  return {
    uri,
    getText: () => text,
    positionAt(offset) {
      const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
      return new vscode.Position(lines.length - 1, lines.at(-1)?.length ?? 0);
    },
  };
}
