/**
 * What an instruction does, as a small number for the interpreter's switch. Undecoded is 0, so that a fresh table
 * asks for decoding everywhere.
 */
export const Op = {
  undecoded: 0,
  illegal: 1,
  hook: 2,
  breakpoint: 3,
  outside: 4,
  /** Translated code begins here. */
  region: 5,
  add: 6,
  addx2: 7,
  addx4: 8,
  addx8: 9,
  sub: 10,
  subx2: 11,
  subx4: 12,
  subx8: 13,
  and: 14,
  or: 15,
  xor: 16,
  neg: 17,
  abs: 18,
  addi: 19,
  movi: 20,
  mov: 21,
  moveqz: 22,
  movnez: 23,
  movltz: 24,
  movgez: 25,
  slli: 26,
  srai: 27,
  srli: 28,
  extui: 29,
  ssr: 30,
  ssl: 31,
  ssa8l: 32,
  ssa8b: 33,
  ssai: 34,
  src: 35,
  srl: 36,
  sll: 37,
  sra: 38,
  mul16u: 39,
  mul16s: 40,
  mull: 41,
  nsa: 42,
  nsau: 43,
  l8ui: 44,
  l16ui: 45,
  l16si: 46,
  l32i: 47,
  s8i: 48,
  s16i: 49,
  s32i: 50,
  l32r: 51,
  l32rSlow: 52,
  call0: 53,
  callx0: 54,
  ret: 55,
  jx: 56,
  j: 57,
  beqz: 58,
  bnez: 59,
  bltz: 60,
  bgez: 61,
  beqi: 62,
  bnei: 63,
  blti: 64,
  bgei: 65,
  bltui: 66,
  bgeui: 67,
  beq: 68,
  bne: 69,
  blt: 70,
  bge: 71,
  bltu: 72,
  bgeu: 73,
  bnone: 74,
  bany: 75,
  ball: 76,
  bnall: 77,
  bbc: 78,
  bbs: 79,
  bbci: 80,
  bbsi: 81,
  nop: 82,
  rsr: 83,
  wsr: 84,
  xsr: 85,
  rsil: 86,
  waiti: 87,
  rfe: 88,
  rfi: 89,
  syscall: 90,
  break: 91,
} as const;

/** An instruction taken apart. What r, s, t and the immediate mean depends on `op`, as the Xtensa manual names them. */
export interface Instruction {
  op: number;
  r: number;
  s: number;
  t: number;
  /** The immediate value; for branches, jumps, calls and L32R the absolute address. */
  immediate: number;
  /** For branches that compare with a constant: the constant. */
  constant: number;
  /** 2 or 3 bytes. */
  length: number;
}

const b4const = [-1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256];
const b4constu = [32768, 65536, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256];

const narrow = 2;
const wide = 3;

// prettier-ignore
const logic: (number | undefined)[] = [
  undefined, Op.and, Op.or, Op.xor, undefined, undefined, undefined, undefined,
  Op.add, Op.addx2, Op.addx4, Op.addx8, Op.sub, Op.subx2, Op.subx4, Op.subx8,
];
// prettier-ignore
const compareBranches = [
  Op.bnone, Op.beq, Op.blt, Op.bltu, Op.ball, Op.bbc, Op.bbci, Op.bbci,
  Op.bany, Op.bne, Op.bge, Op.bgeu, Op.bnall, Op.bbs, Op.bbsi, Op.bbsi,
];
const zeroBranches = [Op.beqz, Op.bnez, Op.bltz, Op.bgez];
const constantBranches = [Op.beqi, Op.bnei, Op.blti, Op.bgei];
const conditionalMoves = [Op.moveqz, Op.movnez, Op.movltz, Op.movgez];

/** Special registers of the LX106 that RSR, WSR and XSR reach. */
export const SpecialRegister = {
  sar: 3,
  epc1: 177,
  ps: 230,
  ccount: 234,
} as const;
const specialRegisters = new Set<number>([
  3, // SAR
  ...[96, 104, 106, 128, 144, 160, 176], // debug and configuration
  ...[177, 178, 179, 192, 194, 195, 208, 209, 210, 211], // EPC, DEPC, EPS, EXCSAVE
  ...[226, 227, 228, 230, 231, 232, 233, 234, 235, 236, 237, 238, 240], // interrupts, PS, VECBASE, EXCCAUSE, CCOUNT, EXCVADDR, CCOMPARE
]);

