import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';

const root = path.join(__dirname, '..', '..');
const cli = path.join(root, 'out', 'cli.js');
const adapter = path.join(root, 'out', 'debugAdapter.js');

/** Where the firmware writes, and what. */
const written = { sector: 0x80, text: 'kept' };
/** Without timer or port: nothing but its user makes it do anything after user_init. */
const quiet = `${headers}
static uint32 text = 0x7470656b;
void user_init(void) {
  spi_flash_erase_sector(${written.sector});
  spi_flash_write(${written.sector} * 4096, &text, 4);
  os_printf("written\\n");
}
`;
const chatty = `${headers}
static uint32 text = 0x7470656b;
static os_timer_t timer;
static void print(void *unused) { os_printf("again\\n"); }
void user_init(void) {
  spi_flash_erase_sector(${written.sector});
  spi_flash_write(${written.sector} * 4096, &text, 4);
  os_timer_setfn(&timer, print, 0);
  os_timer_arm(&timer, 10, 1);
}
`;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

describe('a simulation that ends', () => {
  let folder: string;
  let elf: string;
  const at = (...names: string[]) => path.join(folder, ...names);

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-ends-'));
    for (const name of ['quiet', 'chatty']) mkdirSync(at(name));
    elf = buildFirmware(at('quiet'), quiet);
    buildFirmware(at('chatty'), chatty);
    await writeCertificates({ name: '127.0.0.1', bits: 512 }, at('ssl'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    for (const name of ['flash.bin', 'capture.pcapng']) rmSync(at(name), { force: true });
  });

  const saved = () => {
    const image = readFileSync(at('flash.bin'));
    assert.equal(image.length, 4 * 1024 * 1024);
    const start = written.sector * 4096;
    assert.equal(image.toString('latin1', start, start + 4), written.text);
  };
  const mode = (name: string) => statSync(at(name)).mode & 0o777;

  /** A program, what it prints, and its end. */
  class Run {
    output = '';
    readonly child: ChildProcess;
    readonly #ended: Promise<unknown>;

    constructor(command: string, args: string[]) {
      this.child = spawn(command, args, { cwd: folder, stdio: 'pipe' });
      for (const stream of [this.child.stdout, this.child.stderr])
        stream?.on('data', bytes => (this.output += String(bytes)));
      this.#ended = once(this.child, 'close');
    }

    async until(pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const match = pattern.exec(this.output);
        if (match !== null) return match;
        assert.equal(this.child.exitCode, null, `no ${pattern.source} in:\n${this.output}`);
        await new Promise(resolve => setTimeout(resolve, 10));
      }
    }

    async end(signal: NodeJS.Signals): Promise<number | null> {
      this.child.kill(signal);
      return this.code();
    }

    async code(): Promise<number | null> {
      await this.#ended;
      return this.child.exitCode;
    }
  }

  const simulate = (...args: string[]) => new Run(process.execPath, [cli, 'simulate', ...args]);
  const files = ['--flash-image', 'flash.bin', '--capture', 'capture.pcapng'];

  describe('in a terminal', () => {
    for (const signal of signals)
      it(`saves the flash and closes the capture at ${signal}`, async () => {
        const run = simulate('quiet/firmware.elf', ...files);
        await run.until(/got IP/);
        assert.equal(await run.end(signal), 130);
        saved();
        execFileSync('tshark', ['-r', at('capture.pcapng')], { stdio: 'pipe' });
      });

    it('does not end by itself when nothing will wake the firmware', async () => {
      // It ended within one second, and nothing was saved then.
      const run = simulate('quiet/firmware.elf', ...files, '--seconds', '2');
      assert.equal(await run.code(), 0, run.output);
      saved();
    });

    it('saves the flash when the reader of its output leaves', async () => {
      const run = simulate('chatty/firmware.elf', ...files);
      await run.until(/again/);
      run.child.stdout?.destroy();
      assert.equal(await run.code(), 0);
      saved();
    });

    it('saves the flash when its terminal is closed', async () => {
      // The terminal's other end is closed by the end of Python.
      const python = `
import os, pty, sys
pid, master = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
seen = b''
while b'got IP' not in seen:
    seen += os.read(master, 4096)
os.close(master)
os.waitpid(pid, 0)
`;
      const run = new Run('python3', [
        ...['-c', python, process.execPath, cli],
        ...['simulate', 'quiet/firmware.elf', ...files],
      ]);
      assert.equal(await run.code(), 0, run.output);
      saved();
    });

    it('says by its exit code that the flash could not be saved', async () => {
      const run = simulate('quiet/firmware.elf', '--flash-image', 'nowhere/flash.bin');
      await run.until(/got IP/);
      assert.equal(await run.end('SIGINT'), 2);
      assert.match(
        run.output,
        /\nnowhere\/flash\.bin cannot be written: there is no such file or folder\.\n/,
      );
      const timed = simulate('quiet/firmware.elf', '--flash-image', 'nowhere/flash.bin', '--seconds', '0.2');
      assert.equal(await timed.code(), 2);
    });

    it('says so, too, when the reader of its output has left', async () => {
      const run = simulate('chatty/firmware.elf', '--flash-image', 'nowhere/flash.bin');
      await run.until(/again/);
      run.child.stdout?.destroy();
      assert.equal(await run.code(), 2);
      assert.match(run.output, /nowhere\/flash\.bin cannot be written/);
    });
  });

  describe('at a serial port', () => {
    const serial = (...args: string[]) => simulate('--serial', 'quiet/firmware.elf', ...args);

    for (const signal of signals)
      it(`saves the flash at ${signal}`, async () => {
        const run = serial('--flash-image', 'flash.bin');
        await run.until(/waits for flashing at/);
        assert.equal(await run.end(signal), 130);
        assert.equal(statSync(at('flash.bin')).size, 4 * 1024 * 1024);
      });

    it('says by its exit code that the flash could not be saved', async () => {
      const run = serial('--flash-image', 'nowhere/flash.bin');
      await run.until(/waits for flashing at/);
      assert.equal(await run.end('SIGINT'), 2);
      assert.match(run.output, /nowhere\/flash\.bin cannot be written: there is no such file or folder\./);
    });
  });

  describe('in a debug session', () => {
    /** The adapter as a program, with a client that has launched the firmware. */
    async function launch(attributes: object): Promise<Run> {
      const run = new Run(process.execPath, [adapter]);
      let sequence = 0;
      const send = (command: string, args: object) => {
        const text = JSON.stringify({ seq: ++sequence, type: 'request', command, arguments: args });
        run.child.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
      };
      send('initialize', { adapterID: 'esp8266-ssl' });
      send('launch', { program: elf, ...attributes });
      await run.until(/"event":"initialized"/);
      send('configurationDone', {});
      await run.until(/"output":"written/);
      return run;
    }
    const attributes = () => ({ flashImage: at('flash.bin'), capture: at('capture.pcapng') });

    for (const signal of signals)
      it(`saves the flash at ${signal} to the adapter`, async () => {
        const run = await launch(attributes());
        assert.equal(await run.end(signal), 0);
        assert.match(run.output, /"event":"exited".*"event":"terminated"/s);
        saved();
        execFileSync('tshark', ['-r', at('capture.pcapng')], { stdio: 'pipe' });
      });

    it('saves the flash when the editor is gone', async () => {
      const run = await launch(attributes());
      run.child.stdin?.end();
      assert.equal(await run.code(), 0);
      saved();
    });

    it('saves the flash when the editor is gone with both ends of the pipe', async () => {
      const run = await launch(attributes());
      for (const stream of [run.child.stdin, run.child.stdout, run.child.stderr]) stream?.destroy();
      assert.equal(await run.code(), 0);
      saved();
    });

    for (const [how, end] of [
      ['SIGTERM', (run: Run) => run.child.kill('SIGTERM')],
      ['the end of its input', (run: Run) => run.child.stdin?.end()],
    ] as const)
      it(`says at ${how} that the flash could not be saved`, async () => {
        const run = await launch({ flashImage: at('nowhere', 'flash.bin') });
        end(run);
        assert.equal(await run.code(), 1);
        assert.match(run.output, /"output":"[^"]*nowhere\/flash\.bin cannot be written: [^"]*"/);
        assert.match(run.output, /"event":"exited","body":\{"exitCode":1\}/);
      });
  });

  describe('with a private key in the flash', () => {
    /** With the widest mode that a process can have for its files. */
    const open = (...args: string[]) =>
      spawnSync('sh', ['-c', 'umask 000; exec "$@"', 'sh', process.execPath, cli, ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
    const ran = (...args: string[]) => {
      const { status, stderr } = open(...args);
      assert.equal(status, 0, stderr);
      return stderr;
    };
    const without = ['--certificates', ''];
    const run = (...args: string[]) => ran('simulate', 'quiet/firmware.elf', '--seconds', '0.1', ...args);

    it('keeps image and capture for their owner alone', () => {
      run(...files, ...without);
      assert.deepEqual([mode('flash.bin'), mode('capture.pcapng')], [0o644, 0o600]);
      run(...files, '--certificates', 'ssl');
      assert.deepEqual([mode('flash.bin'), mode('capture.pcapng')], [0o600, 0o600]);
    });

    it('keeps a stricter mode, and narrows a wider one', () => {
      run(...files);
      chmodSync(at('flash.bin'), 0o400);
      chmodSync(at('capture.pcapng'), 0o200);
      run(...files, '--certificates', 'ssl');
      assert.deepEqual([mode('flash.bin'), mode('capture.pcapng')], [0o400, 0o200]);
      for (const name of ['flash.bin', 'capture.pcapng']) chmodSync(at(name), 0o666);
      run(...files);
      assert.deepEqual([mode('flash.bin'), mode('capture.pcapng')], [0o600, 0o600]);
    });

    it('is merged into a file for its owner alone', () => {
      writeFileSync(at('boot.bin'), Buffer.from([0xe9, 0, 0, 0]));
      writeFileSync(
        at('esp8266-ssl.json'),
        JSON.stringify({ flash: { map: 4, regions: [{ file: 'boot.bin', sector: 0x90 }] } }),
      );
      try {
        ran('flash', '--merge', 'flash.bin', '--force');
        assert.equal(mode('flash.bin'), 0o644);
        rmSync(at('esp8266-ssl.json'));
        ran('flash', '--certificates-only', '--merge', 'flash.bin');
        assert.equal(mode('flash.bin'), 0o600);
      } finally {
        rmSync(at('esp8266-ssl.json'), { force: true });
      }
    });

    it('is said where git would take it', () => {
      execFileSync('git', ['init', '--quiet'], { cwd: folder });
      try {
        const note = 'git would add private keys: flash.bin. Name them in .gitignore.\n';
        assert.equal(run('--flash-image', 'flash.bin', ...without), '');
        assert.equal(run('--flash-image', 'flash.bin', '--certificates', 'ssl'), note);
        assert.equal(run('--flash-image', at('flash.bin'), '--certificates', 'ssl'), note);
        assert.equal(ran('flash', '--certificates-only', '--merge', 'flash.bin'), note);
        writeFileSync(at('.gitignore'), '/flash.bin\n');
        assert.equal(run('--flash-image', 'flash.bin', '--certificates', 'ssl'), '');
        execFileSync('git', ['add', '--force', 'flash.bin'], { cwd: folder });
        assert.match(
          run('--flash-image', 'flash.bin', '--certificates', 'ssl'),
          /^git tracks private keys: flash\.bin\. /,
        );
      } finally {
        for (const name of ['.git', '.gitignore']) rmSync(at(name), { recursive: true, force: true });
      }
      assert.ok(!existsSync(at('.git')));
    });
  });
});
