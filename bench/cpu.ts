/** Instructions per second of the interpreter and of translated code against QEMU on the same ELF: `npm run bench:cpu`. */
import path from 'node:path';
import { build, runCpu, runQemu, type Way } from '../test/peers/qemu/bareMachine';

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

const mixed = {
  name: 'mixed C, cold',
  flags: ['-O2'],
  sources: ['start.S', 'programs.c', 'romArithmetic.c'].map(file => path.join(sources[0] ?? '', '..', file)),
};

console.log(
  'program           instructions   interpreter     translated          QEMU   interpreter/QEMU   translated/QEMU',
);
for (const { name, flags, sources: files } of [...loops.map(loop => ({ ...loop, sources })), mixed]) {
  build(files, [...flags, '-mtext-section-literals', '-mlongcalls'], elf => {
    let instructions = 0;
    const time = (way: Way) =>
      best(() => {
        ({ instructions } = runCpu(elf, way));
      });
    const [interpreter, translated] = [time('interpreter'), time('mixed')];
    const qemu = best(() => runQemu(elf));
    const speed = (seconds: number) => `${(instructions / seconds / 1e6).toFixed(0)} M/s`;
    console.log(
      [
        name.padEnd(18),
        `${(instructions / 1e6).toFixed(1)} M`.padStart(12),
        speed(interpreter).padStart(14),
        speed(translated).padStart(15),
        speed(qemu).padStart(14),
        (qemu / interpreter).toFixed(3).padStart(19),
        (qemu / translated).toFixed(3).padStart(18),
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
