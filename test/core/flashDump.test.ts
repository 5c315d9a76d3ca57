import assert from 'node:assert/strict';
import path from 'node:path';
import { encodeRecords } from '../../src/certificates/flashRecords';
import { buildImage, buildRamImage } from '../../src/flash/appImage';
import { mergedImage } from '../../src/flash/pieces';
import { type Dump, isFlashSize, scanDump } from '../../src/flash/dump';
import { differences, differenceText, dumpParts, signText } from '../../src/flash/dumpReport';
import { layoutOf } from '../../src/flash/layout';
import { flashMap, secondImageOf } from '../../src/flash/maps';
import { expectGolden } from '../golden';

const code = Buffer.alloc(50_000, 0x21);
const user1 = buildImage(1, 0x40100000, code, [{ address: 0x40100000, bytes: Buffer.alloc(3000, 7) }]);
const user2 = buildImage(2, 0x40100000, code, [{ address: 0x40100000, bytes: Buffer.alloc(3000, 8) }]);
const initData = Buffer.alloc(128, 5);
const records = encodeRecords([
  { name: 'TLS.ca_x509.cer', data: Buffer.from([0x30, 0x82, 1, 0, ...Buffer.alloc(256)]) },
]);

/** A boot loader whose header says this map. */
function boot(map: number): Uint8Array {
  const image = buildRamImage(0x40100000, [{ address: 0x40100000, bytes: Buffer.alloc(2000, 9) }]);
  image[3] = map << 4;
  return image;
}

function dumpOf(map: number, { size, header = map }: { size?: number; header?: number } = {}): Uint8Array {
  const { size: kilobytes, ...rest } = flashMap(map) ?? assert.fail();
  const end = kilobytes * 1024;
  const second = secondImageOf({ size: kilobytes, ...rest }) ?? assert.fail();
  return mergedImage(size ?? end, [
    { address: 0, bytes: boot(header) },
    { address: 0x1000, bytes: user1 },
    { address: second, bytes: user2 },
    { address: end - 0x4000, bytes: initData },
    { address: end - 0x3000, bytes: Buffer.alloc(100, 1) },
    { address: 0x1000 + 0x30000, bytes: records },
  ]);
}

function found({ parts }: Dump): [string, number, number][] {
  return parts.flatMap(part =>
    part.kind === 'area' && !part.isWritten
      ? []
      : [
          [
            part.kind === 'records' || part.kind === 'unknown' ? part.kind : part.area,
            part.address,
            part.size,
          ],
        ],
  );
}

