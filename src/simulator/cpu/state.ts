import type { Memory } from './memory';

/** What a CPU remembers, besides memory, as plain data. */
export interface SavedCpu {
  /** a0 to a15. */
  registers: number[];
  special: number[];
  pc: number;
  ps: number;
  sar: number;
  instructions: number;
  unfinishedAt: number | undefined;
}

/** What a CPU remembers, besides memory. */
export class CpuState {
  /** a0 to a15. */
  readonly registers: Int32Array;
  pc = 0;
  ps = 0x1f;
  /** Instructions retired so far; hooks count what they charge. */
  instructions = 0;
  /** All special registers but SAR and PS, by number; CCOUNT without what is counted in {@link instructions}. */
  readonly special = new Int32Array(256);
  /** SAR, then how many instructions a region has left over: translated code reads and writes both. */
  readonly shared: Int32Array;
  stopRequested = false;
  /** What the hook or the peripheral that works has charged so far. */
  #charged = 0;
  /** Where a hook has left pc as it was: it continues there, whatever breakpoint is at the address. */
  unfinishedAt: number | undefined;

  constructor({ buffer, state }: Memory) {
    this.registers = new Int32Array(buffer, state.registers, 16);
    this.shared = new Int32Array(buffer, state.sar, 2);
  }

  /** Shift amount, 0 to 63. */
  get sar(): number {
    return this.shared[0] ?? 0;
  }

  set sar(value: number) {
    this.shared[0] = value;
  }

  /** Not while the CPU runs. */
  save(): SavedCpu {
    return {
      registers: [...this.registers],
      special: [...this.special],
      ...{ pc: this.pc, ps: this.ps, sar: this.sar, instructions: this.instructions },
      unfinishedAt: this.unfinishedAt,
    };
  }

  restore(state: SavedCpu): void {
    this.registers.set(state.registers);
    this.special.set(state.special);
    this.pc = state.pc;
    this.ps = state.ps;
    this.sar = state.sar;
    this.instructions = state.instructions;
    this.unfinishedAt = state.unfinishedAt;
    this.#charged = 0;
    this.stopRequested = false;
  }

  /** As after power-on. */
  reset(): void {
    this.registers.fill(0);
    this.special.fill(0);
    this.pc = 0;
    this.sar = 0;
    this.ps = 0x1f;
    this.instructions = 0;
    this.#charged = 0;
    this.unfinishedAt = undefined;
    this.stopRequested = false;
  }

  /**
   * The hook or the peripheral that calls this has done as much work as so many instructions: they count as retired, and use up the
   * budget as those do.
   */
  charge(instructions: number): void {
    this.#charged += instructions;
  }

  /** What has been charged since this was last asked, counted now. */
  takeCharge(): number {
    const charged = this.#charged;
    this.#charged = 0;
    this.instructions += charged;
    return charged;
  }
}
