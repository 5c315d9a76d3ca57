import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ruleList, ruleListFile } from '../../../scripts/generateRuleList';
import { rulePages, rulesFolder } from '../../../scripts/generateRules';
import { ruleSettings } from '../../../scripts/lib/ruleSettings';
import { rules } from '../../../src/analysis/rules/rules';
import { check } from '../../../src/cli/check';
import { analysisSettings } from '../../../src/project/analysisSettings';
import { problemOf } from '../../problemOf';
import { isSarif } from './sarifSchema';

const start = ['static struct espconn c;', 'void f(void) { espconn_secure_connect(&c); }', 'void g(void) {'];
const send = '  espconn_sent(&c, d, 3);';
const onlyMixing = ['--rule', 'mixing'];

describe('esp8266-ssl check', function () {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'check-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(file: string, ...lines: string[]): string {
    const at = path.join(folder, file);
    mkdirSync(path.dirname(at), { recursive: true });
    writeFileSync(at, lines.join('\n'));
    return at;
  }

  async function run(...args: string[]) {
    const [out, errors]: [string[], string[]] = [[], []];
    const output = {
      out: (line: string) => out.push(line),
      write: () => undefined,
      error: (line: string) => errors.push(line),
    };
    const code = await check([folder, ...args], output);
    return { code, out: out.join('\n'), errors };
  }

  it('prints SARIF that is valid, with rules, related locations, fixes and fingerprints', async () => {
    const file = write('user/数据 1%.c', ...start, send, '}');
    write('user/data.c', 'int a;\0');
    const { code, out } = await run('--format', 'sarif', ...onlyMixing);
    assert.equal(code, 1);
    const log: unknown = JSON.parse(out);
    assert.ok(isSarif(log), JSON.stringify(isSarif.errors));
    const [sarifRun] = log.runs;
    const driver = sarifRun?.tool.driver;
    assert.deepEqual(
      driver?.rules?.map(({ id }) => id),
      rules.filter(({ group }) => group === 'mixing').map(({ id }) => id),
    );
    const [result, ...others] = sarifRun?.results ?? [];
    assert.ok(result !== undefined && others.length === 0);
    assert.equal(driver.rules[result.ruleIndex ?? -1]?.id, 'SSL001');
    assert.deepEqual([result.ruleId, result.level], ['SSL001', 'error']);
    const place = result.locations?.[0]?.physicalLocation;
    assert.deepEqual(place?.region, { startLine: 4, startColumn: 3, endLine: 4, endColumn: 15 });
    assert.equal(fileURLToPath(place.artifactLocation?.uri ?? ''), file);
    assert.equal(result.relatedLocations?.[0]?.physicalLocation?.region?.startLine, 2);
    const [change] = result.fixes?.[0]?.artifactChanges ?? [];
    assert.deepEqual(change?.replacements, [
      { deletedRegion: place.region, insertedContent: { text: 'espconn_secure_sent' } },
    ]);
    assert.match(result.partialFingerprints?.['lineContents/v1'] ?? '', /^[0-9a-f]{16}:1$/);
    const [notification] = sarifRun?.invocations?.[0]?.toolExecutionNotifications ?? [];
    assert.equal(notification?.descriptor?.id, 'not-text');
  });

  it('names files of the working directory relative to it', async () => {
    write('main.c', ...start, send, '}');
    const before = process.cwd();
    process.chdir(folder);
    try {
      const { out } = await run('--format', 'sarif', ...onlyMixing);
      const log: unknown = JSON.parse(out);
      assert.ok(isSarif(log));
      const [result] = log.runs[0]?.results ?? [];
      assert.deepEqual(result?.locations?.[0]?.physicalLocation?.artifactLocation, {
        uri: 'main.c',
        uriBaseId: '%SRCROOT%',
      });
    } finally {
      process.chdir(before);
    }
  });

  it('prints workflow commands that GitHub reads', async () => {
    const file = write('a,b.c', ...start, send, '}');
    const { out } = await run('--format', 'github', ...onlyMixing);
    const escaped = file.replace(',', '%2C');
    assert.ok(
      out.startsWith(`::error file=${escaped},line=4,endLine=4,col=3,endColumn=15,title=SSL001%3A `),
      out,
    );
    assert.match(out, /^[^\n]+%0A[^\n]+:2: The connection is opened by espconn_secure_connect here\.$/);
    const { out: milder } = await run('--format', 'github', '--rule', 'SSL001=info', ...onlyMixing);
    assert.match(milder, /^::notice /);
  });

  it('prints JSON as documented', async () => {
    const file = write('main.c', ...start, send, '}');
    const { out } = await run('--format', 'json', ...onlyMixing);
    const report = JSON.parse(out) as { findings: Record<string, unknown>[]; notices: unknown[] };
    const [finding, ...others] = report.findings;
    assert.ok(finding !== undefined && others.length === 0);
    assert.deepEqual(
      [finding['rule'], finding['severity'], finding['file'], finding['line'], finding['endColumn']],
      ['SSL001', 'error', file, 4, 15],
    );
    const text = readFileSync(path.join(__dirname, '..', '..', '..', 'docs', 'check.md'), 'utf8');
    for (const member of [...Object.keys(report), ...Object.keys(finding)])
      assert.ok(text.includes(`\`${member}\``), member);
  });

  it('ends with 1 only from the severity on that was asked for', async () => {
    write('main.c', ...start, send, '}');
    assert.equal((await run(...onlyMixing)).code, 1);
    assert.equal((await run(...onlyMixing, '--fail-on', 'never')).code, 0);
    assert.equal((await run(...onlyMixing, '--rule', 'SSL001=hint')).code, 0);
    assert.equal((await run(...onlyMixing, '--rule', 'SSL001=hint', '--fail-on', 'hint')).code, 1);
    assert.equal((await run('--rule', 'SSL002')).code, 0, 'only SSL002');
    assert.equal((await run(...onlyMixing, '--rule', 'SSL001=off')).out, '');
  });

  it('tells only what the baseline has not, wherever the line moves', async () => {
    const baseline = path.join(folder, 'baseline.json');
    write('main.c', ...start, send, '}');
    const make = await run(...onlyMixing, '--baseline', baseline, '--update-baseline');
    assert.deepEqual([make.code, make.out], [0, '']);
    assert.deepEqual(await run(...onlyMixing, '--baseline', baseline), {
      code: 0,
      out: '',
      errors: ['No problems found'],
    });
    write('main.c', '/* moved */', ...start, `    ${send}`, '}');
    assert.equal((await run(...onlyMixing, '--baseline', baseline)).code, 0, 'moved');
    write('main.c', ...start, send, send, '}');
    const { code, out } = await run(...onlyMixing, '--baseline', baseline);
    assert.equal(code, 1);
    assert.match(out, /main\.c:5:3/);
    assert.doesNotMatch(out, /main\.c:4:3/);
  });

  it('names what the baseline has in vain, as far as it was looked for', async () => {
    const baseline = path.join(folder, 'baseline.json');
    write('main.c', ...start, send, '}');
    write('old/gone.c', ...start, send, '}');
    await run(...onlyMixing, '--baseline', baseline, '--update-baseline');
    rmSync(path.join(folder, 'old'), { recursive: true });
    assert.match(
      (await run(...onlyMixing, '--baseline', baseline)).errors.join(),
      /SSL001 is no longer.*old\/gone\.c/,
    );
    const { errors } = await run('--rule', 'order', '--baseline', baseline);
    assert.doesNotMatch(errors.join('\n'), /no longer/, 'another rule');
    write('part/x.c', 'int a;');
    const said: string[] = [];
    const part = { out: () => undefined, write: () => undefined, error: (line: string) => said.push(line) };
    await check([path.join(folder, 'part'), ...onlyMixing, '--baseline', baseline], part);
    assert.deepEqual(said, ['No problems found'], 'another folder');
  });

  it('refuses a path with nothing to check, unless that is allowed', async () => {
    write('readme.txt', 'no C');
    write('esp8266-ssl.json', '{}');
    const problem = await problemOf(run());
    assert.match(
      problem.kind === 'usage' ? problem.message : '',
      /has no C sources, Makefiles or certificates/,
    );
    assert.equal((await run('--allow-empty')).code, 0);
    assert.equal((await run('--allow-empty', '--format', 'json')).code, 0);
    write('Makefile', 'LIBS = -lmain');
    assert.equal((await run()).code, 0);
  });

  it('counts what it prints', async () => {
    write('main.c', ...start, send, '}');
    const { errors } = await run('--rule', 'mixing', '--rule', 'SSL051', '--rule', 'SSL082');
    assert.deepEqual(errors, ['1 error, 1 note, 1 hint']);
    assert.deepEqual((await run('--rule', 'SSL003')).errors, ['No problems found']);
  });

  it('takes the settings from the folder around', async () => {
    write('esp8266-ssl.json', '{"analysis": {"rules": {"SSL001": "hint"}}}');
    write('app/user/main.c', ...start, send, '}');
    const severities: unknown[] = [];
    const output = {
      out: (text: string) =>
        severities.push(...(JSON.parse(text) as { findings: { severity: string }[] }).findings),
      write: () => undefined,
      error: () => undefined,
    };
    const inside = path.join(folder, 'app', 'user');
    await check([inside, ...onlyMixing, '--format', 'json'], output);
    assert.deepEqual(
      severities.map(each => (each as { severity: string }).severity),
      ['hint'],
    );
    severities.length = 0;
    // A repository of its own is another project.
    mkdirSync(path.join(folder, 'app', '.git'));
    await check([path.join(inside, 'main.c'), ...onlyMixing, '--format', 'json'], output);
    assert.deepEqual(
      severities.map(each => (each as { severity: string }).severity),
      ['error'],
    );
  });

  it('refuses a baseline that is none or not there', async () => {
    const baseline = path.join(folder, 'baseline.json');
    write('main.c', 'int a;');
    assert.equal((await problemOf(run('--baseline', baseline))).kind, 'file-unreadable');
    write('baseline.json', '{ "version": 1, "findings": [{}] }');
    assert.equal((await problemOf(run('--baseline', baseline))).kind, 'setting-wrong');
    write('baseline.json', '{');
    assert.equal((await problemOf(run('--baseline', baseline))).kind, 'project-file-broken');
    assert.equal((await problemOf(run('--update-baseline'))).kind, 'usage');
  });

  it('refuses what it does not know', async () => {
    write('main.c', 'int a;');
    for (const args of [
      ['--format', 'xml'],
      ['--fail-on', 'fatal'],
      ['--rule', 'SSL001=loud'],
      ['--rule', 'SSL999'],
      ['--rule', 'ssl001'],
      ['--sdk', '9.9.9'],
      ['--tls-library', 'openssl'],
      ['--sdk', '1.5.4', '--tls-library', 'libmbedtls'],
    ])
      assert.equal((await problemOf(run(...args))).kind, 'usage', args.join(' '));
  });

  it('takes severities and macros from esp8266-ssl.json, and the command line before them', async () => {
    write('main.c', ...start, '#ifdef OLD', send, '#endif', '}');
    write('esp8266-ssl.json', '{ "analysis": { "rules": { "mixing": "hint", "order": "off" } } }');
    assert.match((await run()).out, /: hint: .*\[SSL001\]/);
    assert.match((await run('--rule', 'mixing=error')).out, /: error: .*\[SSL001\]/);
    write('esp8266-ssl.json', '{ "analysis": { "defines": { "OLD": false } } }');
    assert.equal((await run(...onlyMixing)).out, '');
    assert.match((await run(...onlyMixing, '--define', 'OLD')).out, /SSL001/);
  });

  it('tells a file that several projects share once', async () => {
    write('a/main.c', 'void user_init(void) { f(); }');
    write('b/main.c', 'void user_init(void) { g(); }');
    write('shared.c', ...start, send, '}');
    const { out } = await run(...onlyMixing);
    assert.equal(out.match(/\[SSL001\]/g)?.length, 1);
  });

  describe('the settings of the analysis', () => {
    it('are empty without a file', async () => {
      const { severities, defines } = await analysisSettings(folder);
      assert.deepEqual([severities.size, defines.size], [0, 0]);
    });

    it('are severities and macros', async () => {
      write(
        'esp8266-ssl.json',
        '{ "analysis": { "rules": { "SSL031": "off" }, "defines": { "A": true, "B": false, "C": 7, "D": "x" } } }',
      );
      const { severities, defines } = await analysisSettings(folder);
      assert.deepEqual([...severities], [['SSL031', 'off']]);
      assert.deepEqual(
        [...defines],
        [
          ['A', '1'],
          ['B', undefined],
          ['C', '7'],
          ['D', 'x'],
        ],
      );
    });

    it('are refused by name when they are wrong', async () => {
      for (const [text, setting] of [
        ['{ "rules": { "SSL31": "off" } }', 'rules.SSL31'],
        ['{ "rules": { "SSL999": "off" } }', 'rules.SSL999'],
        ['{ "rules": { "SSL031": "loud" } }', 'rules.SSL031'],
        ['{ "defines": { "1A": true } }', 'defines.1A'],
        ['{ "defines": { "A": null } }', 'defines.A'],
        ['{ "define": {} }', 'define'],
      ] as const) {
        write('esp8266-ssl.json', `{ "analysis": ${text} }`);
        const problem = await problemOf(analysisSettings(folder));
        assert.ok(problem.kind === 'setting-wrong', text);
        assert.equal(problem.setting, setting);
      }
    });
  });
});

describe('the pages about the rules', function () {
  it('are beside settings that name the same rules, in both languages', async () => {
    const root = path.join(__dirname, '..', '..', '..');
    for (const [name, text] of await ruleSettings())
      assert.equal(readFileSync(path.join(root, name), 'utf8'), text, name);
  });

  it('are of all rules that have a file', async () => {
    assert.equal(
      readFileSync(path.join(__dirname, '..', '..', '..', ruleListFile), 'utf8'),
      await ruleList(),
    );
  });

  it('are as npm run generate:rules writes them', async () => {
    const pages = await rulePages();
    assert.deepEqual(readdirSync(rulesFolder).sort(), [...pages.keys()].sort());
    for (const [name, text] of pages)
      assert.equal(readFileSync(path.join(rulesFolder, name), 'utf8'), text, name);
  });
});
