import type { Device } from './device';
import type { Callback, Step } from './steps';

/** Calls of the firmware with a zeroed block from its heap, which is given back when it has returned. */
export class Blocks {
  readonly #device: Pick<Device, 'cpu' | 'firmware' | 'heap' | 'scheduler'>;

  constructor(device: Pick<Device, 'cpu' | 'firmware' | 'heap' | 'scheduler'>) {
    this.#device = device;
    const { scheduler } = device;
    scheduler.handle('allocateBlock', ({ size, fill }) => this.#use(device.heap.allocate(size), size, fill));
    scheduler.handle('blockAllocated', ({ size, fill }, block) => this.#use(block, size, fill));
    scheduler.handle('giveBackBlock', ({ block }) => {
      this.#giveBack(block);
      return undefined;
    });
  }

  /** @param fill makes the callback, with the block's address as the result before it */
  call(size: number, fill: Step): void {
    const { firmware, scheduler } = this.#device;
    const allocate = firmware.symbols.code('pvPortMalloc');
    if (allocate === undefined || firmware.symbols.code('vPortFree') === undefined)
      scheduler.post({ kind: 'allocateBlock', data: { size, fill } });
    else
      scheduler.call({
        ...allocation(allocate, size),
        returned: { kind: 'blockAllocated', data: { size, fill } },
      });
  }

  #use(block: number, size: number, fill: Step): Callback | undefined {
    const { cpu, scheduler } = this.#device;
    if (block === 0 || !cpu.memory.write(block, new Uint8Array(size))) return undefined;
    const callback = scheduler.take(fill, block);
    if (callback === undefined) this.#giveBack(block);
    return callback && { ...callback, returned: { kind: 'giveBackBlock', data: { block } } };
  }

  #giveBack(block: number): void {
    const { firmware, heap, scheduler } = this.#device;
    const free = firmware.symbols.code('vPortFree');
    if (free === undefined || firmware.symbols.code('pvPortMalloc') === undefined) heap.free(block);
    else scheduler.callFirst({ name: 'vPortFree', address: free, arguments: [block, 0, 0], internal: true });
  }
}

/** A call of the firmware's allocator at an address. */
export function allocation(address: number, size: number): Callback {
  return { name: 'pvPortMalloc', address, arguments: [size, 0, 0], internal: true };
}
