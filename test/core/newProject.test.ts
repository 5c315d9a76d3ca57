import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { newProject } from '../../src/cli/new';
import { checkProjectName, createProject, templateOf } from '../../src/project/newProject';
import { templates } from '../../src/project/templates';
import type { Problem } from '../../src/problems';
import { problemOf } from '../problemOf';

const root = path.join(__dirname, '..', '..');

/** All files of a folder with their contents. */
function contents(folder: string): Map<string, string> {
  return new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => statSync(path.join(folder, name)).isFile())
      .sort()
      .map(name => [name, readFileSync(path.join(folder, name), 'latin1')]),
  );
}

/** The kind of the Problem with which `action` ends. */
async function kindOf(action: () => unknown): Promise<Problem['kind']> {
  return (await problemOf(Promise.resolve().then(action))).kind;
}

describe('a new project', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-new-'));
  });
  afterEach(() => {
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true, force: true });
  });

  const make = (id: string, place: string, shipped = root, language = 'en') => {
    createProject({ shipped, template: templateOf(id), folder: place, language });
  };

  for (const { id, breakpoint } of templates)
    it(`of ${id} has all that its sample has, and device-sdk`, () => {
      const place = path.join(folder, 'mine');
      make(id, place);
      const made = contents(place);
      const sample = contents(path.join(root, 'samples', id));
      for (const [name, text] of sample)
        if (!/^(ssl|build|\.esp8266-ssl)\b|^README\.zh|\.out$/.test(name))
          assert.equal(made.get(name), text, name);
      for (const [name, text] of contents(path.join(root, 'device-sdk')))
        assert.equal(made.get(path.join('device-sdk', name)), text, name);
      assert.match(made.get('.gitignore') ?? '', /^\/ssl\/$/m);
      assert.ok(made.has(path.normalize(breakpoint)));
      assert.ok(![...made.keys()].some(name => /README\..+\.md|^ssl/.test(name)));
      const times = [...made.keys()].map(name => statSync(path.join(place, name)).mtimeMs);
      assert.equal(Math.min(...times), Math.max(...times), 'something is newer than the firmware');
      assert.deepEqual(readdirSync(folder), ['mine']);
    });

  it('has a README in the language of the user', () => {
    const place = path.join(folder, 'mine');
    make('uart-bridge', place, root, 'zh-cn');
    assert.match(readFileSync(path.join(place, 'README.md'), 'utf8'), /在模拟设备上运行/);
  });

  it('fills an empty folder, also a repository without a file', () => {
    mkdirSync(path.join(folder, '.git'));
    make('https-server', folder);
    assert.ok(existsSync(path.join(folder, 'Makefile')));
    assert.ok(!readdirSync(folder).some(name => name.startsWith('.esp8266-ssl')));
  });

  it('never overwrites: what is there stays, and nothing is added to it', async () => {
    for (const there of ['mine/user/user_main.c', 'mine/notes.txt', 'mine']) {
      const place = path.join(folder, 'mine');
      rmSync(place, { recursive: true, force: true });
      mkdirSync(path.dirname(path.join(folder, there)), { recursive: true });
      writeFileSync(path.join(folder, there), 'mine');
      assert.equal(await kindOf(() => make('https-server', place)), 'folder-not-empty');
      assert.deepEqual([...contents(folder)], [[path.normalize(there), 'mine']]);
    }
  });

  it('is there as a whole or not at all', async () => {
    // A package without its device-sdk: the copy fails in the middle.
    const shipped = path.join(folder, 'shipped');
    mkdirSync(path.join(shipped, 'samples', 'https-server'), { recursive: true });
    writeFileSync(path.join(shipped, 'samples', 'https-server', 'Makefile'), '');
    const empty = path.join(folder, 'empty');
    mkdirSync(empty);
    for (const place of [path.join(folder, 'mine'), empty]) {
      assert.equal(await kindOf(() => make('https-server', place, shipped)), 'folder-unwritable');
      assert.deepEqual(readdirSync(folder).sort(), ['empty', 'shipped']);
      assert.deepEqual(readdirSync(empty), []);
    }
  });

  it('has a name that folders can have everywhere and make takes', async () => {
    for (const name of ['plug', 'Plug-2', 'a.b_c', '插座', '8266']) checkProjectName(name);
    for (const name of [
      '',
      '.',
      '..',
      'a b',
      'a/b',
      'a\\b',
      '-x',
      '.x',
      'x.',
      'con',
      'COM1.x',
      'a$b',
      'a:b',
      'x'.repeat(65),
      'a\nb',
      'a#b',
    ])
      assert.equal(await kindOf(() => checkProjectName(name)), 'project-name-invalid', JSON.stringify(name));
  });

  it('is made from a terminal, which says what comes next', async () => {
    const lines: string[] = [];
    const output = {
      out: (line: string) => lines.push(line),
      write: () => undefined,
      error: () => undefined,
    };
    assert.equal(await newProject(['--list'], output), 0);
    assert.deepEqual(
      lines.map(line => line.split(' ')[0]),
      templates.map(({ id }) => id),
    );
    assert.equal(await kindOf(() => newProject(['x', '--template', 'none'], output)), 'usage');
    assert.equal(await kindOf(() => newProject([], output)), 'usage');
    assert.equal(await kindOf(() => newProject([path.join(folder, 'a b')], output)), 'project-name-invalid');
    assert.deepEqual(readdirSync(folder), []);
  });
});
