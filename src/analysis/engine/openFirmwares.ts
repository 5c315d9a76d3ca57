import path from 'node:path';
import type { ChosenSeverities } from '../../findings/severity';
import type { ProblemError } from '../../problems';
import { type Project, readProjects } from '../project/readProjects';
import { usesSdk } from '../source/usesSdk';
import { Analyzer, type SourceFile } from './analyzer';
import { type Hint, hints } from './numberHints';
import { cooperate } from './cooperate';
import { located, locator } from './locator';
import {
  type Checked,
  digestOf,
  type FirmwareName,
  type FirmwareRead,
  type LocatedHint,
  maxLength,
  type RootRead,
} from './messages';

/** The firmwares of an editor's window: with the texts that editors have and, where none has one, those on the disk. */
export class OpenFirmwares {
  readonly #roots = new Map<string, Promise<Root>>();
  /** They are kept when the disk changes, with what they know of unchanged functions. */
  readonly #analyzers = new Map<string, Promise<Analyzer>>();
  /** By path. */
  readonly #texts = new Map<string, string>();
  #severities: ChosenSeverities = new Map();

  setTexts(texts: ReadonlyMap<string, string | undefined>): void {
    for (const [file, text] of texts)
      if (text === undefined) this.#texts.delete(file);
      else this.#texts.set(file, text);
  }

  setSeverities(severities: ChosenSeverities): void {
    this.#severities = severities;
  }

  /** What is read again with the next question; checks that are under way end. */
  forget(root: string, isClosed: boolean): void {
    const known = this.#roots.get(root);
    this.#roots.delete(root);
    if (isClosed) this.#analyzers.delete(root);
    known?.then(
      ({ firmwares }) => {
        for (const firmware of firmwares.values()) firmware.giveUp();
      },
      () => undefined,
    );
  }

  /** Throws a Problem when the root cannot be read. */
  async read(root: string): Promise<RootRead> {
    const { firmwares, faults } = await this.#root(root);
    return {
      firmwares: [...firmwares.values()].map(firmware => firmware.asRead()),
      faults: faults.map(({ problem }) => problem),
    };
  }

  async check(name: FirmwareName): Promise<Checked | undefined> {
    return (await this.#firmware(name))?.check(this.#severities);
  }

  async hints({ file, ...name }: FirmwareName & { file: string }): Promise<readonly LocatedHint[]> {
    return (await (await this.#firmware(name))?.hintsIn(file)) ?? [];
  }

  async #firmware({ root, part }: FirmwareName): Promise<OpenFirmware | undefined> {
    return (await this.#root(root)).firmwares.get(part);
  }

  #root(root: string): Promise<Root> {
    const known = this.#roots.get(root);
    if (known !== undefined) return known;
    const analyzer = this.#analyzers.get(root) ?? Analyzer.create();
    this.#analyzers.set(root, analyzer);
    const reading = this.#readRoot(root, analyzer);
    this.#roots.set(root, reading);
    reading.catch(() => {
      if (this.#roots.get(root) === reading) this.#roots.delete(root);
    });
    return reading;
  }

  async #readRoot(root: string, loading: Promise<Analyzer>): Promise<Root> {
    const faults: ProblemError[] = [];
    const [projects, analyzer] = await Promise.all([
      readProjects(root, undefined, fault => faults.push(fault)),
      loading,
    ]);
    const firmwares = projects.map(project => new OpenFirmware(project, analyzer, this.#texts));
    return { firmwares: new Map(firmwares.map(firmware => [firmware.part, firmware])), faults };
  }
}

interface Root {
  /** By their part of it. */
  firmwares: ReadonlyMap<string, OpenFirmware>;
  faults: readonly ProblemError[];
}

/** A check with what it is about. */
interface Check {
  files: readonly SourceFile[];
  severities: ChosenSeverities;
  checked: Promise<Checked | undefined>;
  hints?: Promise<readonly Hint[]>;
}

class OpenFirmware {
  readonly #project: Project;
  readonly #analyzer: Analyzer;
  readonly #texts: ReadonlyMap<string, string>;
  #last: Check | undefined;

  constructor(project: Project, analyzer: Analyzer, texts: ReadonlyMap<string, string>) {
    this.#project = project;
    this.#analyzer = analyzer;
    this.#texts = texts;
  }

  get part(): string {
    return this.#project.root;
  }

  asRead(): FirmwareRead {
    const { root, folder, files, elsewhere = new Set(), makefiles = [] } = this.#project;
    return {
      part: root,
      folder,
      files: files.map(file => file.path),
      elsewhere,
      makefiles: new Map(makefiles.map(({ path: name, text }) => [name, digestOf(text)])),
      usesSdk: files.some(({ text }) => usesSdk(text)),
    };
  }

  /** Costs little when nothing has changed. What is under way for other texts ends, and returns undefined. */
  check(severities: ChosenSeverities): Promise<Checked | undefined> {
    const files = this.#sources();
    const last = this.#last;
    if (last?.severities === severities && files.every(({ text }, index) => text === last.files[index]?.text))
      return last.checked;
    const check: Check = { files, severities, checked: Promise.resolve(undefined) };
    this.#last = check;
    return (check.checked = this.#check(check));
  }

  async #check(check: Check): Promise<Checked | undefined> {
    const { files, severities } = check;
    // The person's own settings go before those of the project's file.
    const all = new Map([...this.#project.severities, ...severities]);
    const steps = this.#analyzer.checking({ ...this.#project, files }, { severities: all });
    const result = await cooperate(steps, () => this.#last === check);
    if (result === undefined) return undefined;
    const locate = this.#locator(files);
    return { findings: result.findings.map(finding => located(finding, locate)), notices: result.notices };
  }

  /** Ends what is under way. */
  giveUp(): void {
    this.#last = undefined;
  }

  async hintsIn(name: string): Promise<readonly LocatedHint[]> {
    const last = this.#last;
    if (last === undefined) return [];
    const all = await (last.hints ??= this.#hints(last));
    // Each configuration has them again.
    const once = new Map(all.filter(({ at }) => at.file === name).map(hint => [hint.at.start, hint]));
    const locate = this.#locator(last.files);
    return [...once.values()].map(hint => ({ ...hint, at: locate(hint.at) }));
  }

  async #hints(check: Check): Promise<readonly Hint[]> {
    const steps = this.#analyzer.gathering({ ...this.#project, files: check.files });
    const found = await cooperate(steps, () => this.#last === check);
    return (found ?? []).flatMap(facts => [...hints(facts)]);
  }

  #locator(files: readonly SourceFile[]) {
    return locator([...files, ...(this.#project.makefiles ?? [])]);
  }

  #sources(): SourceFile[] {
    const { files, folder } = this.#project;
    return files.map(({ path: name, text: onDisk }) => {
      const text = this.#texts.get(path.join(folder, name)) ?? onDisk;
      return { path: name, text: text.length > maxLength ? '' : text };
    });
  }
}
