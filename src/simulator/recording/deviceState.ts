import { createHash } from 'node:crypto';
import type { ChipParts } from '../device/chip';
import type { ResetInfo } from '../device/reset';
import type { Slot } from '../device/slot';
import type { Firmware } from '../firmware/firmware';
import type { Plug } from '../uplink';
import type { HardwareState } from './hardware';

/** What the run loop remembers. */
export interface RunState {
  /** How often the device has looked outside. */
  look: number;
  /** Instructions at which it looks next, also within a callback. */
  lookAt: number;
  /** How many callbacks have ended. */
  callbacks: number;
  /** It sleeps: nothing happens before something comes in. */
  idle: boolean;
  /** user_init has returned. */
  started: boolean;
  /** When a chip in deep sleep boots again, µs of the device's clock. */
  wakeAt: number | undefined;
  plug: Plug | undefined;
  bootedAt: number;
  /** Failures in a row, and resets in all. */
  failures: number;
  resets: number;
}

export const stateVersion = 1;

/**
 * All that a device remembers: plain data and byte arrays, no functions. What is around it (sockets of this computer, the log,
 * breakpoints) is not part of it.
 */
export interface DeviceState extends HardwareState {
  /** {@link stateVersion} of the program that saved it. */
  version: number;
  /** {@link digestOf} the firmware that runs. */
  firmware: string;
  slot: Slot | undefined;
  reset: ResetInfo;
  parts: ChipParts;
  run: RunState;
}

const digests = new WeakMap<Firmware, string>();

/** Identifies a firmware by what is loaded of its ELF. */
export function digestOf(firmware: Firmware): string {
  let digest = digests.get(firmware);
  if (digest === undefined) {
    const hash = createHash('sha256');
    for (const { address, bytes, memorySize } of firmware.elf.segments)
      hash.update(`${address} ${memorySize} ${bytes.length} `).update(bytes);
    digest = hash.digest('hex');
    digests.set(firmware, digest);
  }
  return digest;
}
