import type { DeviceClock } from '../clock';
import type { Cpu } from '../cpu/cpu';
import type { MemoryState } from '../cpu/memory';
import type { SavedCpu } from '../cpu/state';
import type { Flash, FlashState } from '../device/flash';
import type { Random, RandomState } from '../device/random';
import type { Registers, RegistersState } from '../device/registers';

/** What outlives a reset of the chip. */
export interface Hardware {
  readonly cpu: Cpu;
  readonly clock: DeviceClock;
  readonly flash: Flash;
  readonly registers: Registers;
  readonly random: Random;
}

/** All that the hardware remembers. */
export interface HardwareState {
  cpu: SavedCpu;
  memory: MemoryState;
  /** µs. */
  clock: number;
  flash: FlashState;
  registers: RegistersState;
  random: RandomState;
}

export function saveHardware({ cpu, clock, flash, registers, random }: Hardware): HardwareState {
  return {
    cpu: cpu.save(),
    memory: cpu.memory.save(),
    clock: clock.now(),
    flash: flash.save(),
    registers: registers.save(),
    random: random.save(),
  };
}

export function restoreHardware(hardware: Hardware, state: HardwareState): void {
  hardware.flash.restore(state.flash);
  hardware.cpu.memory.restore(state.memory);
  hardware.cpu.restore(state.cpu);
  hardware.clock.restore(state.clock);
  hardware.registers.restore(state.registers);
  hardware.random.restore(state.random);
}
