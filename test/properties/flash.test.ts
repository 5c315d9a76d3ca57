import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { encodeRecords } from '../../src/certificates/flashRecords';
import { buildImage, buildRamImage } from '../../src/flash/appImage';
import { areasOf } from '../../src/flash/areas';
import { mergedImage } from '../../src/flash/pieces';
import { jsonChanges } from '../../src/flash/changes';
import { scanDump } from '../../src/flash/dump';
import { dumpParts } from '../../src/flash/dumpReport';
import { contentsOf } from '../../src/flash/fileContents';
import type { FlashFinding } from '../../src/flash/finding';
import { checkLayout, faultText, findingText } from '../../src/flash/findings';
import { layoutOf } from '../../src/flash/layout';
import { flashMaps } from '../../src/flash/maps';
import { partOf, partsOf } from '../../src/flash/picture';
import { partitionSource } from '../../src/flash/partitions';
import { freePlace, placeReason } from '../../src/flash/freePlaces';
import { sectorSize, wholeSectors } from '../../src/flash/sectors';
import { editedProject } from '../../src/project/editProject';
import { sdkVersions, tlsAbilities } from '../../src/sdk/tls';

/** FLASH_MUTATIONS=100000 (npm run fuzz:flash) runs more. */
const cases = Number(process.env['FLASH_MUTATIONS'] ?? 500);

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', 'x', '0x', -1, 1.5, 1e300, NaN, '5 GB', '9'.repeat(15), [], {}, [
    [],
  ]),
  fc.jsonValue(),
);
const place = fc.oneof(
  fc.nat({ max: 0x1100 }),
  fc.nat({ max: 0x1100000 }),
  fc.nat({ max: 0x1100 }).map(sector => `0x${sector.toString(16)}`),
  fc.nat({ max: 17000 }).map(size => `${size} KB`),
  fc.constantFrom<unknown>('0xFFFFFFFFFF', 2 ** 52, '8000000 MB'),
);
const names = [
  'esp_ca_cert.bin',
  'ssl/esp_cert_private_key.bin',
  'a.bin',
  '../b',
  '\0',
  '5gb.bin',
  'none.bin',
];
const file = fc.constantFrom<unknown>(...names);
const orOdd = (usual: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: odd });
const region = fc.record(
  {
    name: orOdd(fc.string()),
    file: orOdd(file),
    sector: orOdd(place),
    address: orOdd(place),
    size: orOdd(place),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const flashPart = fc.record(
  {
    map: orOdd(fc.nat({ max: 10 })),
    fota: orOdd(fc.boolean()),
    files: orOdd(
      fc.dictionary(
        fc.constantFrom('boot', 'user1', 'user2', 'irom0', 'rf-cal', '__proto__', 'x'),
        orOdd(file),
      ),
    ),
    regions: orOdd(fc.array(orOdd(region), { maxLength: 12 })),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const sizes = new Map([
  ['esp_ca_cert.bin', 1309],
  ['ssl/esp_cert_private_key.bin', 4096],
  ['a.bin', 0],
  ['../b', 700_000],
  ['5gb.bin', 5 * 2 ** 30],
]);

function layout(part: unknown, sdk = sdkVersions[3]) {
  return layoutOf(part, { sdk, abilities: tlsAbilities('libmbedtls', sdk), records: 'ssl', sizes });
}

describe('a flash layout of any content', function () {
  this.timeout(cases * 20 + 60_000);

  it('is laid out, judged and shown', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: flashPart }, { weight: 1, arbitrary: odd }), part => {
        const made = layout(part);
        const findings = checkLayout(made, sizes);
        for (const finding of findings) {
          assert.match(findingText(finding), /[.]$/);
          if (finding.proposal !== undefined) assert.equal(finding.proposal.address % sectorSize, 0);
        }
        const parts = partsOf(made, sizes, findings);
        assert.equal(new Set(parts.map(({ id }) => id)).size, parts.length);
        partitionSource(made);
      }),
      { numRuns: cases },
    );
  });

  it('proposes places at which nothing is wrong', () => {
    let proposed = 0;
    const at = (findings: readonly FlashFinding[], part: string | undefined) =>
      findings
        .filter(
          ({ path, ...finding }) =>
            partOf(path) === part || ('otherPath' in finding && partOf(finding.otherPath) === part),
        )
        .map(faultText);
    fc.assert(
      fc.property(flashPart, part => {
        const made = layout(part);
        const findings = checkLayout(made, sizes);
        for (const { path, proposal } of findings) {
          if (proposal === undefined) continue;
          proposed++;
          const region = partOf(path);
          const regions = made.regions.map(each =>
            partOf(each.path) === region ? { ...each, address: proposal.address } : each,
          );
          const after = checkLayout({ ...made, regions }, sizes);
          const before = new Set(at(findings, region));
          assert.deepEqual(
            at(after, region).filter(text => !before.has(text)),
            [],
          );
          // What cannot be read in the file is so wherever the region lies.
          const placed = after.filter(
            ({ kind, path: at }) => kind !== 'unreadable' && partOf(at) === region && at.at(-1) === 'address',
          );
          assert.deepEqual(placed.map(faultText), []);
        }
      }),
      { numRuns: cases },
    );
    assert.ok(proposed > cases / 4, `${proposed} proposals only`);
  });

  it('gets places that are free indeed', () => {
    fc.assert(
      fc.property(flashPart, fc.integer({ min: 1, max: 3 << 20 }), (part, size) => {
        const made = layout(part);
        const found = freePlace(made, sizes, { size });
        if (found === undefined) return;
        const end = found.address + wholeSectors(size);
        assert.ok(found.address > 0 && end <= made.map.size * 1024);
        assert.ok(placeReason(found).length > 0);
        for (const { address, size: length } of made.regions)
          assert.ok(
            address === undefined || address >= end || wholeSectors(address + length) <= found.address,
          );
        const system = areasOf(made.map, made.fota).filter(({ kind }) =>
          ['boot', 'user-parameters', 'rf-cal', 'init-data', 'system-parameters'].includes(kind),
        );
        for (const area of system)
          assert.ok(area.address >= end || area.address + area.size <= found.address, area.kind);
      }),
      { numRuns: cases },
    );
  });

  it('is moved in the text to where it was meant to be', () => {
    fc.assert(
      fc.property(
        fc.array(
          region.filter(({ file: name }) => typeof name === 'string'),
          { minLength: 1, maxLength: 5 },
        ),
        fc.nat({ max: 0xfff }),
        fc.nat(),
        (regions, sector, which) => {
          const index = which % regions.length;
          const text = JSON.stringify({ flash: { regions } });
          const { flash } = parse(text) as { flash: unknown };
          const changes = jsonChanges(flash, 'ssl', {
            kind: 'move',
            region: index,
            address: sector * sectorSize,
          });
          const after = parse(editedProject(text, changes, 'x.json')) as { flash: unknown };
          assert.equal(layout(after.flash).regions[index]?.address, sector * sectorSize);
        },
      ),
      { numRuns: cases },
    );
  });

  it('of ten thousand regions in one place, or all over the flash, has so many findings as it has regions, times a constant', () => {
    for (const region of [
      () => ({ sector: 1, size: '16 MB', file: 'esp_ca_cert.bin' }),
      (index: number) => ({ sector: index % 4096, file: 'ssl/esp_cert_private_key.bin' }),
      () => ({ address: 2 ** 52, size: 2 ** 52 }),
      () => ({}),
    ]) {
      const made = layout({ map: 9, regions: Array.from({ length: 10_000 }, (_, index) => region(index)) });
      const findings = checkLayout(made, sizes);
      partsOf(made, sizes, findings);
      assert.ok(findings.length <= 20 * made.regions.length, `${findings.length}`);
    }
  });
});

