import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Role } from '../../src/certificates/layouts';
import {
  alternativeNames,
  type CertificateOptions,
  checkedName,
  checkedRequest,
  maxDays,
} from '../../src/certificates/request';
import { writeSigningRequest } from '../../src/certificates/signingRequest';
import { ProblemError } from '../../src/problems';
import { problemOf } from '../problemOf';

describe('certificate request', () => {
  it('takes addresses and host names, without the spaces around them', () => {
    for (const name of ['192.168.4.1', 'my-device.local', 'a', 'x1.example', `${'a'.repeat(63)}.b`]) {
      assert.equal(checkedName(`  ${name}\n`), name);
    }
  });

  it('refuses other names', () => {
    for (const name of ['', '  ']) assert.equal(kindOf({ name }), 'certificate-name-empty');
    const wrong = [
      '192.168.4.256',
      '192.168.4',
      '::1',
      'a..b',
      '-a',
      'a-',
      'a b',
      'a_b',
      'http://a',
      'a.',
      '*.a',
      'é',
      'a\0b',
      'a'.repeat(64),
      Array(128).fill('a').join('.'),
    ];
    for (const name of wrong) assert.equal(kindOf({ name }), 'certificate-name-invalid', name);
  });

  it('takes any name of a client as it is, and addresses and host names without the spaces around them', () => {
    const names = [
      'MQTT-user',
      'sensor_1',
      '5C:CF:7F:12:34:56',
      ' a b ',
      '#1',
      '温度计',
      'a'.repeat(64),
      '😀'.repeat(64),
    ];
    for (const name of names) assert.equal(checkedName(name, 'client'), name);
    assert.equal(checkedName(' device.example ', 'client'), 'device.example');
    for (const name of ['', ' ']) assert.equal(kindOf({ name }, 'client'), 'certificate-name-empty');
    for (const name of ['a_'.repeat(33), 'a\nb', 'a\0', '\ud800_', 'a\u202eb'])
      assert.equal(kindOf({ name }, 'client'), 'client-name-invalid', JSON.stringify(name));
  });

  it('has no alternative name for what is neither an address nor a host name', () => {
    assert.deepEqual(alternativeNames('10.0.0.1'), [{ type: 'ip', value: '10.0.0.1' }]);
    assert.deepEqual(alternativeNames('MQTT-user'), [{ type: 'dns', value: 'MQTT-user' }]);
    for (const name of ['sensor_1', '5C:CF:7F:12:34:56', 'a b']) assert.deepEqual(alternativeNames(name), []);
  });

  it('reads numbers as a person writes them', () => {
    const request = checkedRequest({
      name: 'a',
      bits: '1024',
      hash: 'sha1',
      days: '10',
      organization: ' O ',
    });
    assert.deepEqual(request, { name: 'a', bits: 1024, hash: 'sha1', days: 10, organization: ' O ' });
  });

  it('refuses values outside of what is allowed', () => {
    const name = 'a';
    for (const bits of [0, 1023, '4096', '2048.0', '']) {
      assert.equal(kindOf({ name, bits }), 'certificate-option-invalid', String(bits));
    }
    for (const hash of ['md5', 'SHA1', ''])
      assert.equal(kindOf({ name, hash }), 'certificate-option-invalid');
    for (const days of [0, -1, 1.5, NaN, '1e3', '9999', '', ' 5']) {
      assert.equal(kindOf({ name, days }), 'certificate-option-invalid', String(days));
    }
    for (const organization of ['', ' ', 'a'.repeat(65), 'a\nb']) {
      assert.equal(kindOf({ name, organization }), 'organization-invalid');
    }
  });
});

describe('an option of a certificate that cannot be', () => {
  const problem = (options: Partial<CertificateOptions>) => {
    try {
      return checkedRequest({ name: 'a', ...options });
    } catch (error) {
      assert.ok(error instanceof ProblemError, String(error));
      return error.problem;
    }
  };
  const kind = 'certificate-option-invalid';

  it('is named, with its value and what is allowed', () => {
    assert.deepEqual(problem({ bits: 4096 }), {
      kind,
      option: 'bits',
      value: '4096',
      allowed: '512, 1024, 2048',
    });
    assert.deepEqual(problem({ hash: 'md5' }), {
      kind,
      option: 'hash',
      value: 'md5',
      allowed: 'sha1, sha256',
    });
    assert.deepEqual(problem({ days: 0 }), { kind, option: 'days', value: '0', allowed: `1 … ${maxDays()}` });
    assert.deepEqual(problem({ days: maxDays() + 1 }), {
      kind,
      option: 'days',
      value: String(maxDays() + 1),
      allowed: `1 … ${maxDays()}`,
    });
    assert.deepEqual(problem({ organization: '' }), {
      kind: 'organization-invalid',
      organization: '',
      most: 64,
    });
    assert.deepEqual(problem({ name: 'a b' }), { kind: 'certificate-name-invalid', name: 'a b' });
  });

  it('is none where the most is asked for', () => {
    assert.deepEqual(problem({ days: maxDays(), organization: 'o'.repeat(64) }), {
      name: 'a',
      bits: 2048,
      hash: 'sha256',
      days: maxDays(),
      organization: 'o'.repeat(64),
    });
  });
});

describe('a request for the CA of others', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-request-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');

  it('is written with a key of its own, which is used again', async () => {
    const first = await writeSigningRequest({ name: 'device.local', bits: 1024 }, folder);
    assert.deepEqual(first, { keyUsedAgain: false, bits: 1024, written: ['device.csr', 'device.key'] });
    assert.match(read('device.csr'), /^-----BEGIN CERTIFICATE REQUEST-----/);
    const key = read('device.key');
    assert.match(key, /^-----BEGIN RSA PRIVATE KEY-----/);
    if (process.platform !== 'win32') assert.equal(statSync(path.join(folder, 'device.key')).mode & 0o077, 0);
    // The size of the key that is there counts, whatever is asked for.
    const second = await writeSigningRequest({ name: 'other.local', bits: 2048 }, folder);
    assert.deepEqual(second, { keyUsedAgain: true, bits: 1024, written: ['device.csr'] });
    assert.equal(read('device.key'), key);
  });

  it('is not written where something else is in the way', async () => {
    writeFileSync(path.join(folder, 'device.csr'), 'mine');
    assert.deepEqual(await problemOf(writeSigningRequest({ name: 'a', bits: 1024 }, folder)), {
      kind: 'files-in-the-way',
      folder,
      files: ['device.csr'],
    });
    assert.ok(!existsSync(path.join(folder, 'device.key')));
    writeFileSync(path.join(folder, 'device.key'), 'mine');
    const found = await problemOf(writeSigningRequest({ name: 'a', bits: 1024 }, folder));
    assert.deepEqual(found, { kind: 'no-credentials', file: path.join(folder, 'device.key') });
  });
});

function kindOf(options: CertificateOptions, role?: Role): string {
  try {
    checkedRequest(options, role);
  } catch (error) {
    assert.ok(error instanceof ProblemError, String(error));
    return error.problem.kind;
  }
  return 'accepted';
}
