import { codeWindow } from '../../sdk/memoryMap';
import type { Code } from './code';
import { effectOf, firstOp, Slot as slots } from './decode';
import { dataRam, faults as faultCauses, type Memory } from './memory';
import type { CpuState } from './state';
import { executeSystem } from './system';

// In modules that are not bundled an imported name is a getter, far too slow for the loop below.
const Slot = slots;
const faults = faultCauses;
const first = firstOp;
const start = codeWindow.address;
const length = codeWindow.size;
const base = dataRam.address;
const size = dataRam.size;

/** Why a run has come back. */
export type Stop =
  /** The instructions asked for have been executed, or hooks went round in circles without one. */
  | { kind: 'budget' }
  /** The next instruction has a breakpoint. */
  | { kind: 'breakpoint' }
  /** A hook has asked for it. */
  | { kind: 'requested' }
  /** WAITI: the CPU waits for an interrupt. */
  | { kind: 'waiti' }
  /** The instruction at `pc` cannot be executed; `cause` is EXCCAUSE, `address` EXCVADDR. Registers are as before it. */
  | { kind: 'exception'; cause: number; pc: number; address: number };

export const budgetStop: Stop = { kind: 'budget' };
export const breakpointStop: Stop = { kind: 'breakpoint' };
export const requestedStop: Stop = { kind: 'requested' };
const waitiStop: Stop = { kind: 'waiti' };

/** Firmware can make a hook return to itself; so many without an instruction between them end a run. */
const maxHooksInARow = 10_000;

/** In place of a fault: the access is to no aligned address of data RAM. */
const elsewhere = -2;

/** Executes instructions one by one from the tables of {@link Code}, and regions where they begin. */
export class Interpreter {
  readonly #state: CpuState;
  readonly #code: Code;
  readonly #memory: Memory;
  /** How many instructions were executed by translated code. */
  translated = 0;
  readonly #words: Int32Array;
  readonly #halves: Uint16Array;

  constructor(state: CpuState, code: Code, memory: Memory) {
    this.#state = state;
    this.#code = code;
    this.#memory = memory;
    this.#words = new Int32Array(memory.buffer, 0, memory.buffer.byteLength >> 2);
    this.#halves = new Uint16Array(memory.buffer, dataRam.offset, dataRam.size >> 1);
  }