describe('a file of any content', function () {
  this.timeout(cases * 20 + 60_000);

  const segments = [{ address: 0x40100000, bytes: Buffer.alloc(300, 7) }];
  const whole = [
    buildImage(1, 0x40100000, Buffer.alloc(160, 3), segments),
    buildImage(2, 0x40100000, Buffer.alloc(160, 3), segments),
    buildRamImage(0x40100000, segments),
    Buffer.from('-----BEGIN CERTIFICATE-----'),
    Buffer.from([0x30, 0x82, 0, 1, 0]),
  ];
  const headers = [0, 16 + 160];
  const changed = fc
    .record({
      bytes: fc.constantFrom(...whole),
      changes: fc.array(
        fc.record({
          at: fc
            .tuple(fc.constantFrom(...headers), fc.nat({ max: 20 }))
            .map(([start, offset]) => start + offset),
          byte: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 1, 2, 4, 0x30, 0x82, 0xe9, 0xea, 0xff)),
        }),
        { maxLength: 8 },
      ),
      length: fc.oneof(fc.constant(Infinity), fc.nat({ max: 600 })),
    })
    .map(({ bytes, changes, length }) => {
      const made = Uint8Array.from(bytes);
      for (const { at, byte } of changes) if (at < made.length) made[at] = byte;
      return made.subarray(0, Math.min(length, made.length));
    });
  const kinds = ['boot', 'user1', 'user2', 'flash', 'irom0', 'init-data'] as const;

  it('is judged wherever it lies', () => {
    fc.assert(
      fc.property(
        fc.oneof(changed, fc.uint8Array({ maxLength: 100 })),
        fc.constantFrom(...kinds),
        fc.constantFrom(...flashMaps),
        fc.boolean(),
        (bytes, kind, map, fota) => {
          const regions = [{ file: 'esp_ca_cert.bin', sector: 0x20 }];
          const made = layout({ map: map.id, fota, mode: 'dio', files: { [kind]: 'a.bin' }, regions });
          const held = contentsOf(bytes);
          const contents = new Map(['a.bin', 'esp_ca_cert.bin'].map(name => [name, held]));
          for (const finding of checkLayout(made, sizes, contents))
            assert.match(findingText(finding), /^[^{}]+[.”]$/);
        },
      ),
      { numRuns: cases },
    );
  });
});

