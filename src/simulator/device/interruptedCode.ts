import type { Cpu } from '../cpu/cpu';
import { Part } from './part';
import type { Interrupt } from './interrupts';

/** An interrupt handler leaves what the interrupted function has below its stack pointer alone. */
const redZone = 256;

/** What an interrupt handler has interrupted. */
interface Context {
  registers: Int32Array;
  pc: number;
  sar: number;
  ps: number;
}

export interface InterruptedState {
  interrupted: Context | undefined;
}

/** Puts what the CPU does aside while an interrupt handler runs. */
export class InterruptedCode extends Part<InterruptedState> {
  readonly #cpu: Cpu;
  readonly #returnTo: number;

  /** @param returnTo where the handler returns to */
  constructor(cpu: Cpu, returnTo: number) {
    super({ interrupted: undefined });
    this.#cpu = cpu;
    this.#returnTo = returnTo;
  }

  /** Makes the CPU continue with the handler of an interrupt. */
  enter(interrupt: Interrupt): void {
    const cpu = this.#cpu;
    const context = { registers: cpu.registers.slice(), pc: cpu.pc, sar: cpu.sar, ps: cpu.ps };
    this.state.interrupted = context;
    cpu.registers[0] = this.#returnTo;
    cpu.registers[1] = (((context.registers[1] ?? 0) >>> 0) - redZone) & ~15;
    interrupt.arguments.forEach((value, index) => (cpu.registers[2 + index] = value));
    cpu.pc = interrupt.address;
  }

  /** The handler has returned. False when nobody was interrupted: the firmware jumped here by itself. */
  leave(): boolean {
    const cpu = this.#cpu;
    const { interrupted } = this.state;
    if (interrupted === undefined) return false;
    this.state.interrupted = undefined;
    cpu.registers.set(interrupted.registers);
    cpu.pc = interrupted.pc;
    cpu.sar = interrupted.sar;
    cpu.ps = interrupted.ps;
    return true;
  }
}
