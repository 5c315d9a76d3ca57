import { isIn, memoryMap } from '../../sdk/memoryMap';
import { decode, type Instruction, Op, Slot } from '../cpu/decode';
import { evaluate, type Expression, goesToImmediate, type Operand, transfers } from '../cpu/effects';
import { ByteReader, OutOfBytes } from './byteReader';
import type { Elf } from './elf';
import type { SymbolTable } from './symbols';

/** A device that is stopped. */
export interface Machine {
  /** a0 to a15. */
  readonly registers: ArrayLike<number>;
  readonly pc: number;
  /** A copy of memory; undefined where there is none. */
  read(address: number, length: number): Uint8Array | undefined;
}

/** One function call on the stack. */
export interface Frame {
  /** The next instruction: in all but the innermost frame the one behind the call. */
  pc: number;
  /** An address inside the instruction that the frame is in, for looking up lines and scopes. */
  lookupPc: number;
  /** a0 to a15 as they are in this frame. */
  registers: Int32Array;
  /** The canonical frame address: the caller's stack pointer. */
  cfa: number;
}

/** Where a function keeps what its caller needs back: the CFA is a register plus an offset, registers lie at offsets from it. */
interface Rules {
  cfaRegister: number;
  cfaOffset: number;
  saved: Map<number, number>;
}

interface FrameDescription {
  start: number;
  end: number;
  common: CommonInformation;
  instructions: Uint8Array;
}

interface CommonInformation {
  codeAlignment: number;
  dataAlignment: number;
  instructions: Uint8Array;
  /** How .eh_frame writes addresses. */
  pointerEncoding: number;
  hasAugmentationData: boolean;
}

const deepestStack = 200;
/** GCC's epilogues have at most this many instructions. */
const longestEpilogue = 8;
/** How far the beginning of a function without a name is looked for, in bytes. */
const longestUnnamed = 0x2000;
/** GCC writes at most "zPLR". */
const longestAugmentation = 8;
const pcRelative = 0x10;
/** Functions of a firmware; call frame instructions of a function: GCC needs some ten. */
const most = { descriptions: 200_000, instructions: 10_000, remembered: 64 };

/** Finds the callers of the function that the CPU is in, from .debug_frame, .eh_frame and the code itself. */
export class CallFrames {
  readonly #descriptions: FrameDescription[];
  readonly #symbols: SymbolTable;

  constructor(elf: Elf, symbols: SymbolTable) {
    this.#symbols = symbols;
    this.#descriptions = ['.debug_frame', '.eh_frame']
      .flatMap(name => {
        const section = elf.section(name);
        return section === undefined
          ? []
          : readDescriptions(section.bytes, section.address, name === '.eh_frame');
      })
      .filter(({ start }) => start !== 0)
      .sort((a, b) => a.start - b.start);
  }

  /** The frames of the stack, innermost first. */
  unwind(machine: Machine, limit = deepestStack): Frame[] {
    const frames: Frame[] = [];
    let pc = machine.pc >>> 0;
    let registers: Int32Array = Int32Array.from(machine.registers);
    while (frames.length < limit) {
      const innermost = frames.length === 0;
      const lookupPc = innermost ? pc : pc - 1;
      const caller = this.#caller(machine, pc, lookupPc, registers, innermost);
      const cfa = (caller?.[1] ?? registers[1] ?? 0) >>> 0;
      frames.push({ pc, lookupPc, registers, cfa });
      if (caller === undefined) break;
      const next = (caller[0] ?? 0) >>> 0;
      // Above the outermost function there is no code; a stack that does not grow up is broken.
      const grows = cfa > (registers[1] ?? 0) >>> 0 || innermost;
      if (!grows || machine.read(next, 1) === undefined || !isCode(next)) break;
      pc = next;
      registers = caller;
    }
    return frames;
  }

