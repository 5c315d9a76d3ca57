import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readStart } from '../../files/readFile';
import { reasonOf } from '../../files/systemErrors';
import { ProblemError } from '../../problems';
import type { CheckedLayout } from '../../flash/checkedLayout';
import type { FlashFinding } from '../../flash/finding';
import { layoutOnDisk } from '../../flash/onDisk';
import { recordFileOf } from '../../flash/recordFiles';
import { type AnalysisSettings, analysisSettings } from '../../project/analysisSettings';
import { readFlashProject } from '../../project/flashProject';
import { projectFileName, projectFolderOf, readProjectText } from '../../project/projectFile';
import { readTarget, type Target } from '../../project/target';
import { type SdkVersion, sdkVersions } from '../../sdk/tls';
import type { ProjectSources, SourceFile } from '../engine/sources';
import type { FlashDescription, SizedFile } from './build';
import { decodeSource } from '../source/encoding';
import { isHeader } from './headers';
import { buildFacts, readBuildFiles } from './buildFiles';
import { type Directive, scanSource } from '../source/scan';
import { isBuildFile, isMakefile, listFiles, mayHoldCertificates } from './sourceFiles';
import type { Range } from '../../findings/range';

/** A firmware with the folder that its paths are relative to, and with what its settings say of severities. */
export interface Project extends ProjectSources {
  folder: string;
  /** The part of the folder that is the project's own, with `/` at its end; empty where that is all of it. */
  root: string;
  severities: AnalysisSettings['severities'];
  flash?: ProjectFlash | undefined;
  /** Files that may hold certificates or keys, besides the sources. */
  certificateFiles: readonly string[];
}

/** The flash as the project's file describes it, with all that is wrong with it. */
export interface ProjectFlash extends FlashDescription {
  /** Of the file. */
  text: string;
  /** The part `flash` of it. */
  part: object;
  findings: readonly FlashFinding[];
  contents: CheckedLayout['contents'];
}

/** Whether there is anything in a project to look at. */
export function hasSomething({ files, makefiles = [], certificateFiles, flash }: Project): boolean {
  const certificates = certificateFiles.filter(name => path.posix.basename(name) !== projectFileName);
  // Scripts are in every kind of folder.
  const built = makefiles.filter(
    ({ path: name }) => isMakefile(name) || /(?:^|\/)platformio\.ini$/.test(name),
  );
  return files.length + built.length + certificates.length > 0 || flash !== undefined;
}

/** Larger files are no hand-written C; the analyzer says so. */
const maxBytes = 1024 * 1024;

/**
 * Reads the firmware projects under a folder, or one file alone. Where several parts of the tree define user_init, each is a project;
 * what lies outside of them belongs to all that are near (`owners`). Macros of `defines` come before those of esp8266-ssl.json, these before
 * those of Makefiles; a project's file around the folder holds, too. Throws a Problem when the path cannot be read; `onFault` is told
 * what is wrong with an esp8266-ssl.json, whose setting then counts as not said, and throws that by itself unless it is given.
 */
