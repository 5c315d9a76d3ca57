// Loaded after a layout is shown: the C parser is large.
import path from 'node:path';
import * as vscode from 'vscode';
import { Analyzer } from '../../analysis/analyzer';
import { readProjects } from '../../analysis/readProjects';
import { type SourceSector, sourceSectors } from '../../analysis/sourceSectors';

/** A sector that a project's sources name, with where that can be seen and changed. */
export interface NamedSector extends SourceSector {
  /** “user_main.c:12”. */
  where: string;
  /** The number itself, with its text as it was read. */
  editable?: { uri: vscode.Uri; start: number; text: string };
}

/** Reads the sectors that the C sources in a folder name. Throws a Problem when it cannot be read. */
export async function namedSectors(folder: vscode.Uri): Promise<NamedSector[]> {
  if (folder.scheme !== 'file') return [];
  const analyzer = await Analyzer.create();
  const projects = await readProjects(folder.fsPath);
  return projects.flatMap(project => {
    const textOf = (file: string) => project.files.find(each => each.path === file)?.text ?? '';
    return sourceSectors(analyzer, project).map((found): NamedSector => {
      const { at, number } = found;
      const line = textOf(at.file).slice(0, at.start).split('\n').length;
      return {
        ...found,
        where: `${at.file}:${line}`,
        ...(number && {
          editable: {
            uri: vscode.Uri.file(path.join(project.folder, number.file)),
            start: number.start,
            text: textOf(number.file).slice(number.start, number.end),
          },
        }),
      };
    });
  });
}

/** Writes another sector into the source. Resolves to false when the source has changed since it was read. */
export async function writeSector(
  { uri, start, text }: NonNullable<NamedSector['editable']>,
  sector: number,
): Promise<boolean> {
  const document = await vscode.workspace.openTextDocument(uri);
  const range = new vscode.Range(document.positionAt(start), document.positionAt(start + text.length));
  if (document.getText(range) !== text) return false;
  const wasDirty = document.isDirty;
  const edit = new vscode.WorkspaceEdit();
  const isHex = /^0x/i.test(text);
  edit.replace(uri, range, isHex ? `0x${sector.toString(16).toUpperCase()}` : String(sector));
  const isDone = await vscode.workspace.applyEdit(edit);
  if (isDone && !wasDirty) await document.save();
  return isDone;
}
