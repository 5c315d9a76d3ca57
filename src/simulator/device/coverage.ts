import { sdkFunction } from '../../sdk/functions';

/** Families that need no hardware of their own: what the SDK's libraries bring of them runs on the CPU. */
const native = new Set([
  'espconn',
  'memory',
  'string',
  'libc',
  'libgcc',
  'sntp',
  'os',
  'uart',
  'task',
  'timer',
]);
/** Functions of the other families that do no more than read and write RAM and flash. */
const nativeFunctions = new Set([
  'uart_div_modify',
  'system_get_free_heap_size',
  'system_get_sdk_version',
  'system_print_meminfo',
  'system_partition_table_regist',
  'system_partition_get_item',
  'system_partition_get_ota_partition_size',
  'system_upgrade_init',
  'system_upgrade_deinit',
  'system_upgrade',
  'system_upgrade_start',
  'spi_flash_erase_protect_enable',
  'spi_flash_erase_protect_disable',
]);

/** Where the SDK begins to use the radio for something that this device does not do; not in the table. */
const radioFunctions = new Set(['simple_pair_init']);

/** Whether a function of the SDK drives hardware that this device does not have in that form, so that its code must not run. */
export function needsHardware(name: string): boolean {
  if (radioFunctions.has(name)) return true;
  const known = sdkFunction(name);
  return known !== undefined && !native.has(known.family) && !nativeFunctions.has(name);
}

/** What a function that the device answers leaves out of what it does on the chip. */
const simplified: Readonly<Record<string, string>> = {
  NmiTimSetFunc: 'the handler runs between two slices of some 50,000 instructions',
  ets_isr_attach: 'lines 4 (GPIO), 5 (UART) and 9 (FRC1) only',
  os_random: 'from the computer, not from the radio',
  os_get_random: 'from the computer, not from the radio',
  uart_init: 'output is out at once; a driver linked into the firmware runs on the registers instead',
  system_uart_swap: 'no pins to swap',
  system_uart_de_swap: 'no pins to swap',
  system_get_rtc_time: 'counts µs',
  system_rtc_clock_cali_proc: 'a tick always lasts 1 µs',
  system_update_cpu_freq: 'changes what the watchdogs count, not the speed',
  system_deep_sleep_set_option: 'no radio to calibrate',
  system_adc_read: 'the value of the settings',
  system_get_vdd33: 'always 3.3 V',
  system_get_boot_version: 'that of boot loader 1.2, none for a firmware that is linked for no slot',
  system_phy_set_max_tpw: 'no radio',
  system_phy_set_rfoption: 'no radio',
  system_phy_set_powerup_option: 'no radio',
  system_restore: 'Wi-Fi settings only',
  wifi_station_scan: 'the access points of the settings, whatever the filter',
  wifi_station_ap_number_set: 'one access point is remembered',
  wifi_station_get_ap_info: 'none',
  wifi_station_ap_change: 'refused',
  wifi_softap_get_station_num: 'this computer is the only client',
  wifi_softap_dhcps_start: 'the computer needs no address of the device',
  wifi_softap_dhcps_stop: 'the computer needs no address of the device',
  wifi_set_channel: 'no radio',
  wifi_set_phy_mode: 'remembered only',
  wifi_set_sleep_type: 'remembered only',
  wifi_status_led_install: 'no LED',
  wifi_status_led_uninstall: 'no LED',
};

/** How the device offers a function of the SDK. */
export type Offer = 'native' | 'answered' | 'simplified' | 'not simulated';

/**
 * How a function is offered to firmware that is linked with the SDK, and to firmware without it, which calls an address
 * outside of its ELF. `edge` are the answers at hardware's edge, `outside` the ones that stand in for missing code.
 */
export function offersOf(
  name: string,
  edge: ReadonlySet<string>,
  outside: ReadonlySet<string>,
): { linked: Offer; alone: Offer; remark: string } {
  const answered: Offer = name in simplified ? 'simplified' : 'answered';
  return {
    linked: edge.has(name) ? answered : needsHardware(name) ? 'not simulated' : 'native',
    alone: outside.has(name) ? answered : 'not simulated',
    remark: simplified[name] ?? '',
  };
}