export async function readProjects(
  given: string,
  defines: ReadonlyMap<string, string | undefined> = new Map<string, string | undefined>(),
  onFault: (fault: ProblemError) => void = fault => {
    throw fault;
  },
): Promise<Project[]> {
  const isFolder = await folderAt(given);
  const folder = isFolder ? given : path.dirname(given);
  const names = isFolder ? await list(given) : [path.basename(given)];
  const sources = await Promise.all(
    names
      .filter(name => /\.[ch]$/i.test(name))
      .map(async (name): Promise<SourceFile> => ({
        path: name,
        text: await readSource(path.join(folder, name)),
      })),
  );
  const makefiles = await Promise.all(
    names
      .filter(isBuildFile)
      .map(async name => ({ path: name, text: await readSource(path.join(folder, name)) })),
  );
  const certificateFiles = names.filter(mayHoldCertificates);
  const recordFiles = await sizesOf(
    folder,
    names.filter(name => recordFileOf(name) !== undefined),
  );
  const roots = projectRoots(sources);
  // The settings of the tree may lie around the part that is looked at.
  const home = projectFolderOf(folder) ?? folder;
  const noTarget: Target = {};
  // What is read or found here is so once: workspaces have hundreds of projects.
  const outerTarget = await unlessFaulty(readTarget(home), noTarget, onFault);
  const outer = await unlessFaulty(analysisSettings(home), noSettings, onFault);
  let outerFlash: Promise<ProjectFlash | undefined> | undefined;
  const readOuterFlash = () => (outerFlash ??= unlessFaulty(readFlash(home), undefined, onFault));
  const ownersOf = new Map(names.map(name => [name, owners(name, roots)]));
  return Promise.all(
    roots.map(async root => {
      const belongs = ({ path: file }: { path: string }) => ownersOf.get(file)?.includes(root) === true;
      const files = sources.filter(belongs);
      const builtBy = makefiles.filter(belongs);
      const make = buildFacts(readBuildFiles(builtBy));
      const own = path.resolve(folder, root);
      const isHome = own === path.resolve(home);
      const target = {
        ...outerTarget,
        ...(!isHome && (await unlessFaulty(readTarget(own), noTarget, onFault))),
      };
      const inner = isHome ? outer : await unlessFaulty(analysisSettings(own), noSettings, onFault);
      const sdk = target.sdk ?? headerVersion(files);
      const tlsLibrary = target.tlsLibrary ?? make.tlsLibrary;
      return {
        folder,
        root,
        files,
        elsewhere: new Set(files.flatMap(({ path: name }) => (isElsewhere(name, root, roots) ? [name] : []))),
        defines: new Map([...make.defines, ...outer.defines, ...inner.defines, ...defines]),
        severities: new Map([...outer.severities, ...inner.severities]),
        target: { ...(sdk && { sdk }), ...(tlsLibrary && { tlsLibrary }) },
        makefiles: builtBy,
        certificateFiles: certificateFiles.filter(name => belongs({ path: name })),
        recordFiles: recordFiles.filter(({ file }) => belongs({ path: file })),
        flash:
          (isHome ? undefined : await unlessFaulty(readFlash(own), undefined, onFault)) ??
          (await readOuterFlash()),
      };
    }),
  );
}

const noSettings: AnalysisSettings = { severities: new Map(), defines: new Map() };

/** What is read; `otherwise` after a Problem, which `onFault` is told. */
async function unlessFaulty<T>(
  reading: Promise<T>,
  otherwise: T,
  onFault: (fault: ProblemError) => void,
): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    onFault(error);
    return otherwise;
  }
}

/** The flash as the project's file describes it; undefined when it says nothing of it. */
async function readFlash(folder: string): Promise<ProjectFlash | undefined> {
  const project = await readFlashProject(folder);
  const { flash } = project;
  if (typeof flash !== 'object' || flash === null) return undefined;
  const { layout, sizes, contents, findings } = await layoutOnDisk(folder, project);
  const text = (await readProjectText(folder)) ?? '';
  const all = {
    file: path.join(folder, projectFileName),
    layout,
    sizes,
    contents,
    text,
    part: flash,
    findings,
  };
  // Regions that nobody wrote down say nothing about where files are flashed.
  return 'regions' in flash
    ? all
    : {
        ...all,
        layout: { ...layout, regions: [] },
        findings: findings.filter(({ path: [part] }) => part !== 'regions'),
      };
}

async function folderAt(given: string): Promise<boolean> {
  try {
    return (await stat(given)).isDirectory();
  } catch (error) {
    throw unreadable(given, error);
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    return await listFiles(folder);
  } catch (error) {
    throw unreadable(folder, error);
  }
}

/** The sizes of files; one that has gone in the meantime has none. */
async function sizesOf(folder: string, names: readonly string[]): Promise<SizedFile[]> {
  const sizes = await Promise.all(
    names.map(async file => ({
      file,
      size: (await stat(path.join(folder, file)).catch(() => undefined))?.size,
    })),
  );
  return sizes.flatMap(({ file, size }) => (size === undefined ? [] : [{ file, size }]));
}

