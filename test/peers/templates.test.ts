import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { loadSimulator } from '../../src/simulator/load';
import type { Simulator } from '../../src/simulator/simulator';

const samples = path.join(__dirname, '..', '..', 'samples');

/** A template's firmware that runs, with the ports of the computer at which it is reached. */
interface Running {
  simulator: Simulator;
  ports: Map<number, number>;
  text: () => string;
}

describe('the templates', function () {
  this.timeout(120_000);
  let folder = '';
  let running: Running | undefined;

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-templates-'));
    await writeCertificates({ name: '127.0.0.1' }, folder);
    for (const size of [20_000, 100_000])
      writeFileSync(path.join(folder, `data${size}`), Buffer.alloc(size, 'POST / HTTP/1.1\r\n\r\n'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    running?.simulator.end();
  });

  /** Starts a template and waits until its ports are open. */
  async function start(id: string, ...devicePorts: number[]): Promise<Running> {
    const simulator = await loadSimulator({
      program: path.join(samples, id, 'firmware.elf'),
      certificates: folder,
      ports: new Map(devicePorts.map(port => [port, 0])),
    });
    const ports = new Map<number, number>();
    let printed = '';
    await new Promise<void>((resolve, reject) => {
      simulator.onEnd = reason => {
        reject(new Error(`${reason}: ${printed}`));
      };
      simulator.events.listen(event => {
        if (event.kind === 'print') printed += event.text;
        if (event.kind === 'listening') ports.set(event.devicePort, event.port);
        if (ports.size === devicePorts.length) resolve();
      });
      simulator.start();
    });
    running = { simulator, ports, text: () => printed };
    return running;
  }

  const curl = async (...args: string[]) =>
    (
      await promisify(execFile)('curl', [
        '-sS',
        '--max-time',
        '60',
        '--cacert',
        path.join(folder, 'ca.crt'),
        ...args,
      ])
    ).stdout;

  /** Sends data in TLS records that fit the device's buffer of 2048 bytes; those of curl have 16 KB. */
  async function post(port: number, size: number, header = ''): Promise<string> {
    const socket = tls.connect({ port, host: '127.0.0.1', ca: readFileSync(path.join(folder, 'ca.crt')) });
    socket.setMaxSendFragment(1024);
    let page = '';
    const over = new Promise<void>((resolve, reject) => {
      socket.on('data', data => (page += String(data)));
      socket.on('end', resolve);
      socket.on('error', reject);
    });
    socket.write(`POST / HTTP/1.1\r\nHost: device\r\nContent-Length: ${size}\r\n${header}\r\n`);
    if (header !== '')
      for (let tries = 0; !page.includes('100 Continue'); tries++) {
        assert.ok(tries < 6000, 'no 100 Continue');
        await new Promise(resolve => setTimeout(resolve, 10));
      }
    socket.write(Buffer.alloc(size, 'POST / HTTP/1.1\r\n\r\n'));
    await over;
    socket.end();
    return page;
  }

  it('https-server takes 20 kB and 100 kB by POST, again and again, and never sends too early', async () => {
    const { ports, text } = await start('https-server', 443);
    const address = `https://127.0.0.1:${ports.get(443)}/`;
    for (const size of [20_000, 100_000, 20_000, 100_000]) {
      assert.match(await post(ports.get(443) ?? 0, size), new RegExp(`, ${size} bytes of data`));
    }
    assert.match(await curl(address), /Request 5, 0 bytes of data/);
    assert.match(await curl(`${address}nowhere`), /Not found/);
    assert.doesNotMatch(text(), /: -\d|failed/);
  });

  it('https-server sends “100 Continue” and the page after it, each after the sent callback of the last', async () => {
    const { ports, text } = await start('https-server', 443);
    const page = await post(ports.get(443) ?? 0, 20_000, 'Expect: 100-continue\r\n');
    assert.match(page, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*20000 bytes of data/);
    assert.doesNotMatch(text(), /: -\d|failed/);
  });

  it('http-and-https-server takes 20 kB and 100 kB by POST at either port, again and again', async () => {
    const { ports, text } = await start('http-and-https-server', 80, 443);
    for (const size of [20_000, 100_000, 20_000]) {
      const data = ['--data-binary', `@${path.join(folder, `data${size}`)}`];
      const plain = await curl(...data, `http://127.0.0.1:${ports.get(80)}/`);
      for (const page of [plain, await post(ports.get(443) ?? 0, size)])
        assert.match(page, new RegExp(`, ${size} bytes of data`));
    }
    assert.doesNotMatch(text(), /: -\d|failed/);
  });

  it('http-and-https-server answers both at once, and refuses more clients than it has room for', async () => {
    const { ports, text } = await start('http-and-https-server', 80, 443);
    const plain = `http://127.0.0.1:${ports.get(80)}/`;
    const secure = `https://127.0.0.1:${ports.get(443)}/`;
    const data = ['--data-binary', `@${path.join(folder, 'data100000')}`];
    for (const page of await Promise.all([
      curl(...data, plain),
      post(ports.get(443) ?? 0, 100_000),
      curl(plain),
    ]))
      assert.match(page, /Hello from ESP8266/);
    // Three clients that say nothing take all the room.
    const silent = [1, 2, 3].map(() => net.connect(ports.get(80) ?? 0, '127.0.0.1'));
    await Promise.all(silent.map(socket => new Promise(resolve => socket.once('connect', resolve))));
    await assert.rejects(curl(plain), /curl: \((7|52|56)\)/);
    assert.match(await curl(secure), /Hello from ESP8266/);
    for (const socket of silent) socket.destroy();
    let page = '';
    for (let tries = 0; page === '' && tries < 100; tries++)
      page = await curl(plain).catch(() => new Promise<string>(resolve => setTimeout(resolve, 50, '')));
    assert.match(page, /Hello from ESP8266/);
    assert.match(text(), /over plain TCP[^]*over TLS|over TLS[^]*over plain TCP/);
    assert.doesNotMatch(text(), /: -\d|failed/);
  });

  it('https-server takes the next client after one whose records exceed its buffer, as those of curl do', async () => {
    const { ports } = await start('https-server', 443);
    const address = `https://127.0.0.1:${ports.get(443)}/`;
    await assert.rejects(
      curl('--data-binary', `@${path.join(folder, 'data20000')}`, address),
      /curl: \((52|55|56)\)/,
    );
    assert.match(await curl(address), /Request \d, 0 bytes of data/);
  });

  it('uart-bridge carries bytes both ways and loses none', async () => {
    const { simulator, ports, text } = await start('uart-bridge', 2323);
    const socket = tls.connect({
      port: ports.get(2323) ?? 0,
      host: '127.0.0.1',
      ca: readFileSync(path.join(folder, 'ca.crt')),
    });
    let received = '';
    socket.on('data', data => (received += String(data)));
    const until = async (what: string, done: () => boolean) => {
      for (let tries = 0; !done(); tries++) {
        assert.ok(tries < 2000, `${what} in ${text().slice(-200)} / ${received.slice(-200)}`);
        await new Promise(resolve => setTimeout(resolve, 10));
      }
    };
    await until('connected', () => text().includes('connected, 0 bytes'));
    socket.write('to the serial line\n');
    await until('serial line', () => text().includes('to the serial line'));
    let line = '';
    for (let at = 0; at < 60; at++) {
      // As much as the FIFO of the chip holds.
      const piece = `${at}`.padStart(128, '.');
      line += piece;
      simulator.input(Buffer.from(piece));
      await until('all of the line', () => received.length >= line.length);
    }
    assert.equal(received, line);
    socket.destroy();
    await until('disconnected', () => text().includes('disconnected'));
    assert.doesNotMatch(text(), /: -\d|failed/);
  });
});
