import type { Target } from '../../project/target';
import { Conditions } from '../program/conditions';
import { Connections } from '../program/connections';
import { Contexts } from '../program/contexts';
import { Pointers } from '../program/pointers';
import { Program, type Unit } from '../program/program';
import { readBuildFiles } from '../project/buildFiles';
import type { Facts, Rule } from '../rules/rule';
import { rules as allRules } from '../rules/rules';
import { loadParser, type Parse } from '../source/parser';
import { type Scan } from '../source/scan';
import { ExpressionReader } from '../source/syntax';
import { ChunkReader } from './chunkReader';
import { compiles, ProjectReader, type Reading } from './projectReader';
import { RecentMemo } from './memo';
import type { Notice, ProjectSources, SourceFile } from './sources';
import { atOnce, type Steps } from './steps';
import type { Finding } from '../../findings/finding';
import { type ChosenSeverities, chosenSeverity } from '../../findings/severity';
import { isSuppressed } from '../../findings/suppression';
import { LineIndex, type Range } from '../../findings/range';

export type { Notice, ProjectSources, SourceFile, Steps };

export interface AnalyzerOptions {
  /** Severities other than the rules' own. */
  severities?: ChosenSeverities;
}

export interface Result {
  findings: readonly Finding[];
  notices: readonly Notice[];
  /** What is not compiled of each file without any -D; undefined where the project is itself such a library as the rules are about. */
  inactive: ReadonlyMap<string, readonly Range[]> | undefined;
}

/** Checks projects. Keeps what it read of unchanged functions, so that a small change costs little. */
export class Analyzer {
  readonly #expressions: ExpressionReader;
  readonly #chunks: ChunkReader;
  readonly #reader: ProjectReader;
  readonly #gathered = new RecentMemo<ProgramFacts>();

  private constructor(parse: Parse) {
    this.#expressions = new ExpressionReader(parse);
    this.#chunks = new ChunkReader(parse);
    this.#reader = new ProjectReader(this.#expressions, this.#chunks);
  }

  /** Loads the parser, the first time. */
  static async create(): Promise<Analyzer> {
    return new Analyzer(await loadParser());
  }

  /** Checks one project with all rules, or those given. Bad input gives notices, never an error. */
  check(project: ProjectSources, options: AnalyzerOptions = {}, rules: readonly Rule[] = allRules): Result {
    return atOnce(this.checking(project, options, rules));
  }

  /** Does what `check` does in steps, most of them of few milliseconds. Others may be under way, and it may be given up. */
  *checking(
    project: ProjectSources,
    options: AnalyzerOptions = {},
    rules: readonly Rule[] = allRules,
  ): Steps<Result> {
    const reading = yield* this.#read(project);
    const { compiledAs, active, scans, inactive } = reading;
    const notices = new Map(reading.notices.map(each => [`${each.kind} ${each.file}`, each]));
    const found = new Map<string, Repeated>();
    for (let index = 0; index < compiledAs.length; index++) {
      const first = yield* this.#checkConfiguration(reading, index, project, options, rules, found);
      if (first !== undefined) notices.set('coarse', { kind: 'coarse', file: first });
    }
    const findings = [...found.values()]
      .filter(
        ({ finding, times }) => !finding.rule.missing || times === active(finding.at.file, finding.at.start),
      )
      .map(({ finding }) => finding)
      .filter(finding => !isMarked(finding, scans.get(finding.at.file)));
    findings.sort(byPlace);
    return { findings, notices: [...notices.values()], inactive };
  }

