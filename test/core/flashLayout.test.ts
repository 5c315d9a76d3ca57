import assert from 'node:assert/strict';
import path from 'node:path';
import { findingsAt } from '../../src/flash/findingsAt';
import type { FlashFinding } from '../../src/flash/finding';
import { checkLayout, findingText } from '../../src/flash/findings';
import { type FileSizes, type FlashPart, layoutOf, type RegionEntry } from '../../src/flash/layout';
import { flashMaps } from '../../src/flash/maps';
import { freePlace } from '../../src/flash/freePlaces';
import { parsePlace } from '../../src/flash/sectors';
import { readLayout } from '../../src/project/flashProject';
import { type SdkVersion, tlsAbilities } from '../../src/sdk/tls';
import { expectGolden } from '../golden';

function layout(
  part: unknown,
  { sdk, sizes }: { sdk: SdkVersion; sizes: FileSizes } = { sdk: '2.2.1', sizes: new Map() },
) {
  return layoutOf(part, { sdk, abilities: tlsAbilities('libmbedtls', sdk), records: 'ssl', sizes });
}

function findings(
  part: FlashPart,
  sizes: Record<string, number> = {},
  sdk: SdkVersion = '2.2.1',
): FlashFinding[] {
  const files = new Map(Object.entries(sizes));
  return checkLayout(layout(part, { sdk, sizes: files }), files);
}

/** The kinds of what is found, in order. */
function kinds(part: FlashPart, sizes: Record<string, number> = {}, sdk: SdkVersion = '2.2.1'): string[] {
  return findings(part, sizes, sdk).map(({ kind }) => kind);
}

describe('a place in the flash', () => {
  it('is a sector, an address or a distance', () => {
    for (const text of ['0x3B', '59', 59, '0x3b000', 241664, '236 KB', '236k'])
      assert.equal(parsePlace(text), 0x3b000, String(text));
    assert.equal(parsePlace('1 MB'), 0x100000);
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      'x',
      '0x',
      '-1',
      -1,
      1.5,
      '1e3',
      '0x3B KB',
      '3 TB',
      NaN,
      Infinity,
      null,
      {},
      '9'.repeat(30),
      '0.3 B',
    ])
      assert.equal(parsePlace(text), undefined, JSON.stringify(text));
  });
});