describe('a dump of a whole flash', () => {
  for (const map of [0, 2, 3, 4, 5, 6, 8, 9]) {
    it(`of map ${map} shows what lies where`, () => {
      const dump = scanDump(dumpOf(map));
      const end = dump.map.size * 1024;
      assert.equal(dump.map.id, map);
      assert.equal(dump.fota, true);
      assert.deepEqual(dump.signs, ['second-image', 'init-data', 'header', 'size']);
      assert.deepEqual(found(dump), [
        ['boot', 0, boot(map).length],
        ['user1', 0x1000, user1.length],
        ['records', 0x31000, records.length],
        ['user2', secondImageOf(dump.map), user2.length],
        ['init-data', end - 0x4000, 0x1000],
        ['system-parameters', end - 0x3000, 0x3000],
      ]);
    });
  }

  it('believes what lies there more than a header, and a small map in a large chip', () => {
    assert.equal(scanDump(dumpOf(4, { header: 0 })).map.id, 4);
    assert.equal(scanDump(dumpOf(2, { size: 4 << 20 })).map.id, 2);
  });

  it('knows firmware without updates by its two files', () => {
    const bytes = mergedImage(1 << 20, [
      { address: 0, bytes: boot(2) },
      { address: 0x10000, bytes: code },
      { address: 0xfc000, bytes: initData },
    ]);
    const dump = scanDump(bytes);
    assert.deepEqual([dump.map.id, dump.fota], [2, false]);
    assert.deepEqual(
      found(dump).map(([kind]) => kind),
      ['flash', 'irom0', 'init-data'],
    );
  });

  it('tells damaged images, and what is written and unknown', () => {
    const bytes = dumpOf(4);
    bytes[0x1000 + 60_000 - 8000] = 1;
    bytes[0x200000] = 0;
    bytes[0x201fff] = 0;
    const dump = scanDump(bytes);
    const image = dump.parts.find(part => part.kind === 'image' && part.area === 'user1');
    assert.equal(image?.kind === 'image' && image.fault, 'checksum');
    assert.deepEqual(
      found(dump).find(([kind]) => kind === 'unknown'),
      ['unknown', 0x200000, 0x2000],
    );
  });

  it('finds certificates among the parameters of the user, too', () => {
    const bytes = dumpOf(4);
    bytes.set(records, 0x7d000);
    assert.ok(scanDump(bytes).parts.some(({ kind, address }) => kind === 'records' && address === 0x7d000));
  });

  it('is erased: nothing but places', () => {
    const dump = scanDump(new Uint8Array(4 << 20).fill(0xff));
    assert.deepEqual(found(dump), []);
    const size = dumpParts(dump)
      .filter(({ kind }) => kind === 'free')
      .reduce((sum, part) => sum + part.size, 0);
    assert.ok(size > 2 << 20);
  });

  it('has one of the sizes that there are', () => {
    assert.ok(isFlashSize(256 * 1024) && isFlashSize(16 << 20));
    assert.ok(!isFlashSize(0) && !isFlashSize((4 << 20) + 1) && !isFlashSize(32 << 20));
  });

  it('is shown part by part as in its golden text', () => {
    const damaged = dumpOf(4);
    damaged[0x1000 + 60_000 - 8000] = 1;
    damaged.fill(0, 0x200000, 0x202000);
    const withoutUpdates = mergedImage(1 << 20, [
      { address: 0, bytes: boot(2) },
      { address: 0x10000, bytes: code },
      { address: 0xfc000, bytes: initData },
    ]);
    const texts = Object.entries({
      'map 4': dumpOf(4),
      'map 4, damaged': damaged,
      'without updates': withoutUpdates,
      erased: new Uint8Array(512 * 1024).fill(0xff),
    }).map(([title, bytes]) => {
      const dump = scanDump(bytes);
      const lines = dumpParts(dump).map(
        ({ address = 0, size, used, kind, use, state, name, why }) =>
          `0x${address.toString(16).padStart(6, '0')} ${String(size).padStart(7)} ${String(used ?? '').padStart(7)} ` +
          `${kind} ${use} ${state}: ${name}${why === '' ? '' : ` · ${why}`}`,
      );
      return [`== ${title}: map ${dump.map.id}`, ...dump.signs.map(signText), ...lines, ''].join('\n');
    });
    expectGolden(path.join(__dirname, 'flashDump.golden.txt'), texts.join('\n'));
  });

  it('differs from the project in what is said in sentences', () => {
    const bytes = dumpOf(4);
    const layout = layoutOf(
      {
        map: 6,
        regions: [
          { file: 'a.bin', sector: '0x200' },
          { file: 'b.bin', sector: '0x31' },
          { file: 'c.bin', sector: 1 },
        ],
      },
      { sdk: '2.2.1', abilities: undefined, records: 'ssl', sizes: new Map() },
    );
    const pieces = layout.regions.map(({ file = '', address = 0 }) => ({
      file,
      address,
      certificates: false,
    }));
    const contents = new Map([
      ['a.bin', Buffer.alloc(10, 1)],
      ['b.bin', Buffer.from(records)],
      ['c.bin', Buffer.alloc(10, 1)],
    ]);
    const all = differences(scanDump(bytes), bytes, layout, pieces, contents);
    assert.deepEqual(
      all.map(({ kind }) => kind),
      ['map', 'erased', 'other-contents'],
    );
    assert.deepEqual(all.map(differenceText), [
      'The flash uses map 4 MB, 512+512, the project map 4 MB, 1024+1024.',
      'a.bin is not flashed: sector 0x200 is erased.',
      'c.bin differs from the contents at 0x1000.',
    ]);
    const none = layoutOf(
      { map: 4, regions: [] },
      { sdk: '2.2.1', abilities: undefined, records: 'ssl', sizes: new Map() },
    );
    assert.deepEqual(
      differences(scanDump(bytes), bytes, none, [], new Map()).map(({ kind }) => kind),
      ['not-planned'],
    );
    assert.equal(
      differenceText({ severity: 'info', kind: 'not-planned', names: ['ca', 'x'], address: 0x31000 }),
      'Sector 0x31 holds certificates (ca, x) that the project does not mention.',
    );
    assert.deepEqual(
      [true, false].map(dump => differenceText({ severity: 'warning', kind: 'fota', dump })),
      [
        'The flash has a boot loader and update slots, the project has none.',
        'The project has a boot loader and update slots, the flash has none.',
      ],
    );
  });

  it('is the same image whatever esptool has written into its header', () => {
    const bytes = dumpOf(4);
    const layout = layoutOf(
      { map: 4, regions: [] },
      { sdk: '2.2.1', abilities: undefined, records: 'ssl', sizes: new Map() },
    );
    const pieces = [{ address: 0, file: 'boot.bin', certificates: false }];
    const kinds = (contents: Uint8Array) =>
      differences(scanDump(bytes), bytes, layout, pieces, new Map([['boot.bin', contents]])).map(
        ({ kind }) => kind,
      );
    assert.deepEqual(kinds(boot(0)), ['not-planned']);
    const other = boot(0);
    other[100] = 1;
    assert.deepEqual(kinds(other), ['other-contents', 'not-planned']);
  });
});
