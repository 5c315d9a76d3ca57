import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Cpu } from '../../src/simulator/cpu/cpu';
import { Memory } from '../../src/simulator/cpu/memory';
import { type Firmware, loadFirmware } from '../../src/simulator/firmware/firmware';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';

/** Recursion, callbacks through pointers, large frames, inlining, switch: what prologues and line tables are made of. */
const source = `${headers}
typedef int (*step_t)(int depth, int value);
static volatile int sink;

static int __attribute__((noinline)) leaf(int a, int b)
{
    return a * 3 - b;
}

static inline int twice(int value)
{
    int doubled = value + value;
    sink = doubled;
    return doubled;
}

static int __attribute__((noinline)) large_frame(int seed)
{
    volatile int values[200];
    int sum = 0;
    for (int i = 0; i < 20; i++)
        values[i * 7] = seed + i;
    for (int i = 0; i < 20; i++)
        sum += values[i * 7];
    return sum;
}

static int __attribute__((noinline)) descend(int depth, int value)
{
    int result = leaf(depth, value);
    if (depth > 0) {
        result += descend(depth - 1, result);
        result ^= large_frame(result);
    }
    return result + twice(depth);
}

static int __attribute__((noinline)) choose(int depth, int value)
{
    switch (depth & 7) {
    case 0: return leaf(value, 1);
    case 1: return descend(2, value);
    case 3: return large_frame(depth);
    default: return leaf(depth, value) + descend(1, depth);
    }
}

static step_t const steps[] = { descend, choose, leaf };

void user_init(void)
{
    for (int i = 0; i < 6; i++)
        sink = steps[i % 3](i, sink);
}
`;

const optimisations = ['-O0', '-Og', '-O2', '-Os'];
const formats = ['-gdwarf-2', '-gdwarf-3', '-gdwarf-4', '-gdwarf-5'];

describe('line numbers and call frames', function () {
  let folder = '';

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-lines-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const load = (flags: string[]): { file: string; firmware: Firmware } => {
    const file = buildFirmware(folder, source, flags);
    return { file, firmware: loadFirmware(readFileSync(file), file) };
  };

  for (const optimisation of optimisations) {
    for (const format of formats) {
      it(`are those of objdump for every address, ${optimisation} ${format}`, () => {
        const { file, firmware } = load([optimisation, format]);
        compareWithObjdump(file, firmware);
      });
    }
  }

  it('are found in compressed debug sections', () => {
    const { file, firmware } = load(['-Og', '-gdwarf-5', '-gz']);
    compareWithObjdump(file, firmware);
  });

  it('finds symbols as nm does', () => {
    const { file, firmware } = load(['-O2', '-g']);
    const text = execFileSync('xtensa-lx106-elf-nm', [file], { encoding: 'utf8' });
    // Lines without an address are symbols that nobody defines.
    const lines = [...text.matchAll(/^([0-9a-f]{8}) \w (.+)$/gm)];
    for (const [, address = '', name = ''] of lines) {
      assert.equal(firmware.symbols.address(name), parseInt(address, 16), name);
    }
    assert.ok(lines.length > 8);
  });

  for (const optimisation of optimisations) {
    it(`unwind the stack at every instruction as it was called, ${optimisation}`, () => {
      const { firmware } = load([optimisation, '-g']);
      const points = walk(firmware);
      assert.ok(points > 1500, `${points} instructions only`);
    });
  }

  it('unwind functions that have neither a name nor a description, as the static ones of the SDK', () => {
    // Their compiler takes stack by addi, as GCC does for small frames.
    const small = source.replace('values[200]', 'values[20]').replaceAll('i * 7', 'i');
    const file = buildFirmware(folder, small, ['-O2']);
    const bare = path.join(folder, 'bare.elf');
    execFileSync('xtensa-lx106-elf-objcopy', [
      '--strip-debug',
      '--discard-all',
      '-R',
      '.eh_frame',
      file,
      bare,
    ]);
    const firmware = loadFirmware(readFileSync(bare), bare);
    assert.equal(firmware.symbols.find('descend'), undefined);
    const points = walk(firmware);
    assert.ok(points > 1500, `${points} instructions only`);
  });
});

