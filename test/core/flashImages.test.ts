import assert from 'node:assert/strict';
import { crc32 as zlibCrc32 } from 'node:zlib';
import {
  buildImage,
  buildRamImage,
  checkTrailer,
  codeOffset,
  innerHeader,
  isSlotImage,
  readImage,
  withFlashHeader,
} from '../../src/flash/appImage';
import { crc32 } from '../../src/flash/crc32';
import { contentsOf } from '../../src/flash/fileContents';
import { initFileOf } from '../../src/flash/initData';
import { flashMap } from '../../src/flash/maps';

const entry = 0x40100004;
const segment = { address: 0x3ffe8000, bytes: Buffer.from([1, 2, 3, 4, 5]) };
const ram = buildRamImage(entry, [segment]);
const slot = buildImage(2, entry, Buffer.from('code of the flash'), [segment]);

/** What becomes of the first so many bytes of an image, in runs: “0–7 nothing”. */
function lengths(image: Uint8Array): string[] {
  const runs: { first: number; last: number; what: string }[] = [];
  for (let length = 0; length <= image.length; length++) {
    const read = readImage(image.subarray(0, length), 0);
    const what = typeof read === 'string' ? read : 'whole';
    const run = runs.at(-1);
    if (run?.what === what) run.last = length;
    else runs.push({ first: length, last: length, what });
  }
  return runs.map(({ first, last, what }) => `${first}–${last} ${what}`);
}

describe('an image for the RAM', () => {
  it('has header, segments of whole words, and a checksum as the last of sixteen bytes', () => {
    assert.equal(
      Buffer.from(ram)
        .toString('hex')
        .replace(/(.{16})/g, '$1 ')
        .trim(),
      'e901000004001040 0080fe3f08000000 0102030405000000 00000000000000ee',
    );
  });

  it('is read as it was built, wherever it lies', () => {
    const flash = Buffer.concat([Buffer.alloc(100, 0xff), ram, Buffer.alloc(50)]);
    const read = readImage(flash, 100);
    assert.deepEqual(read, [{ address: segment.address, bytes: Buffer.from([1, 2, 3, 4, 5, 0, 0, 0]) }]);
  });

  it('is truncated where one of its bytes is missing', () => {
    assert.deepEqual(lengths(ram), ['0–7 nothing', '8–31 cut-off', '32–32 whole']);
  });

  it('has one to sixteen segments', () => {
    const segments = (count: number) =>
      readImage(
        buildRamImage(
          entry,
          Array.from({ length: count }, () => segment),
        ),
        0,
      );
    assert.equal(segments(16).length, 16);
    assert.equal(segments(1).length, 1);
    assert.equal(segments(17), 'nothing');
    assert.equal(segments(0), 'nothing');
  });

  it('is damaged where a byte of its segments or its checksum differs', () => {
    for (const at of [16, 23, 31]) {
      const changed = Uint8Array.from(ram);
      changed[at] = 0x55;
      assert.equal(readImage(changed, 0), 'checksum', `byte ${at}`);
    }
  });
});

describe('an image for a slot', () => {
  it('has the code of the flash in front, and its CRC at the end', () => {
    const bytes = Buffer.from(slot);
    // The code is filled up to 32 bytes.
    assert.equal(bytes.subarray(0, 16).toString('hex'), 'ea040002040010400000000020000000');
    assert.equal(bytes.subarray(16, 48).toString('latin1'), 'code of the flash'.padEnd(32, '\0'));
    assert.ok(bytes.subarray(48, -4).equals(ram));
    const crc = zlibCrc32(bytes.subarray(0, -4));
    assert.equal(bytes.readUInt32LE(bytes.length - 4), crc >>> 31 ? ~crc >>> 0 : crc + 1);
    assert.equal(codeOffset, 16);
  });

  it('is truncated where one of its bytes is missing up to the checksum; the CRC has a fault of its own', () => {
    assert.deepEqual(lengths(slot), ['0–7 nothing', '8–79 cut-off', '80–84 whole']);
    const segments = readImage(slot, 0);
    assert.ok(typeof segments !== 'string');
    assert.equal(checkTrailer(slot, segments), undefined);
    const expected = [...slot.subarray(-4)];
    const faults = [83, 80].map(length => checkTrailer(slot.subarray(0, length), segments));
    assert.deepEqual(
      faults.map(fault => fault && [[...fault.expected], fault.found]),
      [
        [expected, undefined],
        [expected, undefined],
      ],
    );
    const changed = Uint8Array.from(slot);
    changed[83] = (changed[83] ?? 0) ^ 1;
    const read = readImage(changed, 0);
    assert.deepEqual(typeof read === 'string' ? read : checkTrailer(changed, read)?.found, changed.slice(-4));
    assert.equal(checkTrailer(slot, []), undefined);
  });

  it('shows the header of its part for the RAM, if that is there', () => {
    assert.deepEqual(innerHeader(slot), slot.subarray(48, 56));
    assert.equal(innerHeader(slot.subarray(0, 56))?.length, 8);
    for (const length of [0, 15, 16, 55]) assert.equal(innerHeader(slot.subarray(0, length)), undefined);
    const other = Uint8Array.from(slot);
    other[48] = 0xea;
    assert.equal(innerHeader(other), undefined);
    // Its length may lead anywhere.
    other.set([0xff, 0xff, 0xff, 0xff], 12);
    assert.equal(innerHeader(other), undefined);
    assert.equal(readImage(other, 0), 'cut-off');
  });

  it('is known by its first two bytes and a whole header', () => {
    assert.ok(isSlotImage(slot) && isSlotImage(slot.subarray(0, 8)));
    assert.ok(!isSlotImage(slot.subarray(0, 7)) && !isSlotImage(ram));
    assert.ok(!isSlotImage(Uint8Array.of(0xea, 3, 0, 0, 0, 0, 0, 0)));
  });
});