  /** The registers as they are in the caller; a0 is the address where it continues. Undefined when nothing is known. */
  #caller(
    machine: Machine,
    pc: number,
    lookupPc: number,
    registers: Int32Array,
    innermost: boolean,
  ): Int32Array | undefined {
    if (innermost) {
      // In a function without code, which the host answers, nothing has happened yet.
      if (!isCode(pc)) return Int32Array.from(registers);
      // The compiler describes no epilogues: what is left of one is executed on a copy.
      const after = executeEpilogue(machine, pc, registers);
      if (after !== undefined) return after;
    }
    const rules = this.#rules(lookupPc) ?? this.#scanPrologue(machine, pc, lookupPc, innermost);
    return rules && applyRules(machine, rules, registers);
  }

  #rules(pc: number): Rules | undefined {
    let [low, high] = [0, this.#descriptions.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#descriptions[middle]?.start ?? Infinity) <= pc) low = middle + 1;
      else high = middle;
    }
    const description = this.#descriptions[low - 1];
    if (description === undefined || pc >= description.end) return undefined;
    try {
      return executeRules(description, pc);
    } catch (error) {
      if (error instanceof OutOfBytes) return undefined;
      throw error;
    }
  }

  /** A function without call frame information: its first instructions say how much stack it takes and where a0 is. */
  #scanPrologue(machine: Machine, pc: number, lookupPc: number, innermost: boolean): Rules | undefined {
    const named = this.#symbols.at(lookupPc)?.symbol.address;
    if (named !== undefined) return readPrologue(machine, named, pc);
    const start = this.#unnamedStart(machine, lookupPc, innermost);
    if (start !== undefined) return readPrologue(machine, start, pc);
    // Only the innermost function can do without any stack.
    return innermost ? readPrologue(machine, pc, pc) : undefined;
  }

  /**
   * Where a function begins whose symbol is gone, as of all static functions in Espressif's libraries: at the nearest
   * instruction before, on a word boundary as functions begin, that takes stack. Behind a function that calls others, and
   * therefore saves a0, may be a small one that does not.
   */
  #unnamedStart(machine: Machine, pc: number, innermost: boolean): number | undefined {
    for (let start = (pc & ~3) >>> 0; pc - start < longestUnnamed; start -= 4) {
      if (this.#symbols.at(start) !== undefined) return undefined;
      const instruction = decodeAt(machine, start);
      if (instruction === undefined) return undefined;
      if (!takesStack(instruction)) continue;
      if (innermost ? leadsTo(machine, start, pc) : readPrologue(machine, start, pc).saved.has(0))
        return start;
    }
    return undefined;
  }
}

/** What the instructions between a function's beginning and `pc` have saved, up to the first that may jump. */
function readPrologue(machine: Machine, start: number, pc: number): Rules {
  const rules: Rules = { cfaRegister: 1, cfaOffset: 0, saved: new Map() };
  for (let at = start, count = 0; at < pc && count < 32; count++) {
    const instruction = decodeAt(machine, at);
    if (instruction === undefined) break;
    const { op, effect, s, t, immediate, length } = instruction;
    if (takesStack(instruction)) rules.cfaOffset -= immediate;
    else if (op === Op.s32i && s === 1 && (t === 0 || t >= 12) && !rules.saved.has(t))
      rules.saved.set(t, immediate - rules.cfaOffset);
    else if (transfers(effect) || op === Slot.illegal) break;
    at += length;
  }
  return rules;
}

/** Whether the instruction at `pc` belongs to the function that begins at `start`: jumps and branches lead there. */
function leadsTo(machine: Machine, start: number, pc: number): boolean {
  const seen = new Set<number>();
  const open = [start];
  for (let at = open.pop(); at !== undefined && seen.size < longestUnnamed; at = open.pop()) {
    while (!seen.has(at)) {
      if (at === pc) return true;
      seen.add(at);
      const instruction = decodeAt(machine, at);
      if (instruction === undefined) break;
      const { op, effect, immediate, length } = instruction;
      if (goesToImmediate(effect)) open.push(immediate);
      if (effect.kind === 'jump' || effect.kind === 'return' || op === Slot.illegal) break;
      at += length;
    }
  }
  return false;
}

function takesStack({ op, s, t, immediate }: Instruction): boolean {
  return op === Op.addi && s === 1 && t === 1 && immediate < 0;
}

function isCode(address: number): boolean {
  return isIn(memoryMap.instructionRam, address) || isIn(memoryMap.flashWindow, address);
}

function applyRules(machine: Machine, rules: Rules, registers: Int32Array): Int32Array {
  const caller = Int32Array.from(registers);
  const cfa = ((registers[rules.cfaRegister] ?? 0) + rules.cfaOffset) | 0;
  for (const [register, offset] of rules.saved) {
    caller[register] = readWord(machine, cfa + offset) ?? 0;
  }
  caller[1] = cfa;
  return caller;
}

