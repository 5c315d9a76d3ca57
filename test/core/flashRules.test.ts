import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exampleTexts } from '../../src/analysis/rules/examples';
import { check } from '../../src/cli/check';
import type { FileContents, FileFacts, FlashSettings } from '../../src/flash/contents';
import { flashRules } from '../../src/flash/rules';
import { readLayout } from '../../src/project/flashProject';
import { isSarif } from './analysis/sarifSchema';

const settings: FlashSettings = { map: 4, mode: 'qio', frequency: '40m' };
const slotImage = (slot: number, map = 4): FileContents => ({
  kind: 'slot-image',
  slot,
  settings: { ...settings, map },
});

/** Files that an example has, unless a line below says otherwise. */
const usual: Record<string, FileContents | number> = {
  'ssl/esp_ca_cert.bin': 1000,
  'ssl/esp_cert_private_key.bin': 1000,
  'ssl/settings.bin': 100,
  'bin/user1.bin': slotImage(1),
  'bin/user2.bin': slotImage(2),
  'bin/esp_init_data_default.bin': { kind: 'init-data', begin: Uint8Array.of(5, 0) },
  'bin/blank.bin': { kind: 'blank', begin: Uint8Array.of(0xff, 0xff) },
  'bin/eagle.flash.bin': { kind: 'start-image', length: 40_000, settings },
};

/** What is particular to the files of an example. */
const particular: Record<string, Record<string, FileContents | number>> = {
  SSL207: { 'bin/user1.bin': 100_000 },
  SSL208: { 'ssl/all/esp_ca_cert.bin': 9000 },
  SSL209: { 'ssl/esp_ca_cert.bin': 4096 },
  SSL212: { 'bin/user1.bin': 600_000 },
  SSL216: { 'bin/user1.part.bin': { ...slotImage(1), fault: 'cut-off' } as FileContents },
  SSL218: { 'bin/user1.bin': slotImage(1, 5) },
  SSL220: { 'ssl/pem/esp_ca_cert.bin': { kind: 'pem' } },
};

/** The rules that a project's file breaks. */
async function broken(text: string, id: string): Promise<string[]> {
  const { findings } = await readLayout(text, names =>
    Promise.resolve(
      new Map(
        names.flatMap((name): [string, FileFacts | 'outside'][] => {
          if (name.startsWith('..')) return [[name, 'outside']];
          const known = particular[id]?.[name] ?? usual[name];
          if (known === undefined) return [];
          const facts = {
            size: typeof known === 'number' ? known : 1000,
            contents: () => Promise.resolve(typeof known === 'number' ? undefined : known),
          };
          return [[name, facts]];
        }),
      ),
    ),
  );
  return findings.map(({ rule, severity }) => `${rule} ${severity}`);
}

describe('rules over flash layouts', () => {
  for (const { id, severity, example } of flashRules)
    it(`have ${id} in their example, and nothing in the corrected one`, async () => {
      const { wrong, right } = exampleTexts(example);
      assert.deepEqual(await broken(wrong, id), [`${id} ${severity}`]);
      assert.deepEqual(await broken(right, id), []);
    });

  const twice = `{
  "flash": {
    "map": 4,
    "regions": [
      { "name": "one", "sector": "0x77" },
      { "name": "two", "sector": "0x77" }
    ]
  }
}`;

  it('are told by settings of the file, its group, and the caller’s before them', async () => {
    const with_ = (rules: object) =>
      JSON.stringify({ ...(JSON.parse(twice) as object), analysis: { rules } });
    const severities = async (text: string, chosen?: ['flash' | 'SSL205', 'hint' | 'off']) => {
      const none = () => Promise.resolve(new Map<string, never>());
      const { findings } = await readLayout(text, none, chosen && new Map([chosen]));
      return findings.map(({ rule, severity }) => `${rule} ${severity}`);
    };
    assert.deepEqual(await severities(twice), ['SSL205 error']);
    assert.deepEqual(await severities(with_({ SSL205: 'info' })), ['SSL205 info']);
    assert.deepEqual(await severities(with_({ flash: 'off', SSL205: 'warning' })), ['SSL205 warning']);
    assert.deepEqual(await severities(with_({ flash: 'off' })), []);
    assert.deepEqual(await severities(with_({ SSL205: 'info' }), ['SSL205', 'hint']), ['SSL205 hint']);
    assert.deepEqual(await severities(with_({ SSL205: 'nonsense', mixing: 'off' })), ['SSL205 error']);
  });

  it('are suppressed by comments on a line or the line above, and by no text', async () => {
    const marked = (from: string, to: string) => broken(twice.replace(from, to), '');
    const second = '      { "name": "two", "sector": "0x77" }';
    assert.deepEqual(await marked(second, `${second} // NOLINT(SSL205)`), []);
    assert.deepEqual(await marked(second, `      // NOLINTNEXTLINE(SSL205)\n${second}`), []);
    assert.deepEqual(await marked(second, `${second} /* NOLINT */`), []);
    assert.deepEqual(await marked(second, `${second} // NOLINT(SSL206)`), ['SSL205 error']);
    assert.deepEqual(await marked('"two"', '"NOLINT"'), ['SSL205 error']);
  });
});

