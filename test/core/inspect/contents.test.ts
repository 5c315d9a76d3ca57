import assert from 'node:assert/strict';
import path from 'node:path';
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  X509Certificate,
} from 'node:crypto';
import { readContents, readDer } from '../../../src/certificates/inspect/contents';
import { derLength } from '../../../src/certificates/inspect/der';
import {
  describe as describeContent,
  daysLeftText,
  formText,
  summary,
} from '../../../src/certificates/inspect/describe';
import { inspectBytes, maxBytes } from '../../../src/certificates/inspect/inspectFile';
import type { Certificate, Content } from '../../../src/certificates/inspect/model';
import { pemBlocks } from '../../../src/certificates/inspect/pemBlocks';
import { deviceFile, deviceFiles, inDays, now, selfSigned } from './samples';

function certificateOf(content: Content | undefined): Certificate {
  assert.equal(content?.kind, 'certificate');
  return content;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('contents', () => {
  it('of a certificate are what Node says', async () => {
    const pem = await deviceFile('server.crt');
    const theirs = new X509Certificate(pem);
    const ours = certificateOf(readContents(pem).contents[0]);
    assert.deepEqual(
      [ours.subject, ours.issuer].map(name => name.replaceAll(' = ', '=')),
      [theirs.subject, theirs.issuer].map(name => name.split('\n').join(', ')),
    );
    assert.equal(ours.serial, theirs.serialNumber);
    assert.equal(ours.fingerprint, theirs.fingerprint256.replaceAll(':', '').toLowerCase());
    assert.deepEqual([ours.key.type, ours.key.bits, ours.hash, ours.version], ['RSA', 512, 'sha256', 3]);
    assert.deepEqual([ours.names, ours.isCa, ours.selfIssued], [['device.local'], false, false]);
    assert.equal(Date.parse(ours.notAfter), Date.parse(theirs.validTo));
    assert.equal(Date.parse(ours.notBefore), Date.parse(theirs.validFrom));
    assert.equal(ours.key.fingerprint, sha256(theirs.publicKey.export({ type: 'spki', format: 'der' })));
    assert.equal(ours.size, theirs.raw.length);
  });

  it('of keys are their format, size and public half, never more', async () => {
    const key = createPrivateKey(Buffer.from(await deviceFile('server.key')));
    const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
    for (const [type, format] of [
      ['pkcs1', 'PKCS#1'],
      ['pkcs8', 'PKCS#8'],
    ] as const) {
      const der = key.export({ type, format: 'der' });
      const expected = { type: 'RSA', bits: 512, fingerprint: sha256(spki) };
      assert.deepEqual(readDer(der), { kind: 'key', format, size: der.length, public: expected });
    }
  });

  it('of EC keys, too', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const fingerprint = sha256(publicKey.export({ type: 'spki', format: 'der' }));
    for (const [type, format] of [
      ['sec1', 'SEC1'],
      ['pkcs8', 'PKCS#8'],
    ] as const) {
      const content = readDer(privateKey.export({ type, format: 'der' }));
      assert.equal(content.kind, 'key');
      assert.deepEqual([content.format, content.public], [format, { type: 'EC', bits: 256, fingerprint }]);
    }
    const { privateKey: other } = generateKeyPairSync('ed25519');
    const content = readDer(other.export({ type: 'pkcs8', format: 'der' }));
    assert.ok(content.kind === 'key' && content.public.type === 'other');
  });

  it('that are encrypted, public or damaged are named', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const what = (bytes: string | Buffer) => {
      const [content] = readContents(Buffer.from(bytes)).contents;
      return content?.kind === 'other' ? content.what : content?.kind;
    };
    const encryption = { cipher: 'aes-128-cbc', passphrase: 'x' };
    assert.equal(what(privateKey.export({ type: 'pkcs8', format: 'pem', ...encryption })), 'encrypted key');
    assert.equal(what(privateKey.export({ type: 'pkcs1', format: 'pem', ...encryption })), 'encrypted key');
    assert.equal(what(publicKey.export({ type: 'spki', format: 'pem' })), 'public key');
    assert.equal(what(publicKey.export({ type: 'spki', format: 'der' })), 'public key');
    const pem = Buffer.from(await deviceFile('server.crt')).toString();
    assert.equal(what(pem.replace('MII', 'MI!')), 'damaged certificate');
    assert.equal(what(pem.slice(0, 300)), 'damaged certificate');
    assert.equal(
      what('-----BEGIN RSA PRIVATE KEY-----\nQUJD\n-----END RSA PRIVATE KEY-----\n'),
      'damaged key',
    );
    const der = await selfSigned();
    assert.equal(what(Buffer.from(der.subarray(0, -1))), 'damaged');
    assert.equal(what(Buffer.concat([der, Buffer.alloc(1)])), 'certificate', 'what follows is ignored');
    assert.equal(what('hello'), 'unknown');
    assert.equal(what(''), 'unknown');
  });

  it('say of a certificate what a person asks', async () => {
    const der = await selfSigned({
      name: 'O=Büro, CN=设备',
      ca: true,
      notAfter: inDays(10.5),
    });
    const content = readDer(der);
    const lines = new Map(describeContent(content, now).map(({ label, value }) => [label, value]));
    assert.equal(lines.get('Subject'), 'O = Büro, CN = 设备');
    assert.equal(lines.get('Issuer'), 'self-signed');
    assert.match(lines.get('Valid') ?? '', /^\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d \(10 days left\)$/);
    assert.equal(lines.get('CA'), 'yes');
    assert.equal(summary(content, now), `设备 · RSA 512 · sha256 · 10 days left · ${der.length} bytes`);
    const certificate = certificateOf(content);
    assert.equal(daysLeftText(certificate, inDays(10).getTime()), '0 days left');
    assert.equal(daysLeftText(certificate, inDays(11).getTime()), 'expired');
    assert.equal(daysLeftText(certificate, inDays(-101).getTime()), 'not valid yet');
  });

  it('of each kind are shown in lines with a label each', async () => {
    const der = await selfSigned({ name: 'CN=device', ca: false });
    const key = Buffer.from(await deviceFile('private_key.h'));
    const shown = (content: Content | undefined) =>
      content === undefined
        ? []
        : describeContent(content, now).map(({ label, value }) => `${label}: ${value}`);
    const masked = (lines: string[]) =>
      lines.map(line =>
        line
          .replace(/\d{4}-\d\d-\d\d/g, 'DATE')
          .replace(/\b[\da-f]{64}\b/gi, 'HASH')
          .replace(/\d+ bytes/, 'N bytes'),
      );
    assert.deepEqual(masked(shown(readDer(der))), [
      'Subject: CN = device',
      'Issuer: self-signed',
      'Key: RSA 512',
      'Signature: sha256WithRSAEncryption',
      'Valid: DATE to DATE (100 days left)',
      'CA: no',
      'Version: 3',
      'Serial number: 01',
      'Size: N bytes of DER',
      'SHA-256: HASH',
    ]);
    assert.deepEqual(masked(shown(inspectBytes(key, 'private_key.h').items[0]?.contents[0])), [
      'Private key: RSA 512, PKCS#1',
      'Size: N bytes of DER',
      'SHA-256 of the public key: HASH',
    ]);
    assert.deepEqual(shown({ kind: 'other', what: 'encrypted key', size: 7 }), [
      'Content: encrypted private key',
      'Size: 7 bytes',
      'Next step: Import it with its passphrase: esp8266-ssl certs import',
    ]);
    const others = ['public key', 'damaged certificate', 'damaged key', 'damaged', 'unknown'] as const;
    assert.deepEqual(
      others.map(what => shown({ kind: 'other', what, size: 1 })[0]),
      [
        'Content: public key',
        'Content: damaged certificate',
        'Content: damaged private key',
        'Content: damaged DER',
        'Content: neither certificate nor key',
      ],
    );
    const forms = ['c', 'records', 'pem'] as const;
    assert.deepEqual(forms.map(formText), ['C source', 'flash records', 'PEM']);
  });

  it('keep control characters of hostile names from the terminal', async () => {
    const { subject } = certificateOf(
      readDer(await selfSigned({ name: [{ CN: ['a\u001b[2Jb\u202e'] }] as never })),
    );
    assert.equal(subject, 'CN = a�[2Jb�');
  });
});

