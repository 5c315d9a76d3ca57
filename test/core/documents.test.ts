import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { commandsDocument, commandsFile } from '../../scripts/generateCommands';
import { parse } from '../../src/cli/commandLine/parse';
import { commandOf } from '../../src/cli/commands';
import { scripts } from '../../package.json';
import { scenes } from '../workbench/pictures/scenes';

const root = path.join(__dirname, '..', '..');
const readmes = ['README.md', 'README.zh-CN.md'];
const documents = [
  ...readmes,
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter(file => file.endsWith('.md'))
    .map(file => path.join('docs', file)),
];
/** Bytes of the pictures of a README that opens at once. */
const largest = 2_500_000;

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** Targets of links and pictures: the text and the address. */
const links = (file: string) => [...read(file).matchAll(/(!?)\[[^\]]*\]\(([^)\s]+)\)/g)];

describe('the documents', () => {
  it('say of the commands what their tables say', async () => {
    assert.equal(
      read(path.relative(root, commandsFile)),
      await commandsDocument(),
      'run npm run generate:commands',
    );
  });

  for (const file of documents)
    it(`lead somewhere: ${file}`, () => {
      for (const [, , target = ''] of links(file)) {
        if (/^https?:/.test(target)) continue;
        const [name = '', fragment] = target.split('#');
        const there = name === '' ? file : path.join(path.dirname(file), name);
        assert.ok(existsSync(path.join(root, there)), `${file}: ${target}`);
        if (fragment !== undefined) assert.ok(headings(there).includes(fragment), `${file}: ${target}`);
      }
    });

  /** Anchors as GitHub makes them. */
  function headings(file: string): string[] {
    return [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-'),
    );
  }

  it('show commands that the program takes', () => {
    let count = 0;
    for (const file of documents)
      for (const [, line = ''] of read(file).matchAll(/^ {4,}(esp8266-ssl [a-z].*)$/gm)) {
        const [plain = ''] = line.split(/ +#| \[/);
        const args = [...plain.matchAll(/'([^']*)'|(\S+)/g)]
          .map(match => match[1] ?? match[2] ?? '')
          .slice(1);
        const found = commandOf(args);
        assert.ok(found, `${file}: ${line}`);
        assert.doesNotThrow(() => parse(found.command.description, found.rest), `${file}: ${line}`);
        count++;
      }
    assert.ok(count > 10, `${count} commands`);
  });

  it('describe every script of npm, in the order of package.json', () => {
    const [, table = ''] = read('CONTRIBUTING.md').split('## Scripts\n');
    const described = [...table.matchAll(/^\| `([\w:-]+)` +\| (.+?) *\|$/gm)].map(([, name]) => name);
    assert.deepEqual(described, Object.keys(scripts));
    assert.deepEqual(described, described.toSorted());
  });

  it('name files, scripts and tests that there are', () => {
    for (const file of ['CONTRIBUTING.md', 'docs/architecture.md']) {
      const text = read(file);
      // Of the rule that is still to be written.
      const named = [
        ...text.matchAll(/`((?:src|webview|scripts|test|docs|l10n|bench|device-sdk)\/[^`<>*]*)`/g),
      ]
        .map(([, name = '']) => name)
        .filter(name => !/secondAccept|SSL096/.test(name));
      assert.ok(named.length > 10, file);
      assert.deepEqual(
        named.filter(name => !existsSync(path.join(root, name))),
        [],
        file,
      );
      for (const [, name = ''] of text.matchAll(/npm run ([\w:-]+)/g))
        assert.ok(name in scripts, `${file}: ${name}`);
      for (const [, names = ''] of text.matchAll(/npm test -- ([\w/ ]+)/g))
        for (const name of names
          .split(' ')
          .filter(each => each.includes('/') && !each.includes('secondAccept')))
          assert.ok(
            existsSync(path.join(root, 'test', `${name}.test.ts`)) ||
              existsSync(path.join(root, 'test', name)),
            `${file}: ${name}`,
          );
    }
  });

  it('show the same pictures in both languages, each one that a scene makes', () => {
    const shown = readmes.map(file =>
      links(file).flatMap(([, mark, target]) => (mark === '!' ? [target] : [])),
    );
    assert.deepEqual(shown[0]?.sort(), scenes.map(({ file }) => `media/${file}`).sort());
    assert.deepEqual(shown[1]?.sort(), shown[0]);
    const sizes = scenes.map(({ file }) => statSync(path.join(root, 'media', file)).size);
    assert.ok(sizes.reduce((sum, size) => sum + size) < largest, `${sizes.join(', ')} bytes`);
  });
});
