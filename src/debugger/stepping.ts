import type { Cpu, Stop } from '../simulator/cpu/cpu';
import type { LineTable } from '../simulator/firmware/lines';
import type { StepPlan } from '../simulator/simulatorOptions';

type Progress = Stop | { kind: 'stepped' };

/** A return address is the address behind a call; call0 and callx0 both have three bytes. */
const callLength = 3;

export interface SteppingContext {
  lines: LineTable;
  /** Whether a breakpoint of the user is at the address. */
  hasBreakpoint(address: number): boolean;
  /** Where the body of the function begins whose first instruction is at `entry`; undefined for code without lines. */
  bodyOf(entry: number): number | undefined;
}

/**
 * Steps by source lines. A call into code without lines (SDK, ROM, libgcc) is one step in both modes.
 * When the function returns, the step ends in its caller.
 */
export function stepLine(context: SteppingContext, cpu: Cpu, mode: 'over' | 'into'): StepPlan {
  const startStack = stackPointer(cpu);
  let statement = context.lines.statementRange(cpu.pc >>> 0);
  let target: Target | undefined;

  /** Whether the step is done at an address that the CPU has come to. */
  const arrived = (pc: number): boolean => {
    if (inside(statement, pc)) return false;
    if (context.lines.isStatement(pc)) return true;
    // Back in the caller, in the middle of its statement: that is where the user wants to be.
    if (stackPointer(cpu) > startStack && context.lines.at(pc) !== undefined) return true;
    // In the middle of another line: on to the next beginning of one.
    statement = context.lines.statementRange(pc) ?? statement;
    return false;
  };

  // The device may be at a breakpoint already.
  let first = true;
  return (_, budget) => {
    const end = cpu.instructions + budget;
    // Functions answered by the host count no instruction; the firmware may go round in circles among them.
    for (let steps = 0; steps < budget && cpu.instructions < end; steps++) {
      if (target !== undefined) {
        const reached = runTo(context, cpu, target, end - cpu.instructions);
        if (reached === 'not-yet') return { kind: 'budget' };
        if (reached.kind !== 'stepped') return reached;
        const { finishes } = target;
        target = undefined;
        if (finishes || arrived(cpu.pc >>> 0)) return { kind: 'stepped' };
      }
      const pc = cpu.pc >>> 0;
      if (!first && context.hasBreakpoint(pc) && !inside(statement, pc)) return { kind: 'breakpoint' };
      first = false;
      const stop = cpu.step();
      if (stop.kind !== 'budget') return stop;

      const now = cpu.pc >>> 0;
      const called = (cpu.registers[0] ?? 0) >>> 0 === pc + callLength && now !== pc + callLength;
      if (called) {
        const body = mode === 'into' ? context.bodyOf(now) : undefined;
        target =
          body === undefined
            ? { address: pc + callLength, stack: stackPointer(cpu), finishes: false }
            : { address: body, stack: undefined, finishes: true };
      } else if (arrived(now)) return { kind: 'stepped' };
    }
    return { kind: 'budget' };
  };
}

/** Runs until the function at hand has returned to `address` with its stack gone. */
export function stepOut(context: SteppingContext, cpu: Cpu, address: number, stack: number): StepPlan {
  let first = true;
  return (_, budget) => {
    // The device may be at a breakpoint already.
    if (first) {
      first = false;
      const stop = cpu.step();
      if (stop.kind !== 'budget') return stop;
    }
    const reached = runTo(context, cpu, { address, stack, finishes: true }, budget);
    return reached === 'not-yet' ? { kind: 'budget' } : reached;
  };
}

/** Executes one instruction. */
export function stepInstruction(cpu: Cpu): StepPlan {
  return () => {
    const stop = cpu.step();
    return stop.kind === 'budget' ? { kind: 'stepped' } : stop;
  };
}

interface Target {
  address: number;
  /** The stack pointer that the frame at `address` has; recursion reaches the address with a lower one before. */
  stack: number | undefined;
  /** Whether the whole step is done there. */
  finishes: boolean;
}

function runTo(context: SteppingContext, cpu: Cpu, target: Target, budget: number): Progress | 'not-yet' {
  const end = cpu.instructions + budget;
  const ours = !context.hasBreakpoint(target.address);
  if (ours) cpu.setBreakpoint(target.address);
  try {
    for (let turns = 0; turns < budget && cpu.instructions < end; turns++) {
      if (there(cpu, target)) return { kind: 'stepped' };
      if (cpu.pc >>> 0 === target.address) {
        const stop = cpu.step();
        if (stop.kind !== 'budget') return stop;
        continue;
      }
      const stop = cpu.run(end - cpu.instructions);
      if (stop.kind === 'budget') return 'not-yet';
      if (stop.kind !== 'breakpoint' || cpu.pc >>> 0 !== target.address) return stop;
    }
    return there(cpu, target) ? { kind: 'stepped' } : 'not-yet';
  } finally {
    if (ours) cpu.removeBreakpoint(target.address);
  }
}

function there(cpu: Cpu, target: Target): boolean {
  return cpu.pc >>> 0 === target.address && (target.stack === undefined || stackPointer(cpu) >= target.stack);
}

function stackPointer(cpu: Cpu): number {
  return (cpu.registers[1] ?? 0) >>> 0;
}

function inside(range: { start: number; end: number } | undefined, pc: number): boolean {
  return range !== undefined && pc >= range.start && pc < range.end;
}