  /**
   * Checks one configuration: what is known of a large program takes hundreds of megabytes, and goes with this frame. Returns the first
   * file where that is coarse.
   */
  *#checkConfiguration(
    reading: Reading,
    index: number,
    project: ProjectSources,
    { severities = new Map() }: AnalyzerOptions,
    rules: readonly Rule[],
    found: Map<string, Repeated>,
  ): Steps<string | undefined> {
    const facts = yield* this.#factsOfConfiguration(reading, index, project);
    const compiled = reading.compiledAs[index];
    // What is kept about its functions goes with them, once the rules are through.
    if (reading.isLarge && compiled !== undefined) compiled.units = [];
    for (const rule of rules) {
      const wanted = chosenSeverity(severities, rule);
      if (wanted === 'off') continue;
      yield;
      const once = new Set<string>();
      for (const one of rule.check(facts)) {
        const key = `${rule.id} ${one.at.file}:${one.at.start}`;
        if (once.has(key)) continue;
        once.add(key);
        const known = found.get(key);
        const severity = wanted ?? one.severity ?? rule.severity;
        if (known === undefined) found.set(key, { finding: { ...one, rule, severity }, times: 1 });
        else known.times++;
      }
    }
    const isCoarse = facts.pointers.isCoarse || facts.contexts.isCoarse;
    return isCoarse ? (facts.program.units[0]?.path ?? '') : undefined;
  }

  /** Forgets what only another look at the same project would need. What functions say stays: other projects may have them, too. */
  release(): void {
    this.#reader.release();
    this.#gathered.clear();
  }

  /** The facts about a project in each of its configurations, for hovers and tests. */
  facts(project: ProjectSources): readonly Facts[] {
    return atOnce(this.gathering(project));
  }

  /** Does what `facts` does in steps. */
  *gathering(project: ProjectSources): Steps<readonly Facts[]> {
    const reading = yield* this.#read(project);
    const facts: Facts[] = [];
    for (let index = 0; index < reading.compiledAs.length; index++)
      facts.push(yield* this.#factsOfConfiguration(reading, index, project));
    return facts;
  }

  *#read(project: ProjectSources): Steps<Reading> {
    for (const kept of [this.#gathered, this.#expressions]) kept.next();
    return yield* this.#reader.read(project);
  }

  *#factsOfConfiguration(
    { compiledAs, isLarge }: Reading,
    index: number,
    { makefiles = [], defines, flash, recordFiles = [], target }: ProjectSources,
  ): Steps<Facts> {
    const { version, units } = compiledAs[index] ?? { version: '', units: [] };
    const known = yield* this.#gather(version, units, target, isLarge);
    const [usual] = compiledAs;
    return {
      ...known,
      build: { makefiles: readBuildFiles(makefiles), defines, flash, recordFiles },
      isDefault: index === 0,
      isUsual: ({ file, start }) => usual !== undefined && compiles(usual.files, file, start),
    };
  }

  /** What is known of a program; read again where a file of it is not what it was. */
  *#gather(version: string, units: readonly Unit[], target: Target, isLarge: boolean): Steps<ProgramFacts> {
    yield;
    const gather = () =>
      factsOf(
        new Program(units, target, this.#expressions, (macro, name) => this.#chunks.macro(macro, name)),
      );
    if (isLarge) return gather();
    return this.#gathered.get(
      `${version} ${target.sdk ?? ''} ${target.tlsLibrary ?? ''}`,
      gather,
      () => units,
    );
  }
}

/** Whether a NOLINT mark suppresses a finding. */
function isMarked({ at, rule }: Finding, scan: Scan | undefined): boolean {
  if (scan === undefined || scan.suppressions.length === 0) return false;
  return isSuppressed(scan.suppressions, rule.id, new LineIndex(scan.text).position(at.start).line);
}

/** A finding, with the number of configurations that have it. */
interface Repeated {
  finding: Finding & { rule: Rule };
  times: number;
}

/** What a program is in itself, whatever it is built with. */
type ProgramFacts = Omit<Facts, 'build' | 'isDefault' | 'isUsual'>;

function factsOf(program: Program): ProgramFacts {
  const pointers = new Pointers(program);
  const contexts = new Contexts(program, pointers);
  const conditions = new Conditions(program, target => contexts.onlyWay(target));
  const connections = new Connections(program, pointers, contexts, conditions);
  return { program, pointers, contexts, conditions, connections };
}

/** The order of findings: by file, place and rule. */
export function byPlace(a: Finding, b: Finding): number {
  return compare(a.at.file, b.at.file) || a.at.start - b.at.start || compare(a.rule.id, b.rule.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
