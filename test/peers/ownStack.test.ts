import assert from 'node:assert/strict';
import { type ChildProcess, execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { DeviceEvent, EventDetail } from '../../src/simulator/events';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { Simulator } from '../../src/simulator/simulator';
import { buildStackFirmware, peerName, type StackFirmware } from '../firmware-sources/stack/build';
import { freePort } from '../freePort';
import { startNginx } from './nginx';
import type { SimulatorOptions } from '../../src/simulator/simulatorOptions';

const run = promisify(execFile);
/** As many connections as a soak run makes; a share of them otherwise. */
const connections = Number(process.env['CONNECTIONS'] ?? 12);
const remoteSector = 0x7c000;

/** A firmware whose lwIP and Mbed TLS come from Debian, as they are: everything on the wire is its own doing. */
describe('a firmware with its own lwIP and TLS', function () {
  this.timeout(120_000 + connections * 1000);
  let folder = '';
  let firmware: StackFirmware;
  let simulator: Simulator | undefined;
  let events: DeviceEvent[] = [];
  const children: ChildProcess[] = [];

  before(async function () {
    this.timeout(600_000);
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-stack-'));
    firmware = await buildStackFirmware(folder);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    simulator?.end();
    simulator = undefined;
    for (const child of children.splice(0)) child.kill();
  });

  function of<K extends EventDetail['kind']>(kind: K) {
    return events.filter((event): event is Extract<DeviceEvent, { kind: K }> => event.kind === kind);
  }

  function printed(): string {
    return of('print')
      .map(({ text }) => text)
      .join('');
  }

  async function until<T>(what: string, found: () => T | undefined | false | null): Promise<T> {
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      const value = found();
      if (value !== undefined && value !== false && value !== null) return value;
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    throw new Error(`${what} did not happen:\n${printed()}`);
  }

  /** Switches the device on; resolves to the computer's port for each of its ports, as "tcp443". */
  async function start(options: Partial<SimulatorOptions> = {}): Promise<(port: string) => number> {
    const { elf } = firmware;
    simulator = new Simulator({
      firmware: loadFirmware(readFileSync(elf), elf),
      ports: new Map([
        [443, 0],
        [7000, 0],
      ]),
      ...options,
    });
    events = [];
    simulator.events.listen(event => events.push(event));
    simulator.start();
    await until('listening', () => of('listening').length >= 2);
    return port =>
      of('listening').findLast(({ protocol, devicePort }) => `${protocol}${devicePort}` === port)?.port ?? 0;
  }

  function curl(port: number, file = '/') {
    return run('curl', [
      '-sS',
      '--max-time',
      '60',
      '--cacert',
      firmware.caCertificate,
      // The certificate is for the address that the device has.
      '--connect-to',
      `::127.0.0.1:${port}`,
      `https://192.168.1.104${file}`,
    ]);
  }

  function remote(text: string) {
    return [{ address: remoteSector, file: 'remote', bytes: Buffer.from(`${text}\0`) }];
  }

  it('serves curl and openssl over TLS 1.2, and the log has every record', async () => {
    const port = (await start())('tcp443');
    const { stdout } = await curl(port);
    assert.notEqual(stdout, '');
    const client = await run('sh', [
      '-c',
      `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | openssl s_client -connect 127.0.0.1:${port} -CAfile ${firmware.caCertificate} -ign_eof -tls1_2`,
    ]);
    assert.match(client.stdout, /Verify return code: 0/);
    assert.match(client.stdout, /Protocol *: TLSv1\.2/);
    const messages = of('tls-record').flatMap(({ sender, content }) =>
      content.kind === 'handshake' ? content.messages.map(({ type }) => `${sender} ${type}`) : [],
    );
    // ClientHello, ServerHello, Certificate, ServerHelloDone, ClientKeyExchange.
    for (const message of ['remote 1', 'device 2', 'device 11', 'device 14', 'remote 16'])
      assert.ok(messages.includes(message), `${message} in ${messages.join(', ')}`);
  });

  it('resolves a name and connects to nginx with TLS 1.2, checking its certificate', async () => {
    const port = await freePort();
    children.push(
      await startNginx(
        folder,
        `server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${firmware.peerCertificate}; ssl_certificate_key ${firmware.peerKey};
    ssl_protocols TLSv1.2; ssl_ciphers ALL:@SECLEVEL=0;
    location / { return 200 "hello from nginx\\n"; }
  }`,
        port,
      ),
    );
    await start({
      flashFiles: remote(`${peerName} 8443`),
      network: { hosts: new Map([[peerName, `127.0.0.1:${port}`]]), reach: new Set([`127.0.0.1:${port}`]) },
    });
    await until('an answer', () => /TLS client: [0-9]+ bytes: .*hello from nginx/s.exec(printed()));
    assert.equal(of('dns')[0]?.name, peerName);
    const opened = of('tcp-opened').find(({ direction }) => direction === 'out');
    assert.match(opened?.remote ?? '', /:8443$/);
  });

  it('may not connect where outbound connections are denied', async () => {
    await start({
      flashFiles: remote(`${peerName} 8443`),
      network: { outbound: 'deny', hosts: new Map([[peerName, '127.0.0.1:9']]) },
    });
    await until('a refusal', () => of('outbound-denied')[0]);
  });

  it('serves through a network that loses, delays and reorders packets', async () => {
    const port = (await start({ network: { faults: { loss: 0.05, reorder: 0.1, delay: 5, seed: 7 } } }))(
      'tcp443',
    );
    for (let i = 0; i < 3; i++) assert.notEqual((await curl(port)).stdout, '');
  });

  it(`has all its heap back after ${connections} connections, and leaves nothing on the computer`, async () => {
    const port = (await start())('tcp443');
    // The first connections and minutes let lwIP and Mbed TLS take what they keep.
    for (let i = 0; i < 3; i++) await curl(port);
    await settled();
    const free = await settled();
    const before = process.getActiveResourcesInfo().length;
    for (let done = 0; done < connections;) {
      // lwIP keeps each closed connection for two minutes, 168 bytes: some 300 of them and the device has no heap left.
      for (const end = Math.min(done + 100, connections); done < end; done++)
        assert.notEqual((await curl(port)).stdout, '');
      assert.equal(await settled(), free);
    }
    await until('sockets closed', () => process.getActiveResourcesInfo().length <= before);
    simulator?.end();
    await until('the port is closed', () => !process.getActiveResourcesInfo().includes('TCPServerWrap'));
    await assert.rejects(curl(port));
  });

  /**
   * The free heap when lwIP has nothing to do: it keeps a closed connection for two minutes, counted by a timer of 250 ms;
   * here they go by faster.
   */
  async function settled(): Promise<number> {
    const known = of('heap').length;
    for (let passed = 0; passed < 150; passed += 0.25) {
      simulator?.pass(250_000);
      await new Promise(resolve => setTimeout(resolve, 3));
    }
    return Math.max(
      ...of('heap')
        .slice(known - 1)
        .map(({ free }) => free),
    );
  }
});
