/** A program in assembly that executes every calculation and branch with the values at which such things go wrong. */

/** The constants that branches compare with. */
const compared = [-1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256, 32768, 65536];
const few = [0, 1, -1, 0x7fffffff, -0x80000000, 0xffff, -0x8000, 0x12345678, 31, 32];
const many = [...new Set([...few, ...compared.flatMap(value => [value - 1, value, value + 1])])];

const signed = compared.slice(0, 16);
const unsigned = [...compared.slice(16), ...compared.slice(2, 16)];
const calculations = 'add addx2 addx4 addx8 sub subx2 subx4 subx8 and or xor mul16u mul16s mull add.n'.split(
  ' ',
);
const moves = 'moveqz movnez movltz movgez'.split(' ');
const branches = 'beq bne blt bge bltu bgeu bany bnone ball bnall bbc bbs'.split(' ');
const bits = Array.from({ length: 32 }, (_, bit) => bit);

/** a2 and a3 are the operands, a4 the result, a12 and a13 point at the operands, a14 at the place of the next result. */
const keep = ' s32i a4, a14, 0\n addi a14, a14, 4';

/** One word, a bit for each branch: whether it was taken. */
function taken(lines: string[]): string {
  const tries = lines.map(line => ` slli a4, a4, 1\n ${line}, 1f\n addi a4, a4, 1\n1:`);
  return [' movi a4, 0', ...tries, keep].join('\n');
}

/** The program's text; its output are all results. */
export function cornerProgram(): string {
  const immediates = [
    ...Array.from({ length: 128 }, (_, index) => `movi.n a4, ${index - 32}`),
    ...[-2048, -1, 2047].map(value => `movi a4, ${value}`),
    ...[-1, ...bits.slice(1, 16)].map(value => `addi.n a4, a2, ${value}`),
    ...[-128, -1, 0, 127].map(value => `addi a4, a2, ${value}`),
    ...[-128, -1, 1, 127].map(value => `addmi a4, a2, ${value * 256}`),
    ...bits.slice(1).map(count => `slli a4, a2, ${count}`),
    ...bits.map(count => `srai a4, a2, ${count}`),
    ...bits.slice(0, 16).map(count => `srli a4, a2, ${count}`),
    ...bits.flatMap(from =>
      [1, 5, 16].filter(width => from + width <= 32).map(width => `extui a4, a2, ${from}, ${width}`),
    ),
    ...bits.map(count => `ssai ${count}\n rsr a4, sar`),
    ...['ssr', 'ssl', 'ssa8l', 'ssa8b'].map(set => `${set} a2\n rsr a4, sar`),
    ...['neg', 'abs', 'nsa', 'nsau', 'mov.n', 'mov'].map(op => `${op} a4, a2`),
  ].map(line => ` ${line}\n${keep}`);

  return `${[
    ' .section .start, "ax"',
    ' .global _start',
    '_start:',
    ' movi a0, 0x20\n wsr a0, ps\n rsync\n movi a1, 0x3ffff000\n movi a12, many',
    'next_a2:',
    ' movi a14, results\n l32i a2, a12, 0',
    ...immediates,
    ...['beqi', 'bnei', 'blti', 'bgei'].map(op => taken(signed.map(value => `${op} a2, ${value}`))),
    ...['bltui', 'bgeui'].map(op => taken(unsigned.map(value => `${op} a2, ${value}`))),
    ...['bbci', 'bbsi'].map(op => taken(bits.map(bit => `${op} a2, ${bit}`))),
    taken(['beqz', 'bnez', 'bltz', 'bgez', 'beqz.n', 'bnez.n'].map(op => `${op} a2`)),

    // All shifts by SAR, 0 to 32.
    ' movi a3, 0x89abcdef\n movi a11, 0',
    'next_shift:',
    ' wsr a11, sar',
    ...['src a4, a2, a3', 'src a4, a3, a2', 'sll a4, a2', 'srl a4, a2', 'sra a4, a2'].map(
      line => ` ${line}\n${keep}`,
    ),
    ' addi a11, a11, 1\n movi a10, 33\n bne a11, a10, next_shift',

    ' movi a13, few',
    'next_a3:',
    ' l32i a3, a13, 0',
    ...[...calculations, ...moves].map(op => ` movi a4, 0x155\n ${op} a4, a2, a3\n${keep}`),
    taken(branches.map(op => `${op} a2, a3`)),
    ' addi a13, a13, 4\n movi a10, few_end\n beq a13, a10, 1f\n j next_a3',
    '1:',
    ' movi a4, results\n sub a5, a14, a4\n movi a2, 4\n movi a3, 1\n simcall',
    ' addi a12, a12, 4\n movi a10, many_end\n beq a12, a10, 1f\n j next_a2',
    '1:',
    ' movi a2, 1\n movi a3, 0\n simcall',
    ' .data\n .align 4',
    `many: .word ${many.join(', ')}`,
    `many_end:\nfew: .word ${few.join(', ')}`,
    'few_end:',
    ' .bss\n .align 4\nresults: .space 16384',
  ].join('\n')}\n`;
}

/** How many times the program sends its results. */
export const cornerValues = many.length;
