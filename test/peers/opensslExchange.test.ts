import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { importNotes } from '../../src/certificates/importNotes';
import { importCertificates, writeCertificates, writeSigningRequest } from '../../src/certificates/makers';
import { freePort } from '../freePort';
import { problemOf } from '../problemOf';

const name = '192.168.4.1';
const passphrase = 'secret ü';
const anySecurity = ['-auth_level', '0'];

describe('OpenSSL, in exchange with us,', function () {
  // RSA keys and processes, on a machine that may be busy.
  let scratch: string;
  let openssl: (...args: string[]) => string;
  const at = (file: string) => path.join(scratch, file);

  /** A root, a CA under it and a key of a device; the root's key in every encryption. */
  before(async () => {
    scratch = mkdtempSync(path.join(tmpdir(), 'exchange-'));
    openssl = (...args) =>
      execFileSync('openssl', args, { cwd: scratch, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    const secret = ['-passout', `pass:${passphrase}`];
    openssl(
      ...'req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.crt -days 90'.split(' '),
      '-subj',
      '/O=Root',
    );
    openssl(
      ...'req -newkey rsa:2048 -nodes -keyout between.key -out between.csr'.split(' '),
      '-subj',
      '/O=Between',
    );
    writeFileSync(at('ca.ext'), 'basicConstraints=CA:TRUE\n');
    openssl(
      ...'x509 -req -in between.csr -CA root.crt -CAkey root.key -CAcreateserial -extfile ca.ext -days 80 -out between.crt'.split(
        ' ',
      ),
    );
    openssl(...'rsa -in root.key -traditional -aes256 -out traditional.key'.split(' '), ...secret);
    openssl(...'rsa -in root.key -traditional -des3 -out des3.key'.split(' '), ...secret);
    openssl(...'pkcs8 -topk8 -in root.key -out pkcs8.key'.split(' '), ...secret);
    openssl(
      ...'pkcs8 -topk8 -in root.key -outform DER -v1 PBE-SHA1-3DES -out pkcs8.der'.split(' '),
      ...secret,
    );
    openssl(...'pkcs8 -topk8 -in root.key -scrypt -out scrypt.key'.split(' '), ...secret);
    openssl(...'x509 -in root.crt -outform DER -out root.cer'.split(' '));
    openssl(...'pkcs12 -export -in root.crt -inkey root.key -out root.p12'.split(' '), ...secret);
    await writeSigningRequest({ name, bits: 1024 }, at('request'));
    openssl(
      ...'x509 -req -in request/device.csr -CA between.crt -CAkey between.key -CAcreateserial -copy_extensions copy -days 70 -out device.crt'.split(
        ' ',
      ),
    );
  });
  after(() => {
    rmSync(scratch, { recursive: true });
  });

  describe('has a CA that signs', () => {
    const forms: Record<string, { certificate: string; key?: string }> = {
      'PKCS#8 of today': { certificate: 'root.crt', key: 'pkcs8.key' },
      'PKCS#8 with 3DES, all in DER': { certificate: 'root.cer', key: 'pkcs8.der' },
      'PKCS#8 with scrypt': { certificate: 'root.crt', key: 'scrypt.key' },
      'PEM encrypted as before PKCS#8, AES': { certificate: 'root.crt', key: 'traditional.key' },
      'PEM encrypted as before PKCS#8, 3DES': { certificate: 'root.crt', key: 'des3.key' },
      'PKCS#12': { certificate: 'root.p12' },
    };
    for (const [form, files] of Object.entries(forms)) {
      it(`from ${form}`, async () => {
        const folder = at(`signed ${form.replaceAll('/', '')}`);
        const ca = { certificate: at(files.certificate), key: files.key && at(files.key) };
        const sign = (given: string | undefined) =>
          writeCertificates({ name, bits: 1024 }, folder, { ca, passphrase: given });
        for (const [given, kind] of [
          [undefined, 'passphrase-missing'],
          ['another', 'passphrase-wrong'],
        ] as const) {
          const problem = await problemOf(sign(given));
          assert.ok(problem.kind === 'decryption-failed' && problem.fault.kind === kind, problem.kind);
        }
        const { caUsedAgain } = await sign(passphrase);
        assert.ok(caUsedAgain);
        assert.match(
          openssl('verify', ...anySecurity, '-CAfile', 'root.crt', path.join(folder, 'server.crt')),
          /: OK/,
        );
        // The CA's key stays where it is.
        assert.ok(!readdirSync(folder).includes('ca.key'));
      });
    }
  });

  it('finds our request sound, with the names and usages asked for', () => {
    const text = openssl('req', '-in', 'request/device.csr', '-noout', '-verify', '-text');
    assert.match(text, /Subject: O = ESP8266 SSL, CN = 192\.168\.4\.1$/m);
    assert.match(text, /IP Address:192\.168\.4\.1/);
    assert.match(text, /TLS Web Server Authentication, TLS Web Client Authentication/);
    assert.equal(
      openssl('req', '-in', 'request/device.csr', '-noout', '-modulus'),
      openssl('rsa', '-in', 'request/device.key', '-noout', '-modulus'),
    );
    assert.equal(statSync(at('request/device.key')).mode & 0o077, 0);
  });

  describe('sends back', () => {
    const chain = ['root.crt', 'device.crt', 'between.crt'];
    const forms: Record<string, () => string[]> = {
      'PEM, the chain in disorder': () => {
        writeFileSync(at('chain.pem'), chain.map(file => readFileSync(at(file), 'utf8')).join('some text\n'));
        return ['chain.pem'];
      },
      'DER, a file each': () =>
        chain.map(file => {
          openssl('x509', '-in', file, '-outform', 'DER', '-out', `${file}.der`);
          return `${file}.der`;
        }),
      'PKCS#7 in PEM': () => {
        const files = chain.flatMap(file => ['-certfile', file]);
        openssl('crl2pkcs7', '-nocrl', ...files, '-out', 'chain.p7b');
        return ['chain.p7b'];
      },
      'PKCS#7 in DER': () => {
        const files = chain.flatMap(file => ['-certfile', file]);
        openssl('crl2pkcs7', '-nocrl', ...files, '-outform', 'DER', '-out', 'chain.p7c');
        return ['chain.p7c'];
      },
      'PKCS#12 of today': () => [pkcs12('new.p12')],
      'PKCS#12 of old, RC2 and 3DES': () => [pkcs12('old.p12', '-legacy')],
      'PKCS#12 without a MAC': () => [pkcs12('nomac.p12', '-nomac')],
      'PKCS#12 with RC2-128 and SHA-512': () => [
        pkcs12('rc2.p12', '-legacy', '-certpbe', 'PBE-SHA1-RC2-128', '-macalg', 'sha512'),
      ],
    };
    function pkcs12(file: string, ...options: string[]): string {
      writeFileSync(
        at('above.pem'),
        ['between.crt', 'root.crt'].map(each => readFileSync(at(each))).join(''),
      );
      const pair = ['-in', 'device.crt', '-inkey', 'request/device.key', '-certfile', 'above.pem'];
      openssl('pkcs12', '-export', ...pair, ...options, '-passout', `pass:${passphrase}`, '-out', file);
      return file;
    }

    for (const [form, make] of Object.entries(forms)) {
      it(`${form}, which we take in`, async () => {
        const files = make().map(at);
        const folder = at(`imported ${form.replaceAll('/', '')}`);
        const keyFile = form.startsWith('PKCS#12') ? undefined : at('request/device.key');
        const imported = await importCertificates(files, folder, { keyFile, passphrase });
        const { device, ca, between } = imported;
        assert.equal(
          importNotes(imported).some(note => note.includes('no MAC')),
          form.includes('without a MAC'),
        );
        assert.deepEqual([device?.names, ca?.organization, between], [[name], 'Root', 1]);
        const inFolder = (file: string) => path.join(folder, file);
        const verify = ['verify', ...anySecurity, '-untrusted', 'between.crt', '-CAfile', inFolder('ca.crt')];
        assert.match(openssl(...verify, inFolder('server.crt')), /: OK/);
        openssl('rsa', '-in', inFolder('server.key'), '-traditional', '-outform', 'DER', '-out', 'key.der');
        openssl('x509', '-in', 'device.crt', '-outform', 'DER', '-out', 'device.der');
        openssl('x509', '-in', 'between.crt', '-outform', 'DER', '-out', 'between.der');
        const records = readFileSync(inFolder('esp_cert_private_key.bin'));
        // With the CA between, as the PEM text that libmbedtls sends.
        const text = records.toString('latin1').replaceAll('\n', '');
        for (const sent of ['device.der', 'between.der'])
          assert.ok(text.includes(readFileSync(at(sent)).toString('base64')), sent);
        assert.ok(records.includes(readFileSync(at('key.der'))));
        assert.ok(readFileSync(inFolder('esp_ca_cert.bin')).includes(readFileSync(at('root.cer'))));
      });
    }

    it('a certificate for another key, which we refuse with nothing written', async () => {
      const folder = at('refused');
      for (const keyFile of ['root.key', 'between.key']) {
        const problem = await problemOf(
          importCertificates([at('device.crt')], folder, { keyFile: at(keyFile) }),
        );
        assert.equal(problem.kind, 'certificate-of-another-key');
      }
      assert.equal((await problemOf(importCertificates([at('device.crt')], folder))).kind, 'key-missing');
      assert.ok(!readdirSync(scratch).includes('refused'));
    });

    it('a CA alone, of which the device gets the record', async () => {
      const folder = at('CA alone');
      const { device, ca } = await importCertificates([at('root.crt')], folder);
      assert.deepEqual([device, ca?.organization], [undefined, 'Root']);
      assert.deepEqual(readdirSync(folder).sort(), ['ca.cer', 'ca.crt', 'esp_ca_cert.bin']);
    });

    it('a certificate that does not replace the CA of the folder', async () => {
      const folder = at('own CA');
      await writeCertificates({ name, bits: 512 }, folder);
      const key = readFileSync(path.join(folder, 'ca.key'));
      const files = [at('device.crt'), at('between.crt'), at('root.crt')];
      const mayReplace = () => undefined;
      const options = { keyFile: at('request/device.key'), mayReplace };
      assert.equal(
        (await problemOf(importCertificates(files, folder, options))).kind,
        'another-ca-in-folder',
      );
      assert.deepEqual(readFileSync(path.join(folder, 'ca.key')), key);
    });
  });

  describe('shakes hands with AES128-SHA', () => {
    for (const bits of [512, 1024, 2048]) {
      for (const protocol of ['tls1', 'tls1_1', 'tls1_2']) {
        it(`RSA ${bits}, ${protocol}, each side with a certificate of ours`, async () => {
          const folder = at(`both-${bits}`);
          mkdirSync(folder, { recursive: true });
          await writeCertificates({ name, bits, make: 'both', hash: 'sha1' }, folder, { reuse: true });
          const { code, text } = await handshake(folder, protocol);
          assert.equal(code, 0, text);
          assert.match(text, /Verify return code: 0 \(ok\)/);
          assert.match(text, /Cipher is AES128-SHA|Cipher {4}: AES128-SHA/);
        });
      }
    }
  });

  describe('and xxd make the files of', () => {
    const xxd = (folder: string, command: string) =>
      execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });

    it('the script of 2015', async () => {
      const folder = at('script of 2015');
      await writeCertificates({ name, bits: 1024, hash: 'sha1', files: 'script-2015' }, folder);
      const inFolder = (file: string) => path.join(folder, file);
      assert.match(
        openssl(
          'verify',
          ...anySecurity,
          '-CAfile',
          inFolder('TLS.ca_x509.pem'),
          inFolder('TLS.x509_1024.pem'),
        ),
        /: OK/,
      );
      assert.equal(
        readFileSync(inFolder('cert.h'), 'utf8'),
        xxd(folder, 'xxd -i TLS.x509_1024.cer | sed -e "s/TLS_x509_1024_cer/default_certificate/"'),
      );
      assert.equal(
        readFileSync(inFolder('private_key.h'), 'utf8'),
        xxd(folder, 'xxd -i TLS.key_1024 | sed -e "s/TLS_key_1024/default_private_key/"'),
      );
      openssl('rsa', '-in', inFolder('TLS.key_1024.pem'), '-traditional', '-outform', 'DER', '-out', 'k.der');
      assert.deepEqual(readFileSync(inFolder('TLS.key_1024')), readFileSync(at('k.der')));
    });

    it('the script of SDK 2.2, with the client’s pair in the firmware', async () => {
      const folder = at('script of 2.2');
      await writeCertificates({ name, bits: 1024, files: 'script-2.2', make: 'both' }, folder);
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file =>
        /\.\w+$/.test(file),
      );
      assert.deepEqual(files.sort(), [
        ...['bin/esp_ca_cert.bin', 'bin/esp_cert_private_key.bin', 'ca/ca.crt', 'ca/ca.key'],
        ...['client/client.crt', 'client/client.key', 'include/cert.h', 'include/private_key.h'],
        ...['server/server.crt', 'server/server.key'],
      ]);
      openssl(
        'x509',
        '-in',
        path.join(folder, 'client/client.crt'),
        '-outform',
        'DER',
        '-out',
        path.join(folder, 'TLS.x509_1024.cer'),
      );
      assert.equal(
        readFileSync(path.join(folder, 'include/cert.h'), 'utf8'),
        xxd(folder, 'xxd -i TLS.x509_1024.cer | sed -e "s/TLS_x509_1024_cer/default_certificate/"'),
      );
    });
  });
});

