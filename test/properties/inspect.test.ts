import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { cHeader } from '../../src/certificates/cHeader';
import { encodeRecords } from '../../src/certificates/flashRecords';
import { generateCertificates } from '../../src/certificates/generate';
import { findingsOf } from '../../src/certificates/inspect/findings';
import { fixBytes, fixText } from '../../src/certificates/inspect/fixes';
import { inspectBytes, inspectText, maxBytes } from '../../src/certificates/inspect/inspectFile';
import { deviceOf } from '../../src/certificates/inspect/obstacles';
import { readC } from '../../src/certificates/inspect/cArrays';
import { reportOf } from '../../src/certificates/inspect/report';
import { inspectAny } from '../../src/simulator/firmware/inspectFirmware';

/** INSPECT_MUTATIONS=100000 (npm run fuzz:inspect) runs more of each. */
const cases = Number(process.env['INSPECT_MUTATIONS'] ?? 300);
const largest = 256 * 2 ** 20;

/** One change of the bytes of a file. */
type Change =
  | { kind: 'set'; at: number; value: number }
  | { kind: 'cut'; at: number; length: number }
  | { kind: 'repeat'; at: number; length: number; times: number }
  | { kind: 'insert'; at: number; text: string };

const pieces = [
  '/*',
  '*/',
  '//',
  '"',
  "'",
  '\\',
  '\\\n',
  '{',
  '}',
  '(',
  '[',
  ';',
  ',',
  '=',
  '#if 0\n',
  '#else\n',
  '#endif\n',
  '\n',
  '-----BEGIN CERTIFICATE-----',
  '-----END CERTIFICATE-----',
  'Proc-Type: 4,ENCRYPTED',
  'espconn_secure_set_default_certificate(',
  'sizeof(',
  '0x',
  '\0',
  '\x30\x80',
  '\x30\x84\xff\xff\xff\xff',
  '\xff\xff',
];
const at = fc.nat({ max: 1 << 20 });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at, value: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ kind: fc.constant('cut' as const), at, length: fc.nat({ max: 60 }) }),
  fc.record({
    kind: fc.constant('repeat' as const),
    at,
    length: fc.integer({ min: 1, max: 40 }),
    times: fc.oneof(
      { weight: 9, arbitrary: fc.nat({ max: 5 }) },
      { weight: 1, arbitrary: fc.nat({ max: 5000 }) },
    ),
  }),
  fc.record({ kind: fc.constant('insert' as const), at, text: fc.constantFrom(...pieces) }),
);
const changes = fc.array(change, { minLength: 1, maxLength: 6 });

function changed(original: Uint8Array, list: readonly Change[]): Buffer {
  let bytes = Buffer.from(original);
  for (const each of list) {
    const place = each.at % (bytes.length + 1);
    const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
    switch (each.kind) {
      case 'set':
        if (after.length > 0) bytes[place] = each.value;
        break;
      case 'cut':
        bytes = Buffer.concat([before, after.subarray(each.length)]);
        break;
      case 'repeat':
        bytes = Buffer.concat([
          before,
          ...Array<Buffer>(each.times).fill(after.subarray(0, each.length)),
          after,
        ]);
        break;
      case 'insert':
        bytes = Buffer.concat([before, Buffer.from(each.text, 'latin1'), after]);
        break;
    }
  }
  return bytes;
}

/** Everything that somebody does with a file. Returns how many contents were recognised. */
function lookAt(file: string, bytes: Uint8Array): number {
  const now = Date.now();
  const inspection = file.endsWith('.h')
    ? inspectText(Buffer.from(bytes).toString(), file)
    : file.endsWith('.any')
      ? inspectAny(bytes, file)
      : inspectBytes(bytes, file);
  const text = file.endsWith('.h') ? Buffer.from(bytes).toString() : '';
  for (const library of ['libssl', 'libmbedtls'] as const) {
    const device = deviceOf('3.0.6', library);
    const findings = findingsOf({ inspection, others: [], device, project: {}, now });
    for (const { fix } of findings) {
      if (fix && text !== '') {
        for (const { end: behind } of fixText(fix, inspection, text))
          assert.ok(behind <= text.length, 'a fix outside of the file');
      } else if (fix) fixBytes(fix, inspection, bytes);
    }
    JSON.stringify(reportOf(inspection, findings, '3.0.6', now));
  }
  const end = text === '' ? bytes.length : text.length;
  for (const { range } of inspection.items)
    assert.ok(range.offset >= 0 && range.offset + range.length <= end, 'a place outside of the file');
  return inspection.items.flatMap(({ contents }) => contents).filter(({ kind }) => kind !== 'other').length;
}

/** An application image for the first slot: irom0 with these contents, then an inner image of one segment. */
function slotImage(code: Uint8Array): Buffer {
  const length = Math.ceil(code.length / 16) * 16;
  const head = Buffer.alloc(16);
  head.set([0xea, 4, 0, 1]);
  head.writeUInt32LE(length, 12);
  const inner = Buffer.alloc(16 + 16);
  inner.set([0xe9, 1, 0, 0]);
  inner.writeUInt32LE(0x3ffe8000, 8);
  inner.writeUInt32LE(4, 12);
  return Buffer.concat([head, code, Buffer.alloc(length - code.length), inner]);
}

