import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Analyzer } from '../../src/analysis/engine/analyzer';
import { exampleFile, exampleTexts } from '../../src/analysis/rules/examples';
import type { Rule } from '../../src/analysis/rules/rule';
import { ruleInfos } from '../../src/analysis/rules/ruleInfos';
import { rules } from '../../src/analysis/rules/rules';
import { isBuildFile } from '../../src/analysis/project/sourceFiles';
import { generateCertificates } from '../../src/certificates/generate';
import { check } from '../../src/cli/check';
import { compileErrors } from './compileSources';
import type { Finding } from '../../src/findings/finding';

/** What the examples leave out: the headers that a firmware includes. */
const head = ['ets_sys', 'osapi', 'os_type', 'mem', 'user_interface', 'espconn', 'sntp', 'upgrade']
  .concat('cert', 'private_key')
  .map(name => `#include "${name}.h"\n`)
  .join('');

/** Those of certificates show their includes of the headers with these. */
const certificateHead = head.replace(/#include "(?:cert|private_key)\.h"\n/g, '');

/** What they leave out of the rest of a program: callbacks, certificates, verification. */
const leftOut = ['SSL027', 'SSL038', 'SSL039', 'SSL082'];

const ofCertificates = ruleInfos.filter(({ group }) => group === 'certificates');

const cli = path.join(__dirname, '..', '..', 'out', 'cli.js');

/** The program by its name, in bash. */
const program = 'esp8266-ssl() { "$NODE" "$CLI" "$@"; }';

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
  function findings(
    { others = {}, target = {}, ...example }: Rule['example'],
    text: string,
  ): readonly Finding[] {
    const all = Object.entries({ ...others, [exampleFile(example)]: text });
    const files = all.map(([name, content]) => ({
      path: name,
      text: isBuildFile(name) ? content : head + content,
    }));
    const sources = files.filter(({ path: name }) => !isBuildFile(name));
    assert.equal(compileErrors(mkdtempSync(path.join(folder, 'example-')), sources), '');
    const makefiles = files.filter(({ path: name }) => isBuildFile(name));
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

  it('of certificates in sources have the finding, and have it no more', async () => {
    const { files: made } = await generateCertificates({ name: '192.168.4.1', bits: 1024 });
    const headers = made
      .filter(({ name }) => name === 'cert.h' || name === 'private_key.h')
      .map(({ name, bytes }) => ({ path: name, text: Buffer.from(bytes).toString() }));
    for (const { id, example } of ofCertificates.filter(rule => !rule.example.isCommands)) {
      const { wrong, right } = exampleTexts(example);
      for (const [text, times] of [
        [wrong, 1],
        [right, 0],
      ] as const) {
        const root = mkdtempSync(path.join(folder, 'example-'));
        const sources = Object.entries({ ...example.others, [exampleFile(example)]: text });
        const all = sources.map(([name, content]) => ({ path: name, text: certificateHead + content }));
        assert.equal(compileErrors(root, [...headers, ...all]), '', `${id}: ${text}`);
        const printed: string[] = [];
        const output = {
          out: (line: string) => printed.push(line),
          write: () => undefined,
          error: () => undefined,
        };
        await check([root, '--format', 'json', '--rule', 'certificates', '--threads', '1'], output);
        const report = JSON.parse(printed.join('\n')) as { findings: { rule: string; severity: string }[] };
        assert.equal(report.findings.filter(({ rule }) => rule === id).length, times, `${id}: ${text}`);
        const others = report.findings.filter(({ rule, severity }) => rule !== id && severity !== 'hint');
        assert.deepEqual(
          others.map(({ rule }) => rule),
          [],
          id,
        );
      }
    }
  });

  for (const { id, example } of ofCertificates.filter(rule => rule.example.isCommands))
    it(`of ${id} make the finding in a terminal, and make it no more`, () => {
      const { wrong, right } = exampleTexts(example);
      assert.deepEqual([...new Set(foundByCommands(example, wrong))], [id]);
      assert.deepEqual(foundByCommands(example, right), []);
    });

  /** The rules that the inspection at the end of commands names. */
  function foundByCommands({ others = {} }: Rule['example'], commands: string): string[] {
    const root = mkdtempSync(path.join(folder, 'commands-'));
    for (const [name, text] of Object.entries(others)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    const lines = commands.split('\n');
    assert.match(lines.at(-1) ?? '', /\besp8266-ssl inspect /);
    const { stdout, stderr } = spawnSync('bash', ['-ec', `${program}\n${commands}`], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, LANG: 'C.UTF-8', CLI: cli, NODE: process.execPath },
    });
    // It prints what it inspects, whether or not it finds anything.
    assert.match(stdout, / at 0x|tools\/make_cert\.py: script/, `${commands}\n${stdout}\n${stderr}`);
    return [...stdout.matchAll(/^ {2}(?:error|warning|note) (SSL\d+):/gm)].map(([, rule = '']) => rule);
  }
});
