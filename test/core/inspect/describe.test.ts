import 'reflect-metadata';
import assert from 'node:assert/strict';
import path from 'node:path';
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import * as ecc from '@peculiar/asn1-ecc';
import * as rsa from '@peculiar/asn1-rsa';
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { readContents, readDer } from '../../../src/certificates/inspect/contents';
import { headerLength } from '../../../src/certificates/inspect/der';
import {
  certificateName,
  daysLeft,
  daysLeftText,
  describe as describeContent,
  formText,
  keyName,
  summary,
} from '../../../src/certificates/inspect/describe';
import { base64Der, foreignFile, foreignLabel } from '../../../src/certificates/inspect/foreign';
import type { Certificate, Content, FileForm, OtherContent } from '../../../src/certificates/inspect/model';
import { contentRole } from '../../../src/certificates/inspect/readData';
import { dataOf, roleOf } from '../../../src/certificates/inspect/setters';
import { signatureAlgorithms } from '../../../src/certificates/signatureAlgorithms';
import { expectGolden } from '../../golden';
import { inDays, selfSigned } from './samples';

/** All that is known without being taken apart; the compiler knows them all. */
const others: Record<OtherContent, true> = {
  'encrypted key': true,
  'public key': true,
  'damaged certificate': true,
  'damaged key': true,
  damaged: true,
  'PKCS#7': true,
  'PKCS#12': true,
  'encrypted PKCS#12': true,
  CRL: true,
  'escaped PEM': true,
  'OpenSSH key': true,
  'OpenSSH public key': true,
  'PuTTY key': true,
  'Java key store': true,
  parameters: true,
  'other DER': true,
  unknown: true,
};
const forms: Record<FileForm, true> = {
  c: true,
  records: true,
  pem: true,
  der: true,
  base64: true,
  'esp-at': true,
  foreign: true,
  firmware: true,
  dump: true,
  elf: true,
  library: true,
  binary: true,
  script: true,
  project: true,
  'too large': true,
  unknown: true,
};

const at = Date.parse('2031-06-01T12:00:00Z');
const certificate: Certificate = {
  subject: 'O = Company, CN = device',
  issuer: 'CN = CA',
  organization: 'Company',
  commonName: 'device',
  names: ['device.example', '192.0.2.1'],
  serial: '0A',
  version: 3,
  size: 700,
  key: { type: 'RSA', bits: 2048, fingerprint: 'KEY' },
  hash: 'sha256',
  signature: 'sha256WithRSAEncryption',
  notBefore: '2031-01-02T00:00:00.000Z',
  notAfter: '2031-12-31T00:00:00.000Z',
  isCa: false,
  selfIssued: false,
  fingerprint: 'FINGERPRINT',
};

function contents(): Record<string, Content> {
  const { key } = certificate;
  return {
    'a certificate': { kind: 'certificate', ...certificate },
    'a CA': { kind: 'certificate', ...certificate, isCa: true, selfIssued: true, names: [] },
    'a certificate of version 1 with another signature': {
      kind: 'certificate',
      ...certificate,
      version: 1,
      isCa: undefined,
      hash: undefined,
      signature: '1.2.3',
      key: { type: 'other', bits: 0, fingerprint: '' },
    },
    'a key': { kind: 'key', format: 'PKCS#1', size: 1190, public: key },
    'a key of another type': {
      kind: 'key',
      format: 'PKCS#8',
      size: 48,
      public: { type: 'other', bits: 0, fingerprint: '' },
    },
    'a request': {
      kind: 'request',
      subject: 'CN = device',
      size: 600,
      key: { ...key, type: 'EC', bits: 256 },
    },
    ...Object.fromEntries(
      (Object.keys(others) as OtherContent[]).map(what => [what, { kind: 'other', what, size: 9 } as const]),
    ),
  };
}

