import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pem } from '../../src/certificates/keys';
import { checkedRequest } from '../../src/certificates/request';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { makeCa, makeKeys } from '../../src/certificates/x509';
import { problemOf } from '../problemOf';

const names = [
  'ca.cer',
  'ca.crt',
  'ca.key',
  'cert.h',
  'esp_ca_cert.bin',
  'esp_cert_private_key.bin',
  'private_key.h',
  'server.cer',
  'server.crt',
  'server.key',
  'server.key.der',
];
const request = { name: '192.168.4.1', bits: 512 };
const mayReplace = () => undefined;

describe('certificate files', function () {
  // Many RSA keys, on a machine that may be busy.
  let scratch: string;
  let folder: string;
  beforeEach(() => {
    scratch = mkdtempSync(path.join(tmpdir(), 'certificates-'));
    folder = path.join(scratch, 'new', 'ssl');
  });
  afterEach(() => {
    rmSync(scratch, { recursive: true });
  });

  const contents = () =>
    Object.fromEntries(names.map(name => [name, readFileSync(path.join(folder, name), 'hex')]));

  it('are written into a folder that is made for them, secrets for the owner only', async () => {
    const { caUsedAgain, certificateKept, written } = await writeCertificates(request, folder);
    assert.deepEqual([caUsedAgain, certificateKept, written.length], [false, false, 11]);
    assert.deepEqual(readdirSync(folder).sort(), names);
    for (const name of names) {
      const secret = name.includes('key');
      assert.equal(statSync(path.join(folder, name)).mode & 0o077, secret ? 0 : 0o044, name);
    }
  });

  it('come from the CA that is there, which stays as it is', async () => {
    await writeCertificates(request, folder);
    const first = contents();
    const { caUsedAgain, certificateKept } = await writeCertificates(request, folder);
    assert.deepEqual([caUsedAgain, certificateKept], [true, false]);
    const second = contents();
    for (const name of names) {
      const same = /^(ca\.|esp_ca)/.test(name);
      assert.equal(first[name] === second[name], same, name);
    }
    assert.ok(new X509Certificate(read('server.crt')).verify(new X509Certificate(read('ca.crt')).publicKey));
  });

  it('come from a new CA if one is asked for', async () => {
    await writeCertificates(request, folder);
    const first = contents();
    const { caUsedAgain } = await writeCertificates(request, folder, { newCa: true, reuse: true });
    assert.equal(caUsedAgain, false);
    for (const name of names) assert.notEqual(contents()[name], first[name], name);
  });

  it('are not touched when the certificate is kept', async () => {
    await writeCertificates(request, folder);
    const first = contents();
    const old = new Date('2020-01-01');
    for (const name of names) utimesSync(path.join(folder, name), old, old);
    const { certificateKept, written } = await writeCertificates(request, folder, { reuse: true });
    assert.deepEqual([certificateKept, written], [true, []]);
    assert.deepEqual(contents(), first);
    for (const name of names) assert.deepEqual(statSync(path.join(folder, name)).mtime, old);
  });

  it('that are lost or damaged come back as they were when the certificate is kept', async () => {
    await writeCertificates(request, folder);
    const first = contents();
    rmSync(path.join(folder, 'cert.h'));
    writeFileSync(path.join(folder, 'esp_cert_private_key.bin'), 'x');
    assert.deepEqual(await problemOf(writeCertificates(request, folder, { reuse: true })), {
      kind: 'files-in-the-way',
      folder,
      files: ['esp_cert_private_key.bin'],
    });
    assert.ok(!readdirSync(folder).includes('cert.h'));
    const { written } = await writeCertificates(request, folder, { reuse: true, mayReplace });
    assert.deepEqual(
      written.map(file => file.name),
      ['cert.h', 'esp_cert_private_key.bin'],
    );
    assert.deepEqual(contents(), first);
  });

  const others: Record<string, Parameters<typeof writeCertificates>[0]> = {
    name: { ...request, name: 'my-device.local' },
    'size of the key': { ...request, bits: 1024 },
    hash: { ...request, hash: 'sha1' },
    days: { ...request, days: 100 },
    organization: { ...request, organization: 'Another' },
  };
  for (const [what, other] of Object.entries(others)) {
    it(`are made anew for another ${what}, and then kept`, async () => {
      await writeCertificates(request, folder);
      assert.equal((await writeCertificates(other, folder, { reuse: true })).certificateKept, false);
      assert.equal((await writeCertificates(other, folder, { reuse: true })).certificateKept, true);
    });
  }

  it('are made anew when the certificate ends within a day, is of another CA or lost its key', async () => {
    const short = { ...request, days: 1 };
    await writeCertificates(short, folder);
    assert.equal((await writeCertificates(short, folder, { reuse: true })).certificateKept, false);

    await writeCertificates(request, folder, { newCa: true });
    const foreign = path.join(scratch, 'foreign');
    await writeCertificates(request, foreign);
    for (const name of ['server.crt', 'server.key']) {
      writeFileSync(path.join(folder, name), readFileSync(path.join(foreign, name)));
    }
    const anew = { reuse: true, mayReplace };
    assert.equal((await writeCertificates(request, folder, anew)).certificateKept, false);

    writeFileSync(path.join(folder, 'server.key'), readFileSync(path.join(foreign, 'server.key')));
    assert.equal((await writeCertificates(request, folder, anew)).certificateKept, false);
  });

  describe('of a CA that cannot sign', () => {
    beforeEach(async () => {
      await writeCertificates(request, folder);
    });

    const refused = async (file: string, reason: string) => {
      const before = contentsThere();
      assert.deepEqual(await problemOf(writeCertificates(request, folder)), {
        kind: 'ca-unusable',
        file: path.join(folder, file),
        reason,
        isOurs: true,
      });
      assert.deepEqual(contentsThere(), before);
      // What the problem recommends has to help.
      assert.equal(
        (await writeCertificates(request, folder, { newCa: true, mayReplace })).caUsedAgain,
        false,
      );
    };

    it('because half of it is missing', async () => {
      rmSync(path.join(folder, 'ca.key'));
      await refused('ca.crt', 'incomplete');
      rmSync(path.join(folder, 'ca.crt'));
      await refused('ca.key', 'incomplete');
    });

    it('because it is damaged', async () => {
      writeFileSync(path.join(folder, 'ca.crt'), 'no certificate');
      await refused('ca.crt', 'unreadable');
      writeFileSync(path.join(folder, 'ca.key'), Buffer.alloc(1000, 0x41));
      await refused('ca.key', 'unreadable');
    });

    it('because its key is encrypted, unless the passphrase is given', async () => {
      const key = createPrivateKey(read('ca.key'));
      const encrypted = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' });
      writeFileSync(path.join(folder, 'ca.key'), encrypted);
      for (const [passphrase, fault] of [
        [undefined, 'passphrase-missing'],
        ['y', 'passphrase-wrong'],
      ] as const) {
        const options = passphrase === undefined ? {} : { passphrase };
        assert.deepEqual(await problemOf(writeCertificates(request, folder, options)), {
          kind: 'decryption-failed',
          file: path.join(folder, 'ca.key'),
          fault: { kind: fault },
        });
      }
      const { caUsedAgain } = await writeCertificates(request, folder, { passphrase: 'x' });
      assert.ok(caUsedAgain);
      assert.equal(read('ca.key').toString(), encrypted);
    });

    it('because its key is of another kind or of another certificate', async () => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      writeFileSync(path.join(folder, 'ca.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
      await refused('ca.key', 'not-rsa');
      writeFileSync(path.join(folder, 'ca.key'), read('server.key'));
      await refused('ca.key', 'other-key');
    });

    it('because it is no CA or has expired', async () => {
      writeFileSync(path.join(folder, 'ca.crt'), read('server.crt'));
      writeFileSync(path.join(folder, 'ca.key'), read('server.key'));
      await refused('ca.crt', 'not-a-ca');
      const ended = checkedRequest(request);
      ended.days = -0.5;
      const ca = makeCa(ended, await makeKeys(ended));
      writeFileSync(path.join(folder, 'ca.crt'), pem('CERTIFICATE', ca.certificate));
      writeFileSync(path.join(folder, 'ca.key'), pem('PRIVATE KEY', ca.key));
      await refused('ca.crt', 'expired');
    });
  });

  it('are refused by a folder that cannot be one', async () => {
    const file = path.join(scratch, 'file');
    writeFileSync(file, '');
    const problem = await problemOf(writeCertificates(request, path.join(file, 'sub')));
    assert.deepEqual(problem, {
      kind: 'folder-unwritable',
      folder: path.join(file, 'sub'),
      reason: 'a part of its path is not a folder',
    });
  });

  it('leave nothing behind when one cannot be written', async () => {
    await writeCertificates(request, folder);
    rmSync(path.join(folder, 'server.key'));
    mkdirSync(path.join(folder, 'server.key', 'in the way'), { recursive: true });
    const problem = await problemOf(writeCertificates(request, folder, { mayReplace }));
    assert.equal(problem.kind, 'folder-unwritable');
    assert.deepEqual(readdirSync(folder).sort(), names);
  });

  it('cannot come from a CA file that is a folder', async () => {
    mkdirSync(path.join(folder, 'ca.crt'), { recursive: true });
    assert.deepEqual(await problemOf(writeCertificates(request, folder)), {
      kind: 'file-unreadable',
      file: path.join(folder, 'ca.crt'),
      reason: 'it is a folder',
    });
  });

  function read(name: string): Buffer {
    return readFileSync(path.join(folder, name));
  }

  function contentsThere(): [string, string][] {
    return readdirSync(folder).map(name => [name, read(name).toString('hex')]);
  }
});
