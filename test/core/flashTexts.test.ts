import assert from 'node:assert/strict';
import { layoutOf } from '../../src/flash/layout';
import { codeAround, codeAroundText } from '../../src/flash/codeAround';
import { areasOf } from '../../src/flash/areas';
import { checkLayout } from '../../src/flash/findings';
import { flashMap } from '../../src/flash/maps';
import { fieldOf, freeParts, partOf, partsOf, regionIndex, useOf } from '../../src/flash/picture';
import { freePlace, FreePlaces, placeReason } from '../../src/flash/freePlaces';
import { recordFileOf, recordFileRead } from '../../src/flash/recordFiles';
import { reachOf, recordWindow } from '../../src/flash/recordLists';
import {
  addressText,
  atBorder,
  parseNumber,
  parsePlace,
  sectorText,
  sizeText,
  wholeSectors,
} from '../../src/flash/sectors';
import { tlsAbilities } from '../../src/sdk/tls';

const abilities = tlsAbilities('libmbedtls', '2.2.1');

function layout(part: unknown, sizes: ReadonlyMap<string, number> = new Map()) {
  return layoutOf(part, { sdk: '2.2.1', abilities, records: 'ssl', sizes });
}

describe('numbers of a flash layout', () => {
  const numbers: [given: unknown, value: number | undefined, hasUnit?: boolean][] = [
    [59, 59, false],
    ['59', 59, false],
    [' 0x3b ', 0x3b, false],
    ['0X3B', 0x3b, false],
    ['236 KB', 236 * 1024, true],
    ['236kb', 236 * 1024, true],
    ['236 k', 236 * 1024, true],
    ['1.5 MB', 1.5 * 2 ** 20, true],
    ['2m', 2 ** 21, true],
    ['100 B', 100, true],
    ['0.1 KB', undefined],
    ['0x10 KB', undefined],
    ['0x', undefined],
    ['1 GB', undefined],
    ['-1', undefined],
    [-1, undefined],
    [0, 0, false],
    [1.5, undefined],
    [2 ** 53, undefined],
    [null, undefined],
    ['', undefined],
  ];
  for (const [given, value, hasUnit] of numbers)
    it(`${value === undefined ? 'are not' : 'are'} read from ${JSON.stringify(given)}`, () => {
      assert.deepEqual(parseNumber(given), value === undefined ? undefined : { value, hasUnit });
    });

  it('are sectors below 4096, and bytes from there on or with a unit', () => {
    assert.deepEqual([0, 1, 4095, 4096, '4 KB', '1 B'].map(parsePlace), [
      0,
      4096,
      4095 * 4096,
      4096,
      4096,
      1,
    ]);
  });

  it('are shown as the SDK has them', () => {
    assert.deepEqual([0, 0xabc, 0x3b000].map(addressText), ['0x0', '0xABC', '0x3B000']);
    assert.deepEqual([0, 0xfff, 0x1000, 0x3bfff].map(sectorText), ['0x0', '0x0', '0x1', '0x3B']);
    assert.deepEqual([0, 390, 1536, 4096, 1023 * 1024, 2 ** 20, 1.5 * 2 ** 20, 2 ** 24].map(sizeText), [
      '0 KB',
      '0.4 KB',
      '1.5 KB',
      '4 KB',
      '1023 KB',
      '1 MB',
      '1536 KB',
      '16 MB',
    ]);
    assert.deepEqual([0, 1, 4096, 4097].map(wholeSectors), [0, 4096, 4096, 8192]);
    assert.deepEqual([0, 4095, 4096, 8192, 8193].map(atBorder), [true, false, true, true, false]);
  });
});

