/**
 * Time from the launch of a firmware to the first instruction of its user_init: `npm run bench:launch`, or
 * `npm run bench:launch -- firmware.elf`. The peer is binutils' readelf, which reads the same ELF with its symbols and
 * debug information.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { loadSimulator } from '../src/simulator/load';

const program = process.argv[2] ?? path.join(__dirname, '..', 'samples', 'https-server', 'firmware.elf');
const runs = 15;

void main();

async function main(): Promise<void> {
  const first = await launch();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await launch());
  const processes = Array.from({ length: runs }, cliToUserInit);
  const peer = Array.from({ length: runs }, () => {
    const start = performance.now();
    spawnSync('xtensa-lx106-elf-readelf', ['-sw', program]);
    return performance.now() - start;
  });
  const reading = median(peer);
  console.log(`launch to user_init, first in a process  ${first.toFixed(0)} ms`);
  console.log(`launch to user_init, later (median)      ${median(times).toFixed(0)} ms`);
  console.log(`esp8266-ssl simulate, whole process      ${median(processes).toFixed(0)} ms`);
  console.log(`readelf -sw, whole process               ${reading.toFixed(0)} ms`);
  console.log(`ratio, process against process           ${(median(processes) / reading).toFixed(1)}`);
}

/** Milliseconds from the file's name to the first instruction of user_init. */
async function launch(): Promise<number> {
  const start = performance.now();
  const simulator = await loadSimulator({ program });
  const time = await new Promise<number>(resolve => {
    simulator.onStop = () => {
      resolve(performance.now() - start);
    };
    simulator.start({ stopOnEntry: true });
  });
  simulator.end();
  return time;
}

/** Milliseconds from the start of the process to its end, right after the first line that the firmware prints. */
function cliToUserInit(): number {
  const start = performance.now();
  spawnSync('sh', [
    '-c',
    `node ${path.join(__dirname, '..', 'out', 'cli.js')} simulate ${program} --port 443=0 | head -4`,
  ]);
  return performance.now() - start;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
