import assert from 'node:assert/strict';
import { assemble, build, load, runCpu, runQemu, ways } from './qemu/bareMachine';
import { cornerProgram, cornerValues } from './qemu/cornerProgram';
import { exceptionLog, randomProgram } from './qemu/randomProgram';
import { faults } from '../../src/simulator/cpu/memory';

/** More programs for a long run: `npm run fuzz:cpu`. */
const programs = Number(process.env['CPU_PROGRAMS'] ?? 40);
const firstSeed = Number(process.env['CPU_SEED'] ?? 1);
const linesPerProgram = 3000;
const tiers = ['interpreter', 'mixed', 'translated'] as const;

describe('the CPU against QEMU', function () {
  this.timeout(0);

  it(`ends ${programs} random programs with the same registers and memory`, () => {
    let instructions = 0;
    let translated = 0;
    let exceptions = 0;
    for (let seed = firstSeed; seed < firstSeed + programs; seed++) {
      assemble(randomProgram(seed, linesPerProgram), elf => {
        const expected = runQemu(elf, true);
        assert.ok(expected.output.length >= 1024 + 64 + 4, `QEMU did not run the program of seed ${seed}`);
        exceptions += (expected.output.length - 1024 - 64 - 4) / exceptionLog.entry;
        const runs = ways.map(way => ({ way, ...runCpu(elf, way, logException()) }));
        for (const { way, output } of runs) {
          const difference = firstDifference(output, expected.output);
          assert.equal(difference, undefined, `seed ${seed} (CPU_SEED=${seed}), ${way}`);
        }
        const counts = new Set(runs.map(actual => actual.instructions));
        assert.equal(counts.size, 1, `seed ${seed}: ${[...counts].join(', ')} instructions`);
        for (const count of counts) instructions += count;
        translated += runs.find(({ way }) => way === 'translated')?.translated ?? 0;
      });
    }
    // Branches skip some lines, but a program that jumps over most of itself proves nothing.
    assert.ok(instructions > programs * linesPerProgram * 0.5, `${instructions} instructions only`);
    assert.ok(translated > instructions * 0.8, `${translated} of ${instructions} were translated`);
    assert.ok(exceptions > programs * 50, `${exceptions} exceptions only`);
  });

  it('calculates and branches alike at the values where such things go wrong', () => {
    assemble(cornerProgram(), elf => {
      const expected = runQemu(elf, true);
      assert.equal(expected.exitCode, 0);
      assert.equal(expected.output.length % cornerValues, 0);
      assert.ok(expected.output.length / cornerValues > 2500, `${expected.output.length} bytes only`);
      for (const way of ways)
        assert.equal(firstDifference(runCpu(elf, way).output, expected.output), undefined, way);
    });
  });

  const failing: [string, string][] = [
    ['ill', '0'],
    ['.byte 0x20, 0xb0, 0xa2', '0'], // op1 2, op2 10: a division, which the LX106 has not
    ['syscall', '0'],
    ['l16ui a3, a2, 2', 'scratch + 1'],
    ['l16si a3, a2, 4', 'scratch + 3'],
    ['l32i a3, a2, 8', 'scratch + 1'],
    ['l32i.n a3, a2, 4', 'scratch + 2'],
    ['s16i a3, a2, 6', 'scratch + 1'],
    ['s32i a3, a2, 0', 'scratch + 3'],
    ['s32i.n a3, a2, 12', 'scratch + 2'],
  ];
  for (const [instruction, address] of failing) {
    it(`stops at “${instruction}” with the same cause, at the same place`, () => {
      build(['exceptions.S'], [`-DINSTRUCTION=${instruction}`, `-DADDRESS=${address}`], elf => {
        const { output } = runQemu(elf);
        assert.equal(output.length, 28, 'QEMU raised no exception');
        for (const tier of tiers) {
          const cpu = load(elf, tier);
          // The entry is translated at once where everything is.
          if (tier === 'translated') cpu.run(1);
          const stop = cpu.run(1000);
          assert.equal(stop.kind, 'exception');
          const [a0 = 0, a1 = 0, a2 = 0, a3 = 0] = cpu.registers;
          const ours = Buffer.from(Int32Array.of(stop.cause, stop.pc, stop.address, a0, a1, a2, a3).buffer);
          assert.equal(firstDifference(ours, output), undefined, tier);
        }
      });
    });
  }

  const optimisations = ['-O0', '-Og', '-O2', '-Os'];
  for (const optimisation of optimisations) {
    it(`runs C programs compiled with ${optimisation} alike`, () => {
      const sources = ['start.S', 'programs.c', 'romArithmetic.c'];
      build(sources, [optimisation, '-mtext-section-literals', '-mlongcalls'], elf => {
        const expected = runQemu(elf);
        assert.equal(expected.exitCode, 42, 'QEMU did not run the program to its end');
        assert.ok(expected.output.length > 500);
        const counts = new Set<number>();
        for (const way of ways) {
          const actual = runCpu(elf, way);
          assert.equal(firstDifference(actual.output, expected.output), undefined, way);
          assert.equal(actual.exitCode, expected.exitCode, way);
          counts.add(actual.instructions);
        }
        assert.equal(counts.size, 1, `${[...counts].join(', ')} instructions`);
      });
    });
  }
});

/** Does what the handler of {@link randomProgram} does. EXCVADDR stays where no address was at fault. */
function logException(): Parameters<typeof runCpu>[2] {
  let excvaddr = 0;
  return (cpu, { cause, pc, address }) => {
    if (cause === faults.unaligned) excvaddr = address;
    const { memory } = cpu;
    const next = memory.readWord(exceptionLog.address) ?? 0;
    [cause, excvaddr, pc].forEach((value, index) => memory.writeWord(next + 4 * index, value));
    memory.writeWord(exceptionLog.address, next + exceptionLog.entry);
    cpu.pc = pc + 3;
    return true;
  };
}

/** The first byte that differs, in words that help to find it. */
function firstDifference(actual: Buffer, expected: Buffer): string | undefined {
  if (actual.equals(expected)) return undefined;
  const at = expected.findIndex((byte, index) => actual[index] !== byte);
  return `byte ${at} of ${expected.length} is ${actual[at]}, not ${expected[at]}`;
}
