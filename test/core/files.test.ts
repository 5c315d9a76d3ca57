import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { finishFileSet, replaceFileSet } from '../../src/files/fileSet';
import { withFolderLock } from '../../src/files/folderLock';
import { makeFolder } from '../../src/files/makeFolder';
import { readFile, readFileIfThere, readRegularFileSync, readStart } from '../../src/files/readFile';
import { writeFileAtomically } from '../../src/files/writeFile';
import { ProblemError } from '../../src/problems';

/** A process id that nobody has: of one that has ended. */
const dead = () => spawnSync('true').pid;
const unique = '01234567-89ab-cdef-0123-456789abcdef';

describe('files', () => {
  let folder: string;
  const at = (name: string) => path.join(folder, name);

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-files-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const refused = (work: Promise<unknown>, message: RegExp) =>
    assert.rejects(work, (error: unknown) => error instanceof ProblemError && message.test(error.message));

  describe('that are read', () => {
    it('come whole, empty ones and those of /proc too', async () => {
      writeFileSync(at('a'), 'x'.repeat(10_000));
      writeFileSync(at('empty'), '');
      assert.equal((await readFile(at('a'), 10_000)).toString(), 'x'.repeat(10_000));
      assert.equal(readRegularFileSync(at('a'), 10_000).length, 10_000);
      assert.equal((await readFile(at('empty'), 10)).length, 0);
      assert.match((await readFile('/proc/self/status', 100_000)).toString(), /^Name:/);
      assert.equal((await readStart(at('a'), 7)).toString(), 'xxxxxxx');
      assert.equal(await readFileIfThere(at('none'), 10), undefined);
      assert.equal(await readFileIfThere(at('a/none'), 10), undefined);
    });

    it('are regular files, and no larger than allowed', async () => {
      execFileSync('mkfifo', [at('pipe')]);
      symlinkSync('/dev/zero', at('zero'));
      writeFileSync(at('large'), '');
      truncateSync(at('large'), 2 ** 40);
      for (const file of [at('pipe'), at('zero')]) {
        await refused(readFile(file, 100), /cannot be read: it is not a regular file\.$/);
        assert.throws(() => readRegularFileSync(file, 100), { code: 'not-regular' });
      }
      await refused(readFile(at('large'), 2 ** 20), /cannot be read: it is larger than 1 MB\.$/);
      await refused(readFile(folder, 100), /cannot be read: it is a folder\.$/);
      await refused(readFile(at('none'), 100), /cannot be read: there is no such file or folder\.$/);
    });
  });

  describe('that are written', () => {
    it('keep a stricter mode, and are for their owner alone when they hold a key', () => {
      writeFileAtomically(at('open'), Buffer.from('a'));
      writeFileAtomically(at('key'), Buffer.from('a'), { secret: true });
      writeFileSync(at('strict'), 'old');
      chmodSync(at('strict'), 0o640);
      writeFileAtomically(at('strict'), Buffer.from('a'));
      const mode = (name: string) => statSync(at(name)).mode & 0o777;
      assert.equal(mode('open') & 0o700, 0o600);
      assert.equal(mode('key'), 0o600);
      assert.equal(mode('strict'), 0o640);
    });

    it('follow a link, and replace nothing but regular files', () => {
      writeFileSync(at('target'), 'old');
      symlinkSync('target', at('link'));
      writeFileAtomically(at('link'), Buffer.from('new'));
      assert.equal(readFileSync(at('target'), 'utf8'), 'new');
      mkdirSync(at('sub'));
      execFileSync('mkfifo', [at('pipe')]);
      assert.throws(() => {
        writeFileAtomically(at('pipe'), Buffer.from('new'));
      }, /cannot be written: it is not a regular file/);
      assert.throws(() => {
        writeFileAtomically(at('sub'), Buffer.from('new'));
      }, /cannot be written: it is a folder/);
      assert.throws(() => {
        writeFileAtomically('/dev/null', Buffer.from('new'));
      }, /it is not a regular file/);
    });

    it('leave nothing behind, and clean up after a process that is dead', () => {
      writeFileSync(at(`.a.${dead()}.${unique}.tmp`), 'left');
      writeFileSync(at(`.a.${process.pid}.${unique}.tmp`), 'being written');
      writeFileSync(at('.a.notes.tmp'), 'of somebody else');
      writeFileAtomically(at('a'), Buffer.from('new'));
      assert.deepEqual(
        readdirSync(folder).sort(),
        [`.a.${process.pid}.${unique}.tmp`, '.a.notes.tmp', 'a'].sort(),
      );
    });
  });

  describe('that belong together', () => {
    const set = (text: string) =>
      ['a', 'b', 'sub/c'].map(name => ({ name, bytes: Buffer.from(text), secret: name === 'b' }));
    const texts = () => ['a', 'b', 'sub/c'].map(name => readFileSync(at(name), 'utf8'));

    it('are replaced together', () => {
      replaceFileSet(folder, set('old'));
      replaceFileSet(folder, set('new'));
      assert.deepEqual(texts(), ['new', 'new', 'new']);
      assert.deepEqual(readdirSync(folder).sort(), ['a', 'b', 'sub']);
      assert.equal(statSync(at('b')).mode & 0o777, 0o600);
    });

    it('stay as they are when one cannot be written', () => {
      replaceFileSet(folder, set('old'));
      mkdirSync(at('d'));
      assert.throws(() => {
        replaceFileSet(folder, [...set('new'), { name: 'd', bytes: Buffer.from('new'), secret: false }]);
      });
      assert.deepEqual(texts(), ['old', 'old', 'old']);
      assert.deepEqual(readdirSync(folder).sort(), ['a', 'b', 'd', 'sub']);
    });

    it('are whole after the next run, wherever a run was killed', () => {
      const pid = dead();
      const temporary = (name: string) =>
        path.join(path.dirname(name), `.${path.basename(name)}.${pid}.${unique}.tmp`);
      const names = ['a', 'b', 'sub/c'];
      // Before the journal was written, nothing has happened; then any number of renames may have.
      for (const renamed of [-1, 0, 1, 2, 3]) {
        replaceFileSet(folder, set('old'));
        names.forEach((name, index) => {
          writeFileSync(at(index < renamed ? name : temporary(name)), 'new');
        });
        if (renamed >= 0)
          writeFileSync(
            at('.esp8266-ssl.journal'),
            JSON.stringify(names.map(name => [temporary(name), name])),
          );
        finishFileSet(folder);
        assert.deepEqual(
          texts(),
          renamed < 0 ? ['old', 'old', 'old'] : ['new', 'new', 'new'],
          `${renamed} renamed`,
        );
        assert.ok(!existsSync(at('.esp8266-ssl.journal')));
        assert.deepEqual(readdirSync(folder).sort(), ['a', 'b', 'sub']);
      }
    });

    it('do nothing that a journal of somebody else asks for', () => {
      const outside = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-outside-'));
      try {
        const temporary = `.profile.${dead()}.${unique}.tmp`;
        writeFileSync(path.join(outside, temporary), 'hostile');
        symlinkSync(outside, at('sub'));
        writeFileSync(at('harmless'), 'hostile');
        const away = path.relative(folder, outside);
        writeFileSync(
          at('.esp8266-ssl.journal'),
          JSON.stringify([
            [`sub/${temporary}`, 'sub/profile'],
            [`${away}/${temporary}`, `${away}/profile`],
            ['harmless', 'a'],
            'nonsense',
            [1, 2],
          ]),
        );
        finishFileSet(folder);
        assert.deepEqual(readdirSync(outside), [temporary]);
        assert.deepEqual(readdirSync(folder).sort(), ['harmless', 'sub']);
      } finally {
        rmSync(outside, { recursive: true });
      }
    });
  });

  it('go into folders that are made as far as they are missing', () => {
    assert.ok(makeFolder(at('one/two/three')));
    assert.ok(!makeFolder(at('one/two')));
    writeFileSync(at('one/file'), '');
    assert.throws(() => makeFolder(at('one/file/deep')), { code: 'ENOTDIR' });
    // Node's own recursive mkdir never returns from there.
    if (process.platform === 'linux') assert.throws(() => makeFolder('/proc/none/deep'), { code: 'ENOENT' });
  });

  describe('in a folder with a lock', () => {
    it('are written by one run at a time, and the other says which', async () => {
      await withFolderLock(folder, async () => {
        await refused(
          withFolderLock(folder, () => Promise.resolve()),
          new RegExp(`^Another run \\(process ${process.pid}\\) is writing to `),
        );
      });
      assert.deepEqual(readdirSync(folder), []);
      assert.equal(await withFolderLock(folder, () => Promise.resolve(7)), 7);
    });

    it('are written all the same when the holder is dead', async () => {
      writeFileSync(at('.esp8266-ssl.lock'), `${dead()} ${os.hostname()}\n`);
      assert.equal(await withFolderLock(folder, () => Promise.resolve(7)), 7);
    });

    it('leave no folder behind that was made for nothing', async () => {
      await assert.rejects(withFolderLock(at('x/y'), () => Promise.reject(new Error('no'))));
      assert.ok(!existsSync(at('x/y')));
    });
  });
});
