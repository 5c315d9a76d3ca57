import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SchemaChecker } from '../../project/checkBySchema';
import { parseProject } from '../../project/projectFile';
import { writeFileAtomically } from '../../project/writeFile';
import { ProblemError } from '../../problems';
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

/** The report without what the baseline in `file` has. Throws a Problem when it cannot be read or is none. */
export async function withoutKnown(report: Report, file: string): Promise<Report> {
  const { findings } = checker.check(parseProject(await readText(file), file), file);
  const known = new Set(findings.map(keyOf));
  return { ...report, findings: report.findings.filter(each => !known.has(keyOf(knownOf(each, file)))) };
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

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ProblemError({ kind: 'file-unreadable', file, reason }, { cause: error });
  }
}
