import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import { commands } from '../../src/cli/commands';
import { type Problem, ProblemError, remediesOf, sentence } from '../../src/problems';
import { advice, advised, buttonOf, type Remedy } from '../../src/text/remedies';

const root = path.join(__dirname, '..', '..');
const source = path.join(root, 'src');

/** Remedy → what it names in a terminal. */
const named: Record<Remedy, RegExp> = {
  replace: /--force\b/,
  'add-settings': /--force\b/,
  'new-ca': /--new-ca\b/,
  'write-anyway': /--force\b/,
  passphrase: /--passphrase-file\b/,
  generate: /esp8266-ssl certs\b/,
  inspect: /esp8266-ssl inspect\b/,
  'ca-from-server': /esp8266-ssl ca HOST:PORT/,
  'name-elf': /--upgrade FILE/,
  'name-outside': /on the command line/,
  esptool: /--command\b/,
  'own-serial-port': /--serial-port PORT/,
  'more-memory': /NODE_OPTIONS=/,
  'warn-unanswered': /--unanswered warn/,
};

/** The options and commands of the program that a text names. */
function namedIn(text: string): string[] {
  const own = commands.flatMap(({ description: { words, options } }) => [
    `esp8266-ssl ${words[0]}`,
    ...Object.keys(options).map(option => `--${option}`),
  ]);
  // Other programs have options of the same names.
  const ours = text.replaceAll(/\b(curl|openssl) .*/g, '');
  return own.filter(each => new RegExp(`${each}(?![\\w-])`).test(ours));
}

describe('what solves a problem', () => {
  it('is an option or a command in a terminal, and neither in the editor', () => {
    for (const [remedy, name] of Object.entries(named) as [Remedy, RegExp][]) {
      assert.match(advised(advice('It fails.', remedy), 'terminal'), name);
      assert.deepEqual(namedIn(advised(advice('It fails.', remedy), 'editor')), [], remedy);
      assert.deepEqual(namedIn(buttonOf(remedy) ?? ''), [], remedy);
    }
  });

  it('is said behind the problem, in the words of the door', () => {
    const inTheWay: Problem = { kind: 'files-in-the-way', folder: 'ssl', files: ['cert.h'] };
    const text = 'ssl already has other files with these names: cert.h. Nothing was written.';
    assert.equal(sentence(inTheWay, 'terminal'), `${text} Add --force to replace existing files.`);
    assert.equal(new ProblemError(inTheWay).message, text);
    assert.deepEqual(remediesOf(inTheWay), ['replace']);
    assert.equal(buttonOf('replace'), 'Replace');

    const locked: Problem = {
      kind: 'decryption-failed',
      file: 'ca.key',
      fault: { kind: 'passphrase-missing' },
    };
    assert.equal(
      sentence(locked, 'terminal'),
      'ca.key is encrypted. Provide its passphrase with --passphrase-file, or as ESP8266_SSL_PASSPHRASE in the environment.',
    );
    assert.equal(sentence(locked, 'editor'), 'ca.key is encrypted.');
  });

  it('is a new CA only where the CA is ours to replace', () => {
    const expired = { kind: 'ca-unusable', file: 'ca.crt', reason: 'expired' } as const;
    assert.deepEqual(remediesOf(expired), []);
    assert.deepEqual(remediesOf({ ...expired, isOurs: true }), ['new-ca']);
    assert.equal(
      sentence({ ...expired, isOurs: true }, 'editor'),
      'ca.crt cannot sign: it has expired. Put the right file there. If you create a new CA, clients must trust it.',
    );
  });
});

describe('texts that VS Code shows', () => {
  it('name no option of the command line', async () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
      file => file.endsWith('.ts') && !/^cli\b/.test(file) && path.basename(file) !== 'remedies.ts',
    );
    const contents = files.map(file => readFileSync(path.join(source, file), 'utf8'));
    const texts = Object.keys(
      await getL10nJson(contents.map(each => ({ extension: '.ts', contents: each }))),
    );
    assert.ok(texts.length > 500, `${texts.length} texts only`);
    const manifest: unknown = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8'));
    const options = (text: string) => namedIn(text).some(each => each.startsWith('--'));
    assert.deepEqual(texts.concat(Object.values(manifest as object).map(String)).filter(options), []);
  });
});
