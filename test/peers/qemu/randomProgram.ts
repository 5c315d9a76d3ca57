/** Random programs in assembly that every LX106 must execute alike. */

/** A small generator of numbers that a seed repeats (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 0 to `end` - 1. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 0x100000000) * end);
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }
}

/**
 * Where the handler of exceptions writes, for each of them, EXCCAUSE, EXCVADDR and EPC1: first the address of the next entry. It continues
 * behind the instruction, which has three bytes.
 */
export const exceptionLog = { address: 0x3fff8000, entry: 12 } as const;

/** a0 is for calls, a1 for the stack, a14 points to the data, a15 is scratch; exceptions change a15. */
const registers = ['a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8', 'a9', 'a10', 'a11', 'a12', 'a13'];
const interesting = [0, 1, -1, 0x7fffffff, -0x80000000, 0xffff, 0x8000, 0x12345678, -2, 255];
const dataSize = 1024;
const calculations = 12;
const functions = 6;

const alu = [
  'add',
  'addx2',
  'addx4',
  'addx8',
  'sub',
  'subx2',
  'subx4',
  'subx8',
  'and',
  'or',
  'xor',
  'mul16u',
  'mul16s',
  'mull',
  'src',
];
const moves = ['moveqz', 'movnez', 'movltz', 'movgez'];
const unary = ['neg', 'abs'];
const counts = ['nsa', 'nsau'];
const branches2 = [
  'beq',
  'bne',
  'blt',
  'bge',
  'bltu',
  'bgeu',
  'bany',
  'bnone',
  'ball',
  'bnall',
  'bbc',
  'bbs',
];
const branches1 = ['beqz', 'bnez', 'bltz', 'bgez'];
// Without the underscore the assembler takes the narrow form where it can.
const wordAccesses = ['_l32i', '_s32i'];
const halfAccesses = ['l16ui', 'l16si', 's16i'];
const constants = [-1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256];
const unsignedConstants = [32768, 65536, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256];

