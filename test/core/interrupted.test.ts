import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeRecords } from '../../src/certificates/flashRecords';

const program = path.join(__dirname, '..', '..', 'out', 'cli.js');

describe('esp8266-ssl certs, interrupted', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'interrupted-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const set = (...names: string[]) => path.join(folder, 'ssl', ...names);
  const read = (name: string) => readFileSync(set(name));
  const run = (args: string[], environment: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, [program, 'certs', '--tls-library', 'libssl', '--bits', '512', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...environment },
    });

  it('leaves a whole set to the next run, after whichever rename it is killed', () => {
    assert.equal(run([]).status, 0);
    // The real program ends itself, as kill -9 does, in place of its rename of this number.
    const hook = path.join(folder, 'hook.cjs');
    writeFileSync(
      hook,
      `const fs = require('node:fs'); const { renameSync } = fs; let left = Number(process.env.KILL_AT);
       fs.renameSync = (...names) => { if (left-- === 0) process.kill(process.pid, 'SIGKILL'); renameSync(...names); };`,
    );
    const seen = new Set<string>();
    for (let at = 0; ; at++) {
      const before = read('ca.crt').toString();
      const killed = run(['--new-ca'], { NODE_OPTIONS: `--require ${hook}`, KILL_AT: String(at) });
      if (killed.signal !== 'SIGKILL') {
        assert.equal(killed.status, 0, killed.stderr);
        assert.ok(at > 5, `${at} renames`);
        break;
      }
      const next = run(['--reuse']);
      assert.equal(next.status, 0, next.stderr);
      const ca = new X509Certificate(read('ca.crt'));
      const server = new X509Certificate(read('server.crt'));
      assert.ok(server.verify(ca.publicKey), `at ${at}`);
      assert.ok(ca.checkPrivateKey(createPrivateKey(read('ca.key'))));
      assert.ok(server.checkPrivateKey(createPrivateKey(read('server.key'))));
      const [own] = decodeRecords(read('esp_cert_private_key.bin'), 'own');
      const [issuer] = decodeRecords(read('esp_ca_cert.bin'), 'ca');
      assert.deepEqual(Buffer.from(own?.data ?? []), server.raw);
      assert.deepEqual(Buffer.from(issuer?.data ?? []), ca.raw);
      assert.deepEqual(
        readdirSync(set()).filter(name => name.startsWith('.')),
        [],
      );
      seen.add(new X509Certificate(before).fingerprint256 === ca.fingerprint256 ? 'old set' : 'new set');
    }
    assert.deepEqual([...seen].sort(), ['new set', 'old set']);
  });

  it('ends --bad-set with nothing written at the first Ctrl-C', async () => {
    const child = spawn(process.execPath, [program, 'certs', '--bad-set', '--out', 'bad'], {
      cwd: folder,
      env: { PATH: process.env['PATH'] },
      stdio: 'ignore',
    });
    await sleep(400);
    const sent = child.kill('SIGINT');
    if (child.exitCode === null) await once(child, 'close');
    // Where the machine was faster, or slower than its start, there was nothing to interrupt.
    if (child.exitCode === 0) assert.ok(!sent || existsSync(path.join(folder, 'bad', 'README.md')));
    else {
      assert.ok(child.exitCode === 130 || child.signalCode === 'SIGINT', String(child.exitCode));
      assert.deepEqual(readdirSync(folder), []);
    }
  });
});
