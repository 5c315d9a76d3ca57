import assert from 'node:assert/strict';
import Ajv from 'ajv';
import { parse } from 'jsonc-parser';
import { type LayoutChange, jsonChanges } from '../../src/flash/changes';
import { checkLayout } from '../../src/flash/findings';
import { layoutOf } from '../../src/flash/layout';
import { partsOf } from '../../src/flash/picture';
import { editedProject } from '../../src/project/editProject';
import { projectSchema } from '../../src/project/schema';
import { tlsAbilities } from '../../src/sdk/tls';

/** The text after a change, as the view makes it. */
function changed(text: string, change: LayoutChange): string {
  const { flash } = parse(text) as { flash?: unknown };
  return editedProject(text, jsonChanges(flash, 'ssl', change), 'esp8266-ssl.json');
}

describe('changes of a flash layout in the text', () => {
  const text = `{
  // mine
  "flash": {
    "unknown": true,
    "regions": [
      { "file": "a.bin", "sector": "0x3B" /* why */ },
      { "file": "b.bin", "sector": 60, "more": 1 },
      { "name": "c", "address": "0x3d000" },
      { "name": "d", "address": 253952, "sector": 1 }
    ]
  }
}
`;

  it('keep how a place is written, comments and unknown keys', () => {
    assert.equal(
      changed(text, { kind: 'move', region: 0, address: 0x77000 }),
      text.replace('"0x3B"', '"0x77"'),
    );
    assert.equal(changed(text, { kind: 'move', region: 1, address: 0x77000 }), text.replace('60', '119'));
    assert.equal(
      changed(text, { kind: 'move', region: 2, address: 0x77000 }),
      text.replace('0x3d000', '0x77000'),
    );
  });

  it('leave one place where there were two', () => {
    const { flash } = parse(changed(text, { kind: 'move', region: 3, address: 0x77000 })) as {
      flash: { regions: unknown[] };
    };
    assert.deepEqual(flash.regions[3], { name: 'd', address: 0x77000 });
  });

  it('add and remove regions', () => {
    const added = changed(text, { kind: 'add', entry: { file: 'e.bin', sector: '0x100' } });
    assert.match(added, /"sector": 1\s*\},\s*\{\s*"file": "e\.bin",\s*"sector": "0x100"\s*\}\s*\]/);
    assert.doesNotMatch(changed(text, { kind: 'remove', region: 1 }), /b\.bin/);
  });

  it('write the usual regions down when the first of them changes', () => {
    const { flash } = parse(changed('{}', { kind: 'move', region: 1, address: 0x100000 })) as {
      flash: { regions: unknown[] };
    };
    assert.deepEqual(flash.regions, [
      { file: 'ssl/esp_ca_cert.bin', sector: '0x77' },
      { file: 'ssl/esp_cert_private_key.bin', sector: '0x100' },
    ]);
  });

  it('choose map, updates and SDK', () => {
    const all = (['map', 'fota', 'sdk'] as const).reduce(
      (before, kind) =>
        changed(
          before,
          kind === 'map'
            ? { kind, map: 2 }
            : kind === 'fota'
              ? { kind, fota: false }
              : { kind, sdk: '2.2.1' },
        ),
      '{}',
    );
    assert.deepEqual(parse(all), { flash: { map: 2, fota: false }, sdk: '2.2.1' });
  });

  it('fit the schema of the file', () => {
    const validate = new Ajv({ strict: false }).compile(projectSchema());
    const right = changed(
      changed('{}', { kind: 'add', entry: { name: 'x', size: '16 KB', sector: '0x100' } }),
      {
        kind: 'map',
        map: 6,
      },
    );
    assert.ok(validate(parse(right)), JSON.stringify(validate.errors));
    assert.ok(!validate({ flash: { map: 10 } }));
    assert.ok(!validate({ flash: { regions: [{ sektor: 1 }] } }));
  });
});

describe('the parts of a flash', () => {
  const sizes = new Map([['ssl/esp_ca_cert.bin', 1309]]);
  const layout = layoutOf(
    { map: 2, regions: [{ file: 'ssl/esp_ca_cert.bin', sector: '0x80' }, { name: 'x', sector: '0x7C' }, {}] },
    { sdk: '2.2.1', abilities: tlsAbilities('libmbedtls', '2.2.1'), records: 'ssl', sizes },
  );
  const parts = partsOf(layout, sizes, checkLayout(layout, sizes));

  it('are those of the SDK, of the project and what is free, by address', () => {
    assert.deepEqual(
      parts.map(({ id, address, size }) => [id, address, size]),
      [
        ['area:boot', 0, 0x1000],
        ['area:user1', 0x1000, 0x7b000],
        ['area:user-parameters', 0x7c000, 0x4000],
        ['region:1', 0x7c000, 0x1000],
        ['region:0', 0x80000, 0x1000],
        ['area:user2', 0x81000, 0x7a000],
        ['area:rf-cal', 0xfb000, 0x1000],
        ['area:init-data', 0xfc000, 0x1000],
        ['area:system-parameters', 0xfd000, 0x3000],
        ['region:2', undefined, 0x1000],
      ],
    );
  });

  it('say how they are', () => {
    assert.deepEqual(
      parts.filter(({ kind }) => kind === 'region').map(({ state, used }) => [state, used]),
      [
        ['info', undefined],
        ['fine', 1309],
        ['error', undefined],
      ],
    );
  });

  it('cover the whole flash, whatever the layout', () => {
    for (const map of [0, 1, 2, 3, 4, 5, 6, 8, 9]) {
      const each = layoutOf(
        { map, regions: [] },
        { sdk: '2.2.1', abilities: undefined, records: 'ssl', sizes: new Map() },
      );
      const sum = partsOf(each, new Map(), []).reduce((total, { size }) => total + size, 0);
      assert.equal(sum, each.map.size * 1024, `map ${map}`);
    }
  });
});