/** Takes the instruction apart whose bytes (little endian; the third may be anything behind a narrow one) lie at `pc`. */
export function decode(pc: number, b0: number, b1: number, b2: number): Instruction {
  const op0 = b0 & 15;
  const t = b0 >> 4;
  const s = b1 & 15;
  const r = b1 >> 4;
  const make = (op: number, immediate = 0, constant = 0): Instruction => ({
    op,
    r,
    s,
    t,
    immediate,
    constant,
    length: op0 >= 8 ? narrow : wide,
  });

  switch (op0) {
    case 0:
      return decodeQrst(make, b1, b2, r, s, t);
    case 1:
      return make(Op.l32r, (((pc + 3) & ~3) + (0xfffc0000 | (((b2 << 8) | b1) << 2))) >>> 0);
    case 2:
      return decodeLoadStore(make, b2, r, s);
    case 5:
      return (t & 3) === 0
        ? make(Op.call0, ((pc & ~3) + (offset18(b0, b1, b2) << 2) + 4) >>> 0)
        : make(Op.illegal);
    case 6:
      return decodeBranchImmediate(make, pc, b0, b1, b2, r, t);
    case 7: {
      const target = (pc + 4 + sign(b2, 8)) >>> 0;
      return make(compareBranches[r] ?? Op.illegal, target, t | ((r & 1) << 4));
    }
    case 8:
      return make(Op.l32i, r * 4);
    case 9:
      return make(Op.s32i, r * 4);
    case 10:
      return make(Op.add);
    case 11:
      return { ...make(Op.addi, t === 0 ? -1 : t), t: r };
    case 12: {
      if ((t & 8) === 0) {
        const value = ((t & 7) << 4) | r;
        return { ...make(Op.movi, value >= 96 ? value - 128 : value), t: s };
      }
      return make((t & 4) === 0 ? Op.beqz : Op.bnez, (pc + 4 + (((t & 3) << 4) | r)) >>> 0);
    }
    case 13:
      if (r === 0) return { ...make(Op.mov), t };
      if (r !== 15) return make(Op.illegal);
      return make({ 0: Op.ret, 2: Op.break, 3: s === 0 ? Op.nop : Op.illegal }[t] ?? Op.illegal);
    default:
      return make(Op.illegal);
  }
}

type Make = (op: number, immediate?: number, constant?: number) => Instruction;

function decodeQrst(make: Make, b1: number, b2: number, r: number, s: number, t: number): Instruction {
  const op1 = b2 & 15;
  const op2 = b2 >> 4;
  switch (op1) {
    case 0:
      if (op2 === 0) return decodeSt0(make, r, s, t);
      if (op2 === 4) return decodeSt1(make, r, s, t);
      if (op2 === 6) return make({ 0: Op.neg, 1: Op.abs }[s] ?? Op.illegal);
      return make(logic[op2] ?? Op.illegal);
    case 1:
      switch (op2) {
        case 0:
        case 1:
          return make(Op.slli, 32 - (((op2 & 1) << 4) | t));
        case 2:
        case 3:
          return make(Op.srai, ((op2 & 1) << 4) | s);
        case 4:
          return make(Op.srli, s);
        case 6:
          return make(specialRegisters.has(b1) ? Op.xsr : Op.illegal, b1);
        case 8:
          return make(Op.src);
        case 9:
          return make(s === 0 ? Op.srl : Op.illegal);
        case 10:
          return make(t === 0 ? Op.sll : Op.illegal);
        case 11:
          return make(s === 0 ? Op.sra : Op.illegal);
        case 12:
          return make(Op.mul16u);
        case 13:
          return make(Op.mul16s);
        default:
          return make(Op.illegal);
      }
    case 2:
      return make(op2 === 8 ? Op.mull : Op.illegal);
    case 3:
      if (op2 === 0) return make(specialRegisters.has(b1) ? Op.rsr : Op.illegal, b1);
      if (op2 === 1) return make(specialRegisters.has(b1) ? Op.wsr : Op.illegal, b1);
      return make((op2 >= 8 ? conditionalMoves[op2 - 8] : undefined) ?? Op.illegal);
    case 4:
    case 5:
      return make(Op.extui, s | ((op1 & 1) << 4), 2 ** (op2 + 1) - 1);
    default:
      return make(Op.illegal);
  }
}

