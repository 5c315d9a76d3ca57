import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findProgram } from '../../src/programs/findProgram';
import { ProgramError } from '../../src/programs/programError';
import { runProgram } from '../../src/programs/runProgram';

describe('programs of this computer', () => {
  let folder: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-programs-')));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** A program that does what `script` says; returns its file. */
  function program(name: string, script: string): string {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  it('are found on the PATH by their absolute paths', () => {
    const file = program('bin/tool', 'true');
    assert.equal(findProgram('tool', { path: `/nowhere${path.delimiter}${folder}/bin` }), file);
    assert.equal(findProgram('no-such-tool', { path: `${folder}/bin` }), undefined);
  });

  it('are not taken from the current folder, an untrusted one, or by a relative PATH', () => {
    program('bin/tool', 'true');
    assert.equal(findProgram('tool', { path: `${folder}/bin`, untrusted: [folder] }), undefined);
    const here = process.cwd();
    process.chdir(folder);
    try {
      for (const PATH of ['', '.', 'bin', `${folder}/bin`])
        assert.equal(findProgram('tool', { path: PATH }), undefined, PATH);
    } finally {
      process.chdir(here);
    }
  });

  it('are taken from below a home folder that is the current one', () => {
    const here = process.cwd();
    process.chdir('/');
    try {
      assert.ok(findProgram('sh', { path: '/bin' }));
    } finally {
      process.chdir(here);
    }
  });

  it('say what they print, and end with what they started when the time is over', async () => {
    const ended = await runProgram(program('tool', 'echo out; echo err >&2; exit 3'), [], {
      timeLimit: 60_000,
    });
    assert.deepEqual([ended.code, ended.stdout.toString(), ended.stderr.toString()], [3, 'out\n', 'err\n']);

    const started = path.join(folder, 'started');
    const late = path.join(folder, 'late');
    const slow = program('slow', `sh -c "sleep 30; touch ${late}" & touch ${started}; wait`);
    await assert.rejects(
      runProgram(slow, [], { timeLimit: 500 }),
      (error: unknown) => error instanceof ProgramError && error.reason === 'time',
    );
    assert.ok(existsSync(started));
    const { stdout } = await runProgram('ps', ['-eo', 'args'], { timeLimit: 60_000 });
    assert.ok(!stdout.toString().includes(late), 'the child of the program has ended, too');
  });

  it('end when they print too much, and when they are interrupted', async () => {
    await assert.rejects(
      runProgram('yes', [], { timeLimit: 60_000, maxBytes: 100_000 }),
      (error: unknown) => error instanceof ProgramError && error.reason === 'output',
    );
    const controller = new AbortController();
    const sleeping = runProgram('sleep', ['60'], { timeLimit: 60_000, signal: controller.signal });
    controller.abort();
    await assert.rejects(
      sleeping,
      (error: unknown) => error instanceof ProgramError && error.reason === 'interrupted',
    );
  });
});
