import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hashes, keySizes } from '../../src/certificates/request';
import { writeCertificates } from '../../src/certificates/writeFiles';

const name = '192.168.4.1';
const opensslHash = { sha1: 'sha1WithRSAEncryption', sha256: 'sha256WithRSAEncryption' };
/** Lets OpenSSL take what it refuses by default: RSA 512 and 1024, SHA-1. */
const anySecurity = ['-auth_level', '0'];
const anyCipher = ['-cipher', 'DEFAULT@SECLEVEL=0'];

describe('OpenSSL and xxd', function () {
  // RSA keys of 2048 bits take a while on a busy machine.
  let scratch: string;
  before(() => {
    scratch = mkdtempSync(path.join(tmpdir(), 'openssl-'));
  });
  after(() => {
    rmSync(scratch, { recursive: true });
  });

  for (const bits of keySizes) {
    for (const hash of hashes) {
      describe(`agree with RSA ${bits} and ${hash}`, () => {
        let folder: string;
        before(async () => {
          folder = path.join(scratch, `${bits}-${hash}`);
          await writeCertificates({ name, bits, hash, days: 100, organization: 'A device' }, folder);
        });
        const run = (program: string, ...args: string[]) =>
          execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

        it('that the CA signed the certificate, for a server and for a client of this address', () => {
          const verify = ['verify', ...anySecurity, '-x509_strict', '-CAfile', 'ca.crt'];
          for (const purpose of ['sslserver', 'sslclient']) {
            assert.match(
              run('openssl', ...verify, '-purpose', purpose, '-verify_ip', name, 'server.crt'),
              /^server\.crt: OK$/m,
            );
          }
          const other = spawnSync('openssl', [...verify, '-verify_ip', '192.168.4.2', 'server.crt'], {
            cwd: folder,
          });
          assert.notEqual(other.status, 0);
        });

        it('what the certificates say', () => {
          const certificate = run('openssl', 'x509', '-in', 'server.crt', '-noout', '-text');
          const ca = run('openssl', 'x509', '-in', 'ca.crt', '-noout', '-text');
          for (const text of [certificate, ca]) {
            assert.match(text, /Version: 3 /);
            assert.match(text, /Issuer: O = A device, CN = ESP8266 CA [0-9a-f]{6}$/m);
            assert.match(text, new RegExp(`Public-Key: \\(${bits} bit\\)`));
            assert.equal(text.match(new RegExp(`Signature Algorithm: ${opensslHash[hash]}`, 'g'))?.length, 2);
            assert.match(text, /Exponent: 65537 /);
          }
          assert.match(certificate, /Subject: O = A device, CN = 192\.168\.4\.1$/m);
          assert.match(certificate, /IP Address:192\.168\.4\.1$/m);
          assert.match(certificate, /Basic Constraints: critical\s+CA:FALSE/);
          assert.match(certificate, /TLS Web Server Authentication, TLS Web Client Authentication/);
          assert.match(ca, /Subject: O = A device, CN = ESP8266 CA [0-9a-f]{6}$/m);
          assert.match(ca, /Basic Constraints: critical\s+CA:TRUE/);
          assert.match(ca, /Key Usage: critical\s+Certificate Sign, CRL Sign/);
          const keyId = /Subject Key Identifier:\s+(\S+)/.exec(ca)?.[1];
          assert.equal(/Authority Key Identifier:\s+(?:keyid:)?(\S+)/.exec(certificate)?.[1], keyId);
        });

        it('when they are valid', () => {
          const inSeconds = (days: number) => String(Math.round(days * 86400));
          for (const [file, valid] of [
            ['server.crt', 100],
            ['ca.crt', 3650],
          ] as const) {
            const ends = (days: number) =>
              spawnSync('openssl', ['x509', '-in', file, '-noout', '-checkend', inSeconds(days)], {
                cwd: folder,
              }).status;
            assert.deepEqual([ends(valid - 0.01), ends(valid)], [0, 1]);
            const begin = run('openssl', 'x509', '-in', file, '-noout', '-startdate').replace(
              'notBefore=',
              '',
            );
            const hours = (Date.now() - Date.parse(begin)) / 3_600_000;
            assert.ok(hours >= 24 && hours < 24.1, `${hours} hours ago`);
          }
        });

        it('that the keys are sound, PKCS#1, and of the certificates', () => {
          for (const [key, certificate] of [
            ['server.key', 'server.crt'],
            ['ca.key', 'ca.crt'],
          ] as const) {
            assert.match(run('openssl', 'rsa', '-in', key, '-check', '-noout'), /RSA key ok/);
            assert.equal(
              run('openssl', 'rsa', '-in', key, '-noout', '-modulus'),
              run('openssl', 'x509', '-in', certificate, '-noout', '-modulus'),
            );
          }
          run(
            'openssl',
            'rsa',
            '-in',
            'server.key',
            '-traditional',
            '-outform',
            'DER',
            '-out',
            'openssl.der',
          );
          const record = recordsOf(readFileSync(path.join(folder, 'esp_cert_private_key.bin')))[1];
          assert.deepEqual(record?.data, readFileSync(path.join(folder, 'openssl.der')));
          // SEQUENCE { INTEGER 0, INTEGER modulus, …: PKCS#8 has a SEQUENCE in the third place.
          assert.match(record.data.toString('hex'), /^3082....02010002/);
        });

        it('on the records, read here byte by byte', () => {
          run('openssl', 'x509', '-in', 'server.crt', '-outform', 'DER', '-out', 'server.der');
          run('openssl', 'x509', '-in', 'ca.crt', '-outform', 'DER', '-out', 'ca.der');
          const own = recordsOf(readFileSync(path.join(folder, 'esp_cert_private_key.bin')));
          assert.deepEqual(
            own.map(record => record.name),
            ['certificate', 'private_key'],
          );
          assert.deepEqual(own[0]?.data, readFileSync(path.join(folder, 'server.der')));
          assert.deepEqual(recordsOf(readFileSync(path.join(folder, 'esp_ca_cert.bin'))), [
            { name: 'TLS.ca_x509.cer', data: readFileSync(path.join(folder, 'ca.der')) },
          ]);
        });

        it('on the headers, byte for byte', () => {
          run('openssl', 'x509', '-in', 'server.crt', '-outform', 'DER', '-out', 'TLS.x509_1024.cer');
          run(
            'openssl',
            'rsa',
            '-in',
            'server.key',
            '-traditional',
            '-outform',
            'DER',
            '-out',
            'TLS.key_1024',
          );
          const rename = (file: string, from: string, to: string) =>
            execFileSync('sh', ['-c', `xxd -i ${file} | sed s/${from}/${to}/`], {
              cwd: folder,
              encoding: 'utf8',
            });
          assert.equal(
            readFileSync(path.join(folder, 'cert.h'), 'utf8'),
            rename('TLS.x509_1024.cer', 'TLS_x509_1024_cer', 'default_certificate'),
          );
          assert.equal(
            readFileSync(path.join(folder, 'private_key.h'), 'utf8'),
            rename('TLS.key_1024', 'TLS_key_1024', 'default_private_key'),
          );
        });

        it('in a handshake', async () => {
          const { status, text } = await handshake(folder, 'ca.crt', ['-verify_ip', name]);
          assert.equal(status, 0, text);
          assert.match(text, /Verify return code: 0 \(ok\)/);
        });
      });
    }
  }

  describe('take a certificate with the defaults', () => {
    let folder: string;
    before(async () => {
      folder = path.join(scratch, 'defaults');
      await writeCertificates({ name: 'my-device.local' }, folder);
    });

    it('with the security they have by default', async () => {
      const { status, text } = await handshake(folder, 'ca.crt', ['-verify_hostname', 'my-device.local'], []);
      assert.equal(status, 0, text);
    });

    it('but not for another name, and not from another CA', async () => {
      const wrongName = await handshake(folder, 'ca.crt', ['-verify_hostname', 'another.local']);
      assert.notEqual(wrongName.status, 0);
      assert.match(wrongName.text, /hostname mismatch/i);

      const other = path.join(scratch, 'other');
      await writeCertificates({ name: 'my-device.local', bits: 512 }, other);
      const wrongCa = await handshake(folder, path.join(other, 'ca.crt'), []);
      assert.notEqual(wrongCa.status, 0);
      assert.match(wrongCa.text, /verify error/);
    });
  });

  describe('make a CA', () => {
    let folder: string;
    beforeEach(() => {
      folder = path.join(scratch, 'theirs');
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
    });
    const openssl = (...args: string[]) =>
      execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

    const signs = async (size: number) => {
      const before = ['ca.crt', 'ca.key'].map(file => readFileSync(path.join(folder, file)));
      const { caUsedAgain, set } = await writeCertificates({ name, bits: 512 }, folder);
      assert.ok(caUsedAgain);
      assert.equal(set.caFacts.bits, size);
      assert.deepEqual(
        ['ca.crt', 'ca.key'].map(file => readFileSync(path.join(folder, file))),
        before,
      );
      assert.match(openssl('verify', ...anySecurity, '-CAfile', 'ca.crt', 'server.crt'), /: OK/);
      const { certificateKept } = await writeCertificates({ name, bits: 512 }, folder, { reuse: true });
      assert.ok(certificateKept);
    };

    it('of version 1 without extensions, as the script of the SDK does, and it signs', async () => {
      openssl('genrsa', '-traditional', '-out', 'ca.key', '1024');
      openssl('req', '-new', '-key', 'ca.key', '-subj', '/O=TLS Project', '-out', 'ca.req');
      openssl(
        'x509',
        '-req',
        '-in',
        'ca.req',
        '-signkey',
        'ca.key',
        '-sha1',
        '-days',
        '5000',
        '-out',
        'ca.crt',
      );
      assert.match(openssl('x509', '-in', 'ca.crt', '-noout', '-text'), /Version: 1 /);
      await signs(1024);
    });

    it('with text around it and a key identifier of its own, and it signs', async () => {
      openssl(
        'req',
        '-new',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-utf8',
        '-subj',
        '/C=CN/O=我们/CN=CA',
        '-keyout',
        'ca.key',
        '-out',
        'ca.req',
      );
      writeFileSync(
        path.join(folder, 'extensions'),
        'basicConstraints=CA:TRUE\nsubjectKeyIdentifier=01:02:03\n',
      );
      openssl(
        'x509',
        '-req',
        '-in',
        'ca.req',
        '-signkey',
        'ca.key',
        '-days',
        '9',
        '-extfile',
        'extensions',
        '-out',
        'ca.pem',
      );
      writeFileSync(path.join(folder, 'ca.crt'), openssl('x509', '-in', 'ca.pem', '-text'));
      await signs(2048);
      assert.match(
        openssl('x509', '-in', 'server.crt', '-noout', '-text'),
        /Authority Key Identifier:\s+(keyid:)?01:02:03$/m,
      );
    });
  });
});

