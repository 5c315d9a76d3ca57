import type { Cpu, Stop } from './cpu/cpu';
import type { StepPlan } from './simulatorOptions';

/** Executes instructions as the user wants them: up to a breakpoint, or by the plan of a step. */
export class Execution {
  /** How the user steps at the moment. */
  plan: StepPlan | undefined;
  readonly #cpu: Cpu;
  readonly #breakpoints = new Set<number>();
  /** The instruction at pc has a breakpoint at which the device already is. */
  #skipBreakpoint = false;

  constructor(cpu: Cpu) {
    this.#cpu = cpu;
  }

  /** Stops are before the instructions at these addresses. */
  setBreakpoints(addresses: Iterable<number>): void {
    for (const address of this.#breakpoints) this.#cpu.removeBreakpoint(address);
    this.#breakpoints.clear();
    for (const address of addresses) {
      this.#breakpoints.add(address);
      this.#cpu.setBreakpoint(address);
    }
  }

  /** The device is stopped: its step is over, and it continues from where it is. */
  stopped(): void {
    this.plan = undefined;
    this.#skipBreakpoint = true;
  }

  /** The CPU is at the start of a callback. */
  began(): void {
    this.#skipBreakpoint = false;
  }

  /** Executes up to about this number of instructions in all, at least one. */
  advance(until: number): Stop | { kind: 'stepped' } {
    if (this.#skipBreakpoint) {
      this.#skipBreakpoint = false;
      if (this.plan === undefined) {
        const stop = this.#cpu.step();
        if (stop.kind !== 'budget') return stop;
      }
    }
    const budget = Math.max(1, until - this.#cpu.instructions);
    return this.plan === undefined ? this.#cpu.run(budget) : this.plan(this.#cpu, budget);
  }
}