function executeEpilogue(machine: Machine, pc: number, registers: Int32Array): Int32Array | undefined {
  const after = Int32Array.from(registers);
  let at = pc;
  for (let count = 0; count < longestEpilogue; count++) {
    const instruction = decodeAt(machine, at);
    if (instruction === undefined) return undefined;
    if (instruction.effect.kind === 'return') return after;
    if (!executePure(machine, instruction, after)) return undefined;
    at += instruction.length;
  }
  return undefined;
}

/** Executes an instruction that changes nothing but registers; false for all others, and where SAR, which is not known here, matters. */
function executePure(machine: Machine, instruction: Instruction, registers: Int32Array): boolean {
  const { effect, s, t, immediate } = instruction;
  switch (effect.kind) {
    case 'nothing':
      return true;
    case 'register': {
      const unknown: Operand[] = [];
      const valueOf = (expression: Expression) =>
        evaluate(expression, operand => {
          if (operand === 'immediate' || operand === 'constant') return instruction[operand];
          if (operand !== 'sar') return registers[instruction[operand]] ?? 0;
          unknown.push(operand);
          return 0;
        });
      const value = valueOf(effect.value);
      if (unknown.length > 0) return false;
      if (effect.when === undefined || valueOf(effect.when) !== 0) registers[instruction[effect.to]] = value;
      return true;
    }
    case 'load':
    case 'literal': {
      if (effect.kind === 'load' && effect.width !== 4) return false;
      const word = readWord(machine, effect.kind === 'load' ? (registers[s] ?? 0) + immediate : immediate);
      if (word === undefined) return false;
      registers[t] = word;
      return true;
    }
    default:
      return false;
  }
}

function decodeAt(machine: Machine, pc: number): Instruction | undefined {
  const bytes = machine.read(pc, 3) ?? machine.read(pc, 2);
  return bytes === undefined ? undefined : decode(pc, bytes[0] ?? 0, bytes[1] ?? 0, bytes[2] ?? 0);
}

function readWord(machine: Machine, address: number): number | undefined {
  const bytes = machine.read(address >>> 0, 4);
  return bytes === undefined ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
}

/** Reads all frame descriptions of a section; what is before a damaged place is kept. */
function readDescriptions(section: Uint8Array, sectionAddress: number, isEh: boolean): FrameDescription[] {
  const descriptions: FrameDescription[] = [];
  const commons = new Map<number, CommonInformation | undefined>();
  const common = (offset: number) => {
    if (!commons.has(offset)) commons.set(offset, readCommon(section, offset, isEh));
    return commons.get(offset);
  };
  try {
    const reader = new ByteReader(section);
    while (section.length - reader.offset >= 8 && descriptions.length < most.descriptions) {
      const length = reader.u32();
      if (length === 0) continue;
      const end = reader.offset + length;
      const idOffset = reader.offset;
      const id = reader.u32();
      if (id !== (isEh ? 0 : 0xffffffff)) {
        const information = common(isEh ? idOffset - id : id);
        if (information !== undefined) {
          const body = new ByteReader(section, reader.offset, end);
          let start = sectionAddress + body.offset;
          const value = body.u32();
          start = (information.pointerEncoding & 0x70) === pcRelative ? (start + value) >>> 0 : value;
          const size = body.u32();
          if (information.hasAugmentationData) body.skip(body.uleb());
          descriptions.push({
            start,
            end: start + size,
            common: information,
            instructions: body.bytes(body.end - body.offset),
          });
        }
      }
      reader.offset = end;
    }
  } catch (error) {
    if (!(error instanceof OutOfBytes)) throw error;
  }
  return descriptions;
}

