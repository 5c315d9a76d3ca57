import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Tier } from '../../../src/simulator/cpu/regions';
import { Cpu, type Stop } from '../../../src/simulator/cpu/cpu';
import { Memory } from '../../../src/simulator/cpu/memory';
import { parseElf } from '../../../src/simulator/firmware/elf';

const here = __dirname;

/** Compiles and links a program for the bare CPU; runs `use` with the ELF's path and removes it afterwards. */
export function build<Result>(sources: string[], flags: string[], use: (elf: string) => Result): Result {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-qemu-'));
  const elf = path.join(folder, 'test.elf');
  try {
    const { status } = start(
      'xtensa-lx106-elf-gcc',
      [
        ...['-nostdlib', '-ffreestanding', '-fno-builtin', '-T', path.join(here, 'machine.ld')],
        ...flags,
        ...sources.map(source => path.resolve(here, source)),
        ...['-lgcc', '-o', elf],
      ],
      'gcc-xtensa-lx106',
    );
    if (status !== 0) throw new Error(`xtensa-lx106-elf-gcc ended with ${status}`);
    return use(elf);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** {@link build} for a program given as the text of an assembly file. */
export function assemble<Result>(text: string, use: (elf: string) => Result): Result {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-assembly-'));
  try {
    const source = path.join(folder, 'program.S');
    writeFileSync(source, text);
    return build([source], [], use);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface Run {
  output: Buffer;
  exitCode: number;
}

/** Runs the ELF on QEMU. `singlestep` avoids a defect of QEMU 7.2: a shift by 32 within one block of code does nothing. */
export function runQemu(elf: string, singlestep = false): Run {
  const { stdout, status } = start(
    'qemu-system-xtensa',
    [
      ...['-M', 'sim', '-cpu', 'lx106', '-semihosting'],
      ...['-display', 'none', '-monitor', 'none', '-serial', 'none'],
      ...(singlestep ? ['-singlestep'] : []),
      ...['-device', `loader,file=${elf},cpu-num=0`],
    ],
    'qemu-system-misc',
  );
  return { output: stdout, exitCode: status ?? -1 };
}

/** Runs a program to its end; says which Debian package has it when it is not there. */
function start(program: string, args: string[], debianPackage: string) {
  const ran = spawnSync(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
    maxBuffer: 1 << 26,
  });
  if (ran.error === undefined) return ran;
  const missing = 'code' in ran.error && ran.error.code === 'ENOENT';
  throw missing
    ? new Error(`${program} is missing. “npm test” installs it, or: apt-get install ${debianPackage}`)
    : ran.error;
}

/** Our CPU with the ELF in its memory, about to execute its first instruction. */
export function load(file: string, tier?: Tier): Cpu {
  const elf = parseElf(readFileSync(file), file);
  const memory = new Memory();
  for (const segment of elf.segments) memory.write(segment.address, segment.bytes);
  const cpu = new Cpu(memory, tier);
  cpu.pc = elf.entry;
  return cpu;
}

/** No program here executes more instructions. */
const most = 20_000_000_000;
/** As many as the simulator executes in one go. */
const slice = 50_000;

/** How our CPU executes: as it does by default, all of it by one tier, or changing between them within the run. */
export type Way = Tier | 'switched';
export const ways: readonly Way[] = ['interpreter', 'mixed', 'translated', 'switched'];

/** What to do where an instruction cannot be executed. False: the run has failed. */
type Exceptions = (cpu: Cpu, stop: Stop & { kind: 'exception' }) => boolean;

/** Runs the ELF on our CPU, answering the same calls to the host. */
export function runCpu(
  file: string,
  way: Way = 'mixed',
  exceptions: Exceptions = () => false,
): Run & { instructions: number; translated: number } {
  const cpu = load(file, way === 'switched' ? 'translated' : way);
  let seed = 1;
  // Few instructions in a row are interpreted, also in the midst of translated code; many run translated: each is about a half.
  const budget = () => {
    if (way !== 'switched') return slice;
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return 1 + ((seed >>> 8) % 700);
  };
  const { memory } = cpu;
  const output: Uint8Array[] = [];
  for (;;) {
    const stop = cpu.run(budget());
    if (stop.kind === 'budget' && cpu.instructions < most) continue;
    const [, , number = 0, first = 0, address = 0, length = 0] = cpu.registers;
    // Our chip has no SIMCALL: to it this is an illegal instruction.
    if (stop.kind !== 'exception' || !isSimcall(memory, stop.pc)) {
      if (stop.kind === 'exception' && exceptions(cpu, stop)) continue;
      throw new Error(`stopped by ${JSON.stringify(stop)} after ${cpu.instructions} instructions`);
    }
    if (number === 1) {
      return {
        output: Buffer.concat(output),
        exitCode: first & 0xff,
        instructions: cpu.instructions,
        translated: cpu.translatedInstructions,
      };
    }
    output.push(memory.read(address, length) ?? new Uint8Array());
    cpu.registers[2] = length;
    cpu.pc = stop.pc + 3;
  }
}

function isSimcall(memory: Memory, pc: number): boolean {
  return Buffer.from(memory.read(pc, 3) ?? []).toString('hex') === '005100';
}
