import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { trackedFiles, unprotectedFiles } from '../../src/project/git';

describe('a repository whose configuration names programs', function () {
  let folder: string;
  let ran: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-hostile-'));
    ran = path.join(folder, 'ran');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function git(repository: string, ...args: string[]): string {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.invalid'];
    return execFileSync('git', [...identity, ...args], { cwd: repository, encoding: 'utf8', stdio: 'pipe' });
  }

  /** A sparse index whose tree is missing: git fetches it, with the program that the configuration names. */
  function lazyFetch(name: string): string {
    const repository = path.join(folder, name);
    mkdirSync(repository);
    git(repository, 'init', '-q');
    for (const inside of ['a', 'b']) {
      mkdirSync(path.join(repository, inside));
      writeFileSync(path.join(repository, inside, 'file'), inside);
    }
    writeFileSync(path.join(repository, 'ca.key'), 'key');
    git(repository, 'add', '.');
    git(repository, 'commit', '-qm', 'all');
    git(repository, 'sparse-checkout', 'set', '--cone', '--sparse-index', 'a');
    const tree = git(repository, 'rev-parse', 'HEAD:b').trim();
    rmSync(path.join(repository, '.git', 'objects', tree.slice(0, 2), tree.slice(2)));
    git(repository, 'config', 'core.repositoryformatversion', '1');
    appendFileSync(
      path.join(repository, '.git', 'config'),
      `[extensions]\n\tpartialClone = origin\n[remote "origin"]\n\tpromisor = true\n\turl = .\n\tuploadpack = "touch ${ran}; git-upload-pack"\n`,
    );
    return repository;
  }

  it('runs none of them, where git alone would', async () => {
    const repository = lazyFetch('repository');
    await trackedFiles(repository, ['ca.key', 'b/file']);
    await unprotectedFiles(repository, ['ca.key', 'b/file']);
    assert.ok(!existsSync(ran));
    // Without this the test could not fail.
    spawnSync('git', ['ls-files'], { cwd: repository });
    assert.ok(existsSync(ran), 'git itself runs the program');
  });

  it('runs none of them from a bare repository among the files of a project', async () => {
    const repository = lazyFetch('outer');
    const embedded = path.join(folder, 'project', 'firmware');
    cpSync(path.join(repository, '.git'), embedded, { recursive: true });
    git(embedded, 'config', 'core.bare', 'false');
    git(embedded, 'config', 'core.worktree', '.');
    assert.deepEqual(await trackedFiles(embedded, ['ca.key']), []);
    assert.ok(!existsSync(ran));
    spawnSync('git', ['ls-files'], { cwd: embedded });
    assert.ok(existsSync(ran), 'git itself takes the folder for a repository');
  });

  it('runs no monitor and no hook', async () => {
    const repository = path.join(folder, 'monitored');
    mkdirSync(repository);
    git(repository, 'init', '-q');
    writeFileSync(path.join(repository, 'server.key'), 'key');
    git(repository, 'config', 'core.fsmonitor', `touch ${ran}; false`);
    assert.deepEqual(await unprotectedFiles(repository, ['server.key']), ['server.key']);
    assert.ok(!existsSync(ran));
    spawnSync('git', ['status'], { cwd: repository });
    assert.ok(existsSync(ran), 'git itself runs the monitor');
  });

  it('says what git has in a subfolder, whatever the user has configured', async () => {
    const repository = path.join(folder, 'honest');
    mkdirSync(path.join(repository, 'ssl'), { recursive: true });
    git(repository, 'init', '-q');
    for (const name of ['ca.key', 'new.key', 'hidden.key'])
      writeFileSync(path.join(repository, 'ssl', name), name);
    writeFileSync(path.join(repository, '.gitignore'), 'hidden.key\n');
    git(repository, 'add', 'ssl/ca.key');
    const names = ['ca.key', 'new.key', 'hidden.key'];
    process.env['GIT_DIR'] = '/nowhere';
    try {
      assert.deepEqual(await trackedFiles(path.join(repository, 'ssl'), names), ['ca.key']);
      assert.deepEqual(await unprotectedFiles(path.join(repository, 'ssl'), names), ['new.key']);
    } finally {
      delete process.env['GIT_DIR'];
    }
  });
});
