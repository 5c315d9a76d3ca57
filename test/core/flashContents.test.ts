import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { encodeRecords } from '../../src/certificates/flashRecords';
import { buildImage, buildRamImage } from '../../src/flash/appImage';
import { contentsOf } from '../../src/flash/fileContents';
import { findingText, readFindings } from '../../src/flash/findings';
import type { FlashPart } from '../../src/flash/layout';
import { piecesToWrite, layoutOnDisk } from '../../src/flash/onDisk';
import { tlsAbilities } from '../../src/sdk/tls';
import { problemOf } from '../problemOf';

const entry = 0x40100004;
const ram = [{ address: 0x40100000, bytes: Buffer.alloc(3000, 7) }];

/** An image as the SDK's tool makes it, with a header for the RAM that says this of the flash. */
function slotImage(slot: 1 | 2, mapAndFrequency: number): Uint8Array {
  const image = buildImage(slot, entry, Buffer.alloc(4000, 3), ram);
  image[16 + 4000 + 3] = mapAndFrequency;
  return withTrailer(image);
}

/** The same with the CRC that it must end with, as tools/gen_appbin.py computes it. */
function withTrailer(image: Uint8Array): Uint8Array {
  const changed = Buffer.from(image);
  const end = changed.length - 4;
  const crc = crc32(changed.subarray(0, end)) | 0;
  changed.writeUInt32LE((crc < 0 ? -crc - 1 : crc + 1) >>> 0, end);
  return changed;
}

/** An image in the form of the boot loader 1.1: its code behind 64 KB. */
function oldImage(code: number): Uint8Array {
  const start = startImage();
  return withTrailer(
    Buffer.concat([
      start,
      Buffer.alloc(0x10000 - start.length, 0xff),
      Buffer.alloc(code, 5),
      Buffer.alloc(4),
    ]),
  );
}

function startImage(mode = 0, mapAndFrequency = 0): Uint8Array {
  const image = buildRamImage(entry, ram);
  image.set([mode, mapAndFrequency], 2);
  return image;
}

function damaged(image: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(image);
  changed[100] = 0x55;
  return changed;
}

/** An image whose code starts with a byte. */
function withCode(code: number): Uint8Array {
  const image = Uint8Array.from(slotImage(1, 0x40));
  image[20] = code;
  return withTrailer(image);
}

