import { ProblemError } from '../../problems';
import { hex } from '../../text/hex';
import { dataRam, flashWindow, instructionRam } from '../cpu/memory';
import { CallFrames } from './frames';
import { DebugInfo } from './dies';
import { type Elf, parseElf, type Segment } from './elf';
import { LineTable } from './lines';
import { once } from './once';
import { SymbolTable } from './symbols';
import { Types } from './types';

/** A linked firmware with what is known of its source. */
export interface Firmware {
  readonly elf: Elf;
  readonly symbols: SymbolTable;
  /** Undefined when the firmware has no line numbers. */
  readonly lines: LineTable | undefined;
  readonly debug: DebugInfo | undefined;
  /** Undefined when the firmware has no debug information. */
  readonly types: Types | undefined;
  readonly frames: CallFrames;
  /** An address in words: "webserver_recv (user/user_main.c:141)". */
  describeAddress(pc: number): string;
}

/** FreeRTOS, which is in every firmware of the RTOS SDK and in none of the NON-OS SDK. */
const rtosFunction = 'vTaskStartScheduler';

/** Reads a firmware. Throws a Problem when it is no NON-OS SDK firmware for this chip. */
export function loadFirmware(bytes: Uint8Array, file: string): Firmware {
  const elf = parseElf(bytes, file);
  if (elf.symbols.length === 0) throw new ProblemError({ kind: 'elf-has-no-symbols', file });
  const symbols = new SymbolTable(elf.symbols);
  if (symbols.code(rtosFunction) !== undefined) throw new ProblemError({ kind: 'elf-of-rtos-sdk', file });
  const init = symbols.find('user_init');
  if (init === undefined || init.section === 'absolute')
    throw new ProblemError({ kind: 'elf-has-no-user-init', file });
  checkSegments(elf);
  if (!elf.segments.some(segment => hasCodeAt(segment, init.address)))
    throw new ProblemError({ kind: 'elf-has-no-code', file });
  // What only a debugger asks for is read when it does.
  const debug = once(() => DebugInfo.read(elf));
  const lines = once(() => LineTable.read(elf, symbols, debug()));
  const types = once(() => {
    const info = debug();
    return info && new Types(info);
  });
  const frames = once(() => new CallFrames(elf, symbols));
  return {
    elf,
    symbols,
    get lines() {
      return lines();
    },
    get debug() {
      return debug();
    },
    get types() {
      return types();
    },
    get frames() {
      return frames();
    },
    describeAddress: pc => describe(pc, symbols, lines()),
  };
}

function checkSegments({ segments, file }: Elf): void {
  let end = 0;
  for (const segment of segments.toSorted((a, b) => a.address - b.address)) {
    const { address, memorySize } = segment;
    if (!inMemory(segment))
      throw new ProblemError({ kind: 'elf-outside-memory', file, address, length: memorySize });
    if (address < end) throw new ProblemError({ kind: 'elf-segments-overlap', file, address });
    end = address + memorySize;
  }
}

function hasCodeAt({ address, bytes }: Segment, pc: number): boolean {
  return pc >= address && pc < address + bytes.length;
}

function inMemory({ address, memorySize }: Segment): boolean {
  return [dataRam, instructionRam, flashWindow].some(
    region => address >= region.address && address + memorySize <= region.address + region.size,
  );
}

function describe(pc: number, symbols: SymbolTable, lines: LineTable | undefined): string {
  const found = symbols.at(pc);
  const name = found?.symbol.name ?? hex(pc);
  const line = lines?.at(pc);
  return line === undefined ? name : `${name} (${line.file.replace(/^\.\//, '')}:${line.line})`;
}
