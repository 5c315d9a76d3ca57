import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Notice, Result, SourceFile } from '../engine/analyzer';
import { type Place, LineIndex } from '../../findings/range';
import type { Fix } from '../../findings/finding';
import type { RuleInfo } from '../../findings/rule';
import type { Severity } from '../../findings/severity';

/** A range of a file as people and programs outside of the analysis count: lines and columns (UTF-16) from 1, the end excluded. */
export interface Region {
  /** Relative to the working directory where it lies inside, with `/`; else absolute. */
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** A finding that no longer needs its project. */
export interface ReportedFinding {
  rule: RuleInfo;
  severity: Severity;
  message: string;
  at: Region;
  related: readonly { at: Region; message: string }[];
  fixes: readonly ReportedFix[];
  /** The same as long as the line is, wherever in its file it moves to. */
  fingerprint: string;
}

export interface ReportedFix extends Pick<Fix, 'title' | 'safe'> {
  edits: readonly { at: Region; text: string }[];
}

export interface ReportedNotice {
  kind: Notice['kind'];
  file: string;
}

/** What a run over one or several projects has found, each place once. */
export interface Report {
  findings: readonly ReportedFinding[];
  notices: readonly ReportedNotice[];
}

/** What was found in a project, with the texts that findings are in. */
export interface ProjectResult extends Omit<Result, 'inactive'> {
  folder: string;
  texts: readonly SourceFile[];
}

/** Puts the results of projects together. Files that several projects share are told of once. */
export function reportOf(results: Iterable<ProjectResult>): Report {
  const findings = new Map<string, ReportedFinding>();
  const notices = new Map<string, ReportedNotice>();
  for (const result of results) {
    const regions = new Regions(result);
    for (const { kind, file } of result.notices) {
      const notice = { kind, file: regions.fileOf(file) };
      notices.set(`${kind} ${notice.file}`, notice);
    }
    const times = new Map<string, number>();
    for (const { at, rule, severity, message, related = [], fixes = [] } of result.findings) {
      const region = regions.of(at);
      const line = `${rule.id} ${regions.lineOf(at)}`;
      const sameBefore = times.get(`${at.file} ${line}`) ?? 0;
      times.set(`${at.file} ${line}`, sameBefore + 1);
      const key = `${rule.id} ${region.file}:${region.line}:${region.column}`;
      if (findings.has(key)) continue;
      findings.set(key, {
        rule,
        severity,
        message,
        at: region,
        related: related.map(each => ({ at: regions.of(each.at), message: each.message })),
        // What the project's file would say is for an editor to change.
        fixes: fixes
          .filter(({ move }) => move === undefined)
          .map(({ title, safe, edits }) => ({
            title,
            safe,
            edits: edits.map(edit => ({ at: regions.of(edit), text: edit.text })),
          })),
        fingerprint: `${createHash('sha256').update(line).digest('hex').slice(0, 16)}:${sameBefore + 1}`,
      });
    }
  }
  return { findings: [...findings.values()], notices: [...notices.values()] };
}

/** Where places of a project are, seen from the working directory. */
class Regions {
  readonly #folder: string;
  readonly #texts: ReadonlyMap<string, string>;
  /** Of the few files that something was found in. */
  readonly #lines = new Map<string, LineIndex>();

  constructor({ folder, texts }: ProjectResult) {
    this.#folder = folder;
    this.#texts = new Map(texts.map(({ path: file, text }) => [file, text]));
  }

  fileOf(file: string): string {
    const relative = path.relative('.', path.join(this.#folder, file));
    const isInside = !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
    return (isInside ? relative : path.resolve(relative)).replaceAll(path.sep, '/');
  }

  of({ file, start, end }: Place): Region {
    const lines = this.#lines.get(file) ?? new LineIndex(this.#texts.get(file) ?? '');
    this.#lines.set(file, lines);
    const [first, last] = [lines.position(start), lines.position(end)];
    return {
      file: this.fileOf(file),
      line: first.line + 1,
      column: first.character + 1,
      endLine: last.line + 1,
      endColumn: last.character + 1,
    };
  }

  /** The line that a place begins in, without what formatting changes. */
  lineOf({ file, start }: Place): string {
    const text = this.#texts.get(file) ?? '';
    const begin = text.lastIndexOf('\n', start - 1) + 1;
    const end = text.indexOf('\n', start);
    return text.slice(begin, end < 0 ? undefined : end).replace(/\s+/g, '');
  }
}
