import { type Instruction, Op } from './decode';
import { faults } from './memory';
import type { CpuState } from './state';

/** By the numbers that RSR, WSR and XSR give them; EPC and EPS of level n lie n above these. */
const special = { sar: 3, epc: 176, eps: 192, ps: 230, ccount: 234 } as const;

/** In PS: the level up to which interrupts wait, an exception is being handled, user vectors. */
export const interruptLevel = 0xf;
const exceptionMode = 0x10;
export const userMode = 0x20;

/** What is to happen besides continuing behind the instruction. */
export type SystemResult = { goTo: number } | { fault: number } | 'waiti' | undefined;

/** Executes an instruction of the kind “system”. `now` is the number of instructions retired before it, which CCOUNT counts. */
export function executeSystem(
  state: CpuState,
  { op, t, immediate }: Pick<Instruction, 'op' | 't' | 'immediate'>,
  now: number,
): SystemResult {
  const { registers } = state;
  const value = registers[t] ?? 0;
  switch (op) {
    case Op.rsr:
      registers[t] = readSpecial(state, immediate, now);
      return undefined;
    case Op.wsr:
      writeSpecial(state, immediate, value, now);
      return undefined;
    case Op.xsr:
      registers[t] = readSpecial(state, immediate, now);
      writeSpecial(state, immediate, value, now);
      return undefined;
    case Op.rsil:
      registers[t] = state.ps;
      state.ps = (state.ps & ~interruptLevel) | immediate;
      return undefined;
    case Op.waiti:
      state.ps = (state.ps & ~interruptLevel) | immediate;
      return 'waiti';
    case Op.rfe:
      state.ps &= ~exceptionMode;
      return { goTo: state.special[special.epc + 1] ?? 0 };
    case Op.rfi:
      state.ps = state.special[special.eps + immediate] ?? 0;
      return { goTo: state.special[special.epc + immediate] ?? 0 };
    case Op.syscall:
      return { fault: faults.syscall };
    default:
      // BREAK: nobody is at the chip's debug port, so it is as fatal as an illegal instruction.
      return { fault: faults.illegalInstruction };
  }
}

/** CCOUNT. */
export function cycleCount(state: CpuState): number {
  return readSpecial(state, special.ccount, state.instructions);
}

function readSpecial(state: CpuState, number: number, now: number): number {
  switch (number) {
    case special.sar:
      return state.sar;
    case special.ps:
      return state.ps;
    case special.ccount:
      return (state.special[number] ?? 0) + now;
    default:
      return state.special[number] ?? 0;
  }
}

function writeSpecial(state: CpuState, number: number, value: number, now: number): void {
  if (number === special.sar) state.sar = value & 63;
  else if (number === special.ps) state.ps = value;
  else if (number === special.ccount) state.special[number] = value - now;
  else state.special[number] = value;
}