describe('a flash layout', () => {
  it('of a project that says nothing has the certificates in the sectors of the SDK’s example', () => {
    const { regions, map: used, fota } = layout(undefined);
    assert.equal(used.id, 4);
    assert.equal(fota, true);
    assert.deepEqual(
      regions.map(({ file, address }) => [file, address]),
      [
        ['ssl/esp_ca_cert.bin', 0x77000],
        ['ssl/esp_cert_private_key.bin', 0x78000],
      ],
    );
    assert.deepEqual(findings({}, { 'ssl/esp_ca_cert.bin': 800, 'ssl/esp_cert_private_key.bin': 2000 }), []);
  });

  it('takes sectors, addresses and sizes as people write them', () => {
    const { regions } = layout({
      regions: [
        { name: 'a', sector: '0x3B' },
        { sector: 59, size: '8 KB' },
        { address: '0x3B000', size: 16384 },
      ],
    });
    assert.deepEqual(
      regions.map(({ name, address, size }) => [name, address, size]),
      [
        ['a', 0x3b000, 4096],
        ['#2', 0x3b000, 8192],
        ['#3', 0x3b000, 16384],
      ],
    );
  });

  it('has no fault where nothing is at fault', () => {
    assert.deepEqual(
      kinds(
        {
          map: 6,
          files: { boot: 'boot.bin', user1: 'u1.bin', 'init-data': 'init.bin' },
          regions: [
            { file: 'esp_ca_cert.bin', sector: '0x201' },
            { name: 'settings', address: '0x202000', size: '16 KB' },
          ],
        },
        { 'boot.bin': 4080, 'u1.bin': 500_000, 'init.bin': 128, 'esp_ca_cert.bin': 1309 },
      ),
      [],
    );
  });

  const cases: [
    fault: string,
    expected: string[],
    part: FlashPart,
    sizes?: Record<string, number>,
    sdk?: SdkVersion,
  ][] = [
    [
      'two regions in the same bytes',
      ['overlap'],
      { regions: [{ sector: 0x200, size: '8 KB' }, { sector: 0x201 }] },
    ],
    [
      'two files in one sector',
      ['not-at-border', 'one-sector'],
      {
        regions: [
          { sector: 0x200, size: 100 },
          { address: '0x200800', size: 100 },
        ],
      },
    ],
    ['what reaches beyond the flash', ['beyond'], { map: 2, regions: [{ sector: 0x100 }] }],
    ['what begins in the middle of a sector', ['not-at-border'], { regions: [{ address: 0x200010 }] }],
    ['sector 0', ['sector-zero'], { regions: [{ sector: 0 }] }],
    ['the parameters of the SDK', ['in-area'], { map: 2, regions: [{ sector: 0xfd }] }],
    ['RF calibration', ['in-area'], { map: 2, regions: [{ sector: 0xfb }] }],
    [
      'the present image',
      ['in-area'],
      { files: { user1: 'u1.bin' }, regions: [{ sector: 0x3b }] },
      { 'u1.bin': 300_000 },
    ],
    [
      'a place that a larger image would need',
      ['slot-tail'],
      { files: { user1: 'u1.bin' }, regions: [{ sector: 0x3b }] },
      { 'u1.bin': 200_000 },
    ],
    ['what the firmware itself writes', ['in-area'], { regions: [{ sector: 0x7c }] }],
    [
      'records that the library does not read to their end',
      ['larger-than-read'],
      { regions: [{ sector: 0x200, file: 'esp_ca_cert.bin' }] },
      { 'esp_ca_cert.bin': 8193 },
    ],
    [
      'a list whose end is another file',
      ['end-not-erased'],
      { regions: [{ sector: 0x200, file: 'esp_ca_cert.bin' }, { sector: 0x201 }] },
      { 'esp_ca_cert.bin': 4096 },
    ],
    ['a file that is not there', ['file-missing'], { regions: [{ sector: 0x200, file: 'nowhere.bin' }] }],
    ['a region without a place', ['no-address'], { regions: [{ name: 'lost' }] }],
    [
      'an image that is too large',
      ['file-too-large'],
      { files: { user1: 'u1.bin' }, regions: [] },
      { 'u1.bin': 600_000 },
    ],
    [
      'an image without a place',
      ['no-area'],
      { fota: false, files: { user1: 'u1.bin' }, regions: [] },
      { 'u1.bin': 1 },
    ],
    ['an image that fills its place', [], { files: { user1: 'u1.bin' }, regions: [] }, { 'u1.bin': 0x7b000 }],
    [
      'the sectors before and behind an image that ends within one',
      ['in-area', 'slot-tail'],
      { files: { user1: 'u1.bin' }, regions: [{ sector: 0x31 }, { sector: 0x32 }] },
      { 'u1.bin': 200_001 },
    ],
    [
      'a region that starts where no firmware reaches and ends behind the slot',
      ['slot-tail', 'in-area'],
      { regions: [{ sector: 0x7b, size: '8 KB' }] },
    ],
    [
      'code of a firmware without updates',
      ['in-area'],
      {
        fota: false,
        files: { irom0: 'irom0.bin' },
        regions: [{ sector: 0x20 }],
      },
      { 'irom0.bin': 0x20000 },
    ],
    [
      'the part of a firmware that is copied to RAM',
      ['slot-tail'],
      { fota: false, regions: [{ sector: 2 }] },
    ],
    ['the last sector of the flash', ['in-area'], { map: 2, regions: [{ sector: 0xff }] }],
    ['one sector more', ['beyond'], { map: 2, regions: [{ sector: 0xff, size: '8 KB' }] }],
    [
      'a list that is read to its last byte',
      [],
      { regions: [{ sector: 0x200, file: 'esp_ca_cert.bin', size: '8 KB' }] },
      { 'esp_ca_cert.bin': 8192 },
    ],
    [
      'a list with just room for its end',
      [],
      { regions: [{ sector: 0x200, file: 'esp_ca_cert.bin' }, { sector: 0x201 }] },
      { 'esp_ca_cert.bin': 4096 - 34 },
    ],
    [
      'a list with a byte too little for its end',
      ['end-not-erased'],
      {
        regions: [
          { sector: 0x200, file: 'esp_ca_cert.bin' },
          { name: 'next', sector: 0x201 },
        ],
      },
      { 'esp_ca_cert.bin': 4096 - 33 },
    ],
    [
      'regions that meet within a sector',
      ['not-at-border', 'one-sector'],
      {
        regions: [
          { sector: 0x200, size: 100 },
          { address: 0x200064, size: 100 },
        ],
      },
    ],
    [
      'a boot loader without the data of the radio',
      ['init-data-missing'],
      { files: { boot: 'boot.bin' }, regions: [] },
      { 'boot.bin': 4000 },
    ],
    ['2048+2048', ['map-not-supported'], { map: 7, regions: [] }],
    ['1 MB with SDK 3', [], { map: 2, regions: [] }, {}, '3.0.6'],
    ['what is no number', ['unreadable', 'no-address'], { regions: [{ name: 'x', sector: 'twelve' }] }],
    ['512 KB with SDK 3', ['map-not-in-3'], { map: 0, regions: [] }, {}, '3.0.6'],
  ];
  for (const [fault, expected, part, sizes, sdk] of cases) {
    it(`has ${expected.join(' and ') || 'no fault'} for ${fault}`, () => {
      assert.deepEqual(kinds(part, sizes, sdk), expected);
    });
  }

  it('has its faults told by rule, place and sentence as in the golden text', () => {
    const texts = cases.map(([fault, , part, sizes, sdk]) =>
      [
        `== ${fault}`,
        ...findings(part, sizes, sdk).map(
          finding =>
            `${finding.rule} ${finding.severity} at ${finding.path.join('.')}: ${findingText(finding)}`,
        ),
        '',
      ].join('\n'),
    );
    expectGolden(path.join(__dirname, 'flashLayout.golden.txt'), texts.join('\n'));
  });

  it('names eight of the regions in the same sector at most, each pair once', () => {
    const found = findings({ regions: Array.from({ length: 10 }, () => ({ sector: 0x200 })) });
    assert.ok(found.every(({ kind }) => kind === 'overlap'));
    const others = Array.from({ length: 10 }, (_, index) =>
      found.flatMap(each => (each.kind === 'overlap' && each.path[1] === index ? each.otherPath[1] : [])),
    );
    const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
    assert.deepEqual(others, [0, 1, 2, 3, 4, 5, 6, 7, 8, 8].map(upTo));
  });

  it('lists what in it cannot be read, and lays out the rest', () => {
    const { unreadable, regions } = layout({
      map: 'large',
      fota: 1,
      files: { user1: 7, nothing: 'x.bin' },
      regions: [5, { sector: 'x', file: '', name: 7 }, { sector: 0x200 }],
    });
    assert.deepEqual(
      unreadable.map(path => path.join('.')),
      [
        'map',
        'fota',
        'files.user1',
        'files.nothing',
        'regions.0',
        'regions.1.name',
        'regions.1.file',
        'regions.1.sector',
      ],
    );
    assert.deepEqual(
      regions.map(({ address }) => address),
      [undefined, 0x200000],
    );
  });
});

