import assert from 'node:assert/strict';
import type { Role } from '../../src/certificates/layouts';
import {
  alternativeNames,
  type CertificateOptions,
  checkedName,
  checkedRequest,
} from '../../src/certificates/request';
import { ProblemError } from '../../src/problems';

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

function kindOf(options: CertificateOptions, role?: Role): string {
  try {
    checkedRequest(options, role);
  } catch (error) {
    assert.ok(error instanceof ProblemError, String(error));
    return error.problem.kind;
  }
  return 'accepted';
}