describe('esp8266-ssl check of a flash layout', () => {
  let folder: string;
  const project = () => path.join(folder, 'esp8266-ssl.json');
  const lines = [
    '{',
    '  "flash": {',
    '    "map": 4,',
    '    "files": { "user1": "bin/user1.bin" },',
    '    "regions": [',
    '      { "name": "one", "sector": "0x77" },',
    '      { "name": "two", "sector": "0x77" }',
    '    ]',
    '  }',
    '}',
    '',
  ];
  const message = 'two and one both occupy 0x77000 to 0x77FFF. Free: sector 0xFC (address 0xFC000).';

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'layout-'));
    writeFileSync(project(), lines.join('\n'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

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

  it('prints the lines that compilers would print, and nothing of files that are yet to be built', async () => {
    const { code, out, errors } = await run();
    assert.equal(out, `${project()}:7:34: error: ${message} [SSL205]\n  ${project()}:6:34: one is here.`);
    assert.deepEqual([code, errors], [1, ['1 error']]);
  });

  it('prints JSON with the place, the related place, and the fix as an edit', async () => {
    const { out } = await run('--format', 'json');
    const { findings } = JSON.parse(out) as { findings: Record<string, unknown>[] };
    const [{ fingerprint, help, ...found } = {}, ...others] = findings;
    assert.deepEqual(others, []);
    assert.match(String(help), /\/docs\/rules\/SSL205\.md$/);
    assert.match(String(fingerprint), /^[0-9a-f]{16}:1$/);
    const at = (line: number, column: number, endColumn: number) => ({
      file: project(),
      line,
      column,
      endLine: line,
      endColumn,
    });
    assert.deepEqual(found, {
      rule: 'SSL205',
      group: 'flash',
      severity: 'error',
      title: 'Regions that share a sector',
      message,
      ...at(7, 34, 40),
      related: [{ ...at(6, 34, 40), message: 'one is here.' }],
      fixes: [
        {
          title: 'Move to sector 0xFC (0xFC000)',
          safe: false,
          edits: [{ ...at(7, 37, 39), text: 'FC' }],
        },
      ],
    });
  });

  it('prints valid SARIF and workflow commands', async () => {
    const { out } = await run('--format', 'sarif', '--rule', 'flash');
    const log: unknown = JSON.parse(out);
    assert.ok(isSarif(log), JSON.stringify(isSarif.errors));
    const [{ tool, results = [] } = assert.fail('no run')] = log.runs;
    assert.deepEqual(
      tool.driver.rules?.map(({ id }) => id),
      flashRules.map(({ id }) => id),
    );
    assert.deepEqual(
      results.map(({ ruleId, level, locations }) => [
        ruleId,
        level,
        locations?.[0]?.physicalLocation?.region,
      ]),
      [['SSL205', 'error', { startLine: 7, startColumn: 34, endLine: 7, endColumn: 40 }]],
    );
    assert.match(
      (await run('--format', 'github')).out,
      /^::error file=[^,]*esp8266-ssl\.json,line=7,endLine=7,col=34,endColumn=40,title=SSL205%3A Regions that share a sector::two and one /,
    );
  });

  it('knows them again from a baseline', async () => {
    const baseline = path.join(folder, 'baseline.json');
    await run('--baseline', baseline, '--update-baseline');
    assert.deepEqual(await run('--baseline', baseline), { code: 0, out: '', errors: ['No problems found'] });
    writeFileSync(project(), lines.join('\n').replace('"two", "sector": "0x77"', '"two", "sector": "0x3FB"'));
    const moved = await run('--baseline', baseline);
    assert.equal(moved.code, 1);
    assert.match(moved.out, /^[^\n]*:7:34: error: two overwrites: RF calibration\. .*\[SSL206\]$/);
    assert.match(moved.errors[0] ?? '', /SSL205 is no longer found in esp8266-ssl\.json/);
  });

  it('obeys --rule, the settings of the project and NOLINT', async () => {
    assert.match((await run('--rule', 'SSL205=hint', '--fail-on', 'info')).out, /: hint: two and one /);
    assert.deepEqual(await run('--rule', 'flash=off'), { code: 0, out: '', errors: ['No problems found'] });
    const nolint = lines.map(line => (line.includes('two') ? `${line} // NOLINT(SSL205)` : line));
    writeFileSync(project(), nolint.join('\n'));
    assert.equal((await run()).code, 0);
    const off = ['{ "analysis": { "rules": { "SSL205": "off" } },', ...lines.slice(1)];
    writeFileSync(project(), off.join('\n'));
    assert.equal((await run()).code, 0);
    assert.equal((await run('--rule', 'SSL205=error')).code, 1);
  });

  it('finds the layout of a firmware beside its sources, and says nothing of regions that nobody named', async () => {
    mkdirSync(path.join(folder, 'user'));
    writeFileSync(path.join(folder, 'user', 'main.c'), 'void user_init(void) {}\n');
    assert.match((await run()).out, /^[^\n]*esp8266-ssl\.json:7:34: error: /);
    writeFileSync(project(), '{ "sdk": "2.2.1", "flash": { "map": 0 } }');
    assert.equal((await run('--rule', 'flash')).out, '');
  });
});
