import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { ProblemError } from '../problems';
import { layoutOnDisk } from '../flash/onDisk';
import { type AnalysisSettings, analysisSettings } from '../project/analysisSettings';
import { readFlashProject } from '../project/flashProject';
import { projectFileName } from '../project/projectFile';
import { readTarget, type Target } from '../project/target';
import { type SdkVersion, sdkVersions } from '../sdk/tls';
import type { ProjectSources, SourceFile } from './analyzer';
import type { FlashDescription } from './build';
import { decodeSource } from './encoding';
import { readMakefiles } from './makefile';

/** A firmware with the folder that its paths are relative to, and with what its settings say of severities. */
export interface Project extends ProjectSources {
  folder: string;
  severities: AnalysisSettings['severities'];
}

/** Folders in which nobody keeps the sources of a firmware. */
const skipped = new Set(['node_modules', '.git', '.output', '.svn', 'build', 'out']);
/** Larger files are no hand-written C; the analyzer says so. */
const mostBytes = 1024 * 1024;

/**
 * Reads the firmware projects under a folder, or one file alone. Where several parts of the tree define user_init, each is a project;
 * what lies outside of them belongs to all. Macros of `defines` come before those of esp8266-ssl.json, these before
 * those of Makefiles. Throws a Problem when the path cannot be read; `onFault` is told what is wrong with an esp8266-ssl.json, whose
 * setting then counts as not said, and throws that by itself unless it is given.
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
      .filter(name => /(?:^|\/)(?:GNU)?[Mm]akefile$|\.mk$/.test(name))
      .map(async name => ({ path: name, text: await readSource(path.join(folder, name)) })),
  );
  const roots = projectRoots(sources);
  // Once per file: workspaces have hundreds of projects.
  const ownersOf = new Map(names.map(name => [name, roots.filter(root => name.startsWith(root))]));
  return Promise.all(
    roots.map(async root => {
      const belongs = ({ path: file }: SourceFile) => {
        const owners = ownersOf.get(file) ?? [];
        return owners.length === 0 || owners.includes(root);
      };
      const files = sources.filter(belongs);
      const make = readMakefiles(makefiles.filter(belongs).map(({ text }) => text));
      const own = path.join(folder, root);
      const noTarget: Target = {};
      const target = {
        ...(await unlessFaulty(readTarget(folder), noTarget, onFault)),
        ...(root !== '' && (await unlessFaulty(readTarget(own), noTarget, onFault))),
      };
      const outer = await unlessFaulty(analysisSettings(folder), noSettings, onFault);
      const inner = root === '' ? outer : await unlessFaulty(analysisSettings(own), noSettings, onFault);
      const sdk = target.sdk ?? headerVersion(files);
      const tlsLibrary = target.tlsLibrary ?? make.tlsLibrary;
      return {
        folder,
        files,
        defines: new Map([...make.defines, ...outer.defines, ...inner.defines, ...defines]),
        severities: new Map([...outer.severities, ...inner.severities]),
        target: { ...(sdk && { sdk }), ...(tlsLibrary && { tlsLibrary }) },
        makefiles: makefiles.filter(belongs),
        flash:
          (await unlessFaulty(readFlash(own), undefined, onFault)) ??
          (root === '' ? undefined : await unlessFaulty(readFlash(folder), undefined, onFault)),
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
async function readFlash(folder: string): Promise<FlashDescription | undefined> {
  const project = await readFlashProject(folder);
  const { flash } = project;
  if (typeof flash !== 'object' || flash === null) return undefined;
  const { layout, sizes } = await layoutOnDisk(folder, project);
  // Regions that nobody wrote down say nothing about where files are burnt.
  const written = 'regions' in flash ? layout : { ...layout, regions: [] };
  return { file: path.join(folder, projectFileName), layout: written, sizes };
}

async function folderAt(given: string): Promise<boolean> {
  try {
    return (await stat(given)).isDirectory();
  } catch (error) {
    throw unreadable(given, error);
  }
}

async function list(folder: string): Promise<string[]> {
  const found: string[] = [];
  const visit = async (inside: string): Promise<void> => {
    const entries = await readdir(path.join(folder, inside), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = inside === '' ? entry.name : `${inside}/${entry.name}`;
      if (entry.isDirectory() && !skipped.has(entry.name)) await visit(name);
      else if (entry.isFile()) found.push(name);
    }
  };
  try {
    await visit('');
  } catch (error) {
    throw unreadable(folder, error);
  }
  return found;
}

async function readSource(file: string): Promise<string> {
  try {
    const bytes = await readFile(file);
    // One byte too many is enough for the notice.
    return decodeSource(bytes.subarray(0, mostBytes + 1));
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): ProblemError {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new ProblemError({ kind: 'file-unreadable', file, reason }, { cause: error });
}

/** The folders that hold one user_init each, with `/` at their end; the whole tree ('') when there are not several. */
function projectRoots(sources: readonly SourceFile[]): string[] {
  const folders = [
    ...new Set(
      sources
        .filter(
          ({ path: file, text }) =>
            file.endsWith('.c') && /^[^\S\n]*(?:\w+[ \t\n]+)*user_init\s*\([^)]*\)\s*\{/m.test(text),
        )
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
