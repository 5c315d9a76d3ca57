import { sectorSize } from '../../flash/sectors';
import { endOf, isIn, memoryMap } from '../../sdk/memoryMap';
import { romBase64At, romTexts, romVariable, uartDevice } from '../../sdk/rom';
import type { Clock } from '../clock';
import type { Memory } from '../cpu/memory';
import type { Firmware } from '../firmware/firmware';
import { allocation } from './blocks';
import type { Device } from './device';
import type { Flash } from './flash';
import { Part } from './part';
import { aesTables } from './romAes';
import type { Source } from './scheduler';
import type { Callback, Step } from './steps';
import { systemSector } from './systemParameters';

const { firmwareRam, romData } = memoryMap;

/** The heap of NON-OS SDK firmware lies between .bss and the ROM's own data. */
export const heapEnd = endOf(firmwareRam);

/** A pointer to SpiFlashChip {id, size, block, sector, page, status mask}, which follows it. */
const flashChip = romVariable('flashchip');

/** More than any allocator of the SDK has in front of a block. */
const blockHeader = 32;

/** The SDK calls lwIP's timers from an ETS timer of its own, in µs. */
const lwipTimerPeriod = 25_000;

/** The first byte behind all that the firmware keeps in data RAM. */
export function heapStart(firmware: Firmware): number {
  const named = firmware.symbols.address('_heap_start') ?? firmware.symbols.address('_bss_end');
  if (named !== undefined) return named;
  const data = firmware.elf.segments.filter(({ address }) => isIn(firmwareRam, address));
  return Math.max(firmwareRam.address, ...data.map(({ address, memorySize }) => address + memorySize));
}

/** The ROM's data as the ROM leaves it when it starts a firmware. */
export function writeRomData(memory: Memory): void {
  memory.write(romData.address, new Uint8Array(romData.size));
  for (const { address, text } of romTexts) memory.write(address, Buffer.from(`${text}\0`, 'latin1'));
  for (const [name, bytes] of Object.entries(aesTables)) memory.write(romVariable(name), bytes);
  memory.write(romBase64At, Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'));
  uartDevice.settings.forEach((value, index) => memory.writeWord(uartDevice.address + 4 * index, value));
  memory.writeWord(uartDevice.address + uartDevice.port, 0);
}

/** What the ROM and the SDK's start code find out about the flash: its id, size, and where the system parameters lie. */
export function describeFlash(memory: Memory, flash: Flash, firmware: Firmware): void {
  memory.writeWord(flashChip, flashChip + 4);
  [flash.id, flash.mappedSize, 0x10000, sectorSize, 0x100, 0xffff].forEach((value, index) =>
    memory.writeWord(flashChip + 4 + 4 * index, value),
  );
  const sector = firmware.symbols.address('system_param_sector_start');
  if (sector !== undefined) memory.writeWord(sector, systemSector(flash));
}

type BootHost = Pick<
  Device,
  'clock' | 'cpu' | 'firmware' | 'heap' | 'netif' | 'options' | 'scheduler' | 'softApNetif'
>;

/** As the SDK's start code: lwIP and espconn, what the firmware says about its flash, then user_init. */
export function boot(device: BootHost): void {
  const { cpu, firmware, netif, scheduler, softApNetif } = device;
  const call = (name: string, internal: boolean, returned?: Step) => {
    const address = firmware.symbols.address(name);
    if (address === undefined || !cpu.memory.isMapped(address, 1)) return;
    scheduler.call({ name, address, arguments: [], internal, ...(returned && { returned }) });
  };
  if (netif !== undefined) {
    scheduler.handle('attachInterfaces', () => {
      softApNetif?.attach();
      netif.attach();
      return undefined;
    });
    scheduler.handle('keepOwnPorts', () => {
      netif.keepOwnPorts();
      return undefined;
    });
    call('lwip_init', true, { kind: 'attachInterfaces', data: null });
    call('espconn_init', true);
    scheduler.post({ kind: 'keepOwnPorts', data: null });
  }
  takeHeap(device);
  call('user_rf_cal_sector_set', false);
  call('user_pre_init', false);
  call('user_init', false);
}

/** The Wi-Fi library of a chip has its share of the heap before user_init runs. */
function takeHeap({ firmware, heap, options, scheduler }: BootHost): void {
  const size = options.reservedHeap;
  const { symbols } = firmware;
  const [allocate, measure] = [symbols.code('pvPortMalloc'), symbols.code('xPortGetFreeHeapSize')];
  if (allocate !== undefined)
    scheduler.handle('takeHeap', (wanted, free) =>
      allocation(allocate, Math.min(wanted.size, free - blockHeader)),
    );
  if (size === 0) return;
  if (allocate === undefined) heap.allocate(Math.min(size, heap.freeBytes()));
  else
    scheduler.call(
      measure === undefined
        ? allocation(allocate, size)
        : {
            name: 'xPortGetFreeHeapSize',
            address: measure,
            arguments: [],
            internal: true,
            returned: { kind: 'takeHeap', data: { size } },
          },
    );
}

export interface LwipTimersState {
  due: number;
}

/** lwIP's timers, which the SDK runs all the time. */
export class LwipTimers extends Part<LwipTimersState> implements Source {
  readonly #clock: Clock;
  readonly #check: number;

  /** @param check the address of sys_check_timeouts */
  constructor(clock: Clock, check: number) {
    super({ due: clock.now() + lwipTimerPeriod });
    this.#clock = clock;
    this.#check = check;
  }

  next(): Callback | undefined {
    const now = this.#clock.now();
    if (now < this.state.due) return undefined;
    this.state.due = now + lwipTimerPeriod;
    return { name: 'sys_check_timeouts', address: this.#check, arguments: [], internal: true };
  }

  due(): number {
    return this.state.due;
  }
}
