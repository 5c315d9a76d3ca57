import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildStackFirmware, type StackFirmware } from '../firmware-sources/stack/build';
import { freePort } from '../freePort';
import { DebugSession } from './debugSession';

const run = promisify(execFile);
const sources = path.join(__dirname, '..', 'firmware-sources', 'stack');
const userMain = path.join(sources, 'userMain.c');
const httpsServer = path.join(sources, 'httpsServer.c');
/** ms; a handshake with all its calculations takes seconds on a busy computer. */
const patience = 120_000;

function lineOf(file: string, text: string): number {
  return (
    readFileSync(file, 'utf8')
      .split('\n')
      .findIndex(line => line.includes(text)) + 1
  );
}

/** Debugging where lwIP and TLS run on the simulated CPU, as they do in firmware linked with the SDK. */
describe('debugging a firmware with its own lwIP and TLS', function () {
  this.timeout(2 * patience);
  let folder = '';
  let firmware: StackFirmware;
  let session: DebugSession;
  let port = 0;

  before(async function () {
    // Once: the sources are downloaded, and a hundred files compiled.
    this.timeout(600_000);
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-debug-stack-'));
    firmware = await buildStackFirmware(folder);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    session = new DebugSession();
    port = await freePort();
  });
  afterEach(() => session.end());

  function stop(): Promise<unknown> {
    return session.client.waitForEvent('stopped', patience);
  }

  /** Names of the functions on the stack, innermost first, the first with its line. */
  async function stack(): Promise<{ names: string[]; line: number }> {
    const { body } = await session.client.stackTraceRequest({ threadId: 1 });
    return { names: body.stackFrames.map(({ name }) => name), line: body.stackFrames[0]?.line ?? 0 };
  }

  async function step(command: 'next' | 'stepIn' | 'stepOut'): Promise<{ names: string[]; line: number }> {
    const stopped = stop();
    await session.client.send(command, { threadId: 1 });
    await stopped;
    return stack();
  }

  async function evaluate(expression: string): Promise<string> {
    return (await session.client.evaluateRequest({ expression, frameId: 1 })).body.result;
  }

  async function resume(): Promise<void> {
    await session.client.continueRequest({ threadId: 1 });
  }

  /** Fetches the device's page by the address that its certificate is for. */
  async function fetch(...options: string[]): Promise<string> {
    const { stdout } = await run('curl', [
      ...['-sS', '--max-time', String(patience / 1000), '--cacert', firmware.caCertificate, ...options],
      ...['--connect-to', `192.168.1.104:443:127.0.0.1:${port}`, 'https://192.168.1.104/'],
    ]);
    return stdout;
  }

  it('stops in user_init; a call of the SDK is one step, into it as well as over it', async () => {
    const first = lineOf(userMain, 'starts = countStart()');
    const stopped = stop();
    await session.launch(firmware.elf, { ports: { 443: port } }, { [userMain]: [first] });
    await stopped;
    assert.deepEqual(await stack(), { names: ['user_init'], line: first });
    assert.deepEqual(await step('next'), { names: ['user_init'], line: first + 1 });
    assert.equal(await evaluate('starts'), '1');
    // os_printf is the device's: there is no source to step into.
    assert.deepEqual(await step('stepIn'), { names: ['user_init'], line: first + 2 });
    await session.waitForOutput(/^start 1$/m);
    // Millions of instructions of Mbed TLS, which has source.
    assert.deepEqual(await step('next'), { names: ['user_init'], line: first + 3 });
    assert.equal(await evaluate('error'), '0');
  });

  it('stops in a receive callback under TLS, with the stack through TLS and lwIP, and answers then', async () => {
    const received = lineOf(httpsServer, 'uint32 room');
    await session.launch(firmware.elf, { ports: { 443: port } }, { [httpsServer]: [received] });
    await session.waitForOutput(/Port 443 of the device is open/);
    const stopped = stop();
    const page = fetch();
    await stopped;
    const { names, line } = await stack();
    assert.equal(line, received);
    assert.equal(names[0], 'received');
    assert.deepEqual(
      names.filter(name => ['received', 'tcp_input', 'ip4_input'].includes(name)),
      ['received', 'tcp_input', 'ip4_input'],
    );
    assert.match(await evaluate('data'), /"GET \/ HTTP\/1\.1\\r\\nHost: 192\.168\.1\.104/);
    assert.ok(Number(await evaluate('length')) > 40);
    assert.equal((await step('next')).names[0], 'received');
    assert.equal((await step('stepOut')).names[0], names[1]);
    await resume();
    assert.match(await page, /^start 1, request 1, /);
  });

  it('pauses in the middle of a handshake, which is done afterwards', async () => {
    await session.launch(firmware.elf, { ports: { 443: port } });
    await session.waitForOutput(/Port 443 of the device is open/);
    const page = fetch('--ciphers', 'AES128-SHA256');
    await session.waitForOutput(/connects to port 443/);
    let names: string[] = [];
    for (const end = Date.now() + patience; !names.includes('mbedtls_mpi_exp_mod');) {
      assert.ok(Date.now() < end, `the device never calculates; at last: ${names.join(' < ')}`);
      const stopped = stop();
      await session.client.send('pause', { threadId: 1 });
      await stopped;
      ({ names } = await stack());
      await resume();
    }
    assert.ok(names.includes('mbedtls_ssl_handshake'), names.join(' < '));
    assert.match(await page, /^start 1, request 1, /);
  });
});
