import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readCertificates, readKey } from '../../../src/certificates/readers/mbedTls';
import { samples } from './mutate';

/**
 * What `mbedtls_x509_crt_parse` and `mbedtls_pk_parse_key` of mbed TLS 2.2.1, compiled for the computer with the SDK's config_esp.h,
 * return for the samples of a seed.
 */
const library = JSON.parse(readFileSync(path.join(__dirname, 'libraryCodes.json'), 'utf8')) as {
  seed: number;
  codes: number[];
};

describe('certificates and keys as libmbedtls reads them', () => {
  it('give the code of the library, for 4,000 mutated files', () => {
    const wrong = samples(library.seed, library.codes.length).flatMap(({ name, kind, bytes }, index) => {
      const { code } = kind === 'certificate' ? readCertificates(bytes) : readKey(bytes);
      return code === library.codes[index] ? [] : [{ index, name, code, library: library.codes[index] }];
    });
    assert.deepEqual(wrong, []);
    // The table is worth something: it has accepted files, and refusals of many kinds.
    assert.ok(library.codes.filter(code => code === 0).length > 500);
    assert.ok(new Set(library.codes).size > 40);
  });

  const pem = sample('certificate, every extension');
  const key = sample('key, PKCS#8');
  const text = (bytes: Buffer): string => bytes.toString('latin1');
  const certificate = (change: (text: string) => string) =>
    readCertificates(Buffer.from(change(text(pem)), 'latin1'));

  it('say why a PEM text is refused', () => {
    assert.deepEqual(
      certificate(pem => pem),
      { role: 'certificate', code: 0, read: 1 },
    );
    assert.deepEqual(
      certificate(pem => pem.replace(/\n/g, '')),
      {
        role: 'certificate',
        code: -0x2780,
        read: 0,
        reason: { kind: 'pem line end' },
      },
    );
    assert.deepEqual(
      certificate(pem => pem.replace(/\n/g, '\r')),
      {
        role: 'certificate',
        code: -0x2780,
        read: 0,
        reason: { kind: 'pem line end' },
      },
    );
    assert.deepEqual(
      certificate(pem => pem.replace(/\n(?=[A-Za-z])/g, '\n  ')),
      {
        role: 'certificate',
        code: -0x112c,
        read: 0,
        reason: { kind: 'pem blank' },
      },
    );
    assert.deepEqual(
      certificate(pem => pem.replace(/\n-----END/, '\n\t-----END')),
      {
        role: 'certificate',
        code: -0x112c,
        read: 0,
        reason: { kind: 'pem character', character: '\t' },
      },
    );
    assert.deepEqual(
      certificate(pem => pem.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE')),
      {
        role: 'certificate',
        code: -0x2180,
        read: 0,
        reason: { kind: 'pem label', label: 'TRUSTED CERTIFICATE' },
      },
    );
    assert.deepEqual(
      certificate(pem => pem.replace('END CERTIFICATE', 'FIN CERTIFICATE')),
      {
        role: 'certificate',
        code: -0x2780,
        read: 0,
        reason: { kind: 'pem end' },
      },
    );
    assert.deepEqual(
      certificate(() => 'AB:CD:EF'),
      {
        role: 'certificate',
        code: -0x2180,
        read: 0,
        reason: { kind: 'unknown format' },
      },
    );
  });

  it('accept blanks at the end of a line, and CRLF', () => {
    assert.deepEqual(
      certificate(pem => pem.replace(/\n/g, ' \n')),
      { role: 'certificate', code: 0, read: 1 },
    );
    assert.deepEqual(
      certificate(pem => pem.replace(/\n/g, '\r\n')),
      { role: 'certificate', code: 0, read: 1 },
    );
  });

  it('say what X.509 feature is refused', () => {
    const read = (name: string) => readCertificates(sample(name));
    assert.deepEqual(read('certificate, critical name constraints'), {
      role: 'certificate',
      code: -0x2562,
      read: 0,
      reason: { kind: 'critical extension', oid: '2.5.29.30' },
    });
    assert.deepEqual(read('certificate, RSASSA-PSS').reason, {
      kind: 'signature parameters',
      oid: '1.2.840.113549.1.1.10',
    });
    assert.deepEqual(read('certificate, SHA-3').reason, {
      kind: 'signature algorithm',
      oid: '2.16.840.1.101.3.4.3.14',
    });
    assert.equal(read('certificate, EC').code, -0x262e);
    assert.deepEqual(read('certificate request').reason, { kind: 'pem label', label: 'CERTIFICATE REQUEST' });
  });

  it('count the certificates of a bundle, and those that are refused', () => {
    const bundle = Buffer.concat([pem, sample('certificate, EC'), pem]);
    assert.deepEqual(readCertificates(bundle), {
      role: 'certificate',
      code: 1,
      read: 2,
      reason: { kind: 'signature algorithm', oid: '1.2.840.10045.4.3.2' },
    });
  });

  it('read keys in PKCS#1 and PKCS#8 only, under their own label', () => {
    assert.deepEqual(readKey(key), { role: 'key', code: 0, read: 1 });
    assert.deepEqual(readKey(sample('key, PKCS#1')), { role: 'key', code: 0, read: 1 });
    assert.deepEqual(readKey(sample('key, PKCS#8 under the label of PKCS#1')), {
      role: 'key',
      code: -0x3d62,
      read: 0,
      reason: { kind: 'other contents', label: 'RSA PRIVATE KEY' },
    });
    assert.deepEqual(readKey(sample('key, PKCS#1, encrypted')), {
      role: 'key',
      code: -0x3c00,
      read: 0,
      reason: { kind: 'encrypted' },
    });
    assert.deepEqual(readKey(sample('key, PKCS#8, encrypted')).reason, {
      kind: 'pem label',
      label: 'ENCRYPTED PRIVATE KEY',
    });
    assert.equal(readKey(sample('key, EC, SEC1')).code, -0x3d00);
    assert.deepEqual(readKey(pem).reason, { kind: 'pem label', label: 'CERTIFICATE' });
  });
});

/** A sample as it is in the file, in PEM. */
function sample(name: string): Buffer {
  const bases = JSON.parse(readFileSync(path.join(__dirname, 'bases.json'), 'utf8')) as {
    name: string;
    text?: string;
  }[];
  const found = bases.find(base => base.name === name)?.text;
  assert.ok(found !== undefined, name);
  return Buffer.from(found, 'latin1');
}
