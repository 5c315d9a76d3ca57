import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { merged, type ManifestEntry, readManifest } from '../../src/certificates/manifest';

/** As it is built and shipped, with its workers. */
const program = path.join(__dirname, '..', '..', 'out', 'cli.js');

describe('esp8266-ssl certs --devices', function () {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'devices-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const out = (...names: string[]) => path.join(folder, 'devices', ...names);
  const list = (...rows: string[]) => {
    writeFileSync(path.join(folder, 'list.csv'), ['name,id', ...rows].join('\n'));
  };
  const many = (count: number) => Array.from({ length: count }, (_, i) => `192.168.4.1,d${i}`);
  const start = (...args: string[]) =>
    spawn(process.execPath, [program, 'certs', '--devices', 'list.csv', '--bits', '512', ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  async function ended(child: ChildProcess) {
    let [text, error] = ['', ''];
    child.stdout?.on('data', piece => (text += String(piece)));
    child.stderr?.on('data', piece => (error += String(piece)));
    await once(child, 'close');
    return { code: child.exitCode, text, error };
  }
  const run = (...args: string[]) => ended(start(...args));
  /** Whether there is any depends on how fast the machine is. */
  const withoutProgress = (error: string) => error.replace(/^.* devices generated, about .*\n/gm, '');

  /** Every folder is whole, of the CA, with a serial of its own, and in the manifest. */
  function verified(count: number): void {
    const ca = new X509Certificate(readFileSync(out('ca', 'ca.crt')));
    const manifest = readManifest(out());
    assert.equal(manifest.length, count);
    assert.equal(new Set(manifest.map(entry => entry.serial)).size, count);
    assert.deepEqual(
      readdirSync(out()).sort(),
      ['ca', ...manifest.map(entry => entry.folder), 'manifest.csv', 'manifest.json'].sort(),
    );
    for (const entry of manifest) {
      assert.deepEqual(readdirSync(out(entry.folder)).sort(), [
        'ca.crt',
        'cert.h',
        'esp_ca_cert.bin',
        'esp_cert_private_key.bin',
        'private_key.h',
        'server.crt',
        'server.key',
      ]);
      const certificate = new X509Certificate(readFileSync(out(entry.folder, 'server.crt')));
      assert.ok(certificate.verify(ca.publicKey));
      assert.equal(certificate.fingerprint256.replaceAll(':', '').toLowerCase(), entry.certificateSha256);
    }
  }

  it('makes a folder for each device and a manifest, and keys for their owner only', async () => {
    list('192.168.4.1,lamp', 'door.local,door');
    const { code, text, error } = await run();
    assert.deepEqual([code, withoutProgress(error)], [0, '']);
    assert.match(text, /^2 devices generated, 0 kept, in devices\nManifest: devices\/manifest\.csv/);
    verified(2);
    for (const name of readdirSync(out('door'))) {
      assert.equal(statSync(out('door', name)).mode & 0o077, name.includes('key') ? 0 : 0o044, name);
    }
    assert.equal(statSync(out('ca', 'ca.key')).mode & 0o077, 0);
    const [header, door, lamp] = readFileSync(out('manifest.csv'), 'utf8').split('\n');
    assert.match(header ?? '', /^folder,name,serial,certificateSha256,publicKeySha256,bits,notBefore/);
    assert.match(door ?? '', /^door,door\.local,[0-9a-f]{32},[0-9a-f]{64},[0-9a-f]{64},512,20\d\d-/);
    assert.match(lamp ?? '', /^lamp,192\.168\.4\.1,/);
  });

  it('makes only what is new, and signs it with the CA that is there', async () => {
    list(...many(3));
    await run();
    const before = readFileSync(out('d1', 'server.key'));
    list(...many(5));
    const { text } = await run('--json');
    assert.equal((JSON.parse(text) as unknown[]).length, 5);
    verified(5);
    assert.deepEqual(readFileSync(out('d1', 'server.key')), before);
  });

  it('loses no entry of the manifest where two run in one folder', async () => {
    const rows = many(40);
    const lists = [rows.slice(0, 20), rows.slice(20)].map((part, at) => {
      const file = `list${at}.csv`;
      writeFileSync(path.join(folder, file), ['name,id', ...part].join('\n'));
      return file;
    });
    const refusals: string[] = [];
    await Promise.all(
      lists.map(async file => {
        for (;;) {
          const { code, error } = await run('--devices', file);
          if (code === 0) return;
          assert.equal(code, 2, error);
          refusals.push(withoutProgress(error));
        }
      }),
    );
    for (const refusal of refusals) assert.match(refusal, /devices.*\.esp8266-ssl\.lock/);
    verified(40);
  });

  it('goes on after kill -9 at any time, with whole folders only', async () => {
    const count = 60;
    list(...many(count));
    const seen = [0, 1, 10, 30];
    for (const atLeast of seen) {
      const child = start();
      const devices = () =>
        existsSync(out()) ? readdirSync(out()).filter(name => /^d\d+$/.test(name)).length : 0;
      while (devices() < atLeast && child.exitCode === null) await sleep(2);
      if (atLeast === 0) while (!existsSync(out()) && child.exitCode === null) await sleep(1);
      assert.equal(child.exitCode, null, 'it has not refused to go on');
      child.kill('SIGKILL');
      await once(child, 'close');
      for (const name of readdirSync(out())) {
        if (/^d\d+$/.test(name)) assert.equal(readdirSync(out(name)).length, 7, name);
      }
    }
    const { code, error } = await run();
    assert.deepEqual([code, withoutProgress(error)], [0, '']);
    verified(count);
  });

  it('ends on Ctrl-C with a manifest of what is there, and says how to go on', async () => {
    list(...many(400));
    const child = start();
    const end = ended(child);
    while (!existsSync(out('d3')) && child.exitCode === null) await sleep(2);
    child.kill('SIGINT');
    const { code, error } = await end;
    assert.equal(code, 130);
    assert.match(error, /Stopped with \d+ devices left\. Run the same command to continue\.\n$/);
    const made = readManifest(out()).length;
    assert.ok(made > 0 && made < 400, `${made}`);
    verified(made);
  });

  it('refuses a wrong list in one line, before anything is written', async () => {
    list('192.168.4.1,a', '192.168.4.1,b/c', 'x y,d');
    const { code, text, error } = await run();
    assert.deepEqual([code, text], [2, '']);
    assert.match(error, /^list\.csv, nothing was written: line 3: “b\/c” .* line 4: “x y” [^\n]+\n$/);
    assert.ok(!existsSync(out()));
  });

  it('refuses a folder with something else in it, and leaves all as it is', async () => {
    list('192.168.4.1,a');
    await run();
    list('192.168.4.2,a', '192.168.4.3,b');
    const { code, error } = await run();
    assert.equal(code, 2);
    assert.match(error, /^devices\/a exists but does not contain the certificate that line 2 asks for/);
    assert.ok(!existsSync(out('b')));
  });

  it('keeps in the manifest what was made before, as no longer current where it was made anew', async () => {
    list('192.168.4.1,a', '192.168.4.1,b');
    await run();
    const [first] = readManifest(out());
    rmSync(out('a'), { recursive: true });
    list('192.168.4.9,a');
    await run();
    const manifest = readManifest(out());
    assert.deepEqual(
      manifest.map(entry => [entry.folder, entry.name, entry.current]),
      [
        ['a', '192.168.4.9', true],
        ['a', '192.168.4.1', false],
        ['b', '192.168.4.1', true],
      ],
    );
    assert.equal(manifest[1]?.serial, first?.serial);
  });

  it('refuses a manifest that is none', async () => {
    list('192.168.4.1,a');
    await run();
    for (const broken of ['', '{}', '[{}]', '[{"folder":"=1,2"}]']) {
      writeFileSync(out('manifest.json'), broken);
      assert.match((await run()).error, /^devices\/manifest\.json is not a device manifest/);
    }
  });

  it('takes the CA from another folder', async () => {
    list('192.168.4.1,a');
    await run('--out', 'first');
    cpSync(path.join(folder, 'first', 'ca'), path.join(folder, 'my ca'), { recursive: true });
    assert.equal((await run('--ca', 'my ca')).code, 0);
    const ca = readFileSync(path.join(folder, 'my ca', 'ca.crt'));
    assert.deepEqual(readFileSync(out('a', 'ca.crt')), ca);
    assert.ok(!existsSync(out('ca')));
    assert.match((await run('--ca', 'nowhere')).error, /^nowhere\/ca\.crt/);
  });

  describe('--sign-with', () => {
    const refused = async (command: string, expected: RegExp) => {
      list('192.168.4.1,a');
      const { code, error } = await run('--sign-with', command);
      assert.match(error, expected);
      assert.match(error, /^[^\n]+\n$/);
      assert.equal(code, 2);
      assert.ok(!existsSync(out('a')));
    };

    it('refuses what needs a shell, and a command without the request', async () => {
      await refused('sign {csr} > {crt}', /runs without a shell, so “>” has no effect/);
      await refused('sign {csr} | tee {crt}', /so “\|” has no effect/);
      await refused('sign {crt}', /does not use the request\. Put \{csr\}/);
    });

    it('says why the command failed', async () => {
      await refused(
        'no-such-program {csr}',
        /^The command “no-such-program \{csr\}” failed for 192\.168\.4\.1 \(no-such-program is not on the PATH/,
      );
      await refused(`sh -c 'echo "the CA is closed" >&2; exit 3' {csr}`, /\(exit 3\): the CA is closed\n$/);
    });

    it('refuses what is no certificate for this key', async () => {
      await refused(
        'true {csr}',
        /returned an unusable result for 192\.168\.4\.1: it is not a PEM or DER certificate/,
      );
      await refused(
        'true {csr} {crt}',
        /unusable result for 192\.168\.4\.1: it is not a PEM or DER certificate/,
      );
      await refused('cat {csr}', /unusable result for 192\.168\.4\.1: it is not a PEM or DER certificate/);
      list('192.168.4.1,a');
      await run('--out', 'other');
      await refused(`cat ${path.join('other', 'a', 'server.crt')} # {csr}`, /so “# \{csr\}” has no effect/);
      await refused(
        `sh -c 'cat other/a/server.crt' {csr}`,
        /returned an unusable result for 192\.168\.4\.1: the certificate is for another key/,
      );
    });
  });

  it('adds to a manifest what is new and forgets nothing', () => {
    const entry = (folderName: string, certificateSha256: string): ManifestEntry => ({
      folder: folderName,
      name: 'a',
      serial: certificateSha256,
      certificateSha256,
      publicKeySha256: '00',
      bits: 512,
      notBefore: '',
      notAfter: '',
      current: true,
    });
    const all = merged([entry('a', '1'), entry('b', '2')], [entry('a', '3'), entry('b', '2')]);
    assert.deepEqual(
      all.map(each => [each.serial, each.current]),
      [
        ['3', true],
        ['2', true],
        ['1', false],
      ],
    );
  });
});
