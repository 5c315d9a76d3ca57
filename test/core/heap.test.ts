import assert from 'node:assert/strict';
import { Memory } from '../../src/simulator/cpu/memory';
import { Heap } from '../../src/simulator/device/heap';

const start = 0x3ffe9000;
const end = 0x3ffea000;

describe('heap', () => {
  const make = () => {
    const memory = new Memory();
    return { memory, heap: new Heap(memory, start, end) };
  };

  it('gives distinct aligned blocks and takes them back whole', () => {
    const { heap } = make();
    const before = heap.freeBytes();
    const blocks = [1, 17, 100, 1000].map(size => heap.allocate(size));
    assert.equal(new Set(blocks).size, 4);
    for (const address of blocks) {
      assert.equal(address % 8, 0);
      assert.ok(address > start && address < end);
    }
    assert.ok(heap.freeBytes() < before - 1118);
    // Freed in another order, neighbours melt together again.
    for (const index of [2, 0, 3, 1]) assert.equal(heap.free(blocks[index] ?? 0), true);
    assert.equal(heap.freeBytes(), before);
    assert.notEqual(heap.allocate(before), 0);
  });

  it('answers 0 when no block is large enough, and changes nothing', () => {
    const { heap } = make();
    const before = heap.freeBytes();
    assert.equal(heap.allocate(end - start), 0);
    assert.equal(heap.freeBytes(), before);
  });

  it('refuses to free what is no block in use', () => {
    const { heap } = make();
    const block = heap.allocate(16);
    assert.equal(heap.free(block + 8), false);
    assert.equal(heap.free(block), true);
    assert.equal(heap.free(block), false);
    assert.equal(heap.free(0), false);
  });

  it('loses what lies behind a header that the firmware has overwritten, without hanging', () => {
    const { memory, heap } = make();
    const block = heap.allocate(16);
    memory.write(block, new Uint8Array(64).fill(0xff));
    assert.equal(heap.allocate(16), 0);
    assert.equal(heap.freeBytes(), 0);
  });

  it('knows the size of a block in use only', () => {
    const { heap } = make();
    const block = heap.allocate(24);
    assert.equal(heap.sizeOf(block), 24);
    heap.free(block);
    assert.equal(heap.sizeOf(block), undefined);
  });
});