function readCommon(section: Uint8Array, offset: number, isEh: boolean): CommonInformation | undefined {
  try {
    const head = new ByteReader(section, offset);
    const length = head.u32();
    const reader = new ByteReader(section, head.offset, head.offset + length);
    if (reader.u32() !== (isEh ? 0 : 0xffffffff)) return undefined;
    const version = reader.u8();
    const augmentation = reader.cString(longestAugmentation);
    if (version === 4) reader.skip(2);
    const codeAlignment = reader.uleb();
    const dataAlignment = reader.sleb();
    if (version === 1) reader.skip(1);
    else reader.uleb();
    let pointerEncoding = 0;
    const hasAugmentationData = augmentation.startsWith('z');
    if (hasAugmentationData) {
      const data = new ByteReader(reader.bytes(reader.uleb()));
      if (augmentation === 'zR') pointerEncoding = data.u8();
    } else if (augmentation !== '') return undefined;
    return {
      codeAlignment,
      dataAlignment,
      instructions: reader.bytes(reader.end - reader.offset),
      pointerEncoding,
      hasAugmentationData,
    };
  } catch (error) {
    if (error instanceof OutOfBytes) return undefined;
    throw error;
  }
}

/** The rules that hold at `pc`, by executing the description up to there. Throws OutOfBytes when it is damaged. */
function executeRules({ common, start, instructions }: FrameDescription, pc: number): Rules {
  const initial: Rules = { cfaRegister: 1, cfaOffset: 0, saved: new Map() };
  executeCallFrame(common, common.instructions, 0, Infinity, initial, initial);
  const rules: Rules = { ...initial, saved: new Map(initial.saved) };
  executeCallFrame(common, instructions, start, pc, rules, initial);
  return rules;
}

/** Call frame instructions, DWARF 5 section 6.4.2. */
function executeCallFrame(
  common: CommonInformation,
  code: Uint8Array,
  start: number,
  pc: number,
  rules: Rules,
  initial: Rules,
): void {
  const reader = new ByteReader(code);
  const remembered: Rules[] = [];
  let location = start;
  const restore = (register: number) => {
    const offset = initial.saved.get(register);
    if (offset === undefined) rules.saved.delete(register);
    else rules.saved.set(register, offset);
  };
  const save = (register: number, offset: number) => {
    if (register < 16) rules.saved.set(register, offset);
  };
  for (let count = 0; !reader.done; count++) {
    if (count === most.instructions) throw new OutOfBytes(reader.offset);
    const opcode = reader.u8();
    const low = opcode & 0x3f;
    switch (opcode >> 6) {
      case 1:
        location += low * common.codeAlignment;
        if (location > pc) return;
        continue;
      case 2:
        save(low, reader.uleb() * common.dataAlignment);
        continue;
      case 3:
        restore(low);
        continue;
    }
    switch (opcode) {
      case 0x00: // nop
      case 0x2d: // GNU window save
        break;
      case 0x01: // set_loc
        location = reader.u32();
        break;
      case 0x02: // advance_loc1
        location += reader.u8() * common.codeAlignment;
        break;
      case 0x03: // advance_loc2
        location += reader.u16() * common.codeAlignment;
        break;
      case 0x04: // advance_loc4
        location += reader.u32() * common.codeAlignment;
        break;
      case 0x05: // offset_extended
        save(reader.uleb(), reader.uleb() * common.dataAlignment);
        break;
      case 0x06: // restore_extended
        restore(reader.uleb());
        break;
      case 0x07: // undefined
      case 0x08: // same_value
        rules.saved.delete(reader.uleb());
        break;
      case 0x0a: // remember_state
        if (remembered.length === most.remembered) throw new OutOfBytes(reader.offset);
        remembered.push({ ...rules, saved: new Map(rules.saved) });
        break;
      case 0x0b: // restore_state
        Object.assign(rules, remembered.pop());
        break;
      case 0x0c: // def_cfa
        rules.cfaRegister = reader.uleb();
        rules.cfaOffset = reader.uleb();
        break;
      case 0x0d: // def_cfa_register
        rules.cfaRegister = reader.uleb();
        break;
      case 0x0e: // def_cfa_offset
        rules.cfaOffset = reader.uleb();
        break;
      case 0x11: // offset_extended_sf
        save(reader.uleb(), reader.sleb() * common.dataAlignment);
        break;
      case 0x12: // def_cfa_sf
        rules.cfaRegister = reader.uleb();
        rules.cfaOffset = reader.sleb() * common.dataAlignment;
        break;
      case 0x13: // def_cfa_offset_sf
        rules.cfaOffset = reader.sleb() * common.dataAlignment;
        break;
      default:
        // What GCC never writes for this chip cannot be followed.
        throw new OutOfBytes(reader.offset);
    }
    if (location > pc) return;
  }
}
