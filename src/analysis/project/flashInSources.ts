import path from 'node:path';
import type { TableRow } from '../../flash/tableInStep';
import { Analyzer } from '../engine/analyzer';
import { readProjects } from './readProjects';
import { type SectorFunction, sourceSectors } from './sourceSectors';
import { sourceTable } from './sourceTable';
import type { Place } from '../../findings/range';

/** A number in a source, with its text as it was read. */
export interface WrittenNumber {
  /** Path on this computer. */
  file: string;
  start: number;
  text: string;
}

/** A sector that the sources name. */
export interface NamedSector {
  function: SectorFunction;
  sector: number;
  /** “user_main.c:12”. */
  where: string;
  /** Where it can be changed, if in one place. */
  number?: WrittenNumber;
}

/** A line of a partition table in the sources. */
export interface NamedRow extends TableRow {
  where: string;
  map: number | undefined;
  numbers: { address?: WrittenNumber; size?: WrittenNumber };
}

/** What a firmware's sources say of the flash. */
export interface FlashInSources {
  /** All sources and headers, as paths on this computer. */
  files: string[];
  sectors: NamedSector[];
  rows: NamedRow[];
}

/** Reads what the C sources in a folder say of the flash when they are built for a map. Throws a Problem when it cannot be read. */
export async function flashInSources(folder: string, map: number): Promise<FlashInSources> {
  const analyzer = await Analyzer.create();
  // The text of the project's file is not the matter here.
  const projects = await readProjects(
    folder,
    new Map([['SPI_FLASH_SIZE_MAP', String(map)]]),
    () => undefined,
  );
  const files = projects.flatMap(project => project.files.map(({ path: name }) => path.join(folder, name)));
  const found: FlashInSources = { files, sectors: [], rows: [] };
  for (const project of projects) {
    const textOf = (file: string) => project.files.find(each => each.path === file)?.text ?? '';
    const where = ({ file, start }: Place) => `${file}:${textOf(file).slice(0, start).split('\n').length}`;
    const written = ({ file, start, end }: Place): WrittenNumber => ({
      file: path.join(project.folder, file),
      start,
      text: textOf(file).slice(start, end),
    });
    for (const { function: name, sector, at, number } of sourceSectors(analyzer, project))
      found.sectors.push({
        function: name,
        sector,
        where: where(at),
        ...(number && { number: written(number) }),
      });
    for (const { at, numbers, ...row } of sourceTable(analyzer, project)) {
      const { address, size } = numbers;
      found.rows.push({
        ...row,
        where: where(at),
        numbers: { ...(address && { address: written(address) }), ...(size && { size: written(size) }) },
      });
    }
  }
  return found;
}