  /** Executes up to `budget` instructions; stops before an instruction with a breakpoint, also before the first. */
  run(budget: number): Stop {
    const state = this.#state;
    const code = this.#code;
    const R = state.registers;
    const OP = code.op;
    const F = code.fields;
    const IMM = code.immediate;
    const K = code.constant;
    const SHARED = state.shared;
    const words = this.#words;
    const halves = this.#halves;
    const bytes = this.#memory.bytes;
    let left = budget;
    let hooksInARow = 0;
    let ip = ((state.pc >>> 0) - start) | 0;
    let stop: Stop = budgetStop;
    if (state.pc >>> 0 !== state.unfinishedAt) state.unfinishedAt = undefined;

    const regions = budget > code.regions.shortest;
    const { eager } = code.regions;
    for (;;) {
      let op = ip >= 0 && ip < length ? (OP[ip] ?? 0) : code.placed(ip);
      if (op < first) {
        if (op === Slot.region) {
          const next = regions && left > 0 ? this.#runRegion(ip + start, left) : undefined;
          if (next !== undefined) {
            left = SHARED[1] ?? 0;
            ip = (next - start) | 0;
            if (eager) break;
            continue;
          }
          op = code.under[ip] ?? 0;
        } else {
          if (op === Slot.undecoded) {
            code.decode(ip);
            continue;
          }
          const pc = (ip + start) >>> 0;
          if (op === Slot.breakpoint) {
            if (pc !== state.unfinishedAt) {
              stop = breakpointStop;
              break;
            }
            op = Slot.hook;
          }
          if (left <= 0) break;
          if (op !== Slot.hook) {
            stop =
              op === Slot.illegal
                ? { kind: 'exception', cause: faults.illegalInstruction, pc, address: 0 }
                : { kind: 'exception', cause: faults.fetchProhibited, pc, address: pc };
            break;
          }
          hooksInARow = left === budget ? hooksInARow + 1 : 1;
          if (hooksInARow > maxHooksInARow) break;
          state.pc = pc;
          state.instructions += budget - left;
          code.hookAt(pc)?.();
          left = Math.max(0, left - state.takeCharge());
          budget = left;
          ip = ((state.pc >>> 0) - start) | 0;
          state.unfinishedAt = state.pc >>> 0 === pc ? pc : undefined;
          if (state.stopRequested) {
            state.stopRequested = false;
            stop = requestedStop;
            break;
          }
          continue;
        }
      }
      if (--left < 0) {
        left = 0;
        break;
      }
      const f = F[ip] ?? 0;
      let address = 0;
      let fault: number = faults.none;
      // Written by `npm run generate:interpreter` from the table of instructions; numbers make it a table of jumps.
      // prettier-ignore
      switch (op) {
        case 6: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = a + b; break; } // add
        case 7: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = (a << 1) + b; break; } // addx2
        case 8: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = (a << 2) + b; break; } // addx4
        case 9: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = (a << 3) + b; break; } // addx8
        case 10: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = a - b; break; } // sub
        case 11: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = (a << 1) - b; break; } // subx2
        case 12: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = (a << 2) - b; break; } // subx4
        case 13: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = (a << 3) - b; break; } // subx8
        case 14: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = a & b; break; } // and
        case 15: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = a | b; break; } // or
        case 16: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = a ^ b; break; } // xor
        case 17: { const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = 0 - b; break; } // neg
        case 18: { const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = (b < 0) ? (0 - b) : b; break; } // abs
        case 19: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; R[(f >> 8) & 15] = a + imm; break; } // addi
        case 20: { const imm = IMM[ip] ?? 0; R[(f >> 8) & 15] = imm; break; } // movi
        case 21: { const a = R[(f >> 4) & 15] ?? 0; R[(f >> 8) & 15] = a; break; } // mov
        case 22: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; if (b === 0) R[f & 15] = a; break; } // moveqz
        case 23: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; if (b !== 0) R[f & 15] = a; break; } // movnez
        case 24: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; if (b < 0) R[f & 15] = a; break; } // movltz
        case 25: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; if (b >= 0) R[f & 15] = a; break; } // movgez
        case 26: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; R[f & 15] = (imm === 32) ? 0 : (a << imm); break; } // slli
        case 27: { const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; R[f & 15] = b >> imm; break; } // srai
        case 28: { const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; R[f & 15] = b >>> imm; break; } // srli
        case 29: { const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; const k = K[ip] ?? 0; R[f & 15] = (b >>> imm) & k; break; } // extui
        case 30: { const a = R[(f >> 4) & 15] ?? 0; SHARED[0] = a & 31; break; } // ssr
        case 31: { const a = R[(f >> 4) & 15] ?? 0; SHARED[0] = 32 - (a & 31); break; } // ssl
        case 32: { const a = R[(f >> 4) & 15] ?? 0; SHARED[0] = (a & 3) << 3; break; } // ssa8l
        case 33: { const a = R[(f >> 4) & 15] ?? 0; SHARED[0] = 32 - ((a & 3) << 3); break; } // ssa8b
        case 34: { const imm = IMM[ip] ?? 0; SHARED[0] = imm; break; } // ssai
        case 35: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const sar = SHARED[0] ?? 0; R[f & 15] = sar === 0 ? b : sar < 32 ? (a << (32 - sar)) | (b >>> sar) : a >>> (sar - 32); break; } // src
        case 36: { const b = R[(f >> 8) & 15] ?? 0; const sar = SHARED[0] ?? 0; R[f & 15] = sar > 31 ? 0 : b >>> sar; break; } // srl
        case 37: { const a = R[(f >> 4) & 15] ?? 0; const sar = SHARED[0] ?? 0; R[f & 15] = sar === 0 || sar > 32 ? 0 : a << (32 - sar); break; } // sll
        case 38: { const b = R[(f >> 8) & 15] ?? 0; const sar = SHARED[0] ?? 0; R[f & 15] = b >> (sar > 31 ? 31 : sar); break; } // sra
        case 39: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = Math.imul((a & 65535), (b & 65535)); break; } // mul16u
        case 40: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = Math.imul(((a << 16) >> 16), ((b << 16) >> 16)); break; } // mul16s
        case 41: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; R[f & 15] = Math.imul(a, b); break; } // mull
        case 42: { const a = R[(f >> 4) & 15] ?? 0; R[(f >> 8) & 15] = (Math.clz32((a ^ (a >> 31)))) - 1; break; } // nsa
        case 43: { const a = R[(f >> 4) & 15] ?? 0; R[(f >> 8) & 15] = Math.clz32(a); break; } // nsau
        case 44: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; address = a + imm; const offset = (address - base) >>> 0; if (offset < size) R[(f >> 8) & 15] = bytes[offset] ?? 0; else fault = elsewhere; break; } // l8ui
        case 45: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; address = a + imm; const offset = (address - base) >>> 0; if (offset < size && (offset & 1) === 0) R[(f >> 8) & 15] = halves[offset >> 1] ?? 0; else fault = elsewhere; break; } // l16ui
        case 46: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; address = a + imm; const offset = (address - base) >>> 0; if (offset < size && (offset & 1) === 0) R[(f >> 8) & 15] = ((halves[offset >> 1] ?? 0) << 16) >> 16; else fault = elsewhere; break; } // l16si
        case 47: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; address = a + imm; const offset = (address - base) >>> 0; if (offset < size && (offset & 3) === 0) R[(f >> 8) & 15] = words[offset >> 2] ?? 0; else fault = elsewhere; break; } // l32i
        case 48: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; address = a + imm; const offset = (address - base) >>> 0; if (offset < size) bytes[offset] = b; else fault = elsewhere; break; } // s8i
        case 49: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; address = a + imm; const offset = (address - base) >>> 0; if (offset < size && (offset & 1) === 0) halves[offset >> 1] = b; else fault = elsewhere; break; } // s16i
        case 50: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; address = a + imm; const offset = (address - base) >>> 0; if (offset < size && (offset & 3) === 0) words[offset >> 2] = b; else fault = elsewhere; break; } // s32i
        case 51: { const imm = IMM[ip] ?? 0; R[(f >> 8) & 15] = words[imm] ?? 0; break; } // l32r
        case 52: { const imm = IMM[ip] ?? 0; address = imm; const offset = (address - base) >>> 0; if (offset < size && (offset & 3) === 0) R[(f >> 8) & 15] = words[offset >> 2] ?? 0; else fault = elsewhere; break; } // l32rOutside
        case 53: { const imm = IMM[ip] ?? 0; R[0] = ip + (f >> 12) + start; ip = imm; continue; } // call0
        case 54: { const a = R[(f >> 4) & 15] ?? 0; R[0] = ip + (f >> 12) + start; ip = (a - start) | 0; continue; } // callx0
        case 55: ip = ((R[0] ?? 0) - start) | 0; continue; // ret
        case 56: { const a = R[(f >> 4) & 15] ?? 0; ip = (a - start) | 0; continue; } // jx
        case 57: { const imm = IMM[ip] ?? 0; ip = imm; continue; } // j
        case 58: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; if (a === 0) { ip = imm; continue; } break; } // beqz
        case 59: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; if (a !== 0) { ip = imm; continue; } break; } // bnez
        case 60: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; if (a < 0) { ip = imm; continue; } break; } // bltz
        case 61: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; if (a >= 0) { ip = imm; continue; } break; } // bgez
        case 62: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; const k = K[ip] ?? 0; if (a === k) { ip = imm; continue; } break; } // beqi
        case 63: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; const k = K[ip] ?? 0; if (a !== k) { ip = imm; continue; } break; } // bnei
        case 64: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; const k = K[ip] ?? 0; if (a < k) { ip = imm; continue; } break; } // blti
        case 65: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; const k = K[ip] ?? 0; if (a >= k) { ip = imm; continue; } break; } // bgei
        case 66: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; const k = K[ip] ?? 0; if (a >>> 0 < k >>> 0) { ip = imm; continue; } break; } // bltui
        case 67: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; const k = K[ip] ?? 0; if (a >>> 0 >= k >>> 0) { ip = imm; continue; } break; } // bgeui
        case 68: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; if (a === b) { ip = imm; continue; } break; } // beq
        case 69: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; if (a !== b) { ip = imm; continue; } break; } // bne
        case 70: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; if (a < b) { ip = imm; continue; } break; } // blt
        case 71: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; if (a >= b) { ip = imm; continue; } break; } // bge
        case 72: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; if (a >>> 0 < b >>> 0) { ip = imm; continue; } break; } // bltu
        case 73: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; if (a >>> 0 >= b >>> 0) { ip = imm; continue; } break; } // bgeu
        case 74: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; if ((a & b) === 0) { ip = imm; continue; } break; } // bnone
        case 75: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; if ((a & b) !== 0) { ip = imm; continue; } break; } // bany
        case 76: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; if (((a ^ -1) & b) === 0) { ip = imm; continue; } break; } // ball
        case 77: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; if (((a ^ -1) & b) !== 0) { ip = imm; continue; } break; } // bnall
        case 78: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; if (((a >>> (b & 31)) & 1) === 0) { ip = imm; continue; } break; } // bbc
        case 79: { const a = R[(f >> 4) & 15] ?? 0; const b = R[(f >> 8) & 15] ?? 0; const imm = IMM[ip] ?? 0; if (((a >>> (b & 31)) & 1) !== 0) { ip = imm; continue; } break; } // bbs
        case 80: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; const k = K[ip] ?? 0; if (((a >>> k) & 1) === 0) { ip = imm; continue; } break; } // bbci
        case 81: { const a = R[(f >> 4) & 15] ?? 0; const imm = IMM[ip] ?? 0; const k = K[ip] ?? 0; if (((a >>> k) & 1) !== 0) { ip = imm; continue; } break; } // bbsi
        case 82: break; // nop
        default: {
          const now = state.instructions + budget - left - 1;
          const result = executeSystem(state, { op, t: (f >> 8) & 15, immediate: IMM[ip] ?? 0 }, now);
          if (result === 'waiti') stop = waitiStop;
          else if (result !== undefined) {
            if ('goTo' in result) {
              ip = (result.goTo - start) | 0;
              continue;
            }
            fault = result.fault;
          }
        }
      }
      if (fault !== faults.none) {
        if (fault === elsewhere) {
          // Peripherals read the clock, which counts the instructions before this one.
          state.instructions += budget - left - 1;
          budget = left + 1;
          fault = this.#access(op, address, (f >> 8) & 15);
          const charged = Math.min(left, state.takeCharge());
          left -= charged;
          budget -= charged;
        }
        if (fault !== faults.none) {
          left++;
          stop = { kind: 'exception', cause: fault, pc: (ip + start) >>> 0, address: address >>> 0 };
          break;
        }
      }
      ip += f >> 12;
      if (stop === waitiStop) break;
    }
    state.instructions += budget - left;
    state.pc = (ip + start) >>> 0;
    return stop;
  }

  /** Executes in the region that begins at an address. Returns the address of the next instruction, undefined when it did nothing. */
  #runRegion(pc: number, left: number): number | undefined {
    const entry = this.#code.regions.at(pc);
    if (entry === undefined) return undefined;
    const next = entry.region.run(entry.block, left) >>> 0;
    const rest = this.#state.shared[1] ?? 0;
    if (rest === left) return undefined;
    this.translated += left - rest;
    this.#code.left(next);
    return next;
  }

  /** Loads or stores register t outside of data RAM or where that is unaligned. Returns the fault. */
  #access(op: number, address: number, t: number): number {
    const memory = this.#memory;
    const { registers } = this.#state;
    const effect = effectOf(op);
    if (effect?.kind === 'load') {
      const value = memory.load(address, effect.width);
      if (memory.fault === faults.none) registers[t] = effect.signed ? (value << 16) >> 16 : value;
    } else if (effect?.kind === 'store') {
      const value = registers[t] ?? 0;
      memory.store(
        address,
        effect.width,
        effect.width === 4 ? value >>> 0 : value & (256 ** effect.width - 1),
      );
    }
    const { fault } = memory;
    memory.fault = faults.none;
    return fault;
  }
}
