/**
 * Time from the launch of a firmware to the first instruction of its user_init: `npm run bench:launch`, or
 * `npm run bench:launch -- firmware.elf`; without a file, of one with lwIP and Mbed TLS, 1.4 MB with debug information. The peer is
 * binutils' readelf, which reads the same ELF with its symbols and debug information. Needs `npm run build`.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { loadSimulator } from '../src/simulator/load';
import { median, milliseconds, print } from './figures';
import { stackFirmware } from './stackFirmware';

const runs = 15;
const goal = '< 200 ms';

void main();

async function main(): Promise<void> {
  const program = process.argv[2] ?? (await stackFirmware()).elf;
  const first = await launch(program);
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await launch(program));
  const several = (work: () => void) => median(Array.from({ length: runs }, () => milliseconds(work)));
  const whole = several(() => {
    cliToUserInit(program);
  });
  const reading = several(() => spawnSync('xtensa-lx106-elf-readelf', ['-sw', program]));
  const show = (what: string, time: number, wanted = '') => {
    print(what, `${time.toFixed(0)} ms`, wanted);
  };
  show('launch to user_init, first in a process', first, goal);
  show('launch to user_init, later (median)', median(times), goal);
  show('esp8266-ssl simulate, whole process', whole);
  show('readelf -sw, whole process', reading);
  print('ratio, process against process', (whole / reading).toFixed(1));
}

/** Milliseconds from the file's name to the first instruction of user_init. */
async function launch(program: string): Promise<number> {
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

/** A whole process, until right after the first lines that it prints. */
function cliToUserInit(program: string): void {
  const cli = path.join(__dirname, '..', 'out', 'cli.js');
  spawnSync('sh', ['-c', `node ${cli} simulate ${program} --port 443=0 | head -4`]);
}
