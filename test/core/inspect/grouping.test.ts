import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { groupByCertificate } from '../../../src/certificates/inspect/grouping';
import { inspectBytes, inspectText } from '../../../src/certificates/inspect/inspectFile';
import { writeCertificates } from '../../../src/certificates/writeFiles';

describe('certificates by fingerprint', function () {
  this.timeout(120_000);
  let folder = '';
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'grouping-'));
    await writeCertificates({ name: 'device.local', bits: 1024 }, folder);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const groups = (without = /^$/) =>
    groupByCertificate(
      readdirSync(folder)
        .filter(file => !without.test(file))
        .map(file => {
          const bytes = readFileSync(path.join(folder, file));
          const inspection = file.endsWith('.h')
            ? inspectText(bytes.toString(), file)
            : inspectBytes(bytes, file);
          return { inspection };
        }),
    );
  const rows = ({ certificates }: ReturnType<typeof groups>) =>
    certificates.map(({ certificate, role, files }) => [
      certificate.commonName,
      role,
      files.map(({ file, held }) => `${file.inspection.file}: ${held}`),
    ]);

  it('gathers a generated set in two groups: the device with its key in every form, and the CA', () => {
    const found = groups();
    assert.deepEqual(rows(found), [
      [
        'device.local',
        'device',
        [
          'cert.h: certificate',
          'esp_cert_private_key.bin: both',
          'private_key.h: key',
          'server.cer: certificate',
          'server.crt: certificate',
          'server.key: key',
          'server.key.der: key',
        ],
      ],
      [
        found.certificates[1]?.certificate.commonName,
        'ca',
        ['ca.cer: certificate', 'ca.crt: certificate', 'ca.key: key', 'esp_ca_cert.bin: certificate'],
      ],
    ]);
    assert.deepEqual(found.keys, []);
  });

  it('keeps a key whose certificate is missing in a group of its own', () => {
    const found = groups(/^(cert\.h|server\.c.*|esp_cert_private_key\.bin)$/);
    assert.deepEqual(
      rows(found).map(([, role]) => role),
      ['ca'],
    );
    assert.deepEqual(
      found.keys.map(({ files }) => files.map(({ file }) => file.inspection.file)),
      [['private_key.h', 'server.key', 'server.key.der']],
    );
  });

  it('takes a certificate without a key in PEM for somebody else’s', () => {
    assert.deepEqual(rows(groups(/^(?!server\.crt$)/)), [
      ['device.local', 'other', ['server.crt: certificate']],
    ]);
  });
});
