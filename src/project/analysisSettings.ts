import path from 'node:path';
import { projectFileName, readProjectPart } from './projectFile';
import { checkAnalysis } from './schema';
import type { ChosenSeverities } from '../findings/severity';

/** What a project wants of the analysis of its sources. */
export interface AnalysisSettings {
  /** Severities other than the rules' own, by rule and group. */
  severities: ChosenSeverities;
  /** Macros as the compiler's command line sets them; undefined for one that is never defined. */
  defines: ReadonlyMap<string, string | undefined>;
}

/** Returns what `analysis` of the project's file in `folder` says; empty without one. Throws a Problem for what is wrong in it. */
export async function analysisSettings(folder: string): Promise<AnalysisSettings> {
  const given = (await readProjectPart(folder, 'analysis')) ?? {};
  const { rules = {}, defines = {} } = checkAnalysis(given, path.join(folder, projectFileName));
  return {
    severities: new Map(Object.entries(rules)),
    defines: new Map(Object.entries(defines).map(([name, value]) => [name, macroBody(value)])),
  };
}

function macroBody(value: string | number | boolean): string | undefined {
  if (typeof value === 'boolean') return value ? '1' : undefined;
  return String(value);
}