describe('any file', function () {
  this.timeout(60_000 + 20 * cases);
  const originals = new Map<string, Uint8Array[]>();

  before(async () => {
    const { files, ca, device } = await generateCertificates({ name: 'device.local', bits: 512 });
    const file = (name: string) => files.find(each => each.name === name)?.bytes ?? new Uint8Array();
    const pkcs8 = createPrivateKey(Buffer.from(file('server.key'))).export({ type: 'pkcs8', format: 'der' });
    const pem = Buffer.from(file('server.crt')).toString().trimEnd().split('\n');
    const strings = `static const char ca[] ICACHE_RODATA_ATTR =\n${pem.map(line => `  "${line}\\n"`).join('\n')};\n`;
    originals.set('x.h', [
      file('cert.h'),
      Buffer.concat([
        Buffer.from('#include "a.h"\n#ifdef A\n'),
        file('private_key.h'),
        Buffer.from('#endif\n'),
      ]),
      Buffer.from(strings),
      Buffer.from(cHeader('default_private_key', pkcs8)),
    ]);
    originals.set('esp_cert_private_key.bin', [
      file('esp_cert_private_key.bin'),
      encodeRecords([
        { name: 'key', data: pkcs8 },
        { name: 'pem', data: file('ca.crt') },
      ]),
    ]);
    originals.set('x.crt', [
      file('server.crt'),
      file('server.key'),
      Buffer.concat([file('ca.crt'), file('ca.key')]),
    ]);
    originals.set('x.cer', [ca.certificate, device.certificate, device.key, pkcs8]);
    const records = file('esp_ca_cert.bin');
    const slot = slotImage(Buffer.concat([Buffer.alloc(64, 0x55), file('ca.crt'), device.certificate]));
    const dump = Buffer.alloc(512 * 1024, 0xff);
    dump.set(slot, 0x1000);
    dump.set(records, 0x3b000);
    originals.set('x.any', [
      slot,
      dump.subarray(0, 0x3c000),
      readFileSync(path.join(__dirname, '..', '..', 'samples', 'https-server', 'firmware.elf')),
      Buffer.concat([Buffer.from('!<arch>\n'), Buffer.alloc(60, 0x20), device.certificate, pkcs8]),
      Buffer.concat([Buffer.alloc(100), records, Buffer.alloc(9, 0xff), file('server.key')]),
    ]);
  });

  for (const [what, name] of [
    ['a C header', 'x.h'],
    ['a record file', 'esp_cert_private_key.bin'],
    ['a PEM file', 'x.crt'],
    ['a DER file', 'x.cer'],
    ['firmware, a library or the contents of a flash', 'x.any'],
  ] as const) {
    it(`that was ${what} is looked at (${cases} cases)`, () => {
      let recognised = 0;
      fc.assert(
        fc.property(fc.nat(), changes, (which, list) => {
          const given = originals.get(name) ?? [];
          const bytes = changed(given[which % given.length] ?? new Uint8Array(), list);
          if (lookAt(name, bytes) > 0) recognised++;
          const { arrayBuffers } = process.memoryUsage();
          assert.ok(arrayBuffers < largest, `${arrayBuffers} bytes of buffers`);
        }),
        { numRuns: cases, seed: 1, endOnFailure: true },
      );
      // Mutations that only ever break everything would prove nothing.
      assert.ok(recognised > cases / 20, `${recognised} of ${cases} recognised`);
    });
  }

  it('of bytes by chance is looked at', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...originals.keys()), (bytes, name) => {
        lookAt(name, bytes);
      }),
      { seed: 1 },
    );
  });

  it('of a quarter of the limit, made to be slow, is looked at', () => {
    const patterns = [
      ...pieces,
      'char a[]={',
      'char a[]={0x30,0x82,',
      'char a[]="-----BEGIN X-----',
      '-----BEGIN CERTIFICATE-----\nQUJD\n',
      'unsigned char a[] = {1}; int a_len = sizeof(a);\n',
      '#ifdef A\nx\n',
      'x.cer'.padEnd(32, '\0') + '\x01\0a',
      'a ',
    ];
    for (const pattern of patterns) {
      const bytes = Buffer.alloc(maxBytes >> 2, pattern, 'latin1');
      for (const name of originals.keys()) lookAt(name, bytes);
    }
  });
});

describe('a C header', () => {
  it('is read as it was written', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const forms: ((value: number) => string)[] = [
      value => `0x${value.toString(16)}`,
      value => `0X${value.toString(16).toUpperCase()}u`,
      value => String(value),
      value => `0${value.toString(8)}`,
      value => `'\\x${value.toString(16)}'`,
      value => `(unsigned char)${value}`,
    ];
    const gap = fc.constantFrom('', ' ', '\n', '\r\n\t', '/* 1, */', '// 2,\n', '\\\n', '/* 证书 */');
    const element = fc.tuple(byte, fc.constantFrom(...forms), gap);
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 40 }), gap, (elements, before) => {
        const list = elements.map(([value, form, space]) => `${space}${form(value)}${space}`).join(',');
        const text = `${before} static const unsigned char some_name[] = {${list}};`;
        const [array] = readC(text).arrays;
        assert.deepEqual(
          [...(array?.bytes ?? [])],
          elements.map(([value]) => value),
          text,
        );
        assert.equal(array?.odd, undefined, text);
      }),
      { seed: 1 },
    );
  });
});
