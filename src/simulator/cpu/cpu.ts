import type { Intrinsic } from './blocks';
import { Code } from './code';
import { breakpointStop, budgetStop, Interpreter, requestedStop, type Stop } from './interpreter';
import type { Memory } from './memory';
import type { Tier } from './regions';
import { CpuState } from './state';

export type { Stop } from './interpreter';

/** Runs instead of the code at an address. It must leave `cpu.pc` where execution continues, normally register a0. */
export type Hook = (cpu: Cpu) => void;

/** An LX106 with its memory: what is asked of it goes to what it knows of the code and to what executes it. */
export class Cpu extends CpuState {
  readonly memory: Memory;
  readonly #code: Code;
  readonly #interpreter: Interpreter;

  constructor(memory: Memory, tier: Tier = 'mixed') {
    super(memory);
    this.memory = memory;
    this.#code = new Code(memory, tier);
    this.#interpreter = new Interpreter(this, this.#code, memory);
  }

  /** How many of the instructions were executed by translated code. */
  get translatedInstructions(): number {
    return this.#interpreter.translated;
  }

  /** Puts a hook at an address, which may lie where no memory is. */
  setHook(address: number, hook: Hook): void {
    this.#code.setHook(address, () => {
      hook(this);
    });
  }

  removeHook(address: number): void {
    this.#code.removeHook(address);
  }

  /** Says what a hook computes, so that translated code can do it in place. */
  setIntrinsic(address: number, intrinsic: Intrinsic): void {
    this.#code.setIntrinsic(address, intrinsic);
  }

  setBreakpoint(address: number): void {
    this.#code.setBreakpoint(address);
  }

  removeBreakpoint(address: number): void {
    this.#code.removeBreakpoint(address);
  }

  /** Makes {@link run} come back after the hook that calls this. */
  requestStop(): void {
    this.stopRequested = true;
  }

  /** Executes one instruction or one hook, also where a breakpoint is; whether one is behind it does not matter. */
  step(): Stop {
    const pc = this.pc >>> 0;
    const hook = this.#code.hookAt(pc);
    if (hook !== undefined) return this.#callHook(hook);
    const stop = this.#code.hasBreakpoint(pc) ? this.#stepOverBreakpoint(pc) : this.#interpreter.run(1);
    return stop === breakpointStop ? budgetStop : stop;
  }

  #stepOverBreakpoint(pc: number): Stop {
    this.removeBreakpoint(pc);
    try {
      return this.#interpreter.run(1);
    } finally {
      this.setBreakpoint(pc);
    }
  }

  #callHook(hook: () => void): Stop {
    const pc = this.pc >>> 0;
    hook();
    this.takeCharge();
    this.unfinishedAt = this.pc >>> 0 === pc ? pc : undefined;
    if (!this.stopRequested) return budgetStop;
    this.stopRequested = false;
    return requestedStop;
  }

  /** Executes up to `budget` instructions; stops before an instruction with a breakpoint, also before the first. */
  run(budget: number): Stop {
    for (let left = budget; ;) {
      const before = this.instructions;
      const stop = this.#interpreter.run(Math.min(left, this.#code.regions.sliceAt(this.pc >>> 0)));
      left -= this.instructions - before;
      if (stop !== budgetStop || left <= 0 || this.instructions === before) return stop;
      this.#code.sample(this.pc >>> 0);
    }
  }
}
