import { cpSync, existsSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { failedBecause, reasonOf } from '../files/systemErrors';
import { makeFolder } from '../files/makeFolder';
import { ProblemError } from '../problems';
import { type Template, templates } from './templates';

/** The ELF of a template, at the top of its folder. */
export const firmwareName = 'firmware.elf';
/** Certificates hold private keys: none of them belongs into a repository. */
const gitignore = '/ssl/\n/build/\n';
/** What working in the repository leaves in a sample. */
const notShipped = ['ssl', 'build', '.esp8266-ssl', 'eagle.app.v6.out'];
/** What an empty folder may have. */
const allowed = ['.git', '.DS_Store', 'Thumbs.db', 'desktop.ini'];

/** Names that Windows keeps for devices. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

export interface NewProject {
  /** The folder that has samples/ and device-sdk/: the extension's or the package's. */
  shipped: string;
  template: Template;
  /** The project's folder: not there, or empty. */
  folder: string;
  /** Of the README: “en”, “zh-cn”. */
  language: string;
}

/** Throws a Problem for a name that no template has. */
export function templateOf(id: string): Template {
  const found = templates.find(template => template.id === id);
  if (found !== undefined) return found;
  const known = templates.map(template => template.id).join(', ');
  throw new ProblemError({ kind: 'template-unknown', template: id, known });
}

/** Throws a Problem for a name that a folder cannot have everywhere, or that make does not take. */
export function checkProjectName(name: string): void {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u.test(name) || name.endsWith('.') || reserved.test(name))
    throw new ProblemError({ kind: 'project-name-invalid', name });
}

/** Throws a Problem when there is something in the folder already, or a file of its name. */
export function checkProjectFolder(folder: string): void {
  if (!existsSync(folder)) return;
  let names: string[] | undefined;
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (!failedBecause(error, 'not a folder')) throw unwritable(folder, error);
  }
  if (names?.every(name => allowed.includes(name)) !== true)
    throw new ProblemError({ kind: 'folder-not-empty', folder });
}

/**
 * Makes a project of a template. It is written beside its place and moved there as a whole, so that there is all of it or nothing.
 * Throws a Problem when something is in the way.
 */
export function createProject({ shipped, template, folder, language }: NewProject): void {
  checkProjectFolder(folder);
  const exists = existsSync(folder);
  const parent = exists ? folder : path.dirname(path.resolve(folder));
  const beside = path.join(parent, `.esp8266-ssl-new-${process.pid}`);
  const moved: string[] = [];
  try {
    rmSync(beside, { recursive: true, force: true });
    makeFolder(beside);
    fill(beside, path.join(shipped, 'samples', template.id), path.join(shipped, 'device-sdk'), language);
    if (!exists) {
      renameSync(beside, folder);
      return;
    }
    for (const name of readdirSync(beside)) {
      if (existsSync(path.join(folder, name))) throw new ProblemError({ kind: 'folder-not-empty', folder });
      renameSync(path.join(beside, name), path.join(folder, name));
      moved.push(name);
    }
    rmSync(beside, { recursive: true });
  } catch (error) {
    for (const name of moved) rmSync(path.join(folder, name), { recursive: true, force: true });
    rmSync(beside, { recursive: true, force: true });
    if (failedBecause(error, 'not empty', 'exists'))
      throw new ProblemError({ kind: 'folder-not-empty', folder }, { cause: error });
    throw error instanceof ProblemError ? error : unwritable(folder, error);
  }
}

function fill(folder: string, sample: string, deviceSdk: string, language: string): void {
  const readme = `README.${language}.md`;
  cpSync(sample, folder, {
    recursive: true,
    filter: file => {
      const name = path.relative(sample, file);
      return !notShipped.includes(name) && !/^README\..*\.md$/.test(name);
    },
  });
  if (existsSync(path.join(sample, readme)))
    cpSync(path.join(sample, readme), path.join(folder, 'README.md'));
  cpSync(deviceSdk, path.join(folder, 'device-sdk'), { recursive: true });
  writeFileSync(path.join(folder, '.gitignore'), gitignore);
  // What make looks at: nothing is newer than the firmware that was built from it.
  const now = new Date();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    utimesSync(path.join(folder, name), now, now);
}

function unwritable(folder: string, error: unknown): ProblemError {
  return new ProblemError({ kind: 'folder-unwritable', folder, reason: reasonOf(error) }, { cause: error });
}
