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
  'system_upgrade_flag_check',
  'system_upgrade_flag_set',
  'system_upgrade_userbin_check',
  'system_upgrade_reboot',
  'spi_flash_erase_protect_enable',
  'spi_flash_erase_protect_disable',
]);

/** Whether a function of the SDK drives hardware that this device does not have in that form, so that its code must not run. */
export function needsHardware(name: string): boolean {
  const known = sdkFunction(name);
  return known !== undefined && !native.has(known.family) && !nativeFunctions.has(name);
}
