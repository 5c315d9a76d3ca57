import assert from 'node:assert/strict';
import { encodeRecords } from '../../src/certificates/flashRecords';
import { buildImage, buildRamImage } from '../../src/flash/appImage';
import { scanDump } from '../../src/flash/dump';
import { mergedImage } from '../../src/flash/pieces';

const ram = [{ address: 0x40100000, bytes: Buffer.alloc(1000, 7) }];
const boot = buildRamImage(0x40100000, ram);
const user1 = buildImage(1, 0x40100000, Buffer.alloc(5000, 0x21), ram);
const der = Buffer.from([0x30, 0x82, 0, 0x60, ...Buffer.alloc(96)]);
const records = (...names: string[]) => encodeRecords(names.map(name => ({ name, data: der })));

/** What lies in a flash of 1 MB, but for what is erased. */
function parts(...pieces: [address: number, bytes: Uint8Array][]): string[] {
  const bytes = mergedImage(
    1 << 20,
    pieces.map(([address, each]) => ({ address, bytes: each })),
  );
  const dump = scanDump(bytes);
  return dump.parts.flatMap(part => {
    if (part.kind === 'area' && !part.isWritten) return [];
    const name = 'area' in part ? part.area : part.kind === 'records' ? part.names.join('+') : part.kind;
    const fault = part.kind === 'image' && part.fault !== undefined ? ` ${part.fault}` : '';
    return [`0x${part.address.toString(16)} ${part.size} ${name}${fault}`];
  });
}

/** The map that a flash of so many bytes is taken for, and why. */
function mapOf(size: number, ...pieces: [address: number, bytes: Uint8Array][]): string {
  const bytes = mergedImage(
    size,
    pieces.map(([address, each]) => ({ address, bytes: each })),
  );
  const { map, signs } = scanDump(bytes);
  return `${map.id} ${signs.join(' ')}`;
}

describe('the parts of a dump', () => {
  it('are records where a sector starts with a certificate or a key under a name that is a text', () => {
    const at = 0x90000;
    assert.deepEqual(parts([at, records('ca')]), [`0x90000 134 ca`]);
    assert.deepEqual(parts([at, records('a', 'b', 'c')]), [`0x90000 402 a+b+c`]);
    const pem = Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    assert.deepEqual(parts([at, encodeRecords([{ name: 'pem', data: pem }])]), [
      `0x90000 ${34 + pem.length} pem`,
    ]);
    // Data of another kind, a name of control characters, a start within the sector.
    assert.deepEqual(parts([at, encodeRecords([{ name: 'x', data: Buffer.alloc(50, 1) }])]), [
      '0x90000 4096 unknown',
    ]);
    const odd = records('ca');
    odd[1] = 1;
    assert.deepEqual(parts([at, odd]), ['0x90000 4096 unknown']);
    assert.deepEqual(parts([at + 16, records('ca')]), ['0x90000 4096 unknown']);
    // Two sectors are read at most; the records of the first belong to it.
    const long = encodeRecords([
      { name: 'a', data: Buffer.concat([der, Buffer.alloc(4900)]) },
      { name: 'b', data: der },
    ]);
    assert.deepEqual(parts([at, long]), [`0x90000 ${long.length} a+b`]);
  });

  it('are records in a slot behind its image and among the user parameters', () => {
    // The header says that the flash has 1 MB.
    const loader = Uint8Array.from(boot);
    loader[3] = 0x20;
    assert.deepEqual(
      parts([0, loader], [0x1000, user1], [0x5000, records('ca')], [0x7c000, records('own')]),
      [
        `0x0 ${boot.length} boot`,
        `0x1000 ${user1.length} user1`,
        '0x5000 134 ca',
        '0x7c000 16384 user-parameters',
        '0x7c000 134 own',
      ],
    );
  });

  it('are images as long as they say, or as far as is written where they are damaged', () => {
    const cut = user1.subarray(0, 3000);
    assert.deepEqual(parts([0, boot], [0x1000, cut]), [
      `0x0 ${boot.length} boot`,
      '0x1000 4096 user1 cut-off',
    ]);
    const changed = Buffer.from(user1);
    changed[user1.length - 100] = 0x55;
    assert.deepEqual(parts([0x1000, changed]), ['0x1000 8192 user1 checksum']);
    // Without updates: the code has no header and ends where the flash is erased.
    assert.deepEqual(parts([0, boot], [0x10000, Buffer.alloc(5000, 1)], [0x13000, Buffer.of(1)]), [
      `0x0 ${boot.length} flash`,
      '0x10000 8192 irom0',
      '0x13000 4096 unknown',
    ]);
    assert.deepEqual(parts([0x11000, Buffer.of(1)]), ['0x10000 376832 irom0']);
  });

  it('are unknown in whole sectors, those side by side as one', () => {
    assert.deepEqual(parts([0x80000, Buffer.of(1)], [0x81fff, Buffer.of(1)], [0xf0000, Buffer.of(0)]), [
      '0x80000 8192 unknown',
      '0xf0000 4096 unknown',
    ]);
    assert.deepEqual(parts([0xfffff, Buffer.of(1)], [0xfb000, Buffer.of(1)]), [
      '0xfb000 4096 rf-cal',
      '0xfd000 12288 system-parameters',
    ]);
  });
});

describe('the map of a dump', () => {
  const initData = Buffer.concat([Buffer.of(5), Buffer.alloc(127, 1)]);
  const header = (map: number) => {
    const image = Uint8Array.from(boot);
    image[3] = map << 4;
    return image;
  };

  it('is known best by the second image, then by the data of the radio, the header and the size', () => {
    const megabyte = 1 << 20;
    assert.equal(mapOf(megabyte), '2 size');
    assert.equal(mapOf(megabyte, [0, header(2)]), '2 header size');
    assert.equal(mapOf(megabyte, [0, header(0)]), '0 header');
    assert.equal(mapOf(megabyte, [0, header(2)], [0x7c000, initData]), '0 init-data');
    assert.equal(mapOf(megabyte, [0x41000, user1], [0xfc000, initData]), '0 second-image');
    assert.equal(
      mapOf(megabyte, [0x81000, user1], [0x7c000, initData], [0, header(0)]),
      '2 second-image size',
    );
    // Two maps of one size differ in the second image only: without it the larger slots are taken.
    assert.equal(mapOf(4 * megabyte), '6 size');
    assert.equal(mapOf(4 * megabyte, [0, header(4)]), '4 header size');
    assert.equal(mapOf(4 * megabyte, [0, header(7)]), '6 size');
    assert.equal(mapOf(256 * 1024), '1 size');
  });

  it('is not known by what only starts like the data of the radio', () => {
    const more = Buffer.concat([initData, Buffer.of(0)]);
    assert.equal(mapOf(1 << 20, [0x7c000, more]), '2 size');
    assert.equal(mapOf(1 << 20, [0x7c000, Buffer.of(6)]), '2 size');
    assert.equal(mapOf(1 << 20, [0x7c000, Buffer.of(5)]), '0 init-data');
  });
});
