import type { Effect, Expression } from './effects';

/**
 * How an instruction is written: its bits from the highest to the lowest, as the Xtensa manual draws them. r, s and t stand for the
 * registers that its effect calls so, i for the immediate value, k for a second constant (capitals for bits above these), a dot for
 * bits that do not matter.
 */
type Bits = string;

/** What the bits of a constant mean in the instruction at `pc`; undefined where that is no instruction. */
type Meaning = (bits: number, pc: number) => number | undefined;

/** Without a meaning the constants are the bits as they are. */
export type Encoding = readonly [Bits, immediate?: Meaning | undefined, constant?: Meaning];

export interface InstructionRow {
  effect: Effect;
  encodings: readonly Encoding[];
}

function sign(value: number, bits: number): number {
  return (value << (32 - bits)) >> (32 - bits);
}

/** A branch's target, from an offset of so many bits. */
function relative(bits: number): Meaning {
  return (offset, pc) => (pc + 4 + sign(offset, bits)) >>> 0;
}

const near = relative(8);
const forward: Meaning = (offset, pc) => (pc + 4 + offset) >>> 0;
const called: Meaning = (offset, pc) => ((pc & ~3) + (sign(offset, 18) << 2) + 4) >>> 0;
const literal: Meaning = (offset, pc) => (((pc + 3) & ~3) + (0xfffc0000 | (offset << 2))) >>> 0;
const signed8: Meaning = bits => sign(bits, 8);
const halves: Meaning = bits => bits << 1;
const words: Meaning = bits => bits << 2;

const signedConstants = [-1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256];
const unsignedConstants = [32768, 65536, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256];

/** Those of the LX106 that RSR, WSR and XSR reach. */
const specialRegisters = new Set<number>([
  3, // SAR
  ...[96, 104, 106, 128, 144, 160, 176], // debug and configuration
  ...[177, 178, 179, 192, 194, 195, 208, 209, 210, 211], // EPC, DEPC, EPS, EXCSAVE
  ...[226, 227, 228, 230, 231, 232, 233, 234, 235, 236, 237, 238, 240], // interrupts, PS, VECBASE, EXCCAUSE, CCOUNT, EXCVADDR, CCOMPARE
]);
const specialRegister: Meaning = bits => (specialRegisters.has(bits) ? bits : undefined);

function row(effect: Effect, ...encodings: (Bits | Encoding)[]): InstructionRow {
  return {
    effect,
    encodings: encodings.map(encoding => (typeof encoding === 'string' ? [encoding] : encoding)),
  };
}

function set(to: 'r' | 't', value: Expression, ...encodings: (Bits | Encoding)[]): InstructionRow {
  return row({ kind: 'register', to, value }, ...encodings);
}

/** r = s, on a condition of t. */
function moveIf(op2: Bits, when: Expression): InstructionRow {
  return row({ kind: 'register', to: 'r', value: 's', when }, `${op2} 0011 rrrr ssss tttt 0000`);
}

function shiftAmount(value: Expression, bits: Bits): InstructionRow {
  return row({ kind: 'shiftAmount', value }, bits);
}

function load(width: 1 | 2 | 4, signed: boolean, ...encodings: Encoding[]): InstructionRow {
  return row({ kind: 'load', base: 's', width, signed }, ...encodings);
}

function store(width: 1 | 2 | 4, ...encodings: Encoding[]): InstructionRow {
  return row({ kind: 'store', base: 's', width }, ...encodings);
}

function branch(when: Expression, ...encodings: Encoding[]): InstructionRow {
  return row({ kind: 'branch', when }, ...encodings);
}

/** Compares s with t. */
function compare(code: Bits, when: Expression): InstructionRow {
  return branch(when, [`iiii iiii ${code} ssss tttt 0111`, near]);
}

/** Compares s with one of sixteen constants. */
function compareConstant(code: Bits, when: Expression, constants: readonly number[]): InstructionRow {
  return branch(when, [`iiii iiii kkkk ssss ${code} 0110`, near, index => constants[index]]);
}

/** Branches on a bit of s, whose number is a constant. */
function bit(code: Bits, when: Expression): InstructionRow {
  return branch(when, [`iiii iiii ${code}K ssss kkkk 0111`, near]);
}

function bitOf(number: Expression): Expression {
  return ['&', ['>>>', 's', number], 1];
}

const low16 = 0xffff;
const system: Effect = { kind: 'system' };

