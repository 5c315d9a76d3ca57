import assert from 'node:assert/strict';
import { Memory } from '../../src/simulator/cpu/memory';

/** First address and the one behind the last of each memory of the chip, and of what lies around. */
const mapped = [
  [0x3ffe8000, 0x40000000],
  [0x40100000, 0x40110000],
  [0x40200000, 0x40300000],
  [0x60001000, 0x60001400],
] as const;

describe('the memory, from the host', () => {
  for (const [start, end] of mapped) {
    describe(`from 0x${start.toString(16)}`, () => {
      it('ends where the chip has no more', () => {
        const memory = new Memory();
        assert.ok(memory.isMapped(start, end - start));
        assert.ok(!memory.isMapped(start, end - start + 1));
        assert.ok(!memory.isMapped(start - 1, 1));
        assert.ok(!memory.isMapped(end, 1));
        assert.equal(memory.readByte(start - 1), undefined);
        assert.equal(memory.readWord(end - 3), undefined);
        assert.equal(memory.readHalf(end - 1), undefined);
        assert.equal(memory.read(end - 4, 5), undefined);
        assert.equal(memory.writeWord(end - 2, 1), false);
        assert.equal(memory.write(end - 1, Uint8Array.of(1, 2)), false);
        assert.equal(memory.readByte(end - 1), 0, 'a refused write changes nothing');
      });

      it('reads and writes at any alignment, unsigned', () => {
        const memory = new Memory();
        assert.ok(memory.writeWord(start + 1, 0xfedcba98));
        assert.equal(memory.readWord(start + 1), 0xfedcba98);
        assert.equal(memory.readHalf(start + 3), 0xfedc);
        assert.equal(memory.readByte(start + 4), 0xfe);
        assert.ok(memory.writeHalf(start + 3, -2));
        assert.ok(memory.writeByte(start + 1, 0x1ff));
        assert.deepEqual(memory.read(start, 6), Uint8Array.of(0, 0xff, 0xba, 0xfe, 0xff, 0));
        assert.ok(memory.write(end - 3, Uint8Array.of(7, 8, 9)));
        assert.deepEqual(memory.read(end - 4, 4), Uint8Array.of(0, 7, 8, 9));
      });
    });
  }

  it('takes addresses as the registers hold them, signed', () => {
    const memory = new Memory();
    assert.equal(memory.readWord(-4), undefined);
    assert.equal(memory.isMapped(-1, 4), false);
    assert.equal(memory.write(-0x7fffffff, Uint8Array.of(1)), false);
    assert.equal(memory.readWord(0x20000000), undefined);
    assert.equal(memory.read(0x3ffe8000, 0xffffffff), undefined, 'longer than all addresses');
  });

  it('hands out copies', () => {
    const memory = new Memory();
    const copy = memory.read(0x3ffe8000, 4);
    memory.writeByte(0x3ffe8000, 1);
    assert.deepEqual(copy, new Uint8Array(4));
  });

  it('fetches instructions from IRAM and flash only', () => {
    const memory = new Memory();
    for (const address of [0x40100000, 0x4010ffff, 0x40200000, 0x402fffff])
      assert.ok(memory.isExecutable(address));
    for (const address of [0, 0x3ffe8000, 0x400fffff, 0x40110000, 0x40300000, 0x60001000])
      assert.ok(!memory.isExecutable(address));
  });

  it('shows what lies behind an address, but not behind the limit or the memory', () => {
    const memory = new Memory();
    memory.write(0x40210001, Buffer.from('hello'));
    assert.equal(Buffer.from(memory.view(0x40210001, 4) ?? []).toString(), 'hell');
    assert.equal(memory.view(0, 100), undefined);

    // IRAM is the neighbour of data RAM in our buffer; on the chip it is not.
    memory.write(0x3ffffffe, Buffer.from('ab'));
    assert.equal(Buffer.from(memory.view(0x3ffffffe, Infinity) ?? []).toString(), 'ab');
  });

  it('tells of writes to code, and of no others', () => {
    const memory = new Memory();
    const told: [number, number][] = [];
    memory.onCodeWrite = (address, length) => told.push([address, length]);
    memory.write(0x40100003, new Uint8Array(5));
    memory.writeHalf(0x40200001, 1);
    memory.writeWord(0x3ffe8000, 1);
    memory.writeByte(0x60001000, 1);
    memory.store(0x40100008, 4, 1);
    assert.deepEqual(told, [
      [0x40100003, 5],
      [0x40200001, 2],
      [0x40100008, 4],
    ]);
  });
});
