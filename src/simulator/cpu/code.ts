import { codeWindow } from '../../sdk/memoryMap';
import type { Intrinsic } from './blocks';
import { decodeAt, firstOp, Op, Slot } from './decode';
import { codeOffset, type Memory } from './memory';
import { Regions, type Tier } from './regions';
import type { Region } from './translate';

/** The gap in the window is never fetched from. */
const { address: windowStart, size: windowSize } = codeWindow;

/**
 * What the CPU knows of the code in memory: every instruction decoded once, in tables with an entry for each byte. Hooks and
 * breakpoints are operations put into the table, so they cost nothing elsewhere; so are the entries of translated regions.
 */
export class Code {
  readonly regions: Regions;
  /** What is to be done at each index: one of {@link Slot} or an instruction's number. */
  readonly op = new Uint8Array(windowSize);
  /** The operation of the instruction itself where a region begins. */
  readonly under = new Uint8Array(windowSize);
  /** r, s, t in four bits each, then the length of the instruction. */
  readonly fields = new Uint16Array(windowSize);
  /** Immediate value; where it is a known address of code its index, for L32R the index of the literal's word in the buffer. */
  readonly immediate = new Int32Array(windowSize);
  readonly constant = new Int32Array(windowSize);
  readonly #memory: Memory;
  readonly #hooks = new Map<number, () => void>();
  readonly #breakpoints = new Set<number>();
  readonly #intrinsics = new Map<number, Intrinsic>();

  constructor(memory: Memory, tier: Tier) {
    this.#memory = memory;
    this.regions = new Regions(tier, {
      memory,
      isSpecial: address => this.#breakpoints.has(address) || this.#hooks.has(address),
      intrinsic: address => this.#intrinsics.get(address),
    });
    memory.onCodeWrite = (address, length) => {
      this.#forget(address, length);
    };
  }

  /** What runs instead of the code at an address, which may lie where no memory is. */
  hookAt(address: number): (() => void) | undefined {
    return this.#hooks.get(address);
  }

  setHook(address: number, hook: () => void): void {
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

  hasBreakpoint(address: number): boolean {
    return this.#breakpoints.has(address);
  }

  setBreakpoint(address: number): void {
    this.#breakpoints.add(address >>> 0);
    this.#forgetAt(address);
  }

  removeBreakpoint(address: number): void {
    this.#breakpoints.delete(address >>> 0);
    this.#forgetAt(address);
  }

  /** What was put at an index, inside or outside of the tables: a breakpoint goes before a hook. */
  placed(index: number): number {
    const pc = (index + windowStart) >>> 0;
    if (this.#breakpoints.has(pc)) return Slot.breakpoint;
    return this.#hooks.has(pc) ? Slot.hook : Slot.outside;
  }

  /** Fills the tables for the instruction at an index. */
  decode(index: number): void {
    const pc = windowStart + index;
    const placed = this.placed(index);
    if (placed !== Slot.outside) {
      this.op[index] = placed;
      return;
    }
    const instruction = decodeAt(this.#memory, pc);
    if (instruction === undefined) {
      this.op[index] = Slot.outside;
      return;
    }
    let { op, immediate } = instruction;
    const { r, s, t, length, effect, constant } = instruction;
    if (effect.kind === 'literal') {
      const offset = codeOffset(immediate);
      if (offset === undefined) op = Op.l32rOutside;
      else immediate = offset >> 2;
    } else if (effect.kind === 'branch' || ('to' in effect && effect.to === 'immediate')) {
      // A target outside of the window becomes an index outside of the tables, which the interpreter looks at first.
      immediate -= windowStart;
    }
    this.fields[index] = r | (s << 4) | (t << 8) | (length << 12);
    this.immediate[index] = immediate;
    this.constant[index] = constant;
    this.under[index] = op;
    this.op[index] = this.regions.at(pc) === undefined ? op : Slot.region;
  }

  /** The CPU happens to be at this address after a slice: what it spends its time on is translated. */
  sample(pc: number): void {
    const index = pc - windowStart;
    if (index < 0 || index >= windowSize || this.placed(index) !== Slot.outside) return;
    if (this.regions.full) this.#dropRegions(windowStart, windowStart + windowSize);
    this.#enter(this.regions.sample(pc));
  }

  /** A region was left for this address. */
  left(next: number): void {
    if (this.op[next - windowStart] !== Slot.region) this.#enter(this.regions.left(next));
  }

  /** Puts the entries of a new region into the table. */
  #enter(region: Region | undefined): void {
    if (region === undefined) return;
    for (const address of region.entries.keys()) {
      const index = address - windowStart;
      const op = this.op[index];
      if (op !== undefined && op >= firstOp) this.op[index] = Slot.region;
    }
  }

  /** Drops what was decoded where these bytes are part of an instruction. */
  #forget(address: number, length: number): void {
    const end = (address >>> 0) + length - windowStart;
    const start = Math.max(0, (address >>> 0) - windowStart - 2);
    if (start >= windowSize || end <= 0) return;
    this.op.fill(Slot.undecoded, start, Math.min(end, windowSize));
    this.#dropRegions(windowStart + start, windowStart + end);
  }

  /** Drops what was decoded at an address where a hook or breakpoint comes or goes. */
  #forgetAt(address: number): void {
    const index = (address >>> 0) - windowStart;
    if (index < 0 || index >= windowSize) return;
    this.op[index] = Slot.undecoded;
    this.#dropRegions(address >>> 0, (address >>> 0) + 1);
  }

  #dropRegions(start: number, end: number): void {
    for (const entry of this.regions.drop(start, end)) this.op[entry - windowStart] = Slot.undecoded;
  }
}
