import type { Call, Family } from './call';
import type { Device } from './device';

/** os_malloc and its family: the SDK's macros call these with file and line behind the first arguments. */
export function memoryFamily(device: Device): Family {
  const allocate = (call: Call, size: number, clear: boolean) => {
    const address = size > heapLimit ? 0 : device.heap.allocate(size);
    if (address === 0 && size > 0) {
      device.events.add({
        kind: 'allocation-failed',
        size,
        free: device.heap.freeBytes(),
        caller: device.firmware.describeAddress(call.returnAddress - 3),
      });
    }
    if (clear && address !== 0) call.store(address, new Uint8Array(size));
    return address;
  };
  const zalloc = (call: Call) => allocate(call, call.uint(0), true);
  const calloc = (call: Call) => allocate(call, call.uint(0) * call.uint(1), true);
  return {
    pvPortMalloc: call => allocate(call, call.uint(0), false),
    pvPortZalloc: zalloc,
    pvPortCalloc: calloc,
    // SDK 3.x: from instruction RAM when there is some left; this device keeps all of its heap in data RAM.
    pvPortZallocIram: zalloc,
    pvPortCallocIram: calloc,
    pvPortRealloc: call => {
      const [old, size] = [call.uint(0), call.uint(1)];
      const address = allocate(call, size, false);
      if (old === 0 || address === 0) return address;
      const oldSize = device.heap.sizeOf(old) ?? 0;
      call.store(address, call.load(old, Math.min(oldSize, size)));
      device.heap.free(old);
      return address;
    },
    vPortFree: call => {
      const address = call.uint(0);
      if (address !== 0 && !device.heap.free(address)) {
        device.events.add({
          kind: 'bad-free',
          address,
          caller: device.firmware.describeAddress(call.returnAddress - 3),
        });
      }
      return undefined;
    },
    xPortGetFreeHeapSize: () => device.heap.freeBytes(),
    system_get_free_heap_size: () => device.heap.freeBytes(),
  };
}

/** More than all RAM of the chip. */
const heapLimit = 0x20000;