/** The instructions of the LX106: how each is encoded and what it does. The decoder, the interpreter and the translation come from this. */
export const instructions = {
  add: set('r', ['+', 's', 't'], '1000 0000 rrrr ssss tttt 0000', 'rrrr ssss tttt 1010'),
  addx2: set('r', ['+', ['<<', 's', 1], 't'], '1001 0000 rrrr ssss tttt 0000'),
  addx4: set('r', ['+', ['<<', 's', 2], 't'], '1010 0000 rrrr ssss tttt 0000'),
  addx8: set('r', ['+', ['<<', 's', 3], 't'], '1011 0000 rrrr ssss tttt 0000'),
  sub: set('r', ['-', 's', 't'], '1100 0000 rrrr ssss tttt 0000'),
  subx2: set('r', ['-', ['<<', 's', 1], 't'], '1101 0000 rrrr ssss tttt 0000'),
  subx4: set('r', ['-', ['<<', 's', 2], 't'], '1110 0000 rrrr ssss tttt 0000'),
  subx8: set('r', ['-', ['<<', 's', 3], 't'], '1111 0000 rrrr ssss tttt 0000'),
  and: set('r', ['&', 's', 't'], '0001 0000 rrrr ssss tttt 0000'),
  or: set('r', ['|', 's', 't'], '0010 0000 rrrr ssss tttt 0000'),
  xor: set('r', ['^', 's', 't'], '0011 0000 rrrr ssss tttt 0000'),
  neg: set('r', ['-', 0, 't'], '0110 0000 rrrr 0000 tttt 0000'),
  abs: set('r', ['?:', ['<', 't', 0], ['-', 0, 't'], 't'], '0110 0000 rrrr 0001 tttt 0000'),
  addi: set(
    't',
    ['+', 's', 'immediate'],
    ['iiii iiii 1100 ssss tttt 0010', signed8],
    ['iiii iiii 1101 ssss tttt 0010', bits => sign(bits, 8) << 8], // ADDMI
    ['tttt ssss iiii 1011', bits => (bits === 0 ? -1 : bits)],
  ),
  movi: set(
    't',
    'immediate',
    ['iiii iiii 1010 IIII tttt 0010', bits => sign(bits, 12)],
    ['iiii tttt 0III 1100', bits => (bits < 96 ? bits : bits - 128)],
  ),
  mov: set('t', 's', '0000 ssss tttt 1101'),
  moveqz: moveIf('1000', ['==', 't', 0]),
  movnez: moveIf('1001', ['!=', 't', 0]),
  movltz: moveIf('1010', ['<', 't', 0]),
  movgez: moveIf('1011', ['>=', 't', 0]),

  slli: set(
    'r',
    ['?:', ['==', 'immediate', 32], 0, ['<<', 's', 'immediate']],
    ['000I 0001 rrrr ssss iiii 0000', bits => 32 - bits],
  ),
  srai: set('r', ['>>', 't', 'immediate'], '001I 0001 rrrr iiii tttt 0000'),
  srli: set('r', ['>>>', 't', 'immediate'], '0100 0001 rrrr iiii tttt 0000'),
  extui: set(
    'r',
    ['&', ['>>>', 't', 'immediate'], 'constant'],
    ['kkkk 010I rrrr iiii tttt 0000', undefined, bits => 2 ** (bits + 1) - 1],
  ),
  ssr: shiftAmount(['&', 's', 31], '0100 0000 0000 ssss 0000 0000'),
  ssl: shiftAmount(['-', 32, ['&', 's', 31]], '0100 0000 0001 ssss 0000 0000'),
  ssa8l: shiftAmount(['<<', ['&', 's', 3], 3], '0100 0000 0010 ssss 0000 0000'),
  ssa8b: shiftAmount(['-', 32, ['<<', ['&', 's', 3], 3]], '0100 0000 0011 ssss 0000 0000'),
  ssai: shiftAmount('immediate', '0100 0000 0100 iiii 000I 0000'),
  src: set('r', ['src', 's', 't', 'sar'], '1000 0001 rrrr ssss tttt 0000'),
  srl: set('r', ['srl', 't', 'sar'], '1001 0001 rrrr 0000 tttt 0000'),
  sll: set('r', ['sll', 's', 'sar'], '1010 0001 rrrr ssss 0000 0000'),
  sra: set('r', ['sra', 't', 'sar'], '1011 0001 rrrr 0000 tttt 0000'),

  mul16u: set('r', ['*', ['&', 's', low16], ['&', 't', low16]], '1100 0001 rrrr ssss tttt 0000'),
  mul16s: set('r', ['*', ['extend16', 's'], ['extend16', 't']], '1101 0001 rrrr ssss tttt 0000'),
  mull: set('r', ['*', 's', 't'], '1000 0010 rrrr ssss tttt 0000'),
  nsa: set('t', ['-', ['clz', ['^', 's', ['>>', 's', 31]]], 1], '0100 0000 1110 ssss tttt 0000'),
  nsau: set('t', ['clz', 's'], '0100 0000 1111 ssss tttt 0000'),

  l8ui: load(1, false, ['iiii iiii 0000 ssss tttt 0010']),
  l16ui: load(2, false, ['iiii iiii 0001 ssss tttt 0010', halves]),
  l16si: load(2, true, ['iiii iiii 1001 ssss tttt 0010', halves]),
  l32i: load(4, false, ['iiii iiii 0010 ssss tttt 0010', words], ['iiii ssss tttt 1000', words]),
  s8i: store(1, ['iiii iiii 0100 ssss tttt 0010']),
  s16i: store(2, ['iiii iiii 0101 ssss tttt 0010', halves]),
  s32i: store(4, ['iiii iiii 0110 ssss tttt 0010', words], ['iiii ssss tttt 1001', words]),
  l32r: row({ kind: 'literal' }, ['iiii iiii iiii iiii tttt 0001', literal]),
  /** L32R where the address is not one of code memory. */
  l32rOutside: row({ kind: 'load', base: 0, width: 4, signed: false }),

  call0: row({ kind: 'call', to: 'immediate' }, ['iiii iiii iiii iiii ii00 0101', called]),
  callx0: row({ kind: 'call', to: 's' }, '0000 0000 0000 ssss 1100 0000'),
  ret: row({ kind: 'return' }, '0000 0000 0000 .... 1000 0000', '1111 .... 0000 1101'),
  jx: row({ kind: 'jump', to: 's' }, '0000 0000 0000 ssss 1010 0000'),
  j: row({ kind: 'jump', to: 'immediate' }, ['iiii iiii iiii iiii ii00 0110', relative(18)]),
  beqz: branch(
    ['==', 's', 0],
    ['iiii iiii iiii ssss 0001 0110', relative(12)],
    ['iiii ssss 10II 1100', forward],
  ),
  bnez: branch(
    ['!=', 's', 0],
    ['iiii iiii iiii ssss 0101 0110', relative(12)],
    ['iiii ssss 11II 1100', forward],
  ),
  bltz: branch(['<', 's', 0], ['iiii iiii iiii ssss 1001 0110', relative(12)]),
  bgez: branch(['>=', 's', 0], ['iiii iiii iiii ssss 1101 0110', relative(12)]),
  beqi: compareConstant('0010', ['==', 's', 'constant'], signedConstants),
  bnei: compareConstant('0110', ['!=', 's', 'constant'], signedConstants),
  blti: compareConstant('1010', ['<', 's', 'constant'], signedConstants),
  bgei: compareConstant('1110', ['>=', 's', 'constant'], signedConstants),
  bltui: compareConstant('1011', ['unsigned <', 's', 'constant'], unsignedConstants),
  bgeui: compareConstant('1111', ['unsigned >=', 's', 'constant'], unsignedConstants),
  beq: compare('0001', ['==', 's', 't']),
  bne: compare('1001', ['!=', 's', 't']),
  blt: compare('0010', ['<', 's', 't']),
  bge: compare('1010', ['>=', 's', 't']),
  bltu: compare('0011', ['unsigned <', 's', 't']),
  bgeu: compare('1011', ['unsigned >=', 's', 't']),
  bnone: compare('0000', ['==', ['&', 's', 't'], 0]),
  bany: compare('1000', ['!=', ['&', 's', 't'], 0]),
  ball: compare('0100', ['==', ['&', ['^', 's', -1], 't'], 0]),
  bnall: compare('1100', ['!=', ['&', ['^', 's', -1], 't'], 0]),
  bbc: compare('0101', ['==', bitOf(['&', 't', 31]), 0]),
  bbs: compare('1101', ['!=', bitOf(['&', 't', 31]), 0]),
  bbci: bit('011', ['==', bitOf('constant'), 0]),
  bbsi: bit('111', ['!=', bitOf('constant'), 0]),

  nop: row(
    { kind: 'nothing' },
    '0000 0000 0010 .... 00.. 0000', // ISYNC, RSYNC, ESYNC, DSYNC
    '0000 0000 0010 .... 1000 0000', // EXCW
    '0000 0000 0010 .... 110. 0000', // MEMW, EXTW
    '0000 0000 0010 .... 1111 0000',
    '1111 0000 0011 1101',
  ),
  rsr: row(system, ['0000 0011 iiii iiii tttt 0000', specialRegister]),
  wsr: row(system, ['0001 0011 iiii iiii tttt 0000', specialRegister]),
  xsr: row(system, ['0110 0001 iiii iiii tttt 0000', specialRegister]),
  rsil: row(system, '0000 0000 0110 iiii tttt 0000'),
  waiti: row(system, '0000 0000 0111 iiii 0000 0000'),
  rfe: row(system, '0000 0000 0011 0000 0000 0000'),
  rfi: row(system, '0000 0000 0011 iiii 0001 0000'),
  syscall: row(system, '0000 0000 0101 0000 0000 0000'),
  break: row(system, '0000 0000 0100 .... .... 0000', '1111 .... 0010 1101'),
} as const satisfies Record<string, InstructionRow>;

/** As the Xtensa manual names them. */
export type Mnemonic = keyof typeof instructions;
