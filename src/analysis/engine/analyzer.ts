import type { Target } from '../../project/target';
import { sdkFunction } from '../../sdk/functions';
import type { FlashDescription } from '../project/build';
import { type Chunk, cut } from '../source/chunks';
import { Conditions } from '../program/conditions';
import { configurations } from './configurations';
import { Connections } from '../program/connections';
import { Contexts } from '../program/contexts';
import { type ChunkFacts, readChunk } from '../source/fileFacts';
import type { FunctionFacts } from '../source/functionFacts';
import { compiled, headerFinder, isHeader } from '../project/headers';
import { readMakefile } from '../project/makefile';
import { mask, qualifiers } from '../source/mask';
import { loadParser, type Parse } from '../source/parser';
import { Pointers } from '../program/pointers';
import { type Macro, type Preprocessed, Preprocessor } from '../source/preprocess';
import { Program, type Unit } from '../program/program';
import { Recent } from './recentlyUsed';
import type { Facts, Found, Rule, RuleInfo, Severity } from '../rules/rule';
import { rules as allRules } from '../rules/rules';
import { LineIndex, type Range, type Scan, scanSource } from '../source/scan';
import { ExpressionReader } from '../source/syntax';
import { Versions } from './versions';

export interface SourceFile {
  /** With `/` between folders, the same for the same file each time. */
  path: string;
  text: string;
}

/** One firmware. */
export interface ProjectSources {
  files: readonly SourceFile[];
  /** Headers among the files that are no part of this firmware unless something includes them. */
  elsewhere?: ReadonlySet<string>;
  /** Macros from the compiler's command line; undefined for -U. */
  defines: ReadonlyMap<string, string | undefined>;
  target: Target;
  makefiles?: readonly SourceFile[];
  /** The flash as the project's file describes it. */
  flash?: FlashDescription | undefined;
}

export interface AnalyzerOptions {
  /** Severities other than the rules' own. */
  severities?: ReadonlyMap<string, Severity | 'off'>;
}

/** Something wrong in a file. */
export interface Finding extends Found {
  rule: RuleInfo;
  severity: Severity;
}

/** Work in steps, between which others get their turn. */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Why sources were not looked at, or not as closely as others. */
export interface Notice {
  kind: 'too-large' | 'own-library' | 'sdk-source' | 'not-text' | 'few-configurations' | 'coarse';
  file: string;
}

export interface Result {
  findings: readonly Finding[];
  notices: readonly Notice[];
  /** What is not compiled of each file without any -D; undefined where the project is itself such a library as the rules are about. */
  inactive: ReadonlyMap<string, readonly Range[]> | undefined;
}

/** Files of generated data and hostile ones; hand-written C is far below. */
const mostLength = 1024 * 1024;
/** Chunks longer than this are data. */
const mostChunk = 256 * 1024;
/** A program with more characters of sources is checked in fewer configurations, one after the other. */
const largeProgram = 2 * 1024 * 1024;
const mostConfigurations = 10;
const mostOfLarge = 3;

interface CachedChunk {
  /** One for each text. */
  number: number;
  identifiers: ReadonlySet<string>;
  facts: ChunkFacts | undefined;
  used: number;
}

/** Checks projects. Keeps what it read of unchanged functions, so that a small change costs little. */
export class Analyzer {
  readonly #parse: Parse;
  readonly #reader: ExpressionReader;
  /** By text: copies of a file are read once. */
  readonly #scans = new Recent<Scan>();
  readonly #chunks = new Map<string, CachedChunk>();
  /** What a file becomes, by what is blank in it. */
  readonly #chunksByMask = new WeakMap<Scan, Map<string, readonly Chunk[]>>();
  /** The same for a file that is preprocessed as it was. */
  readonly #chunksByRanges = new WeakMap<
    readonly Range[],
    { macros: ReadonlyMap<string, Macro>; chunks: readonly Chunk[] }
  >();
  readonly #bodies = new Map<string, FunctionFacts | undefined>();
  readonly #preprocessed = new Recent<{ scans: ReadonlyMap<string, Scan>; result: Preprocessed }>();
  readonly #units = new Recent<Unit>();
  readonly #gathered = new Recent<ProgramFacts>();
  readonly #versions = new Versions();
  #run = 0;
  #lastChunk = 0;