describe('files of records', () => {
  it('are known by their names, with that of a device behind', () => {
    for (const name of ['esp_ca_cert.bin', 'ssl/esp_ca_cert.bin', 'a\\ESP_CA_CERT_lamp-7.BIN'])
      assert.equal(recordFileOf(name), 'ca', name);
    for (const name of ['esp_cert_private_key.bin', 'x/esp_cert_private_key_7.bin'])
      assert.equal(recordFileOf(name), 'own', name);
    for (const name of [
      undefined,
      '',
      'my_esp_ca_cert.bin',
      'esp_ca_cert.bin.bak',
      'esp_ca_cert/x.bin',
      'esp_ca_cert.h',
    ])
      assert.equal(recordFileOf(name), undefined, name);
  });

  it('are read by two functions of the SDK', () => {
    assert.deepEqual(
      ['espconn_secure_ca_enable', 'espconn_secure_cert_req_enable', 'espconn_secure_accept', undefined].map(
        recordFileRead,
      ),
      ['ca', 'own', undefined, undefined],
    );
  });

  it('need room for one more header, as far as the library reads', () => {
    const file = 'esp_ca_cert.bin';
    assert.equal(recordWindow(abilities), 8192);
    assert.equal(recordWindow(undefined), 8192);
    const lengths = [100, 4062, 4063, 4096, 8158, 8159, 9000];
    assert.deepEqual(
      lengths.map(length => reachOf(abilities, file, length) - length),
      [0, 0, 34, 34, 0, 0, 0],
    );
    assert.equal(reachOf(abilities, 'settings.bin', 4096), 4096);
    assert.equal(reachOf(abilities, undefined, 4096), 4096);
  });
});

describe('a sector where a large image may reach', () => {
  const around = (part: object, address: number, sizes?: ReadonlyMap<string, number>) => {
    const found = codeAround(layout({ regions: [], ...part }, sizes), sizes ?? new Map(), address);
    return found && codeAroundText(found);
  };

  it('is told with the area, and another one that is free', () => {
    assert.equal(
      around({ map: 4 }, 0x3b000),
      'Sector 0x3B lies in user1.bin (0x1000 to 0x6BFFF): a large image overwrites it. Free: sector 0x80 (address 0x80000).',
    );
    assert.equal(
      around({ map: 4 }, 0x81000),
      'Sector 0x81 lies in user2.bin (0x81000 to 0xEBFFF): a large image overwrites it. Free: sector 0x80 (address 0x80000).',
    );
    assert.equal(
      around({ map: 1 }, 0x1000),
      'Sector 0x1 lies in eagle.flash.bin (0x0 to 0xFFFF): a large image overwrites it.',
    );
    assert.equal(
      around({ map: 2, fota: false }, 0x10000),
      'Sector 0x10 lies in eagle.irom0text.bin (0x10000 to 0x6BFFF): a large image overwrites it. Free: sector 0x6C (address 0x6C000).',
    );
  });

  it('is none where no code lies, where none reaches, and where the image is known', () => {
    for (const address of [0, 0x6c000, 0x7c000, 0x80000, 0x3fc000, 0x100000])
      assert.equal(around({ map: 4 }, address), undefined, addressText(address));
    const files = { user1: 'u1.bin' };
    assert.equal(around({ map: 4, files }, 0x3b000, new Map([['u1.bin', 1000]])), undefined);
    assert.match(around({ map: 4, files }, 0x3b000) ?? '', /^Sector 0x3B lies in user1\.bin/);
  });
});

describe('why a place is a good one', () => {
  it('is told in a sentence', () => {
    const sizes = new Map([['u1.bin', 200_000]]);
    const full = { map: 2, regions: [{ sector: 0x80 }] };
    const reasons = [
      freePlace(layout({ map: 4 }), new Map(), { size: 4096 }),
      freePlace(layout(full), new Map(), { size: 4096 }),
      freePlace(layout({ ...full, files: { user1: 'u1.bin' } }, sizes), sizes, { size: 4096 }),
      { reason: 'border', address: 0 } as const,
    ].map(place => place && placeReason(place));
    assert.deepEqual(reasons, [
      'Not used by firmware, updates or the SDK.',
      'The end of “Firmware, first slot (user1)”. Keep the image smaller.',
      'After the image, which ends at 0x31D40, at the end of “Firmware, first slot (user1)”.',
      'The start of the same sector.',
    ]);
  });

  it('is that nothing would be wrong with a region there', () => {
    const free = new FreePlaces(layout({ map: 2, regions: [{ sector: 0x80 }, { name: 'x' }] }), new Map());
    const allowed = (address: number, size = 4096) => free.allows({ size }, address);
    // Behind the boot loader begin the images; the end of a slot is free, the user parameters and the SDK's own are not.
    const addresses = [
      0, 0x1000, 0x6b000, 0x6c000, 0x7b000, 0x7c000, 0x80000, 0xec000, 0xfa000, 0xfb000, 0x100000,
    ];
    assert.deepEqual(
      addresses.filter(address => allowed(address)),
      [0x6c000, 0x7b000, 0xec000, 0xfa000],
    );
    assert.ok(allowed(0x6c000, 0x10000) && !allowed(0x6c000, 0x10001));
    assert.ok(!allowed(0x6c800));
    free.take({ size: 4097 }, 0x6c000);
    assert.deepEqual(
      [0x6c000, 0x6d000, 0x6e000].map(address => allowed(address)),
      [false, false, true],
    );
    // Its own sectors are not in the way of a region.
    assert.ok(free.allows({ address: 0x6c000, size: 4097 }, 0x6d000));
  });
});

