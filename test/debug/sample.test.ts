import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { portOpenedEvent } from '../../src/debugger/portOpened';
import { freePort } from '../freePort';
import { takenPort } from '../takenPort';
import { DebugSession } from './debugSession';

const sample = path.join(__dirname, '..', '..', 'samples', 'https-server');
const program = path.join(sample, 'firmware.elf');
const source = path.join(sample, 'user', 'user_main.c');
const lines = readFileSync(source, 'utf8').split('\n');
const lineOf = (text: string) => lines.findIndex(line => line.includes(text)) + 1;

describe('debugging the sample', function () {
  let certificates = '';
  let session: DebugSession;

  before(async () => {
    certificates = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-debug-'));
    await writeCertificates({ name: '127.0.0.1' }, certificates);
  });
  after(() => {
    rmSync(certificates, { recursive: true, force: true });
  });
  beforeEach(() => {
    session = new DebugSession();
  });
  afterEach(() => session.end());

  it('moves to a free port where 8443 is taken, and says so', async () => {
    const taken = await takenPort(8443);
    try {
      await session.launch(program, { certificates });
      await session.waitForOutput(
        /Port 443 of the device is open at https:\/\/127\.0\.0\.1:\d+\/, because port 8443 of this computer is in use/,
      );
      const address = /https:\S+\//.exec(session.output)?.[0] ?? '';
      const { stdout } = await promisify(execFile)('curl', [
        ...['-sS', '--cacert', path.join(certificates, 'ca.crt'), address],
      ]);
      assert.match(stdout, /Hello from ESP8266/);
    } finally {
      taken.release();
    }
  });

  it('stops in the receive callback, shows what is there, and steps', async () => {
    const port = await freePort();
    await session.launch(
      program,
      { certificates, ports: { 443: port } },
      { [source]: [lineOf('request_count++')] },
    );
    await session.waitForOutput(/Port 443 of the device is open/);
    const stopped = session.client.waitForEvent('stopped', 60_000);
    const asked = promisify(execFile)('curl', [
      '-sS',
      '-A',
      'curl',
      '--cacert',
      path.join(certificates, 'ca.crt'),
      `https://127.0.0.1:${port}/`,
    ]);
    await stopped;
    await session.where('breakpoint');
    await session.variables(['client', 'proto', 'tcp', 'remote_ip']);
    for (const expression of [
      'len',
      'client->proto.tcp->remote_ip[0]',
      '*client',
      'request_count + 1',
      'nothing',
    ]) {
      const frameId = 1;
      const answer = await session.client.evaluateRequest({ expression, frameId }).then(
        ({ body }) => body.result,
        (error: unknown) => String(error),
      );
      session.note(`evaluate ${expression} = ${answer}`);
    }
    for (const step of ['next', 'next', 'next', 'next', 'stepIn', 'next', 'stepOut', 'next'] as const)
      await session.until(step);
    await session.client.continueRequest({ threadId: 1 });
    session.note((await asked).stdout.trim());
    await session.waitForOutput(/client 127\.0\.0\.1 disconnected/);
    await session.until('pause');
    session.expectGolden('sample');
  });

  it('tells its client where the port is open, and which CA to trust', async () => {
    const port = await freePort();
    const opened = session.client.waitForEvent(portOpenedEvent, 60_000);
    await session.launch(program, { certificates, ports: { 443: port } });
    assert.deepEqual((await opened).body, {
      ...{ protocol: 'tls', devicePort: 443, host: '127.0.0.1', port, url: `https://127.0.0.1:${port}/` },
      caCertificate: path.join(certificates, 'ca.crt'),
    });
  });

  it('stops at the beginning of user_init when asked to', async () => {
    const stopped = session.client.waitForEvent('stopped', 60_000);
    await session.launch(program, { certificates, stopOnEntry: true });
    assert.equal(((await stopped).body as { reason: string }).reason, 'entry');
    const [frame] = await session.where('entry');
    assert.equal(frame?.name, 'user_init');
  });

  it('moves a breakpoint to the next line with code, and verifies none in a file that is not in the firmware', async () => {
    await session.launch(
      program,
      { certificates },
      { [source]: [lineOf('/* Set a breakpoint here')], '/elsewhere/other.c': [3] },
    );
    assert.deepEqual(session.lines, [
      `breakpoint user_main.c:${lineOf('if (!http_has_begun')} verified`,
      'breakpoint other.c:3 not verified: The firmware has no code for this line.',
    ]);
  });

  it('says in one sentence what is wrong with the launch', async () => {
    for (const [attributes, expected] of [
      [{ program: source }, /user_main\.c is not an ELF file/],
      [
        { program: '/nowhere/firmware.elf' },
        /\/nowhere\/firmware\.elf cannot be read: there is no such file/,
      ],
      [{ program, certificates: '/nowhere' }, /esp_cert_private_key\.bin is missing/],
      [{ program, ports: { 443: 'x' } }, /"ports.443" in the settings of the simulation must be/],
      [{}, /"program" in the settings of the simulation must be/],
    ] as const) {
      const failing = new DebugSession();
      await failing.client.start();
      await failing.client.initializeRequest();
      await assert.rejects(failing.client.launchRequest(attributes as never), expected);
      await failing.end();
    }
  });

  it('leaves no process and no port behind when the editor dies', async () => {
    const port = await freePort();
    const adapter = new RawAdapter();
    adapter.send('initialize', { adapterID: 'esp8266-ssl' });
    adapter.send('launch', { program, certificates, ports: { 443: port } });
    adapter.send('configurationDone');
    await adapter.until('Port 443 of the device is open');
    await adapter.abandon();
    const { status } = spawnSync('curl', ['-sSk', `https://127.0.0.1:${port}/`]);
    assert.equal(status, 7, 'curl must not be able to connect');
  });

  it('answers a step before it says that the device has stopped, and ends once', async () => {
    const adapter = new RawAdapter();
    adapter.send('initialize', { adapterID: 'esp8266-ssl' });
    adapter.send('launch', { program, certificates, stopOnEntry: true, ports: { 443: 0 } });
    adapter.send('configurationDone');
    await adapter.until('"event":"stopped"');
    const before = adapter.output.length;
    adapter.send('next', { threadId: 1 });
    await adapter.until('"event":"stopped"', before);
    adapter.send('terminate');
    await adapter.until('"event":"terminated"', before);
    await adapter.abandon();
    const order = [
      ...adapter.output
        .slice(before)
        .matchAll(/"command":"(next|terminate)"|"event":"(stopped|exited|terminated)"/g),
    ];
    assert.deepEqual(
      order.map(([, command, event]) => command ?? event),
      ['next', 'stopped', 'terminate', 'exited', 'terminated'],
    );
  });
});

/** The debug adapter as a process, with every byte that it writes: the order of messages is what counts here. */
class RawAdapter {
  output = '';
  #sequence = 1;
  readonly #process = spawn(process.execPath, [path.join(__dirname, '..', '..', 'out', 'debugAdapter.js')]);
  readonly #ended = new Promise(resolve => this.#process.once('exit', resolve));

  constructor() {
    this.#process.stdout.on('data', data => (this.output += String(data)));
  }

  send(command: string, args: object = {}): void {
    const message = JSON.stringify({ seq: this.#sequence++, type: 'request', command, arguments: args });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`);
  }

  async until(text: string, from = 0): Promise<void> {
    for (const end = Date.now() + 60_000; !this.output.includes(text, from);) {
      if (Date.now() > end) throw new Error(`no ${text} in:\n${this.output}`);
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }

  /** Goes away as an editor that crashes, and waits for the adapter's end. */
  async abandon(): Promise<void> {
    this.#process.stdin.destroy();
    this.#process.stdout.destroy();
    await this.#ended;
  }
}
