import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { cHeader } from '../../../src/certificates/cHeader';
import { encodeRecords } from '../../../src/certificates/flashRecords';
import { generateCertificates } from '../../../src/certificates/generate';
import { inspectBytes } from '../../../src/certificates/inspect/inspectFile';
import type { Inspection } from '../../../src/certificates/inspect/model';
import { isPair, keyIn, pairName } from '../../../src/certificates/inspect/rules/pairs';
import { deviceFile, find, selfSigned } from './samples';

const inspected = (file: string, content: string | Uint8Array): Inspection =>
  inspectBytes(typeof content === 'string' ? Buffer.from(content) : content, file);
const record = (name: string, data: Uint8Array | string) => ({ name, data: Buffer.from(data) });
const pemOf = (der: Uint8Array) => `${new X509Certificate(der).toString().trimEnd()}\n`;
const literal = (text: string) => JSON.stringify(text);

/** The device's key in each form, and a self-signed certificate of another key that is CA:TRUE. */
async function pair() {
  const keyPem = Buffer.from(await deviceFile('server.key')).toString();
  const key = createPrivateKey(keyPem).export({ type: 'pkcs1', format: 'der' });
  const own = new X509Certificate(Buffer.from(await deviceFile('server.crt')));
  const other = await selfSigned({ ca: true, name: 'CN=self' });
  const ca = new X509Certificate(Buffer.from(await deviceFile('ca.crt')));
  return { keyPem, key, own, other, ca };
}

/** The messages of a rule. */
const messages = (rule: string, ...args: Parameters<typeof find>) =>
  find(...args)
    .filter(each => each.rule === rule)
    .map(({ severity, message }) => `${severity}: ${message}`);
const mismatch = ['error: The key does not match the certificate next to it (CN = self).'];

describe('a key and a certificate that is CA:TRUE and yet the device’s own', () => {
  it('are compared in headers of the SDK’s names', async () => {
    const { key, other, ca } = await pair();
    const header = cHeader('default_private_key', key);
    const found = (...others: Inspection[]) => messages('SSL103', 'ssl/private_key.h', header, { others });
    const cert = (der: Uint8Array) => inspected('ssl/cert.h', cHeader('default_certificate', der));
    assert.deepEqual(found(cert(other)), mismatch);
    // The CA beside them is not the device's own.
    const root = inspected('ssl/ca.h', cHeader('ca_cert', ca.raw));
    assert.deepEqual(found(cert(other), root), mismatch);
    assert.deepEqual(found(root), []);
    assert.deepEqual(found(inspected('ssl/cert.h', await deviceFile('cert.h')), root), []);
  });

  it('are compared where the firmware passes them to the device, whatever their names and folders', async () => {
    const { key, keyPem, other, own, ca } = await pair();
    const calls =
      'void f() { espconn_secure_set_default_certificate(root_ca, n); espconn_secure_set_default_private_key(k, m); }';
    const main = inspected('user/main.c', calls);
    const found = (certificate: Uint8Array, ...others: Inspection[]) =>
      messages('SSL103', 'a/k.h', cHeader('k', key), {
        others: [main, inspected('b/c.h', cHeader('root_ca', certificate)), ...others],
      });
    assert.deepEqual(found(other), mismatch);
    assert.deepEqual(found(own.raw), []);
    // A CA in the same folder as the key takes no part.
    assert.deepEqual(found(own.raw, inspected('a/x.h', cHeader('x', ca.raw))), []);
    const both = `static const char root_ca[] = ${literal(pemOf(other))}, k[] = ${literal(keyPem)};\n${calls}`;
    assert.deepEqual(messages('SSL103', 'main.c', both), mismatch);
  });

  it('are compared as the only two of a folder, unless the name is that of a CA', async () => {
    const { key, other } = await pair();
    const found = (name: string) =>
      messages('SSL103', 'k.h', cHeader('k', key), { others: [inspected('c.h', cHeader(name, other))] });
    assert.deepEqual(found('device_crt'), mismatch);
    for (const name of ['ca_cert', 'caCert', 'AmazonRootCA1', 'isrg_root_x1', 'CACERT'])
      assert.deepEqual(found(name), [], name);
    assert.deepEqual(found('america'), mismatch);
  });

  it('are compared in records and PEM files, by what their names share', async () => {
    const { keyPem, key, other, own, ca } = await pair();
    const records = (certificate: Uint8Array | string) =>
      messages(
        'SSL103',
        'esp_cert_private_key.bin',
        encodeRecords([record('certificate', certificate), record('private_key', key)]),
      );
    assert.deepEqual(records(other), mismatch);
    assert.deepEqual(records(pemOf(other)), mismatch);
    assert.deepEqual(records(own.raw), []);
    const files = (name: string, beside: string, certificate: Uint8Array) =>
      messages('SSL103', name, keyPem, { others: [inspected(beside, pemOf(certificate))] });
    for (const [name, beside] of [
      ['key.pem', 'cert.pem'],
      ['device.key', 'device-cert.pem'],
      ['a/1f-private.pem.key', 'a/1f-certificate.pem.crt'],
    ] as const) {
      assert.deepEqual(files(name, beside, other), mismatch, name);
      assert.deepEqual(files(name, beside, own.raw), [], name);
    }
    for (const beside of ['ca.pem', 'ca-cert.pem', 'b/cert.pem'])
      assert.deepEqual(files('key.pem', beside, ca.raw), []);
    assert.deepEqual(messages('SSL103', 'x.pem', keyPem + pemOf(other)), mismatch);
    assert.deepEqual(messages('SSL103', 'x.pem', pemOf(ca.raw) + pemOf(own.raw) + keyPem), []);
  });

  it('have names with nothing in common but what all such files have', () => {
    assert.equal(pairName('ssl/Device-Cert.pem'), 'device');
    assert.equal(pairName('TLS.x509_1024.cer'), pairName('TLS.key_1024'));
    assert.notEqual(pairName('TLS.ca_x509.cer'), pairName('TLS.key_1024'));
  });

  it('are a pair by any certificate of the item', async () => {
    const { keyPem, own, ca } = await pair();
    const [key] = inspected('x.key', keyPem).items.map(keyIn);
    const [item] = inspected('c.h', `const char c[] = ${literal(pemOf(ca.raw) + pemOf(own.raw))};`).items;
    assert.ok(key && item);
    assert.ok(isPair(item, key));
  });
});

