import { decode, type Instruction, Op } from './decode';
import { dataRam, flashWindow, instructionRam, type Memory } from './memory';
import { buildModule, CodeWriter, W } from './wasm';

/** A piece of firmware as a WebAssembly function: all that can be reached from its entry by known jumps, branches, calls and returns. */
export interface Region {
  /** Where execution can enter, each with the number of its block. */
  entries: ReadonlyMap<number, number>;
  /** First byte and first byte behind, of each run of instructions. */
  ranges: readonly (readonly [number, number])[];
  /**
   * Executes from a block on, at most `left` instructions. Returns the address of the next instruction; how many are left lies in
   * the memory at {@link Memory.state}.
   */
  run: (block: number, left: number) => number;
}

/** A function of the ROM that is done in place: 64-bit products of two words or of two pairs of words. */
export type Intrinsic = 'umulsidi3' | 'muldi3';

export interface Surroundings {
  memory: Memory;
  /** Whether something else than the instruction is to happen at an address: a hook or a breakpoint. */
  isSpecial(address: number): boolean;
  intrinsic(address: number): Intrinsic | undefined;
}

interface Step extends Instruction {
  address: number;
  /** A call of the ROM that is done in place, and the address that was called. */
  inPlace?: { intrinsic: Intrinsic; target: number } | undefined;
}

interface Block {
  address: number;
  steps: Step[];
  /** The address behind the last instruction. */
  end: number;
}

/** Larger regions, in steps, take long to compile, and the first run of each part of them does not get faster. */
const largestRegion = 1000;
/** A larger function is worth being entered from outside. */
const largestCallee = 60;
const mostBlocks = 200;
const longestBlock = 60;

/** Locals of the function: parameters first. */
const local = { block: 0, left: 1, register: 2, sar: 18, next: 19, address: 20, wide: 21 } as const;
const locals = { i32: 19, i64: 1 };

/** Instructions that only the interpreter executes. */
const interpreted = new Set<number>([
  Op.illegal,
  Op.l32rSlow,
  Op.rsr,
  Op.wsr,
  Op.xsr,
  Op.rsil,
  Op.waiti,
  Op.rfe,
  Op.rfi,
  Op.syscall,
  Op.break,
]);

/** Translates the code from an address on; undefined when there is nothing worth it. */
export function translate(entry: number, around: Surroundings): Region | undefined {
  const blocks = findBlocks(entry, around);
  const [first] = blocks;
  if (first === undefined || blocks.every(({ steps }) => steps.length === 0)) return undefined;
  const code = new Translator(blocks, around).write();
  const bytes = buildModule(code, around.memory.pages, locals);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    cpu: { memory: around.memory.wasm },
  });
  const { run } = instance.exports;
  if (typeof run !== 'function') throw new Error('a translated region has no function');
  return {
    entries: new Map(
      blocks.filter(({ steps }) => steps.length > 0).map(({ address }, index) => [address, index]),
    ),
    ranges: blocks.map(({ address, end }) => [address, end]),
    run: run as Region['run'],
  };
}

function isBranch(op: number): boolean {
  return op >= Op.beqz && op <= Op.bbsi;
}

/** The blocks of a region, by address: those of the function that it begins in, and of the small functions that this one calls. */
function findBlocks(entry: number, around: Surroundings): Block[] {
  const scanned = new Map<number, Step[]>();
  const { callees } = scanFunction(entry, around, scanned, largestRegion);
  let room = largestRegion - stepsOf(scanned);
  // Grows while it is gone through.
  for (const callee of callees) {
    if (scanned.has(callee)) continue;
    const found = new Map<number, Step[]>();
    const { whole, callees: others } = scanFunction(callee, around, found, Math.min(room, largestCallee));
    // A part of a function would be left for the rest of it at each call.
    if (!whole) continue;
    for (const [address, steps] of found) scanned.set(address, steps);
    for (const other of others) callees.add(other);
    room -= stepsOf(found);
  }
  return [...scanned]
    .sort(([a], [b]) => a - b)
    .map(([address, found]) => {
      // A block that runs into the start of another ends there.
      const at = found.findIndex((step, index) => index > 0 && scanned.has(step.address));
      const own = at < 0 ? found : found.slice(0, at);
      const last = own.at(-1);
      return { address, steps: own, end: last === undefined ? address : last.address + last.length };
    })
    .filter(({ steps: own }) => own.length > 0);
}

