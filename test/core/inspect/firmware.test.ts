import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { encodeRecords } from '../../../src/certificates/flashRecords';
import { certificateDer } from '../../../src/certificates/inspect/certificateBytes';
import { findingsOf } from '../../../src/certificates/inspect/findings';
import type { Inspection } from '../../../src/certificates/inspect/model';
import { reportOf } from '../../../src/certificates/inspect/report';
import { holdsPrivateKey } from '../../../src/certificates/privateKeyIn';
import { buildImage, buildRamImage } from '../../../src/flash/appImage';
import { mergedImage } from '../../../src/flash/pieces';
import { inspectAny } from '../../../src/simulator/firmware/inspectFirmware';
import { elfFile, type ElfParts } from '../elfFile';
import { device, deviceFile, ids, inDays, now, selfSigned } from './samples';

const samples = path.join(__dirname, '..', '..', '..', 'samples');
const ramAddress = 0x40100000;

/** What a TLS library has among its strings, and no key of which is one. */
const strings = Buffer.from(
  [
    '-----BEGIN CERTIFICATE-----',
    '-----END CERTIFICATE-----',
    '-----BEGIN RSA PRIVATE KEY-----',
    '-----BEGIN RSA PRIVATE KEY-----\n',
    '-----END RSA PRIVATE KEY-----\n',
    '-----BEGIN EC PRIVATE KEY-----',
    '-----BEGIN ENCRYPTED PRIVATE KEY-----',
    'Proc-Type: 4,ENCRYPTED',
    'private_key',
    'certificate',
    '',
  ].join('\0'),
);

/** Code around contents, each on a word as the linker puts it. */
function code(...contents: Uint8Array[]): Buffer {
  const filling = Buffer.alloc(3000, 0x21);
  return Buffer.concat([
    filling,
    strings,
    ...contents.flatMap(each => [each, Buffer.alloc(4 + ((4 - (each.length % 4)) % 4)), filling]),
  ]);
}

/** An image for a slot with the map in its header, and its trailer of a CRC. */
function slotImage(slot: 1 | 2, map: number, ...contents: Uint8Array[]): Buffer {
  const image = Buffer.from(
    buildImage(slot, ramAddress, code(...contents), [{ address: ramAddress, bytes: Buffer.alloc(300, 7) }]),
  );
  // The part for the RAM has its own header: the flash's map is in it.
  const inner = 16 + image.readUInt32LE(12);
  image[inner + 3] = map << 4;
  const crc = crc32(image.subarray(0, -4));
  image.writeUInt32LE(crc >>> 31 ? ~crc >>> 0 : crc + 1, image.length - 4);
  return image;
}

function title(bytes: Uint8Array, file = 'x.bin'): string {
  return reportOf(inspectAny(bytes, file), [], '3.0.6', now).form;
}

/** The offsets and kinds of what is found. */
function found({ items }: Inspection): [string, number, string | undefined][] {
  return items.map(({ name, dataRange, contents }) => [name, dataRange.offset, contents[0]?.kind]);
}

function rulesOf(inspection: Inspection): string[] {
  return ids(findingsOf({ inspection, others: [], device: device(), project: {}, now }));
}

