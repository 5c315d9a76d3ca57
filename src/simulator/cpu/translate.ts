import { type Block, findBlocks, type Intrinsic, type Step, type Surroundings } from './blocks';
import {
  evaluate,
  type Expression,
  goesToImmediate,
  type OperatorMeaning,
  operators,
  transfers,
} from './effects';
import { codeOffset, dataRam, flashWindow } from './memory';
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

/** Locals of the function: parameters first. */
const local = { block: 0, left: 1, register: 2, sar: 18, next: 19, address: 20, wide: 21 } as const;
const locals = { i32: 19, i64: 1 };

const loads = { 1: W.i32Load8U, 2: W.i32Load16U, 4: W.i32Load } as const;
const stores = { 1: W.i32Store8, 2: W.i32Store16, 4: W.i32Store } as const;
/** Alignment as WebAssembly has it. */
const exponents = { 1: 0, 2: 1, 4: 2 } as const;

/** Translates the code from an address on; undefined when there is nothing worth it. */
export function translate(entry: number, around: Surroundings): Region | undefined {
  const blocks = findBlocks(entry, around);
  if (blocks.length === 0) return undefined;
  const code = new Translator(blocks, around).write();
  const bytes = buildModule(code, around.memory.pages, locals);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    cpu: { memory: around.memory.wasm },
  });
  const { run } = instance.exports;
  if (typeof run !== 'function') throw new Error('a translated region has no function');
  return {
    entries: new Map(blocks.map(({ address }, index) => [address, index])),
    ranges: blocks.map(({ address, end }) => [address, end]),
    run: run as Region['run'],
  };
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
      .filter(({ effect, inPlace }) => inPlace === undefined && effect.kind === 'call')
      .map(({ address, length }) => address + length)
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

  #writeBlock({ address, steps, end }: Block): void {
    const code = this.#code;
    const size = steps.length;
    const last = steps.at(-1);
    this.#repeats = last?.immediate === address && goesToImmediate(last.effect);
    if (this.#repeats) code.open(W.loop);
    code.get(local.left).constant(size).op(W.i32Sub).tee(local.left).constant(0).op(W.i32LtS).open(W.if);
    this.#leave(address, size, 1);
    code.op(W.end);
    steps.forEach((step, done) => {
      this.#writeStep(step, size - done);
    });
    if (last === undefined || last.inPlace !== undefined || !transfers(last.effect)) this.#goto(end, 0);
    if (this.#repeats) code.op(W.end);
  }

  /** Leaves the region for an address, with `back` instructions of this block not executed. `nested`: levels inside the block's code. */
  #leave(address: number, back: number, nested: number): void {
    this.#giveBack(back);
    this.#code
      .constant(address)
      .set(local.next)
      .branch(W.br, this.#loopDepth + 1 + nested);
  }

  #giveBack(instructions: number): void {
    if (instructions > 0) this.#code.get(local.left).constant(instructions).op(W.i32Add).set(local.left);
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

  /** Goes on at the address in a register, outside. */
  #gotoRegister(register: number, nested: number): void {
    this.#get(register).set(local.next);
    this.#code.branch(W.br, this.#loopDepth + 1 + nested);
  }

  #get(register: number): CodeWriter {
    return this.#code.get(local.register + register);
  }

  #set(register: number): void {
    this.#code.set(local.register + register);
  }

  #writeStep(step: Step, back: number): void {
    const code = this.#code;
    const { effect } = step;
    switch (effect.kind) {
      case 'nothing':
        return;
      case 'register': {
        const to = step[effect.to];
        this.#value(effect.value, step);
        if (effect.when !== undefined) {
          this.#get(to);
          this.#value(effect.when, step).op(W.select);
        }
        this.#set(to);
        return;
      }
      case 'shiftAmount':
        this.#value(effect.value, step).set(local.sar);
        return;
      case 'load':
        if (effect.width === 4) this.#loadWord(effect.base, step, back);
        else {
          this.#dataAddress(effect.base, effect.width, step, back);
          code.get(local.address);
          code.memory(
            effect.signed ? W.i32Load16S : loads[effect.width],
            exponents[effect.width],
            dataRam.offset,
          );
        }
        this.#set(step.t);
        return;
      case 'store':
        this.#dataAddress(effect.base, effect.width, step, back);
        code.get(local.address);
        this.#get(step.t).memory(stores[effect.width], exponents[effect.width], dataRam.offset);
        return;
      case 'literal':
        code.constant(0).memory(W.i32Load, 2, codeOffset(step.immediate) ?? 0);
        this.#set(step.t);
        return;
      case 'branch':
        this.#value(effect.when, step).open(W.if);
        this.#goto(step.immediate, 1);
        code.op(W.end);
        this.#goto(step.address + step.length, 0);
        return;
      case 'jump':
        if (effect.to === 'immediate') this.#goto(step.immediate, 0);
        else this.#gotoRegister(step.s, 0);
        return;
      case 'call':
        this.#call(step, effect.to, back);
        return;
      case 'return':
        this.#return();
        return;
      case 'system':
        throw new Error(`instruction ${step.op} is not translated`);
    }
  }

  /** Puts the value of an expression on the stack. */
  #value(expression: Expression, step: Step): CodeWriter {
    const code = this.#code;
    if (typeof expression === 'number') return code.constant(expression);
    if (expression === 'sar') return code.get(local.sar);
    if (expression === 'immediate' || expression === 'constant') return code.constant(step[expression]);
    if (typeof expression === 'string') return this.#get(step[expression]);
    const known = knownValue(expression, step);
    if (known !== undefined) return code.constant(known);
    const [operator, ...operands] = expression;
    const [first = 0, second, third] = operands;
    const condition = operator === '?:' ? knownValue(first, step) : undefined;
    if (condition !== undefined) return this.#value((condition === 0 ? third : second) ?? 0, step);
    const { code: write }: OperatorMeaning = operators[operator];
    const writers = operands.map(operand => () => this.#value(operand, step));
    if (typeof write === 'function') {
      write(...writers);
    } else {
      for (const writer of writers) writer();
      code.op(...write);
    }
    return code;
  }

  /** Puts the address of an access on the stack and into a local, as an offset into data RAM; behind it, the index of the word. */
  #offset(base: 's' | 0, width: 1 | 2 | 4, step: Step): CodeWriter {
    const code = this.#value(['+', base, (step.immediate - dataRam.address) | 0], step).tee(local.address);
    return width === 1 ? code : code.constant(exponents[width]).op(W.i32Rotr);
  }

  /** Puts the address of an access into a local, as an offset into data RAM; leaves the region where it is elsewhere or unaligned. */
  #dataAddress(base: 's' | 0, width: 1 | 2 | 4, step: Step, back: number): void {
    const code = this.#offset(base, width, step);
    code
      .constant(dataRam.size / width)
      .op(W.i32GeU)
      .open(W.if);
    this.#leave(step.address, back, 1);
    code.op(W.end);
  }

  /** Words are often read from the flash as well. */
  #loadWord(base: 's' | 0, step: Step, back: number): void {
    const code = this.#offset(base, 4, step);
    code
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
  }

  #call({ address, length, s, target, inPlace }: Step, to: 'immediate' | 's', back: number): void {
    const code = this.#code;
    const link = () => {
      code.constant(address + length);
      this.#set(0);
    };
    const callRegister = (nested: number) => {
      this.#get(s).set(local.next);
      link();
      code.branch(W.br, this.#loopDepth + 1 + nested);
    };
    if (target === undefined) {
      callRegister(0);
      return;
    }
    if (to === 's') {
      // The literal may have changed since it was read.
      this.#get(s).constant(target).op(W.i32Ne).open(W.if);
      // The call itself is done, what follows it in this block is not.
      this.#giveBack(back - 1);
      callRegister(1);
      code.op(W.end);
    }
    link();
    if (inPlace === undefined) this.#goto(target, 0);
    else this.#multiply(inPlace);
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

  /** To the return address, inside the region where that is one of its own. */
  #return(): void {
    const code = this.#code;
    for (const site of this.#returnSites) {
      this.#get(0).constant(site).op(W.i32Eq).open(W.if);
      this.#goto(site, 1);
      code.op(W.end);
    }
    this.#gotoRegister(0, 0);
  }
}

/** The value of an expression of constants. */
function knownValue(expression: Expression, step: Step): number | undefined {
  return isConstant(expression) ? evaluate(expression, name => (name === 'sar' ? 0 : step[name])) : undefined;
}

function isConstant(expression: Expression): boolean {
  if (typeof expression === 'object') {
    const [, ...operands] = expression;
    return operands.every(isConstant);
  }
  return typeof expression !== 'string' || expression === 'immediate' || expression === 'constant';
}
