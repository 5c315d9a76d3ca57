import assert from 'node:assert/strict';
import { decodeRecords, encodeRecords, type FlashRecord } from '../../src/certificates/flashRecords';
import { type Problem, ProblemError } from '../../src/problems';

const record = (name: string, length: number): FlashRecord => ({
  name,
  data: new Uint8Array(length).fill(7),
});

describe('flash records', () => {
  it('lie where the device looks for them', () => {
    // The list ends at 34 + 490 + 34 + 751 = 0x51d.
    const bytes = encodeRecords([record('root2.cer', 751), record('TLS.ca_x509.cer', 490)]);
    assert.equal(bytes.length, 0x51d);
    assert.equal(Buffer.from(bytes.subarray(0, 32)).toString('latin1'), 'TLS.ca_x509.cer'.padEnd(32, '\0'));
    assert.deepEqual([...bytes.subarray(32, 34)], [0xea, 0x01]);
    assert.equal(Buffer.from(bytes.subarray(0x20c, 0x22c)).toString('latin1'), 'root2.cer'.padEnd(32, '\0'));
    assert.deepEqual([...bytes.subarray(0x22c, 0x22e)], [0xef, 0x02]);
    assert.equal(bytes[0x22e], 7);
  });

  it('come in the same order whatever order they are given in', () => {
    const [a, b, c] = [record('a', 1), record('B', 2), record('c', 3)];
    assert.deepEqual(encodeRecords([c, a, b]), encodeRecords([b, c, a]));
    assert.deepEqual(
      decodeRecords(encodeRecords([c, a, b]), 'x.bin').map(each => each.name),
      ['B', 'a', 'c'],
    );
  });

  it('may have a name of all 32 bytes and data of 65,534', () => {
    const largest = record('n'.repeat(32), 65534);
    assert.deepEqual(decodeRecords(encodeRecords([largest]), 'x.bin'), [largest]);
  });

  it('are refused if they have no such form', () => {
    assert.deepEqual(
      problemOf(() => encodeRecords([record('n'.repeat(33), 1)])),
      { kind: 'record-name-too-long', name: 'n'.repeat(33) },
    );
    assert.deepEqual(
      problemOf(() => encodeRecords([record('x', 65535)])),
      { kind: 'record-too-large', name: 'x', length: 65535 },
    );
    assert.deepEqual(
      problemOf(() => encodeRecords([record('x', 0)])),
      { kind: 'record-empty', name: 'x' },
    );
    for (const name of ['', '证书', 'a\0b', 'a\n']) {
      assert.deepEqual(
        problemOf(() => encodeRecords([record(name, 1)])),
        { kind: 'record-name-invalid', name },
      );
    }
  });

  it('end where flash is erased', () => {
    const written = encodeRecords([record('certificate', 5)]);
    for (const erased of [1, 33, 34, 4000]) {
      const flash = Buffer.concat([written, Buffer.alloc(erased, 0xff)]);
      assert.equal(decodeRecords(flash, 'x.bin').length, 1, `${erased} erased bytes`);
    }
    assert.deepEqual(decodeRecords(Buffer.alloc(4096, 0xff), 'x.bin'), []);
    assert.deepEqual(decodeRecords(new Uint8Array(), 'x.bin'), []);
  });

  it('are copies: what happens to the flash later does not change them', () => {
    const flash = encodeRecords([record('certificate', 5)]);
    const [decoded] = decodeRecords(flash, 'x.bin');
    flash.fill(0);
    assert.deepEqual(decoded, record('certificate', 5));
  });

  describe('that are broken are named with the offset', () => {
    const first = encodeRecords([record('certificate', 5)]);
    const broken: [string, Uint8Array, number][] = [
      ['padded with zeros', Buffer.concat([first, Buffer.alloc(34)]), 39],
      ['followed by a piece', Buffer.concat([first, Buffer.from('abc')]), 39],
      ['cut off', first.subarray(0, 38), 32],
      ['with a length of 0', Buffer.concat([Buffer.from('x'.padEnd(32, '\0')), Buffer.alloc(2)]), 32],
      [
        'with a name of control characters before what is no data',
        Buffer.concat([Buffer.from('a\x01b'.padEnd(32, '\0')), Buffer.from([1, 0, 9])]),
        0,
      ],
      ['of DER, not records', Buffer.concat([Buffer.from([0x30, 0x82, 1, 2]), Buffer.alloc(100, 3)]), 0],
    ];
    for (const [what, bytes, offset] of broken) {
      it(what, () => {
        assert.deepEqual(
          problemOf(() => decodeRecords(bytes, 'x.bin')),
          { kind: 'records-broken', file: 'x.bin', offset },
        );
      });
    }
  });
});

function problemOf(action: () => unknown): Problem {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof ProblemError, String(error));
    return error.problem;
  }
  return assert.fail('no problem was thrown');
}
