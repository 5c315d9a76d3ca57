import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { encodeRecords } from '../../../src/certificates/flashRecords';
import { certificateDer } from '../../../src/certificates/inspect/certificateBytes';
import { inspectBytes } from '../../../src/certificates/inspect/inspectFile';
import { pem } from '../../../src/certificates/keys';
import { selfSigned } from './samples';

describe('the bytes of a certificate in a file', () => {
  const fingerprintOf = (der: Uint8Array) =>
    new X509Certificate(der).fingerprint256.replaceAll(':', '').toLowerCase();

  it('are found in records, PEM and DER', async () => {
    const [first, second] = [await selfSigned(), await selfSigned()];
    const files: [string, Uint8Array][] = [
      [
        'esp_ca_cert.bin',
        encodeRecords([
          { name: 'one', data: Buffer.from(pem('CERTIFICATE', first) + pem('CERTIFICATE', second)) },
        ]),
      ],
      [
        'esp_ca_cert.bin',
        encodeRecords([
          { name: 'one', data: Buffer.from(first) },
          { name: 'two', data: Buffer.from(second) },
        ]),
      ],
      ['both.pem', Buffer.from(pem('CERTIFICATE', first) + pem('CERTIFICATE', second))],
    ];
    for (const [file, bytes] of files)
      for (const der of [first, second])
        assert.deepEqual(
          Buffer.from(certificateDer(bytes, file, fingerprintOf(der)) ?? []),
          Buffer.from(der),
          file,
        );
    assert.deepEqual(certificateDer(first, 'server.cer', fingerprintOf(first)), first);
    assert.equal(certificateDer(first, 'server.cer', fingerprintOf(second)), undefined);
  });

  it('are never those of a key', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 1024,
      publicKeyEncoding: { type: 'spki', format: 'der' },
      privateKeyEncoding: { type: 'pkcs1', format: 'der' },
    });
    const file = 'esp_cert_private_key.bin';
    const bytes = encodeRecords([
      { name: 'certificate', data: Buffer.from(await selfSigned()) },
      { name: 'private_key', data: privateKey },
    ]);
    const [, key] = inspectBytes(bytes, file).items.flatMap(({ contents }) => contents);
    assert.ok(key?.kind === 'key');
    assert.equal(certificateDer(bytes, file, key.public.fingerprint), undefined);
  });
});
