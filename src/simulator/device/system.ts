import { sectorSize } from '../../flash/sectors';
import { memoryMap } from '../../sdk/memoryMap';
import type { Call, Family } from './call';
import type { Device } from './device';
import { layoutOf } from './layout';
import { Part } from './part';
import { loadParameters, saveParameters } from './systemParameters';

/** The SDK whose calls the headers and this device offer. */
export const sdkVersion = '3.0.6(simulated)';
/** The number that identifies a chip; the last three bytes of its MAC address. */
const chipId = 0x600001;
/** system_rtc_mem_*: the firmware's part begins behind 64 blocks of four bytes that the SDK keeps. */
const rtcBlocksAt = memoryMap.rtcMemory.address + 0x100;
const firstUserBlock = 64;
const rtcBlocks = 192;
/** system_get_vdd33 counts in 1/1024 V. */
const supply = Math.round(3.3 * 1024);
/** FRC2 after system_timer_reinit, ticks in one µs. */
const fastFrc2 = 5;

/** Bytes that os_get_random draws at most. */
const maxRandom = 0x20000;

export interface SystemState {
  /** CPU clock in MHz: 80 or 160. */
  frequency: number;
  /** What system_init_done_cb was given; 0 for nothing. */
  initDone: number;
}

type SystemHost = Pick<
  Device,
  | 'cpu'
  | 'clock'
  | 'describeFlash'
  | 'events'
  | 'firmware'
  | 'flash'
  | 'halt'
  | 'observe'
  | 'onStarted'
  | 'options'
  | 'random'
  | 'registers'
  | 'reserve'
  | 'reset'
  | 'scheduler'
>;

const resetLayout = layoutOf('rst_info', 'reason', 'exccause', 'epc1', 'excvaddr');

/** What the SDK's system functions remember: the CPU's clock, and the callback for the end of the start. */
export class System extends Part<SystemState> {
  readonly #device: SystemHost;
  /** The address of the struct rst_info. */
  readonly resetInfo: number;

  constructor(device: SystemHost) {
    super({ frequency: 80, initDone: 0 });
    this.#device = device;
    const { memory } = device.cpu;
    this.resetInfo = device.reserve(resetLayout.size);
    for (const name of ['reason', 'exccause', 'epc1', 'excvaddr'] as const)
      memory.writeWord(this.resetInfo + resetLayout[name], device.reset[name]);
    device.onStarted(() => {
      const { initDone } = this.state;
      if (initDone !== 0) device.scheduler.call({ name: 'init done', address: initDone, arguments: [] });
    });
    // SDK 3.x refuses a partition table for another map than the flash was flashed with. Flashed by nobody, it has the right one.
    const register = device.firmware.symbols.code('system_partition_table_regist');
    if (register !== undefined) {
      device.observe(register, call => {
        device.flash.writeHeader(call.int(2) & 15);
        device.describeFlash();
      });
    }
  }

  get frequency(): number {
    return this.state.frequency;
  }

  set frequency(frequency: number) {
    this.state.frequency = frequency;
  }

  set initDone(callback: number) {
    this.state.initDone = callback;
  }

  /** SDK: FRC2 counts faster from now on, which a flag in RAM says. */
  reinitTimer(): void {
    const { cpu, firmware, registers } = this.#device;
    registers.frc2TicksPerMicrosecond = fastFrc2;
    const flag = firmware.symbols.address('timer2_ms_flag');
    if (flag !== undefined) cpu.memory.writeByte(flag, 0);
  }
}

