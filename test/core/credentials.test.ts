import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseCredentials } from '../../src/certificates/credentials';
import { type Problem, ProblemError } from '../../src/problems';

/**
 * What OpenSSL 3.0.19 has written of one P-256 key with its certificate, which the CA “ca” signed, and of one RSA key, by how; the
 * passphrase is “secret” with few rounds, unless the name says otherwise.
 */
const files = JSON.parse(readFileSync(path.join(__dirname, 'credentials.json'), 'utf8')) as Record<
  string,
  string
>;

function bytesOf(name: string): Buffer {
  return Buffer.from(files[name] ?? assert.fail(name), 'base64');
}

/** What is read of a file: the subjects of certificates, the types of keys. */
function read(bytes: Uint8Array, passphrase?: string): string {
  const { certificates, keys, unauthenticated } = parseCredentials(bytes, 'FILE', passphrase);
  const [certificate] = certificates;
  for (const key of keys)
    if (certificate !== undefined && key.asymmetricKeyType === 'ec')
      assert.ok(certificate.checkPrivateKey(key), 'the key is that of the first certificate');
  return [
    ...certificates.map(({ subject }) => subject),
    ...keys.map(({ asymmetricKeyType }) => `${asymmetricKeyType} key`),
    ...(unauthenticated === undefined ? [] : ['unauthenticated']),
  ].join(', ');
}

function problemOf(bytes: Uint8Array, passphrase?: string): Problem {
  try {
    parseCredentials(bytes, 'FILE', passphrase);
  } catch (error) {
    assert.ok(error instanceof ProblemError, String(error));
    return error.problem;
  }
  return assert.fail('it is read');
}

function faultOf(name: string, passphrase?: string): string {
  const problem = problemOf(bytesOf(name), passphrase);
  if (problem.kind !== 'decryption-failed') return problem.kind;
  const { fault } = problem;
  return fault.kind === 'algorithm-unknown' ? `${fault.kind} ${fault.algorithm}` : fault.kind;
}

const pair = 'CN=device, CN=ca, ec key';

