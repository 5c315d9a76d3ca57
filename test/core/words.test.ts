import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { phrases, wrongWords } from '../../scripts/lib/phrases.mjs';

const root = path.join(__dirname, '..', '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** Texts that people read in English, by where they are. */
function texts(): [string, string][] {
  const json = (file: string, part: 'keys' | 'values'): [string, string][] =>
    Object.entries(JSON.parse(read(file)) as Record<string, string>).map(([key, value]) => [
      `${file}: ${key}`,
      part === 'keys' ? key : value,
    ]);
  const lines = (file: string): [string, string][] =>
    read(file)
      .split('\n')
      .map((line, index) => [`${file}:${index + 1}`, line]);
  const documents = readdirSync(path.join(root, 'docs')).filter(name => name.endsWith('.md'));
  return [
    ...json('l10n/bundle.l10n.zh-cn.json', 'keys'),
    ...json('package.nls.json', 'values'),
    ...['README.md', 'CONTRIBUTING.md', ...documents.map(name => `docs/${name}`)].flatMap(lines),
  ];
}

describe('words', () => {
  it('of messages, manifest and documentation are ours', () => {
    const wrong = texts().flatMap(([place, text]) => wrongWords(text).map(words => `${place}: ${words}`));
    assert.deepEqual(wrong, []);
  });

  it('that are not ours are found', () => {
    assert.deepEqual(wrongWords('Generate Anew… what stands at byte 3 is no number'), [
      '“stands at”: write is',
      '“is no number”: write is not a …',
    ]);
    assert.deepEqual(wrongWords('There is no number here that goes.'), []);
    assert.ok(
      phrases.every(({ phrase }) => !phrase.global),
      'a global expression remembers where it was',
    );
  });
});