describe('what is said of a file’s contents', () => {
  it('are the lines of the golden text, and one that tells it from others', () => {
    const texts = Object.entries(contents()).flatMap(([title, content]) => [
      `== ${title}: ${summary(content, at)}`,
      ...describeContent(content, at).map(({ label, value }) => `${label}: ${value}`),
      '',
    ]);
    const words = (Object.keys(forms) as FileForm[]).map(form => `${form}: ${formText(form)}\n`);
    expectGolden(
      path.join(__dirname, 'describe.golden.txt'),
      [...texts, '== forms\n'].join('\n') + words.join(''),
    );
  });

  it('has the days that are left, in words', () => {
    const left = (notAfter: string, notBefore = certificate.notBefore) => {
      const of = { ...certificate, notAfter, notBefore };
      return [daysLeft(of, at), daysLeftText(of, at)];
    };
    assert.deepEqual(left('2031-06-01T11:59:59Z'), [-1, 'expired']);
    assert.deepEqual(left('2031-06-01T12:00:00Z'), [0, '0 days left']);
    assert.deepEqual(left('2031-06-02T12:00:00Z'), [1, '1 day left']);
    assert.deepEqual(left('2031-06-03T12:00:00Z'), [2, '2 days left']);
    assert.equal(left('2032-01-01T00:00:00Z', '2031-06-01T12:00:00Z')[1], '213 days left');
    assert.equal(left('2032-01-01T00:00:00Z', '2031-06-01T12:00:01Z')[1], 'not valid yet');
  });

  it('has the name by which people call a certificate', () => {
    const name = (more: Partial<Certificate>) => certificateName({ ...certificate, ...more });
    assert.equal(name({}), 'device');
    assert.equal(name({ commonName: '' }), 'Company');
    assert.equal(name({ commonName: '', organization: '' }), 'O = Company, CN = device');
    assert.equal(name({ commonName: '', organization: '', subject: '' }), '0A');
    assert.equal(keyName({ type: 'EC', bits: 0, fingerprint: '' }), 'EC');
    assert.equal(keyName({ type: 'other', bits: 1, fingerprint: '' }), 'a key of another type 1');
  });

  it('decides what the device reads it as', () => {
    const roles = Object.entries(contents()).map(
      ([title, content]) => [title, contentRole(content)] as const,
    );
    const of = (role: string) => roles.filter(([, each]) => each === role).map(([title]) => title);
    assert.deepEqual(of('key'), ['a key', 'a key of another type', 'encrypted key', 'damaged key']);
    assert.deepEqual(of('certificate'), [
      'a certificate',
      'a CA',
      'a certificate of version 1 with another signature',
      'a request',
      'public key',
      'damaged certificate',
      'damaged',
    ]);
    assert.equal(contentRole(undefined), undefined);
  });
});