/** The program's text: `lines` random lines; then all registers, SAR and the data go to the output. */
export function randomProgram(seed: number, lines: number): string {
  const random = new Random(seed);
  const r = () => random.pick(registers);
  let label = 0;
  /** The line after the next few is the target, so that branches go forward and the program ends. */
  const pending: { name: string; after: number }[] = [];
  const forward = () => {
    const name = `.L${label++}`;
    pending.push({ name, after: 1 + random.below(4) });
    return name;
  };

  /** The first of these calculate only, so that they fit into loops and functions. */
  const kinds: (() => string)[] = [
    () => `${random.pick(alu)} ${r()}, ${r()}, ${r()}`,
    () => `${random.pick(alu)} ${r()}, ${r()}, ${r()}`,
    () => `${random.pick(moves)} ${r()}, ${r()}, ${r()}`,
    () => `${random.pick(unary)} ${r()}, ${r()}`,
    () => `${random.pick(counts)} ${r()}, ${r()}`,
    () => `addi ${r()}, ${r()}, ${random.below(256) - 128}`,
    () => `addmi ${r()}, ${r()}, ${(random.below(256) - 128) * 256}`,
    () => `movi ${r()}, ${random.below(4096) - 2048}`,
    () => `movi ${r()}, ${random.pick(interesting)}`,
    () => `movi.n ${r()}, ${random.below(128) - 32}`,
    () => `mov.n ${r()}, ${r()}`,
    () => `add.n ${r()}, ${r()}, ${r()}`,
    () => `addi.n ${r()}, ${r()}, ${random.pick([-1, 1, 2, 5, 10, 15])}`,
    () => `slli ${r()}, ${r()}, ${1 + random.below(31)}`,
    () => `srai ${r()}, ${r()}, ${random.below(32)}`,
    () => `srli ${r()}, ${r()}, ${random.below(16)}`,
    () => {
      const from = random.below(32);
      return `extui ${r()}, ${r()}, ${from}, ${1 + random.below(Math.min(16, 32 - from))}`;
    },
    () => `${random.pick(['ssr', 'ssl', 'ssa8l', 'ssa8b'])} ${r()}`,
    () => `ssai ${random.below(32)}`,
    () => `${random.pick(['sll', 'srl', 'sra'])} ${r()}, ${r()}`,
    () => `rsr ${r()}, sar`,
    () => `extui a15, ${r()}, 0, 5\n wsr a15, sar`,
    () => `extui a15, ${r()}, 0, 5\n xsr a15, sar`,
    () => `l8ui ${r()}, a14, ${random.below(256)}`,
    () => `l16ui ${r()}, a14, ${random.below(128) * 2}`,
    () => `l16si ${r()}, a14, ${random.below(128) * 2}`,
    () => `l32i ${r()}, a14, ${random.below(dataSize / 4) * 4}`,
    () => `l32i.n ${r()}, a14, ${random.below(16) * 4}`,
    () => `s8i ${r()}, a14, ${random.below(256)}`,
    () => `s16i ${r()}, a14, ${random.below(128) * 2}`,
    () => `s32i ${r()}, a14, ${random.below(dataSize / 4) * 4}`,
    () => `s32i.n ${r()}, a14, ${random.below(16) * 4}`,
    () => `${random.pick(branches2)} ${r()}, ${r()}, ${forward()}`,
    () => `${random.pick(branches1)} ${r()}, ${forward()}`,
    () => `${random.pick(['beqz.n', 'bnez.n'])} ${r()}, ${forward()}`,
    () => `${random.pick(['beqi', 'bnei', 'blti', 'bgei'])} ${r()}, ${random.pick(constants)}, ${forward()}`,
    () => `${random.pick(['bltui', 'bgeui'])} ${r()}, ${random.pick(unsignedConstants)}, ${forward()}`,
    () => `${random.pick(['bbci', 'bbsi'])} ${r()}, ${random.below(32)}, ${forward()}`,
    () => `j ${forward()}`,
    () => `call0 function${random.below(functions)}`,
    () => `movi a15, function${random.below(functions)}\n callx0 a15`,
    () => `movi a0, function${random.below(functions)}\n callx0 a0`,
    // The callee can't be known from the instruction before.
    () => `movi a15, function${random.below(functions)}\n nop\n callx0 a15`,
    () => random.pick(['ill', 'syscall']),
    () => `addi a15, a14, 1\n ${random.pick(wordAccesses)} ${r()}, a15, ${random.below(64) * 4}`,
    () => `addi a15, a14, 3\n ${random.pick(halfAccesses)} ${r()}, a15, ${random.below(64) * 2}`,
    () => {
      const name = forward();
      return `movi a15, ${name}\n jx a15`;
    },
    () => {
      const again = `.L${label++}`;
      const repeated = Array.from({ length: 1 + random.below(3) }, () =>
        random.pick(kinds.slice(0, calculations))(),
      );
      return [
        `movi a15, ${1 + random.below(5)}`,
        `${again}: ${repeated.join('\n ')}`,
        `addi a15, a15, -1`,
        `bnez a15, ${again}`,
      ].join('\n ');
    },
    () => `rsil ${r()}, ${random.below(16)}`,
    () => `${random.pick(['rsr', 'wsr', 'xsr'])} ${r()}, ${random.pick(['excsave2', 'epc2'])}`,
    () => random.pick(['memw', 'extw', 'isync', 'dsync', 'esync', 'rsync']),
    () => 'nop',
    () => 'nop.n',
  ];

  const body: string[] = [];
  for (let line = 0; line < lines; line++) {
    body.push(` ${random.pick(kinds)()}`);
    for (const target of pending) target.after--;
    for (const { name } of pending.filter(({ after }) => after <= 0)) body.push(`${name}:`);
    pending.splice(0, pending.length, ...pending.filter(({ after }) => after > 0));
  }
  for (const { name } of pending) body.push(`${name}:`);

  const set = registers.map(
    name => ` movi ${name}, ${random.pick([...interesting, random.below(0x7fffffff)])}`,
  );
  const words = Array.from({ length: dataSize / 4 }, () => random.below(0x100000000));
  const calculation = () => ` ${random.pick(kinds.slice(0, calculations))()}`;
  const leaves = ['ret', 'ret.n', 'jx a0', 'ret'].map(end => [calculation(), calculation(), ` ${end}`]);
  const calling = ['call0 function1', 'movi a15, function4\n callx0 a15'].map(call => [
    ' addi a1, a1, -16\n s32i a0, a1, 0',
    calculation(),
    ` ${call}`,
    calculation(),
    ' l32i a0, a1, 0\n addi a1, a1, 16\n ret',
  ]);
  const code = [...leaves, ...calling].map(
    (lines, index) => ` .align 4\nfunction${index}:\n${lines.join('\n')}`,
  );
  const save = ['a0', ...registers].map((name, index) => ` s32i ${name}, a15, ${4 * index}`);
  return `${[
    ' .section .start, "ax"',
    ' .global _start',
    '_start:',
    ' movi a0, vectors\n wsr a0, vecbase\n movi a0, 0x20\n wsr a0, ps\n rsync\n movi a1, 0x3ffff000',
    ` movi a14, ${exceptionLog.address}\n addi a15, a14, 4\n s32i a15, a14, 0`,
    ' movi a15, 0\n wsr a15, sar\n movi a14, data',
    ...set,
    ...body,
    ` addmi a15, a14, ${dataSize}`,
    ...save,
    ` rsr a2, sar\n movi a15, saved_sar\n s32i a2, a15, 0`,
    ` movi a2, 4\n movi a3, 1\n movi a4, data\n movi a5, ${dataSize + 64}\n simcall`,
    ` movi a4, ${exceptionLog.address}\n l32i a5, a4, 0\n sub a5, a5, a4\n movi a2, 4\n movi a3, 1\n simcall`,
    ' movi a2, 1\n movi a3, 0\n simcall',
    ...code,
    ` .text\n .align 4096\nvectors:\n .space 0x50\n j exception\n .space 0x40`,
    `exception:\n wsr a0, excsave1\n movi a0, ${exceptionLog.address}\n l32i a0, a0, 0`,
    ...['exccause', 'excvaddr', 'epc1'].map(
      (name, index) => ` rsr a15, ${name}\n s32i a15, a0, ${4 * index}`,
    ),
    ' addi a15, a15, 3\n wsr a15, epc1',
    ` addi a0, a0, ${exceptionLog.entry}\n movi a15, ${exceptionLog.address}\n s32i a0, a15, 0`,
    ' rsr a0, excsave1\n rfe',
    ' .data\n .align 16',
    'data:',
    ...words.map(word => ` .word ${word}`),
    ' .space 60',
    'saved_sar:\n .word 0',
  ].join('\n')}\n`;
}
