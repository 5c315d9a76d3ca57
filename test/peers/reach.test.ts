import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { buildStackFirmware, peerName } from '../firmware-sources/stack/build';

const cli = path.join(__dirname, '..', '..', 'out', 'cli.js');
/** Longer than any computer needs. */
const patience = 100_000;

/** A cloned project whose file asks for a service of this computer, run as its README would say. */
describe('a project that asks for this computer', function () {
  this.timeout(600_000);
  let folder = '';
  let elf = '';
  let server: net.Server;
  let port = 0;
  let connections = 0;
  const children: ChildProcess[] = [];

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-reach-'));
    ({ elf } = await buildStackFirmware(folder));
    writeFileSync(path.join(folder, 'remote.bin'), `${peerName} 8443\0`);
    server = net.createServer(socket => {
      connections++;
      socket.on('error', () => undefined);
      socket.end();
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    connections = 0;
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** Runs the project until the log matches; resolves to the log. */
  async function simulate(network: object, args: readonly string[], last: () => RegExp): Promise<string> {
    writeFileSync(
      path.join(folder, 'esp8266-ssl.json'),
      JSON.stringify({
        simulator: { flash: { '0x7c000': 'remote.bin' }, network, ports: { 443: 0, 7000: 0 } },
      }),
    );
    const child = spawn(process.execPath, [cli, 'simulate', elf, ...args], { cwd: folder });
    children.push(child);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (text += String(data)));
    for (const end = Date.now() + patience; !last().test(text);) {
      assert.ok(Date.now() < end && child.exitCode === null, text);
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    return text;
  }

  /** How often the server has been reached. */
  const count = () => connections;
  const hosts = () => ({ [peerName]: `127.0.0.1:${port}` });
  const refused = /may not reach peer\.example \([\d.:]+\): it is this computer/;
  const connected = /TCP: the device connects to/;

  for (const [what, network, option] of [
    ['lists it in hosts', () => ({ hosts: hosts() }), () => ['--reach', `127.0.0.1:${port}`]],
    ['sets outbound to local', () => ({ hosts: hosts(), outbound: 'local' }), () => ['--outbound', 'local']],
    ['lists it in reach', () => ({ hosts: hosts(), reach: ['127.0.0.1'] }), () => ['--reach', '127.0.0.1']],
  ] as const) {
    it(`${what}: is refused, is told which option allows it, and that option does`, async () => {
      const log = await simulate(network(), [], () => refused);
      assert.equal(count(), 0);
      const wish = log.split('\n').filter(line => line.includes('esp8266-ssl.json asks'));
      assert.equal(wish.length, 1, log);
      assert.ok(
        wish[0]?.includes(`add ${option()[0]} ${what.includes('reach') ? '127.0.0.1' : option()[1]}`),
        log,
      );
      await simulate(network(), option(), () => connected);
      assert.notEqual(count(), 0);
    });
  }

  it('is allowed by a name of the command line alone', async () => {
    await simulate({}, ['--host', `${peerName}=127.0.0.1:${port}`], () => connected);
    assert.notEqual(count(), 0);
  });
});