describe('the header of an image at address 0', () => {
  const map = flashMap(6) ?? assert.fail();
  const written = (mode: 'keep' | 'dout', frequency: 'keep' | '26m' | '80m', image = ram) => [
    ...withFlashHeader(image, map, { mode, frequency }).subarray(0, 5),
  ];

  it('gets the map, and the mode and frequency unless they are to be kept', () => {
    const image = Uint8Array.from(ram);
    image.set([2, 0x0f], 2);
    assert.deepEqual(written('keep', 'keep', image), [0xe9, 1, 2, 0x6f, 4]);
    assert.deepEqual(written('dout', '26m', image), [0xe9, 1, 3, 0x61, 4]);
    assert.deepEqual(written('keep', '80m'), [0xe9, 1, 0, 0x6f, 4]);
    assert.deepEqual([...image.subarray(2, 4)], [2, 0x0f]);
  });

  it('stays as it is in what is no image', () => {
    assert.deepEqual(written('dout', '26m', slot), [0xea, 4, 0, 2, 4]);
    assert.deepEqual(written('dout', '26m', ram.subarray(0, 7)), [0xe9, 1, 0, 0, 4]);
    assert.deepEqual(written('dout', '26m', ram.subarray(0, 8)), [0xe9, 1, 3, 0x61, 4]);
  });
});

describe('a CRC-32', () => {
  it('is that of zlib', () => {
    for (const text of ['', 'a', '123456789', 'x'.repeat(1000)])
      assert.equal(crc32(Buffer.from(text)), zlibCrc32(text), text);
    assert.equal(crc32(Buffer.from('123456789')), 0xcbf43926);
  });
});

describe('what a file of the flash is', () => {
  const filled = (first: number[], length: number, fill = 0) =>
    Buffer.concat([Buffer.from(first), Buffer.alloc(length - first.length, fill)]);
  const cases: [what: string, bytes: Uint8Array, kind: string][] = [
    ['an image for the RAM', ram, 'start-image'],
    ['an image for a slot', slot, 'slot-image'],
    ['PEM', Buffer.from('-----BEGIN CERTIFICATE-----'), 'pem'],
    ['text that only starts like PEM', Buffer.from('-----BEGIN'), 'other'],
    ['DER with a length of two bytes', filled([0x30, 0x82, 1, 2], 4 + 0x102), 'der'],
    ['DER with a byte behind it', filled([0x30, 0x82, 1, 2], 4 + 0x103), 'other'],
    ['DER without its last byte', filled([0x30, 0x82, 1, 2], 4 + 0x101), 'other'],
    ['DER of another form of length', filled([0x30, 0x81, 0x80], 3 + 0x80), 'other'],
    ['another type of DER', filled([0x31, 0x82, 1, 2], 4 + 0x102), 'other'],
    ['erased flash', filled([], 10, 0xff), 'blank'],
    ['erased flash but for a byte', filled([0xff, 0], 10, 0xff), 'other'],
    ['nothing', Buffer.alloc(0), 'other'],
    ['the data of the radio', filled([5, 8], 128, 1), 'init-data'],
    [
      'the data of the radio in a sector',
      Buffer.concat([filled([5], 128, 1), filled([], 3968, 0xff)]),
      'init-data',
    ],
    [
      'the data of the radio with more behind',
      Buffer.concat([filled([5], 128, 1), Buffer.from([0xff, 0])]),
      'other',
    ],
    ['the data of the radio without their last byte', filled([5, 8], 127, 1), 'other'],
    ['data with another first byte', filled([6, 8], 128, 1), 'other'],
  ];
  for (const [what, bytes, kind] of cases)
    it(`is ${kind} for ${what}`, () => {
      const found = contentsOf(bytes);
      assert.equal(found.kind, kind);
      if ('begin' in found) assert.deepEqual([...found.begin], [...bytes.subarray(0, 2)]);
    });

  it('has the settings of the flash, by their names where there are any', () => {
    const settings = (mode: number, mapAndFrequency: number) => {
      const image = Uint8Array.from(ram);
      image.set([mode, mapAndFrequency], 2);
      const found = contentsOf(image);
      return found.kind === 'start-image' ? found : assert.fail(found.kind);
    };
    const all = [0, 1, 2, 3, 4].map(mode => settings(mode, 0).settings.mode);
    assert.deepEqual(all, ['qio', 'qout', 'dio', 'dout', '4']);
    const frequencies = [0, 1, 2, 3, 15].map(low => settings(0, 0x60 | low).settings.frequency);
    assert.deepEqual(frequencies, ['40m', '26m', '20m', '3', '80m']);
    assert.deepEqual([settings(0, 0x6f).settings.map, settings(0, 0xf0).settings.map], [6, 15]);
    assert.equal(settings(0, 0).length, ram.length);
    assert.equal('fault' in settings(0, 0), false);
  });

  it('is told from the name where nothing else is known', () => {
    for (const name of [
      'esp_init_data_default.bin',
      'bin/esp_init_data_default_v08.bin',
      'ESP_INIT_DATA.BIN',
    ])
      assert.equal(initFileOf(name), 'init-data', name);
    for (const name of ['blank.bin', 'C:\\sdk\\blank_1mb.bin', 'Blank.bin'])
      assert.equal(initFileOf(name), 'blank', name);
    for (const name of [
      '',
      'blank.bin/x.bin',
      'my_blank.bin',
      'my_esp_init_data.bin',
      'blank.bin.txt',
      'blankxbin',
    ])
      assert.equal(initFileOf(name), undefined, name);
  });
});