async function readSource(file: string): Promise<string> {
  try {
    // One byte too many is enough for the notice.
    return decodeSource(await readStart(file, maxBytes + 1));
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): ProblemError {
  return new ProblemError({ kind: 'file-unreadable', file, reason: reasonOf(error) }, { cause: error });
}

/**
 * The projects that a file belongs to: the one that it lies in; else a header all, because an include tells who means it, and what else
 * there is those in the smallest folder around it that has any: each of several SDKs in a tree has its own examples.
 */
function owners(name: string, roots: readonly string[]): readonly string[] {
  const inside = roots.filter(root => name.startsWith(root));
  if (inside.length > 0) return inside;
  return isHeader(name) ? roots : near(name, roots);
}

/** Whether a header is not a project's own, and near to another one than this: of the ones that are near, it is the first one's. */
function isElsewhere(name: string, root: string, roots: readonly string[]): boolean {
  return isHeader(name) && !name.startsWith(root) && near(name, roots)[0] !== root;
}

/** The projects in the smallest folder around a file that has any. */
function near(name: string, roots: readonly string[]): readonly string[] {
  for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
    const around = roots.filter(root => root.startsWith(name.slice(0, end + 1)));
    if (around.length > 0) return around;
  }
  return roots;
}

/** The folders that hold one user_init each, with `/` at their end; the whole tree ('') when there are not several. */
function projectRoots(sources: readonly SourceFile[]): string[] {
  const folders = [
    ...new Set(
      sources
        .filter(({ path: file, text }) => file.endsWith('.c') && definesStart(text))
        .map(({ path: file }) => file.slice(0, file.lastIndexOf('/') + 1)),
    ),
  ];
  if (folders.length < 2) return [''];
  return [
    ...new Set(
      folders.map(folder => {
        // The outermost folder around it that is around no other.
        const parts = folder.split('/').slice(0, -1);
        for (let length = 1; length <= parts.length; length++) {
          const candidate = `${parts.slice(0, length).join('/')}/`;
          if (folders.every(other => other === folder || !other.startsWith(candidate))) return candidate;
        }
        return folder;
      }),
    ),
  ];
}

/** Whether a source defines user_init where the compiler sees it: Espressif's hw_timer.c has one as an example in `#if 0`. */
function definesStart(text: string): boolean {
  const found = [...text.matchAll(/^[^\S\n]*(?:\w+[ \t\n]+){0,6}user_init\s*\([^)]*\)\s*\{/gm)];
  if (found.length === 0) return false;
  const { comments, directives } = scanSource(text);
  const dead = [...comments, ...switchedOff(directives)];
  return found.some(({ index, 0: matched }) => {
    const at = index + matched.lastIndexOf('user_init');
    return !dead.some(({ start, end }) => at >= start && at < end);
  });
}

/** What is in `#if 0`, up to its #else or #endif. */
function switchedOff(directives: readonly Directive[]): Range[] {
  const ranges: Range[] = [];
  /** Where the open conditions began, as far as they are `#if 0`. */
  const open: (number | undefined)[] = [];
  for (const { kind, text, start, end } of directives) {
    if (kind.startsWith('if')) open.push(kind === 'if' && text.trim() === '0' ? end : undefined);
    else if (/^(?:elif|else|endif)$/.test(kind)) {
      const from = open.pop();
      if (from !== undefined) ranges.push({ start: from, end: start });
      if (kind !== 'endif') open.push(undefined);
    }
  }
  return ranges;
}

/** The version in the SDK's version.h, when the project carries it. */
function headerVersion(files: readonly SourceFile[]): SdkVersion | undefined {
  for (const { path: file, text } of files) {
    if (!/(?:^|\/)version\.h$/.test(file)) continue;
    const [, found] = /#define\s+ESP_SDK_VERSION_STRING\s+"([\d.]+)"/.exec(text) ?? [];
    const version = sdkVersions.find(known => known === found);
    if (version !== undefined) return version;
  }
  return undefined;
}
