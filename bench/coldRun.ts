/** Executes an ELF on our CPU, in this process for the first time. Prints instructions and milliseconds for bench/cpu.ts. */
import { runCpu, ways } from '../test/peers/qemu/bareMachine';

const [elf = '', name] = process.argv.slice(2);
const start = performance.now();
const { instructions } = runCpu(
  elf,
  ways.find(way => way === name),
);
console.log(instructions, performance.now() - start);