describe('the best free place', () => {
  const sizes = new Map([['u1.bin', 200_000]]);

  it('is outside of firmware, updates and the SDK', () => {
    for (const { id } of flashMaps.filter(({ id }) => id !== 7)) {
      const used = layout({ map: id, regions: [] });
      const place = freePlace(used, sizes, { size: 4096 });
      // 256 KB has no sector that firmware may not need.
      assert.equal(place?.reason, id === 1 ? undefined : 'outside', `map ${id}`);
      if (place !== undefined)
        assert.deepEqual(kinds({ map: id, regions: [{ address: place.address }] }), [], `map ${id}`);
    }
  });

  it('is the end of a slot that no firmware reaches, where nothing else is free', () => {
    for (const [id, outside, last, first] of [
      [0, 0x40, 0x3b, 0x2c],
      [2, 0x80, 0x7b, 0x6c],
      [5, 0x100, 0xfb, 0xe2],
    ] as const) {
      const free = (size: number) =>
        freePlace(layout({ map: id, regions: [{ sector: outside }] }), sizes, { size })?.address;
      assert.equal(free(4096), last << 12, `map ${id}`);
      const whole = (last - first + 1) << 12;
      assert.equal(free(whole), first << 12, `map ${id}`);
      assert.deepEqual(kinds({ map: id, regions: [{ sector: first, size: whole }] }), [], `map ${id}`);
      assert.deepEqual(kinds({ map: id, regions: [{ sector: first - 1, size: whole }] }), ['slot-tail']);
    }
  });

  it('is the sector where an address within one begins, unless that is wrong, too', () => {
    const proposals = (...regions: RegionEntry[]) =>
      findings({ map: 4, regions }).map(({ kind, proposal }) => [kind, proposal?.address]);
    assert.deepEqual(proposals({ address: 0x200010 }), [['not-at-border', 0x200000]]);
    // Sector 0 is the boot loader's.
    const [[kind, address] = []] = proposals({ address: 0x10 });
    assert.deepEqual([kind, address], ['not-at-border', 0x80000]);
    assert.deepEqual(
      proposals({ sector: 0x200 }, { address: 0x200800 }).map(([, place]) => place),
      [0x80000, 0x80000],
    );
  });

  it('has room for the end of a list of records', () => {
    const file = 'esp_ca_cert.bin';
    const exact = new Map([[file, 4096]]);
    const used = layout({ map: 2, regions: [] }, { sdk: '2.2.1', sizes: exact });
    assert.equal(freePlace(used, exact, { file, size: 4000 })?.reason, 'tail');
    assert.equal(freePlace(used, exact, { size: 4096 })?.reason, 'outside');
  });

  it('is never one that something else has', () => {
    const used = layout({ map: 2, regions: [{ sector: 0x80 }] });
    const place = freePlace(used, sizes, { size: 4096 });
    assert.deepEqual([place?.reason, place?.address], ['tail', 0x7b000]);
  });

  it('is offered to one region only', () => {
    const proposed = findings({
      map: 2,
      regions: [{ sector: 0x100 }, { sector: 0x101 }, { sector: '1 MB' }],
    }).flatMap(({ proposal }) => proposal?.address ?? []);
    assert.equal(proposed.length, 3);
    assert.equal(new Set(proposed).size, 3);
  });

  it('is none where all is full', () => {
    const full = layout({
      map: 2,
      files: { user1: 'u1.bin', user2: 'u1.bin' },
      regions: [{ sector: 1, size: '1020 KB' }],
    });
    assert.equal(freePlace(full, sizes, { size: 4096 }), undefined);
  });
});

