import { sectorSize } from '../../flash/sectors';
import { slotNumber } from './bootLoader';
import type { Call, Family } from './call';
import type { Device } from './device';
import { selectSlot } from './systemParameters';
import type { Slot } from './slot';

/** system_get_boot_version: the boot loader 1.2, or none at all. */
const bootVersion = 2;
const noBoot = 31;
/** SYS_BOOT_NORMAL_MODE. */
const normalBoot = 1;
/** UPGRADE_FLAG_IDLE, UPGRADE_FLAG_FINISH. */
const idle = 0;
const finished = 2;

/** What the boot loader and the SDK know of the two slots: which one runs, and the start of the other one. */
export function upgradeFamily(device: Device): Family {
  const { slot, flash } = device;
  let flag = idle;
  return {
    system_get_boot_version: () => (slot === undefined ? noBoot : bootVersion),
    system_get_boot_mode: () => normalBoot,
    system_get_userbin_addr: () => slot?.address ?? 0,
    system_upgrade_userbin_check: () => (slot?.number === 2 ? 1 : 0),
    system_upgrade_flag_check: () => flag,
    system_upgrade_flag_set: call => {
      const wanted = call.int(0) & 0xff;
      if (wanted > finished) return 0;
      flag = wanted;
      return 1;
    },
    system_upgrade_reboot: call => {
      // SDK: without a finished upgrade nothing happens.
      if (flag !== finished) return 0;
      const other = otherSlot(device);
      if (other !== undefined) selectSlot(flash, other.number);
      device.restart(call);
      return 1;
    },
  };
}

/** Writing the new image, for a firmware that does not bring libupgrade. */
export function ownUpgradeFamily(device: Device): Family {
  const { flash } = device;
  let next: number | undefined;
  const write = (call: Call) => {
    const [from, length] = [call.uint(0), call.uint(1) & 0xffff];
    if (next === undefined) return 0;
    const bytes = call.load(from, length);
    const first = Math.ceil(next / sectorSize);
    for (let sector = first; sector * sectorSize < next + length; sector++)
      if (!flash.eraseSector(sector)) return 0;
    if (!flash.write(next, bytes)) return 0;
    next += length;
    return 1;
  };
  return {
    system_upgrade_init: () => {
      next = otherSlot(device)?.address;
      return undefined;
    },
    system_upgrade_deinit: () => {
      next = undefined;
      return undefined;
    },
    system_upgrade: write,
  };
}

/** The slot that the running firmware does not use; undefined for a firmware that is linked for none. */
function otherSlot({ slot, flash }: Device): Slot | undefined {
  return slot && slotNumber(flash, slot.number === 1 ? 2 : 1);
}