function stepsOf(blocks: ReadonlyMap<number, Step[]>): number {
  let count = 0;
  for (const steps of blocks.values()) count += steps.length;
  return count;
}

/**
 * Adds the blocks that jumps and branches reach from an address to those found, up to about so many steps; `whole` when there are
 * no others. A block ends before what only the interpreter does.
 */
function scanFunction(
  entry: number,
  around: Surroundings,
  found: Map<number, Step[]>,
  room: number,
): { whole: boolean; callees: Set<number> } {
  const callees = new Set<number>();
  const queue = new Set<number>();
  const mayEnter = (target: number) => around.memory.isExecutable(target) && !around.isSpecial(target);
  const add = (target: number) => {
    if (mayEnter(target)) queue.add(target);
  };
  let steps = 0;
  add(entry);
  // Grows while it is gone through.
  for (const start of queue) {
    if (steps >= room || found.size >= mostBlocks) return { whole: false, callees };
    const block = scan(start, around, queue);
    found.set(start, block);
    steps += block.length;
    const last = block.at(-1);
    if (last === undefined) continue;
    const { op, immediate } = last;
    if (op !== Op.j && op !== Op.ret && op !== Op.jx) add(last.address + last.length);
    if (op === Op.j || isBranch(op)) add(immediate);
    if (last.inPlace !== undefined) continue;
    const called = op === Op.call0 ? [immediate] : op === Op.callx0 ? calledBy(block, around) : [];
    for (const target of called) if (mayEnter(target)) callees.add(target);
  }
  return { whole: true, callees };
}

/** Instructions from an address on, up to and with the first that jumps, or up to a block that is known. */
function scan(start: number, around: Surroundings, known: ReadonlySet<number>): Step[] {
  const { memory } = around;
  const steps: Step[] = [];
  for (let address = start; steps.length < longestBlock;) {
    if (address !== start && (known.has(address) || around.isSpecial(address))) break;
    if (!memory.isMapped(address, 2)) break;
    const instruction = decode(
      address,
      memory.readByte(address) ?? 0,
      memory.readByte(address + 1) ?? 0,
      memory.readByte(address + 2) ?? 0,
    );
    if (!memory.isMapped(address, instruction.length) || interpreted.has(instruction.op)) break;
    if (instruction.op === Op.l32r && literalOffset(instruction.immediate) === undefined) break;
    const step: Step = { ...instruction, address };
    steps.push(step);
    step.inPlace = callInPlace(steps, around);
    if (step.inPlace === undefined && ((step.op >= Op.call0 && step.op <= Op.j) || isBranch(step.op))) break;
    address += step.length;
  }
  return steps;
}

/** Where a literal lies in the memory's buffer; undefined outside of code memory. */
function literalOffset(address: number): number | undefined {
  for (const region of [instructionRam, flashWindow]) {
    const inside = address - region.address;
    if (inside >= 0 && inside < region.size) return inside + region.offset;
  }
  return undefined;
}

/** The function that a CALLX0 calls when the literal was loaded just before. */
function calledBy(steps: readonly Step[], around: Surroundings): number[] {
  const call = steps.at(-1);
  const load = steps.at(-2);
  if (call?.op !== Op.callx0 || load?.op !== Op.l32r || load.t !== call.s) return [];
  const target = around.memory.readWord(load.immediate);
  return target === undefined ? [] : [target];
}