/** system_*: restart, sleep, time, RTC memory, random numbers, parameters in the flash. */
export function systemFamily(system: System, device: SystemHost): Family {
  const { clock, flash, halt, random } = device;
  const rtcAddress = (block: number, length: number) =>
    block >= firstUserBlock && block * 4 + length <= rtcBlocks * 4 ? rtcBlocksAt + block * 4 : undefined;
  const setFrequency = (call: Call) => {
    const wanted = call.int(0) & 0xff;
    if (wanted !== 80 && wanted !== 160) return 0;
    system.frequency = wanted;
    return 1;
  };
  const sleep = (call: Call) => {
    // The 64-bit time takes a2 and a3; 0 sleeps until somebody resets the chip.
    const time = call.uint(0) + call.uint(1) * 2 ** 32;
    device.events.add({ kind: 'deep-sleep', time });
    halt.sleep(time === 0 ? undefined : time);
    return 1;
  };
  const nothing = () => undefined;
  const adc = () => device.registers.adc ?? device.options.adc;

  return {
    system_get_chip_id: () => chipId,
    system_get_time: () => clock.now() >>> 0,
    system_get_rtc_time: () => clock.now() >>> 0,
    // One RTC tick lasts one µs here; the calibration value counts µs in 1/4096.
    system_rtc_clock_cali_proc: () => 1 << 12,
    system_get_cpu_freq: () => system.frequency,
    system_update_cpu_freq: setFrequency,
    ets_get_cpu_frequency: () => system.frequency,
    ets_update_cpu_frequency: setFrequency,
    // SDK: full speed while TLS computes, and back.
    system_overclock: () => {
      system.frequency = 160;
      return 1;
    },
    system_restoreclock: () => {
      system.frequency = 80;
      return 1;
    },
    system_get_rst_info: () => system.resetInfo,
    rtc_get_reset_reason: () => (device.reset.reason === 0 ? 1 : 2),
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
      system.initDone = call.uint(0);
      return undefined;
    },
    system_restart: call => {
      halt.restart(call);
      return undefined;
    },
    system_deep_sleep: sleep,
    system_deep_sleep_instant: sleep,
    system_deep_sleep_set_option: () => 1,
    system_adc_read: adc,
    system_adc_read_fast: call => {
      const [to, count] = [call.uint(0), call.uint(1) & 0xffff];
      if (count > 0) call.store(to, new Uint8Array(new Uint16Array(count).fill(adc()).buffer));
      return undefined;
    },
    system_get_vdd33: () => supply,
    system_get_flash_size_map: () => flash.map,
    system_timer_reinit: () => {
      system.reinitTimer();
      return undefined;
    },
    system_uart_swap: nothing,
    system_uart_de_swap: nothing,
    system_phy_set_max_tpw: nothing,
    system_phy_freq_trace_enable: nothing,
    system_phy_set_tpw_via_vdd33: nothing,
    system_phy_set_rfoption: nothing,
    system_phy_set_powerup_option: nothing,
    system_param_load: call => {
      const sector = call.uint(0) & 0xffff;
      const [offset, to, length] = [call.uint(1) & 0xffff, call.uint(2), call.uint(3) & 0xffff];
      const bytes = loadParameters(flash, sector, offset, length);
      if (bytes === undefined) return 0;
      call.store(to, bytes);
      return 1;
    },
    system_param_save_with_protect: call => {
      const sector = call.uint(0) & 0xffff;
      const [from, length] = [call.uint(1), call.uint(2) & 0xffff];
      if (length > sectorSize) return 0;
      return saveParameters(flash, sector, call.load(from, length)) ? 1 : 0;
    },
    // What the firmware reads from the hardware register itself comes from the same source.
    os_random: () => random.word() | 0,
    os_get_random: call => {
      call.store(call.uint(0), random.bytes(Math.min(call.uint(1), maxRandom)));
      return 0;
    },
  };
}

/** system_* that a firmware linked with the SDK brings itself. */
export function ownSystemFamily(device: Pick<Device, 'cpu' | 'reserve'>): Family {
  const version = device.reserve(sdkVersion.length + 1);
  device.cpu.memory.write(version, Buffer.from(`${sdkVersion}\0`));
  return {
    system_get_sdk_version: () => version,
    system_partition_table_regist: () => 1,
  };
}
