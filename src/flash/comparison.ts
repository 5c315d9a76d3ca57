import * as l10n from '@vscode/l10n';
import type { PieceToWrite } from './pieces';
import { addressText, sectorSize, sectorText } from './sectors';

/** How a piece differs from what the flash of a board holds. */
export interface Difference {
  piece: PieceToWrite;
  /** Addresses of the sectors that differ, the lowest first. */
  sectors: number[];
}

/** Of more places that differ than this, the others are not named. */
const maxNamed = 16;

/** Returns what a comparison has found, a line for each piece, in the language in use. */
export function comparisonLines(
  pieces: readonly PieceToWrite[],
  differences: readonly Difference[],
): string[] {
  return pieces.map(piece => {
    const sectors = differences.find(difference => difference.piece === piece)?.sectors;
    const place = `${addressText(piece.address)}  ${piece.file}`;
    if (sectors === undefined) return l10n.t('{0}: the same', place);
    const runs = runsOf(sectors);
    const named = runs.slice(0, maxNamed).map(([first, last]) => {
      const [from, to] = [sectorText(first), sectorText(last)];
      return from === to ? from : `${from}–${to}`;
    });
    if (runs.length > maxNamed) named.push('…');
    const all = Math.ceil(piece.bytes.length / sectorSize);
    return l10n.t('{0}: differs in {1} of {2} sectors: {3}', place, sectors.length, all, named.join(', '));
  });
}

/** The first and the last of each run of sectors without a gap. */
function runsOf(sectors: readonly number[]): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const sector of sectors) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] + sectorSize === sector) run[1] = sector;
    else runs.push([sector, sector]);
  }
  return runs;
}