/** The CRC that an image must end with, as messages have it. */
function trailer(image: Uint8Array): string {
  return Array.from(
    withTrailer(image).subarray(-4),
    byte => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join(' ');
}

const initData = Buffer.concat([Buffer.from([5, 8]), Buffer.alloc(126, 1)]);
const blank = Buffer.alloc(4096, 0xff);

const der = Buffer.from([0x30, 0x82, 1, 0, ...Buffer.alloc(256)]);

describe('the files of a flash layout', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-contents-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const project = (flash: FlashPart, files: Record<string, Uint8Array>) => {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(folder, name), bytes);
    const abilities = tlsAbilities('libmbedtls', '2.2.1');
    return { flash, sdk: '2.2.1', abilities, records: 'ssl' } as const;
  };
  const texts = async (flash: FlashPart, files: Record<string, Uint8Array>) => {
    const { findings } = await layoutOnDisk(folder, project(flash, files));
    return findings.map(finding => `${finding.severity}: ${findingText(finding)}`);
  };
  /** Of one file in one of the SDK's places. */
  const inArea = (area: string, bytes: Uint8Array, more: FlashPart = {}) =>
    texts(
      {
        map: 4,
        regions: [],
        ...more,
        // An erased chip does not start without it.
        files: { ...(/boot|flash/.test(area) && { 'init-data': 'init.bin' }), [area]: 'it.bin' },
      },
      { 'it.bin': bytes, 'init.bin': initData },
    );
  const records = (bytes: Uint8Array) =>
    texts({ map: 4, regions: [{ file: 'esp_ca_cert.bin', sector: '0x100' }] }, { 'esp_ca_cert.bin': bytes });
  const plain = { fota: false };

  it('have no fault where each is what its place needs', async () => {
    // The loaders that the SDK ships say 512 KB, qio, 40m; its images for 512+512 say 1 MB, whatever the flash has.
    assert.deepEqual(await inArea('boot', startImage(), { map: 6, mode: 'dio', frequency: '80m' }), []);
    assert.deepEqual(await inArea('user1', slotImage(1, 0x20)), []);
    assert.deepEqual(await inArea('user2', slotImage(2, 0x40)), []);
    assert.deepEqual(await inArea('flash', startImage(2, 0x4f), { ...plain, mode: 'dio' }), []);
    assert.deepEqual(await inArea('irom0', Buffer.from([0xe9, 3, 0, 0, 4, 0, 0x10, 0x40]), plain), []);
    assert.deepEqual(await inArea('init-data', initData), []);
    assert.deepEqual(await inArea('init-data', Buffer.concat([initData, Buffer.alloc(3968, 0xff)])), []);
    for (const area of ['rf-cal', 'system-parameters', 'user-parameters'])
      assert.deepEqual(await inArea(area, blank), []);
    assert.deepEqual(await records(encodeRecords([{ name: 'ca', data: der }])), []);
    // Whatever its highest bit: one is stored plus one, the other as its complement.
    const codes = [0, 1, 2, 3, 4, 5, 6, 7].map(code => withCode(code));
    const highest = codes.map(image => crc32(image.subarray(0, -4)) >>> 31);
    assert.deepEqual([...new Set(highest)].sort(), [0, 1]);
    for (const image of codes) assert.deepEqual(await inArea('user1', image), []);
    // Some tools fill the file up: the image ends where its checksum does.
    const filledUp = Buffer.concat([slotImage(1, 0x40), Buffer.alloc(500, 0xff)]);
    assert.deepEqual(await inArea('user1', filledUp), []);
    // In slots of 1 MB both images are linked alike.
    assert.deepEqual(await inArea('user2', slotImage(1, 0x60), { map: 6 }), []);
    // An image of the boot loader's old form.
    assert.deepEqual(await inArea('user1', oldImage(20_000)), []);
  });

  const faults: [fault: string, found: () => Promise<string[]>, expected: string][] = [
    [
      'what is no image',
      () => inArea('user1', Buffer.alloc(100, 0x5a)),
      'error: it.bin is not a firmware image like user1.bin: it starts with 0x5A 0x5A, not 0xEA 0x04.',
    ],
    [
      'no image where the chip starts',
      () => inArea('boot', Buffer.alloc(4096, 0xff)),
      'error: it.bin is not a firmware image like boot.bin: it starts with 0xFF 0xFF, not 0xE9.',
    ],
    [
      'an empty file',
      () => inArea('user2', Buffer.alloc(0)),
      'error: it.bin is not a firmware image like user2.bin.',
    ],
    [
      'an image that ends too early',
      () => inArea('user1', slotImage(1, 0x40).subarray(0, 5000)),
      'error: it.bin is truncated: it ends before its segments do. The chip does not boot it.',
    ],
    [
      'an image with other bytes than it was made of',
      () => inArea('boot', damaged(startImage())),
      'error: it.bin is damaged: its checksum is wrong. The chip does not boot it.',
    ],
    [
      'code with other bytes than it was made of, which only the CRC shows',
      () => inArea('user1', damaged(slotImage(1, 0x40))),
      `error: it.bin is damaged: its CRC-32 is ${trailer(damaged(slotImage(1, 0x40)))}, but the image ends with ${trailer(slotImage(1, 0x40))}. An update over the air rejects it. Build or copy it again.`,
    ],
    [
      'an image without its CRC',
      () => inArea('user1', slotImage(1, 0x40).subarray(0, -4)),
      `error: it.bin is truncated: it ends before its CRC-32, which is ${trailer(slotImage(1, 0x40))}. An update over the air rejects it. Build or copy it again.`,
    ],
    [
      'an image of the old form with another last byte',
      () => inArea('user1', Buffer.concat([oldImage(9000).subarray(0, -1), Buffer.from([0])])),
      `error: it.bin is damaged: its CRC-32 is ${trailer(oldImage(9000))}, but the image ends with ${trailer(oldImage(9000)).slice(0, -4)}0x00. An update over the air rejects it. Build or copy it again.`,
    ],
    [
      'an image without updates in a slot',
      () => inArea('user1', startImage()),
      'error: it.bin is an image for address 0, like eagle.flash.bin; a slot needs one built for it, user1.bin. Build it for a boot loader, or set "fota" to false.',
    ],
    [
      'an image with updates at address 0',
      () => inArea('flash', slotImage(1, 0x40), plain),
      'error: it.bin is an image for a slot, like user1.bin: at address 0 the chip boots only boot.bin or eagle.flash.bin.',
    ],
    [
      'one that would not even fit there',
      () => inArea('flash', Buffer.concat([slotImage(1, 0x40), Buffer.alloc(70_000)]), plain),
      'error: it.bin is an image for a slot, like user1.bin: at address 0 the chip boots only boot.bin or eagle.flash.bin.',
    ],
    [
      'an image in the place of code',
      () => inArea('irom0', slotImage(1, 0x40), plain),
      'error: it.bin is a whole image, but code without a header belongs here: eagle.irom0text.bin.',
    ],
    [
      'the image of the other slot',
      () => inArea('user2', slotImage(1, 0x40)),
      'error: it.bin was built for slot 1: with map 4 MB, 512+512 its code does not run in slot 2. Put user2.bin here, built with app=2.',
    ],
    [
      'an image of a map with other slots',
      () => inArea('user1', slotImage(1, 0x20), { map: 5 }),
      'warning: it.bin was built for map 1 MB, 512+512, whose slots differ from those of 2 MB, 1024+1024. Build it for this map, or choose the other map.',
    ],
    [
      'a header that says something else than the layout',
      () => inArea('flash', startImage(0, 0x20), { ...plain, mode: 'dio', frequency: '40m' }),
      'info: The header of it.bin has 1 MB, 512+512, qio, the layout has 4 MB, 512+512, dio. Flashing from here uses the layout; configure other tools separately.',
    ],
    [
      'a header with what there is not',
      () => inArea('flash', startImage(9, 0xf3), { ...plain, mode: 'qio', frequency: '80m' }),
      'info: The header of it.bin has map 15, 9, 3, the layout has 4 MB, 512+512, qio, 80m. Flashing from here uses the layout; configure other tools separately.',
    ],
    [
      'erased flash where the radio’s data belong',
      () => inArea('init-data', blank),
      'error: it.bin is erased flash, but the SDK reads its RF data here: the chip resets forever with “rf_cal[0] !=0x05,is 0xFF”. Put esp_init_data_default.bin here.',
    ],
    [
      'something else where the radio’s data belong',
      () => inArea('init-data', Buffer.alloc(128, 7)),
      'error: it.bin is not the RF data that the SDK reads here, which starts with 0x05: the chip resets forever with “rf_cal[0] !=0x05”. Put esp_init_data_default.bin here.',
    ],
    [
      'the radio’s data among the parameters',
      () => inArea('system-parameters', initData),
      'error: it.bin is the RF data of the SDK, which belongs to 0x3FC000 ("init-data"), not to “System parameters of the SDK”. Put blank.bin here.',
    ],
    [
      'a container of the AT firmware in the place of records',
      () => records(Buffer.concat([Buffer.from([0xf1, 0xf1, 1, 0]), der])),
      'error: esp_ca_cert.bin is a container of esp-at’s AtPKI.py (it starts with F1 F1), not the records of the NON-OS SDK. Import the PEM files that it was made from.',
    ],
    [
      'PEM in the place of records',
      () => records(Buffer.from('-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n')),
      'error: esp_ca_cert.bin is PEM text, not the records that the TLS library reads. Make records of it: esp8266-ssl certs import, or “Import Certificate…”.',
    ],
    [
      'DER in the place of records',
      () => records(der),
      'error: esp_ca_cert.bin is DER without the record header that the TLS library needs. Make records of it: esp8266-ssl certs import, or “Import Certificate…”.',
    ],
    [
      'firmware in the place of records',
      () => records(startImage()),
      'error: esp_ca_cert.bin is a firmware image, not the records that the TLS library reads.',
    ],
  ];
  for (const [fault, found, expected] of faults) {
    it(`are told from ${fault}`, async () => {
      assert.deepEqual(await found(), [expected]);
    });
  }

  it('are told by their names where they are not there yet', async () => {
    const found = await texts(
      {
        map: 4,
        regions: [],
        files: { 'init-data': 'bin/blank.bin', 'system-parameters': 'esp_init_data_default_v08.bin' },
      },
      {},
    );
    assert.deepEqual(
      found.map(text => text.replace(/: the chip resets.*|, which.*/, '')),
      [
        'warning: bin/blank.bin does not exist.',
        'error: bin/blank.bin is erased flash, but the SDK reads its RF data here',
        'warning: esp_init_data_default_v08.bin does not exist.',
        'error: esp_init_data_default_v08.bin is the RF data of the SDK',
      ],
    );
  });

  it('lack the data of the radio where all else is there that the chip boots', async () => {
    const files = { 'boot.bin': startImage(), 'init.bin': initData, 'blank.bin': blank };
    const hint =
      'hint: The layout has no esp_init_data_default.bin: an erased chip resets forever with “rf_cal[0] !=0x05,is 0xFF”. Add it as "init-data" to "files"; it goes to 0xFC000.';
    const boot = { map: 2, files: { boot: 'boot.bin' } };
    assert.deepEqual(await texts({ ...boot, regions: [] }, files), [hint]);
    // An update of one slot is for a chip that runs.
    assert.deepEqual(
      await texts({ map: 2, regions: [], files: { user1: 'u.bin' } }, { 'u.bin': slotImage(1, 0x20) }),
      [],
    );
    const inRegion = (file: string, address: string) =>
      texts({ ...boot, regions: [{ file, address }] }, files);
    assert.deepEqual(await inRegion('init.bin', '0xFC000'), []);
    assert.deepEqual(await inRegion('blank.bin', '0xFE000'), [hint]);
    assert.deepEqual(
      (await inRegion('blank.bin', '0xFC000')).map(text => text.slice(0, 33)),
      ['error: blank.bin is erased flash,'],
    );
    assert.deepEqual(
      (await inRegion('init.bin', '0xFD000')).map(text => text.slice(0, 27)),
      [hint.slice(0, 27), 'error: init.bin overwrites:'],
    );
  });

  it('are no records where sources read some, whatever they are called', async () => {
    const files = {
      'ca.cer': der,
      'at.bin': Buffer.from([0xf1, 0xf1, ...Buffer.alloc(20)]),
      'ok.bin': Buffer.alloc(40, 0x54),
    };
    const regions = Object.keys(files).map((file, index) => ({ file, sector: 0x200 + index }));
    const { layout, contents, findings } = await layoutOnDisk(folder, project({ map: 4, regions }, files));
    assert.deepEqual(
      findings.map(({ kind, path: [, region] }) => [kind, region]),
      [['no-records', 1]],
    );
    const read = (sector: number) => ({ function: 'espconn_secure_ca_enable', sector, where: 'm.c:7' });
    assert.deepEqual(readFindings(layout, contents, [0x201, 0x202, 0x77].map(read)), []);
    assert.deepEqual(readFindings(layout, contents, [read(0x200)]).map(findingText), [
      'ca.cer is DER without the record header that the TLS library needs. Make records of it: esp8266-ssl certs import, or “Import Certificate…”. espconn_secure_ca_enable reads records from sector 0x200 (m.c:7).',
    ]);
  });

  it('stop flashing when they cannot work, not for what flashing puts right', async () => {
    const part = (file: string): FlashPart => ({ ...plain, map: 4, regions: [], files: { flash: file } });
    const wrong = project(part('wrong.bin'), { 'wrong.bin': slotImage(1, 0x40) });
    const choice = { certificatesOnly: false, force: false };
    const problem = await problemOf(piecesToWrite(folder, wrong, choice));
    assert.equal(problem.kind, 'layout-wrong');
    const right = project(part('right.bin'), { 'right.bin': startImage(0, 0x20) });
    const { pieces } = await piecesToWrite(folder, right, choice);
    assert.deepEqual([...(pieces[0]?.bytes.subarray(0, 4) ?? [])], [0xe9, 1, 0, 0x40]);
  });

  it('of the firmware do not stop certificates that are flashed alone', async () => {
    const records = 'esp_ca_cert.bin';
    const part: FlashPart = {
      ...plain,
      map: 4,
      files: { flash: 'wrong.bin' },
      regions: [{ file: records, sector: '0x200' }],
    };
    const files = { 'wrong.bin': slotImage(1, 0x40), [records]: encodeRecords([{ name: 'ca', data: der }]) };
    const choice = { certificatesOnly: true, force: false };
    const { pieces } = await piecesToWrite(folder, project(part, files), choice);
    assert.deepEqual(
      pieces.map(({ file }) => file),
      [records],
    );
  });

  it('are what their bytes say, whoever made them', () => {
    // The tool of Espressif writes the settings of the flash where the SDK’s own has the slot.
    const image = buildImage(1, entry, Buffer.alloc(16), ram);
    image.set([2, 0x42], 2);
    const contents = contentsOf(image);
    assert.deepEqual([contents.kind, contents.kind === 'slot-image' && contents.slot], ['slot-image', 0]);
  });
});