/**
 * The lines of every address against the table that binutils' objdump prints: of several rows at one address the last that
 * begins a statement counts, as for a debugger.
 */
function compareWithObjdump(file: string, firmware: Firmware): void {
  const text = execFileSync('xtensa-lx106-elf-objdump', ['--dwarf=decodedline', file], { encoding: 'utf8' });
  const rows = [...text.matchAll(/^(\S+) +(\d+|-) +0x([0-9a-f]+)(?: +\d+)?( +x)?/gm)].map(
    ([, name = '', line = '', address = '', statement]) => ({
      place: line === '-' ? undefined : `${name}:${line}`,
      address: parseInt(address, 16),
      isStatement: statement !== undefined,
    }),
  );
  assert.ok(rows.length > 60, `${rows.length} rows only`);
  const differences: string[] = [];
  rows.forEach((row, index) => {
    const next = rows[index + 1];
    // The last row of an address speaks for all of them; one that ends a sequence for none.
    if (row.place === undefined || next === undefined || next.address === row.address) return;
    const same = rows
      .slice(0, index + 1)
      .filter(({ address, place }) => address === row.address && place !== undefined);
    const expected = same.findLast(({ isStatement }) => isStatement) ?? row;
    for (let at = row.address; at < next.address; at++) {
      const line = firmware.lines?.at(at);
      const ours = line && `${path.basename(line.file)}:${line.line}`;
      if (ours !== expected.place)
        differences.push(`${at.toString(16)}: ${ours ?? '?'}, objdump ${expected.place ?? '?'}`);
    }
    assert.equal(
      firmware.lines?.isStatement(row.address),
      same.some(({ isStatement }) => isStatement),
    );
  });
  assert.deepEqual(differences, []);
}

/** Executes the firmware instruction by instruction with a call stack of its own and compares the unwinder with it at each. */
function walk(firmware: Firmware): number {
  const memory = new Memory();
  for (const { address, bytes } of firmware.elf.segments) memory.write(address, bytes);
  const cpu = new Cpu(memory);
  const end = 0x4ffffff0;
  cpu.pc = firmware.symbols.address('user_init') ?? 0;
  cpu.registers[0] = end;
  cpu.registers[1] = 0x3ffffff0;
  for (const name of ['__modsi3', '__umodsi3', '__divsi3']) {
    const address = firmware.symbols.address(name);
    if (address === undefined || firmware.symbols.find(name)?.section !== 'absolute') continue;
    cpu.setHook(address, hooked => {
      const [returnTo = 0, , dividend = 0, divisor = 1] = hooked.registers;
      hooked.registers[2] = dividend % divisor;
      hooked.pc = returnTo >>> 0;
    });
  }
  /** For each call: where it returns, and the stack pointer that the caller has. */
  const calls: { returnTo: number; stack: number }[] = [];
  let points = 0;
  while (cpu.pc >>> 0 !== end) {
    const pc = cpu.pc >>> 0;
    if (memory.isExecutable(pc)) {
      const frames = firmware.frames.unwind({
        registers: cpu.registers,
        pc,
        read: (address, length) => memory.read(address, length),
      });
      const expected = calls.toReversed();
      assert.deepEqual(
        frames.slice(1).map(frame => frame.pc),
        expected.map(({ returnTo }) => returnTo),
        `at ${firmware.describeAddress(pc)} ${pc.toString(16)}`,
      );
      assert.deepEqual(
        frames.slice(0, -1).map(({ cfa }) => cfa),
        expected.map(({ stack }) => stack),
        `at ${pc.toString(16)}`,
      );
      points++;
    }
    assert.equal(cpu.step().kind, 'budget');
    const now = cpu.pc >>> 0;
    const last = calls.at(-1);
    const [returnAddress = 0, stackPointer = 0] = cpu.registers;
    const stack = stackPointer >>> 0;
    if (returnAddress >>> 0 === pc + 3 && now !== pc + 3) calls.push({ returnTo: pc + 3, stack });
    else if (now === last?.returnTo && stack === last.stack) calls.pop();
  }
  return points;
}
