import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { entryOf, merged, readManifest, writeManifest } from '../../src/certificates/manifest';
import type { Identity } from '../../src/certificates/identity';
import { pem } from '../../src/certificates/keys';
import { checkedRequest } from '../../src/certificates/request';
import { isFor, readCertificates, SignCommand } from '../../src/certificates/signCommand';
import { certificationRequest, makeCa, makeCertificate, makeKeys } from '../../src/certificates/x509';
import { type Problem, ProblemError } from '../../src/problems';
import { problemOf } from '../problemOf';

describe('a command that signs', function () {
  this.timeout(60_000);
  const request = checkedRequest({ name: 'device.local', bits: 1024, days: 30 });
  const never = new AbortController().signal;
  let folder = '';
  let keys: Awaited<ReturnType<typeof makeKeys>>;
  let ca: Identity;
  let own: Identity;
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-signs-'));
    keys = await makeKeys(request);
    ca = makeCa(request, await makeKeys(request));
    own = makeCertificate(request, keys, ca);
    // What a CA would do, from a file that is prepared: prints it, or writes it where it is told to.
    writeFileSync(
      file('signer.cjs'),
      `const fs = require('node:fs');
const [, , answer, csr, crt] = process.argv;
const request = fs.readFileSync(csr, 'utf8');
if (!/^-----BEGIN CERTIFICATE REQUEST-----/.test(request)) process.exit(9);
if (answer === 'fail') { console.error(' no\\n'); process.exit(3); }
const bytes = fs.readFileSync(answer);
if (crt === undefined || crt === '-') process.stdout.write(bytes); else fs.writeFileSync(crt, bytes);
`,
    );
    writeFileSync(file('own.pem'), pem('CERTIFICATE', own.certificate));
    writeFileSync(file('own.der'), own.certificate);
    writeFileSync(
      file('chain.pem'),
      `Some text\n${pem('CERTIFICATE', ca.certificate)}${pem('CERTIFICATE', own.certificate)}`,
    );
    writeFileSync(file('other.pem'), pem('CERTIFICATE', ca.certificate));
    writeFileSync(file('none.pem'), 'hello');
    const named = { ...request, name: 'other.local' };
    writeFileSync(file('named.pem'), pem('CERTIFICATE', makeCertificate(named, keys, ca).certificate));
    const old = { notBefore: new Date('2020-01-01'), notAfter: new Date('2020-02-01') };
    writeFileSync(file('old.pem'), pem('CERTIFICATE', makeCertificate(request, keys, ca, old).certificate));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = (name: string) => path.join(folder, name);
  const quoted = (...words: string[]) => words.map(word => `"${word.replaceAll('\\', '/')}"`).join(' ');
  const command = (answer: string, ...more: string[]) =>
    `${quoted(process.execPath, file('signer.cjs'), answer === 'fail' ? answer : file(answer))} {csr} ${more.join(' ')}`.trim();
  const sign = async (text: string) =>
    new SignCommand(text).sign(
      await certificationRequest(request, keys),
      keys.publicKey.export({ type: 'spki', format: 'der' }),
      request,
      never,
    );
  const wrong = async (text: string): Promise<Problem> => problemOf(sign(text));

  it('gives back the certificate that it prints or writes, as PEM or DER, with others beside it', async () => {
    for (const text of [
      command('own.pem'),
      command('own.der'),
      command('own.pem', '{crt}'),
      command('own.der', '{crt}'),
    ]) {
      const { certificate, chain } = await sign(text);
      assert.deepEqual([certificate, chain], [Buffer.from(own.certificate), []], text);
    }
    assert.deepEqual(await sign(command('chain.pem')), {
      certificate: Buffer.from(own.certificate),
      chain: [Buffer.from(ca.certificate)],
    });
  });

  it('is refused for what it gives back', async () => {
    const reasons: [answer: string, reason: string][] = [
      ['none.pem', 'no-certificate'],
      ['other.pem', 'other-key'],
      ['named.pem', 'other-name'],
      ['old.pem', 'expired'],
    ];
    for (const [answer, reason] of reasons)
      assert.deepEqual(
        await wrong(command(answer)),
        { kind: 'signed-certificate-wrong', name: 'device.local', reason },
        answer,
      );
    // It writes nothing where it is told to.
    assert.deepEqual(await wrong(`${command('own.pem', '-')} {crt}`), {
      kind: 'signed-certificate-wrong',
      name: 'device.local',
      reason: 'no-certificate',
    });
    const failing = command('fail');
    assert.deepEqual(await wrong(failing), {
      kind: 'sign-command-failed',
      command: failing,
      name: 'device.local',
      reason: 'exit 3',
      said: 'no',
    });
  });

  it('is refused where only a shell could run it, and where it has no request', () => {
    const problem = (text: string) => {
      try {
        return new SignCommand(text);
      } catch (error) {
        assert.ok(error instanceof ProblemError);
        return error.problem;
      }
    };
    for (const [text, word] of [
      ['sign {csr} && cat {crt}', '&&'],
      ['sign {csr} > x', '>'],
      ['sign {csr} # comment', '# comment'],
    ] as const)
      assert.deepEqual(problem(text), { kind: 'sign-command-shell', command: text, word });
    assert.deepEqual(problem('sign'), { kind: 'sign-command-incomplete', command: 'sign' });
    assert.ok(problem('sign "{csr}" *.pem $HOME') instanceof SignCommand);
  });

  it('runs once at a time, and not where it is ended before', async () => {
    const signer = new SignCommand(command('own.pem'));
    const csr = await certificationRequest(request, keys);
    const spki = keys.publicKey.export({ type: 'spki', format: 'der' });
    await assert.rejects(signer.sign(csr, spki, request, AbortSignal.abort()), { name: 'AbortError' });
    const both = await Promise.all([1, 2].map(() => signer.sign(csr, spki, request, never)));
    assert.equal(both.length, 2);
  });

  it('is for a name as peers look for it', () => {
    const certificate = (name: string, role: 'server' | 'client' = 'server') =>
      new X509Certificate(makeCertificate(checkedRequest({ name, bits: 1024 }, role), keys, ca).certificate);
    const [host, address, client] = [
      certificate('device.local'),
      certificate('192.0.2.1'),
      certificate('thing_1', 'client'),
    ];
    assert.deepEqual(
      ['device.local', 'other.local', '192.0.2.1'].map(name => isFor(host, name)),
      [true, false, false],
    );
    assert.deepEqual(
      ['192.0.2.1', '192.0.2.2', 'device.local'].map(name => isFor(address, name)),
      [true, false, false],
    );
    assert.deepEqual(
      ['thing_1', 'thing_2'].map(name => isFor(client, name)),
      [true, false],
    );
    assert.equal(readCertificates(Buffer.from('x')), undefined);
    assert.equal(readCertificates(readFileSync(file('chain.pem')))?.length, 2);
  });

  it('has its certificates in the manifest, as they are', () => {
    const entry = entryOf('lamp', 'device.local', own.certificate);
    const { serialNumber, fingerprint256, publicKey, validFrom, validTo } = new X509Certificate(
      own.certificate,
    );
    assert.deepEqual(
      { ...entry, publicKeySha256: entry.publicKeySha256.length },
      {
        folder: 'lamp',
        name: 'device.local',
        serial: serialNumber.toLowerCase(),
        certificateSha256: fingerprint256.replaceAll(':', '').toLowerCase(),
        publicKeySha256: 64,
        bits: 1024,
        notBefore: new Date(validFrom).toISOString(),
        notAfter: new Date(validTo).toISOString(),
        current: true,
      },
    );
    assert.ok(createPublicKey(keys.privateKey).equals(publicKey));
  });

  it('has a manifest that is sorted, merged, and read again', async () => {
    const made = entryOf('b', 'x', own.certificate);
    const other = {
      ...made,
      folder: 'a',
      name: 'say "hi", all',
      certificateSha256: 'f'.repeat(64),
      serial: '02',
    };
    const earlier = { ...made, certificateSha256: 'e'.repeat(64), serial: '01' };
    const entries = merged([earlier, made], [made, other]);
    assert.deepEqual(entries, [made, other, { ...earlier, current: false }]);
    assert.deepEqual(merged([earlier], []), [earlier]);
    writeManifest(folder, entries);
    assert.deepEqual(readManifest(folder), [other, made, { ...earlier, current: false }]);
    const lines = readFileSync(file('manifest.csv'), 'utf8').split('\n');
    assert.equal(
      lines[0],
      'folder,name,serial,certificateSha256,publicKeySha256,bits,notBefore,notAfter,current',
    );
    assert.match(lines[1] ?? '', /^a,"say ""hi"", all",02,f{64},/);
    assert.match(lines[3] ?? '', /,false$/);
    assert.equal(lines.length, 5);
    assert.deepEqual(readManifest(path.join(folder, 'nowhere')), []);
    const broken = [
      '{}',
      'x',
      '[1]',
      '[null]',
      JSON.stringify([{ ...made, bits: '1024' }]),
      JSON.stringify([{ ...made, current: 1 }]),
      JSON.stringify([{ ...made, name: '' }]),
      JSON.stringify([{ ...made, name: 'a\nb' }]),
      JSON.stringify([{ ...made, serial: 7 }]),
      JSON.stringify([{ ...made, folder: undefined }]),
    ];
    for (const text of broken) {
      writeFileSync(file('manifest.json'), text);
      assert.deepEqual(await problemOf(Promise.resolve().then(() => readManifest(folder))), {
        kind: 'manifest-broken',
        file: file('manifest.json'),
      });
    }
  });
});
