import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';

const root = path.join(__dirname, '..', '..');

/** A bundle or nls file: key → text. */
function texts(file: string): Map<string, string> {
  const parsed: unknown = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
  assert.ok(typeof parsed === 'object' && parsed !== null);
  return new Map(Object.entries(parsed).map(([key, value]) => [key, String(value)]));
}

/** The placeholders of a text, sorted: {0}, {1}, … */
function placeholders(text: string): string {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(' ');
}

describe('languages', function () {
  const chinese = texts('l10n/bundle.l10n.zh-cn.json');
  const nls = texts('package.nls.json');
  const nlsChinese = texts('package.nls.zh-cn.json');
  const manifest = readFileSync(path.join(root, 'package.json'), 'utf8');
  let used: string[] = [];

  before(async () => {
    const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(file =>
      file.endsWith('.ts'),
    );
    const json = await getL10nJson(
      sources.map(file => ({
        extension: '.ts',
        contents: readFileSync(path.join(root, 'src', file), 'utf8'),
      })),
    );
    used = Object.keys(json);
  });

  it('finds the texts in the sources', () => {
    assert.ok(used.length > 50, `${used.length} texts only`);
  });

  it('has Chinese for every text, and none that nobody says', () => {
    assert.deepEqual(
      used.filter(text => !chinese.has(text)),
      [],
      'without Chinese',
    );
    assert.deepEqual(
      [...chinese.keys()].filter(text => !used.includes(text)),
      [],
      'said by nobody',
    );
  });

  it('keeps the placeholders in Chinese', () => {
    for (const [english, text] of chinese) assert.equal(placeholders(text), placeholders(english), english);
  });

  it('has both languages for every text of the manifest, and none that is not used', () => {
    const keys = [...manifest.matchAll(/"%([\w.]+)%"/g)].map(match => match[1] ?? '').sort();
    assert.deepEqual([...nls.keys()].sort(), [...new Set(keys)]);
    assert.deepEqual([...nlsChinese.keys()].sort(), [...nls.keys()].sort());
    for (const [key, text] of nlsChinese) {
      assert.notEqual(text, '', key);
      assert.equal(placeholders(text), placeholders(nls.get(key) ?? ''), key);
    }
  });

  it('titles commands and names settings by keys only', () => {
    const { contributes } = JSON.parse(manifest) as { contributes: { commands: { title: string }[] } };
    for (const { title } of contributes.commands) assert.match(title, /^%[\w.]+%$/);
  });
});
