import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { decodeRecords } from '../../src/certificates/flashRecords';
import {
  filesInLayout,
  type GeneratedSet,
  generateCertificates,
  makePairs,
  setOf,
} from '../../src/certificates/generate';
import { checkedSet } from '../../src/certificates/setRequest';
import { ProblemError } from '../../src/problems';

const day = 86_400_000;

describe('generated certificates', function () {
  // RSA keys of 2048 bits take a while on a busy machine.
  let set: GeneratedSet;
  before(async () => {
    set = await generateCertificates({ name: '192.168.4.1', bits: 1024, days: 30 });
  });

  const file = (name: string) => {
    const found = set.files.find(each => each.name === name);
    assert.ok(found, name);
    return Buffer.from(found.bytes);
  };

  it('are made for the name, by the CA, for the days asked for', () => {
    const certificate = new X509Certificate(file('server.crt'));
    const ca = new X509Certificate(file('ca.crt'));
    assert.equal(certificate.checkIP('192.168.4.1'), '192.168.4.1');
    assert.ok(certificate.checkIssued(ca) && certificate.verify(ca.publicKey));
    assert.ok(ca.verify(ca.publicKey) && ca.ca && !certificate.ca);
    const left = new Date(certificate.validTo).getTime() - Date.now();
    assert.ok(left > 30 * day - 60_000 && left <= 30 * day, `${left} ms left`);
    assert.ok(new Date(certificate.validFrom).getTime() <= Date.now() - day + 1000);
  });

  it('have positive serial numbers of at most 20 bytes that differ', () => {
    const serials = [file('server.crt'), file('ca.crt')].map(pem => new X509Certificate(pem).serialNumber);
    assert.notEqual(serials[0], serials[1]);
    for (const serial of serials) assert.match(serial, /^[4-7][0-9A-F]{31}$/);
  });

  it('are the same in every file', () => {
    const records = decodeRecords(file('esp_cert_private_key.bin'), 'x.bin');
    assert.deepEqual(
      records.map(record => record.name),
      ['certificate', 'private_key'],
    );
    const [certificate, key] = records.map(record => Buffer.from(record.data));
    assert.deepEqual(certificate, new X509Certificate(file('server.crt')).raw);
    assert.deepEqual(key, createPrivateKey(file('server.key')).export({ type: 'pkcs1', format: 'der' }));
    assert.deepEqual(arrayOf(file('cert.h'), 'default_certificate'), certificate);
    assert.deepEqual(arrayOf(file('private_key.h'), 'default_private_key'), key);

    const [ca, ...others] = decodeRecords(file('esp_ca_cert.bin'), 'x.bin');
    assert.deepEqual(others, []);
    assert.equal(ca?.name, 'TLS.ca_x509.cer');
    assert.deepEqual(Buffer.from(ca.data), new X509Certificate(file('ca.crt')).raw);
  });

  it('mark as secret exactly the files with a private key', () => {
    assert.deepEqual(
      set.files.filter(each => each.secret).map(each => each.name),
      ['private_key.h', 'esp_cert_private_key.bin', 'ca.key', 'server.key', 'server.key.der'],
    );
  });

  it('come from the same CA if it is given, and end no later than it does', async () => {
    const next = await generateCertificates({ name: 'my-device.local', bits: 512, days: 5000 }, set.ca);
    assert.deepEqual(next.ca, set.ca);
    assert.notDeepEqual(next.device.key, set.device.key);
    const certificate = new X509Certificate(next.device.certificate);
    assert.ok(certificate.verify(new X509Certificate(set.ca.certificate).publicKey));
    assert.equal(certificate.checkHost('my-device.local'), 'my-device.local');
    assert.deepEqual(next.deviceFacts.notAfter, set.caFacts.notAfter);
    assert.equal(next.deviceFacts.bits, 512);
  });

  it('make the same files of the same certificates', () => {
    assert.deepEqual(setOf(set.ca, set.device).files, set.files);
  });

  it('last as long as browsers accept, the CA longer; a client as long as the CA', async () => {
    const daysOf = ({ notBefore, notAfter }: { notBefore: Date; notAfter: Date }) =>
      (notAfter.getTime() - notBefore.getTime()) / 86_400_000 - 1;
    const small = { name: 'a', bits: 512 };
    const both = await makePairs(checkedSet(small, { make: 'both' }), {});
    const facts = filesInLayout(both, 'folder');
    assert.deepEqual([facts.caFacts, ...facts.pairFacts].map(daysOf), [3650, 825, 3650]);
    const chosen = filesInLayout(await makePairs(checkedSet({ ...small, days: 3650 }), {}), 'folder');
    assert.deepEqual([chosen.caFacts, ...chosen.pairFacts].map(daysOf), [3650, 3650]);
    const short = filesInLayout(await makePairs(checkedSet({ ...small, days: 30 }), {}), 'folder');
    assert.deepEqual([short.caFacts, ...short.pairFacts].map(daysOf), [3650, 30]);
  });

  it('come from CAs that nobody confuses', async () => {
    const cas = await Promise.all([1, 2].map(() => generateCertificates({ name: 'a', bits: 512 })));
    const names = cas.map(({ caFacts }) => caFacts.commonName);
    for (const name of names) assert.match(name, /^ESP8266 CA [0-9a-f]{6}$/);
    assert.equal(new Set(names).size, 2);
  });

  it('have RSA 2048 and SHA-256 unless asked otherwise', async () => {
    const { caFacts, deviceFacts } = await generateCertificates({ name: 'a' });
    for (const facts of [caFacts, deviceFacts]) {
      assert.equal(facts.bits, 2048);
      assert.equal(facts.hash, 'sha256');
    }
  });

  it('leave out the common name if it is too long for one, and keep it as alternative name', async () => {
    const name = `${'a'.repeat(60)}.${'b'.repeat(60)}`;
    const { deviceFacts } = await generateCertificates({ name, bits: 512 });
    assert.equal(deviceFacts.commonName, '');
    assert.deepEqual(deviceFacts.names, [name]);
  });

  it('are not made for a wrong name', async () => {
    await assert.rejects(
      generateCertificates({ name: '192.168.4' }),
      (error: unknown) => error instanceof ProblemError && error.problem.kind === 'certificate-name-invalid',
    );
  });
});

/** The bytes of a C array, read as a compiler would; its length must be what the header says. */
function arrayOf(header: Buffer, symbol: string): Buffer {
  const match = new RegExp(`char ${symbol}\\[\\] = {([^}]*)};\\s*unsigned int ${symbol}_len = (\\d+);`).exec(
    header.toString(),
  );
  assert.ok(match?.[1] !== undefined);
  const bytes = Buffer.from(match[1].split(',').map(Number));
  assert.equal(bytes.length, Number(match[2]));
  return bytes;
}
