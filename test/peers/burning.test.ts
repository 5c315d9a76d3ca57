import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { buildRamImage } from '../../src/flash/appImage';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { freePort } from '../freePort';

const root = path.join(__dirname, '..', '..');
const cli = path.join(root, 'out', 'cli.js');
const program = path.join(root, 'samples', 'https-server', 'firmware.elf');

/** A firmware without updates as the SDK's tools make it of an ELF: one file for the RAM, one for the flash. */
function writeImages(folder: string): void {
  const { elf } = loadFirmware(readFileSync(program), program);
  const [code] = elf.segments.filter(({ address }) => address >= 0x40200000);
  const ram = elf.segments.filter(({ address, bytes }) => address < 0x40200000 && bytes.length > 0);
  assert.equal(code?.address, 0x40210000);
  writeFileSync(path.join(folder, 'eagle.flash.bin'), buildRamImage(elf.entry, ram));
  writeFileSync(path.join(folder, 'eagle.irom0text.bin'), code.bytes);
}

describe('burning', function () {
  this.timeout(60_000);
  let folder = '';
  let device: Device;

  const flash = (...args: string[]) =>
    spawnSync(process.execPath, [cli, 'flash', ...args], { cwd: folder, encoding: 'utf8', timeout: 50_000 });

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-burning-'));
    await writeCertificates({ name: '127.0.0.1' }, path.join(folder, 'ssl'));
    writeImages(folder);
    writeFileSync(
      path.join(folder, 'esp8266-ssl.json'),
      JSON.stringify({
        flash: {
          map: 4,
          fota: false,
          mode: 'dio',
          frequency: '80m',
          files: { flash: 'eagle.flash.bin', irom0: 'eagle.irom0text.bin' },
          regions: [
            { file: 'ssl/esp_ca_cert.bin', sector: '0x77' },
            { file: 'ssl/esp_cert_private_key.bin', sector: '0x78' },
          ],
        },
      }),
    );
    device = new Device(folder, ['--port', `443=${await freePort()}`]);
    await device.until(/waits to be burnt at (\S+)\./);
  });
  after(async () => {
    await device.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('burns a device at a pseudo-terminal by esptool’s stub, verifies it, and the device boots and serves TLS', async () => {
    const port = device.found(/waits to be burnt at (\S+)\./);
    const { status, stdout, stderr } = flash('--port', port);
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /ESP8266EX with 4 MB of flash\n/);
    assert.match(stdout, /Writing eagle\.flash\.bin at 0x0\nVerifying eagle\.flash\.bin\n/);
    assert.match(stdout, /Burnt and verified: 4 files\.\n/);
    await device.until(/https:\/\/127\.0\.0\.1:\d+\//);
    const page = execFileSync('curl', [
      ...['-sS', '--cacert', path.join(folder, 'ssl', 'ca.crt')],
      device.found(/(https:\/\/127\.0\.0\.1:\d+\/)/),
    ]);
    assert.match(page.toString(), /<h1>Hello from ESP8266<\/h1>/);
  });

  it('compares the flash with the project, sector by sector', () => {
    const port = device.found(/waits to be burnt at (\S+)\./);
    const same = flash('--port', port, '--compare');
    assert.equal(same.status, 0, same.stdout + same.stderr);
    assert.match(same.stdout, /0x78000 {2}ssl\/esp_cert_private_key\.bin: the same\n/);
    const file = path.join(folder, 'eagle.irom0text.bin');
    const before = readFileSync(file);
    const changed = Buffer.from(before);
    changed[0] = (changed[0] ?? 0) ^ 1;
    writeFileSync(file, changed);
    const other = flash('--port', port, '--compare');
    writeFileSync(file, before);
    assert.equal(other.status, 1, other.stdout + other.stderr);
    assert.match(other.stdout, /eagle\.irom0text\.bin: differs in 1 sectors, first in 0x10\n/);
  });

  it('burns new certificates alone into the running device, which then serves them', async () => {
    const port = device.found(/waits to be burnt at (\S+)\./);
    await writeCertificates({ name: '127.0.0.1' }, path.join(folder, 'ssl'), { newCa: true });
    const from = device.text.length;
    const { status, stdout, stderr } = flash('--port', port, '--certificates-only');
    assert.equal(status, 0, stdout + stderr);
    assert.doesNotMatch(stdout, /eagle/);
    await device.until(/https:\/\/127\.0\.0\.1:\d+\//, from);
    const url = device.found(/(https:\/\/127\.0\.0\.1:\d+\/)/);
    execFileSync('curl', ['-sS', '--cacert', path.join(folder, 'ssl', 'ca.crt'), url]);
  });

  it('says in a line why it cannot burn', () => {
    const refusal = (...args: string[]) => {
      const { status, stdout, stderr } = flash(...args);
      assert.equal(status, 2, stdout + stderr);
      return stderr;
    };
    assert.match(refusal('--port', '/dev/ttyNone'), /^There is no serial port \/dev\/ttyNone/);
    assert.match(refusal('--port', os.devNull), /^The serial port \/dev\/null cannot be opened: /);
  });
});

/** `esp8266-ssl simulate --serial` as a program of its own. */
class Device {
  readonly #process;
  text = '';
  #onText: () => void = () => undefined;
  #onEnd: () => void = () => undefined;

  constructor(folder: string, args: string[]) {
    this.#process = spawn(process.execPath, [cli, 'simulate', program, '--serial', ...args], { cwd: folder });
    this.#process.once('exit', () => {
      this.#onEnd();
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.on('data', (data: Buffer) => {
        this.text += data.toString();
        this.#onText();
      });
    }
  }

  /** Waits for what the device says behind position `from`. */
  async until(pattern: RegExp, from = 0): Promise<void> {
    while (!pattern.test(this.text.slice(from))) {
      await new Promise<void>((resolve, reject) => {
        this.#onText = resolve;
        this.#onEnd = () => {
          reject(new Error(`the device has ended:\n${this.text}`));
        };
      });
    }
  }

  found(pattern: RegExp): string {
    return pattern.exec(this.text)?.[1] ?? assert.fail(this.text);
  }

  async end(): Promise<void> {
    const ended = new Promise(resolve => this.#process.once('exit', resolve));
    this.#process.kill('SIGINT');
    await ended;
  }
}
