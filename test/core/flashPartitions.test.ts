import assert from 'node:assert/strict';
import path from 'node:path';
import { type Layout, layoutOf } from '../../src/flash/layout';
import { flashMap } from '../../src/flash/maps';
import {
  commentText,
  partitionSource,
  partitionsOf,
  partitionTypeName,
  partitionTypes,
  recordFileIn,
  requiredPartitions,
} from '../../src/flash/partitions';
import { rowsInStep, rowText, type TableRow } from '../../src/flash/tableInStep';
import { tlsAbilities } from '../../src/sdk/tls';
import { expectGolden } from '../golden';

function layout(part: unknown, sizes: ReadonlyMap<string, number> = new Map()): Layout {
  return layoutOf(part, {
    sdk: '3.0.6',
    abilities: tlsAbilities('libmbedtls', '3.0.6'),
    records: 'ssl',
    sizes,
  });
}

/** The SDK's own download table for 2 MB, 1024+1024, with certificates as its MQTT example has them. */
const mqtt = layout({
  map: 5,
  regions: [
    { file: 'ssl/esp_cert_private_key.bin', sector: 0x78 },
    { file: 'ssl/esp_ca_cert.bin', sector: 0x77 },
    { name: 'settings', sector: 0xfc, size: '16 KB' },
  ],
});

describe('the partition table of SDK 3.x', () => {
  it('has the SDK’s partitions at their fixed addresses, slots that end before the certificates, and the project’s own', () => {
    assert.deepEqual(
      partitionsOf(mqtt).map(
        ({ type, address, size }) => `${type} ${address.toString(16)} ${size.toString(16)}`,
      ),
      [
        'SYSTEM_PARTITION_BOOTLOADER 0 1000',
        'SYSTEM_PARTITION_OTA_1 1000 76000',
        'SYSTEM_PARTITION_SSL_CLIENT_CA 77000 1000',
        'SYSTEM_PARTITION_SSL_CLIENT_CERT_PRIVKEY 78000 1000',
        'SYSTEM_PARTITION_CUSTOMER_BEGIN + 1 fc000 4000',
        'SYSTEM_PARTITION_OTA_2 101000 76000',
        'SYSTEM_PARTITION_RF_CAL 1fb000 1000',
        'SYSTEM_PARTITION_PHY_DATA 1fc000 1000',
        'SYSTEM_PARTITION_SYSTEM_PARAMETER 1fd000 3000',
      ],
    );
  });

  it('never overlaps itself where the layout does not', () => {
    for (const map of [2, 3, 4, 5, 6, 8, 9]) {
      const table = partitionsOf(layout({ map }));
      for (const [index, { address, size }] of table.entries())
        assert.ok(address + size <= (table[index + 1]?.address ?? Infinity), `map ${map}, row ${index}`);
    }
  });

  it('is C as in its golden text', () => {
    const sources = {
      'with updates': mqtt,
      'without updates, with two files of a kind and a comment in a name': layout({
        map: 2,
        fota: false,
        regions: [
          { file: 'a/esp_ca_cert.bin', sector: 0x80 },
          { file: 'b/esp_ca_cert.bin', sector: 0x82, size: 5000 },
          { name: 'mine */ of\nmine', sector: 0x90 },
          { name: 'nowhere' },
        ],
      }),
    };
    const texts = Object.entries(sources).map(([title, each]) => `== ${title}\n\n${partitionSource(each)}`);
    expectGolden(path.join(__dirname, 'flashPartitions.golden.txt'), texts.join('\n'));
  });

  it('has types with the SDK’s names and numbers, and numbers of the firmware’s own', () => {
    assert.deepEqual(
      Object.entries(partitionTypes).map(([name, number]) => [number, name]),
      [
        [1, 'BOOTLOADER'],
        [2, 'OTA_1'],
        [3, 'OTA_2'],
        [4, 'RF_CAL'],
        [5, 'PHY_DATA'],
        [6, 'SYSTEM_PARAMETER'],
        [7, 'AT_PARAMETER'],
        [8, 'SSL_CLIENT_CERT_PRIVKEY'],
        [9, 'SSL_CLIENT_CA'],
        [10, 'SSL_SERVER_CERT_PRIVKEY'],
        [11, 'SSL_SERVER_CA'],
        [12, 'WPA2_ENTERPRISE_CERT_PRIVKEY'],
        [13, 'WPA2_ENTERPRISE_CA'],
        [100, 'CUSTOMER_BEGIN'],
      ],
    );
    assert.deepEqual([1, 13, 14, 99, 100, 101, 150].map(partitionTypeName), [
      'BOOTLOADER',
      'WPA2_ENTERPRISE_CA',
      '14',
      '99',
      'CUSTOMER_BEGIN',
      'CUSTOMER_BEGIN + 1',
      'CUSTOMER_BEGIN + 50',
    ]);
    const types = [...Object.values(partitionTypes), undefined];
    const ofKind = (kind: string) => types.filter(type => recordFileIn(type) === kind);
    assert.deepEqual(
      [ofKind('ca'), ofKind('own')],
      [
        [9, 11],
        [8, 10],
      ],
    );
  });

  it('must have three partitions, whose place is known with the map', () => {
    assert.deepEqual(requiredPartitions(flashMap(6)), [
      { name: 'RF_CAL', size: 0x1000, row: '{ SYSTEM_PARTITION_RF_CAL, 0x3FB000, 0x1000 }' },
      { name: 'PHY_DATA', size: 0x1000, row: '{ SYSTEM_PARTITION_PHY_DATA, 0x3FC000, 0x1000 }' },
      {
        name: 'SYSTEM_PARAMETER',
        size: 0x3000,
        row: '{ SYSTEM_PARTITION_SYSTEM_PARAMETER, 0x3FD000, 0x3000 }',
      },
    ]);
    assert.deepEqual(
      requiredPartitions(undefined).map(({ name, size, row }) => [name, size, row]),
      [
        ['RF_CAL', 0x1000, undefined],
        ['PHY_DATA', 0x1000, undefined],
        ['SYSTEM_PARAMETER', 0x3000, undefined],
      ],
    );
  });

  it('has names that end no comment of C', () => {
    assert.equal(commentText('a */ b */\r\n\n c'), 'a * / b * /  c');
  });
});

