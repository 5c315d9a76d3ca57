import assert from 'node:assert/strict';
import { Analyzer } from '../../../src/analysis/engine/analyzer';
import type { Project } from '../../../src/analysis/project/readProjects';
import { readPrograms, withFault } from '../../corpus/programs';
import { variants } from '../../corpus/variants';
import type { Finding } from '../../../src/findings/finding';

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
    assert.ok(programs.size >= 12);
    for (const [name, project] of programs)
      assert.deepEqual(serious(analyzer.check(project).findings), [], name);
  });

  for (const variant of variants) {
    const { program, title, finds } = variant;
    it(`finds ${finds} in ${program}: ${title}`, async () => {
      const { findings } = analyzer.check(await withFault(programs, variant));
      const original = analyzer.check(programs.get(program) ?? assert.fail(program)).findings;
      assert.ok(
        ofRule(findings, finds) > ofRule(original, finds),
        `not found; but:\n${serious(findings).join('\n')}`,
      );
      const others = findings.filter(({ rule, severity }) => rule.id !== finds && severity !== 'hint');
      assert.deepEqual(serious(others), []);
    });
  }
});

function ofRule(findings: readonly Finding[], id: string): number {
  return findings.filter(({ rule }) => rule.id === id).length;
}
