import { Analyzer, byPlace, type Notice, type SourceFile } from './analyzer';
import { certificateFindings } from '../rules/certificates/certificateFindings';
import { flashedFileFindings } from '../rules/flashedFiles';
import { layoutFindings } from '../rules/layoutFindings';
import type { Project } from '../project/readProjects';
import { ruleInfos } from '../rules/ruleInfos';
import { rules as sourceRules } from '../rules/rules';
import { readFindings } from '../../flash/findings';
import { LineIndex } from '../../findings/range';
import { sectorSize } from '../../flash/sectors';
import { sourceSectors } from '../project/sourceSectors';
import { cooperate } from './cooperate';
import type { RuleId } from '../../findings/rule';
import type { Finding } from '../../findings/finding';

/** What is looked for in a project. Data alone, as all that goes to a thread and comes from it. */
export interface Question {
  rules: readonly RuleId[];
  /** In milliseconds. */
  now: number;
}

/** What was found in one project. */
export interface Answer {
  findings: readonly (Omit<Finding, 'rule'> & { rule: RuleId })[];
  notices: readonly Notice[];
  /** The texts that findings are in, besides the project's sources and Makefiles. */
  texts: readonly SourceFile[];
}

export type CheckProject = (project: Project, question: Question) => Promise<Answer>;

/**
 * Loads the parser; returns what checks one project after the other, sources, certificates and flash layout, and gives that up when `signal`
 * says so.
 */
export async function projectChecker(signal?: AbortSignal): Promise<CheckProject> {
  const analyzer = await Analyzer.create();
  return async (project, { rules: ids, now }) => {
    const { severities } = project;
    const rules = ruleInfos.filter(({ id }) => ids.includes(id));
    const ofSources = sourceRules.filter(({ id }) => ids.includes(id));
    const checking = analyzer.checking(project, { severities }, ofSources);
    const result = await cooperate(checking, () => signal?.aborted !== true);
    const layout = layoutFindings(withReads(project, analyzer), rules);
    const flashed = await flashedFileFindings(project, analyzer, rules);
    analyzer.release();
    if (result === undefined) throw new DOMException('The check was given up.', 'AbortError');
    const { findings, notices, inactive } = result;
    // What a firmware with a TLS library of its own has is not for the SDK's.
    const certificates =
      inactive === undefined
        ? { findings: [], texts: [] }
        : await certificateFindings(project, inactive, { severities, rules, now });
    return {
      findings: [...findings, ...certificates.findings, ...layout.findings, ...flashed]
        .sort(byPlace)
        .map(({ rule, ...found }) => ({ ...found, rule: rule.id })),
      notices,
      texts: [...certificates.texts, ...layout.texts],
    };
  };
}

/** The project with what its sources say of the files in its flash; they are asked only where a file needs it. */
function withReads(project: Project, analyzer: Analyzer): Project {
  const { flash } = project;
  if (flash === undefined) return project;
  const { layout, contents } = flash;
  const everywhere = layout.regions.flatMap(({ address }) =>
    address === undefined ? [] : [{ function: '', sector: address / sectorSize, where: '' }],
  );
  if (readFindings(layout, contents, everywhere).length === 0) return project;
  const reads = sourceSectors(analyzer, project).map(({ at, ...read }) => {
    const text = project.files.find(each => each.path === at.file)?.text ?? '';
    return { ...read, where: `${at.file}:${new LineIndex(text).position(at.start).line + 1}` };
  });
  const more = readFindings(layout, contents, reads);
  return { ...project, flash: { ...flash, findings: [...flash.findings, ...more] } };
}