describe('DER', () => {
  it('is measured', async () => {
    const der = await selfSigned();
    assert.equal(derLength(der), der.length);
    assert.equal(derLength(Buffer.concat([der, Buffer.alloc(9)])), der.length);
    for (const hex of [
      '',
      '30',
      '3003',
      '30800000',
      '3085',
      '3084ffffffff',
      '3002300500',
      '1f0100',
      '30020500ff',
    ])
      assert.equal(derLength(Buffer.from(hex, 'hex')), hex === '30020500ff' ? 4 : undefined, hex);
  });

  it('that is nested too deeply or split too finely is refused', () => {
    let deep: Buffer = Buffer.from([5, 0]);
    for (let level = 0; level < 30; level++) deep = Buffer.concat([Buffer.from([0x30, deep.length]), deep]);
    assert.equal(derLength(deep), undefined);
    const many = Buffer.concat([
      Buffer.from([0x30, 0x83, 0, 0xea, 0x60]),
      Buffer.alloc(60_000, Buffer.from([5, 0])),
    ]);
    assert.equal(derLength(many), undefined);
  });
});

describe('PEM', () => {
  it('blocks are found with text around them', () => {
    const text =
      'Subject: x\r\n-----BEGIN A B-----\r\nQUJD\r\n-----END A B-----\r\nmore\n-----BEGIN C-----\nQU==\n-----END D-----';
    const blocks = pemBlocks(text);
    assert.deepEqual(
      blocks.map(({ label, der, sound }) => [label, Buffer.from(der).toString(), sound]),
      [
        ['A B', 'ABC', true],
        ['C', 'A', false],
      ],
    );
    const [first] = blocks;
    assert.equal(
      first && text.slice(first.range.offset, first.range.offset + first.range.length),
      '-----BEGIN A B-----\r\nQUJD\r\n-----END A B-----',
    );
  });
});

