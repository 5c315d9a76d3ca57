import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RomLoader } from '../../src/simulator/serial/romLoader';
import { slipFrame, SlipReader } from '../../src/simulator/serial/slip';

const packets = fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 10 });
const word = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 0x1000, 0xffffffff, 0x3ffe8000, 0x40100000, 0x60000000),
);
const flashSize = 0x100000;
/** What leaves the loader: the end of a transfer to memory or to the flash. */
const leaving = [0x04, 0x06];
const sync = command(0x08, Buffer.from([0x07, 0x07, 0x12, 0x20, ...Array<number>(32).fill(0x55)]));

/** A command of the ROM's loader, with the checksum of what it carries. */
function command(operation: number, data: Buffer, checksum = 0): Buffer {
  const header = Buffer.from([0, operation, 0, 0, 0, 0, 0, 0]);
  header.writeUInt16LE(data.length, 2);
  header.writeUInt32LE(checksum, 4);
  return Buffer.concat([header, data]);
}

function words(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32LE(value, index * 4));
  return bytes;
}

describe('packets on the serial line', () => {
  it('are read as they were framed, in any pieces', () => {
    fc.assert(
      fc.property(packets, fc.integer({ min: 1, max: 50 }), (sent, size) => {
        const stream = Buffer.concat(sent.map(slipFrame));
        const reader = new SlipReader();
        const read: Uint8Array[] = [];
        for (let at = 0; at < stream.length; at += size)
          read.push(...reader.read(stream.subarray(at, at + size)));
        assert.deepEqual(
          read.map(packet => [...packet]),
          sent.map(packet => [...packet]),
        );
      }),
    );
  });

  it('are found again behind bytes of any kind', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 500 }),
        fc.uint8Array({ minLength: 1, maxLength: 50 }),
        (noise, packet) => {
          const reader = new SlipReader();
          reader.read(noise);
          // The first may be taken for the end of what the noise began.
          const read = [...reader.read(slipFrame(packet)), ...reader.read(slipFrame(packet))];
          assert.ok(read.some(each => Buffer.from(each).equals(packet)));
        },
      ),
    );
  });
});

describe('the loader in the ROM', () => {
  /** What the loader answers until it has answered a sync eight times. */
  async function answers(stream: Buffer): Promise<Uint8Array[]> {
    const loader = new RomLoader(flashSize);
    const reader = new SlipReader();
    const answered: Uint8Array[] = [];
    try {
      await new Promise<void>(resolve => {
        let syncs = 0;
        loader.onSend = bytes => {
          for (const answer of reader.read(bytes)) {
            answered.push(answer);
            if (answer[1] === 0x08 && ++syncs === 8) resolve();
          }
        };
        loader.receive(stream);
      });
    } finally {
      loader.close();
    }
    return answered;
  }

  it('answers a sync after commands of any content', async () => {
    const data = fc.oneof(
      fc.array(word, { maxLength: 6 }).map(words),
      fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)),
    );
    const operation = fc
      .integer({ min: 0, max: 0x20 })
      .filter(code => !leaving.includes(code) && code !== 0x08);
    const any = fc
      .record({ operation, data, checksum: word })
      .map(given => command(given.operation, given.data, given.checksum));
    const frame = fc.oneof(any.map(slipFrame), fc.uint8Array({ maxLength: 100 }));
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 12 }), async frames => {
        // The second one is whole whatever the noise before the first has begun.
        const stream = Buffer.concat([...frames, slipFrame(sync), slipFrame(sync)]);
        const answered = await answers(stream);
        assert.ok(answered.every(answer => answer[0] === 1 && answer.length === 10));
      }),
      { numRuns: 150 },
    );
  });
});
