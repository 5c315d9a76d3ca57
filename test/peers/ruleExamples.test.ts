import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Analyzer, type Finding } from '../../src/analysis/analyzer';
import { exampleFile, exampleTexts } from '../../src/analysis/examples';
import type { Example } from '../../src/analysis/rule';
import { rules } from '../../src/analysis/rules';
import { isMakefile } from '../../src/analysis/sourceFiles';
import { compileErrors } from './compileSources';

/** What the examples leave out: the headers that a firmware includes. */
const head = ['ets_sys', 'osapi', 'os_type', 'mem', 'user_interface', 'espconn', 'sntp', 'upgrade']
  .concat('cert', 'private_key')
  .map(name => `#include "${name}.h"\n`)
  .join('');

/** What they leave out of the rest of a program: callbacks, certificates, verification. */
const leftOut = ['SSL027', 'SSL038', 'SSL039', 'SSL082'];

describe('the examples on the pages of the rules', function () {
  this.timeout(600_000);
  let folder: string;
  let analyzer: Analyzer;

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'examples-'));
    analyzer = await Analyzer.create();
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** The findings in a program with one of the texts. */
  function findings({ others = {}, target = {}, ...example }: Example, text: string): readonly Finding[] {
    const all = Object.entries({ ...others, [exampleFile(example)]: text });
    const files = all.map(([name, content]) => ({
      path: name,
      text: isMakefile(name) ? content : head + content,
    }));
    const sources = files.filter(({ path: name }) => !isMakefile(name));
    assert.equal(compileErrors(mkdtempSync(path.join(folder, 'example-')), sources), '');
    const makefiles = files.filter(({ path: name }) => isMakefile(name));
    return analyzer.check({ files: sources, makefiles, defines: new Map(), target }).findings;
  }

  for (const { id, example } of rules)
    it(`of ${id} have the finding, and have it no more`, () => {
      const { wrong, right } = exampleTexts(example);
      const others = (found: readonly Finding[]) =>
        found
          .filter(({ rule, severity }) => /error|warning/.test(severity) && rule.id !== id)
          .filter(({ rule }) => !leftOut.includes(rule.id))
          .map(({ rule, message }) => `${rule.id} ${message}`);
      const own = (found: readonly Finding[]) => found.filter(({ rule }) => rule.id === id);
      const before = findings(example, wrong);
      const after = findings(example, right);
      assert.equal(
        own(before).length,
        1,
        before.map(({ rule, message }) => `${rule.id} ${message}`).join('\n'),
      );
      assert.deepEqual(own(after), []);
      assert.deepEqual([...others(before), ...others(after)], []);
    });
});
