import { codeWindow } from '../../sdk/memoryMap';
import { decode, Op as operations, SpecialRegister } from './decode';
import {
  dataRam as dataRegion,
  faults as faultCauses,
  flashWindow,
  instructionRam,
  type Memory,
} from './memory';
import { Regions, type Tier } from './regions';
import type { Intrinsic, Region } from './translate';

// In modules that are not bundled an imported name is a getter, far too slow for the loop below.
const Op = operations;
const dataRam = dataRegion;
const faults = faultCauses;

/** Why {@link Cpu.run} has come back. */
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

/** Runs instead of the code at an address. It must leave `cpu.pc` where execution goes on, normally register a0. */
export type Hook = (cpu: Cpu) => void;

/** The gap in the window is never fetched from. */
const windowStart = codeWindow.address;
const windowSize = codeWindow.size;

/** Firmware can make a hook return to itself; so many without an instruction between them end a run. */
const mostHooksInARow = 10_000;

const budgetStop: Stop = { kind: 'budget' };
const breakpointStop: Stop = { kind: 'breakpoint' };
const requestedStop: Stop = { kind: 'requested' };
const waitiStop: Stop = { kind: 'waiti' };

/**
 * An LX106 that decodes every instruction once and then executes from tables with an entry for each byte of code
 * memory. Hooks and breakpoints are operations put into the table, so they cost nothing elsewhere.
 */
export class Cpu {
  readonly memory: Memory;
  /** a0 to a15. */
  readonly registers: Int32Array;
  pc = 0;
  ps = 0x1f;
  /** Instructions retired so far; hooks count what they charge. */
  instructions = 0;
  readonly #special = new Int32Array(256);
  readonly #hooks = new Map<number, Hook>();
  readonly #breakpoints = new Set<number>();
  readonly #intrinsics = new Map<number, Intrinsic>();
  #stopRequested = false;
  /** What the hook or the peripheral that works has charged so far. */
  #charged = 0;
  /** Where a hook has left pc as it was: it goes on there, whatever breakpoint stands at the address. */
  #unfinishedAt: number | undefined;
  #translated = 0;
  /** SAR, then how many instructions a region has left over. */
  readonly #shared: Int32Array;
  readonly #regions: Regions;

  readonly #op = new Uint8Array(windowSize);
  /** The operation of the instruction itself where a region begins. */
  readonly #under = new Uint8Array(windowSize);
  /** r, s, t in four bits each, then the length of the instruction. */
  readonly #fields = new Uint16Array(windowSize);
  /** Immediate value; for branches the index of the target, for L32R the index of the literal's word in the buffer. */
  readonly #immediate = new Int32Array(windowSize);
  /** The constant that a branch compares with, the mask of EXTUI. */
  readonly #constant = new Int32Array(windowSize);
  readonly #dataWords: Int32Array;
  readonly #dataHalves: Uint16Array;