describe('a certificate that is read', () => {
  const certificateOf = (der: Uint8Array) => {
    const content = readDer(der);
    return content.kind === 'certificate' ? content : assert.fail(content.kind);
  };

  it('has the attributes of its names as OpenSSL abbreviates them', async () => {
    const types: [oid: string, name: string][] = [
      ['2.5.4.3', 'CN'],
      ['2.5.4.4', 'SN'],
      ['2.5.4.5', 'serialNumber'],
      ['2.5.4.6', 'C'],
      ['2.5.4.7', 'L'],
      ['2.5.4.8', 'ST'],
      ['2.5.4.9', 'street'],
      ['2.5.4.10', 'O'],
      ['2.5.4.11', 'OU'],
      ['2.5.4.12', 'title'],
      ['2.5.4.42', 'GN'],
      ['0.9.2342.19200300.100.1.1', 'UID'],
      ['0.9.2342.19200300.100.1.25', 'DC'],
      ['1.2.840.113549.1.9.1', 'emailAddress'],
      ['2.5.4.99', '2.5.4.99'],
    ];
    const name = types.map(([oid], index) => ({ [oid]: [`v${index}`] }));
    const { subject, commonName, organization } = certificateOf(await selfSigned({ name: name as never }));
    assert.equal(subject, types.map(([, type], index) => `${type} = v${index}`).join(', '));
    assert.deepEqual([commonName, organization], ['v0', 'v7']);
  });

  it('has several values of a name, and all of its parts', async () => {
    const name = [{ O: ['a'], OU: ['b'] }, { CN: ['c'] }, { CN: ['d'] }];
    const { subject, commonName } = certificateOf(await selfSigned({ name: name as never }));
    assert.equal(subject, 'O = a + OU = b, CN = c, CN = d');
    assert.equal(commonName, 'c d');
  });

  it('has its alternative names, of each kind that there is', async () => {
    const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ]);
    const made = await X509CertificateGenerator.createSelfSigned(
      {
        keys,
        name: '',
        serialNumber: '00ff01',
        notBefore: inDays(-1),
        notAfter: inDays(1),
        signingAlgorithm: { name: 'ECDSA', hash: 'SHA-384' },
        extensions: [
          new SubjectAlternativeNameExtension([
            { type: 'dns', value: 'a.example' },
            { type: 'ip', value: '192.0.2.1' },
            { type: 'ip', value: '2001:db8::1' },
            { type: 'url', value: 'https://a.example/' },
            { type: 'email', value: 'a@a.example' },
            { type: 'dn', value: 'CN=dir' },
            { type: 'id', value: '1.2.3' },
          ]),
        ],
      },
      webcrypto,
    );
    const found = certificateOf(new Uint8Array(made.rawData));
    assert.deepEqual(found.names, [
      'a.example',
      '192.0.2.1',
      '2001:db8::1',
      'https://a.example/',
      'a@a.example',
      'CN = dir',
    ]);
    assert.deepEqual(
      [found.subject, found.serial, found.signature, found.hash, found.isCa, found.selfIssued],
      ['', 'FF01', 'ecdsa-with-SHA384', undefined, undefined, true],
    );
    assert.deepEqual([found.key.type, found.key.bits], ['EC', 256]);
  });

  it('has its signature by the name of its identifier', () => {
    const theirs: [oid: string, name: string, scheme: string, hash: string | undefined][] = [
      [rsa.id_md2WithRSAEncryption, 'md2WithRSAEncryption', '', undefined],
      [rsa.id_md5WithRSAEncryption, 'md5WithRSAEncryption', 'PKCS#1 v1.5', 'md5'],
      [rsa.id_sha1WithRSAEncryption, 'sha1WithRSAEncryption', 'PKCS#1 v1.5', 'sha1'],
      [rsa.id_sha224WithRSAEncryption, 'sha224WithRSAEncryption', 'PKCS#1 v1.5', 'sha224'],
      [rsa.id_sha256WithRSAEncryption, 'sha256WithRSAEncryption', 'PKCS#1 v1.5', 'sha256'],
      [rsa.id_sha384WithRSAEncryption, 'sha384WithRSAEncryption', 'PKCS#1 v1.5', 'sha384'],
      [rsa.id_sha512WithRSAEncryption, 'sha512WithRSAEncryption', 'PKCS#1 v1.5', 'sha512'],
      [rsa.id_RSASSA_PSS, 'rsassaPss', 'RSASSA-PSS', undefined],
      [ecc.id_ecdsaWithSHA1, 'ecdsa-with-SHA1', 'ECDSA', undefined],
      [ecc.id_ecdsaWithSHA224, 'ecdsa-with-SHA224', 'ECDSA', undefined],
      [ecc.id_ecdsaWithSHA256, 'ecdsa-with-SHA256', 'ECDSA', undefined],
      [ecc.id_ecdsaWithSHA384, 'ecdsa-with-SHA384', 'ECDSA', undefined],
      [ecc.id_ecdsaWithSHA512, 'ecdsa-with-SHA512', 'ECDSA', undefined],
    ];
    for (const [oid, name, scheme, hash] of theirs) {
      const ours = signatureAlgorithms.get(oid);
      assert.deepEqual([ours?.name, ours?.scheme ?? '', ours?.hash], [name, scheme, hash], oid);
    }
    const rest = [...signatureAlgorithms].filter(([oid]) => theirs.every(([known]) => known !== oid));
    assert.deepEqual(
      rest.map(([oid, { name, scheme = '', hash = '' }]) => [oid, name, scheme, hash].join(' ').trim()),
      [
        '1.3.14.3.2.29 sha1WithRSA  sha1',
        '1.3.101.112 Ed25519 Ed25519',
        '1.3.101.113 Ed448 Ed448',
        '2.16.840.1.101.3.4.3.13 SHA3-224',
        '2.16.840.1.101.3.4.3.14 SHA3-256',
        '2.16.840.1.101.3.4.3.15 SHA3-384',
        '2.16.840.1.101.3.4.3.16 SHA3-512',
      ],
    );
  });
});

