import type { TableRow } from '../../flash/tableInStep';
import type { Analyzer, ProjectSources } from '../engine/analyzer';
import { numberPlace } from '../program/numberPlace';
import { type PartitionRow, partitionTables } from './partitionTable';
import type { Program } from '../program/program';
import type { Place } from '../../findings/range';

/** A line of a partition table in the sources. */
export interface SourceRow extends TableRow {
  at: Place;
  /** The map that the source registers the table for, if it fixes one. */
  map: number | undefined;
  /** The numbers themselves: an address here or as a macro, a size here. Others have a size in common. */
  numbers: { address?: Place; size?: Place };
}

/** Returns the lines of all partition tables that a firmware's sources register, where their values are known. */
export function sourceTable(analyzer: Analyzer, project: ProjectSources): SourceRow[] {
  const found = new Map<string, SourceRow>();
  for (const facts of analyzer.facts(project)) {
    const { program } = facts;
    for (const { rows, map } of partitionTables(facts)) {
      for (const row of rows) {
        const { type, name, address, size, at } = row;
        const numbers = numbersOf(row, program, project);
        const comment = commentBehind(at, program);
        const key = `${at.file}:${at.start}:${address}:${size}`;
        found.set(key, { type, name, comment, address, size, map, at, numbers });
      }
    }
  }
  return [...found.values()];
}

function numbersOf({ written }: PartitionRow, program: Program, { files }: ProjectSources) {
  const { within, direct } = written;
  if (!direct) return {};
  const address = numberPlace(written.address, within, program, files);
  const size = written.size.kind === 'number' ? program.place(within, written.size) : undefined;
  return { ...(address && { address }), ...(size && { size }) };
}

function commentBehind({ file, end }: Place, program: Program): string {
  const [line = ''] = program.textOf(file)?.slice(end).split(/\r?\n/, 1) ?? [];
  const match = /^[ \t]*,?[ \t]*(?:\/\*(?<block>.*?)\*\/|\/\/(?<line>.*))/.exec(line);
  return (match?.groups?.['block'] ?? match?.groups?.['line'] ?? '').trim();
}
