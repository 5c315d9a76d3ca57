import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { editedText } from '../../editedText';
import { type Claim, flashClaims } from '../../../src/analysis/project/flashClaims';
import { flashInSources } from '../../../src/analysis/project/flashInSources';
import { type Layout, layoutOf } from '../../../src/flash/layout';
import { partitionSource } from '../../../src/flash/partitions';

const ca = 'ssl/esp_ca_cert.bin';
const key = 'ssl/esp_cert_private_key.bin';
const sizes = new Map([
  [ca, 1309],
  [key, 5000],
]);

function layoutFor(part: object): Layout {
  return layoutOf(part, { sdk: '3.0.6', abilities: undefined, records: 'ssl', sizes });
}

const regions = [
  { file: ca, sector: '0x100' },
  { file: key, sector: '0x102' },
  { name: 'settings */ of mine', sector: '0x110', size: '8 KB' },
];

describe('what the sources say of the flash', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'flash-claims-'));
    mkdirSync(path.join(folder, 'user'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const source = (text: string) => writeFileSync(path.join(folder, 'user', 'user_main.c'), text);
  const claims = async (layout: Layout) =>
    flashClaims(await flashInSources(folder, layout.map.id), layout, sizes);
  const wrong = async (layout: Layout) => (await claims(layout)).filter(({ agrees }) => !agrees);
  /** The sources with what a claim would put right. */
  const edited = (claim: Claim | undefined) => {
    assert.ok(claim !== undefined && claim.kind !== 'map' && claim.edits.length > 0, JSON.stringify(claim));
    const text = readFileSync(path.join(folder, 'user', 'user_main.c'), 'utf8');
    for (const { start, end, before } of claim.edits) assert.equal(text.slice(start, end), before);
    return editedText(text, claim.edits);
  };

  for (const map of [2, 3, 4, 5, 6, 8, 9]) {
    it(`is the layout itself where it is made from that, for map ${map}`, async () => {
      const end = map === 2 ? 0x6d : 0x1e0;
      const layout = layoutFor({
        map,
        regions: regions.map((each, index) => ({ ...each, sector: end + 2 * index })),
      });
      source(partitionSource(layout));
      const found = await claims(layout);
      assert.deepEqual(
        found.map(each => [each.kind === 'map' ? '' : each.part, each.agrees]).sort(),
        [
          ...['boot', 'init-data', 'rf-cal', 'system-parameters', 'user1', 'user2'].map(
            kind => `area:${kind}`,
          ),
          ...['region:0', 'region:1', 'region:2'],
        ].map(part => [part, true]),
      );
    });
  }

  it('is told from the layout when that has moved on, and is put right', async () => {
    source(partitionSource(layoutFor({ map: 4, regions })));
    const moved = layoutFor({
      map: 4,
      regions: regions.map((each, index) => ({ ...each, sector: 0x200 + 4 * index })),
    });
    const found = await wrong(moved);
    assert.deepEqual(
      found.map(each => each.kind === 'row' && [each.part, each.address]),
      [
        ['region:0', 0x100000],
        ['region:1', 0x102000],
        ['region:2', 0x110000],
      ],
    );
    assert.match(
      found[0]?.text ?? '',
      /^user\/user_main\.c:\d+ registers SSL_CLIENT_CA at 0x100000, but ssl\/esp_ca_cert\.bin is at 0x200000\.$/,
    );
    for (let index = 0; index < 3; index++) source(edited((await wrong(moved))[0]));
    assert.deepEqual(await wrong(moved), []);
  });

  it('is too small a partition, which grows', async () => {
    source(partitionSource(layoutFor({ map: 4, regions })).replace('0x102000, 0x2000', '0x102000, 0x1000'));
    const [found, ...others] = await wrong(layoutFor({ map: 4, regions }));
    assert.deepEqual(others, []);
    assert.ok(found?.kind === 'row' && found.address === undefined);
    assert.match(found.text, /SSL_CLIENT_CERT_PRIVKEY with 4 KB, but .* needs 8 KB\.$/);
    source(edited(found));
    assert.deepEqual(await wrong(layoutFor({ map: 4, regions })), []);
  });

  it('is that of the map which is built, in a table with a part for each', async () => {
    source(`#include "user_interface.h"
#if (SPI_FLASH_SIZE_MAP == 4)
#define CA_ADDRESS 0x7B000
#elif (SPI_FLASH_SIZE_MAP == 6)
#define CA_ADDRESS 0xFB000
#endif
static const partition_item_t at_partition_table[] = {
  { SYSTEM_PARTITION_BOOTLOADER, 0x0, 0x1000},
  { SYSTEM_PARTITION_SSL_SERVER_CA, CA_ADDRESS, 0x1000},
};
void ICACHE_FLASH_ATTR user_pre_init(void) {
  system_partition_table_regist(at_partition_table, sizeof(at_partition_table)/sizeof(at_partition_table[0]), SPI_FLASH_SIZE_MAP);
}
`);
    const at = (map: number, sector: string) => wrong(layoutFor({ map, regions: [{ file: ca, sector }] }));
    assert.deepEqual(await at(4, '0x7B'), []);
    assert.deepEqual(await at(6, '0xFB'), []);
    const [found] = await at(6, '0x7B');
    assert.match(found?.text ?? '', /:9 registers SSL_SERVER_CA at 0xFB000, but .* is at 0x7B000\.$/);
    // The macro has a number for each map: which of them to change is for the user to say.
    assert.ok(found?.kind === 'row' && found.edits.length === 0);
  });

  it('is for another map', async () => {
    source(partitionSource(layoutFor({ map: 4, regions })));
    const found = await claims(layoutFor({ map: 6, regions }));
    assert.deepEqual(
      found.map(({ kind, text }) => [kind, text.replace(/^.*:\d+/, '')]),
      [
        [
          'map',
          ' registers its partition table for the map 4 MB, 512+512, but the layout has 4 MB, 1024+1024.',
        ],
      ],
    );
  });

  it('is a sector, too, and nothing where it cannot be told which file is meant', async () => {
    source('void f(void) { espconn_secure_ca_enable(1, 0x3B); }\n');
    const [found, ...others] = await claims(layoutFor({ map: 4, regions }));
    assert.deepEqual(others, []);
    assert.ok(found?.kind === 'sector' && !found.agrees && found.address === 0x3b000);
    assert.match(edited(found), /1, 0x100\)/);
    const two = [...regions, { file: 'b/esp_ca_cert.bin', sector: '0x120' }];
    assert.deepEqual(await claims(layoutFor({ map: 4, regions: two })), []);
  });

  it('is nothing for partitions of the firmware’s own that the layout does not know', async () => {
    source(
      partitionSource(layoutFor({ map: 4, regions })).replace(
        / \/\* settings.*\*\//,
        ' /* something else */',
      ),
    );
    const moved = layoutFor({ map: 4, regions: [...regions.slice(0, 2), { name: 'x', sector: '0x300' }] });
    assert.deepEqual(await wrong(moved), []);
  });
});
