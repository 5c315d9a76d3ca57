import { randomFillSync, randomInt } from 'node:crypto';
import type { Device, Family } from './device';
import { layoutOf } from './layout';

/** The SDK whose calls the headers and this device offer. */
export const sdkVersion = '3.0.6(simulated)';
/** The number that identifies a chip; the last three bytes of its MAC address. */
const chipId = 0x600001;
/** system_rtc_mem_*: the firmware's part begins behind 64 blocks of four bytes that the SDK keeps. */
const rtcMemory = 0x60001100;
const firstUserBlock = 64;
const rtcBlocks = 192;

/** system_*: restart information, time, RTC memory, random numbers, partitions. */
export function systemFamily(device: Device): Family {
  const { memory } = device.cpu;
  const constants = new Map<string, number>();
  /** The address of data that the SDK would keep in its own RAM. */
  const keep = (name: string, bytes: Uint8Array) => {
    let address = constants.get(name);
    if (address === undefined) {
      address = device.heap.allocate(bytes.length);
      memory.write(address, bytes);
      constants.set(name, address);
    }
    return address;
  };
  const rtcAddress = (block: number, length: number) =>
    block >= firstUserBlock && block * 4 + length <= rtcBlocks * 4 ? rtcMemory + block * 4 : undefined;

  return {
    system_get_sdk_version: () => keep('version', Buffer.from(`${sdkVersion}\0`)),
    system_get_chip_id: () => chipId,
    system_get_time: () => device.clock.now() >>> 0,
    system_get_rtc_time: () => device.clock.now() >>> 0,
    // One RTC tick lasts one µs here; the calibration value counts µs in 1/4096.
    system_rtc_clock_cali_proc: () => 1 << 12,
    system_get_cpu_freq: () => 80,
    system_update_cpu_freq: call => ([80, 160].includes(call.int(0) & 0xff) ? 1 : 0),
    // All zero: reason 0 is "power on".
    system_get_rst_info: () => keep('rst_info', new Uint8Array(layoutOf('rst_info').size)),
    system_rtc_mem_read: call => {
      const [to, length] = [call.uint(1), call.uint(2)];
      const address = rtcAddress(call.int(0) & 0xff, length);
      if (address === undefined) return 0;
      call.store(to, call.load(address, length));
      return 1;
    },
    system_rtc_mem_write: call => {
      const [from, length] = [call.uint(1), call.uint(2)];
      const address = rtcAddress(call.int(0) & 0xff, length);
      if (address === undefined) return 0;
      call.store(address, call.load(from, length));
      return 1;
    },
    system_init_done_cb: call => {
      const address = call.uint(0);
      device.onStarted(() => {
        device.scheduler.post(() => ({ name: 'init done', address, arguments: [] }));
      });
      return undefined;
    },
    system_soft_wdt_stop: () => undefined,
    system_soft_wdt_restart: () => undefined,
    system_soft_wdt_feed: () => undefined,
    system_restart: call => {
      device.events.add({ kind: 'restart', caller: device.firmware.describeAddress(call.returnAddress - 3) });
      device.halt('restart');
      return undefined;
    },
    system_partition_table_regist: () => 1,
    os_random: () => randomInt(0x100000000) | 0,
    os_get_random: call => {
      call.store(call.uint(0), randomFillSync(new Uint8Array(Math.min(call.uint(1), 0x20000))));
      return 0;
    },
    ets_intr_lock: () => undefined,
    ets_intr_unlock: () => undefined,
  };
}
