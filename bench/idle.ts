/** CPU time and memory of a device that has nothing to do: `npm run bench:idle`. The peer is a Node that has nothing to do either. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { print } from './figures';
import { stackFirmware } from './stackFirmware';

/** Start and DHCP are over then. */
const settling = 10_000;
const watched = 20_000;
/** Clock ticks a second in /proc, as sysconf(_SC_CLK_TCK) has been on Linux for decades. */
const ticks = 100;

const cli = path.join(__dirname, '..', 'out', 'cli.js');

void main();

async function main(): Promise<void> {
  const { elf } = await stackFirmware();
  const sample = path.join(__dirname, '..', 'samples', 'https-server', 'firmware.elf');
  const simulate = (program: string) => [cli, 'simulate', program, '--port', '443=0'];
  await measure('device with its own lwIP and Mbed TLS', simulate(elf), '< 1 %', '< 150 MB');
  await measure('device of the sample https-server', simulate(sample), '< 1 %', '< 150 MB');
  await measure('Node without work', ['-e', 'setInterval(() => {}, 1e9)']);
}

async function measure(what: string, args: string[], ...[cpuGoal, memoryGoal]: string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  try {
    await wait(settling);
    const before = cpuTime(child);
    await wait(watched);
    const share = ((cpuTime(child) - before) / watched) * 100;
    print(`${what}: CPU`, `${share.toFixed(2)} %`, cpuGoal);
    print(`${what}: memory`, `${residentMegabytes(child).toFixed(0)} MB`, memoryGoal);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

/** Milliseconds of user and system time so far. */
function cpuTime({ pid }: ChildProcess): number {
  // The name in parentheses may have spaces; utime and stime are the 12th and 13th field behind it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\)\s/, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / ticks) * 1000;
}

function residentMegabytes({ pid }: ChildProcess): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
