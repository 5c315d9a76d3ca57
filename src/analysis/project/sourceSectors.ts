import type { Analyzer, ProjectSources } from '../engine/analyzer';
import { numberPlace } from '../program/numberPlace';
import type { Place } from '../../findings/range';

/** Functions that are told in which sector a record file lies, as their second argument. */
export const sectorFunctions = ['espconn_secure_ca_enable', 'espconn_secure_cert_req_enable'] as const;
export type SectorFunction = (typeof sectorFunctions)[number];

/** A sector that the sources name. */
export interface SourceSector {
  function: SectorFunction;
  /** The argument. */
  at: Place;
  sector: number;
  /** The number itself, here or as a macro, if it is in one place. */
  number?: Place;
}

/** Returns the sectors of record files that a firmware's sources name, where their value is known. */
export function sourceSectors(analyzer: Analyzer, project: ProjectSources): SourceSector[] {
  const found = new Map<string, SourceSector>();
  for (const { program } of analyzer.facts(project)) {
    for (const name of sectorFunctions) {
      for (const site of program.calls(name)) {
        const argument = site.arguments[1];
        const sector = argument && program.constant(argument, site.caller);
        if (argument === undefined || sector === undefined) continue;
        const at = program.place(site.caller, argument);
        const number = numberPlace(argument, site.caller, program, project.files);
        const key = `${at.file}:${at.start}:${sector}`;
        found.set(key, { function: name, at, sector, ...(number && { number }) });
      }
    }
  }
  return [...found.values()];
}
