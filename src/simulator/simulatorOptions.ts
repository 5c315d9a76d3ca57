import type { Cpu } from './cpu/cpu';
import { type Stop } from './cpu/cpu';
import type { DeviceOptions } from './device/device';
import { type HaltReason } from './device/reset';
import { type FlashFile } from './device/flash';
import type { Firmware } from './firmware/firmware';
import type { NetworkOptions } from './network/gateway';
import type { Sender } from './network/tlsMeter';
import { type ReachWish } from './projectReach';

export interface SimulatorOptions {
  firmware: Firmware;
  /** Further firmware that may get into the flash by an upgrade, and may then be started. */
  upgrades?: readonly Firmware[];
  flashFiles?: FlashFile[];
  /** Size of the flash in bytes. */
  flashSize?: number;
  /** All that the flash holds, as an earlier run has left it; erased when undefined. */
  flashContents?: Uint8Array;
  /** Nothing is added to {@link flashContents}: the device boots what was flashed, or does not boot. */
  asFlashed?: boolean;
  /** Device port → port of this computer; 0 takes a free one. */
  ports?: ReadonlyMap<number, number>;
  clock?: 'real' | 'virtual';
  device?: Partial<DeviceOptions>;
  network?: Partial<NetworkOptions>;
  /** What the project's file asks to reach, and is not allowed to by itself. */
  reachWish?: ReachWish;
  /** How often the device may be reset before the simulation ends; as often as it likes when undefined. */
  resets?: number | undefined;
}

/** Is told every IP packet that the device sends or gets; `time` is µs since it was switched on. */
export type PacketListener = (time: number, sender: Sender, packet: Uint8Array) => void;

/** Why a simulation is over: switched off, or halted by the chip. */
export type EndReason = 'stopped' | HaltReason;

/**
 * Drives the CPU for one slice while stepping: runs at most about `budget` instructions; 'stepped' when the step
 * is done.
 */
export type StepPlan = (cpu: Cpu, budget: number) => Stop | { kind: 'stepped' };

/** Bytes. */
export const defaultFlashSize = 4 * 1024 * 1024;