/** What the last of the steps calls, where that is a function that is done in place. */
function callInPlace(steps: readonly Step[], around: Surroundings): Step['inPlace'] {
  const call = steps.at(-1);
  const [target] = call?.op === Op.call0 ? [call.immediate] : calledBy(steps, around);
  const intrinsic = target === undefined ? undefined : around.intrinsic(target);
  return target === undefined || intrinsic === undefined ? undefined : { intrinsic, target };
}

class Translator {
  readonly #blocks: readonly Block[];
  readonly #around: Surroundings;
  readonly #index: ReadonlyMap<number, number>;
  readonly #returnSites: number[];
  readonly #code = new CodeWriter();
  #block = 0;
  /** The block is a loop of its own, which is one level more. */
  #repeats = false;

  constructor(blocks: readonly Block[], around: Surroundings) {
    this.#blocks = blocks;
    this.#around = around;
    this.#index = new Map(blocks.map(({ address }, index) => [address, index]));
    this.#returnSites = blocks
      .flatMap(({ steps }) => steps)
      .filter(({ op, inPlace }) => inPlace === undefined && (op === Op.call0 || op === Op.callx0))
      .map(({ address }) => address + 3)
      .filter(address => this.#index.has(address));
  }

  /*
   * loads; block exit { loop { block n-1 { … block 0 { br_table } code 0 } … code n-1 } } stores; return next
   * From the code of block i the label of block j > i is j - i - 1 levels out, the loop n - i - 1, the exit one more.
   */
  write(): CodeWriter {
    const code = this.#code;
    const count = this.#blocks.length;
    const { state } = this.#around.memory;
    for (let register = 0; register < 16; register++)
      code
        .constant(0)
        .memory(W.i32Load, 2, state.registers + 4 * register)
        .set(local.register + register);
    code.constant(0).memory(W.i32Load, 2, state.sar).set(local.sar);
    code.open(W.block).open(W.loop);
    for (let i = 0; i < count; i++) code.open(W.block);
    code.get(local.block).table(
      this.#blocks.map((_block, index) => index),
      0,
    );
    this.#blocks.forEach((block, index) => {
      code.op(W.end);
      this.#block = index;
      this.#writeBlock(block);
    });
    code.op(W.unreachable, W.end, W.end);
    for (let register = 0; register < 16; register++)
      code
        .constant(0)
        .get(local.register + register)
        .memory(W.i32Store, 2, state.registers + 4 * register);
    code.constant(0).get(local.sar).memory(W.i32Store, 2, state.sar);
    code.constant(0).get(local.left).memory(W.i32Store, 2, state.left);
    return code.get(local.next);
  }

  get #loopDepth(): number {
    return this.#blocks.length - this.#block - 1 + Number(this.#repeats);
  }

  #writeBlock({ steps, end }: Block): void {
    const code = this.#code;
    const size = steps.length;
    const start = steps[0]?.address ?? end;
    const last = steps.at(-1);
    this.#repeats = last !== undefined && (last.op === Op.j || isBranch(last.op)) && last.immediate === start;
    if (this.#repeats) code.open(W.loop);
    code.get(local.left).constant(size).op(W.i32Sub).tee(local.left).constant(0).op(W.i32LtS).open(W.if);
    this.#leave(start, size, 1);
    code.op(W.end);
    steps.forEach((step, done) => {
      this.#writeStep(step, size - done, steps);
    });
    if (last === undefined || last.inPlace !== undefined || last.op < Op.call0 || last.op > Op.bbsi)
      this.#goto(end, 0);
    if (this.#repeats) code.op(W.end);
  }

  /** Leaves the region for an address, with `back` instructions of this block not executed. `nested`: levels inside of the block's code. */
  #leave(address: number, back: number, nested: number): void {
    const code = this.#code;
    if (back > 0) code.get(local.left).constant(back).op(W.i32Add).set(local.left);
    code
      .constant(address)
      .set(local.next)
      .branch(W.br, this.#loopDepth + 1 + nested);
  }

  /** Goes on at an address, in the region where it is part of it. */
  #goto(address: number, nested: number): void {
    const target = this.#index.get(address);
    if (target === undefined) this.#leave(address, 0, nested);
    else if (target === this.#block && this.#repeats) this.#code.branch(W.br, nested);
    else if (target > this.#block)
      this.#code.branch(W.br, target - this.#block - 1 + Number(this.#repeats) + nested);
    else
      this.#code
        .constant(target)
        .set(local.block)
        .branch(W.br, this.#loopDepth + nested);
  }

  #get(register: number): CodeWriter {
    return this.#code.get(local.register + register);
  }

  #set(register: number): void {
    this.#code.set(local.register + register);
  }

  #branch(step: Step, condition: () => void): void {
    condition();
    this.#code.open(W.if);
    this.#goto(step.immediate, 1);
    this.#code.op(W.end);
    this.#goto(step.address + step.length, 0);
  }

  /** A branch where a word compares in this way with another or a constant. */
  #compare(step: Step, opcode: number, other: 'register' | 'constant' | 'zero'): void {
    this.#branch(step, () => {
      this.#get(step.s);
      if (other === 'register') this.#get(step.t);
      else this.#code.constant(other === 'zero' ? 0 : step.constant);
      this.#code.op(opcode);
    });
  }

  #binary(step: Step, opcode: number): void {
    this.#get(step.s);
    this.#get(step.t).op(opcode);
    this.#set(step.r);
  }

  #scaled(step: Step, shift: number, opcode: number): void {
    this.#get(step.s).constant(shift).op(W.i32Shl);
    this.#get(step.t).op(opcode);
    this.#set(step.r);
  }

  #conditionalMove(step: Step, opcode: number): void {
    this.#get(step.s);
    this.#get(step.r);
    this.#get(step.t).constant(0).op(opcode, W.select);
    this.#set(step.r);
  }

  /** Puts the address of an access into a local, as an offset into data RAM; leaves the region where it is elsewhere or unaligned. */
  #dataAddress(step: Step, width: number, back: number): void {
    const code = this.#code;
    this.#get(step.s)
      .constant((step.immediate - dataRam.address) | 0)
      .op(W.i32Add)
      .tee(local.address);
    if (width > 1) code.constant(width === 2 ? 1 : 2).op(W.i32Rotr);
    code
      .constant(dataRam.size / width)
      .op(W.i32GeU)
      .open(W.if);
    this.#leave(step.address, back, 1);
    code.op(W.end);
  }

  #load(step: Step, opcode: number, width: number, back: number): void {
    this.#dataAddress(step, width, back);
    this.#code.get(local.address).memory(opcode, width === 4 ? 2 : width - 1, dataRam.offset);
    this.#set(step.t);
  }

  /** Words are often read from the flash as well. */
  #loadWord(step: Step, back: number): void {
    const code = this.#code;
    this.#get(step.s)
      .constant((step.immediate - dataRam.address) | 0)
      .op(W.i32Add)
      .tee(local.address);
    code
      .constant(2)
      .op(W.i32Rotr)
      .constant(dataRam.size / 4)
      .op(W.i32LtU)
      .openI32(W.if);
    code.get(local.address).memory(W.i32Load, 2, dataRam.offset);
    code.op(W.else);
    code
      .get(local.address)
      .constant((dataRam.address - flashWindow.address) | 0)
      .op(W.i32Add)
      .tee(local.address);
    code
      .constant(2)
      .op(W.i32Rotr)
      .constant(flashWindow.size / 4)
      .op(W.i32GeU)
      .open(W.if);
    this.#leave(step.address, back, 2);
    code.op(W.end);
    code.get(local.address).memory(W.i32Load, 2, flashWindow.offset);
    code.op(W.end);
    this.#set(step.t);
  }

  #store(step: Step, opcode: number, width: number, back: number): void {
    this.#dataAddress(step, width, back);
    this.#code.get(local.address);
    this.#get(step.t).memory(opcode, width === 4 ? 2 : width - 1, dataRam.offset);
  }

  #call(step: Step, target: number | undefined): void {
    const code = this.#code;
    const behind = step.address + 3;
    if (target === undefined) {
      this.#get(step.s).set(local.next);
      code.constant(behind);
      this.#set(0);
      code.branch(W.br, this.#loopDepth + 1);
      return;
    }
    code.constant(behind);
    this.#set(0);
    if (step.inPlace === undefined) this.#goto(target, 0);
    else this.#multiply(step.inPlace.intrinsic);
  }

  /** a2 and a3 become the low and the high word of the product. */
  #multiply(intrinsic: Intrinsic): void {
    const code = this.#code;
    const pair = (low: number) => {
      this.#get(low).op(W.i64ExtendU);
      this.#get(low + 1)
        .op(W.i64ExtendU)
        .constant64(32)
        .op(W.i64Shl, W.i64Or);
    };
    if (intrinsic === 'umulsidi3') {
      this.#get(2).op(W.i64ExtendU);
      this.#get(3).op(W.i64ExtendU);
    } else {
      pair(2);
      pair(4);
    }
    code.op(W.i64Mul).tee(local.wide).op(W.i32WrapI64);
    this.#set(2);
    code.get(local.wide).constant64(32).op(W.i64ShrU, W.i32WrapI64);
    this.#set(3);
  }

  /** To the return address, inside of the region where that is one of its own. */
  #return(): void {
    const code = this.#code;
    for (const site of this.#returnSites) {
      this.#get(0).constant(site).op(W.i32Eq).open(W.if);
      this.#goto(site, 1);
      code.op(W.end);
    }
    this.#get(0).set(local.next);
    code.branch(W.br, this.#loopDepth + 1);
  }

  #shift(step: Step, source: number, extend: number, opcode: number): void {
    this.#get(source).op(extend);
    this.#code.get(local.sar).op(W.i64ExtendU, opcode, W.i32WrapI64);
    this.#set(step.r);
  }

  #writeStep(step: Step, back: number, steps: readonly Step[]): void {
    const code = this.#code;
    const { op, r, s, t, immediate } = step;
    switch (op) {
      case Op.add:
        this.#binary(step, W.i32Add);
        return;
      case Op.addx2:
        this.#scaled(step, 1, W.i32Add);
        return;
      case Op.addx4:
        this.#scaled(step, 2, W.i32Add);
        return;
      case Op.addx8:
        this.#scaled(step, 3, W.i32Add);
        return;
      case Op.sub:
        this.#binary(step, W.i32Sub);
        return;
      case Op.subx2:
        this.#scaled(step, 1, W.i32Sub);
        return;
      case Op.subx4:
        this.#scaled(step, 2, W.i32Sub);
        return;
      case Op.subx8:
        this.#scaled(step, 3, W.i32Sub);
        return;
      case Op.and:
        this.#binary(step, W.i32And);
        return;
      case Op.or:
        this.#binary(step, W.i32Or);
        return;
      case Op.xor:
        this.#binary(step, W.i32Xor);
        return;
      case Op.neg:
        code.constant(0);
        this.#get(t).op(W.i32Sub);
        this.#set(r);
        return;
      case Op.abs:
        code.constant(0);
        this.#get(t).op(W.i32Sub);
        this.#get(t);
        this.#get(t).constant(0).op(W.i32LtS, W.select);
        this.#set(r);
        return;
      case Op.addi:
        this.#get(s).constant(immediate).op(W.i32Add);
        this.#set(t);
        return;
      case Op.movi:
        code.constant(immediate);
        this.#set(t);
        return;
      case Op.mov:
        this.#get(s);
        this.#set(t);
        return;
      case Op.moveqz:
        this.#conditionalMove(step, W.i32Eq);
        return;
      case Op.movnez:
        this.#conditionalMove(step, W.i32Ne);
        return;
      case Op.movltz:
        this.#conditionalMove(step, W.i32LtS);
        return;
      case Op.movgez:
        this.#conditionalMove(step, W.i32GeS);
        return;
      case Op.slli:
        if (immediate === 32) code.constant(0);
        else this.#get(s).constant(immediate).op(W.i32Shl);
        this.#set(r);
        return;
      case Op.srai:
        this.#get(t).constant(immediate).op(W.i32ShrS);
        this.#set(r);
        return;
      case Op.srli:
        this.#get(t).constant(immediate).op(W.i32ShrU);
        this.#set(r);
        return;
      case Op.extui:
        this.#get(t).constant(immediate).op(W.i32ShrU).constant(step.constant).op(W.i32And);
        this.#set(r);
        return;
      case Op.ssr:
        this.#get(s).constant(31).op(W.i32And).set(local.sar);
        return;
      case Op.ssl:
        code.constant(32);
        this.#get(s).constant(31).op(W.i32And, W.i32Sub).set(local.sar);
        return;
      case Op.ssa8l:
        this.#get(s).constant(3).op(W.i32And).constant(3).op(W.i32Shl).set(local.sar);
        return;
      case Op.ssa8b:
        code.constant(32);
        this.#get(s).constant(3).op(W.i32And).constant(3).op(W.i32Shl, W.i32Sub).set(local.sar);
        return;
      case Op.ssai:
        code.constant(immediate).set(local.sar);
        return;
      case Op.src:
        this.#get(s).op(W.i64ExtendU).constant64(32).op(W.i64Shl);
        this.#get(t).op(W.i64ExtendU, W.i64Or);
        code.get(local.sar).op(W.i64ExtendU, W.i64ShrU, W.i32WrapI64);
        this.#set(r);
        return;
      case Op.srl:
        this.#shift(step, t, W.i64ExtendU, W.i64ShrU);
        return;
      case Op.sra:
        this.#shift(step, t, W.i64ExtendS, W.i64ShrS);
        return;
      case Op.sll:
        // (a << 32) >> SAR has the low word wanted for 0 to 32; what is beyond makes 0.
        this.#get(s).op(W.i64ExtendU).constant64(32).op(W.i64Shl);
        code.get(local.sar).op(W.i64ExtendU, W.i64ShrU, W.i32WrapI64).constant(0);
        code.get(local.sar).constant(33).op(W.i32LtU, W.select);
        this.#set(r);
        return;
      case Op.mul16u:
        this.#get(s).constant(0xffff).op(W.i32And);
        this.#get(t).constant(0xffff).op(W.i32And, W.i32Mul);
        this.#set(r);
        return;
      case Op.mul16s:
        this.#get(s).op(W.i32Extend16S);
        this.#get(t).op(W.i32Extend16S, W.i32Mul);
        this.#set(r);
        return;
      case Op.mull:
        this.#binary(step, W.i32Mul);
        return;
      case Op.nsa:
        this.#get(s);
        this.#get(s).constant(31).op(W.i32ShrS, W.i32Xor, W.i32Clz).constant(1).op(W.i32Sub);
        this.#set(t);
        return;
      case Op.nsau:
        this.#get(s).op(W.i32Clz);
        this.#set(t);
        return;
      case Op.l8ui:
        this.#load(step, W.i32Load8U, 1, back);
        return;
      case Op.l16ui:
        this.#load(step, W.i32Load16U, 2, back);
        return;
      case Op.l16si:
        this.#load(step, W.i32Load16S, 2, back);
        return;
      case Op.l32i:
        this.#loadWord(step, back);
        return;
      case Op.s8i:
        this.#store(step, W.i32Store8, 1, back);
        return;
      case Op.s16i:
        this.#store(step, W.i32Store16, 2, back);
        return;
      case Op.s32i:
        this.#store(step, W.i32Store, 4, back);
        return;
      case Op.l32r:
        code.constant(0).memory(W.i32Load, 2, literalOffset(immediate) ?? 0);
        this.#set(t);
        return;
      case Op.call0:
        this.#call(step, immediate);
        return;
      case Op.callx0:
        // The literal may change: it is compared with what it was.
        this.#callRegister(step, back, steps);
        return;
      case Op.ret:
        this.#return();
        return;
      case Op.jx:
        this.#get(s).set(local.next);
        code.branch(W.br, this.#loopDepth + 1);
        return;
      case Op.j:
        this.#goto(immediate, 0);
        return;
      case Op.beqz:
        this.#compare(step, W.i32Eq, 'zero');
        return;
      case Op.bnez:
        this.#compare(step, W.i32Ne, 'zero');
        return;
      case Op.bltz:
        this.#compare(step, W.i32LtS, 'zero');
        return;
      case Op.bgez:
        this.#compare(step, W.i32GeS, 'zero');
        return;
      case Op.beqi:
        this.#compare(step, W.i32Eq, 'constant');
        return;
      case Op.bnei:
        this.#compare(step, W.i32Ne, 'constant');
        return;
      case Op.blti:
        this.#compare(step, W.i32LtS, 'constant');
        return;
      case Op.bgei:
        this.#compare(step, W.i32GeS, 'constant');
        return;
      case Op.bltui:
        this.#compare(step, W.i32LtU, 'constant');
        return;
      case Op.bgeui:
        this.#compare(step, W.i32GeU, 'constant');
        return;
      case Op.beq:
        this.#compare(step, W.i32Eq, 'register');
        return;
      case Op.bne:
        this.#compare(step, W.i32Ne, 'register');
        return;
      case Op.blt:
        this.#compare(step, W.i32LtS, 'register');
        return;
      case Op.bge:
        this.#compare(step, W.i32GeS, 'register');
        return;
      case Op.bltu:
        this.#compare(step, W.i32LtU, 'register');
        return;
      case Op.bgeu:
        this.#compare(step, W.i32GeU, 'register');
        return;
      case Op.bnone:
        this.#bits(step, false, false);
        return;
      case Op.bany:
        this.#bits(step, false, true);
        return;
      case Op.ball:
        this.#bits(step, true, false);
        return;
      case Op.bnall:
        this.#bits(step, true, true);
        return;
      case Op.bbc:
        this.#bit(step, undefined, 0);
        return;
      case Op.bbs:
        this.#bit(step, undefined, 1);
        return;
      case Op.bbci:
        this.#bit(step, step.constant, 0);
        return;
      case Op.bbsi:
        this.#bit(step, step.constant, 1);
        return;
      case Op.nop:
        return;
      default:
        throw new Error(`operation ${op} is not translated`);
    }
  }

  #callRegister(step: Step, back: number, steps: readonly Step[]): void {
    const [target] = step.inPlace === undefined ? calledBy(steps, this.#around) : [step.inPlace.target];
    if (target === undefined) {
      this.#call(step, undefined);
      return;
    }
    const code = this.#code;
    this.#get(step.s).constant(target).op(W.i32Ne).open(W.if);
    // The call itself is done, what follows it in this block is not.
    if (back > 1)
      code
        .get(local.left)
        .constant(back - 1)
        .op(W.i32Add)
        .set(local.left);
    this.#get(step.s).set(local.next);
    code.constant(step.address + 3);
    this.#set(0);
    code.branch(W.br, this.#loopDepth + 2);
    code.op(W.end);
    this.#call(step, target);
  }

  /** Any (or, inverted, all) of the bits of a mask. */
  #bits(step: Step, inverted: boolean, some: boolean): void {
    this.#branch(step, () => {
      this.#get(step.s);
      if (inverted) this.#code.constant(-1).op(W.i32Xor);
      this.#get(step.t)
        .op(W.i32And)
        .constant(0)
        .op(some ? W.i32Ne : W.i32Eq);
    });
  }

  /** A bit by its number, in a register or constant. */
  #bit(step: Step, number: number | undefined, value: 0 | 1): void {
    this.#branch(step, () => {
      this.#get(step.s);
      if (number === undefined) this.#get(step.t).constant(31).op(W.i32And);
      else this.#code.constant(number);
      this.#code.op(W.i32ShrU).constant(1).op(W.i32And);
      if (value === 0) this.#code.op(W.i32Eqz);
    });
  }
}
