import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Project, readProjects } from '../../src/analysis/project/readProjects';
import type { Variant } from './variant';

/** The correct programs of the corpus, by name. */
export async function readPrograms(): Promise<Map<string, Project>> {
  const programs = new Map<string, Project>();
  for (const entry of readdirSync(__dirname, { withFileTypes: true }))
    if (entry.isDirectory()) programs.set(entry.name, await only(path.join(__dirname, entry.name)));
  return programs;
}

async function only(folder: string): Promise<Project> {
  const [project, ...others] = await readProjects(folder);
  assert.ok(project !== undefined && others.length === 0);
  return project;
}

/** The program of a variant with its fault put in. */
export async function withFault(
  programs: ReadonlyMap<string, Project>,
  { program, file, changes }: Variant,
): Promise<Project> {
  const project = programs.get(program) ?? assert.fail(program);
  const source = [...project.files, ...(project.makefiles ?? [])].find(each => each.path === file);
  assert.ok(source !== undefined, `${program} has no ${file}`);
  let text = source.text.replaceAll('\r\n', '\n');
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), `${file} has no “${from}”`);
    text = text.replace(from, () => to);
  }
  if (source.text.includes('\r\n')) text = text.replaceAll('\n', '\r\n');
  if (/\.[ch]$/.test(file))
    return { ...project, files: project.files.map(each => (each === source ? { path: file, text } : each)) };
  // What a Makefile says is in many parts of a project.
  const folder = mkdtempSync(path.join(tmpdir(), 'corpus-'));
  try {
    cpSync(path.join(__dirname, program), folder, { recursive: true });
    writeFileSync(path.join(folder, file), text);
    return await only(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