describe('firmware that is inspected', () => {
  it('is named by slot and map, as the layout names it', () => {
    assert.match(title(slotImage(1, 2)), /^firmware for slot 1, 1024 KB \(512\+512\)/);
    assert.match(title(slotImage(2, 5)), /^firmware for slot 2, 2048 KB \(1024\+1024\)/);
    assert.match(title(slotImage(2, 6)), /^firmware for slot 2, 4096 KB \(1024\+1024\)/);
    const ram = (size: number) =>
      buildRamImage(ramAddress, [{ address: ramAddress, bytes: Buffer.alloc(size, 7) }]);
    assert.equal(title(ram(2000)), 'image for address 0, like boot.bin, 512 KB, 256+256');
    assert.equal(title(ram(20_000)), 'image for address 0, like eagle.flash.bin, 512 KB, 256+256');
    assert.equal(title(Buffer.alloc(4096, 0xff)), 'erased flash (blank.bin)');
    assert.equal(title(Buffer.from([5, ...Buffer.alloc(127)])), 'RF data (esp_init_data_default.bin)');
  });

  it('says so where it is damaged or truncated', () => {
    const image = slotImage(1, 2);
    image[2000] = 0;
    assert.match(
      title(image),
      /^firmware for slot 1, 1024 KB \(512\+512\): (damaged, its CRC is wrong|without its CRC)$/,
    );
    assert.match(title(image.subarray(0, 2500)), /^firmware for slot 1: truncated$/);
  });

  const ram = buildRamImage(ramAddress, [{ address: ramAddress, bytes: Buffer.alloc(300, 7) }]);
  /** Bytes of a file with some of them changed. */
  const changed = (bytes: Uint8Array, ...changes: [at: number, byte: number][]) => {
    const made = Uint8Array.from(bytes);
    for (const [at, byte] of changes) made[at < 0 ? made.length + at : at] = byte;
    return made;
  };
  /** Code without a header: so many returns (`ret.n`) in so many bytes. */
  const returns = (count: number, length: number) => {
    const bytes = Buffer.alloc(length);
    for (let index = 0; index < count; index++) bytes.set([0x0d, 0xf0], 2 * index);
    return bytes;
  };
  const rfData = 'RF data (esp_init_data_default.bin)';
  const titles: [what: string, bytes: Uint8Array, title: string][] = [
    [
      'a slot image whose CRC is missing',
      slotImage(1, 2).subarray(0, -4),
      'firmware for slot 1, 1024 KB (512+512): without its CRC',
    ],
    [
      'a slot image with another CRC',
      changed(slotImage(1, 2), [-1, 0x55], [-2, 0x55]),
      'firmware for slot 1, 1024 KB (512+512): damaged, its CRC is wrong',
    ],
    ['a slot image with a map that there is not', slotImage(1, 12), 'firmware for slot 1'],
    ['a slot image for 256 KB', slotImage(1, 1), 'firmware for slot 1, 256 KB'],
    [
      'an image for the RAM with a map that there is not',
      changed(ram, [3, 0xc0]),
      'image for address 0, like boot.bin',
    ],
    [
      'a damaged image for the RAM',
      changed(ram, [100, 0x55]),
      'image for address 0, like boot.bin, 512 KB, 256+256: damaged, its checksum is wrong',
    ],
    [
      'an image for the RAM that is cut off',
      ram.subarray(0, 100),
      'image for address 0, like boot.bin, 512 KB, 256+256: truncated',
    ],
    // One byte and a number of segments are no proof: nor is what does not start in code.
    ['the same with another entry', changed(ram.subarray(0, 100), [7, 0x3f]), 'binary file'],
    ['the data of the radio', Buffer.from([5, ...Buffer.alloc(127)]), rfData],
    ['one byte more', Buffer.from([5, ...Buffer.alloc(128)]), 'binary file'],
    ['another first byte', Buffer.from([6, ...Buffer.alloc(127)]), 'binary file'],
    ['a sector of erased flash', Buffer.alloc(4096, 0xff), 'erased flash (blank.bin)'],
    ['less than a sector of it', Buffer.alloc(4095, 0xff), 'binary file'],
    ['code that returns often', returns(9, 4096), 'Firmware, flash part (eagle.irom0text.bin)'],
    ['code that returns once in 512 bytes', returns(8, 4096), 'binary file'],
    ['less code', returns(100, 4095), 'binary file'],
  ];
  for (const [what, bytes, expected] of titles)
    it(`is “${expected}” for ${what}`, () => {
      assert.equal(title(bytes), expected);
    });

  it('has no keys in the strings of its TLS library', () => {
    const inspection = inspectAny(slotImage(1, 2), 'user1.bin');
    assert.equal(inspection.form, 'firmware');
    assert.deepEqual(inspection.items, []);
    assert.equal(reportOf(inspection, [], '3.0.6', now).empty, 'No certificate or key found in user1.bin.');
    assert.ok(!holdsPrivateKey(slotImage(1, 2)));
  });

  it('has its certificates and keys found, in DER, PEM and records, each at one offset', async () => {
    const der = await selfSigned();
    const pem = Buffer.from(await deviceFile('server.key'));
    const key = createPrivateKey(pem).export({ type: 'pkcs1', format: 'der' });
    const record = encodeRecords([{ name: 'my CA.cer', data: await selfSigned({ ca: true, bits: 1024 }) }]);
    const image = slotImage(2, 2, der, pem, key, record);
    const at = (bytes: Uint8Array) => image.indexOf(bytes);
    const inspection = inspectAny(image, 'user2.bin');
    assert.deepEqual(found(inspection), [
      ['DER', at(der), 'certificate'],
      ['RSA PRIVATE KEY', at(pem), 'key'],
      ['DER', at(key), 'key'],
      ['my CA.cer', at(record) + 34, 'certificate'],
    ]);
    const last = inspection.items.at(-1);
    assert.deepEqual(last?.range, { offset: at(record), length: record.length });
    const fingerprint = last.contents[0]?.kind === 'certificate' ? last.contents[0].fingerprint : '';
    assert.ok(
      Buffer.from(record.subarray(34)).equals(
        certificateDer(image, 'user2.bin', fingerprint) ?? new Uint8Array(),
      ),
    );
  });

  it('is judged as other files, without fixes', async () => {
    const expired = await selfSigned({ notAfter: inDays(-1), bits: 2048 });
    const ec = await selfSigned({ keys: 'EC' });
    const inspection = inspectAny(slotImage(1, 2, expired, ec), 'user1.bin');
    assert.deepEqual(rulesOf(inspection), ['SSL109', 'SSL108']);
    const findings = findingsOf({ inspection, others: [], device: device(), project: {}, now });
    assert.ok(findings.every(({ fix }) => fix === undefined));
  });

  it('has PEM whose text is cut off named as damaged, at its offset', async () => {
    const pem = Buffer.from(await deviceFile('server.crt')).subarray(0, 300);
    const image = slotImage(1, 2, pem);
    const [item] = inspectAny(image, 'user1.bin').items;
    assert.equal(item?.range.offset, image.indexOf(pem));
    assert.deepEqual(item.contents, [
      {
        kind: 'other',
        what: 'damaged certificate',
        size: item.contents[0]?.kind === 'other' ? item.contents[0].size : 0,
      },
    ]);
  });
});

