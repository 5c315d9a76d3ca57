import { decodeAt, type Instruction, Slot } from './decode';
import { goesToImmediate, transfers } from './effects';
import { codeOffset, type Memory } from './memory';

/** A function of the ROM that is done in place: 64-bit products of two words or of two pairs of words. */
export type Intrinsic = 'umulsidi3' | 'muldi3';

export interface Surroundings {
  memory: Memory;
  /** Whether something else than the instruction is to happen at an address: a hook or a breakpoint. */
  isSpecial(address: number): boolean;
  intrinsic(address: number): Intrinsic | undefined;
}

export interface Step extends Instruction {
  address: number;
  /** The address that a call goes to, where that is known. */
  target?: number | undefined;
  /** What is done in place of a call. */
  inPlace?: Intrinsic | undefined;
}

/** Instructions of which only the last may go elsewhere than behind itself. */
export interface Block {
  address: number;
  steps: Step[];
  /** The address behind the last instruction. */
  end: number;
}

/** Larger regions, in steps, take long to compile, and the first run of each part of them does not get faster. */
const largestRegion = 1000;
/** A larger function is worth being entered from outside. */
const largestCallee = 60;
const maxBlocks = 200;
const longestBlock = 60;

/** The blocks of a region, by address: those of the function that it begins in, and of the small functions that this one calls. */
export function findBlocks(entry: number, around: Surroundings): Block[] {
  const scanned = new Map<number, Step[]>();
  const { callees } = scanFunction(entry, around, scanned, largestRegion);
  let room = largestRegion - stepsOf(scanned);
  // Appended to while iterating.
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
  // Appended to while iterating.
  for (const start of queue) {
    if (steps >= room || found.size >= maxBlocks) return { whole: false, callees };
    const block = scan(start, around, queue);
    found.set(start, block);
    steps += block.length;
    const last = block.at(-1);
    if (last === undefined) continue;
    const { effect, immediate, target } = last;
    if (effect.kind !== 'jump' && effect.kind !== 'return') add(last.address + last.length);
    if (goesToImmediate(effect)) add(immediate);
    if (last.inPlace === undefined && target !== undefined && mayEnter(target)) callees.add(target);
  }
  return { whole: true, callees };
}

/** Instructions from an address on, up to and with the first that jumps, or up to a block that is known. */
function scan(start: number, around: Surroundings, known: ReadonlySet<number>): Step[] {
  const { memory } = around;
  const steps: Step[] = [];
  for (let address = start; steps.length < longestBlock;) {
    if (address !== start && (known.has(address) || around.isSpecial(address))) break;
    const instruction = decodeAt(memory, address);
    if (instruction === undefined) break;
    const { op, effect, immediate, length } = instruction;
    if (op === Slot.illegal || effect.kind === 'system') break;
    if (effect.kind === 'literal' && codeOffset(immediate) === undefined) break;
    const target = calledBy(instruction, steps.at(-1), memory);
    const inPlace = target === undefined ? undefined : around.intrinsic(target);
    steps.push({ ...instruction, address, target, inPlace });
    if (inPlace === undefined && transfers(effect)) break;
    address += length;
  }
  return steps;
}

/** Where a call goes: CALLX0 to the literal that was loaded just before. */
function calledBy(
  { effect, immediate, s }: Instruction,
  before: Step | undefined,
  memory: Memory,
): number | undefined {
  if (effect.kind !== 'call') return undefined;
  if (effect.to === 'immediate') return immediate;
  return before?.effect.kind === 'literal' && before.t === s ? memory.readWord(before.immediate) : undefined;
}
