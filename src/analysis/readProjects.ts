import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { ProblemError } from '../problems';
import { layoutOf } from '../flash/layout';
import { type AnalysisSettings, analysisSettings } from '../project/analysisSettings';
import { readProjectPart } from '../project/projectFile';
import { defaultTarget, readTarget } from '../project/target';
import { type SdkVersion, sdkVersions } from '../sdk/tls';
import type { ProjectSources, SourceFile } from './analyzer';
import type { FlashDescription } from './build';
import { decodeSource } from './encoding';
import { readMakefiles } from './makefile';
import { type Directive, type Range, scanSource } from './scan';

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
 * those of Makefiles. Throws a Problem when the path cannot be read.
 */
export async function readProjects(
  given: string,
  defines: ReadonlyMap<string, string | undefined> = new Map<string, string | undefined>(),
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
      const target = { ...(await readTarget(folder)), ...(await readTarget(path.join(folder, root))) };
      const outer = await analysisSettings(folder);
      const inner = root === '' ? outer : await analysisSettings(path.join(folder, root));
      const sdk = target.sdk ?? headerVersion(files);
      const tlsLibrary = target.tlsLibrary ?? make.tlsLibrary;
      return {
        folder,
        files,
        defines: new Map([...make.defines, ...outer.defines, ...inner.defines, ...defines]),
        severities: new Map([...outer.severities, ...inner.severities]),
        target: { ...(sdk && { sdk }), ...(tlsLibrary && { tlsLibrary }) },
        makefiles: makefiles.filter(belongs),
        flash: (await readFlash(path.join(folder, root))) ?? (await readFlash(folder)),
      };
    }),
  );
}

/** The flash as the project's file describes it; undefined when it says nothing of it. */
async function readFlash(folder: string): Promise<FlashDescription | undefined> {
  const given = await readProjectPart(folder, 'flash');
  if (typeof given !== 'object' || given === null) return undefined;
  const { sdk = defaultTarget.sdk } = await readTarget(folder);
  const layout = layoutOf(given, { sdk, abilities: undefined, sizes: new Map() });
  const sizes = new Map<string, number>();
  for (const { file } of [...layout.images, ...layout.regions]) {
    const size = file === undefined ? undefined : await sizeOf(path.resolve(folder, file));
    if (file !== undefined && size !== undefined) sizes.set(file, size);
  }
  // Regions that nobody wrote down say nothing about where files are burnt.
  return { layout: 'regions' in given ? layout : { ...layout, regions: [] }, sizes };
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch {
    return undefined;
  }
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

/** What stands in `#if 0`, up to its #else or #endif. */
function switchedOff(directives: readonly Directive[]): Range[] {
  const ranges: Range[] = [];
  /** Where the open conditions began, as far as they are `#if 0`. */
  const open: (number | undefined)[] = [];
  for (const { kind, text, start, end } of directives) {
    if (/^if/.test(kind)) open.push(kind === 'if' && text.trim() === '0' ? end : undefined);
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
