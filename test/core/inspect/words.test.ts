import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import path from 'node:path';
import { cHeader } from '../../../src/certificates/cHeader';
import { encodeRecords } from '../../../src/certificates/flashRecords';
import { rules } from '../../../src/certificates/inspect/findings';
import { fixTitle } from '../../../src/certificates/inspect/fixes';
import { inspectBytes } from '../../../src/certificates/inspect/inspectFile';
import type { Finding } from '../../../src/certificates/inspect/rules/rule';
import { expectGolden } from '../../golden';
import { device, deviceFile, find, inDays, selfSigned } from './samples';

const libssl = { device: device('libssl') };
const record = (name: string, data: Uint8Array) => ({ name, data });
const inspected = (file: string, text: string) => inspectBytes(Buffer.from(text), file);

/** Where a finding is in a file, as far as that is the same for every certificate. */
function place({ range }: Finding, content: Uint8Array | string): string {
  if (range === undefined) return 'the whole file';
  if (typeof content !== 'string') return `byte ${range.offset}, ${range.length} bytes`;
  return JSON.stringify(content.slice(range.offset, range.offset + range.length));
}

/** Keys and dates are new each time: their lengths and days are not what is tested; limits and sizes of keys are. */
function masked(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d/g, 'DATE')
    .replace(/(?<![\w.])(?!(?:512|1024|2048|4096|8192)\b)\d{3,}(?![\w.])/g, 'N')
    .replace(/\b(byte|Byte) \d\d\b/g, '$1 N');
}

/** A certificate as one of version 1, without version and extensions; its signature is not looked at. */
function version1(der: Uint8Array): Uint8Array {
  const bytes = Buffer.from(der);
  const lengthAt = (at: number) => {
    const short = bytes.readUInt8(at + 1);
    const more = short & 0x7f;
    return short < 0x80 ? 2 + short : 2 + more + bytes.readUIntBE(at + 2, more);
  };
  const parts = (start: number, end: number): Buffer[] => {
    const found: Buffer[] = [];
    for (let at = start; at < end; at += lengthAt(at)) found.push(bytes.subarray(at, at + lengthAt(at)));
    return found;
  };
  const [version, extensions] = [0xa0, 0xa3];
  const sequence = (content: Buffer) =>
    Buffer.concat([Buffer.of(0x30, 0x82, content.length >> 8, content.length & 0xff), content]);
  // SEQUENCE { SEQUENCE { [0] version, …, [3] extensions }, … }: lengths of two bytes each.
  const [, ...rest] = parts(4, der.length);
  const signed = parts(8, 4 + lengthAt(4)).filter(([tag]) => tag !== version && tag !== extensions);
  return sequence(Buffer.concat([sequence(Buffer.concat(signed)), ...rest]));
}

/** Files with something wrong, and what they are for. */
async function cases(): Promise<
  Record<string, [file: string, content: Uint8Array | string, options?: Parameters<typeof find>[2]]>