describe('a private key that is read', () => {
  it('has the bits of its curve or modulus, and no fingerprint where its public half is not known', () => {
    const keyOf = (der: Uint8Array) => {
      const content = readDer(der);
      return content.kind === 'key' ? content : assert.fail(content.kind);
    };
    for (const [namedCurve, bits] of [
      ['P-256', 256],
      ['P-384', 384],
      ['P-521', 521],
      ['secp256k1', 256],
      ['P-224', 0],
    ] as const) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve });
      for (const type of ['sec1', 'pkcs8'] as const) {
        const key = keyOf(privateKey.export({ type, format: 'der' }));
        assert.deepEqual([key.public.type, key.public.bits], ['EC', bits], namedCurve);
        assert.match(key.public.fingerprint, /^[0-9a-f]{64}$/);
      }
    }
    // ECPrivateKey { 1, 2 bytes, [0] P-384 } without the public key.
    const sec1 = Buffer.from('301002010104020102a00706052b81040022', 'hex');
    assert.deepEqual(keyOf(sec1).public, { type: 'EC', bits: 384, fingerprint: '' });
    const { privateKey } = generateKeyPairSync('ed25519');
    assert.deepEqual(keyOf(privateKey.export({ type: 'pkcs8', format: 'der' })).public, {
      type: 'other',
      bits: 0,
      fingerprint: '',
    });
    const { privateKey: odd } = generateKeyPairSync('rsa', { modulusLength: 1023 });
    assert.equal(keyOf(odd.export({ type: 'pkcs1', format: 'der' })).public.bits, 1023);
  });
});

