import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { ProblemError } from '../../src/problems';
import { readings } from '../../src/simulator/firmware/byteReader';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { Simulator } from '../../src/simulator/simulator';

const bytes = readFileSync(path.join(__dirname, '..', '..', 'samples', 'https-server', 'firmware.elf'));

describe('a damaged ELF', function () {
  const runs = { numRuns: Number(process.env['FC_RUNS'] ?? 500), seed: 8266 };

  /** Reads the firmware as the debugger does; anything but a Problem is a defect. */
  function read(damaged: Uint8Array): void {
    const before = readings.count;
    try {
      const firmware = loadFirmware(damaged, 'damaged.elf');
      new Simulator({ firmware }).end();
      firmware.lines?.at(0x40210100);
      firmware.lines?.addresses('user_main.c', 100);
      firmware.frames.unwind(
        { registers: new Int32Array(16).fill(0x3fffff00), pc: 0x40210100, read: () => new Uint8Array(4) },
        20,
      );
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      assert.match(error.message, /^damaged\.elf /);
    }
    const read = readings.count - before;
    assert.ok(read < bytes.length + 100_000, `${read} values of ${bytes.length} bytes`);
  }

  it('is refused or read, wherever it is cut off', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length }), length => {
        read(bytes.subarray(0, length));
      }),
      runs,
    );
  });

  it('is refused or read, whatever bytes are changed', () => {
    const change = fc.tuple(
      fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: bytes.length - 1 })),
      fc.integer({ min: 0, max: 255 }),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 30 }), changes => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        read(damaged);
      }),
      runs,
    );
  });
});
