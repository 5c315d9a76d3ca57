import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build, runCpu, runQemu } from './qemu/bareMachine';
import { randomProgram } from './qemu/randomProgram';

/** More programs for a long run: `npm run fuzz:cpu`. */
const programs = Number(process.env['CPU_PROGRAMS'] ?? 40);
const firstSeed = Number(process.env['CPU_SEED'] ?? 1);
const linesPerProgram = 3000;

describe('the CPU against QEMU', function () {
  this.timeout(0);

  it(`ends ${programs} random programs with the same registers and memory`, () => {
    let instructions = 0;
    for (let seed = firstSeed; seed < firstSeed + programs; seed++) {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-random-'));
      try {
        const source = path.join(folder, 'random.S');
        writeFileSync(source, randomProgram(seed, linesPerProgram));
        build([source], [], elf => {
          const expected = runQemu(elf, true);
          const actual = runCpu(elf);
          assert.equal(expected.output.length, 1024 + 64, `QEMU did not run the program of seed ${seed}`);
          assert.equal(
            firstDifference(actual.output, expected.output),
            undefined,
            `seed ${seed} (CPU_SEED=${seed})`,
          );
          instructions += actual.instructions;
        });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
    // Branches skip some lines, but a program that jumps over most of itself proves nothing.
    assert.ok(instructions > programs * linesPerProgram * 0.5, `${instructions} instructions only`);
  });

  const optimisations = ['-O0', '-Og', '-O2', '-Os'];
  for (const optimisation of optimisations) {
    it(`runs C programs compiled with ${optimisation} alike`, () => {
      const sources = ['start.S', 'programs.c', 'romArithmetic.c'];
      build(sources, [optimisation, '-mtext-section-literals', '-mlongcalls'], elf => {
        const expected = runQemu(elf);
        const actual = runCpu(elf);
        assert.equal(expected.exitCode, 42, 'QEMU did not run the program to its end');
        assert.ok(expected.output.length > 500);
        assert.equal(firstDifference(actual.output, expected.output), undefined);
        assert.equal(actual.exitCode, expected.exitCode);
      });
    });
  }
});

/** The first byte that differs, in words that help to find it. */
function firstDifference(actual: Buffer, expected: Buffer): string | undefined {
  if (actual.equals(expected)) return undefined;
  const at = expected.findIndex((byte, index) => actual[index] !== byte);
  return `byte ${at} of ${expected.length} is ${actual[at]}, not ${expected[at]}`;
}
