import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { encodeRecords } from '../../../src/certificates/flashRecords';
import { findingsOf } from '../../../src/certificates/inspect/findings';
import { inspectBytes } from '../../../src/certificates/inspect/inspectFile';
import { reportOf } from '../../../src/certificates/inspect/report';
import { device, now } from './samples';

/** Certificates and keys of every kind that the readers are held against, by name. */
const bases = new Map(
  (
    JSON.parse(readFileSync(path.join(__dirname, '../readers/bases.json'), 'utf8')) as {
      name: string;
      text?: string;
      base64?: string;
    }[]
  ).map(({ name, text, base64 = '' }) => [
    name,
    text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text, 'latin1'),
  ]),
);

function base(name: string): Buffer {
  const found = bases.get(name);
  assert.ok(found, name);
  return found;
}

const pem = base('certificate, every extension').toString('latin1');

/** What is found in a file that is linked with a library, as `SSL102 error: text`. */
function found(
  file: string,
  bytes: Uint8Array | string,
  library: 'libmbedtls' | 'libssl' = 'libmbedtls',
): string[] {
  const inspection = inspectBytes(Buffer.from(bytes), file);
  const findings = findingsOf({ inspection, others: [], device: device(library), project: {}, now });
  return findings
    .filter(({ rule }) => ['SSL102', 'SSL108', 'SSL117'].includes(rule))
    .map(({ rule, severity, message }) => `${rule} ${severity}: ${message}`);
}

const ca = (data: Uint8Array | string) =>
  encodeRecords([{ name: 'ca.cer', data: typeof data === 'string' ? Buffer.from(data, 'latin1') : data }]);

/** A C source that gives the device these texts. */
const source = (certificate: string, key = base('key, PKCS#8').toString()) =>
  `static const char c[] = ${literal(certificate)};\nstatic const char k[] = ${literal(key)};\n` +
  'void user_init(void) {\n' +
  '  espconn_secure_set_default_certificate((uint8 *)c, sizeof(c) - 1);\n' +
  '  espconn_secure_set_default_private_key((uint8 *)k, sizeof(k) - 1);\n}\n';
const literal = (text: string) => JSON.stringify(text);

describe('what libmbedtls refuses', () => {
  it('is said of a record with PEM that its reader does not accept, with the reason and the code', () => {
    assert.deepEqual(found('esp_ca_cert.bin', ca(pem)), []);
    assert.deepEqual(found('esp_ca_cert.bin', ca(pem.replace(/\n/g, ''))), [
      'SSL102 error: libmbedtls cannot read ca.cer: no line end after the BEGIN line of the PEM text (-0x2780).',
    ]);
    assert.deepEqual(found('esp_ca_cert.bin', ca(pem.replace(/\n(?=[A-Za-z])/g, '\n    '))), [
      'SSL102 error: libmbedtls cannot read ca.cer: blanks inside the base64 of the PEM text (-0x112c).',
    ]);
    assert.deepEqual(found('esp_ca_cert.bin', ca(pem.replace(/\n(?=[A-Za-z])/g, '\n\t'))), [
      'SSL102 error: libmbedtls cannot read ca.cer: the base64 of the PEM text contains 0x09 (-0x112c).',
    ]);
    assert.deepEqual(found('esp_ca_cert.bin', ca(pem.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE'))), [
      'SSL102 error: libmbedtls cannot read ca.cer: unsupported PEM label “TRUSTED CERTIFICATE” (-0x2180).',
    ]);
  });

  it('is not said where libssl is linked', () => {
    assert.deepEqual(found('esp_ca_cert.bin', ca(pem.replace(/\n/g, '')), 'libssl'), []);
  });

  it('is said of arrays in C that the firmware gives to the device', () => {
    assert.deepEqual(found('m.c', source(pem)), []);
    assert.deepEqual(found('m.c', source(pem, base('key, PKCS#8 under the label of PKCS#1').toString())), [
      'SSL102 error: libmbedtls cannot read k: its label says RSA PRIVATE KEY (PKCS#1), but it contains PKCS#8 (-0x3d62).',
    ]);
    assert.deepEqual(found('m.c', source(base('certificate request').toString())), [
      'SSL102 error: libmbedtls cannot read c: unsupported PEM label “CERTIFICATE REQUEST” (-0x2180).',
    ]);
    assert.deepEqual(found('m.c', source('CF 05 98 89 CA FF 8E D8 5E 5C E0 C2 E4 F7 E6 C3 C7 50 DD 5C')), [
      'SSL102 error: libmbedtls cannot read c: neither DER nor PEM (-0x2180).',
    ]);
  });

  it('is not said a second time of data that is swapped', () => {
    const key = base('key, PKCS#8').toString();
    assert.deepEqual(found('m.c', source(key, pem)), [
      'SSL117 warning: c is a private key, not a certificate.',
      'SSL117 warning: k is a certificate, not a private key.',
    ]);
  });

  it('is said of X.509 that it does not support', () => {
    assert.deepEqual(found('nc.cer', base('certificate, critical name constraints in DER')), [
      'SSL108 warning: libmbedtls rejects nc: unsupported critical extension nameConstraints (-0x2562).',
    ]);
    assert.deepEqual(found('ca.crt', base('certificate, critical name constraints')), [
      'SSL108 warning: libmbedtls rejects nc: unsupported critical extension nameConstraints (-0x2562).',
    ]);
    assert.deepEqual(found('pss.cer', base('certificate, RSASSA-PSS in DER')), [
      'SSL108 warning: libmbedtls rejects pss: unsupported signature algorithm RSASSA-PSS (-0x2300).',
    ]);
    assert.deepEqual(found('sha3.cer', base('certificate, SHA-3 in DER')), [
      'SSL108 warning: libmbedtls rejects sha3: unsupported signature algorithm SHA3-256 (-0x262e).',
    ]);
    assert.deepEqual(found('ec.cer', base('certificate, EC in DER')), [
      'SSL108 warning: The key is EC; libmbedtls supports RSA only.',
    ]);
  });

  it('is a whole bundle of which one certificate is refused', () => {
    assert.deepEqual(found('esp_ca_cert.bin', ca(pem + base('certificate, RSASSA-PSS').toString())), [
      'SSL108 warning: libmbedtls rejects ca.cer: unsupported signature algorithm RSASSA-PSS.',
    ]);
  });

  it('is not what follows the DER of a certificate: that is a hint', () => {
    const der = base('certificate, every extension in DER');
    assert.deepEqual(found('esp_ca_cert.bin', ca(Buffer.concat([der, Buffer.alloc(5)]))), [
      'SSL102 hint: ca.cer: 5 bytes after the DER are ignored.',
    ]);
    assert.deepEqual(found('x.cer', Buffer.concat([der, Buffer.alloc(1)])), [
      'SSL102 hint: x.cer: 1 byte after the DER is ignored.',
    ]);
  });

  it('is in the verdict of a report', () => {
    const inspection = inspectBytes(base('certificate, critical name constraints in DER'), 'nc.cer');
    const [item] = reportOf(inspection, [], '3.0.6', now).items;
    assert.deepEqual(
      item?.contents[0]?.verdicts.find(({ library }) => library === 'libmbedtls')?.obstacles.at(-1),
      'rejects it: unsupported critical extension nameConstraints (-0x2562)',
    );
    const bad = inspectBytes(ca(pem.replace(/\n/g, '')), 'esp_ca_cert.bin');
    assert.deepEqual(
      reportOf(bad, [], '3.0.6', now).items[0]?.contents[0]?.verdicts.map(
        ({ obstacles }) => obstacles.length > 0,
      ),
      [false, true],
    );
  });
});
