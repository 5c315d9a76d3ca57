/**
 * How long curl waits for a page from a firmware that brings its own lwIP and Mbed TLS and has an RSA-2048 key, and how long the event
 * loop, on which the debugger lives, is kept from its turn meanwhile: `npm run bench:handshake`. As peer, what the same instructions
 * take on a chip at 160 MHz if each takes one cycle; in truth they take more.
 */
import path from 'node:path';
import { freshProcess, print } from './figures';
import { stackFirmware } from './stackFirmware';

/** Each figure is the best of so many runs: others only show what else the machine was doing. */
const runs = 5;
const ciphers = ['AES128-SHA256', 'ECDHE-RSA-AES128-SHA256'];

void main();

async function main(): Promise<void> {
  const { elf, caCertificate } = await stackFirmware();
  for (const cipher of ciphers) {
    const all = Array.from({ length: runs }, () =>
      freshProcess(path.join(__dirname, 'handshakeRun.ts'), [elf, caCertificate, cipher]),
    );
    const figure = (index: number) => Math.min(...all.map(figures => figures[index] ?? NaN));
    const [cold, warm, coldGap, warmGap, instructions] = [0, 1, 2, 3, 4].map(figure);
    const show = (what: string, time = NaN, goal = '') => {
      print(`${cipher}: ${what}`, `${time.toFixed(0)} ms`, goal);
    };
    show('first connection', cold, '< 1000 ms');
    show('later connections', warm, '< 500 ms');
    show('chip at 160 MHz, at least', (instructions ?? NaN) / 160e3);
    show('longest wait of the debugger, first', coldGap);
    show('longest wait of the debugger, later', warmGap);
  }
}
