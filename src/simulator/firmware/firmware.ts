import { ProblemError } from '../../problems';
import { dataRam, flashWindow, instructionRam } from '../cpu/memory';
import { CallFrames } from './frames';
import { DebugInfo } from './dies';
import { type Elf, parseElf, type Segment } from './elf';
import { LineTable } from './lines';
import { SymbolTable } from './symbols';
import { Types } from './types';

/** A linked firmware with what is known of its source. */
export interface Firmware {
  elf: Elf;
  symbols: SymbolTable;
  /** Undefined when the firmware has no line numbers. */
  lines: LineTable | undefined;
  debug: DebugInfo | undefined;
  /** Undefined when the firmware has no debug information. */
  types: Types | undefined;
  frames: CallFrames;
  /** An address in words: "webserver_recv (user/user_main.c:141)". */
  describeAddress(pc: number): string;
}

/** Reads a firmware. Throws a Problem when it is no NON-OS SDK firmware for this chip. */
export function loadFirmware(bytes: Uint8Array, file: string): Firmware {
  const elf = parseElf(bytes, file);
  if (elf.symbols.length === 0) throw new ProblemError({ kind: 'elf-has-no-symbols', file });
  const symbols = new SymbolTable(elf.symbols);
  const init = symbols.find('user_init');
  if (init === undefined || init.section === 'absolute')
    throw new ProblemError({ kind: 'elf-has-no-user-init', file });
  for (const segment of elf.segments) {
    if (inMemory(segment)) continue;
    throw new ProblemError({
      kind: 'elf-outside-memory',
      file,
      address: segment.address,
      length: segment.memorySize,
    });
  }
  const lines = LineTable.read(elf, symbols);
  const debug = DebugInfo.read(elf);
  return {
    elf,
    symbols,
    lines,
    debug,
    types: debug && new Types(debug),
    frames: new CallFrames(elf, symbols),
    describeAddress: pc => describe(pc, symbols, lines),
  };
}

function inMemory({ address, memorySize }: Segment): boolean {
  return [dataRam, instructionRam, flashWindow].some(
    region => address >= region.address && address + memorySize <= region.address + region.size,
  );
}

function describe(pc: number, symbols: SymbolTable, lines: LineTable | undefined): string {
  const found = symbols.at(pc);
  const name = found?.symbol.name ?? `0x${(pc >>> 0).toString(16).padStart(8, '0')}`;
  const line = lines?.at(pc);
  return line === undefined ? name : `${name} (${line.file.replace(/^\.\//, '')}:${line.line})`;
}
