import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { decodeRecords } from '../../src/certificates/flashRecords';
import { importCertificates } from '../../src/certificates/importFiles';
import type { Identity } from '../../src/certificates/identity';
import { pem } from '../../src/certificates/keys';
import { checkedRequest } from '../../src/certificates/request';
import { trustMore } from '../../src/certificates/trustMore';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { makeCa, makeCertificate, makeKeys } from '../../src/certificates/x509';
import { tlsAbilities, type TlsAbilities } from '../../src/sdk/tls';
import { problemOf } from '../problemOf';

const libssl = abilities('libssl', '2.1.0');
const old = abilities('libmbedtls', '2.2.1');
const newest = abilities('libmbedtls', '3.0.6');

function abilities(...target: Parameters<typeof tlsAbilities>): TlsAbilities {
  return tlsAbilities(...target) ?? assert.fail(target.join());
}

describe('more CAs than the device’s own', () => {
  let scratch = '';
  let folders = 0;
  const made = new Map<string, Identity>();
  const request = { name: '192.168.4.1', bits: 1024 };
  const file = (name: string) => path.join(scratch, name);
  const der = (name: string) => Buffer.from(made.get(name)?.certificate ?? assert.fail(name));
  before(async () => {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-trust-'));
    const checked = checkedRequest(request);
    for (const name of ['a', 'b']) {
      made.set(name, makeCa(checkedRequest({ ...request, organization: name }), await makeKeys(checked)));
      writeFileSync(file(`${name}.crt`), pem('CERTIFICATE', der(name)));
    }
    const a = made.get('a') ?? assert.fail();
    made.set('leaf', makeCertificate(checked, await makeKeys(checked), a));
    writeFileSync(file('leaf.crt'), pem('CERTIFICATE', der('leaf')));
    writeFileSync(file('both.pem'), ['a', 'b'].map(name => pem('CERTIFICATE', der(name))).join(''));
    writeFileSync(file('chain.pem'), ['leaf', 'a'].map(name => pem('CERTIFICATE', der(name))).join(''));
  });
  after(() => {
    rmSync(scratch, { recursive: true });
  });

  const newFolder = () => file(`folder-${folders++}`);
  /** The certificates in each record of esp_ca_cert.bin. */
  const records = (folder: string) =>
    decodeRecords(readFileSync(path.join(folder, 'esp_ca_cert.bin')), '').map(({ data }) => {
      const text = Buffer.from(data).toString('latin1');
      const blocks = text.match(/-----BEGIN [^]+?-----END CERTIFICATE-----/g) ?? [Buffer.from(data)];
      return blocks.map(each => new X509Certificate(each).raw.toString('hex'));
    });
  const hex = (...names: string[]) => names.map(name => der(name).toString('hex'));
  const ownOf = (folder: string) =>
    new X509Certificate(readFileSync(path.join(folder, 'ca.crt'))).raw.toString('hex');

  it('are in one record as PEM with libmbedtls, and in one record each with libssl', async () => {
    for (const [given, trust, expected] of [
      [old, ['a.crt'], (own: string) => [[own, ...hex('a')]]],
      [old, ['both.pem'], (own: string) => [[own, ...hex('a', 'b')]]],
      [old, ['chain.pem', 'a.crt'], (own: string) => [[own, ...hex('a')]]],
      [libssl, ['b.crt'], (own: string) => [[own], hex('b')]],
    ] as const) {
      const folder = newFolder();
      await writeCertificates(request, folder, { abilities: given, trust: trust.map(file) });
      assert.deepEqual(records(folder), expected(ownOf(folder)), trust.join());
    }
  });

  it('stay, go and change with the next certificates of the same CA', async () => {
    const folder = newFolder();
    const write = (...trust: string[]) =>
      writeCertificates(request, folder, { abilities: old, trust: trust.map(file) });
    await write();
    const own = ownOf(folder);
    await write('a.crt');
    assert.deepEqual(records(folder), [[own, ...hex('a')]]);
    await write('b.crt');
    assert.deepEqual(records(folder), [[own, ...hex('b')]]);
    // Trust is not taken away silently.
    assert.equal((await problemOf(write())).kind, 'files-in-the-way');
    assert.deepEqual(records(folder), [[own, ...hex('b')]]);
  });

  it('are added to a record file without any private key', async () => {
    const folder = newFolder();
    const add = (given: TlsAbilities, ...trust: string[]) =>
      trustMore(trust.map(file), folder, { abilities: given });
    assert.equal((await add(libssl, 'a.crt')).written.length, 1);
    assert.deepEqual(records(folder), [hex('a')]);
    const { subjects } = await add(libssl, 'b.crt');
    assert.deepEqual(
      subjects.map(each => /O=(\w)/.exec(each)?.[1]),
      ['a', 'b'],
    );
    assert.deepEqual(records(folder), [hex('a'), hex('b')]);
    assert.deepEqual((await add(libssl, 'both.pem')).written, []);
    await add(old, 'both.pem');
    await writeCertificates(request, newFolder(), { abilities: old });
    const own = path.join(file(`folder-${folders - 1}`), 'ca.crt');
    const problem = await problemOf(trustMore([own], folder, { abilities: libssl }));
    assert.deepEqual(
      [problem.kind, 'maxRecords' in problem && problem.maxRecords],
      ['too-many-cas', libssl.caRecords],
    );
  });

  it('come with an import, too', async () => {
    const folder = newFolder();
    await importCertificates([file('a.crt')], folder, { abilities: old, trust: [file('b.crt')] });
    assert.deepEqual(records(folder), [hex('a', 'b')]);
  });

  it('are refused, with nothing written, where the library cannot verify by them', async () => {
    const folder = newFolder();
    const how = { abilities: newest, trust: [file('a.crt')] };
    const problem = await problemOf(writeCertificates({ ...request, bits: 2048 }, folder, how));
    assert.deepEqual(problem, {
      kind: 'ca-refused',
      file: file('a.crt'),
      library: 'libmbedtls',
      reason: { kind: 'too-few-bits', bits: 1024, least: 2048 },
      isOurs: false,
    });
    assert.ok(!existsSync(path.join(folder, 'ca.crt')));
    await writeCertificates({ ...request, bits: 2048 }, folder, { ...how, evenIfRefused: true });
    assert.equal(records(folder)[0]?.length, 2);
    const leaf = await problemOf(trustMore([file('leaf.crt')], newFolder(), { abilities: old }));
    assert.deepEqual(leaf, { kind: 'no-ca-in-file', file: file('leaf.crt') });
  });

  it('a CA that signs is refused like them, before anything is written', async () => {
    const folder = newFolder();
    const key = file('a.key');
    writeFileSync(key, pem('PRIVATE KEY', made.get('a')?.key ?? assert.fail()));
    const how = { abilities: newest, ca: { certificate: file('a.crt'), key } };
    const problem = await problemOf(writeCertificates({ ...request, bits: 2048 }, folder, how));
    assert.deepEqual([problem.kind, 'isOurs' in problem && problem.isOurs], ['ca-refused', true]);
    assert.ok(!existsSync(path.join(folder, 'cert.h')));
    await writeCertificates({ ...request, bits: 2048 }, folder, { ...how, evenIfRefused: true });
    assert.ok(existsSync(path.join(folder, 'cert.h')));
  });
});
