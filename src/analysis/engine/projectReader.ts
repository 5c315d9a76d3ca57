import { type Chunk, cut } from '../source/chunks';
import type { ChunkFacts } from '../source/fileFacts';
import { mask, qualifiers } from '../source/mask';
import { type Macro, type Preprocessed, Preprocessor } from '../source/preprocess';
import { type Scan, scanSource } from '../source/scan';
import type { ExpressionReader } from '../source/syntax';
import type { Unit } from '../program/program';
import { compiled, headerFinder, isHeader } from '../project/headers';
import { admit, definesLibrary } from './admission';
import type { ChunkReader } from './chunkReader';
import { configurations } from './configurations';
import { Memo, RecentMemo, WeakMemo } from './memo';
import { relevantTexts } from './relevantChunks';
import type { Notice, ProjectSources } from './sources';
import type { Steps } from './steps';
import { Versions } from './versions';
import type { Range } from '../../findings/range';

/** A program with more characters of sources is checked in fewer configurations, one after the other. */
const largeProgram = 2 * 1024 * 1024;
const maxConfigurations = 10;
const maxOfLarge = 3;
/** More ways in which a file is masked than it has in one run. */
const maxMasks = 100;

/** What a project's sources are, before anything is known of how they hang together. */
export interface Reading {
  compiledAs: readonly Compiled[];
  /** So large that not everything is kept. */
  isLarge: boolean;
  notices: readonly Notice[];
  /** In how many configurations a place is compiled. */
  active: (file: string, offset: number) => number;
  scans: ReadonlyMap<string, Scan>;
  /** What the usual configuration leaves out of each file; undefined for a project that is itself a TLS library. */
  inactive: ReadonlyMap<string, readonly Range[]> | undefined;
}

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

/** Finds out what a project's configurations compile. Keeps what it read of unchanged files. */
export class ProjectReader {
  readonly #reader: ExpressionReader;
  readonly #chunkReader: ChunkReader;
  /** By text: copies of a file are read once. */
  readonly #scans = new RecentMemo<Scan>();
  /** What a file becomes, by what is blank in it. */
  readonly #chunksByMask = new WeakMemo<Scan, Memo<string, readonly Chunk[]>>();
  /** The same for a file that is preprocessed as it was. */
  readonly #chunksByRanges = new WeakMemo<readonly Range[], readonly Chunk[]>();
  readonly #preprocessed = new RecentMemo<Preprocessed>();
  readonly #units = new RecentMemo<Unit>();
  readonly #versions = new Versions();

  constructor(reader: ExpressionReader, chunkReader: ChunkReader) {
    this.#reader = reader;
    this.#chunkReader = chunkReader;
  }

  /** Forgets what only another look at the same project would need. */
  release(): void {
    for (const kept of [this.#preprocessed, this.#units]) kept.clear();
  }

  /** Reads a project's sources, in steps. */
  *read(project: ProjectSources): Steps<Reading> {
    for (const kept of [this.#scans, this.#preprocessed, this.#units, this.#versions]) kept.next();
    this.#chunkReader.next();
    const { files, notices } = admit(project.files);
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
    const most = isLarge ? maxOfLarge : maxConfigurations;
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
    const compiledAs = yield* this.#distinct(
      layouts,
      relevantTexts(layouts.flat(), this.#chunkReader),
      isLarge,
    );
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

  *#layOut(scans: ReadonlyMap<string, Scan>, preprocessor: Preprocessor, number: number): Steps<LaidOut[]> {
    const run = (path: string, scan: Scan) =>
      this.#preprocessed.get(
        `${number} ${path}`,
        () => preprocessor.run(path, scan),
        ({ headers: read }) => [scan, ...[...read.keys()].map(header => scans.get(header))],
      );
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
    return this.#chunksByRanges.get(
      inactive,
      () => {
        const words = qualifiers(scan.words, macros);
        const ranges = inactive.map(({ start, end }) => `${start}-${end}`);
        const key = [...ranges, ...[...words].flat()].join();
        return this.#chunksByMask
          .get(scan, () => new Memo(maxMasks))
          .get(key, () => cut(mask(scan, inactive, words)));
      },
      () => [macros],
    );
  }

  /**
   * What configurations compile, once for the ones that differ in nothing that is read: neither in chunks nor in macros that these
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
          for (const name of this.#chunkReader.known(chunk).identifiers) constants.add(name);
      const elsewhere = this.#versions.names(constants);
      const versions = files.map(({ path, macros }, index) =>
        this.#versions.ofFile(
          path,
          (read[index] ?? []).map(chunk => ({ ...this.#chunkReader.known(chunk), start: chunk.start })),
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
          all.push({ start: chunk.start, facts: this.#chunkReader.facts(chunk) });
        }
        facts.push(all);
      }
      const declared = this.#versions.ofDeclarations(
        files.map(({ path }, index) => ({ path, facts: (facts[index] ?? []).map(each => each.facts) })),
      );
      const units = files.map(({ path, text, macros }, index) => {
        const make = () => ({ path, text, macros, chunks: facts[index] ?? [] });
        return isLarge ? make() : this.#units.get(`${declared} ${versions[index] ?? ''}`, make, () => [text]);
      });
      found.push({ version: whole, files, units });
    }
    return found;
  }
}

/** Whether one configuration compiles a place. */
export function compiles(
  files: readonly { path: string; inactive: readonly Range[] }[],
  file: string,
  offset: number,
): boolean {
  return files.some(
    ({ path, inactive }) =>
      path === file && !inactive.some(({ start, end }) => offset >= start && offset < end),
  );
}