> {
  const [header, key, own] = await Promise.all(
    ['cert.h', 'private_key.h', 'esp_cert_private_key.bin'].map(name => deviceFile(name)),
  );
  const [certHeader, keyHeader] = [Buffer.from(header ?? '').toString(), Buffer.from(key ?? '').toString()];
  const pkcs8 = createPrivateKey(Buffer.from(await deviceFile('server.key')));
  const pkcs8Der = pkcs8.export({ type: 'pkcs8', format: 'der' });
  const encrypted = pkcs8.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' });
  const der = await selfSigned();
  const ca = async (...wishes: Parameters<typeof selfSigned>[0][]) =>
    encodeRecords(
      await Promise.all(wishes.map(async (wish, at) => record(`ca${at}`, await selfSigned(wish)))),
    );
  const items = inspectBytes(own ?? new Uint8Array(), 'x.bin').items.map(
    ({ dataRange: { offset, length } }) => (own ?? new Uint8Array()).subarray(offset, offset + length),
  );
  const [certificate = der, privateKey = der] = items;
  const includes = ['a.c', 'b.c'].map(file => inspected(`user/${file}`, '#include "cert.h"\n'));
  const headers = [inspected('cert.h', certHeader), inspected('private_key.h', keyHeader)];
  const call = (text: string) => `void f() { espconn_secure_set_default_${text}; }`;
  const of = async (wish: Parameters<typeof selfSigned>[0]) =>
    cHeader('default_certificate', await selfSigned(wish));
  return {
    'a header that two sources include': ['cert.h', certHeader, { others: includes }],
    'a wrong length': ['cert.h', certHeader.replace(/_len = \d+/, '_len = 39')],
    'no length': ['cert.h', certHeader.replace(/unsigned int .*\n/, '')],
    'a key in PKCS#8, with libssl': ['private_key.h', cHeader('default_private_key', pkcs8Der), libssl],
    'a record of a key in PKCS#8, with libssl': [
      'esp_cert_private_key.bin',
      encodeRecords([record('certificate', certificate), record('private_key', pkcs8Der)]),
      libssl,
    ],
    'neither DER nor PEM': ['c.h', cHeader('default_certificate', Uint8Array.of(1, 2))],
    'a damaged certificate': ['c.h', cHeader('other', der.subarray(0, -4))],
    'an encrypted key': [
      'esp_cert_private_key.bin',
      encodeRecords([record('certificate', certificate), record('private_key', Buffer.from(encrypted))]),
    ],
    'a key of another certificate': [
      'esp_cert_private_key.bin',
      encodeRecords([
        record('certificate', await selfSigned({ bits: 2048 })),
        record('private_key', privateKey),
      ]),
    ],
    'the address of the SDK’s script': ['cert.h', await of({ name: 'O=TLS Project, CN=192.168.111.100' })],
    'a key that git has': ['private_key.h', keyHeader, { project: { isTracked: () => true } }],
    'a small key, with CA verification': ['cert.h', await of({ bits: 1024 })],
    'a large key, with libssl': ['cert.h', await of({ bits: 2048 }), libssl],
    'a small key in the project’s file': ['esp8266-ssl.json', '{ "certificates": { "bits": 1024 } }'],
    'a large key in the project’s file': ['esp8266-ssl.json', '{ "certificates": { "bits": 2048 } }', libssl],
    'an elliptic curve': ['cert.h', await of({ keys: 'EC' })],
    'a certificate that has expired': ['cert.h', await of({ notAfter: inDays(-1) })],
    'a certificate of tomorrow': ['cert.h', await of({ notBefore: inDays(1) })],
    'no padding behind records': [
      'esp_ca_cert.bin',
      Buffer.concat([await ca({ ca: true }), Buffer.from('abc')]),
    ],
    'padding with 0x00': ['esp_ca_cert.bin', Buffer.concat([await ca({ ca: true }), Buffer.alloc(40)])],
    'a record that is cut off': ['esp_ca_cert.bin', (await ca({ ca: true })).subarray(0, -1)],
    'no record name': ['esp_ca_cert.bin', der],
    'an empty file': ['esp_ca_cert.bin', new Uint8Array()],
    'three CA records': ['esp_ca_cert.bin', await ca({ ca: true }, { ca: true }, { ca: true })],
    'three CA records, with libssl': [
      'esp_ca_cert.bin',
      await ca({ ca: true }, { ca: true }, { ca: true }),
      libssl,
    ],
    'a record of another name': [
      'esp_cert_private_key.bin',
      encodeRecords([record('TLS.x509_1024.cer', certificate), record('private_key', privateKey)]),
    ],
    'no record of the key': ['esp_cert_private_key.bin', encodeRecords([record('certificate', certificate)])],
    'a CA of version 1': [
      'esp_ca_cert.bin',
      encodeRecords([record('ca', version1(await selfSigned({ bits: 2048 })))]),
    ],
    'a CA that is none': ['esp_ca_cert.bin', await ca({ ca: false })],
    'the SDK’s scripts': [
      'makefile.sh',
      '#!/bin/sh',
      { project: { tools: { python: '3.11.2', openssl: '3.0.19' } } },
    ],
    'a key for a certificate': ['main.c', call('certificate(default_private_key, n)'), { others: headers }],
    'a certificate for a key': [
      'main.c',
      call('private_key((uint8 *)default_certificate, n)'),
      { others: headers },
    ],
    'a wrong length in a call': ['main.c', call('certificate(default_certificate, 39)'), { others: headers }],
    'arguments in the wrong order': [
      'main.c',
      call('certificate(default_certificate_len, default_certificate)'),
      { others: headers },
    ],
    'the length of another array': [
      'main.c',
      call('certificate(default_certificate, default_private_key_len)'),
      { others: headers },
    ],
    'too long for the device': ['main.c', call('certificate(unknown, 8193)'), { others: headers }],
  };
}

describe('the words of the rules over certificates', () => {
  it('are those of the golden text, each at its place and with its fix', async () => {
    const sections: string[] = [];
    const met = new Set<string>();
    for (const [title, [file, content, options]] of Object.entries(await cases())) {
      const findings = find(file, content, options);
      assert.ok(findings.length > 0, title);
      const lines = findings.flatMap(finding => {
        const { rule, severity, message, fix } = finding;
        met.add(rule);
        return [
          `${severity} ${rule}: ${message}`,
          `  at ${place(finding, content)}`,
          ...(fix === undefined ? [] : [`  fix: ${fixTitle(fix)}`]),
        ];
      });
      sections.push(`== ${title}: ${file}\n\n${masked(lines.join('\n'))}\n`);
    }
    expectGolden(path.join(__dirname, 'words.golden.txt'), sections.join('\n'));
    assert.deepEqual(
      rules.map(({ id }) => id).filter(id => !met.has(id)),
      [],
    );
  });
});