describe('the contents of a flash that are inspected', () => {
  for (const [map, kilobytes] of [
    [2, 1024],
    [6, 4096],
    [9, 16384],
  ] as const) {
    it(`of ${kilobytes} KB are named by regions, with what lies in them`, async () => {
      const end = kilobytes * 1024;
      const der = await selfSigned();
      const image = slotImage(1, map, der);
      const own = await deviceFile('esp_cert_private_key.bin');
      const boot = Buffer.from(
        buildRamImage(ramAddress, [{ address: ramAddress, bytes: Buffer.alloc(2000, 9) }]),
      );
      boot[3] = map << 4;
      const broken = encodeRecords([{ name: 'broken.cer', data: der.subarray(0, 200) }]);
      const flash = mergedImage(end, [
        { address: 0, bytes: boot },
        { address: 0x1000, bytes: image },
        { address: 0x77000, bytes: own },
        { address: 0x79000, bytes: broken },
        { address: end - 0x4000, bytes: Buffer.from([5, ...Buffer.alloc(127)]) },
      ]);
      const inspection = inspectAny(flash, 'dump.bin');
      assert.match(inspection.title ?? '', /^contents of a flash, /);
      assert.deepEqual(found(inspection), [
        ['DER', 0x1000 + image.indexOf(der), 'certificate'],
        ['certificate', 0x77000 + 34, 'certificate'],
        ['private_key', inspection.items[2]?.dataRange.offset, 'key'],
        ['broken.cer', 0x79000 + 34, 'other'],
      ]);
      assert.deepEqual(
        inspection.regions?.slice(0, 3).map(({ name, offset }) => [name, offset]),
        [
          ['Boot loader', 0],
          ['Firmware, first slot (user1)', 0x1000],
          ['Certificates: certificate, private_key', 0x77000],
        ],
      );
      assert.ok(rulesOf(inspection).includes('SSL102'));
    });
  }

  it('that are only as large as a flash are not taken for one', () => {
    const inspection = inspectAny(Buffer.alloc(512 * 1024, 'text\0'), 'x.bin');
    assert.deepEqual([inspection.form, inspection.items], ['binary', []]);
  });
});