describe('a region that is dragged', () => {
  const part = {
    map: 4,
    regions: [
      { name: 'a', sector: 0x100 },
      { name: 'b', sector: 0x102 },
    ],
  };
  const used = layout(part);
  const read = { layout: used, sizes: new Map<string, number>(), findings: checkLayout(used, new Map()) };
  const at = (which: number, address: number) =>
    findingsAt(read, `region:${which}`, address).map(({ kind }) => kind);

  it('has the faults of its new place, or brings them to another', () => {
    assert.deepEqual(at(0, 0x102000), ['overlap']);
    assert.deepEqual(at(1, 0x100000), ['overlap']);
    assert.deepEqual(at(0, 0x3fd000), ['in-area']);
    assert.deepEqual(at(0, 0), ['sector-zero']);
  });

  it('has none where it may lie, and keeps those of where it already lies wrong', () => {
    assert.deepEqual(at(0, 0x101000), []);
    const wrong = layout({ map: 4, regions: [{ name: 'a', sector: 0x3fd }] });
    const findings = checkLayout(wrong, new Map());
    const faults = findingsAt({ layout: wrong, sizes: new Map(), findings }, 'region:0', 0x3fe000);
    assert.deepEqual(
      faults.map(({ kind }) => kind),
      ['in-area'],
    );
  });
});

describe('the layout of a project', () => {
  it('has the certificates where the project makes them', async () => {
    const files = async (text: string) => {
      const { layout: read } = await readLayout(text, () => Promise.resolve(new Map()));
      return read.regions.map(({ file }) => file);
    };
    assert.deepEqual(await files(''), ['ssl/esp_ca_cert.bin', 'ssl/esp_cert_private_key.bin']);
    assert.deepEqual(await files('{ "certificates": { "folder": "my/keys" } }'), [
      'my/keys/esp_ca_cert.bin',
      'my/keys/esp_cert_private_key.bin',
    ]);
    assert.deepEqual(await files('{ "certificates": { "files": "script-2.2" } }'), [
      'ssl/bin/esp_ca_cert.bin',
      'ssl/bin/esp_cert_private_key.bin',
    ]);
  });

  it('is read although its target is none', async () => {
    const { layout: read } = await readLayout('{ "sdk": 1, "flash": { "map": 2 } }', () =>
      Promise.resolve(new Map()),
    );
    assert.deepEqual([read.map.id, read.sdk], [2, '3.0.6']);
  });
});