  private constructor(parse: Parse) {
    this.#parse = parse;
    this.#reader = new ExpressionReader(parse);
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
    const reading = yield* this.#reading(project);
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
      .filter(finding => !isSilenced(finding, scans.get(finding.at.file)));
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
    { severities = new Map<string, Severity | 'off'>() }: AnalyzerOptions,
    rules: readonly Rule[],
    found: Map<string, Repeated>,
  ): Steps<string | undefined> {
    const facts = yield* this.#factsOfConfiguration(reading, index, project);
    const compiled = reading.compiledAs[index];
    // What is kept about its functions goes with them, once the rules are through.
    if (reading.isLarge && compiled !== undefined) compiled.units = [];
    for (const rule of rules) {
      const wanted = severities.get(rule.id) ?? severities.get(rule.group);
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
    for (const kept of [this.#preprocessed, this.#units, this.#gathered]) kept.clear();
  }

  /** The facts about a project in each of its configurations, for hovers and tests. */
  facts(project: ProjectSources): readonly Facts[] {
    return atOnce(this.gathering(project));
  }

  /** Does what `facts` does in steps. */
  *gathering(project: ProjectSources): Steps<readonly Facts[]> {
    const reading = yield* this.#reading(project);
    const facts: Facts[] = [];
    for (let index = 0; index < reading.compiledAs.length; index++)
      facts.push(yield* this.#factsOfConfiguration(reading, index, project));
    return facts;
  }

  *#factsOfConfiguration(
    { compiledAs, isLarge }: Reading,
    index: number,
    { makefiles = [], defines, flash, target }: ProjectSources,
  ): Steps<Facts> {
    const { version, units } = compiledAs[index] ?? { version: '', units: [] };
    const known = yield* this.#gather(version, units, target, isLarge);
    const [usual] = compiledAs;
    return {
      ...known,
      build: { makefiles: makefiles.map(({ path, text }) => readMakefile(path, text)), defines, flash },
      isDefault: index === 0,
      isUsual: ({ file, start }) => usual !== undefined && compiles(usual.files, file, start),
    };
  }

  *#reading(project: ProjectSources): Steps<Reading> {
    this.#run++;
    for (const kept of [this.#scans, this.#preprocessed, this.#units, this.#gathered, this.#versions])
      kept.next();
    const { files, notices } = this.#admit(project.files);
    const scans = new Map<string, Scan>();
    for (const file of files) {
      yield;
      scans.set(
        file.path,
        this.#scans.get(file.text, () => scanSource(file.text)),
      );
    }
    const headers = headerFinder(scans);
    const reached = compiled(scans, headers);
    const sources = [...reached.values()];
    const parts = new Map([...scans].filter(([path]) => reached.has(path) || !project.elsewhere?.has(path)));
    const isLarge = sources.reduce((length, { text }) => length + text.length, 0) > largeProgram;
    const most = isLarge ? mostOfLarge : mostConfigurations;
    const { settings, isWhole } = configurations(sources, project.defines, this.#reader, most);
    if (isLarge && !isWhole)
      notices.push({
        kind: 'few-configurations',
        file: files.find(({ path }) => !isHeader(path))?.path ?? '',
      });
    const layouts: LaidOut[][] = [];
    for (const setting of settings) {
      const number = this.#versions.ofSetting(setting, [...scans.keys()]);
      layouts.push(yield* this.#layOut(parts, new Preprocessor(this.#reader, headers, setting), number));
    }
    const compiledAs = yield* this.#distinct(layouts, this.#interesting(layouts.flat()), isLarge);
    this.#forget();
    const own = compiledAs.flatMap(({ units }) => units).find(definesLibrary);
    if (own !== undefined) {
      return {
        compiledAs: [],
        isLarge,
        notices: [...notices, { kind: 'own-library', file: own.path }],
        active: () => 0,
        scans,
        inactive: undefined,
      };
    }
    const [usual] = compiledAs;
    return {
      compiledAs,
      isLarge,
      notices,
      scans,
      inactive: new Map(usual?.files.map(({ path, inactive }) => [path, inactive])),
      active: (file, offset) => compiledAs.filter(({ files }) => compiles(files, file, offset)).length,
    };
  }

  /** What is known of a program; read anew where a file of it is not what it was. */
  *#gather(version: string, units: readonly Unit[], target: Target, isLarge: boolean): Steps<ProgramFacts> {
    yield;
    const gather = () =>
      factsOf(new Program(units, target, this.#reader, (macro, name) => this.#macroFacts(macro, name)));
    if (isLarge) return gather();
    return this.#gathered.get(
      `${version} ${target.sdk ?? ''} ${target.tlsLibrary ?? ''}`,
      gather,
      ({ program }) => units.every((unit, index) => unit === program.units[index]),
    );
  }

  /** Leaves out what is no hand-written source of an application. */
  #admit(files: readonly SourceFile[]): { files: SourceFile[]; notices: Notice[] } {
    const notices: Notice[] = [];
    const admitted = files.filter(({ path, text }) => {
      const kind =
        text.length > mostLength
          ? 'too-large'
          : text.includes('\0')
            ? 'not-text'
            : isSdkSource(path, text)
              ? 'sdk-source'
              : undefined;
      if (kind !== undefined) notices.push({ kind, file: path });
      return kind === undefined;
    });
    return { files: admitted, notices };
  }

  *#layOut(scans: ReadonlyMap<string, Scan>, preprocessor: Preprocessor, number: number): Steps<LaidOut[]> {
    const run = (path: string, scan: Scan) =>
      this.#preprocessed.get(
        `${number} ${path}`,
        () => {
          const result = preprocessor.run(path, scan);
          const read = [...result.headers.keys()].flatMap(header => {
            const found = scans.get(header);
            return found === undefined ? [] : [[header, found] as const];
          });
          return { scans: new Map([[path, scan], ...read]), result };
        },
        known => [...known.scans].every(([file, read]) => scans.get(file) === read),
      ).result;
    const headers = new Map<string, { inactive: readonly Range[]; macros: ReadonlyMap<string, Macro> }>();
    const files: LaidOut[] = [];
    const add = (
      path: string,
      scan: Scan,
      inactive: readonly Range[],
      macros: ReadonlyMap<string, Macro>,
    ) => {
      files.push({ path, text: scan.text, macros, inactive, chunks: this.#chunksOf(scan, inactive, macros) });
    };
    for (const [path, scan] of scans) {
      if (isHeader(path)) continue;
      yield;
      const { inactive, macros, headers: included } = run(path, scan);
      add(path, scan, inactive, macros);
      for (const [header, inside] of included)
        if (!headers.has(header)) headers.set(header, { inactive: inside, macros });
    }
    for (const [path, scan] of scans) {
      if (!isHeader(path)) continue;
      const { inactive, macros } = headers.get(path) ?? run(path, scan);
      add(path, scan, inactive, macros);
    }
    return files;
  }

  /** The outer declarations of what a configuration compiles of a file. */
  #chunksOf(scan: Scan, inactive: readonly Range[], macros: ReadonlyMap<string, Macro>): readonly Chunk[] {
    const last = this.#chunksByRanges.get(inactive);
    if (last?.macros === macros) return last.chunks;
    const words = qualifiers(scan.words, macros);
    const ranges = inactive.map(({ start, end }) => `${start}-${end}`);
    const key = [...ranges, ...[...words].flat()].join();
    let known = this.#chunksByMask.get(scan);
    if (known === undefined) this.#chunksByMask.set(scan, (known = new Map<string, readonly Chunk[]>()));
    let found = known.get(key);
    if (found === undefined) known.set(key, (found = cut(mask(scan, inactive, words))));
    this.#chunksByRanges.set(inactive, { macros, chunks: found });
    return found;
  }

  #cached(chunk: Chunk): CachedChunk {
    let cached = this.#chunks.get(chunk.text);
    if (cached === undefined) {
      cached = {
        number: ++this.#lastChunk,
        identifiers: identifiers(chunk.text),
        facts: undefined,
        used: this.#run,
      };
      this.#chunks.set(chunk.text, cached);
    }
    cached.used = this.#run;
    return cached;
  }

  #factsOf(chunk: Chunk): ChunkFacts {
    const cached = this.#cached(chunk);
    cached.facts ??= readChunk(chunk, this.#parse);
    return cached.facts;
  }

  /** The body of a macro, read as if it were a function's. */
  #macroFacts(macro: Macro, name: string): FunctionFacts | undefined {
    const parameters = (macro.parameters ?? []).filter(parameter => /^\w+$/.test(parameter));
    const text = `void ${name}(${parameters.map(parameter => `int ${parameter}`).join(', ')}) { ${macro.body}; }`;
    if (!this.#bodies.has(text)) {
      const chunk = { text, start: 0, end: text.length, isFunction: true };
      this.#bodies.set(text, readChunk(chunk, this.#parse).functions[0]);
    }
    return this.#bodies.get(text);
  }

  /**
   * The texts of chunks that have to do with connections, directly or by what they call or are called by. The others are not parsed.
   */
  #interesting(files: readonly LaidOut[]): ReadonlySet<string> {
    const chunks = new Map<string, Chunk>();
    for (const file of files)
      for (const chunk of file.chunks) if (chunk.text.length <= mostChunk) chunks.set(chunk.text, chunk);
    const telling = new Set<string>(tellingNames);
    for (const file of files)
      for (const [name, { body }] of file.macros)
        if (body.includes('espconn') && body.length < 2000) telling.add(name);
    const wanted = new Set<string>();
    const byIdentifier = new Map<string, string[]>();
    const definers = new Map<string, string[]>();
    const queue: string[] = [];
    const want = (text: string) => {
      if (wanted.has(text)) return;
      wanted.add(text);
      queue.push(text);
    };
    for (const [text, chunk] of chunks) {
      const { identifiers: names } = this.#cached(chunk);
      for (const name of names) {
        const users = byIdentifier.get(name);
        if (users === undefined) byIdentifier.set(name, [text]);
        else users.push(text);
      }
      for (const name of definedNames(chunk)) definers.set(name, [...(definers.get(name) ?? []), text]);
      if (text.includes('espconn') || [...names].some(name => telling.has(name))) want(text);
      if (!chunk.isFunction && /\b(?:struct|enum|typedef|union)\b/.test(text.slice(0, 400))) wanted.add(text);
    }
    const first = [...queue];
    for (let text = queue.pop(); text !== undefined; text = queue.pop()) {
      const chunk = chunks.get(text);
      if (chunk === undefined) continue;
      for (const name of definedNames(chunk)) for (const user of byIdentifier.get(name) ?? []) want(user);
    }
    for (const text of first) {
      const chunk = chunks.get(text);
      if (chunk === undefined) continue;
      for (const name of this.#cached(chunk).identifiers)
        for (const definer of definers.get(name) ?? []) wanted.add(definer);
    }
    // What the functions that are read keep outside of themselves.
    for (const text of [...wanted]) {
      const chunk = chunks.get(text);
      if (chunk?.isFunction !== true) continue;
      for (const name of this.#cached(chunk).identifiers)
        for (const definer of definers.get(name) ?? [])
          if (chunks.get(definer)?.isFunction === false) wanted.add(definer);
    }
    return wanted;
  }

  /**
   * What configurations compile, once for those that differ in nothing that is read: neither in chunks nor in macros that these
   * mention.
   */
  *#distinct(
    layouts: readonly LaidOut[][],
    wanted: ReadonlySet<string>,
    isLarge: boolean,
  ): Steps<Compiled[]> {
    const seen = new Set<string>();
    const found: Compiled[] = [];
    for (const files of layouts) {
      const read = files.map(({ chunks }) => chunks.filter(({ text }) => wanted.has(text)));
      const constants = new Set<string>();
      for (const chunk of read.flat())
        if (/\benum\b/.test(chunk.text))
          for (const name of this.#cached(chunk).identifiers) constants.add(name);
      const elsewhere = this.#versions.names(constants);
      const versions = files.map(({ path, macros }, index) =>
        this.#versions.ofFile(
          path,
          (read[index] ?? []).map(chunk => ({ ...this.#cached(chunk), start: chunk.start })),
          macros,
          elsewhere,
        ),
      );
      const whole = versions.join();
      if (seen.has(whole)) continue;
      seen.add(whole);
      const facts: { start: number; facts: ChunkFacts }[][] = [];
      for (const chunks of read) {
        const all: { start: number; facts: ChunkFacts }[] = [];
        for (const chunk of chunks) {
          yield;
          all.push({ start: chunk.start, facts: this.#factsOf(chunk) });
        }
        facts.push(all);
      }
      const declared = this.#versions.ofDeclarations(
        files.map(({ path }, index) => ({ path, facts: (facts[index] ?? []).map(each => each.facts) })),
      );
      const units = files.map(({ path, text, macros }, index) => {
        const make = () => ({ path, text, macros, chunks: facts[index] ?? [] });
        return isLarge
          ? make()
          : this.#units.get(`${declared} ${versions[index] ?? ''}`, make, unit => unit.text === text);
      });
      found.push({ version: whole, files, units });
    }
    return found;
  }

  /** Drops chunks that have not been seen for some time. */
  #forget(): void {
    if (this.#chunks.size < 20_000 && this.#run % 50 !== 0) return;
    for (const [text, { used }] of this.#chunks) if (this.#run - used > 20) this.#chunks.delete(text);
  }
}

function isSilenced({ at, rule }: Finding, scan: Scan | undefined): boolean {
  if (scan === undefined || scan.suppressions.length === 0) return false;
  const { line } = new LineIndex(scan.text).position(at.start);
  return scan.suppressions.some(
    suppression =>
      suppression.line === line && (suppression.rules === 'all' || suppression.rules.includes(rule.id)),
  );
}

/** Takes all steps, one after the other. */
function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** A finding, with the number of configurations that have it. */
interface Repeated {
  finding: Finding & { rule: Rule };
  times: number;
}

/** What a project's sources are, before anything is known of how they hang together. */
interface Reading {
  compiledAs: readonly Compiled[];
  /** So large that not everything is kept. */
  isLarge: boolean;
  notices: readonly Notice[];
  /** In how many configurations a place is compiled. */
  active: (file: string, offset: number) => number;
  scans: ReadonlyMap<string, Scan>;
  inactive: Result['inactive'];
}

/** What a program is in itself, whatever it is built with. */
type ProgramFacts = Omit<Facts, 'build' | 'isDefault' | 'isUsual'>;

/** What is compiled together. */
interface Compiled {
  /** The same where all that is read of the files is the same. */
  version: string;
  files: readonly LaidOut[];
  units: Unit[];
}

/** A file as one configuration compiles it. */
interface LaidOut {
  path: string;
  text: string;
  macros: ReadonlyMap<string, Macro>;
  inactive: readonly Range[];
  chunks: readonly Chunk[];
}

/** Names that make a function worth reading although it does not mention connections. */
const tellingNames = [
  'user_init',
  'user_pre_init',
  'user_rf_cal_sector_set',
  'sntp_init',
  'system_os_post',
  'system_os_task',
  'os_timer_setfn',
  'system_partition_table_regist',
  'system_upgrade_start_ssl',
  'os_delay_us',
];

function factsOf(program: Program): ProgramFacts {
  const pointers = new Pointers(program);
  const contexts = new Contexts(program, pointers);
  const conditions = new Conditions(program, target => contexts.onlyWay(target));
  const connections = new Connections(program, pointers, contexts, conditions);
  return { program, pointers, contexts, conditions, connections };
}

/** Whether one configuration compiles a place. */
function compiles(
  files: readonly { path: string; inactive: readonly Range[] }[],
  file: string,
  offset: number,
): boolean {
  return files.some(
    ({ path, inactive }) =>
      path === file && !inactive.some(({ start, end }) => offset >= start && offset < end),
  );
}

/** The SDK's own implementation, which applications do not change. */
function isSdkSource(path: string, text: string): boolean {
  if (/(?:^|\/)third_party\//.test(path)) return true;
  const isOwn = /(?:^|\/)espconn\w*\.c$/.test(path);
  const definesSdk = () =>
    [...text.matchAll(/^\w[\w \t*]*\n?\s*(espconn_\w+)\s*\([^;]*\)\s*\{/gm)].some(
      ([, name = '']) => isOwn || sdkFunction(name) !== undefined,
    );
  // In tests on the computer functions stand in for those of the SDK.
  if (/(?:^|\/)(?:unit_?|host_?)?(?:tests?|mocks?|doubles|stubs|fakes)\//i.test(path)) return definesSdk();
  return /^#\s*include\s*[<"](?:lwip|mbedtls|netif)\//m.test(text) && definesSdk();
}

/** Whether a file defines functions of the TLS library itself: then they are not the SDK's, and no rule holds. */
function definesLibrary(unit: Unit): boolean {
  return unit.chunks.some(({ facts }) =>
    facts.functions.some(({ name }) => name.startsWith('espconn_') && sdkFunction(name) !== undefined),
  );
}

function identifiers(text: string): Set<string> {
  // Tables of bytes have none that matter.
  if (text.length > mostChunk) return new Set();
  return new Set(text.match(/[A-Za-z_]\w*/g) ?? []);
}

/** The function's name, or the names that a declaration introduces before its values. */
function definedNames(chunk: Chunk): string[] {
  if (chunk.isFunction) {
    const head = chunk.text.slice(0, chunk.text.indexOf('{'));
    const [, name] = /([A-Za-z_]\w*)\s*\(/.exec(head) ?? [];
    return name === undefined ? [] : [name];
  }
  const [head = ''] = chunk.text.split('=', 1);
  if (/[({]/.test(head)) return [];
  return head
    .replace(/;\s*$/, '')
    .split(',')
    .flatMap(declarator => /([A-Za-z_]\w*)\s*(?:\[[^\]]*\]\s*)*$/.exec(declarator)?.[1] ?? []);
}

/** The order of findings: by file, place and rule. */
export function byPlace(a: Finding, b: Finding): number {
  return compare(a.at.file, b.at.file) || a.at.start - b.at.start || compare(a.rule.id, b.rule.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
