import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { check as isFormatted, resolveConfig } from 'prettier';
import { given, nextId, objection, sourceGroups, writeNewRule } from '../../../scripts/newRule';
import { ruleInfos } from '../../../src/analysis/rules/ruleInfos';

const root = path.join(__dirname, '..', '..', '..');
const rule = { id: 'SSL099', group: 'order', name: 'plainConnect' };

describe('npm run new:rule', () => {
  let copy = '';
  before(() => {
    copy = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-new-rule-'));
    for (const part of ['src', 'package.json', 'tsconfig.json', 'test/golden.ts', 'test/editedText.ts'])
      cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
    for (const part of ['checkSources.ts', 'findingText.ts', 'golden'])
      cpSync(path.join(__dirname, part), path.join(copy, 'test/core/analysis', part), { recursive: true });
    symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
  });
  after(() => {
    rmSync(copy, { recursive: true, force: true });
  });

  const runInCopy = (args: string[], env: NodeJS.ProcessEnv = {}) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: copy,
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    return { status, text: stdout + stderr };
  };
  const mocha = (env?: NodeJS.ProcessEnv) =>
    runInCopy(
      ['node_modules/mocha/bin/mocha.js', '--no-config', '--require', 'tsx/cjs', '--timeout', '0', testFile],
      env,
    );
  const testFile = `test/core/analysis/${rule.name}.test.ts`;

  it('refuses an id that is used, a group of no sources, and a name that is no file’s', () => {
    assert.equal(objection(rule, root), undefined);
    assert.match(objection({ ...rule, id: 'SSL040' }, root) ?? '', /already “/);
    assert.match(objection({ ...rule, id: 'SSL037' }, root) ?? '', /without a rule/);
    assert.match(objection({ ...rule, id: '99' }, root) ?? '', /three digits/);
    assert.match(objection({ ...rule, group: 'certificates' }, root) ?? '', /mixing, order/);
    assert.match(objection({ ...rule, name: '../x' }, root) ?? '', /Name the file/);
    assert.match(objection({ ...rule, name: 'lateBufferSize' }, root) ?? '', /exists/);
  });

  it('proposes the next id of a group that nobody has', () => {
    for (const group of sourceGroups) {
      const id = nextId(group);
      assert.equal(objection({ id, group, name: 'anything' }, root), undefined);
      const last = ruleInfos.filter(each => each.group === group).at(-1);
      assert.ok(last !== undefined && id > last.id, id);
    }
  });

  it('writes a formatted rule, its test and the list; the test fails until the rule is written', async () => {
    const files = await writeNewRule(rule, copy);
    for (const file of files) {
      const options = { ...(await resolveConfig(path.join(root, file))), parser: 'typescript' };
      assert.ok(await isFormatted(readFileSync(path.join(copy, file), 'utf8'), options), file);
    }
    assert.match(
      readFileSync(path.join(copy, 'src/analysis/rules/rules.ts'), 'utf8'),
      /ssl090,[\s\S]*ssl099/,
    );
    const unwritten = mocha();
    assert.notEqual(unwritten.status, 0);
    assert.match(unwritten.text, /1\) finds the documented example once/);
    assert.match(unwritten.text, /\d\) finds the plain case/);

    const [file = ''] = files;
    const text = readFileSync(path.join(copy, file), 'utf8');
    writeFileSync(
      path.join(copy, file),
      text.replace('espconn_secure_name_of_the_function', 'espconn_secure_connect'),
    );
    const written = mocha({ UPDATE_GOLDEN: '1' });
    assert.equal(written.status, 0, written.text);
    assert.match(written.text, /4 passing/);
    const project = { extends: './tsconfig.json', include: [file] };
    writeFileSync(path.join(copy, 'tsconfig.rule.json'), JSON.stringify(project));
    const types = runInCopy(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.rule.json']);
    assert.equal(types.status, 0, types.text);
  });

  it('takes the next free id where the command line has none', () => {
    assert.deepEqual(given(['order', 'plainConnect']), { ...rule, id: nextId('order') });
    assert.deepEqual(given(['SSL099', 'order', 'plainConnect']), rule);
    assert.deepEqual(given(['order']), { id: undefined, group: 'order', name: undefined });
  });
});
