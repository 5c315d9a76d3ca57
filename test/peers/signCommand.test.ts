import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SignCommand } from '../../src/certificates/signCommand';
import { isAlive } from '../../src/files/writeFile';
import { checkedRequest } from '../../src/certificates/request';
import { problemOf } from '../problemOf';

const cli = path.join(__dirname, '..', '..', 'out', 'cli.js');

/** What a CA's program may do when it is asked to end; each starts another program. */
const signers = {
  'ends when asked': 'sleep 600 & echo $! > "$1"; wait',
  'does not end when asked': `trap '' TERM INT HUP; sh -c "trap '' TERM INT HUP; while :; do sleep 1; done" & echo $! > "$1"; while :; do wait; done`,
  'leaves one behind': `sh -c "trap '' TERM INT HUP; while :; do sleep 1; done" > /dev/null 2>&1 & echo $! > "$1"; wait`,
};

describe('the program of --sign-with', () => {
  let folder: string;
  const at = (name: string) => path.join(folder, name);

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-sign-'));
    mkdirSync(at('tmp'));
    writeFileSync(at('list.csv'), 'name\na.local\n');
  });
  afterEach(() => {
    for (const pid of startedPids() ?? []) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  /** Writes its own process id and that of what it starts. */
  function signer(script: string): string {
    writeFileSync(at('signer'), `#!/bin/sh\necho $$ > "$1.own"\n${script}\n`);
    chmodSync(at('signer'), 0o755);
    return `${at('signer')} ${at('pid')} {csr}`;
  }

  /** The process ids of the signer and of what it has started, when both run. */
  async function started(): Promise<number[]> {
    for (;;) {
      const pids = startedPids();
      if (pids !== undefined) return pids;
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }

  function startedPids(): number[] | undefined {
    const pids = ['pid.own', 'pid']
      .map(at)
      .filter(file => existsSync(file))
      .map(file => Number(readFileSync(file, 'utf8')));
    return pids.length === 2 && pids.every(pid => pid > 0) ? pids : undefined;
  }

  /** Waits for processes that were killed; the ones that were not would be waited for without end. */
  async function ended(pids: readonly number[]): Promise<void> {
    while (pids.some(pid => isAlive(pid) && !isZombie(pid)))
      await new Promise(resolve => setTimeout(resolve, 10));
  }

  const certs = (command: string, environment: NodeJS.ProcessEnv = {}): ChildProcess =>
    spawn(
      process.execPath,
      [cli, 'certs', '--devices', 'list.csv', '--bits', '512', '--out', 'out', '--sign-with', command],
      { cwd: folder, env: { ...process.env, TMPDIR: at('tmp'), ...environment }, stdio: 'ignore' },
    );

  for (const [how, script] of Object.entries(signers)) {
    it(`that ${how} is ended at Ctrl-C with all that it started`, async () => {
      const child = certs(signer(script));
      const pids = await started();
      // To the program alone: a shell would send it to the foreground, of which the signer is not a part.
      child.kill('SIGINT');
      await once(child, 'close');
      assert.equal(child.exitCode, 130);
      await ended(pids);
      assert.deepEqual(readdirSync(at('tmp')), []);
      assert.ok(!existsSync(at('out/a.local')));
    });

    it(`that ${how} is ended when its time is over`, async () => {
      const request = checkedRequest({ name: 'a.local', bits: 512 });
      const words = signer(script);
      const { signal } = new AbortController();
      // On a busy machine it may be over before the signer has started what it starts.
      for (let limit = 300; ; limit *= 2) {
        const signing = new SignCommand(words, limit).sign(
          Buffer.from('csr'),
          Buffer.from('key'),
          request,
          signal,
        );
        const problem = await problemOf(signing);
        assert.ok(problem.kind === 'sign-command-failed' && problem.reason.includes('did not end in time'));
        if (startedPids() !== undefined) break;
      }
      await ended(startedPids() ?? assert.fail());
    });
  }

  it('is in a process group of its own', async () => {
    const child = certs(signer(signers['ends when asked']));
    const [own = 0, other = 0] = await started();
    assert.equal(groupOf(own), own);
    assert.equal(groupOf(other), own);
    assert.notEqual(groupOf(child.pid ?? 0), own);
    child.kill('SIGTERM');
    await once(child, 'close');
    await ended([own, other]);
  });
});

/** Fields of /proc/PID/stat behind the name, which may have any characters. */
function stat(pid: number): string[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
}

function groupOf(pid: number): number {
  return Number(stat(pid)[2]);
}

/** Whether a process has ended and its parent has not asked for its exit code yet. */
function isZombie(pid: number): boolean {
  try {
    return stat(pid)[0] === 'Z';
  } catch {
    return true;
  }
}
