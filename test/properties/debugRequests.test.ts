import assert from 'node:assert/strict';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import fc from 'fast-check';
import { SimulatorSession } from '../../src/debugger/session';

const folder = path.join(__dirname, '..', '..', 'samples', 'https-server');
const program = path.join(folder, 'firmware.elf');
const source = path.join(folder, 'user', 'user_main.c');

/** All that the adapter answers, except what ends the session. */
const commands = [
  'initialize',
  'setBreakpoints',
  'setExceptionBreakpoints',
  'configurationDone',
  'threads',
  'stackTrace',
  'scopes',
  'variables',
  'evaluate',
  'readMemory',
  'continue',
  'next',
  'stepIn',
  'stepOut',
  'pause',
  'exceptionInfo',
  'no such request',
] as const;

const number = fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 2 ** 31, 2 ** 32, 2 ** 53, 1e308, 0.5));
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  number,
  fc.constantFrom('', '0x3ffe8000', '*p', '((', '\0', 'hover', 'instruction'),
);
const request = fc.record({
  command: fc.constantFrom(...commands),
  arguments: fc.oneof(
    anything,
    fc.record(
      {
        threadId: fc.oneof(fc.constant(1), anything),
        frameId: anything,
        variablesReference: anything,
        expression: anything,
        memoryReference: anything,
        offset: anything,
        count: fc.oneof(fc.integer({ min: -10, max: 1000 }), anything),
        startFrame: anything,
        levels: anything,
        granularity: anything,
        locale: anything,
        linesStartAt1: anything,
        source: fc.oneof(fc.record({ path: fc.oneof(fc.constant(source), anything) }), anything),
        breakpoints: fc.oneof(
          fc.array(fc.oneof(fc.record({ line: number }), anything), { maxLength: 4 }),
          anything,
        ),
        lines: anything,
      },
      { requiredKeys: [] },
    ),
  ),
});

/** A session in this process. */
class Client {
  readonly #session = new SimulatorSession();
  readonly #answers = new Map<number, number>();
  readonly #events = new Set<string>();
  /** The answer that came last. */
  success = false;
  #sequence = 0;

  constructor() {
    this.#session.setRunAsServer(true);
    this.#session.onDidSendMessage(message => {
      const { type, request_seq: answered } = message as DebugProtocol.Response;
      if (type === 'event') this.#events.add((message as DebugProtocol.Event).event);
      if (type !== 'response') return;
      this.success = (message as DebugProtocol.Response).success;
      this.#answers.set(answered, (this.#answers.get(answered) ?? 0) + 1);
    });
  }

  /** Sends a request; resolves to how often it has been answered, when it has been or the session has had its turns. */
  async ask(command: string, given: unknown): Promise<number> {
    const seq = ++this.#sequence;
    const message = { seq, type: 'request', command, arguments: given };
    this.#session.handleMessage(message);
    for (let turn = 0; turn < 1000 && !this.#answers.has(seq); turn++)
      await new Promise(resolve => setTimeout(resolve, 1));
    return this.#answers.get(seq) ?? 0;
  }

  /** Starts the sample; the device then is at its entry. */
  async launch(): Promise<void> {
    const given = { program, stopOnEntry: true, ports: { 443: 0 } };
    const message = { seq: ++this.#sequence, type: 'request', command: 'launch', arguments: given };
    this.#session.handleMessage(message);
    await this.#until('initialized');
    await this.ask('configurationDone', {});
    await this.#until('stopped');
  }

  async #until(event: string): Promise<void> {
    while (!this.#events.has(event)) await new Promise(resolve => setTimeout(resolve, 1));
  }
}

describe('a debug session', function () {
  this.timeout(300_000);

  it('answers each request once, whatever its arguments are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { minLength: 1, maxLength: 25 }),
        fc.boolean(),
        async (requests, launched) => {
          const client = new Client();
          try {
            if (launched) {
              await client.ask('initialize', { adapterID: 'test' });
              await client.launch();
            }
            for (const { command, arguments: given } of requests)
              assert.equal(await client.ask(command, given), 1, `${command} ${JSON.stringify(given)}`);
            assert.equal(await client.ask('threads', {}), 1);
          } finally {
            await client.ask('configurationDone', {});
            await client.ask('disconnect', {});
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses a step without arguments, rather than to say that it was made', async () => {
    const client = new Client();
    try {
      await client.ask('initialize', { adapterID: 'test' });
      await client.launch();
      for (const command of ['next', 'stepIn']) {
        assert.equal(await client.ask(command, undefined), 1);
        assert.equal(client.success, false);
      }
    } finally {
      await client.ask('disconnect', {});
    }
  });
});
