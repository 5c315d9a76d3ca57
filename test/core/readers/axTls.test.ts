import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadByAxTls, readByAxTls } from '../../../src/certificates/readers/axTls';
import { samples } from './mutate';

/**
 * What `ssl_obj_load` (records) and `ssl_obj_memory_load` (arrays) of the SDK's libssl (3.0.6) returned for the samples of a seed, run
 * on the simulated CPU in a firmware that was linked with it; for CA records the number of CA certificates that were loaded, as the code
 * is 0 even for those that are refused. null where the device crashed or hung.
 */
const library = JSON.parse(readFileSync(path.join(__dirname, 'axTlsCodes.json'), 'utf8')) as {
  seed: number;
  record: (number | null)[];
  array: (number | null)[];
  CA: (number | null)[];
};

describe('certificates and keys as libssl reads them', () => {
  for (const place of ['record', 'array', 'CA'] as const)
    it(`give what the library gave for 4,000 mutated files, ${place}`, () => {
      const results = library[place];
      let unknown = 0;
      const wrong = samples(library.seed, results.length).flatMap(({ name, kind, bytes }, index) => {
        const what = kind === 'certificate' && place === 'CA' ? 'CA' : kind;
        const { code, loaded } = loadByAxTls(bytes, what, place !== 'array');
        // It depends on the heap what the library makes of data that it reads beyond the end of.
        if (Number.isNaN(code)) {
          unknown++;
          return [];
        }
        const result = place === 'CA' && code === 0 ? loaded.cas : code;
        return result === results[index] ? [] : [{ index, name, result, library: results[index] }];
      });
      assert.deepEqual(wrong, []);
      assert.ok(unknown < results.length / 13, `${unknown} are not known`);
      assert.ok(results.filter(code => code !== null && code >= 0).length > 300);
      assert.ok(new Set(results).size > 4);
    });

  const pem = sample('certificate, every extension');
  const der = derOf(pem);
  const key = sample('key, PKCS#1');

  it('are read as DER everywhere, and as PEM in records only', () => {
    assert.deepEqual(readByAxTls(der, 'certificate', false), { role: 'certificate', code: 0, read: 1 });
    assert.deepEqual(readByAxTls(pem, 'certificate', true), { role: 'certificate', code: 0, read: 1 });
    assert.deepEqual(readByAxTls(pem, 'certificate', false).reason, { kind: 'pem array' });
    assert.deepEqual(readByAxTls(key, 'key', true), { role: 'key', code: 0, read: 1 });
    assert.deepEqual(readByAxTls(key, 'key', false).reason, { kind: 'pem array' });
  });

  it('may have blanks and no line ends in PEM, critical extensions, and any numbers in a key', () => {
    const text = (change: (text: string) => string) => Buffer.from(change(pem.toString('latin1')), 'latin1');
    for (const data of [
      text(pem => pem.replace(/\n/g, '')),
      text(pem => pem.replace(/\n/g, '\n  ')),
      sample('certificate, critical name constraints'),
    ])
      assert.equal(readByAxTls(data, 'CA', true).code, 0);
    const numbers = Buffer.from(derOf(key));
    numbers[numbers.length - 1] = (numbers.at(-1) ?? 0) ^ 1;
    assert.equal(readByAxTls(numbers, 'key', true).code, 0);
  });

  it('are refused with a reason', () => {
    const reason = (name: string, what: 'key' | 'certificate') =>
      readByAxTls(sample(name), what, true).reason;
    assert.deepEqual(reason('key, PKCS#8', 'key'), { kind: 'key format' });
    assert.deepEqual(readByAxTls(derOf(sample('key, PKCS#8')), 'key', false).reason, { kind: 'key format' });
    assert.deepEqual(reason('key, PKCS#1, encrypted', 'key'), { kind: 'encrypted' });
    assert.deepEqual(reason('certificate, EC', 'certificate'), {
      kind: 'signature algorithm',
      oid: '1.2.840.10045.4.3.2',
    });
    assert.deepEqual(reason('certificate, SHA-3', 'certificate'), {
      kind: 'signature algorithm',
      oid: '2.16.840.1.101.3.4.3.14',
    });
    assert.deepEqual(reason('certificate request', 'certificate'), {
      kind: 'pem label',
      label: 'CERTIFICATE REQUEST',
    });
    const unfinished = Buffer.from(pem.toString('latin1').replace('-----END', ''));
    assert.deepEqual(readByAxTls(unfinished, 'CA', true).reason, { kind: 'pem end' });
    assert.deepEqual(readByAxTls(Buffer.from('AB:CD:EF'), 'CA', true).reason, { kind: 'unknown format' });
  });

  it('must end with the device’s own certificate, but not with a CA’s', () => {
    const padded = Buffer.concat([der, Buffer.alloc(3)]);
    assert.equal(readByAxTls(padded, 'CA', true).code, 0);
    assert.deepEqual(readByAxTls(padded, 'certificate', true).reason, { kind: 'trailing' });
    assert.deepEqual(readByAxTls(padded, 'certificate', false).reason, { kind: 'trailing' });
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

function derOf(pem: Buffer): Buffer {
  return Buffer.from(pem.toString('latin1').replace(/-----[^\n]*\n/g, ''), 'base64');
}