describe('a line of the sources’ table', () => {
  const image = 'user1.bin';
  const sizes = new Map([
    [image, 200_000],
    ['esp_ca_cert.bin', 5000],
  ]);
  const part = {
    map: 4,
    files: { user1: image },
    regions: [
      { file: 'esp_ca_cert.bin', sector: 0x100 },
      { name: 'settings', sector: 0x110 },
      { name: 'log', sector: 0x120, size: '8 KB' },
      { name: 'nowhere' },
    ],
  };
  const types = { ...partitionTypes, own: 101 };
  const row = (
    type: keyof typeof types | undefined,
    address: number,
    size: number,
    comment = '',
  ): TableRow => ({ type: type && types[type], name: type ?? 'x', comment, address, size });
  const told = (rows: readonly TableRow[], of = layout(part, sizes)) =>
    rowsInStep(rows, of, sizes).map(each =>
      each.agrees
        ? `${each.row.name} is ${'path' in each.of ? each.of.name : each.of.kind}`
        : rowText(each, 'main.c:7'),
    );

  const cases: [what: string, row: TableRow, told: string[]][] = [
    ['of an area', row('RF_CAL', 0x3fb000, 0x1000), ['RF_CAL is rf-cal']],
    ['of a slot that ends before the map’s', row('OTA_1', 0x1000, 0x31000), ['OTA_1 is user1']],
    [
      'of a slot that is smaller than its image',
      row('OTA_1', 0x1000, 0x30000),
      ['main.c:7 registers OTA_1 with 192 KB, but Firmware, first slot (user1) needs 196 KB.'],
    ],
    ['of a slot without an image', row('OTA_2', 0x81000, 0), ['OTA_2 is user2']],
    [
      'of an area that lies elsewhere',
      row('PHY_DATA', 0x3fb000, 0x1000),
      ['main.c:7 registers PHY_DATA at 0x3FB000, but RF data (esp_init_data_default.bin) is at 0x3FC000.'],
    ],
    [
      'of an area with all sectors but one',
      row('SYSTEM_PARAMETER', 0x3fd000, 0x2000),
      ['main.c:7 registers SYSTEM_PARAMETER with 8 KB, but System parameters of the SDK needs 12 KB.'],
    ],
    [
      'of a record file, for a server',
      row('SSL_SERVER_CA', 0x100000, 0x2000),
      ['SSL_SERVER_CA is esp_ca_cert.bin'],
    ],
    ['of a record file that there is not', row('SSL_CLIENT_CERT_PRIVKEY', 0x101000, 0x2000), []],
    [
      'of a record file that has grown',
      row('SSL_CLIENT_CA', 0x100000, 0x1000),
      ['main.c:7 registers SSL_CLIENT_CA with 4 KB, but esp_ca_cert.bin needs 8 KB.'],
    ],
    ['of the firmware’s own, by its address', row('own', 0x110000, 0x1000), ['own is settings']],
    [
      'of the firmware’s own, by its comment',
      row('own', 0x111000, 0x1000, 'settings'),
      ['main.c:7 registers own at 0x111000, but settings is at 0x110000.'],
    ],
    ['of the firmware’s own that the layout does not know', row('own', 0x111000, 0x1000, 'other'), []],
    ['of CUSTOMER_BEGIN itself', row('CUSTOMER_BEGIN', 0x110000, 0x1000), []],
    ['of a type that is not known', row(undefined, 0x110000, 0x1000, 'settings'), []],
    ['of a region without an address, by its comment', row('own', 0x111000, 0x1000, 'nowhere'), []],
  ];
  for (const [what, each, expected] of cases)
    it(`${what} says ${expected.length === 0 ? 'nothing' : 'whether the layout agrees'}`, () => {
      assert.deepEqual(told([each]), expected);
    });

  it('counts where it agrees, whatever others there are for the same part', () => {
    const [right, wrong] = [row('RF_CAL', 0x3fb000, 0x1000), row('RF_CAL', 0xfb000, 0x1000)];
    assert.deepEqual(told([wrong, right]), ['RF_CAL is rf-cal']);
    assert.deepEqual(told([right, wrong]), ['RF_CAL is rf-cal']);
    // Of several wrong ones the first counts.
    assert.deepEqual(told([wrong, row('RF_CAL', 0x7b000, 0x1000)]), [
      'main.c:7 registers RF_CAL at 0xFB000, but RF calibration is at 0x3FB000.',
    ]);
  });

  it('is for one of two files of a kind only where it agrees with it', () => {
    const two = layout(
      { ...part, regions: [...part.regions, { file: 'b/esp_ca_cert.bin', sector: 0x130 }] },
      sizes,
    );
    assert.deepEqual(told([row('SSL_CLIENT_CA', 0x130000, 0x1000)], two), [
      'SSL_CLIENT_CA is b/esp_ca_cert.bin',
    ]);
    assert.deepEqual(told([row('SSL_CLIENT_CA', 0x131000, 0x1000)], two), []);
  });
});
