import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import net from 'node:net';
import type { DeviceEvent } from '../../src/simulator/events';
import { eventText } from '../../src/simulator/eventText';
import type { Simulator } from '../../src/simulator/simulator';

/** ms; a handshake with all its calculations takes seconds on a busy computer. */
const patience = 60_000;

type Failed = DeviceEvent & { kind: 'tls-failed' };

/** A simulated device, its event log, and what it says of failed TLS connections. */
export class WatchedDevice {
  readonly events: DeviceEvent[] = [];
  readonly simulator: Simulator;
  readonly #waiting = new Set<() => void>();

  constructor(simulator: Simulator) {
    this.simulator = simulator;
    simulator.events.listen(event => {
      this.events.push(event);
      for (const look of this.#waiting) look();
    });
    simulator.start();
  }

  get failures(): Failed[] {
    return this.events.filter((event): event is Failed => event.kind === 'tls-failed');
  }

  /** What the log shows a user without a trace about failed connections. */
  get sentences(): string[] {
    return this.failures.map(failure => eventText(failure, false, 'terminal') ?? '');
  }

  /** All lines that a user gets to see, with what the firmware prints. */
  get log(): string {
    return this.events
      .map(event => (event.kind === 'print' ? event.text : `${eventText(event, false, 'terminal') ?? ''}\n`))
      .join('')
      .replaceAll(/\n+/g, '\n');
  }

  get printed(): string {
    return this.events.map(event => (event.kind === 'print' ? event.text : '')).join('');
  }

  async until<T>(what: string, find: () => T | undefined | false | null): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timeout);
        this.#waiting.delete(look);
      };
      const look = () => {
        const found = find();
        if (found === undefined || found === false || found === null) return;
        stop();
        resolve(found);
      };
      const timeout = setTimeout(() => {
        stop();
        reject(new Error(`${what} did not happen:\n${this.log}`));
      }, patience);
      this.#waiting.add(look);
      look();
    });
  }

  /** The port of this computer at which the device listens. */
  port(devicePort = 443): Promise<number> {
    return this.until('listening', () => {
      const found = this.events.findLast(
        event => event.kind === 'listening' && event.protocol !== 'udp' && event.devicePort === devicePort,
      );
      return found?.kind === 'listening' && found.port;
    });
  }

  /** Waits for the sentence about the only failed connection. */
  async failure(): Promise<{ failed: Failed; text: string }> {
    await this.until('a sentence about a failed connection', () => this.failures.length > 0);
    assert.equal(this.failures.length, 1, this.log);
    const [failed] = this.failures;
    assert.ok(failed);
    return { failed, text: this.sentences[0] ?? '' };
  }
}

/** Runs a program to its end, whatever that is; resolves to what it wrote. */
export function runPeer(program: string, args: readonly string[], input = '', cwd?: string): Promise<string> {
  return new Promise(resolve => {
    const child = execFile(program, [...args], { timeout: patience, cwd }, (_error, stdout, stderr) => {
      resolve(stdout + stderr);
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** openssl over a connection that ends when the server has answered. */
export async function cutOff(port: number): Promise<string> {
  const proxy = net.createServer(client => {
    const server = net.connect(port, '127.0.0.1');
    client.pipe(server);
    server.once('data', () => server.end());
    server.on('close', () => client.destroy());
    for (const socket of [client, server]) socket.on('error', () => undefined);
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  assert.ok(address !== null && typeof address === 'object');
  try {
    return await runPeer('openssl', ['s_client', '-tls1_2', '-connect', `127.0.0.1:${address.port}`]);
  } finally {
    proxy.close();
  }
}
