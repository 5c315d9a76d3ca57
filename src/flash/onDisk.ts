import { stat } from 'node:fs/promises';
import path from 'node:path';
import { folderName } from '../files/folderName';
import { staysInside } from '../files/within';
import { limits } from '../files/limits';
import { readFile, readRegularFile } from '../files/readFile';
import { ProblemError } from '../problems';
import { type PieceToWrite, pieceToWrite, piecesOf } from './pieces';
import { checkedLayout, type CheckedLayout, type FlashProject } from './checkedLayout';
import type { FlashFinding } from './finding';
import { findingText } from './findings';
import type { FileFacts } from './contents';
import { contentsOf } from './fileContents';

/** Returns the layout of a project with the sizes that its files have at the moment, and all that is wrong with it. */
export function layoutOnDisk(folder: string, project: FlashProject): Promise<CheckedLayout> {
  return checkedLayout(project, async files => {
    const facts = new Map<string, FileFacts | 'outside'>();
    for (const file of files) {
      if (!staysInside(folder, file)) {
        facts.set(file, 'outside');
        continue;
      }
      const place = path.resolve(folder, file);
      const found = await stat(place).catch(() => undefined);
      if (found?.isFile() !== true) continue;
      const contents = () => readRegularFile(place, limits.flash).then(contentsOf, () => undefined);
      facts.set(file, { size: found.size, contents });
    }
    return facts;
  });
}

/** What is to be flashed of a project. */
export interface FlashChoice {
  certificatesOnly: boolean;
  /** Flashes although the layout has errors, and leaves out files that are missing. */
  force: boolean;
}

/**
 * Returns what is written where, by address. Throws a Problem when the layout is wrong, when a file that the project names is
 * missing, when one cannot be read, and when there is nothing to flash.
 */
export async function piecesToWrite(
  folder: string,
  project: FlashProject,
  { certificatesOnly, force }: FlashChoice,
): Promise<CheckedLayout & { pieces: PieceToWrite[] }> {
  const { layout, sizes, contents, findings } = await layoutOnDisk(folder, project);
  // What is wrong with the firmware's files is no matter to certificates.
  const concerning = findings.filter(({ path: place }) => !(certificatesOnly && place[0] === 'files'));
  const stopping = concerning.filter(finding => stops(finding, project));
  if (stopping.length > 0 && !force)
    throw new ProblemError({ kind: 'layout-wrong', findings: stopping.map(findingText) });
  const pieces: PieceToWrite[] = [];
  for (const piece of piecesOf(layout)) {
    if (!staysInside(folder, piece.file))
      throw new ProblemError({ kind: 'path-outside', file: piece.file, setting: 'flash' });
    const size = sizes.get(piece.file);
    if (size === undefined || size === 0 || (certificatesOnly && !piece.certificates)) continue;
    // --force allows overlaps, not what the flash has no place for.
    if (piece.address + size > layout.map.size * 1024) continue;
    pieces.push(pieceToWrite(piece, await readFile(path.resolve(folder, piece.file), limits.flash), layout));
  }
  if (pieces.length === 0) throw new ProblemError({ kind: 'nothing-to-flash', folder: folderName(folder) });
  return { layout, sizes, contents, findings: concerning, pieces };
}

/** Errors do, and missing files but for the ones that nobody has named: the certificates of a project without a layout. */
function stops({ severity, kind, path: place }: FlashFinding, { flash }: FlashProject): boolean {
  if (kind !== 'file-missing') return severity === 'error';
  const named = typeof flash === 'object' && flash !== null && 'regions' in flash;
  return place[0] === 'files' || named;
}