describe('a dump of any content', function () {
  this.timeout(cases * 100 + 60_000);

  const image = (slot: 1 | 2) =>
    buildImage(slot, 0x40100000, Buffer.alloc(9000, 3), [
      { address: 0x40100000, bytes: Buffer.alloc(3000, 7) },
    ]);
  const records = encodeRecords([{ name: 'ca', data: Buffer.from([0x30, 0x82, ...Buffer.alloc(500)]) }]);
  const whole = mergedImage(512 * 1024, [
    { address: 0, bytes: image(1).subarray(16 + 9000 + 8) },
    { address: 0x1000, bytes: image(1) },
    { address: 0x41000, bytes: image(2) },
    { address: 0x3b000, bytes: records },
    { address: 0x7c000, bytes: Buffer.alloc(128, 5) },
  ]);
  const interesting = [0, 0x1000, 0x1008, 0x3b000, 0x3b020, 0x41000, 0x7c000];
  const change = fc.record({
    at: fc.oneof(
      fc.nat({ max: whole.length - 1 }),
      fc.tuple(fc.constantFrom(...interesting), fc.nat({ max: 40 })).map(([start, offset]) => start + offset),
    ),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  });

  it('is scanned to parts inside of it', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), changes => {
        const bytes = Uint8Array.from(whole);
        for (const { at, bytes: put } of changes) bytes.set(put.subarray(0, bytes.length - at), at);
        const dump = scanDump(bytes);
        assert.ok(flashMaps.includes(dump.map));
        for (const { address, size } of dumpParts(dump))
          assert.ok((address ?? -1) >= 0 && size > 0 && (address ?? 0) + size <= bytes.length + sectorSize);
      }),
      { numRuns: cases },
    );
  });
});
