import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { encodeRecords, recordNames } from '../../src/certificates/flashRecords';
import { holdsPrivateKey } from '../../src/certificates/privateKeyIn';
import { checkedRequest } from '../../src/certificates/request';
import { certificationRequest, makeCa, makeKeys } from '../../src/certificates/x509';

const root = path.join(__dirname, '..', '..');
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey;
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
const keys: Record<string, KeyObject> = {
  'RSA 512': rsa(512),
  'RSA 1024': rsa(1024),
  'RSA 2048': rsa(2048),
  'RSA 4096': rsa(4096),
  'P-256': ec('prime256v1'),
  'P-521': ec('secp521r1'),
  Ed25519: generateKeyPairSync('ed25519').privateKey,
};

/** Between other bytes, as in a flash. */
function flash(...contents: (Uint8Array | string)[]): Buffer {
  const erased = Buffer.alloc(5000, 0xff);
  return Buffer.concat([erased, ...contents.flatMap(each => [Buffer.from(each), erased])]);
}

describe('a private key in a flash', () => {
  for (const [name, key] of Object.entries(keys)) {
    it(`of ${name} is found as DER and PEM`, () => {
      const own = { rsa: 'pkcs1', ec: 'sec1' } as const;
      const kind =
        key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'ec'
          ? own[key.asymmetricKeyType]
          : 'pkcs8';
      for (const type of [kind, 'pkcs8'] as const)
        for (const bytes of [key.export({ type, format: 'der' }), key.export({ type, format: 'pem' })]) {
          assert.ok(holdsPrivateKey(flash(bytes)), type);
          assert.ok(holdsPrivateKey(Buffer.from(bytes)), `${type} alone`);
        }
    });
  }

  it('is found encrypted, in a JSON text, in a C string and where a packet ends before it', () => {
    const key = keys['RSA 2048'] ?? assert.fail();
    const encrypted = { type: 'pkcs8', cipher: 'aes-128-cbc', passphrase: 'x' } as const;
    const pem = key.export({ type: 'pkcs8', format: 'pem' });
    assert.ok(holdsPrivateKey(flash(key.export({ ...encrypted, format: 'pem' }))));
    assert.ok(holdsPrivateKey(flash(JSON.stringify({ key: pem }))));
    assert.ok(holdsPrivateKey(flash(pem.toString().replaceAll('\n', '\\r\\n'))));
    assert.ok(holdsPrivateKey(Buffer.from(pem).subarray(0, 500)));
    assert.ok(holdsPrivateKey(key.export({ type: 'pkcs1', format: 'der' }).subarray(0, 500)));
  });

  it('is found in a record, whatever its form', () => {
    const records = (data: Uint8Array, name: string) =>
      encodeRecords([
        { name: recordNames.certificate, data: Buffer.from('x') },
        { name, data },
      ]);
    assert.ok(holdsPrivateKey(flash(records(randomBytes(600), recordNames.privateKey))));
    assert.ok(!holdsPrivateKey(flash(records(Buffer.alloc(600, 1), 'private_keys'))));
  });

  it('is not seen in certificates, requests, public keys and erased flash', async () => {
    const request = checkedRequest({ name: '127.0.0.1', bits: 512 });
    const pair = await makeKeys(request);
    const ca = makeCa(request, pair);
    const csr = await certificationRequest(request, pair);
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    assert.ok(
      !holdsPrivateKey(
        flash(
          ca.certificate,
          csr,
          publicKey.export({ type: 'pkcs1', format: 'der' }),
          publicKey.export({ type: 'spki', format: 'der' }),
          publicKey.export({ type: 'spki', format: 'pem' }),
        ),
      ),
    );
    assert.ok(!holdsPrivateKey(new Uint8Array(0)));
    assert.ok(!holdsPrivateKey(Buffer.alloc(4 * 1024 * 1024, 0xff)));
    assert.ok(!holdsPrivateKey(Buffer.alloc(1024 * 1024)));
    assert.ok(!holdsPrivateKey(Buffer.alloc(1024 * 1024, '0')));
  });

  it('is not seen in code that reads keys', () => {
    // As axTLS, Mbed TLS and libssl have them.
    const names = ['-----BEGIN RSA PRIVATE KEY-----', '-----END RSA PRIVATE KEY-----', 'private_key'];
    assert.ok(!holdsPrivateKey(flash(`${names.join('\0')}\0`)));
    assert.ok(!holdsPrivateKey(readFileSync(path.join(root, 'samples', 'https-server', 'firmware.elf'))));
  });
});
