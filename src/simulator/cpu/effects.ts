import { type CodeWriter, W } from './wasm';

/** What an expression can be made of: registers that the fields r, s and t name, constants of the instruction, the shift amount. */
export type Operand = 'r' | 's' | 't' | 'immediate' | 'constant' | 'sar';

/** A value: an operand, a number, or what an operator makes of others. Words of 32 bits throughout; conditions are 0 or not. */
export type Expression =
  | Operand
  | number
  | readonly [Operator, Expression]
  | readonly [Operator, Expression, Expression]
  | readonly [Operator, Expression, Expression, Expression];

type Width = 1 | 2 | 4;

/** What an instruction does, besides continuing behind itself. */
export type Effect =
  | { kind: 'nothing' }
  /** A register gets a value, where there is a condition only if that holds. */
  | { kind: 'register'; to: 'r' | 't'; value: Expression; when?: Expression }
  | { kind: 'shiftAmount'; value: Expression }
  /** Register t from memory, at the sum of the base and the immediate value. */
  | { kind: 'load'; base: 's' | 0; width: Width; signed: boolean }
  /** Register t to memory, likewise. */
  | { kind: 'store'; base: 's' | 0; width: Width }
  /** Register t from the word of code memory at the immediate address. */
  | { kind: 'literal' }
  /** To the immediate address, if the condition holds. */
  | { kind: 'branch'; when: Expression }
  | { kind: 'jump' | 'call'; to: 'immediate' | 's' }
  /** To the address in a0. */
  | { kind: 'return' }
  /** Special registers, levels of interrupts, exceptions: see system.ts. */
  | { kind: 'system' };

export interface OperatorMeaning {
  /** The word it makes of words; the interpreter is generated from the text of this function, which is one expression. */
  value: (a: number, b: number, c: number) => number | boolean;
  /** Opcodes that do the same with the operands on the stack of WebAssembly, or what writes them. */
  code: readonly number[] | ((...operands: (() => CodeWriter)[]) => void);
}

const wide = [W.i64ExtendU, W.i64ShrU, W.i32WrapI64] as const;

export type Operator = keyof typeof operators;

/** Shifts by SAR (src, srl, sra, sll) take amounts of 0 to 63, all others of 0 to 31. */
export const operators = {
  '+': { value: (a, b) => a + b, code: [W.i32Add] },
  '-': { value: (a, b) => a - b, code: [W.i32Sub] },
  '*': { value: (a, b) => Math.imul(a, b), code: [W.i32Mul] },
  '&': { value: (a, b) => a & b, code: [W.i32And] },
  '|': { value: (a, b) => a | b, code: [W.i32Or] },
  '^': { value: (a, b) => a ^ b, code: [W.i32Xor] },
  '<<': { value: (a, b) => a << b, code: [W.i32Shl] },
  '>>': { value: (a, b) => a >> b, code: [W.i32ShrS] },
  '>>>': { value: (a, b) => a >>> b, code: [W.i32ShrU] },
  '==': { value: (a, b) => a === b, code: [W.i32Eq] },
  '!=': { value: (a, b) => a !== b, code: [W.i32Ne] },
  '<': { value: (a, b) => a < b, code: [W.i32LtS] },
  '>=': { value: (a, b) => a >= b, code: [W.i32GeS] },
  'unsigned <': { value: (a, b) => a >>> 0 < b >>> 0, code: [W.i32LtU] },
  'unsigned >=': { value: (a, b) => a >>> 0 >= b >>> 0, code: [W.i32GeU] },
  '?:': {
    value: (a, b, c) => (a ? b : c),
    code: (a, b, c) => {
      b();
      c();
      a().op(W.select);
    },
  },
  clz: { value: a => Math.clz32(a), code: [W.i32Clz] },
  extend16: { value: a => (a << 16) >> 16, code: [W.i32Extend16S] },
  /** The low word of the pair (a, b) shifted right. */
  src: {
    value: (a, b, c) => (c === 0 ? b : c < 32 ? (a << (32 - c)) | (b >>> c) : a >>> (c - 32)),
    code: (a, b, c) => {
      a().op(W.i64ExtendU).constant64(32).op(W.i64Shl);
      b().op(W.i64ExtendU, W.i64Or);
      c().op(...wide);
    },
  },
  srl: {
    value: (a, b) => (b > 31 ? 0 : a >>> b),
    code: (a, b) => {
      a().op(W.i64ExtendU);
      b().op(...wide);
    },
  },
  sra: {
    value: (a, b) => a >> (b > 31 ? 31 : b),
    code: (a, b) => {
      a().op(W.i64ExtendS);
      b().op(W.i64ExtendU, W.i64ShrS, W.i32WrapI64);
    },
  },
  /** Left by 32 - b; what is beyond makes 0. */
  sll: {
    value: (a, b) => (b === 0 || b > 32 ? 0 : a << (32 - b)),
    code: (a, b) => {
      a().op(W.i64ExtendU).constant64(32).op(W.i64Shl);
      b()
        .op(...wide)
        .constant(0);
      b().constant(33).op(W.i32LtU, W.select);
    },
  },
} as const satisfies Record<string, OperatorMeaning>;

/** Whether execution may go elsewhere than behind the instruction. */
export function transfers({ kind }: Effect): boolean {
  return kind === 'branch' || kind === 'jump' || kind === 'call' || kind === 'return';
}

/** Whether execution may go to the immediate address, not to come back. */
export function goesToImmediate(effect: Effect): boolean {
  return effect.kind === 'branch' || (effect.kind === 'jump' && effect.to === 'immediate');
}

/** The value of an expression. */
export function evaluate(expression: Expression, operand: (name: Operand) => number): number {
  if (typeof expression === 'number') return expression;
  if (typeof expression === 'string') return operand(expression);
  const [operator, a = 0, b = 0, c = 0] = expression;
  const { value }: OperatorMeaning = operators[operator];
  return Number(value(evaluate(a, operand), evaluate(b, operand), evaluate(c, operand))) | 0;
}
