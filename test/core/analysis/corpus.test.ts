import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Analyzer, type Finding } from '../../../src/analysis/analyzer';
import { type Project, readProjects } from '../../../src/analysis/readProjects';
import { variants } from '../../corpus/variants';

const corpus = path.join(__dirname, '..', '..', 'corpus');

/** What a user would have to look at. */
function serious(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity }) => severity !== 'hint')
    .map(({ at, rule, message }) => `${rule.id} ${at.file}: ${message}`);
}

describe('the corpus of firmware', () => {
  let analyzer: Analyzer;
  const programs = new Map<string, Project>();

  before(async () => {
    analyzer = await Analyzer.create();
    for (const entry of readdirSync(corpus, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const [project, ...others] = await readProjects(path.join(corpus, entry.name));
      assert.ok(project !== undefined && others.length === 0);
      programs.set(entry.name, project);
    }
  });

  it('has no finding above hint in correct programs', () => {
    assert.ok(programs.size >= 4);
    for (const [name, project] of programs)
      assert.deepEqual(serious(analyzer.check(project).findings), [], name);
  });

  for (const { program, file, title, changes, finds } of variants) {
    it(`finds ${finds} in ${program}: ${title}`, () => {
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
      const found = analyzer
        .check({ ...project, files })
        .findings.filter(({ severity }) => severity !== 'hint');
      assert.deepEqual([...new Set(found.map(({ rule }) => rule.id))], [finds], serious(found).join('\n'));
    });
  }
});