/** s_server with our server's pair and s_client with our client's: each verifies the other. */
async function handshake(folder: string, protocol: string) {
  const port = await freePort();
  const common = ['-CAfile', 'ca.crt', `-${protocol}`, '-cipher', 'AES128-SHA:@SECLEVEL=0'];
  const server = spawn(
    'openssl',
    [
      's_server',
      '-accept',
      `127.0.0.1:${port}`,
      '-cert',
      'server.crt',
      '-key',
      'server.key',
      '-Verify',
      '1',
      '-verify_return_error',
      ...common,
    ],
    { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  try {
    await new Promise<void>((resolve, reject) => {
      let said = '';
      for (const stream of [server.stdout, server.stderr])
        stream.on('data', piece => {
          said += String(piece);
          if (said.includes('ACCEPT')) resolve();
        });
      server.once('exit', code => {
        reject(new Error(`s_server ended with ${code}: ${said}`));
      });
    });
    const pair = ['-cert', 'client.crt', '-key', 'client.key'];
    const checks = ['-verify_return_error', '-verify_ip', name];
    const client = spawn(
      'openssl',
      ['s_client', '-connect', `127.0.0.1:${port}`, ...pair, ...checks, ...common],
      {
        cwd: folder,
      },
    );
    let text = '';
    for (const stream of [client.stdout, client.stderr]) stream.on('data', piece => (text += String(piece)));
    client.stdin.end();
    await once(client, 'close');
    return { code: client.exitCode, text };
  } finally {
    server.kill();
  }
}
