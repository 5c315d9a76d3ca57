import { ProblemError } from '../../../src/problems';
import { loadFirmware } from '../../../src/simulator/firmware/firmware';
import type { Frame, Machine } from '../../../src/simulator/firmware/frames';
import { FrameView } from '../../../src/simulator/firmware/frameView';
import { Scopes } from '../../../src/simulator/firmware/scopes';
import { sizeOf, typeName } from '../../../src/simulator/firmware/types';
import type { Value } from '../../../src/simulator/firmware/values';

const machine: Machine = {
  registers: Int32Array.from({ length: 16 }, (_, index) => 0x3fff8000 + 16 * index),
  pc: 0x40100000,
  read: (address, length) =>
    (address >= 0x3ffe8000 && address + length <= 0x40000000) ||
    (address >= 0x40100000 && address + length <= 0x40300000)
      ? new Uint8Array(length).fill(0x41)
      : undefined,
};

const expressions = [
  'first.proto.tcp->local_port + sizeof(struct bits)',
  '*(struct espconn *)0x3fff0000',
  'arg',
  '&request_count',
  'user_init',
  '(short)1.5 + answer[2] * -3',
];

/**
 * Asks of an ELF all that a debugger asks: loads it, finds lines and breakpoints, functions, callers, variables, values.
 * Throws what comes out of it, unless it is a Problem. Returns how much it has got to know.
 */
export function exploreElf(bytes: Uint8Array, addresses: readonly number[]): number {
  try {
    return explore(bytes, addresses);
  } catch (error) {
    if (error instanceof ProblemError) return 0;
    throw error;
  }
}

function explore(bytes: Uint8Array, addresses: readonly number[]): number {
  const firmware = loadFirmware(bytes, 'mutated.elf');
  const { lines, debug } = firmware;
  let answers = 0;
  for (const file of lines?.files().slice(0, 20) ?? [])
    for (const line of [1, 20, 60, 130, 240]) answers += lines?.addresses(file, line)?.addresses.length ?? 0;
  for (const pc of addresses) {
    firmware.describeAddress(pc);
    lines?.statementRange(pc);
    lines?.isStatement(pc);
    lines?.bodyOf(pc);
    answers += firmware.frames.unwind({ ...machine, pc }, 50).length;
  }
  if (debug === undefined) return answers;
  const scopes = new Scopes(debug, firmware.elf, lines);
  for (const unit of debug.units.slice(0, 50)) {
    for (const die of unit.topLevel.slice(0, 200)) {
      const type = scopes.types.of(die);
      answers += typeName(type).length > 0 && sizeOf(type) !== undefined ? 1 : 0;
    }
  }
  scopes.types.structLayout('espconn');
  scopes.types.enumerator('GREEN');
  scopes.functionNamed('user_init');
  for (const pc of addresses) {
    const frames: Frame[] = [0, 1].map(index => ({
      pc: pc + 3 * index,
      lookupPc: pc,
      registers: Int32Array.from(machine.registers),
      cfa: 0x3fff8100,
    }));
    for (const inlined of scopes.inlineChain(pc).slice(0, 4).keys()) {
      const view = new FrameView(scopes, { machine, frames, index: 0 }, inlined, {
        read: (address, length) => machine.read(address, length),
        functionName: address => firmware.symbols.at(address)?.symbol.name,
      });
      for (const value of [...view.locals().slice(0, 30), ...view.fileVariables().slice(0, 10)])
        answers += expand(value);
      for (const expression of expressions) answers += evaluates(view, expression);
    }
  }
  return answers;
}

function evaluates(view: FrameView, expression: string): number {
  try {
    return view.evaluate(expression).text.length > 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof ProblemError) return 0;
    throw error;
  }
}

function expand(value: Value, depth = 0): number {
  const words = [value.name, value.type, value.text, value.address, value.size, value.evaluateName];
  let answers = words.length;
  const children = value.expandable && depth < 2 ? (value.children() ?? []) : [];
  for (const child of children.slice(0, 8)) answers += expand(child, depth + 1);
  return answers;
}
