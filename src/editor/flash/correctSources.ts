import path from 'node:path';
import * as vscode from 'vscode';
import type { SourceEdit } from '../../analysis/project/flashClaims';
import type { flashInSources } from '../../analysis/project/flashInSources';
import { partOf } from '../../flash/picture';
import { ProblemError } from '../../problems';
import type { ProjectLayout } from '../../project/flashProject';

/** What would make the sources name the sectors of the layout. */
export interface Correction {
  /** Of the button. */
  title: string;
  /** In what the sources differ, in sentences. */
  texts: string[];
  edits: SourceEdit[];
  /** The source that differs; the first of several. */
  file: string;
}

/**
 * Returns how the C sources in a folder can be made to agree with a layout on these files; undefined where they agree, say nothing,
 * or compute their numbers.
 */
export async function correctionFor(
  readSources: typeof flashInSources,
  folder: vscode.Uri,
  { layout, sizes }: ProjectLayout,
  placed: readonly string[],
): Promise<Correction | undefined> {
  if (folder.scheme !== 'file') return undefined;
  const parts = new Set(
    layout.regions
      .filter(({ file }) => file !== undefined && placed.includes(file))
      .map(({ path: at }) => partOf(at)),
  );
  const { flashClaims } = await import('../../analysis/project/flashClaims');
  try {
    const found = await readSources(folder.fsPath, layout.map.id);
    const wrong = flashClaims(found, layout, sizes).flatMap(claim =>
      claim.kind !== 'map' && !claim.agrees && claim.edits.length > 0 && parts.has(claim.part) ? [claim] : [],
    );
    const edits = wrong.flatMap(claim => claim.edits);
    const [first] = edits;
    if (first === undefined) return undefined;
    const file = path.basename(first.file);
    return { title: vscode.l10n.t('Correct {0}', file), texts: wrong.map(({ text }) => text), edits, file };
  } catch (error) {
    // Sources that cannot be read are for others to complain of.
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}
