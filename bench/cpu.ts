/** Instructions per second of the interpreter and of translated code against QEMU on the same ELF: `npm run bench:cpu`. */
import path from 'node:path';
import { build, runCpu, runQemu } from '../test/peers/qemu/bareMachine';
import { freshProcess, milliseconds, print } from './figures';

/** Each figure is the best of so many runs: others only show what else the machine was doing. */
const runs = 5;

const qemuFolder = path.join(__dirname, '..', 'test', 'peers', 'qemu');
const start = path.join(qemuFolder, 'start.S');
const flags = ['-mtext-section-literals', '-mlongcalls'];

/** `goal`: speed of translated code as a multiple of QEMU's. The start of both is in it: 30 ms of QEMU's, 8 M instructions interpreted of ours. */
const loops = [
  { name: 'CRC32 -O2', options: ['-O2', '-DLOOP=crc32(~i)', '-DROUNDS=20000'], goal: 1 },
  { name: 'CRC32 -O0', options: ['-O0', '-DLOOP=crc32(~i)', '-DROUNDS=9000'], goal: 0.8 },
  { name: 'calls (fib) -O1', options: ['-O1', '-DLOOP=fibonacci(24)', '-DROUNDS=1500'], goal: 0.6 },
];

for (const { name, options, goal } of loops) {
  const sources = [start, path.join(__dirname, 'loops.c')];
  // A tenth is enough for the interpreter.
  const few = options.map(option => option.replace(/(?<=ROUNDS=\d+)0$/, ''));
  build(sources, [...flags, ...few], elf => {
    const { instructions } = runCpu(elf, 'interpreter');
    const [time = NaN] = best(() => runCpu(elf, 'interpreter'));
    print(`${name}: interpreter, warm`, speed(instructions, time), '≥ 90 M/s');
  });
  build(sources, [...flags, ...options], elf => {
    const { instructions } = runCpu(elf);
    const [ours = NaN, qemu = NaN] = best(
      () => runCpu(elf),
      () => runQemu(elf),
    );
    print(`${name}: with translation`, speed(instructions, ours));
    print(`${name}: QEMU`, speed(instructions, qemu));
    print(`${name}: with translation / QEMU`, (qemu / ours).toFixed(2), `≥ ${goal}`);
  });
}

const mixed = [start, path.join(__dirname, 'mixed.c'), path.join(qemuFolder, 'romArithmetic.c')];
const ways = ['mixed', 'interpreter'];
for (const repeated of [1, 8]) {
  build(mixed, [...flags, '-O2', `-DROUNDS=${repeated}`], elf => {
    const file = path.join(__dirname, 'coldRun.ts');
    const rounds = Array.from({ length: runs }, () => ways.map(way => freshProcess(file, [elf, way])));
    const [instructions = NaN] = rounds[0]?.[0] ?? [];
    const [time = NaN, interpreter = NaN] = fastest(rounds.map(round => round.map(([, time = NaN]) => time)));
    const name = `mixed C, cold, ${(instructions / 1e6).toFixed(1)} M`;
    print(`${name}: with translation`, speed(instructions, time), '≥ 60 M/s');
    print(`${name}: interpreter only`, speed(instructions, interpreter));
    print(`${name}: ratio`, (interpreter / time).toFixed(2), '≥ 1');
    const [qemu = NaN] = best(() => runQemu(elf));
    print(`${name}: whole process of QEMU`, speed(instructions, qemu));
  });
}

/** Milliseconds of the fastest run of each; they take turns, so that what else the machine does meets them alike. */
function best(...works: (() => unknown)[]): number[] {
  return fastest(Array.from({ length: runs }, () => works.map(milliseconds)));
}

/** The lowest of each column. */
function fastest(rounds: number[][]): number[] {
  return (rounds[0] ?? []).map((_time, index) => Math.min(...rounds.map(round => round[index] ?? NaN)));
}

function speed(instructions: number, time: number): string {
  return `${(instructions / time / 1000).toFixed(0)} M/s`;
}
