import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type Project, readProjects } from '../../src/analysis/readProjects';
import type { Variant } from './variants';

/** The correct programs of the corpus, by name. */
export async function readPrograms(): Promise<Map<string, Project>> {
  const programs = new Map<string, Project>();
  for (const entry of readdirSync(__dirname, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const [project, ...others] = await readProjects(path.join(__dirname, entry.name));
    assert.ok(project !== undefined && others.length === 0);
    programs.set(entry.name, project);
  }
  return programs;
}

/** The program of a variant with its fault put in. */
export function withFault(programs: ReadonlyMap<string, Project>, variant: Variant): Project {
  const { program, file, changes } = variant;
  const project = programs.get(program) ?? assert.fail(program);
  const files = project.files.map(source => {
    if (source.path !== file) return source;
    let text = source.text.replaceAll('\r\n', '\n');
    for (const [from, to] of changes) {
      assert.ok(text.includes(from), `${file} has no “${from}”`);
      text = text.replace(from, () => to);
    }
    return { path: file, text };
  });
  return { ...project, files };
}
