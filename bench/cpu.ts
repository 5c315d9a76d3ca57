/** Instructions per second of the interpreter against QEMU on the same ELF: `npm run bench:cpu`. */
import path from 'node:path';
import { build, runCpu, runQemu } from '../test/peers/qemu/bareMachine';

/** The chip executes at most one instruction per clock, at 80 MHz. */
const chip = 80e6;
/** Each figure is the best of so many runs: others only show what else the machine was doing. */
const runs = 3;

const loops = [
  { name: 'CRC32 -O2', flags: ['-O2', '-DLOOP=crc32(~i)', '-DROUNDS=1500'] },
  { name: 'CRC32 -O0', flags: ['-O0', '-DLOOP=crc32(~i)', '-DROUNDS=800'] },
  { name: 'calls (fib) -O1', flags: ['-O1', '-DLOOP=fibonacci(24)', '-DROUNDS=100'] },
];

const sources = [
  path.join(__dirname, '..', 'test', 'peers', 'qemu', 'start.S'),
  path.join(__dirname, 'loops.c'),
];

console.log('loop              instructions   interpreter      QEMU   interpreter/QEMU   interpreter/chip');
for (const { name, flags } of loops) {
  build(sources, [...flags, '-mtext-section-literals'], elf => {
    let instructions = 0;
    const ours = best(() => {
      instructions = runCpu(elf).instructions;
    });
    const qemu = best(() => runQemu(elf));
    const speed = instructions / ours;
    console.log(
      [
        name.padEnd(18),
        `${(instructions / 1e6).toFixed(1)} M`.padStart(12),
        `${(speed / 1e6).toFixed(0)} M/s`.padStart(13),
        `${(instructions / qemu / 1e6).toFixed(0)} M/s`.padStart(12),
        (qemu / ours).toFixed(3).padStart(15),
        (speed / chip).toFixed(2).padStart(18),
      ].join(''),
    );
  });
}

/** Seconds of the fastest run. */
function best(work: () => void): number {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    work();
    return (performance.now() - start) / 1000;
  });
  return Math.min(...times);
}