interface Record {
  name: string;
  data: Buffer;
}

/** Reads a record file without our decoder: 32 bytes of name, 2 of length, data, and so on to the end. */
function recordsOf(bytes: Buffer): Record[] {
  const records: Record[] = [];
  for (let at = 0; at < bytes.length;) {
    const [low, high] = [bytes[at + 32] ?? 0, bytes[at + 33] ?? 0];
    const length = low + 256 * high;
    const [name = '', ...padding] = bytes.toString('latin1', at, at + 32).split('\0');
    assert.equal(padding.join(''), '');
    records.push({ name, data: bytes.subarray(at + 34, at + 34 + length) });
    at += 34 + length;
  }
  return records;
}

/** A TLS 1.2 handshake of `openssl s_client`, which verifies by `ca`, with an `openssl s_server` that has our pair. */
async function handshake(folder: string, ca: string, checks: string[], ciphers = anyCipher) {
  const port = await freePort();
  const pair = ['-cert', 'server.crt', '-key', 'server.key'];
  // Its input stays open: it ends when that does.
  const server = spawn(
    'openssl',
    ['s_server', '-accept', `127.0.0.1:${port}`, ...pair, '-tls1_2', ...ciphers],
    { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  try {
    await new Promise<void>((resolve, reject) => {
      let said = '';
      server.stdout.on('data', piece => {
        said += String(piece);
        if (said.includes('ACCEPT')) resolve();
      });
      server.once('exit', code => {
        reject(new Error(`s_server ended with ${code}: ${said}`));
      });
    });
    const verify = ['-CAfile', ca, '-verify_return_error', ...checks];
    const client = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, ...verify, ...ciphers], {
      cwd: folder,
    });
    let text = '';
    for (const stream of [client.stdout, client.stderr]) stream.on('data', piece => (text += String(piece)));
    client.stdin.end();
    await once(client, 'close');
    return { status: client.exitCode, text };
  } finally {
    server.kill();
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  server.close();
  await once(server, 'close');
  return address.port;
}
