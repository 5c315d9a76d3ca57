import assert from 'node:assert/strict';
import path from 'node:path';
import { areaFile, type AreaKind, areaName, areaRule, areasOf, slotTail } from '../../src/flash/areas';
import {
  flashFrequencies,
  type FlashMap,
  flashMap,
  flashMaps,
  flashModes,
  largestSlots,
  mapFault,
  mapName,
  mapWithSecond,
  secondImageOf,
} from '../../src/flash/maps';
import { sdkVersions } from '../../src/sdk/tls';
import { expectGolden } from '../golden';

function map(id: number) {
  return flashMap(id) ?? assert.fail(`no map ${id}`);
}

describe('flash maps', () => {
  // The download addresses that the SDK's documents and the README files of its AT firmware give: user2, user
  // parameters, RF calibration, RF data, system parameters.
  const documented: [id: number, ...addresses: number[]][] = [
    [0, 0x41000, 0x3c000, 0x7b000, 0x7c000, 0x7d000],
    [2, 0x81000, 0x7c000, 0xfb000, 0xfc000, 0xfd000],
    [3, 0x81000, 0x7c000, 0x1fb000, 0x1fc000, 0x1fd000],
    [4, 0x81000, 0x7c000, 0x3fb000, 0x3fc000, 0x3fd000],
    [5, 0x101000, 0xfc000, 0x1fb000, 0x1fc000, 0x1fd000],
    [6, 0x101000, 0xfc000, 0x3fb000, 0x3fc000, 0x3fd000],
    [8, 0x101000, 0xfc000, 0x7fb000, 0x7fc000, 0x7fd000],
    [9, 0x101000, 0xfc000, 0xffb000, 0xffc000, 0xffd000],
  ];
  for (const [id, ...addresses] of documented) {
    it(`put everything of map ${id} where the SDK documents it`, () => {
      const areas = new Map(areasOf(map(id), true).map(area => [area.kind, area.address]));
      const kinds: AreaKind[] = ['user2', 'user-parameters', 'rf-cal', 'init-data', 'system-parameters'];
      assert.deepEqual(
        kinds.map(kind => areas.get(kind)),
        addresses,
      );
      assert.equal(areas.get('boot'), 0);
      assert.equal(areas.get('user1'), 0x1000);
      assert.equal(secondImageOf(map(id)), addresses[0]);
    });
  }

  it('have room for images up to the user parameters', () => {
    const room = (id: number) => areasOf(map(id), true).find(({ kind }) => kind === 'user1')?.size;
    assert.deepEqual([room(0), room(2), room(5)], [236 * 1024, 492 * 1024, 1004 * 1024]);
  });

  it('never overlap themselves, and end with the flash', () => {
    for (const each of flashMaps) {
      for (const fota of [true, false]) {
        const areas = areasOf(each, fota);
        for (const [index, area] of areas.entries()) {
          assert.ok(area.size > 0, mapName(each));
          const next = areas[index + 1];
          assert.ok(
            area.address + area.size <= (next?.address ?? each.size * 1024),
            `${mapName(each)} ${area.kind}`,
          );
        }
        const last = areas.at(-1);
        assert.equal((last?.address ?? 0) + (last?.size ?? 0), each.size * 1024);
      }
    }
  });

  it('divide the flash as in their golden text, in the words of the views', () => {
    const hex = (value: number) => `0x${value.toString(16).toUpperCase()}`;
    const layout = (each: FlashMap, fota: boolean) => [
      `== map ${each.id}: ${mapName(each)}, ${fota ? 'with updates' : 'without updates'}; esptool ${each.esptool ?? 'has no name for it'}`,
      ...areasOf(each, fota).map(area => {
        const tail = slotTail({ map: each, fota }, area);
        const end = area.address + area.size;
        const free = tail === end ? '' : `, free from ${hex(tail)}`;
        return `${hex(area.address)} to ${hex(end - 1)}${free}: ${area.kind}`;
      }),
      '',
    ];
    const kinds = [true, false].flatMap(fota => areasOf(map(4), fota).map(({ kind }) => kind));
    const words = [...new Set(kinds)].flatMap(kind => [
      `== ${kind}: ${areaName(kind)} (${areaFile(kind)})`,
      areaRule(kind),
      '',
    ]);
    const maps = flashMaps.flatMap(each =>
      (each.slot === undefined ? [false] : [true, false]).flatMap(fota => layout(each, fota)),
    );
    expectGolden(path.join(__dirname, 'flashMaps.golden.txt'), [...maps, ...words].join('\n'));
  });

  it('are supported by SDK versions: 2048+2048 by none, less than 1 MB by none from 3.0 on', () => {
    for (const sdk of sdkVersions)
      for (const each of flashMaps) {
        const expected =
          each.id === 7 ? 'no-sdk' : sdk.startsWith('3') && each.size < 1024 ? 'not-in-3' : undefined;
        assert.equal(mapFault(each, sdk), expected, `${sdk}, map ${each.id}`);
      }
  });
});

describe('a map', () => {
  it('is found by the size of the flash: the one with the largest slots that an SDK supports', () => {
    const sizes = [512, 1024, 2048, 4096, 8192, 16384];
    assert.deepEqual(
      sizes.map(size => largestSlots(size * 1024)?.id),
      [0, 2, 5, 6, 8, 9],
    );
    assert.equal(largestSlots(3 << 20), undefined);
  });

  it('is found by where user2 is: the largest that the flash has room for', () => {
    assert.deepEqual(
      [0x41000, 0x81000, 0x101000].map(second => mapWithSecond(16 << 20, second)?.id),
      [0, 4, 9],
    );
    assert.deepEqual(
      [512, 1024, 2048, 4096].map(size => mapWithSecond(size * 1024, 0x81000)?.id),
      [undefined, 2, 3, 4],
    );
    assert.equal(mapWithSecond(4 << 20, 0x82000), undefined);
    // 2048+2048, which no SDK supports, and 256 KB, which has no room for two.
    assert.equal(mapWithSecond(4 << 20, 0x201000), undefined);
    assert.equal(secondImageOf(map(1)), undefined);
  });

  it('and how the flash is wired and clocked are numbers of the header as esptool writes them', () => {
    assert.deepEqual(flashModes, { qio: 0, qout: 1, dio: 2, dout: 3 });
    assert.deepEqual(flashFrequencies, { '40m': 0, '26m': 1, '20m': 2, '80m': 15 });
  });
});
