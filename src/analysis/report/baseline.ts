import path from 'node:path';
import { SchemaChecker } from '../../project/checkBySchema';
import { parseProject } from '../../project/projectFile';
import { limits } from '../../files/limits';
import { readFile } from '../../files/readFile';
import { writeFileAtomically } from '../../files/writeFile';
import type { Report, ReportedFinding } from './report';

/** A finding that was there when the baseline was made. */
interface Known {
  rule: string;
  /** Relative to the baseline's folder, with `/`. */
  file: string;
  fingerprint: string;
}

interface Baseline {
  version: 1;
  findings: Known[];
}

const checker = new SchemaChecker<Baseline>(() => ({
  type: 'object',
  required: ['version', 'findings'],
  properties: {
    version: { enum: [1] },
    findings: {
      type: 'array',
      items: {
        type: 'object',
        required: ['rule', 'file', 'fingerprint'],
        properties: {
          rule: { type: 'string' },
          file: { type: 'string' },
          fingerprint: { type: 'string' },
        },
      },
    },
  },
}));

/** What a report is held against. */
export interface BaselineScope {
  /** The folders and files that were checked. */
  paths: readonly string[];
  /** The ids of the rules that were looked for. */
  rules: ReadonlySet<string>;
}

/**
 * The report without what the baseline in `file` has, and what that has in the scope although it is gone: rule and file, relative to the
 * baseline's folder. Throws a Problem when it cannot be read or is none.
 */
export async function withoutKnown(
  report: Report,
  file: string,
  { paths, rules }: BaselineScope,
): Promise<{ report: Report; gone: Pick<Known, 'rule' | 'file'>[] }> {
  const { findings } = checker.check(
    parseProject((await readFile(file, limits.text)).toString(), file),
    file,
  );
  const known = new Set(findings.map(keyOf));
  const found = new Set(report.findings.map(each => keyOf(knownOf(each, file))));
  const folder = path.dirname(file);
  const wasChecked = (name: string) =>
    paths.some(each => {
      const inside = path.relative(each, path.resolve(folder, name));
      return !path.isAbsolute(inside) && inside.split(path.sep)[0] !== '..';
    });
  return {
    report: {
      ...report,
      findings: report.findings.filter(each => !known.has(keyOf(knownOf(each, file)))),
    },
    gone: findings.filter(each => !found.has(keyOf(each)) && rules.has(each.rule) && wasChecked(each.file)),
  };
}

/** Writes a baseline of all findings of a report. Throws a Problem when it cannot. */
export function writeBaseline({ findings }: Report, file: string): void {
  const baseline: Baseline = { version: 1, findings: findings.map(each => knownOf(each, file)) };
  writeFileAtomically(file, Buffer.from(`${JSON.stringify(baseline, undefined, 2)}\n`));
}

function knownOf({ rule, at, fingerprint }: ReportedFinding, file: string): Known {
  const relative = path.relative(path.dirname(file), at.file).replaceAll(path.sep, '/');
  return { rule: rule.id, file: relative, fingerprint };
}

function keyOf({ rule, file, fingerprint }: Known): string {
  return `${rule} ${fingerprint} ${file}`;
}