describe('an ELF that is inspected', () => {
  it('has certificates with their addresses and variables, and none of its debug information', async () => {
    const der = await selfSigned();
    const data = code(der);
    const at = data.indexOf(der);
    const elf = elfFile({
      segments: [{ address: 0x3ffe8000, bytes: data }],
      symbols: [
        { name: 'earlier', address: 0x3ffe8000, size: 16, isObject: true },
        { name: 'default_certificate', address: 0x3ffe8000 + at, size: der.length, isObject: true },
      ],
      sections: [{ name: '.debug_str', bytes: await deviceFile('server.crt') }],
    });
    const { form, items } = inspectAny(elf, 'firmware.elf');
    assert.equal(form, 'elf');
    assert.deepEqual(
      items.map(({ name, range, address }) => [name, range.offset, address]),
      [['default_certificate', Buffer.from(elf).indexOf(der), 0x3ffe8000 + at]],
    );
  });

  it('of a sample has none', () => {
    const elf = readFileSync(path.join(samples, 'https-server', 'firmware.elf'));
    const inspection = inspectAny(elf, 'firmware.elf');
    assert.deepEqual([inspection.form, inspection.items], ['elf', []]);
  });

  it('of another processor, not linked or damaged is named, and looked into', async () => {
    const der = await selfSigned();
    const segments = [{ address: 0x3ffe8000, bytes: code(der) }];
    const cases: [ElfParts, string][] = [
      [{ machine: 62 }, 'ELF file for another processor'],
      [{ type: 1 }, 'object file or shared library (ELF)'],
      [{ segments: [...segments, { address: 0, fileSize: 1e9, memorySize: 1e9 }] }, 'damaged ELF file'],
    ];
    for (const [parts, name] of cases) {
      const inspection = inspectAny(elfFile({ segments, ...parts }), 'x.o');
      assert.deepEqual([inspection.title, inspection.items.length], [name, 1]);
    }
    const archive = Buffer.concat([Buffer.from('!<arch>\n'), code(der)]);
    assert.deepEqual(
      [title(archive, 'x.a'), inspectAny(archive, 'x.a').items.length],
      ['library of object files', 1],
    );
  });
});

describe('a binary file that is made to be slow', () => {
  it('is read for a bounded time and lists a bounded number', async () => {
    const der = await selfSigned();
    const many = Buffer.concat([Buffer.from([0, 1, 2]), ...Array<Uint8Array>(600).fill(der)]);
    const inspection = inspectAny(many, 'many.bin');
    assert.deepEqual([inspection.items.length, inspection.hasMore], [500, true]);
    assert.equal(reportOf(inspection, [], '3.0.6', now).more, 'There are more; the rest is not shown.');
    for (const pattern of [
      Buffer.from('-----BEGIN X-----\nAAAA\0'),
      Buffer.from('-----BEGIN CERTIFICATE-----\nMIIB\n\0'),
      Buffer.from('-----'),
      Buffer.from([0x30]),
      Buffer.from([0x30, 0x82, 0xff, 0, 0x30, 0x82, 0xfe, 0, 0xa0, 3, 2, 1, 2]),
      Buffer.from([0x30, 0x82, 0x20, 0, 0x02, 1, 0, 0x02, 0x40]),
      der.subarray(0, -1),
    ])
      inspectAny(Buffer.concat([Buffer.from([0]), Buffer.alloc(1 << 20, pattern)]), 'slow.bin');
  });
});
