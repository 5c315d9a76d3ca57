import assert from 'node:assert/strict';
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import dgram from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { generateCertificates } from '../../src/certificates/generate';
import { checkCompatibility } from '../../src/certificates/server/compatibility';
import { readSentCertificate } from '../../src/certificates/server/sentCertificate';
import { visitServer } from '../../src/certificates/server/visit';
import { type TlsAbilities, tlsAbilities } from '../../src/sdk/tls';
import type { DeviceEvent } from '../../src/simulator/events';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { Simulator } from '../../src/simulator/simulator';
import { buildStackFirmware, peerName, type StackFirmware } from '../firmware-sources/stack/build';

const run = promisify(execFile);

/** Where the firmware looks for the server that its TLS client shall visit. */
const targetSector = 0x7c;

describe("a firmware with Debian's lwIP and Mbed TLS", function () {
  let folder = '';
  let firmware: StackFirmware;
  const devices: Device[] = [];
  const servers: ChildProcess[] = [];

  before(async function () {
    // Once: the sources are downloaded, and a hundred files compiled.
    this.timeout(300_000);
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-stack-'));
    firmware = await buildStackFirmware(folder);
  });
  afterEach(() => {
    for (const device of devices.splice(0)) device.simulator.end();
    for (const server of servers.splice(0)) server.kill();
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Switches a device on; its TLS client visits `target`, "host port", which is a port of this computer, or nowhere. */
  function start(target = '', port?: number): Device {
    const [host = ''] = target.split(' ');
    const hosts = port === undefined ? [] : [[host, `127.0.0.1:${port}`] as const];
    const device = new Device(firmware.elf, target, new Map(hosts));
    devices.push(device);
    return device;
  }

  /** curl's arguments to fetch a page of the device by the address that its certificate is for. */
  async function fetch(device: Device, page: string, ...options: string[]): Promise<string> {
    const port = await device.port('tcp', 443);
    const { stdout } = await run('curl', [
      ...['-sS', '--max-time', '120', '--cacert', firmware.caCertificate, ...options],
      ...['--connect-to', `192.168.1.104:443:127.0.0.1:${port}`, `https://192.168.1.104${page}`],
    ]);
    return stdout;
  }

  /** Starts `openssl s_server` with a certificate; the port at which it listens. */
  async function serve(certificate: string, key: string, ...options: string[]): Promise<number> {
    const server = spawn(
      'openssl',
      ['s_server', '-accept', '127.0.0.1:0', '-www', '-cert', certificate, '-key', key, ...options],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    servers.push(server);
    return new Promise((resolve, reject) => {
      let said = '';
      server.stderr.on('data', data => (said += String(data)));
      server.stdout.on('data', data => {
        said += String(data);
        const port = /^ACCEPT 127\.0\.0\.1:(\d+)$/m.exec(said)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
      server.once('exit', code => {
        reject(new Error(`s_server ended with ${code}: ${said}`));
      });
    });
  }

  it('has the functions and lists that the device drives lwIP by, as readelf sees them', () => {
    const symbols = execFileSync('xtensa-lx106-elf-readelf', ['-sW', firmware.elf], { encoding: 'utf8' });
    for (const name of [
      'lwip_init',
      'ip_input',
      'ip4_input',
      'pbuf_alloc',
      'sys_check_timeouts',
      'dhcp_start',
    ])
      assert.match(symbols, new RegExp(` FUNC +GLOBAL +DEFAULT +\\d+ ${name}$`, 'm'));
    for (const name of ['netif_list', 'netif_default', 'tcp_listen_pcbs', 'udp_pcbs'])
      assert.match(symbols, new RegExp(` OBJECT +GLOBAL +DEFAULT +\\d+ ${name}$`, 'm'));
    const outside = [...symbols.matchAll(/ ABS ([a-z]\w*)$/gm)].map(([, name]) => name);
    for (const name of ['os_printf_plus', 'pvPortMalloc', 'spi_flash_read', 'system_restart'])
      assert.ok(outside.includes(name), `${name} is left to the device`);
  });

  it('gets address and time from the network by its own DHCP and SNTP', async () => {
    const device = start();
    await device.prints(/^address 192\.168\.1\.104$/m);
    const [, seconds] = await device.prints(/^time: (\d+) s since 1970$/m);
    assert.ok(Math.abs(Number(seconds) - Date.now() / 1000) < 60, `${seconds} is now`);
  });

  it('serves HTTPS to curl, which verifies it', async () => {
    const device = start();
    assert.match(await fetch(device, '/'), /^start 1, request 1, \d+ bytes of heap are free\n$/);
    await device.prints(/^HTTPS server: connected, TLS-ECDHE-RSA-WITH-AES-256-CBC-SHA$/m);
    await device.prints(/^HTTPS server: closed, error 0$/m);
    await assert.rejects(fetch(device, '/', '--cacert', '/dev/null'), /certificate|CAfile/i);
    await device.prints(/^HTTPS server: closed, error -/m);
    assert.equal(await fetch(device, '/nothing'), 'not found\n');
  });

  for (const cipher of ['AES128-SHA256', 'AES256-SHA', 'ECDHE-RSA-AES128-SHA256']) {
    it(`handshakes with openssl s_client by ${cipher}`, async () => {
      const device = start();
      const port = await device.port('tcp', 443);
      const client = run('openssl', [
        ...['s_client', '-tls1_2', '-cipher', cipher, '-connect', `127.0.0.1:${port}`, '-ign_eof'],
        ...['-CAfile', firmware.caCertificate, '-verify_return_error', '-verify_ip', '192.168.1.104'],
      ]);
      client.child.stdin?.end('GET / HTTP/1.1\r\n\r\n');
      const { stdout } = await client;
      assert.match(stdout, /Verify return code: 0 \(ok\)/);
      assert.match(stdout, new RegExp(`Cipher is ${cipher}$`, 'm'));
      assert.match(stdout, /start 1, request 1/);
    });
  }

  it('gives all memory of a connection back', async () => {
    const device = start();
    const free: number[] = [];
    for (let request = 1; request <= 3; request++) {
      const page = await fetch(device, '/', '--ciphers', 'AES128-SHA256');
      free.push(Number(/request \d+, (\d+) bytes/.exec(page)?.[1]));
      await device.prints(/^HTTPS server: closed, error 0$/m, request);
    }
    // What Mbed TLS works out for the key it keeps after the first; lwIP keeps what it has closed for two minutes.
    const [, second = 0, third = 0] = free;
    assert.ok(second > 0 && second - third <= tcpPcbSize, `free at each request: ${free.join(', ')}`);
  });

  it('restarts when it is asked to, and counts its starts in RTC memory', async () => {
    const device = start();
    assert.equal(await fetch(device, '/restart'), 'restarting\n');
    await device.prints(/^start 2$/m);
    await device.prints(/^HTTPS server: port 443$/m, 2);
    assert.match(await fetch(device, '/'), /^start 2, request 1, /);
  });

  it('echoes UDP datagrams, fragmented ones too', async () => {
    const device = start();
    const port = await device.port('udp', 7000);
    const socket = dgram.createSocket('udp4');
    try {
      for (const length of [1, 100, 1472, 4000]) {
        const sent = Buffer.alloc(length, `${length} bytes `);
        const echo = new Promise<Buffer>(resolve => socket.once('message', resolve));
        socket.send(sent, port, '127.0.0.1');
        assert.deepEqual(await echo, sent);
      }
    } finally {
      socket.close();
    }
  });

  it("visits openssl s_server by name and verifies that server's certificate", async () => {
    const port = await serve(firmware.peerCertificate, firmware.peerKey);
    const device = start(`${peerName} 443`, port);
    await device.prints(/^TLS client: peer\.example is 192\.168\.1\.\d+$/m);
    await device.prints(/^TLS client: connected, TLS-ECDHE-RSA-WITH-AES-256-CBC-SHA$/m);
    await device.prints(/^TLS client: \d+ bytes: HTTP\/1\.0 200 ok/m);
    await device.prints(/^TLS client: closed, error 0$/m);
  });

  it('refuses a server that is not who it says, or that an unknown CA has signed', async () => {
    const port = await serve(firmware.peerCertificate, firmware.peerKey);
    await start('other.example 443', port).prints(/^TLS client: closed, error -9984$/m);

    const stranger = await generateCertificates({ name: peerName });
    const files = new Map(stranger.files.map(({ name, bytes }) => [name, bytes]));
    const [certificate, key] = [path.join(folder, 'stranger.crt'), path.join(folder, 'stranger.key')];
    writeFileSync(certificate, files.get('server.crt') ?? '');
    writeFileSync(key, files.get('server.key') ?? '');
    const otherPort = await serve(certificate, key);
    await start(`${peerName} 443`, otherPort).prints(/^TLS client: closed, error -9984$/m);
  });

  const visited: [
    server: string,
    verdict: 'yes' | 'no',
    options: (chain: (copies: number) => string) => string[],
  ][] = [
    ['with a cipher suite of the firmware', 'yes', () => []],
    ['that sends its chain', 'yes', chain => ['-cert_chain', chain(1)]],
    ['whose chain just fits the buffer', 'yes', chain => ['-cert_chain', chain(3)]],
    ['whose chain is too long for the buffer', 'no', chain => ['-cert_chain', chain(4)]],
    ['that cuts its messages into several records', 'no', () => ['-max_send_frag', '512']],
    ['with GCM alone', 'no', () => ['-cipher', 'AES128-GCM-SHA256']],
    ['of TLS 1.1 alone', 'no', () => ['-tls1_1', '-cipher', 'AES128-SHA:@SECLEVEL=0']],
    ['of TLS 1.3 alone', 'no', () => ['-tls1_3']],
  ];
  for (const [server, foretold, options] of visited)
    it(`comes to the end that a visit foretells at a server ${server}`, async () => {
      const chain = (copies: number) => {
        const file = path.join(folder, `chain${copies}.pem`);
        writeFileSync(file, readFileSync(firmware.caCertificate, 'utf8').repeat(copies));
        return file;
      };
      const usual = ['-cipher', 'AES128-SHA256:AES128-SHA:@SECLEVEL=0'];
      const port = await serve(firmware.peerCertificate, firmware.peerKey, ...usual, ...options(chain));
      const ca = readSentCertificate(new X509Certificate(readFileSync(firmware.caCertificate)).raw);
      const visit = await visitServer({ host: '127.0.0.1', port }, ownMbedTls);
      const { verdict } = checkCompatibility(
        visit,
        { abilities: ownMbedTls, buffer: ownBuffer },
        { root: () => ca },
      );
      assert.equal(verdict, foretold);
      const device = start(`${peerName} 443`, port);
      const [end] = await device.prints(/^TLS client: (connected|closed, error -)/m);
      assert.equal(end.endsWith('connected'), verdict === 'yes', `${verdict}: ${end}`);
    });

  it('says that nobody answers, and that a name is unknown', async () => {
    const port = await serve(firmware.peerCertificate, firmware.peerKey);
    servers.splice(0).forEach(server => server.kill());
    await start(`${peerName} 443`, port).prints(/^TLS client: no connection, error -14$/m);
    await start('no-such-name.invalid 443').prints(/^TLS client: no-such-name\.invalid is unknown$/m);
  });
});

/** What test/firmware-sources/stack/mbedtlsConfig.h gives Mbed TLS, without ECDHE, which the servers of a visit do not have. */
const usualMbedTls = tlsAbilities('libmbedtls', '3.0.0');
assert.ok(usualMbedTls);
const ownMbedTls: TlsAbilities = { ...usualMbedTls, protocols: ['TLSv1.2'], hashes: ['sha1', 'sha256'] };
/** Its MBEDTLS_SSL_IN_CONTENT_LEN. */
const ownBuffer = 4096;

/** More than a struct tcp_pcb with the head of its heap block takes. */
const tcpPcbSize = 256;

/** A simulated device and all that it has said. */
class Device {
  readonly simulator: Simulator;
  #text = '';
  readonly #ports = new Map<string, number>();
  readonly #waiting = new Set<() => void>();

  constructor(elf: string, target: string, hosts: ReadonlyMap<string, string>) {
    this.simulator = new Simulator({
      firmware: loadFirmware(readFileSync(elf), elf),
      ports: new Map([443, 7000].map(port => [port, 0])),
      flashFiles: [{ address: targetSector * 4096, file: 'target', bytes: Buffer.from(`${target}\n`) }],
      network: { outbound: 'loopback', hosts },
    });
    this.simulator.events.listen(event => {
      this.#note(event);
    });
    this.simulator.start();
  }

  #note(event: DeviceEvent): void {
    if (event.kind === 'print') this.#text += event.text;
    else if (event.kind === 'boot') this.#ports.clear();
    else if (event.kind === 'listening') this.#ports.set(`${event.protocol} ${event.devicePort}`, event.port);
    for (const look of this.#waiting) look();
  }

  /** Resolves when the device has printed what `pattern` matches, so many times. */
  prints(pattern: RegExp, count = 1): Promise<RegExpMatchArray> {
    const all = new RegExp(pattern, `${pattern.flags}g`);
    return this.#wait(() => [...this.#text.matchAll(all)][count - 1], String(pattern));
  }

  /** The port of this computer that leads to a port of the device. */
  port(protocol: 'tcp' | 'udp', devicePort: number): Promise<number> {
    return this.#wait(() => this.#ports.get(`${protocol} ${devicePort}`), `port ${devicePort}`);
  }

  #wait<T>(find: () => T | undefined, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timeout);
        this.#waiting.delete(look);
      };
      const look = () => {
        const found = find();
        if (found === undefined) return;
        stop();
        resolve(found);
      };
      const timeout = setTimeout(() => {
        stop();
        reject(new Error(`The device does not come to ${what}. It has printed:\n${this.#text}`));
      }, patience);
      this.#waiting.add(look);
      look();
    });
  }
}

/** ms; a handshake with all its calculations takes about three seconds. */
const patience = 120_000;