describe('a file', () => {
  it('is known by its name or by how it begins', async () => {
    const files = await deviceFiles();
    const form = (name: string, bytes: Uint8Array) => inspectBytes(bytes, name).form;
    const forms = new Map([
      ['.h', 'c'],
      ['.bin', 'records'],
      ['.cer', 'der'],
      ['.der', 'der'],
      ['.crt', 'pem'],
      ['.key', 'pem'],
    ]);
    for (const [name, bytes] of files) {
      const expected = forms.get(path.extname(name));
      assert.equal(form(name, bytes), expected, name);
      if (expected !== 'c') assert.equal(form('renamed', bytes), expected, name);
    }
    assert.equal(form('x.cer', await selfSigned()), 'der');
    assert.equal(form('esp_ca_cert.bin', Buffer.from('nonsense')), 'records');
    assert.equal(form('user1.bin', Buffer.from([0xea, 4, 0, 0, ...new Uint8Array(100)])), 'unknown');
    assert.equal(form('makefile.sh', Buffer.from('#!/bin/sh')), 'script');
    assert.equal(form('big.h', new Uint8Array(maxBytes + 1)), 'too large');
  });

  it('of records says where each lies', async () => {
    const bytes = await deviceFile('esp_cert_private_key.bin');
    const { items, faults } = inspectBytes(bytes, 'esp_cert_private_key.bin');
    assert.deepEqual(faults, []);
    assert.deepEqual(
      items.map(({ name, contents }) => [name, contents[0]?.kind]),
      [
        ['certificate', 'certificate'],
        ['private_key', 'key'],
      ],
    );
    const [first, second] = items;
    assert.deepEqual(first?.range.offset, 0);
    assert.deepEqual(first.dataRange.offset, 34);
    assert.equal(second?.range.offset, 34 + first.size);
    assert.equal(second.dataRange.offset + second.dataRange.length, bytes.length);
  });

  it('keeps private key material out of all that it says', async () => {
    for (const [name, bytes] of await deviceFiles()) {
      const text = JSON.stringify(inspectBytes(bytes, name));
      const key = createPrivateKey(Buffer.from(await deviceFile('server.key'))).export({ format: 'jwk' });
      for (const secret of [key.d, key.p, key.q]) {
        const raw = Buffer.from(secret ?? '', 'base64url');
        for (const encoding of ['hex', 'base64', 'latin1'] as const)
          assert.ok(!text.includes(raw.subarray(2, 20).toString(encoding)), `${name} ${encoding}`);
        assert.ok(!text.includes([...raw.subarray(0, 6)].join(',')), name);
      }
    }
  });

  it('of C holds arrays with certificates only', async () => {
    const header = Buffer.from(await deviceFile('cert.h')).toString();
    const other = 'unsigned char image[] = {0x30, 1, 2, 3};\nchar text[] = "hello";\n';
    const { items } = inspectBytes(Buffer.from(other + header), 'all.h');
    assert.deepEqual(
      items.map(({ name }) => name),
      ['default_certificate'],
    );
    const pem = Buffer.from(await deviceFile('server.crt')).toString();
    const strings = pem
      .trimEnd()
      .split('\n')
      .map(line => `  "${line}\\n"`)
      .join('\r\n');
    const { items: inStrings } = inspectBytes(Buffer.from(`const char *ca =\r\n${strings};`), 'pem.h');
    assert.equal(inStrings[0]?.contents[0]?.kind, 'certificate');
    assert.equal(inStrings[0].encoding, 'pem');
  });
});