describe('bytes that are DER or PEM', () => {
  it('are DER up to its first length, with what is behind counted', async () => {
    const der = await selfSigned();
    const read = (bytes: Uint8Array) => {
      const { encoding, contents: found, trailing } = readContents(bytes);
      return [
        encoding,
        found.map(content => (content.kind === 'other' ? content.what : content.kind)),
        trailing,
      ];
    };
    assert.deepEqual(read(der), ['der', ['certificate'], undefined]);
    assert.deepEqual(read(Buffer.concat([der, Buffer.alloc(7)])), ['der', ['certificate'], 7]);
    assert.deepEqual(read(Buffer.from([0x30, 0, 1])), ['der', ['damaged'], undefined]);
    // A text that only looks like DER: 0x30 is “0”.
    const pem = `-----BEGIN X-----\n${Buffer.from(der).toString('base64')}\n-----END X-----\n`;
    assert.deepEqual(read(Buffer.from(pem)), ['pem', ['certificate'], undefined]);
    assert.deepEqual(read(Buffer.from(`0${pem}`))[0], 'der');
    assert.deepEqual(
      [Buffer.from([0x30, 0x7f]), Buffer.from([0x30, 0x82]), der].map(headerLength),
      [2, 4, 4],
    );
  });

  it('are named by the label of PEM where nothing else tells', () => {
    const what = (label: string, body = 'QUJD') => {
      const text = `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
      const [content] = readContents(Buffer.from(text)).contents;
      return content?.kind === 'other' ? content.what : content?.kind;
    };
    assert.deepEqual(
      [
        'CERTIFICATE',
        'X509 CERTIFICATE',
        'PRIVATE KEY',
        'EC PRIVATE KEY',
        'PUBLIC KEY',
        'RSA PUBLIC KEY',
        'X',
        'PKCS7',
        'PKCS #7 SIGNED DATA',
        'CMS',
        'X509 CRL',
        'CRL',
        'OPENSSH PRIVATE KEY',
        'DH PARAMETERS',
        'X9.42 DH PARAMETERS',
        'EC PARAMETERS',
        'DSA PARAMETERS',
      ].map(label => `${label}: ${what(label)}`),
      [
        'CERTIFICATE: damaged certificate',
        'X509 CERTIFICATE: damaged certificate',
        'PRIVATE KEY: damaged key',
        'EC PRIVATE KEY: damaged key',
        'PUBLIC KEY: public key',
        'RSA PUBLIC KEY: public key',
        'X: unknown',
        'PKCS7: PKCS#7',
        'PKCS #7 SIGNED DATA: PKCS#7',
        'CMS: PKCS#7',
        'X509 CRL: CRL',
        'CRL: CRL',
        'OPENSSH PRIVATE KEY: OpenSSH key',
        'DH PARAMETERS: parameters',
        'X9.42 DH PARAMETERS: parameters',
        'EC PARAMETERS: parameters',
        'DSA PARAMETERS: parameters',
      ],
    );
    assert.equal(foreignLabel('CERTIFICATE'), undefined);
  });

  it('are another program’s by how they begin', () => {
    const beginnings: [text: string, what: string | undefined][] = [
      ['\xfe\xed\xfe\xed\0\0\0\x02', 'Java key store'],
      ['\xce\xce\xce\xce\0\0\0\x02', 'Java key store'],
      ['\xfe\xed\xfe\xed\x01\0\0\x02', undefined],
      ['PuTTY-User-Key-File-3: x', 'PuTTY key'],
      ['PuTTY-User-Key-File-: x', undefined],
      ['ssh-rsa AAAAB3', 'OpenSSH public key'],
      ['\n ssh-ed25519 AAAAC3', 'OpenSSH public key'],
      ['ecdsa-sha2-nistp256 AAAAE2', 'OpenSSH public key'],
      ['ssh-rsa BBBB', undefined],
      ['---- BEGIN SSH2 PUBLIC KEY ----', 'OpenSSH public key'],
      ['x---- BEGIN SSH2 PUBLIC KEY ----', undefined],
    ];
    for (const [text, what] of beginnings)
      assert.equal(foreignFile(Buffer.from(text, 'latin1')), what, JSON.stringify(text));
  });

  it('are base64 of DER without lines, or not', () => {
    const body = Buffer.from([0x30, 0x82, ...Buffer.alloc(30, 1)]).toString('base64');
    assert.deepEqual(base64Der(Buffer.from(body)), Buffer.from(body, 'base64'));
    assert.deepEqual(base64Der(Buffer.from(`\r\n  ${body}\n`)), Buffer.from(body, 'base64'));
    for (const text of [`${body}!`, `x${body}`, `${' '.repeat(17)}${body}`, body.slice(0, 23), 'MI!A'])
      assert.equal(base64Der(Buffer.from(text)), undefined, text);
  });
});

describe('a call that gives the device its certificate', () => {
  it('is known by its function, and its data by their name without what is around it', () => {
    const call = (name: string) =>
      roleOf({ function: name, nameRange: { offset: 0, length: 0 }, arguments: [] });
    assert.deepEqual(
      ['certificate', 'private_key', 'x'].map(what => call(`espconn_secure_set_default_${what}`)),
      ['certificate', 'key', undefined],
    );
    const names: [argument: string, name: string][] = [
      ['cert', 'cert'],
      ['&cert', 'cert'],
      ['&cert[0]', 'cert'],
      ['(uint8*)cert', 'cert'],
      ['(const uint8_t*)&cert[0]', 'cert'],
      ['(volatile uint8*const)(cert)', 'cert'],
      ['((uint8*)(cert))', '((uint8*)(cert))'],
      ['(cert)', 'cert'],
      ['(a->cert)', 'a->cert'],
      ['cert+1', 'cert+1'],
      ['cert[0]', 'cert[0]'],
    ];
    for (const [text, name] of names)
      assert.equal(dataOf({ text, range: { offset: 0, length: text.length } }), name, text);
    assert.equal(dataOf(undefined), '');
  });
});