describe('a chain', () => {
  const wrong = (name: string, first: string, own: string) => [
    `error: “${name}” starts with the certificate of ${first}. The device’s own certificate (${own}) must come first.`,
  ];

  it('begins with the certificate of the key, in arrays and records', async () => {
    const { files } = await generateCertificates({ name: 'leaf.local', bits: 512 });
    const text = (name: string) =>
      Buffer.from(files.find(each => each.name === name)?.bytes ?? '').toString();
    const [leaf, root, key] = [text('server.crt'), text('ca.crt'), text('server.key')];
    const subject = (certificate: string) =>
      new X509Certificate(certificate).subject.replaceAll('=', ' = ').replaceAll('\n', ', ');
    const expected = (name: string) => wrong(name, subject(root), subject(leaf));
    const source = (chain: string, more = `k[] = ${literal(key)}`) =>
      messages('SSL103', 'm.c', `static const char c[] = ${literal(chain)}, ${more};`);
    assert.deepEqual(source(root + leaf), expected('c'));
    assert.deepEqual(source(leaf + root), []);
    const records = (chain: string, ...more: string[]) =>
      messages(
        'SSL103',
        'esp_cert_private_key.bin',
        encodeRecords([record('certificate', chain), ...more.map(each => record('private_key', each))]),
      );
    assert.deepEqual(records(root + leaf, key), expected('certificate'));
    assert.deepEqual(records(leaf + root, key), []);
    // Without the key the order tells it, in what the device shows only.
    assert.deepEqual(records(root + leaf), expected('certificate'));
    assert.deepEqual(source(root + leaf, 'x[] = "y"'), []);
    assert.deepEqual(
      messages('SSL103', 'esp_ca_cert.bin', encodeRecords([record('bundle', root + leaf)])),
      [],
    );
  });
});

describe('certificate and key in each other’s place', () => {
  it('are an error in records and in the arrays of the SDK’s headers, in DER and PEM', async () => {
    const { keyPem, key, own } = await pair();
    const records = (
      certificate: Uint8Array | string,
      privateKey: Uint8Array | string,
      file = 'esp_cert_private_key.bin',
    ) =>
      messages(
        'SSL117',
        file,
        encodeRecords([record('certificate', certificate), record('private_key', privateKey)]),
      );
    const both = [
      'error: “certificate” holds a private key; the device needs its certificate there.',
      'error: “private_key” holds a certificate; the device needs its private key there.',
    ];
    assert.deepEqual(records(key, own.raw), both);
    assert.deepEqual(records(keyPem, own.toString()), both);
    assert.deepEqual(records(key, own.raw, 'other.bin'), both);
    assert.deepEqual(records(own.raw, key), []);
    assert.deepEqual(records(keyPem + own.toString(), key), [], 'both in one');
    const header = cHeader('default_certificate', key);
    assert.deepEqual(messages('SSL117', 'cert.h', header), [
      both[0]?.replace('certificate', 'default_certificate'),
    ]);
    // Said once, where it is wrong.
    const call =
      'void f() { espconn_secure_set_default_certificate(default_certificate, default_certificate_len); }';
    assert.deepEqual(messages('SSL117', 'main.c', call, { others: [inspected('cert.h', header)] }), []);
  });
});
