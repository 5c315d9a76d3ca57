import { existsSync } from 'node:fs';
import path from 'node:path';
import { ProblemError } from '../../problems';
import { projectChecker } from './analysisEntry';
import { AnalysisThread, ThreadStopped, workerFile } from './analysisThread';
import type { Answer, Question } from './checkProject';
import type { Project } from '../project/readProjects';
import type { ProjectResult } from '../report/report';
import type { RuleInfo } from '../../findings/rule';

/** Characters of sources for which a worker is worth its start. */
const worthAWorker = 150_000;

export interface CheckOptions {
  rules: readonly RuleInfo[];
  /** In milliseconds. */
  now: number;
  /** How many projects are looked at at once, at most. */
  threads: number;
  /** The language of the findings. */
  locale: string | undefined;
  /** Ends the work. */
  signal?: AbortSignal | undefined;
}

/**
 * Checks projects, their sources and their certificates, with the severities of each; in workers where there is enough to do. What is
 * found and its order do not depend on that. Throws a Problem that names the project on which the analysis fails.
 */
export async function checkProjects(
  projects: readonly Project[],
  options: CheckOptions,
): Promise<ProjectResult[]> {
  const question = { rules: options.rules.map(({ id }) => id), now: options.now };
  const sizes = projects.map(({ files }) => files.reduce((sum, { text }) => sum + text.length, 0));
  const worthwhile = Math.floor(sizes.reduce((sum, size) => sum + size, 0) / worthAWorker);
  const workers = Math.min(options.threads, projects.length, worthwhile);
  // Run from its sources, this has no workers.
  const answers =
    workers > 1 && existsSync(workerFile)
      ? await inWorkers(workers, projects, sizes, question, options)
      : await inThisThread(projects, question, options);
  const rules = new Map(options.rules.map(rule => [rule.id, rule]));
  return projects.map((project, index) => {
    const { findings = [], notices = [], texts = [] } = answers.get(index) ?? {};
    return {
      folder: project.folder,
      findings: findings.flatMap(({ rule: id, ...found }) => {
        const rule = rules.get(id);
        return rule === undefined ? [] : [{ ...found, rule }];
      }),
      notices,
      texts: [...project.files, ...(project.makefiles ?? []), ...texts],
    };
  });
}

/** The answers, by the numbers of the projects. */
type Answers = ReadonlyMap<number, Answer>;

async function inThisThread(
  projects: readonly Project[],
  question: Question,
  { signal }: CheckOptions,
): Promise<Answers> {
  const check = await projectChecker(signal);
  const answers = new Map<number, Answer>();
  for (const [index, project] of projects.entries()) {
    try {
      answers.set(index, await check(project, question));
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw notChecked(project, error);
    }
  }
  return answers;
}

async function inWorkers(
  count: number,
  projects: readonly Project[],
  sizes: readonly number[],
  question: Question,
  { locale, signal }: CheckOptions,
): Promise<Answers> {
  const answers = new Map<number, Answer>();
  // The largest ones first: a large one at the end would keep one worker busy and the others waiting.
  const queue = [...projects.entries()].sort(([a], [b]) => (sizes[b] ?? 0) - (sizes[a] ?? 0)).values();
  const threads = Array.from({ length: count }, () => new AnalysisThread({ locale }));
  const aborted = rejectedBy(signal);
  const work = async (thread: AnalysisThread) => {
    for (const [index, project] of queue) {
      try {
        answers.set(index, await Promise.race([thread.ask('project', { project, question }), aborted]));
      } catch (error) {
        if (signal?.aborted === true) throw error;
        throw notChecked(project, error);
      }
    }
  };
  try {
    await Promise.all(threads.map(work));
    return answers;
  } finally {
    await Promise.all(threads.map(thread => thread.end()));
  }
}

/** Rejects when a signal says so. */
function rejectedBy(signal: AbortSignal | undefined): Promise<never> {
  const rejected = new Promise<never>((_, reject) => {
    const abort = () => reject(new DOMException('The check was given up.', 'AbortError'));
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
  rejected.catch(() => undefined);
  return rejected;
}

function notChecked({ folder, root }: Project, error: unknown): ProblemError {
  const isMemory = error instanceof ThreadStopped && error.reason === 'memory';
  return new ProblemError(
    {
      kind: 'project-not-checked',
      project: path.join(folder, root.replace(/\/$/, '')),
      reason: isMemory ? 'memory' : { fault: error instanceof Error ? error.message : String(error) },
    },
    { cause: error },
  );
}