describe('a part of a flash', () => {
  it('is what places in the project’s file are about', () => {
    const places = [
      [],
      ['map'],
      ['regions', 2],
      ['regions', 2, 'name'],
      ['regions', 2, 'size'],
      ['regions', 2, 'file'],
      ['regions', 2, 'sector'],
      ['files', 'boot'],
      ['other', 'x'],
    ];
    assert.deepEqual(places.map(partOf), [
      undefined,
      undefined,
      ...Array<string>(5).fill('region:2'),
      'area:boot',
      undefined,
    ]);
    assert.deepEqual(places.map(fieldOf), [
      undefined,
      undefined,
      'address',
      'name',
      'size',
      'file',
      'address',
      'file',
      undefined,
    ]);
    assert.deepEqual(places.map(regionIndex), [undefined, undefined, 2, 2, 2, 2, 2, undefined, undefined]);
  });

  it('is firmware or the SDK’s', () => {
    const map = flashMap(4) ?? assert.fail();
    const kinds = [true, false].flatMap(fota => areasOf(map, fota).map(({ kind }) => kind));
    assert.deepEqual(
      [...new Set(kinds)].filter(kind => useOf(kind) === 'firmware'),
      ['boot', 'user1', 'user2', 'flash', 'irom0'],
    );
    assert.equal(useOf('rf-cal'), 'system');
  });

  it('has the file of its area, and the worst that is found', () => {
    const sizes = new Map([
      ['u1.bin', 600_000],
      ['a.bin', 100],
    ]);
    const read = layout(
      {
        map: 2,
        files: { user1: 'u1.bin' },
        regions: [
          { file: 'a.bin', sector: 0x80 },
          { name: 'b', sector: 0x80 },
          { name: 'c', sector: 0xec },
          { name: 'd', sector: 0x7c, size: 'x' },
        ],
      },
      sizes,
    );
    const parts = partsOf(read, sizes, checkLayout(read, sizes));
    const shown = (id: string) => {
      const part = parts.find(each => each.id === id) ?? assert.fail(id);
      return [part.kind, part.use, part.name, part.file, part.used, part.state];
    };
    const slot = 'Firmware, first slot (user1)';
    assert.deepEqual(shown('area:user1'), ['area', 'firmware', slot, 'u1.bin', 600_000, 'error']);
    assert.deepEqual(shown('area:rf-cal'), [
      'area',
      'system',
      'RF calibration',
      undefined,
      undefined,
      'fine',
    ]);
    // Of two in one place both are wrong.
    assert.deepEqual(shown('region:0'), ['region', 'own', 'a.bin', 'a.bin', 100, 'error']);
    assert.deepEqual(shown('region:1'), ['region', 'own', 'b', undefined, undefined, 'error']);
    assert.deepEqual(shown('region:2'), ['region', 'own', 'c', undefined, undefined, 'fine']);
    // An unreadable size is worse than a place among the user parameters.
    assert.deepEqual(shown('region:3'), ['region', 'own', 'd', undefined, undefined, 'error']);
  });

  it('is free where nothing else is, in whole sectors', () => {
    const free = (...regions: { address: number | undefined; size: number }[]) =>
      freeParts(0x8000, [{ address: 0, size: 0x1000 }], regions).map(({ id, address, size, ...rest }) => {
        assert.deepEqual(rest, {
          kind: 'free',
          use: 'free',
          name: '',
          why: '',
          used: undefined,
          file: undefined,
          state: 'free',
        });
        return `${id} ${address} ${size}`;
      });
    assert.deepEqual(free(), ['free:0x1000 4096 28672']);
    assert.deepEqual(free({ address: undefined, size: 0x1000 }), ['free:0x1000 4096 28672']);
    assert.deepEqual(free({ address: 0x2fff, size: 2 }, { address: 0x7000, size: 1 }), [
      'free:0x1000 4096 4096',
      'free:0x4000 16384 12288',
    ]);
    assert.deepEqual(free({ address: 0x1000, size: 0x7000 }), []);
  });
});
