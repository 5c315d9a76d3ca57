import { sectorSize } from '../../flash/sectors';
import { slotNumber } from './bootLoader';
import type { Call, Family } from './call';
import type { Device } from './device';
import { Part } from './part';
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

export interface UpgradeState {
  flag: number;
  /** Where the next bytes of the new image go; undefined while none is written. */
  next: number | undefined;
}

/** What the boot loader and the SDK know of the two slots: which one runs, and the start of the other one. */
export class Upgrade extends Part<UpgradeState> {
  readonly #device: Pick<Device, 'slot' | 'flash' | 'halt'>;

  constructor(device: Pick<Device, 'slot' | 'flash' | 'halt'>) {
    super({ flag: idle, next: undefined });
    this.#device = device;
  }

  get flag(): number {
    return this.state.flag;
  }

  set flag(flag: number) {
    this.state.flag = flag;
  }

  /** Boots the other slot. False without a finished upgrade: then nothing happens (SDK). */
  reboot(call: Call): boolean {
    if (this.state.flag !== finished) return false;
    const other = this.#otherSlot();
    if (other !== undefined) selectSlot(this.#device.flash, other.number);
    this.#device.halt.restart(call);
    return true;
  }

  begin(): void {
    this.state.next = this.#otherSlot()?.address;
  }

  end(): void {
    this.state.next = undefined;
  }

  /** Writes the next bytes of the new image. */
  write(call: Call): boolean {
    const { flash } = this.#device;
    const { next } = this.state;
    const [from, length] = [call.uint(0), call.uint(1) & 0xffff];
    if (next === undefined) return false;
    const bytes = call.load(from, length);
    const first = Math.ceil(next / sectorSize);
    for (let sector = first; sector * sectorSize < next + length; sector++)
      if (!flash.eraseSector(sector)) return false;
    if (!flash.write(next, bytes)) return false;
    this.state.next = next + length;
    return true;
  }

  /** The slot that the running firmware does not use; undefined for a firmware that is linked for none. */
  #otherSlot(): Slot | undefined {
    const { slot, flash } = this.#device;
    return slot && slotNumber(flash, slot.number === 1 ? 2 : 1);
  }
}

export function upgradeFamily(upgrade: Upgrade, { slot }: Pick<Device, 'slot'>): Family {
  return {
    system_get_boot_version: () => (slot === undefined ? noBoot : bootVersion),
    system_get_boot_mode: () => normalBoot,
    system_get_userbin_addr: () => slot?.address ?? 0,
    system_upgrade_userbin_check: () => (slot?.number === 2 ? 1 : 0),
    system_upgrade_flag_check: () => upgrade.flag,
    system_upgrade_flag_set: call => {
      const wanted = call.int(0) & 0xff;
      if (wanted > finished) return 0;
      upgrade.flag = wanted;
      return 1;
    },
    system_upgrade_reboot: call => (upgrade.reboot(call) ? 1 : 0),
  };
}

/** Writing the new image, for a firmware that does not bring libupgrade. */
export function ownUpgradeFamily(upgrade: Upgrade): Family {
  return {
    system_upgrade_init: () => {
      upgrade.begin();
      return undefined;
    },
    system_upgrade_deinit: () => {
      upgrade.end();
      return undefined;
    },
    system_upgrade: call => (upgrade.write(call) ? 1 : 0),
  };
}
