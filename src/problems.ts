import { analysisProblems, type AnalysisProblems } from './analysis/problems';
import { certificateProblems, type CertificateProblems } from './certificates/problems';
import { serverProblems, type ServerProblems } from './certificates/server/problems';
import { commandLineProblems, type CommandLineProblems } from './cli/problems';
import { fileProblems, type FileProblems } from './files/problems';
import { flashProblems, type FlashProblems } from './flash/problems';
import { boardProblems, type BoardProblems } from './flash/serial/problems';
import { programProblems, type ProgramProblems } from './programs/problems';
import { projectProblems, type ProjectProblems } from './project/problems';
import { firmwareProblems, type FirmwareProblems } from './simulator/firmware/problems';
import { simulatorProblems, type SimulatorProblems } from './simulator/problems';
import type { ProblemOf, Words } from './text/problemTexts';
import { advised, type Door, remediesIn, type Remedy, type Said } from './text/remedies';

interface Problems
  extends
    FileProblems,
    ProgramProblems,
    CertificateProblems,
    ServerProblems,
    FlashProblems,
    BoardProblems,
    ProjectProblems,
    AnalysisProblems,
    SimulatorProblems,
    FirmwareProblems,
    CommandLineProblems {}

/**
 * Everything that can go wrong with what a user hands us, as data: each folder has its own. Code throws a {@link ProblemError};
 * {@link sentence} words it. Paths are as the user gave them.
 */
export type Problem = ProblemOf<Problems>;

const words: Words<Problems> = {
  ...fileProblems,
  ...programProblems,
  ...certificateProblems,
  ...serverProblems,
  ...flashProblems,
  ...boardProblems,
  ...projectProblems,
  ...analysisProblems,
  ...simulatorProblems,
  ...firmwareProblems,
  ...commandLineProblems,
};

/** A {@link Problem} on its way to the place that shows it. Its message has the words of the editor. */
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    options?: ErrorOptions,
  ) {
    super(sentence(problem, 'editor'), options);
    this.name = 'ProblemError';
  }
}

/** One line that says what is wrong, with which file, and what to do, in the language in use. */
export function sentence(problem: Problem, door: Door): string {
  return advised(said(problem), door);
}

/** What solves a problem besides what its sentence says. */
export function remediesOf(problem: Problem): readonly Remedy[] {
  return remediesIn(said(problem));
}

function said<K extends keyof Problems>(problem: ProblemOf<Problems, K>): Said {
  return words[problem.kind](problem);
}
