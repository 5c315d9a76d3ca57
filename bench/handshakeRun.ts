/**
 * Lets curl fetch a page several times from a device in this process. Prints for bench/handshake.ts: milliseconds of the first and of
 * later connections, the longest time between two turns of the event loop in each, and the instructions of the last connection.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { loadSimulator } from '../src/simulator/load';
import { median } from './figures';

const run = promisify(execFile);
const later = 6;

void main(process.argv.slice(2));

async function main([program = '', caCertificate = '', cipher = '']: string[]): Promise<void> {
  const simulator = await loadSimulator({ program, ports: new Map([[443, 0]]) });
  const port = new Promise<number>(resolve => {
    simulator.events.listen(event => {
      if (event.kind === 'listening' && event.devicePort === 443) resolve(event.port);
    });
  });
  simulator.start();
  const options = ['-sS', '--cacert', caCertificate, '--ciphers', cipher, '--tls-max', '1.2'];
  const target = ['--connect-to', `::127.0.0.1:${await port}`, 'https://192.168.1.104/'];
  const times: number[] = [];
  const waits: number[] = [];
  let instructions = 0;
  for (let connection = 0; connection <= later; connection++) {
    const before = simulator.cpu.instructions;
    const turns = new Turns();
    const { stdout } = await run('curl', [...options, '-o', '/dev/null', '-w', '%{time_total}', ...target]);
    waits.push(turns.end());
    times.push(Number(stdout) * 1000);
    instructions = simulator.cpu.instructions - before;
  }
  simulator.end();
  const [first, ...others] = times;
  const [firstWait, ...otherWaits] = waits;
  console.log(first, median(others), firstWait, median(otherWaits), instructions);
}

/** Watches the turns of the event loop. */
class Turns {
  #last = performance.now();
  #longest = 0;
  #ended = false;

  constructor() {
    this.#turn();
  }

  /** The longest time between two turns, in ms. */
  end(): number {
    this.#ended = true;
    return this.#longest;
  }

  #turn(): void {
    const now = performance.now();
    this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
    if (!this.#ended)
      setImmediate(() => {
        this.#turn();
      });
  }
}
