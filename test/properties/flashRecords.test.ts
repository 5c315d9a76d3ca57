import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeRecords, encodeRecords } from '../../src/certificates/flashRecords';
import { ProblemError } from '../../src/problems';

const record = fc.record(
  {
    name: fc
      .array(fc.integer({ min: 0x20, max: 0x7e }), { minLength: 1, maxLength: 32 })
      .map(codes => String.fromCharCode(...codes)),
    data: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  },
  { noNullPrototype: true },
);
const records = fc.uniqueArray(record, { maxLength: 6, selector: each => each.name });

describe('flash records', () => {
  it('decode to what was encoded, whatever erased flash follows', () => {
    fc.assert(
      fc.property(records, fc.nat({ max: 100 }), (given, erased) => {
        const bytes = Buffer.concat([encodeRecords(given), Buffer.alloc(erased, 0xff)]);
        const expected = [...given].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
        assert.deepEqual(decodeRecords(bytes, 'x.bin'), expected);
      }),
    );
  });

  it('make of any bytes a list or a problem inside of them', () => {
    const damaged = fc
      .tuple(records, fc.nat(), fc.integer({ min: 0, max: 255 }))
      .map(([given, at, value]) => {
        const bytes = encodeRecords(given);
        if (bytes.length > 0) bytes[at % bytes.length] = value;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 500 }), damaged), bytes => {
        try {
          const size = decodeRecords(bytes, 'x.bin').reduce((sum, each) => sum + 34 + each.data.length, 0);
          assert.ok(size <= bytes.length);
        } catch (error) {
          assert.ok(error instanceof ProblemError && error.problem.kind === 'records-broken', String(error));
          assert.ok(error.problem.offset < bytes.length);
        }
      }),
      { numRuns: 2000, seed: 8266 },
    );
  });
});