function decodeSt0(make: Make, r: number, s: number, t: number): Instruction {
  switch (r) {
    case 0:
      return make({ 8: Op.ret, 10: Op.jx, 12: Op.callx0 }[t] ?? Op.illegal);
    case 2:
      return make([0, 1, 2, 3, 8, 12, 13, 15].includes(t) ? Op.nop : Op.illegal);
    case 3:
      if (t === 0 && s === 0) return make(Op.rfe);
      return t === 1 ? make(Op.rfi, s) : make(Op.illegal);
    case 4:
      return make(Op.break);
    case 5:
      return make(s === 0 && t === 0 ? Op.syscall : Op.illegal);
    case 6:
      return make(Op.rsil, s);
    case 7:
      return make(t === 0 ? Op.waiti : Op.illegal, s);
    default:
      return make(Op.illegal);
  }
}

function decodeSt1(make: Make, r: number, s: number, t: number): Instruction {
  switch (r) {
    case 0:
      return make(t === 0 ? Op.ssr : Op.illegal);
    case 1:
      return make(t === 0 ? Op.ssl : Op.illegal);
    case 2:
      return make(t === 0 ? Op.ssa8l : Op.illegal);
    case 3:
      return make(t === 0 ? Op.ssa8b : Op.illegal);
    case 4:
      return make(t < 2 ? Op.ssai : Op.illegal, s | (t << 4));
    case 14:
      return make(Op.nsa);
    case 15:
      return make(Op.nsau);
    default:
      return make(Op.illegal);
  }
}

function decodeLoadStore(make: Make, b2: number, r: number, s: number): Instruction {
  switch (r) {
    case 0:
      return make(Op.l8ui, b2);
    case 1:
      return make(Op.l16ui, b2 << 1);
    case 2:
      return make(Op.l32i, b2 << 2);
    case 4:
      return make(Op.s8i, b2);
    case 5:
      return make(Op.s16i, b2 << 1);
    case 6:
      return make(Op.s32i, b2 << 2);
    case 9:
      return make(Op.l16si, b2 << 1);
    case 10:
      return make(Op.movi, sign((s << 8) | b2, 12));
    case 12:
      return make(Op.addi, sign(b2, 8));
    case 13:
      return make(Op.addi, sign(b2, 8) << 8);
    default:
      return make(Op.illegal);
  }
}

function decodeBranchImmediate(
  make: Make,
  pc: number,
  b0: number,
  b1: number,
  b2: number,
  r: number,
  t: number,
): Instruction {
  const kind = t >> 2;
  const near = (pc + 4 + sign(b2, 8)) >>> 0;
  switch (t & 3) {
    case 0:
      return make(Op.j, (pc + 4 + offset18(b0, b1, b2)) >>> 0);
    case 1:
      return make(zeroBranches[kind] ?? Op.illegal, (pc + 4 + sign((b2 << 4) | (b1 >> 4), 12)) >>> 0);
    case 2:
      return make(constantBranches[kind] ?? Op.illegal, near, b4const[r] ?? 0);
    default:
      if (kind === 2) return make(Op.bltui, near, b4constu[r] ?? 0);
      return kind === 3 ? make(Op.bgeui, near, b4constu[r] ?? 0) : make(Op.illegal);
  }
}

function offset18(b0: number, b1: number, b2: number): number {
  return sign((b2 << 10) | (b1 << 2) | (b0 >> 6), 18);
}

function sign(value: number, bits: number): number {
  return (value << (32 - bits)) >> (32 - bits);
}