describe('a file with certificates or keys', () => {
  const open: [name: string, what: string][] = [
    ['certificate', 'CN=device'],
    ['trusted certificate PEM', 'CN=device'],
    ['PKCS#8', 'ec key'],
    ['PKCS#1', 'rsa key'],
    ['SEC1 PEM', 'ec key'],
    ['PKCS#7', 'CN=device, CN=ca'],
    ['PKCS#7 PEM', 'CN=device, CN=ca'],
    ['CMS, indefinite lengths', 'CN=ca, CN=device'],
    ['PKCS#12, empty passphrase', pair],
    ['PKCS#12, plain', `${pair}, unauthenticated`],
  ];
  for (const [name, what] of open)
    it(`of the form ${name} is read without a passphrase`, () => {
      assert.equal(read(bytesOf(name)), what);
    });

  const encrypted: [name: string, what: string, passphrase?: string][] = [
    ['PKCS#8, PBKDF2, aes-128-cbc', 'ec key'],
    ['PKCS#8, PBKDF2, aes-192-cbc', 'ec key'],
    ['PKCS#8, PBKDF2, aes-256-cbc', 'ec key'],
    ['PKCS#8, PBKDF2, des3', 'ec key'],
    ['PKCS#8, PBKDF2 with SHA1', 'ec key'],
    ['PKCS#8, PBKDF2 with SHA224', 'ec key'],
    ['PKCS#8, PBKDF2 with SHA384', 'ec key'],
    ['PKCS#8, PBKDF2 with SHA512', 'ec key'],
    ['PKCS#8, scrypt', 'ec key'],
    ['PKCS#8, PBE-SHA1-3DES', 'ec key'],
    ['PKCS#8, PBE-SHA1-RC2-40', 'ec key'],
    ['PKCS#8, PBE-SHA1-RC2-128', 'ec key'],
    ['PKCS#1 PEM, aes128', 'rsa key'],
    ['PKCS#1 PEM, aes256', 'rsa key'],
    ['PKCS#1 PEM, des3', 'rsa key'],
    ['PKCS#12', pair],
    ['PKCS#12, legacy', pair],
    ['PKCS#12, MAC with sha1', pair],
    ['PKCS#12, MAC with sha384', pair],
    ['PKCS#12, MAC with sha512', pair],
    ['PKCS#12, MAC of one round', pair],
    ['PKCS#12 without MAC', `${pair}, unauthenticated`],
    ['PKCS#12, passphrase of other characters', pair, 's€cret😀'],
  ];
  for (const [name, what, passphrase = 'secret'] of encrypted)
    it(`of the form ${name} is read with its passphrase only`, () => {
      assert.equal(read(bytesOf(name), passphrase), what);
      assert.equal(faultOf(name), 'passphrase-missing');
      assert.equal(faultOf(name, 'other'), 'passphrase-wrong');
      assert.equal(faultOf(name, ''), 'passphrase-wrong');
    });

  const unknown: [name: string, algorithm: string][] = [
    ['PKCS#8, PBE-MD5-DES', '1.2.840.113549.1.5.3'],
    ['PKCS#8, PBE-SHA1-RC4-128', '1.2.840.113549.1.12.1.1'],
    ['PKCS#8, Camellia', '1.2.392.200011.61.1.1.1.2'],
  ];
  for (const [name, algorithm] of unknown)
    it(`of the form ${name} is refused by the name of its algorithm`, () => {
      assert.equal(faultOf(name, 'secret'), `algorithm-unknown ${algorithm}`);
    });

  it('is refused where nobody could wait for it', () => {
    const at = (bytes: Buffer, found: number[]) => bytes.indexOf(Buffer.from(found));
    const scrypt = bytesOf('PKCS#8, scrypt');
    // N = 16, r = 8, p = 1
    const numbers = at(scrypt, [2, 1, 16, 2, 1, 8, 2, 1, 1]);
    assert.ok(numbers > 0);
    const changed = (N: number, r: number, p: number) => {
      const bytes = Buffer.from(scrypt);
      for (const [index, value] of [N, r, p].entries()) bytes[numbers + 2 + 3 * index] = value;
      const problem = problemOf(bytes, 'secret');
      return problem.kind === 'decryption-failed' ? problem.fault.kind : problem.kind;
    };
    assert.equal(changed(16, 8, 2), 'passphrase-wrong');
    assert.equal(changed(64, 127, 127), 'passphrase-wrong');
    // N · r · p / 2 is more than a million.
    assert.equal(changed(127, 127, 127), 'too-many-rounds');
  });

  it('may hold several forms, one after the other, with text between them', () => {
    const pem = (label: string, name: string) =>
      `-----BEGIN ${label}-----\n${bytesOf(name).toString('base64')}\n-----END ${label}-----\n`;
    const text = [
      'Bag Attributes: a - b\n',
      pem('CERTIFICATE', 'certificate'),
      pem('X509 CERTIFICATE', 'certificate'),
      bytesOf('PKCS#7 PEM').toString(),
      pem('CMS', 'PKCS#7'),
      pem('ENCRYPTED PRIVATE KEY', 'PKCS#8, PBKDF2, aes-128-cbc'),
      pem('PRIVATE KEY', 'PKCS#8'),
      bytesOf('PKCS#1 PEM, aes128').toString(),
      pem('DH PARAMETERS', 'certificate'),
    ].join('\n');
    const certificates = 'CN=device, CN=device, CN=device, CN=ca, CN=device, CN=ca';
    assert.equal(read(Buffer.from(text), 'secret'), `${certificates}, ec key, ec key, rsa key`);
    // Of no block whose end has another label.
    const crossed = pem('CERTIFICATE', 'certificate').replace('END CERTIFICATE', 'END X');
    assert.equal(problemOf(Buffer.from(crossed)).kind, 'no-credentials');
  });

  it('is read from PEM out of strings of programs, and from base64 alone', () => {
    const pem = bytesOf('PKCS#7 PEM').toString();
    const forms = [
      JSON.stringify(pem),
      JSON.stringify(JSON.stringify(pem)),
      pem.replaceAll('\n', '\\r\\n'),
      pem.replaceAll('\n', '\r\n'),
      pem.replaceAll('/', '\\/').replaceAll('\n', '\\n'),
      `  ${bytesOf('PKCS#7').toString('base64')}\n`,
      bytesOf('PKCS#7').toString('base64').replace(/.{64}/g, '$&\r\n'),
    ];
    for (const form of forms) assert.equal(read(Buffer.from(form)), 'CN=device, CN=ca', form.slice(0, 40));
  });

  it('is refused by its name where nothing is in it', () => {
    const der = bytesOf('certificate');
    const nothing: Uint8Array[] = [
      Buffer.alloc(0),
      Buffer.from('hello'),
      Buffer.from('-----BEGIN CERTIFICATE-----\n'),
      Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
      bytesOf('PKCS#7 without certificates'),
      der.subarray(0, -1),
      // Sequences of one, two and four parts that nothing is made of, and no sequence.
      Buffer.from([0x30, 0]),
      Buffer.from([0x30, 6, 0x30, 0, 0x30, 0, 0x30, 0]),
      Buffer.from([0x30, 3, 2, 1, 1]),
      Buffer.from([0x30, 8, 0x30, 0, 0x30, 0, 0x30, 0, 0x30, 0]),
      Buffer.from([0x31, 0]),
      Buffer.from('AMIIB'),
    ];
    for (const [index, bytes] of nothing.entries())
      assert.deepEqual(problemOf(bytes), { kind: 'no-credentials', file: 'FILE' }, String(index));
  });

  it('is refused where its MAC shows a change', () => {
    const bytes = bytesOf('PKCS#12, MAC with sha1');
    const at = bytes.indexOf('device');
    assert.ok(at > 0);
    bytes[at] = 0x44;
    const problem = problemOf(bytes, 'secret');
    assert.equal(problem.kind === 'decryption-failed' && problem.fault.kind, 'passphrase-wrong');
  });
});
