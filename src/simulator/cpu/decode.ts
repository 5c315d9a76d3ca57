import type { Effect } from './effects';
import { type Encoding, type InstructionRow, instructions, type Mnemonic } from './instructions';
import type { Memory } from './memory';

/** What can be in place of an instruction in the interpreter's table, which is full of zeros at first. */
export const Slot = {
  undecoded: 0,
  illegal: 1,
  hook: 2,
  breakpoint: 3,
  outside: 4,
  /** Translated code begins here. */
  region: 5,
} as const;

/** Instructions count on from here. */
export const firstOp = 6;

const rows: readonly InstructionRow[] = Object.values(instructions);

/** The number of each instruction. */
export const Op = Object.fromEntries(
  Object.keys(instructions).map((mnemonic, index) => [mnemonic, firstOp + index]),
) as Readonly<Record<Mnemonic, number>>;

const nothing: Effect = { kind: 'nothing' };

/** What the instruction of a number does; undefined where it is none. */
export function effectOf(op: number): Effect | undefined {
  return rows[op - firstOp]?.effect;
}

/** An instruction taken apart. What its parts mean is in {@link instructions}. */
export interface Instruction {
  /** Its number in {@link Op}, or {@link Slot}.illegal. */
  op: number;
  effect: Effect;
  r: number;
  s: number;
  t: number;
  /** The immediate value; for branches, jumps, calls and L32R the absolute address. */
  immediate: number;
  constant: number;
  /** 2 or 3 bytes. */
  length: number;
}

interface Field {
  shift: number;
  mask: number;
  width: number;
}

/** An encoding made ready: a word is of this kind where it has the value under the mask. */
interface Pattern {
  op: number;
  effect: Effect;
  mask: number;
  value: number;
  fields: Readonly<Record<'r' | 's' | 't' | 'i' | 'I' | 'k' | 'K', Field>>;
  immediate: Encoding[1];
  constant: Encoding[2];
}

function field(bits: string, letter: string): Field {
  const width = bits.lastIndexOf(letter) - bits.indexOf(letter) + (bits.includes(letter) ? 1 : 0);
  return { width, shift: width === 0 ? 0 : bits.length - 1 - bits.lastIndexOf(letter), mask: 2 ** width - 1 };
}

function patternOf(op: number, effect: Effect, [drawn, immediate, constant]: Encoding): Pattern {
  const bits = drawn.replaceAll(' ', '');
  const of = (letter: string) => field(bits, letter);
  return {
    op,
    effect,
    mask: parseInt(bits.replace(/[01]/g, '1').replace(/[^1]/g, '0'), 2),
    value: parseInt(bits.replace(/[^1]/g, '0'), 2),
    fields: { r: of('r'), s: of('s'), t: of('t'), i: of('i'), I: of('I'), k: of('k'), K: of('K') },
    immediate,
    constant,
  };
}

const patterns = rows.flatMap(({ effect, encodings }, index) =>
  encodings.map(encoding => patternOf(firstOp + index, effect, encoding)),
);

/** The patterns that come into question, by the first half-byte and, for wide instructions, the third byte. */
const candidates: (readonly Pattern[] | undefined)[] = [];

function candidatesOf(word: number): readonly Pattern[] {
  const looked = isNarrow(word) ? 0xf : 0xff000f;
  const key = (word & 15) | (isNarrow(word) ? 0 : (word >>> 16) << 4);
  return (candidates[key] ??= patterns.filter(
    ({ mask, value }) => (word & mask & looked) === (value & looked),
  ));
}

function isNarrow(word: number): boolean {
  return (word & 15) >= 8;
}

function take(word: number, { shift, mask }: Field): number {
  return (word >>> shift) & mask;
}

/** Takes the instruction apart that lies at `pc`; undefined where its first or last byte is outside of memory. */
export function decodeAt(memory: Memory, pc: number): Instruction | undefined {
  const [b0, b1, b2] = [memory.readByte(pc), memory.readByte(pc + 1), memory.readByte(pc + 2)];
  const instruction = decode(pc, b0 ?? 0, b1 ?? 0, b2 ?? 0);
  return memory.isMapped(pc, instruction.length) ? instruction : undefined;
}

/** Takes the instruction apart whose bytes (little endian; the third may be anything behind a narrow one) lie at `pc`. */
export function decode(pc: number, b0: number, b1: number, b2: number): Instruction {
  const word = b0 | (b1 << 8) | (b2 << 16);
  const length = isNarrow(word) ? 2 : 3;
  for (const pattern of candidatesOf(word)) {
    if ((word & pattern.mask) !== pattern.value) continue;
    const { op, effect, fields } = pattern;
    const low = take(word, fields.i) | (take(word, fields.I) << fields.i.width);
    const second = take(word, fields.k) | (take(word, fields.K) << fields.k.width);
    const immediate = pattern.immediate === undefined ? low : pattern.immediate(low, pc);
    const constant = pattern.constant === undefined ? second : pattern.constant(second, pc);
    if (immediate === undefined || constant === undefined) break;
    const [r, s, t] = [take(word, fields.r), take(word, fields.s), take(word, fields.t)];
    return { op, effect, r, s, t, immediate, constant, length };
  }
  return { op: Slot.illegal, effect: nothing, r: 0, s: 0, t: 0, immediate: 0, constant: 0, length };
}
