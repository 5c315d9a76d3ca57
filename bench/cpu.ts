/** Instructions per second of the interpreter and of translated code against QEMU on the same ELF: `npm run bench:cpu`. */
import path from 'node:path';
import { build, runCpu, runQemu } from '../test/peers/qemu/bareMachine';
import { freshProcess, milliseconds, print } from './figures';

/** Each figure is the best of so many runs: others only show what else the machine was doing. */
const runs = 3;

const qemuFolder = path.join(__dirname, '..', 'test', 'peers', 'qemu');
const start = path.join(qemuFolder, 'start.S');
const flags = ['-mtext-section-literals', '-mlongcalls'];

/** `goal`: speed of translated code as a multiple of QEMU's. QEMU's time has its start in it, about 30 ms. */
const loops = [
  { name: 'CRC32 -O2', options: ['-O2', '-DLOOP=crc32(~i)', '-DROUNDS=9000'], goal: 1 },
  { name: 'CRC32 -O0', options: ['-O0', '-DLOOP=crc32(~i)', '-DROUNDS=4000'], goal: 0.8 },
  { name: 'calls (fib) -O1', options: ['-O1', '-DLOOP=fibonacci(24)', '-DROUNDS=700'], goal: 0.6 },
];

for (const { name, options, goal } of loops) {
  const sources = [start, path.join(__dirname, 'loops.c')];
  // A tenth is enough for the interpreter.
  const few = options.map(option => option.replace(/(?<=ROUNDS=\d+)0$/, ''));
  build(sources, [...flags, ...few], elf => {
    const { instructions } = runCpu(elf, 'interpreter');
    const time = best(() => runCpu(elf, 'interpreter'));
    print(`${name}: interpreter, warm`, speed(instructions, time), '≥ 90 M/s');
  });
  build(sources, [...flags, ...options], elf => {
    const { instructions } = runCpu(elf);
    const [ours, qemu] = [best(() => runCpu(elf)), best(() => runQemu(elf))];
    print(`${name}: with translation`, speed(instructions, ours));
    print(`${name}: QEMU`, speed(instructions, qemu));
    print(`${name}: with translation / QEMU`, (qemu / ours).toFixed(2), `≥ ${goal}`);
  });
}

const mixed = [start, path.join(__dirname, 'mixed.c'), path.join(qemuFolder, 'romArithmetic.c')];
for (const rounds of [1, 8]) {
  build(mixed, [...flags, '-O2', `-DROUNDS=${rounds}`], elf => {
    const cold = (way: string) => {
      const all = Array.from({ length: 2 * runs + 1 }, () =>
        freshProcess(path.join(__dirname, 'coldRun.ts'), [elf, way]),
      );
      const [instructions = NaN] = all[0] ?? [];
      return { instructions, time: Math.min(...all.map(([, time = NaN]) => time)) };
    };
    const [{ instructions, time }, interpreter] = [cold('mixed'), cold('interpreter')];
    const name = `mixed C, cold, ${(instructions / 1e6).toFixed(1)} M`;
    print(`${name}: with translation`, speed(instructions, time), '≥ 60 M/s');
    print(`${name}: interpreter only`, speed(instructions, interpreter.time));
    print(`${name}: ratio`, (interpreter.time / time).toFixed(2), '≥ 1');
    const qemu = best(() => runQemu(elf));
    print(`${name}: whole process of QEMU`, speed(instructions, qemu));
  });
}

/** Milliseconds of the fastest run. */
function best(work: () => void): number {
  return Math.min(...Array.from({ length: runs }, () => milliseconds(work)));
}

function speed(instructions: number, time: number): string {
  return `${(instructions / time / 1000).toFixed(0)} M/s`;
}
