import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ESPLoader, Transport } from 'esptool-js';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { buildRamImage } from '../../src/flash/appImage';
import { piecesToWrite } from '../../src/flash/onDisk';
import { SerialLine } from '../../src/flash/serial/line';
import { readFlashProject } from '../../src/project/flashProject';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { slipFrame } from '../../src/simulator/serial/slip';
import { pseudoTerminal } from '../../src/simulator/serial/terminal';
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

describe('flashing', function () {
  let folder = '';
  let device: Device;

  const flash = (...args: string[]) =>
    spawnSync(process.execPath, [cli, 'flash', ...args], { cwd: folder, encoding: 'utf8', timeout: 60_000 });

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-flashing-'));
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
    await device.until(/waits for flashing at (\S+)\./);
  });
  after(async () => {
    await device.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('flashes a device at a pseudo-terminal by esptool’s stub, verifies it, and the device boots and serves TLS', async () => {
    const port = device.found(/waits for flashing at (\S+)\./);
    const { status, stdout, stderr } = flash('--port', port);
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /ESP8266EX with 4 MB of flash\n/);
    assert.match(stdout, /Writing eagle\.flash\.bin at 0x0\nVerifying eagle\.flash\.bin\n/);
    assert.match(stdout, /Flashed and verified: 4 files\.\n/);
    await device.until(/https:\/\/127\.0\.0\.1:\d+\//);
    const page = execFileSync('curl', [
      ...['-sS', '--cacert', path.join(folder, 'ssl', 'ca.crt')],
      device.found(/(https:\/\/127\.0\.0\.1:\d+\/)/),
    ]);
    assert.match(page.toString(), /<h1>Hello from ESP8266<\/h1>/);
  });

  it('compares the flash with the project, sector by sector', () => {
    const port = device.found(/waits for flashing at (\S+)\./);
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
    assert.match(other.stdout, /eagle\.irom0text\.bin: differs in 1 of 1 sectors: 0x10\n/);
  });

  it('flashes new certificates alone into the running device, which then serves them', async () => {
    const port = device.found(/waits for flashing at (\S+)\./);
    await writeCertificates({ name: '127.0.0.1' }, path.join(folder, 'ssl'), { newCa: true });
    const from = device.text.length;
    const { status, stdout, stderr } = flash('--port', port, '--certificates-only');
    assert.equal(status, 0, stdout + stderr);
    assert.doesNotMatch(stdout, /eagle/);
    // What the device printed before may still come; and the port is another one where somebody has taken it while the device booted.
    const served = /boots the flashed firmware[^]*(https:\/\/127\.0\.0\.1:\d+\/)/;
    await device.until(served, from);
    const [, url = ''] = served.exec(device.text.slice(from)) ?? [];
    execFileSync('curl', ['-sS', '--cacert', path.join(folder, 'ssl', 'ca.crt'), url]);
  });

  it('is flashed without a stub, too: by the commands of its ROM through serialport', async () => {
    const other = new Device(folder, ['--port', '443=0']);
    await other.until(/waits for flashing at (\S+)\./);
    const line = await SerialLine.open(other.found(/waits for flashing at (\S+)\./), 115200);
    try {
      const transport = new Transport(line);
      transport.trace = () => undefined;
      const loader = new ESPLoader({
        transport,
        baudrate: 115200,
        terminal: { clean: () => undefined, write: () => undefined, writeLine: () => undefined },
      });
      await loader.connect('no_reset', 3);
      assert.equal(loader.chip.CHIP_NAME, 'ESP8266');
      assert.equal(await loader.detectFlashSize(), '4MB');
      const { pieces } = await piecesToWrite(folder, await readFlashProject(folder), {
        certificatesOnly: false,
        force: false,
      });
      for (const { bytes, address } of pieces) {
        await loader.writeFlash({
          fileArray: [{ data: bytes, address }],
          flashMode: 'keep',
          flashFreq: 'keep',
          flashSize: 'keep',
          eraseAll: false,
          compress: false,
        });
      }
      assert.equal(loader.IS_STUB, false);
      await loader.flashFinish(true);
      await other.until(/https:\/\/127\.0\.0\.1:\d+\//);
      const url = other.found(/(https:\/\/127\.0\.0\.1:\d+\/)/);
      const page = execFileSync('curl', ['-sS', '--cacert', path.join(folder, 'ssl', 'ca.crt'), url]);
      assert.match(page.toString(), /<h1>Hello from ESP8266<\/h1>/);
    } finally {
      await line.hangUp();
      await other.end();
    }
  });

  it('shows what would go where, and the same as a command of Python’s esptool', () => {
    const plan = flash('--dry-run');
    assert.deepEqual(
      plan.stdout.split('\n').map(line => line.trim().replaceAll(/ +/g, ' ')),
      [
        '4 MB, 512+512, mode dio, frequency 80m',
        '0x0 sector 0x0 4 KB eagle.flash.bin',
        '0x10000 sector 0x10 4 KB eagle.irom0text.bin',
        '0x77000 sector 0x77 4 KB ssl/esp_ca_cert.bin',
        '0x78000 sector 0x78 4 KB ssl/esp_cert_private_key.bin',
        '',
      ],
    );
    const command = flash('--command', '--certificates-only', '--esptool', '4', '--port', '/dev/ttyUSB0');
    assert.equal(
      command.stdout,
      'esptool.py --chip esp8266 --port /dev/ttyUSB0 --baud 460800 write_flash --flash_mode dio --flash_freq 80m --flash_size 4MB 0x77000 ssl/esp_ca_cert.bin 0x78000 ssl/esp_cert_private_key.bin\n',
    );
  });

  it('hands the user’s own esptool its arguments as they are, and tells when it fails', () => {
    const program = path.join(folder, 'my esptool');
    writeFileSync(program, '#!/bin/sh\nprintf "%s\\n" "$@"\nexit "${FAILS:-0}"\n', { mode: 0o755 });
    const args = ['--certificates-only', '--program', program, '--program', '$(id)', '--port', 'a b'];
    const { status, stdout } = flash(...args);
    assert.equal(status, 0);
    assert.deepEqual(stdout.split('\n').slice(0, 5), ['$(id)', '--chip', 'esp8266', '--port', 'a b']);
    process.env['FAILS'] = '3';
    const failed = flash(...args);
    delete process.env['FAILS'];
    assert.equal(failed.status, 2);
    assert.match(failed.stderr, /my esptool failed \(exit 3\)\.\n$/);
    assert.match(
      flash('--program', '/none', '--port', 'x').stderr,
      /^\/none cannot be started: there is no such executable file\.$/m,
    );
  });

  it('merges everything into one image, from which a device boots and serves TLS', async () => {
    const { status, stdout, stderr } = flash('--merge', 'merged.bin');
    assert.equal(status, 0, stdout + stderr);
    const image = readFileSync(path.join(folder, 'merged.bin'));
    assert.equal(image.length, 0x400000);
    // Mode dio, map 4 and 80 MHz in the header; erased where nothing is.
    assert.deepEqual([...image.subarray(0, 4)], [0xe9, image[1], 2, 0x4f]);
    assert.ok(image.subarray(0x79000).every(byte => byte === 0xff));
    const other = new Device(folder, ['--flash-image', 'merged.bin', '--port', '443=0']);
    await other.until(/It boots the flashed firmware[^]*https:\/\/127\.0\.0\.1:\d+\//);
    const url = other.found(/(https:\/\/127\.0\.0\.1:\d+\/)/);
    execFileSync('curl', ['-sS', '--cacert', path.join(folder, 'ssl', 'ca.crt'), url]);
    await other.end();
    const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-flashing-'));
    const plain = new Device(
      elsewhere,
      ['--flash-image', path.join(folder, 'merged.bin'), '--port', '443=0'],
      [],
    );
    await plain.until(/https:\/\/127\.0\.0\.1:\d+\//);
    execFileSync('curl', [
      '-sS',
      '--cacert',
      path.join(folder, 'ssl', 'ca.crt'),
      plain.found(/(https:\/\/127\.0\.0\.1:\d+\/)/),
    ]);
    await plain.end();
    rmSync(elsewhere, { recursive: true });
  });

  it('does not boot what is no firmware, and waits for flashing again', async () => {
    writeFileSync(path.join(folder, 'broken.bin'), new Uint8Array(0x400000).fill(0xff));
    const other = new Device(folder, ['--flash-image', 'broken.bin']);
    await other.until(/Nothing bootable is at flash address 0/);
    await other.until(/waits for flashing/);
    await other.end();
  });

  it('is a chip at one end of a pair of ports, too', async () => {
    const terminal = await pseudoTerminal();
    const answered = new Promise<Uint8Array>(resolve => {
      terminal.onData = resolve;
    });
    const other = new Device(folder, [], ['--serial-port', terminal.name]);
    try {
      await other.until(/waits for flashing/);
      terminal.send(slipFrame(Uint8Array.of(0, 8, 36, 0, 0, 0, 0, 0, ...new Uint8Array(36).fill(0x55))));
      assert.deepEqual([...(await answered).subarray(0, 3)], [0xc0, 1, 8]);
    } finally {
      await other.end();
      terminal.close();
    }
  });

  it('flashes no layout that is wrong, unless it is told to', () => {
    const project = path.join(folder, 'esp8266-ssl.json');
    const before = readFileSync(project);
    const refusal = (part: unknown, ...args: string[]) => {
      writeFileSync(project, JSON.stringify({ flash: part }));
      return flash('--dry-run', ...args);
    };
    const file = 'ssl/esp_ca_cert.bin';
    const overlap = [
      { file, sector: '0x77' },
      { file: 'ssl/esp_cert_private_key.bin', address: '0x77800' },
    ];
    assert.match(
      refusal({ regions: overlap }).stderr,
      /^The flash layout has errors, so nothing was flashed\. .*shares sector 0x77/,
    );
    assert.equal(refusal({ regions: overlap }, '--force').status, 0);
    assert.match(refusal({ regions: [{ file: 'none.bin', sector: 5 }] }).stderr, /none\.bin does not exist/);
    assert.match(refusal({ mode: 'fast' }).stderr, /Not a valid number/);
    assert.match(refusal({ regions: [] }).stderr, /^There is nothing to flash in /);
    writeFileSync(project, before);
  });

  it('says in a line why it cannot flash', () => {
    const refusal = (...args: string[]) => {
      const { status, stdout, stderr } = flash(...args);
      assert.equal(status, 2, stdout + stderr);
      return stderr;
    };
    assert.match(refusal('--port', '/dev/ttyNone'), /^Serial port \/dev\/ttyNone does not exist/m);
    assert.match(refusal('--port', os.devNull), /^Serial port \/dev\/null cannot be opened: /m);
  });
});

/** `esp8266-ssl simulate` as a program of its own. */
class Device {
  readonly #process;
  text = '';
  #onText: () => void = () => undefined;
  #onEnd: () => void = () => undefined;

  constructor(folder: string, args: string[], serial = ['--serial']) {
    this.#process = spawn(process.execPath, [cli, 'simulate', program, ...serial, ...args], { cwd: folder });
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
