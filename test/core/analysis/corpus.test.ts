import assert from 'node:assert/strict';
import { Analyzer, type Finding } from '../../../src/analysis/analyzer';
import type { Project } from '../../../src/analysis/readProjects';
import { readPrograms, withFault } from '../../corpus/programs';
import { variants } from '../../corpus/variants';

/** What a user would have to look at. */
function serious(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity }) => severity !== 'hint')
    .map(({ at, rule, message }) => `${rule.id} ${at.file}: ${message}`);
}

describe('the corpus of firmware', () => {
  let analyzer: Analyzer;
  let programs: Map<string, Project>;

  before(async () => {
    analyzer = await Analyzer.create();
    programs = await readPrograms();
  });

  it('has no finding above hint in correct programs', () => {
    assert.ok(programs.size >= 4);
    for (const [name, project] of programs)
      assert.deepEqual(serious(analyzer.check(project).findings), [], name);
  });

  for (const variant of variants) {
    const { program, title, finds } = variant;
    it(`finds ${finds} in ${program}: ${title}`, () => {
      const found = analyzer
        .check(withFault(programs, variant))
        .findings.filter(({ severity }) => severity !== 'hint');
      assert.deepEqual([...new Set(found.map(({ rule }) => rule.id))], [finds], serious(found).join('\n'));
    });
  }
});