  constructor(memory: Memory, tier: Tier = 'mixed') {
    this.memory = memory;
    this.registers = new Int32Array(memory.buffer, memory.state.registers, 16);
    this.#shared = new Int32Array(memory.buffer, memory.state.sar, 2);
    this.#regions = new Regions(tier, {
      memory,
      isSpecial: address => this.#breakpoints.has(address) || this.#hooks.has(address),
      intrinsic: address => this.#intrinsics.get(address),
    });
    this.#dataWords = new Int32Array(memory.buffer, 0, memory.buffer.byteLength >> 2);
    this.#dataHalves = new Uint16Array(memory.buffer, dataRam.offset, dataRam.size >> 1);
    memory.onCodeWrite = (address, length) => {
      this.#forget(address, length);
    };
  }

  /** How many of the instructions were executed by translated code. */
  get translatedInstructions(): number {
    return this.#translated;
  }

  /** Shift amount, 0 to 63. */
  get sar(): number {
    return this.#shared[0] ?? 0;
  }

  set sar(value: number) {
    this.#shared[0] = value;
  }

  /** As after power-on; memory, hooks and breakpoints stay. */
  reset(): void {
    this.registers.fill(0);
    this.#special.fill(0);
    this.pc = 0;
    this.sar = 0;
    this.ps = 0x1f;
    this.instructions = 0;
    this.#charged = 0;
    this.#unfinishedAt = undefined;
    this.#stopRequested = false;
  }

  /** Puts a hook at an address, which may lie where no memory is. */
  setHook(address: number, hook: Hook): void {
    this.#hooks.set(address >>> 0, hook);
    this.#forgetAt(address);
  }

  removeHook(address: number): void {
    this.#hooks.delete(address >>> 0);
    this.#intrinsics.delete(address >>> 0);
    this.#forgetAt(address);
  }

  /** Says what a hook computes, so that translated code can do it in place. */
  setIntrinsic(address: number, intrinsic: Intrinsic): void {
    this.#intrinsics.set(address >>> 0, intrinsic);
  }

  setBreakpoint(address: number): void {
    this.#breakpoints.add(address >>> 0);
    this.#forgetAt(address);
  }

  removeBreakpoint(address: number): void {
    this.#breakpoints.delete(address >>> 0);
    this.#forgetAt(address);
  }

  /**
   * The hook or the peripheral that calls this has done as much work as so many instructions: they count as retired, and use up the
   * budget as those do.
   */
  charge(instructions: number): void {
    this.#charged += instructions;
  }

  /** What has been charged since this was last asked. */
  #takeCharge(): number {
    const charged = this.#charged;
    this.#charged = 0;
    this.instructions += charged;
    return charged;
  }

  /** Makes {@link run} come back after the hook that calls this. */
  requestStop(): void {
    this.#stopRequested = true;
  }

  /** Executes one instruction or one hook, also where a breakpoint stands; whether one stands behind it does not matter. */
  step(): Stop {
    const pc = this.pc >>> 0;
    const hook = this.#hooks.get(pc);
    if (hook !== undefined) return this.#callHook(hook);
    const stop = this.#breakpoints.has(pc) ? this.#stepOverBreakpoint(pc) : this.#interpret(1);
    return stop === breakpointStop ? budgetStop : stop;
  }

  #stepOverBreakpoint(pc: number): Stop {
    this.removeBreakpoint(pc);
    try {
      return this.#interpret(1);
    } finally {
      this.setBreakpoint(pc);
    }
  }

  #callHook(hook: Hook): Stop {
    const pc = this.pc >>> 0;
    hook(this);
    this.#takeCharge();
    this.#unfinishedAt = this.pc >>> 0 === pc ? pc : undefined;
    if (!this.#stopRequested) return budgetStop;
    this.#stopRequested = false;
    return requestedStop;
  }

  /** Drops what was decoded where these bytes are part of an instruction. */
  #forget(address: number, length: number): void {
    const end = (address >>> 0) + length - windowStart;
    const start = Math.max(0, (address >>> 0) - windowStart - 2);
    if (start >= windowSize || end <= 0) return;
    this.#op.fill(Op.undecoded, start, Math.min(end, windowSize));
    this.#dropRegions(windowStart + start, windowStart + end);
  }

  /** Drops what was decoded at an address where a hook or breakpoint comes or goes. */
  #forgetAt(address: number): void {
    const index = (address >>> 0) - windowStart;
    if (index < 0 || index >= windowSize) return;
    this.#op[index] = Op.undecoded;
    this.#dropRegions(address >>> 0, (address >>> 0) + 1);
  }

  #dropRegions(start: number, end: number): void {
    for (const entry of this.#regions.drop(start, end)) this.#op[entry - windowStart] = Op.undecoded;
  }

  /** What was put at an index, inside or outside of the tables: a breakpoint goes before a hook. */
  #placedOp(index: number): number {
    const pc = (index + windowStart) >>> 0;
    if (this.#breakpoints.has(pc)) return Op.breakpoint;
    return this.#hooks.has(pc) ? Op.hook : Op.outside;
  }

  /** Fills the tables for the instruction at an index. */
  #decode(index: number): void {
    const pc = windowStart + index;
    if (this.#breakpoints.has(pc) || this.#hooks.has(pc)) {
      this.#op[index] = this.#placedOp(index);
      return;
    }
    const { memory } = this;
    const instruction = decode(
      pc,
      memory.readByte(pc) ?? 0,
      memory.readByte(pc + 1) ?? 0,
      memory.readByte(pc + 2) ?? 0,
    );
    if (!memory.isMapped(pc, instruction.length)) {
      this.#op[index] = Op.outside;
      return;
    }
    let { op, immediate } = instruction;
    // A target outside of the window becomes an index outside of the tables, which the loop looks at first.
    if (op === Op.call0 || (op >= Op.j && op <= Op.bbsi)) immediate -= windowStart;
    else if (op === Op.l32r) {
      const word = literalIndex(immediate);
      if (word === undefined) op = Op.l32rSlow;
      else immediate = word;
    }
    this.#fields[index] =
      instruction.r | (instruction.s << 4) | (instruction.t << 8) | (instruction.length << 12);
    this.#immediate[index] = immediate;
    this.#constant[index] = instruction.constant;
    this.#under[index] = op;
    this.#op[index] = this.#regions.at(pc) === undefined ? op : Op.region;
  }

  /** Executes up to `budget` instructions; stops before an instruction with a breakpoint, also before the first. */
  run(budget: number): Stop {
    for (let left = budget; ;) {
      const before = this.instructions;
      const stop = this.#interpret(Math.min(left, this.#regions.sliceAt(this.pc >>> 0)));
      left -= this.instructions - before;
      if (stop !== budgetStop || left <= 0 || this.instructions === before) return stop;
      this.#sample();
    }
  }

  /** Where the CPU happens to be after a slice is where it spends its time: that code is translated. */
  #sample(): void {
    const pc = this.pc >>> 0;
    const index = pc - windowStart;
    if (index < 0 || index >= windowSize || this.#placedOp(index) !== Op.outside) return;
    if (this.#regions.full) this.#dropRegions(windowStart, windowStart + windowSize);
    this.#enter(this.#regions.sample(pc));
  }

  /** Puts the entries of a new region into the table. */
  #enter(region: Region | undefined): void {
    if (region === undefined) return;
    for (const address of region.entries.keys()) {
      const index = address - windowStart;
      const op = this.#op[index];
      if (op !== undefined && op > Op.region) this.#op[index] = Op.region;
    }
  }

  /** Executes in the region that begins at an address. Returns the address of the next instruction, undefined when it did nothing. */
  #runRegion(pc: number, left: number): number | undefined {
    const entry = this.#regions.at(pc);
    if (entry === undefined) return undefined;
    const next = entry.region.run(entry.block, left) >>> 0;
    const rest = this.#shared[1] ?? 0;
    if (rest === left) return undefined;
    this.#translated += left - rest;
    if (this.#op[next - windowStart] !== Op.region) this.#enter(this.#regions.left(next));
    return next;
  }

  #interpret(budget: number): Stop {
    const R = this.registers;
    const OP = this.#op;
    const F = this.#fields;
    const IMM = this.#immediate;
    const K = this.#constant;
    const SHARED = this.#shared;
    const words = this.#dataWords;
    const halves = this.#dataHalves;
    const bytes = this.memory.bytes;
    const memory = this.memory;
    const base = dataRam.address;
    const size = dataRam.size;
    let left = budget;
    let hooksInARow = 0;
    let ip = ((this.pc >>> 0) - windowStart) | 0;
    let stop: Stop = budgetStop;
    if (this.pc >>> 0 !== this.#unfinishedAt) this.#unfinishedAt = undefined;

    const regions = budget > this.#regions.shortest;
    const { eager } = this.#regions;
    for (;;) {
      let op = ip >= 0 && ip < windowSize ? (OP[ip] ?? 0) : this.#placedOp(ip);
      if (op === Op.region) {
        const next = regions && left > 0 ? this.#runRegion(ip + windowStart, left) : undefined;
        if (next !== undefined) {
          left = SHARED[1] ?? 0;
          ip = (next - windowStart) | 0;
          if (eager) break;
          continue;
        }
        op = this.#under[ip] ?? 0;
      }
      if (op < Op.add) {
        if (op === Op.undecoded) {
          this.#decode(ip);
          continue;
        }
        const pc = (ip + windowStart) >>> 0;
        if (op === Op.breakpoint) {
          if (pc !== this.#unfinishedAt) {
            stop = breakpointStop;
            break;
          }
          op = Op.hook;
        }
        if (left <= 0) break;
        if (op !== Op.hook) {
          stop =
            op === Op.illegal
              ? { kind: 'exception', cause: faults.illegalInstruction, pc, address: 0 }
              : { kind: 'exception', cause: faults.fetchProhibited, pc, address: pc };
          break;
        }
        hooksInARow = left === budget ? hooksInARow + 1 : 1;
        if (hooksInARow > mostHooksInARow) break;
        this.pc = pc;
        this.instructions += budget - left;
        this.#hooks.get(pc)?.(this);
        left = Math.max(0, left - this.#takeCharge());
        budget = left;
        ip = ((this.pc >>> 0) - windowStart) | 0;
        this.#unfinishedAt = this.pc >>> 0 === pc ? pc : undefined;
        if (this.#stopRequested) {
          this.#stopRequested = false;
          stop = requestedStop;
          break;
        }
        continue;
      }
      if (--left < 0) {
        left = 0;
        break;
      }
      const f = F[ip] ?? 0;
      const r = f & 15;
      const s = (f >> 4) & 15;
      const t = (f >> 8) & 15;
      const a = R[s] ?? 0;
      const b = R[t] ?? 0;
      const imm = IMM[ip] ?? 0;
      let address = 0;
      let fault: number = faults.none;
      // prettier-ignore -- a line an instruction reads better here
      switch (op) {
        case Op.add:
          R[r] = a + b;
          break;
        case Op.addx2:
          R[r] = (a << 1) + b;
          break;
        case Op.addx4:
          R[r] = (a << 2) + b;
          break;
        case Op.addx8:
          R[r] = (a << 3) + b;
          break;
        case Op.sub:
          R[r] = a - b;
          break;
        case Op.subx2:
          R[r] = (a << 1) - b;
          break;
        case Op.subx4:
          R[r] = (a << 2) - b;
          break;
        case Op.subx8:
          R[r] = (a << 3) - b;
          break;
        case Op.and:
          R[r] = a & b;
          break;
        case Op.or:
          R[r] = a | b;
          break;
        case Op.xor:
          R[r] = a ^ b;
          break;
        case Op.neg:
          R[r] = -b;
          break;
        case Op.abs:
          R[r] = b < 0 ? -b : b;
          break;
        case Op.addi:
          R[t] = a + imm;
          break;
        case Op.movi:
          R[t] = imm;
          break;
        case Op.mov:
          R[t] = a;
          break;
        case Op.moveqz:
          if (b === 0) R[r] = a;
          break;
        case Op.movnez:
          if (b !== 0) R[r] = a;
          break;
        case Op.movltz:
          if (b < 0) R[r] = a;
          break;
        case Op.movgez:
          if (b >= 0) R[r] = a;
          break;
        case Op.slli:
          R[r] = imm === 32 ? 0 : a << imm;
          break;
        case Op.srai:
          R[r] = b >> imm;
          break;
        case Op.srli:
          R[r] = b >>> imm;
          break;
        case Op.extui:
          R[r] = (b >>> imm) & (K[ip] ?? 0);
          break;
        case Op.ssr:
          SHARED[0] = a & 31;
          break;
        case Op.ssl:
          SHARED[0] = 32 - (a & 31);
          break;
        case Op.ssa8l:
          SHARED[0] = (a & 3) << 3;
          break;
        case Op.ssa8b:
          SHARED[0] = 32 - ((a & 3) << 3);
          break;
        case Op.ssai:
          SHARED[0] = imm;
          break;
        case Op.src: {
          const n = SHARED[0] ?? 0;
          R[r] = n === 0 ? b : n === 32 ? a : n < 32 ? (a << (32 - n)) | (b >>> n) : a >>> (n - 32);
          break;
        }
        case Op.srl:
          R[r] = (SHARED[0] ?? 0) > 31 ? 0 : b >>> (SHARED[0] ?? 0);
          break;
        case Op.sll:
          R[r] =
            SHARED[0] === 0 || (SHARED[0] ?? 0) > 32
              ? 0
              : SHARED[0] === 32
                ? a
                : a << (32 - (SHARED[0] ?? 0));
          break;
        case Op.sra:
          R[r] = b >> ((SHARED[0] ?? 0) > 31 ? 31 : (SHARED[0] ?? 0));
          break;
        case Op.mul16u:
          R[r] = Math.imul(a & 0xffff, b & 0xffff);
          break;
        case Op.mul16s:
          R[r] = Math.imul((a << 16) >> 16, (b << 16) >> 16);
          break;
        case Op.mull:
          R[r] = Math.imul(a, b);
          break;
        case Op.nsa:
          R[t] = Math.clz32(a < 0 ? ~a : a) - 1;
          break;
        case Op.nsau:
          R[t] = Math.clz32(a);
          break;
        case Op.l8ui: {
          address = a + imm;
          const offset = (address - base) >>> 0;
          if (offset < size) R[t] = bytes[offset] ?? 0;
          else {
            const value = memory.load(address, 1);
            if (memory.fault === faults.none) R[t] = value;
            else fault = memory.fault;
          }
          break;
        }
        case Op.l16ui: {
          address = a + imm;
          const offset = (address - base) >>> 0;
          if (offset < size && (offset & 1) === 0) R[t] = halves[offset >> 1] ?? 0;
          else {
            const value = memory.load(address, 2);
            if (memory.fault === faults.none) R[t] = value;
            else fault = memory.fault;
          }
          break;
        }
        case Op.l16si: {
          address = a + imm;
          const offset = (address - base) >>> 0;
          if (offset < size && (offset & 1) === 0) R[t] = ((halves[offset >> 1] ?? 0) << 16) >> 16;
          else {
            const value = memory.load(address, 2);
            if (memory.fault === faults.none) R[t] = (value << 16) >> 16;
            else fault = memory.fault;
          }
          break;
        }
        case Op.l32i: {
          address = a + imm;
          const offset = (address - base) >>> 0;
          if (offset < size && (offset & 3) === 0) R[t] = words[offset >> 2] ?? 0;
          else {
            const value = memory.load(address, 4);
            if (memory.fault === faults.none) R[t] = value;
            else fault = memory.fault;
          }
          break;
        }
        case Op.s8i: {
          address = a + imm;
          const offset = (address - base) >>> 0;
          if (offset < size) bytes[offset] = b;
          else {
            memory.store(address, 1, b & 0xff);
            fault = memory.fault;
            const charged = Math.min(left, this.#takeCharge());
            left -= charged;
            budget -= charged;
          }
          break;
        }
        case Op.s16i: {
          address = a + imm;
          const offset = (address - base) >>> 0;
          if (offset < size && (offset & 1) === 0) halves[offset >> 1] = b;
          else {
            memory.store(address, 2, b & 0xffff);
            fault = memory.fault;
            const charged = Math.min(left, this.#takeCharge());
            left -= charged;
            budget -= charged;
          }
          break;
        }
        case Op.s32i: {
          address = a + imm;
          const offset = (address - base) >>> 0;
          if (offset < size && (offset & 3) === 0) words[offset >> 2] = b;
          else {
            memory.store(address, 4, b >>> 0);
            fault = memory.fault;
            const charged = Math.min(left, this.#takeCharge());
            left -= charged;
            budget -= charged;
          }
          break;
        }
        case Op.l32r:
          R[t] = words[imm] ?? 0;
          break;
        case Op.l32rSlow: {
          address = imm;
          const value = memory.load(address, 4);
          if (memory.fault === faults.none) R[t] = value;
          else fault = memory.fault;
          break;
        }
        case Op.call0:
          R[0] = ip + (windowStart + 3);
          ip = imm;
          continue;
        case Op.callx0:
          R[0] = ip + (windowStart + 3);
          ip = (a - windowStart) | 0;
          continue;
        case Op.ret:
          ip = ((R[0] ?? 0) - windowStart) | 0;
          continue;
        case Op.jx:
          ip = (a - windowStart) | 0;
          continue;
        case Op.j:
          ip = imm;
          continue;
        case Op.beqz:
          if (a === 0) {
            ip = imm;
            continue;
          }
          break;
        case Op.bnez:
          if (a !== 0) {
            ip = imm;
            continue;
          }
          break;
        case Op.bltz:
          if (a < 0) {
            ip = imm;
            continue;
          }
          break;
        case Op.bgez:
          if (a >= 0) {
            ip = imm;
            continue;
          }
          break;
        case Op.beqi:
          if (a === (K[ip] ?? 0)) {
            ip = imm;
            continue;
          }
          break;
        case Op.bnei:
          if (a !== (K[ip] ?? 0)) {
            ip = imm;
            continue;
          }
          break;
        case Op.blti:
          if (a < (K[ip] ?? 0)) {
            ip = imm;
            continue;
          }
          break;
        case Op.bgei:
          if (a >= (K[ip] ?? 0)) {
            ip = imm;
            continue;
          }
          break;
        case Op.bltui:
          if (a >>> 0 < (K[ip] ?? 0)) {
            ip = imm;
            continue;
          }
          break;
        case Op.bgeui:
          if (a >>> 0 >= (K[ip] ?? 0)) {
            ip = imm;
            continue;
          }
          break;
        case Op.beq:
          if (a === b) {
            ip = imm;
            continue;
          }
          break;
        case Op.bne:
          if (a !== b) {
            ip = imm;
            continue;
          }
          break;
        case Op.blt:
          if (a < b) {
            ip = imm;
            continue;
          }
          break;
        case Op.bge:
          if (a >= b) {
            ip = imm;
            continue;
          }
          break;
        case Op.bltu:
          if (a >>> 0 < b >>> 0) {
            ip = imm;
            continue;
          }
          break;
        case Op.bgeu:
          if (a >>> 0 >= b >>> 0) {
            ip = imm;
            continue;
          }
          break;
        case Op.bnone:
          if ((a & b) === 0) {
            ip = imm;
            continue;
          }
          break;
        case Op.bany:
          if ((a & b) !== 0) {
            ip = imm;
            continue;
          }
          break;
        case Op.ball:
          if ((~a & b) === 0) {
            ip = imm;
            continue;
          }
          break;
        case Op.bnall:
          if ((~a & b) !== 0) {
            ip = imm;
            continue;
          }
          break;
        case Op.bbc:
          if (((a >>> (b & 31)) & 1) === 0) {
            ip = imm;
            continue;
          }
          break;
        case Op.bbs:
          if (((a >>> (b & 31)) & 1) !== 0) {
            ip = imm;
            continue;
          }
          break;
        case Op.bbci:
          if (((a >>> (K[ip] ?? 0)) & 1) === 0) {
            ip = imm;
            continue;
          }
          break;
        case Op.bbsi:
          if (((a >>> (K[ip] ?? 0)) & 1) !== 0) {
            ip = imm;
            continue;
          }
          break;
        case Op.nop:
          break;
        case Op.rsr:
          R[t] = this.#readSpecial(imm, this.instructions + budget - left - 1);
          break;
        case Op.wsr:
          this.#writeSpecial(imm, b, this.instructions + budget - left - 1);
          break;
        case Op.xsr: {
          const now = this.instructions + budget - left - 1;
          const old = this.#readSpecial(imm, now);
          this.#writeSpecial(imm, b, now);
          R[t] = old;
          break;
        }
        case Op.rsil:
          R[t] = this.ps;
          this.ps = (this.ps & ~15) | imm;
          break;
        case Op.rfe:
          this.ps &= ~0x10;
          ip = ((this.#special[SpecialRegister.epc1] ?? 0) - windowStart) | 0;
          continue;
        case Op.rfi:
          this.ps = this.#special[192 + imm] ?? 0;
          ip = ((this.#special[176 + imm] ?? 0) - windowStart) | 0;
          continue;
        case Op.waiti:
          this.ps = (this.ps & ~15) | imm;
          stop = waitiStop;
          break;
        case Op.syscall:
          fault = faults.syscall;
          break;
        default:
          // BREAK: nobody is at the chip's debug port, so it is as fatal as an illegal instruction.
          fault = faults.illegalInstruction;
          break;
      }
      if (fault !== faults.none) {
        memory.fault = faults.none;
        left++;
        stop = {
          kind: 'exception',
          cause: fault,
          pc: (ip + windowStart) >>> 0,
          address: address >>> 0,
        };
        break;
      }
      ip += f >> 12;
      if (stop === waitiStop) break;
    }
    this.instructions += budget - left;
    this.pc = (ip + windowStart) >>> 0;
    return stop;
  }

  /** `now` is the number of instructions retired, which CCOUNT counts. */
  #readSpecial(number: number, now: number): number {
    switch (number) {
      case SpecialRegister.sar:
        return this.sar;
      case SpecialRegister.ps:
        return this.ps;
      case SpecialRegister.ccount:
        return (this.#special[number] ?? 0) + now;
      default:
        return this.#special[number] ?? 0;
    }
  }

  #writeSpecial(number: number, value: number, now: number): void {
    if (number === SpecialRegister.sar) this.sar = value & 63;
    else if (number === SpecialRegister.ps) this.ps = value;
    else if (number === SpecialRegister.ccount) this.#special[number] = value - now;
    else this.#special[number] = value;
  }
}

/** The index of the literal's word in the memory's buffer; undefined where a plain read would be wrong. */
function literalIndex(address: number): number | undefined {
  for (const region of [instructionRam, flashWindow]) {
    const inside = address - region.address;
    if (inside >= 0 && inside < region.size) return (inside + region.offset) >> 2;
  }
  return undefined;
}
