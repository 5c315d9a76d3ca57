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
  const nls = texts('package.nls.json');
  const languages = readdirSync(path.join(root, 'l10n')).flatMap(
    file => /^bundle\.l10n\.([\w-]+)\.json$/.exec(file)?.[1] ?? [],
  );
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

  it('has texts of the manifest in the same languages, Chinese among them', () => {
    const ofManifest = readdirSync(root).flatMap(
      file => /^package\.nls\.([\w-]+)\.json$/.exec(file)?.[1] ?? [],
    );
    assert.deepEqual(ofManifest, languages);
    assert.ok(languages.includes('zh-cn'));
  });

  for (const language of languages) {
    const bundle = texts(`l10n/bundle.l10n.${language}.json`);
    const nlsBundle = texts(`package.nls.${language}.json`);

    it(`has every text in ${language}, and none that nobody says`, () => {
      assert.deepEqual(
        used.filter(text => !bundle.has(text)),
        [],
        `not in ${language}`,
      );
      assert.deepEqual(
        [...bundle.keys()].filter(text => !used.includes(text)),
        [],
        'said by nobody',
      );
    });

    it(`keeps the placeholders in ${language}`, () => {
      for (const [english, text] of bundle) assert.equal(placeholders(text), placeholders(english), english);
    });

    it(`has every text of the manifest in ${language}, and none that is not used`, () => {
      const keys = [...manifest.matchAll(/"%([\w.]+)%"/g)].map(match => match[1] ?? '').sort();
      assert.deepEqual([...nls.keys()].sort(), [...new Set(keys)]);
      assert.deepEqual([...nlsBundle.keys()].sort(), [...nls.keys()].sort());
      for (const [key, text] of nlsBundle) {
        assert.notEqual(text, '', key);
        assert.equal(placeholders(text), placeholders(nls.get(key) ?? ''), key);
      }
    });
  }

  it('titles commands and names settings by keys only', () => {
    const { contributes } = JSON.parse(manifest) as { contributes: { commands: { title: string }[] } };
    for (const { title } of contributes.commands) assert.match(title, /^%[\w.]+%$/);
  });
});
