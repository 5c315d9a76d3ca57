import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BadFault, badFaults } from '../../src/certificates/badSet';
import { readManifest } from '../../src/certificates/manifest';
import { hashes } from '../../src/certificates/request';
import { freePort } from '../freePort';

const root = path.join(__dirname, '..', '..');
const cli = path.join(root, 'out', 'cli.js');
const firmware = path.join(root, 'samples', 'https-server', 'firmware.elf');

describe('OpenSSL and certificates for tests and for many devices', function () {
  // RSA keys of 2048 bits take a while on a busy machine.
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'devices-openssl-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const run = (...args: string[]) =>
    spawnSync(process.execPath, [cli, 'certs', ...args], { cwd: folder, encoding: 'utf8' });
  /** What openssl prints, to whichever stream. */
  const openssl = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('openssl', args, {
      cwd: folder,
      encoding: 'utf8',
      input: '',
    });
    return { status, text: stdout + stderr };
  };
  const file = (name: string, ...lines: string[]) => {
    writeFileSync(path.join(folder, name), `${lines.join('\n')}\n`);
  };

  it('verify every device of a list, with the serial and the fingerprint of the manifest', () => {
    file('list.csv', 'name,id,bits,hash', '192.168.4.1,a,1024,sha1', '192.168.4.1,b,,', 'c.local,c,512,');
    assert.equal(run('--devices', 'list.csv').status, 0);
    const manifest = readManifest(path.join(folder, 'devices'));
    assert.deepEqual(
      manifest.map(entry => entry.bits),
      [1024, 2048, 512],
    );
    for (const entry of manifest) {
      const certificate = path.join('devices', entry.folder, 'server.crt');
      const name = [entry.name.startsWith('1') ? '-verify_ip' : '-verify_hostname', entry.name];
      const { text } = openssl(
        'verify',
        '-auth_level',
        '0',
        '-x509_strict',
        ...name,
        '-CAfile',
        'devices/ca/ca.crt',
        certificate,
      );
      assert.match(text, /: OK$/m);
      const facts = openssl('x509', '-in', certificate, '-noout', '-serial', '-fingerprint', '-sha256').text;
      assert.equal(/serial=(\w+)/.exec(facts)?.[1]?.toLowerCase(), entry.serial);
      assert.equal(
        /Fingerprint=(.+)/.exec(facts)?.[1]?.replaceAll(':', '').toLowerCase(),
        entry.certificateSha256,
      );
    }
  });

  describe('as the CA of --sign-with', () => {
    before(() => {
      const authority = path.join(folder, 'authority');
      mkdirSync(authority);
      openssl(
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-noenc',
        '-subj',
        '/O=Elsewhere',
        '-days',
        '99',
        '-keyout',
        'authority/key',
        '-out',
        'authority/crt',
      );
      file('authority/index');
      rmSync(path.join(authority, 'index'));
      writeFileSync(path.join(authority, 'index'), '');
      file('authority/serial', '1000');
      const config = (copy: string) => [
        '[ca]',
        'default_ca=here',
        '[here]',
        `dir=${authority}`,
        'database=$dir/index',
        'serial=$dir/serial',
        'new_certs_dir=$dir',
        'certificate=$dir/crt',
        'private_key=$dir/key',
        'default_md=sha256',
        'default_days=30',
        'unique_subject=no',
        `copy_extensions=${copy}`,
        'policy=any',
        '[any]',
        'organizationName=optional',
        'commonName=optional',
      ];
      file('ca.cnf', ...config('copy'));
      file('nameless.cnf', ...config('none'));
      file('signed.csv', 'name,id', ...Array.from({ length: 5 }, (_, i) => `device${i}.local,d${i}`));
    });
    const sign = (out: string, config: string, ...others: string[]) =>
      run(
        '--devices',
        'signed.csv',
        '--bits',
        '1024',
        '--out',
        out,
        '--sign-with',
        `openssl ca -batch -notext -config ${config} -in {csr} -out {crt}`,
        ...others,
      );

    it('sign every request, and the certificates are of the key and the name', () => {
      const { status, stderr } = sign('signed', 'ca.cnf', '--ca', 'authority/crt');
      assert.equal(status, 0, stderr);
      const manifest = readManifest(path.join(folder, 'signed'));
      assert.deepEqual(manifest.map(entry => entry.serial).sort(), ['1000', '1001', '1002', '1003', '1004']);
      for (const entry of manifest) {
        const certificate = path.join('signed', entry.folder, 'server.crt');
        const verify = [
          'verify',
          '-auth_level',
          '0',
          '-purpose',
          'sslserver',
          '-verify_hostname',
          entry.name,
        ];
        assert.match(
          openssl(...verify, '-CAfile', `signed/${entry.folder}/ca.crt`, certificate).text,
          /: OK$/m,
        );
        const modulus = (kind: string, name: string) =>
          openssl(kind, '-in', path.join('signed', entry.folder, name), '-noout', '-modulus').text;
        assert.equal(modulus('rsa', 'server.key'), modulus('x509', 'server.crt'));
      }
      const again = sign('signed', 'ca.cnf', '--ca', 'authority/crt');
      assert.match(again.stdout, /^0 devices generated, 5 kept/);
    });

    it('take the certificate from what the command prints, and go without the CA where it is not given', () => {
      const command = `sh -c 'openssl ca -batch -notext -config ca.cnf -in "$0" 2>/dev/null' {csr}`;
      const { status, stderr } = run(
        '--devices',
        'signed.csv',
        '--bits',
        '1024',
        '--out',
        'printed',
        '--sign-with',
        command,
      );
      assert.equal(status, 0, stderr);
      const [first] = readManifest(path.join(folder, 'printed'));
      assert.match(
        openssl(
          'verify',
          '-auth_level',
          '0',
          '-CAfile',
          'authority/crt',
          `printed/${first?.folder ?? ''}/server.crt`,
        ).text,
        /OK/,
      );
    });

    it('are told when they leave out the name, fail, or are another CA than the one given', () => {
      const nameless = sign('nameless', 'nameless.cnf');
      assert.equal(nameless.status, 2);
      assert.match(
        nameless.stderr,
        /the certificate is for another name \(openssl ca takes the name .*copy_extensions = copy\)/,
      );
      const failing = sign('failing', 'missing.cnf');
      assert.match(failing.stderr, /failed for device\d\.local \(exit 1\): .*missing\.cnf/);
      openssl(
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-noenc',
        '-subj',
        '/O=Elsewhere',
        '-keyout',
        'k',
        '-out',
        'other.crt',
      );
      assert.match(sign('other', 'ca.cnf', '--ca', 'other.crt').stderr, /was not issued by the given CA/);
      for (const out of ['nameless', 'failing', 'other'])
        assert.deepEqual(readManifest(path.join(folder, out)), []);
    });
  });

  describe('refuse each bad certificate for its fault and for no other', () => {
    before(() => {
      const { status, stderr } = run('--bad-set', '--name', '127.0.0.1', '--out', 'bad');
      assert.equal(status, 0, stderr);
    });
    const pair = (fault: BadFault) => ['-cert', `bad/${fault}/server.crt`, '-key', `bad/${fault}/server.key`];
    const chain = (fault: BadFault) => `bad/${fault}/intermediate.crt`;

    it('which are all there, with a README and a manifest', () => {
      const { examples } = JSON.parse(readFileSync(path.join(folder, 'bad/manifest.json'), 'utf8')) as {
        examples: { fault: string; openssl: string }[];
      };
      assert.deepEqual(
        examples.map(example => example.fault),
        badFaults,
      );
      const readme = readFileSync(path.join(folder, 'bad/README.md'), 'utf8');
      for (const { fault, openssl: words } of examples)
        assert.ok(readme.includes(`| ${fault} |`) && readme.includes(words));
      assert.match(run('--bad-set', '--out', 'bad').stderr, /^bad already exists\./);
    });

    /** The number of the error that `openssl verify` finds first; 0 for none. */
    const verified: Partial<Record<BadFault, number>> = {
      good: 0,
      expired: 10,
      'not-yet-valid': 9,
      'wrong-name': 64,
      'unknown-ca': 20,
      'small-key': 66,
      'broken-signature': 7,
    };
    for (const [fault, error] of Object.entries(verified)) {
      it(`${fault}: error ${error}, and none when that is let pass`, () => {
        const verify = (...options: string[]) =>
          openssl('verify', ...options, '-CAfile', 'bad/ca.crt', `bad/${fault}/server.crt`).text;
        const strict = verify('-auth_level', '1', '-verify_ip', '127.0.0.1');
        if (error === 0) assert.match(strict, /: OK$/m);
        else assert.match(strict, new RegExp(`^error ${error} at 0 depth`, 'm'));
        if (fault === 'expired' || fault === 'not-yet-valid') {
          assert.match(verify('-no_check_time', '-verify_ip', '127.0.0.1'), /: OK$/m);
        }
        if (fault === 'wrong-name')
          assert.match(verify('-verify_hostname', 'another-device.invalid'), /: OK$/m);
        if (fault === 'small-key')
          assert.match(verify('-auth_level', '0', '-verify_ip', '127.0.0.1'), /: OK$/m);
      });

      it(`${fault}: a client of s_server finds error ${error}`, async () => {
        // The server has to be made to take it; the client is as it is.
        const lowered = fault === 'small-key' ? ['-cipher', 'DEFAULT@SECLEVEL=0'] : [];
        const text = await handshake([...pair(fault as BadFault), ...lowered], []);
        const [, first = '0'] = /^verify error:num=(\d+)/m.exec(text) ?? [];
        assert.equal(Number(first), error);
        if (error === 0) assert.match(text, /Verify return code: 0 /);
      });
    }

    it('other-key: no server starts with it', () => {
      const { status, text } = openssl('s_server', '-accept', '127.0.0.1:0', ...pair('other-key'));
      assert.notEqual(status, 0);
      assert.match(text, /key values mismatch/);
    });

    it('truncated: no program reads it', () => {
      assert.match(
        openssl('x509', '-in', 'bad/truncated/server.crt', '-noout').text,
        /Could not read certificate/,
      );
    });

    for (const limit of [2048, 4096, 8192] as const) {
      it(`chain-over-${limit}: the server’s message is larger than the buffer, and nothing else is wrong`, async () => {
        const fault: BadFault = `chain-over-${limit}`;
        const text = await handshake([...pair(fault), '-cert_chain', chain(fault)], ['-msg']);
        assert.match(text, /Verify return code: 0 /);
        // "<<< TLS 1.2, Handshake [length 0843], Certificate"
        const length = parseInt(/Handshake \[length (\w+)\], Certificate\n/.exec(text)?.[1] ?? '', 16);
        assert.ok(length > limit && length < limit + 200, `${length} bytes`);
      });
    }

    /** What `openssl s_client`, which knows the right CA and name, prints of a server with these options. */
    async function handshake(serverOptions: string[], clientOptions: string[]): Promise<string> {
      const port = await freePort();
      const server = spawn(
        'openssl',
        ['s_server', '-accept', `127.0.0.1:${port}`, '-tls1_2', ...serverOptions],
        {
          cwd: folder,
          stdio: ['pipe', 'pipe', 'inherit'],
        },
      );
      try {
        let said = '';
        while (!said.includes('ACCEPT')) said += String((await once(server.stdout, 'data'))[0]);
        const checks = ['-CAfile', 'bad/ca.crt', '-verify_ip', '127.0.0.1'];
        return openssl('s_client', '-connect', `127.0.0.1:${port}`, ...checks, ...clientOptions).text;
      } finally {
        server.kill();
      }
    }
  });

  describe('shake hands with the simulated device that has a pair of a list', () => {
    const pairs = [1024, 2048].flatMap(bits => hashes.map(hash => ({ bits, hash })));
    before(() => {
      file(
        'pairs.csv',
        'name,id,bits,hash',
        ...pairs.map(({ bits, hash }) => `127.0.0.1,${hash}-${bits},${bits},${hash}`),
      );
      const { status, stderr } = run('--devices', 'pairs.csv', '--out', 'pairs');
      assert.equal(status, 0, stderr);
    });
    for (const { bits, hash } of pairs) {
      it(`RSA ${bits} and ${hash}, at TLS 1.0, 1.1 and 1.2 with AES128-SHA`, async () => {
        const port = await freePort();
        const certificates = path.join(folder, 'pairs', `${hash}-${bits}`);
        const device = spawn(
          process.execPath,
          [cli, 'simulate', firmware, '--certificates', certificates, '--port', `443=${port}`],
          { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
        );
        try {
          let said = '';
          while (!said.includes(`:${port}/`)) said += String((await once(device.stdout, 'data'))[0]);
          for (const version of ['-tls1', '-tls1_1', '-tls1_2']) {
            const text = execFileSync(
              'openssl',
              [
                ...[
                  's_client',
                  version,
                  '-cipher',
                  'AES128-SHA:@SECLEVEL=0',
                  '-connect',
                  `127.0.0.1:${port}`,
                ],
                ...[
                  '-CAfile',
                  path.join(certificates, 'ca.crt'),
                  '-verify_ip',
                  '127.0.0.1',
                  '-verify_return_error',
                ],
                '-ign_eof',
              ],
              {
                input: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
                encoding: 'utf8',
                timeout: 60_000,
                stdio: 'pipe',
              },
            );
            assert.match(text, /Verify return code: 0 \(ok\)/);
            assert.match(text, /Cipher is AES128-SHA$/m);
            assert.match(text, new RegExp(`Server public key is ${bits} bit`));
            assert.match(text, /HTTP\/1\.1 200 OK/);
          }
        } finally {
          device.kill();
          await once(device, 'exit');
        }
      });
    }
  });
});
