import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { writeCertificates } from '../../src/certificates/writeFiles';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';
import { takenPort } from '../takenPort';

const root = path.join(__dirname, '..', '..');
const cli = path.join(root, 'out', 'cli.js');
const program = path.join(root, 'samples', 'https-server', 'firmware.elf');

describe('esp8266-ssl simulate', function () {
  let folder = '';
  const certificates = () => path.join(folder, 'ssl');

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-simulate-'));
    await writeCertificates({ name: '127.0.0.1' }, certificates());
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a device and resolves when it listens. */
  async function start(...args: string[]): Promise<Device> {
    const device = new Device(
      [cli, 'simulate', program, '--certificates', certificates(), '--port', '443=0', ...args],
      folder,
    );
    await device.until(/https:\/\/127\.0\.0\.1:(\d+)\/|"listening"[^\n]*"port":(\d+)/);
    return device;
  }

  it('answers curl, which verifies the device against the CA', async () => {
    const device = await start();
    const page = execFileSync('curl', [
      '-sS',
      '--cacert',
      path.join(certificates(), 'ca.crt'),
      `https://127.0.0.1:${device.port}/`,
    ]);
    assert.match(page.toString(), /<h1>Hello from ESP8266<\/h1>/);
    assert.throws(
      () => execFileSync('curl', ['-sS', `https://127.0.0.1:${device.port}/`], { stdio: 'pipe' }),
      /certificate/,
    );
    await device.until(/request 1 from 127\.0\.0\.1/);
    assert.equal(await device.interrupt(), 130);
  });

  it('passes what comes through a pipe to UART0', () => {
    const echo = `${headers}
#define REG(address) (*(volatile unsigned *)(address))
static void received(void *argument) {
  while (REG(0x6000001c) & 0xff) {
    char c = REG(0x60000000);
    os_printf("%c", c >= 'a' && c <= 'z' ? c - 32 : c);
    if (c == '.') system_restart();
  }
  REG(0x60000010) = 0x1ff;
}
void user_pre_init(void) {}
void user_init(void) {
  ets_isr_attach(5, (void *)received, 0);
  REG(0x60000024) = 10;
  REG(0x6000000c) = 0x101;
  ets_isr_unmask(1 << 5);
}`;
    const elf = buildFirmware(folder, echo);
    const line = 'a line longer than the fifo of the chip, '.repeat(20);
    const { stdout, status } = spawnSync(process.execPath, [cli, 'simulate', elf, '--resets', '0'], {
      cwd: folder,
      input: `${line}end.`,
      encoding: 'utf8',
    });
    // Lines of the log can come in between.
    const printed = stdout.replace(/\n?\[\d+\.\d+\] [^\n]*\n/g, '');
    assert.equal(printed, `${line}end.`.toUpperCase());
    assert.equal(typeof status, 'number');
  });

  for (const [version, cipher] of [
    ['-tls1', 'AES128-SHA'],
    ['-tls1_1', 'AES256-SHA'],
    ['-tls1_2', 'AES128-SHA256'],
  ] as const) {
    it(`handshakes with openssl s_client ${version} ${cipher}`, async () => {
      const device = await start();
      const { stdout } = spawnSync(
        'openssl',
        [
          ...['s_client', version, '-cipher', `${cipher}@SECLEVEL=0`, '-connect', `127.0.0.1:${device.port}`],
          ...['-CAfile', path.join(certificates(), 'ca.crt'), '-verify_return_error', '-ign_eof'],
        ],
        { input: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', encoding: 'utf8', timeout: 60_000 },
      );
      assert.match(stdout, /Verify return code: 0 \(ok\)/);
      assert.match(stdout, new RegExp(`Cipher is ${cipher}|Cipher *: ${cipher}`));
      assert.match(stdout, /HTTP\/1\.1 200 OK/);
      await device.interrupt();
    });
  }

  it('tells the firmware of a failed handshake, and serves the next client', async () => {
    const device = await start();
    spawnSync(
      'openssl',
      [
        's_client',
        '-tls1_2',
        '-cipher',
        'ECDHE-RSA-AES128-GCM-SHA256',
        '-connect',
        `127.0.0.1:${device.port}`,
      ],
      { input: '', timeout: 60_000 },
    );
    await device.until(/connection failed: 13/);
    const url = `https://127.0.0.1:${device.port}/missing`;
    const answer = execFileSync('curl', ['-sSi', '--cacert', path.join(certificates(), 'ca.crt'), url]);
    assert.match(answer.toString(), /404 Not Found/);
    await device.interrupt();
  });

  it('leaves a second client without an answer while one is connected, as libmbedtls does', async () => {
    const device = await start();
    const first = net.connect(device.port, '127.0.0.1');
    await new Promise(resolve => first.once('connect', resolve));
    await device.until(/127\.0\.0\.1:\d+ connects/);
    const address = `https://127.0.0.1:${device.port}/`;
    const second = spawnSync('curl', ['-sS', '-k', '--max-time', '10', address], { encoding: 'utf8' });
    assert.match(second.stderr, /curl: \(28\)/);
    await device.until(/is not served: the device serves one TLS client at a time/);
    first.destroy();
    await device.interrupt();
  });

  it('prints events as JSON lines', async () => {
    const device = await start('--json');
    await device.interrupt();
    const kinds = device.output
      .trim()
      .split('\n')
      .map(line => (JSON.parse(line) as { kind: string }).kind);
    for (const kind of ['boot', 'callback', 'print', 'wifi', 'got-ip', 'listening'])
      assert.ok(kinds.includes(kind), kind);
  });

  for (const [what, option, wanted] of [
    ['of the map', [], 8443],
    ['that was asked for', ['--port', '443={}'], 0],
  ] as const)
    it(`moves to a free port where the one ${what} is taken`, async () => {
      const taken = await takenPort(wanted);
      try {
        const args = option.map(text => text.replace('{}', String(taken.port)));
        const device = new Device(
          [cli, 'simulate', program, '--certificates', certificates(), ...args],
          folder,
        );
        await device.until(
          new RegExp(
            String.raw`open at https://127\.0\.0\.1:(\d+)/, because port ${taken.port} of this computer is in use\n`,
          ),
        );
        assert.notEqual(device.port, taken.port);
        const page = execFileSync('curl', [
          ...['-sS', '--cacert', path.join(certificates(), 'ca.crt')],
          `https://127.0.0.1:${device.port}/`,
        ]);
        assert.match(page.toString(), /<h1>Hello from ESP8266<\/h1>/);
        await device.interrupt();
      } finally {
        taken.release();
      }
    });

  it('has colours at a terminal only, and none where NO_COLOR is set', () => {
    const run = (environment: NodeJS.ProcessEnv, ...command: string[]) =>
      spawnSync(command[0] ?? '', command.slice(1), {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, TERM: 'xterm', NO_COLOR: '', FORCE_COLOR: '', ...environment },
      }).stdout.replaceAll('\u001b', '^');
    const command = [process.execPath, cli, 'simulate', program, '--port', '443=0', '--seconds', '0.2'];
    const terminal = ['script', '-qec', command.map(part => `'${part}'`).join(' '), '/dev/null'];
    assert.match(run({}, ...terminal), /^\^\[2m\[0\.\d+\] Simulated ESP8266: /);
    assert.match(run({ NO_COLOR: '1' }, ...terminal), /^\[0\.\d+\] Simulated ESP8266: /);
    assert.match(run({}, ...command), /^\[0\.\d+\] Simulated ESP8266: /);
  });

  it('ends at Ctrl-C and leaves no port open', async () => {
    const device = await start();
    assert.equal(await device.interrupt(), 130);
    await assert.rejects(connect(device.port), /ECONNREFUSED/);
  });

  it('ends with code 1 where the firmware fails, and says where', () => {
    const elf = buildFirmware(folder, `${headers}void user_init(void) { *(volatile int *)4 = 1; }`);
    const { status, stdout } = spawnSync(process.execPath, [cli, 'simulate', elf], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(status, 1);
    assert.match(
      stdout,
      /Fatal exception 29 \(StoreProhibited\) at 0x40[0-9a-f]{6} in user_init \(.*main\.c:6\), address 0x00000004/,
    );
  });

  it('takes the ELF of an upgrade, and warns of functions without answer', () => {
    const own = path.join(folder, 'old');
    mkdirSync(own);
    const old = buildFirmware(
      own,
      `${headers}#include "upgrade.h"
static void ICACHE_FLASH_ATTR __attribute__((noinline)) upgrade(void) {
  os_printf("user%d ", system_upgrade_userbin_check() + 1);
  system_upgrade_flag_set(UPGRADE_FLAG_FINISH);
  system_upgrade_reboot();
}
void user_init(void) { espconn_abort(0); upgrade(); }`,
      ['-Og'],
      0x40201010,
    );
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [cli, 'simulate', old, '--resets', '1', ...args], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 60_000,
      });
    const stopped = run();
    assert.equal(stopped.status, 1);
    assert.match(stopped.stdout, /calls espconn_abort, .* The device stops here\./);
    // Nothing has been written to the other slot: the boot loader stays with the old firmware.
    const { stdout, status } = run('--unanswered', 'warn', '--upgrade', old);
    assert.equal(status, 0);
    assert.match(stdout, /calls espconn_abort, .* It returns 0\./);
    assert.match(stdout, /user1 [^]*user2 at 0x00101000 cannot be started: there is no image[^]*user1 /);
  });

  describe('with bad input says in one line what is wrong, with which file, and what to do', () => {
    const refused = (args: string[], expected: RegExp) => {
      const { status, stderr } = spawnSync(process.execPath, [cli, 'simulate', ...args], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 60_000,
      });
      assert.equal(status, 2, stderr);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
      assert.match(stderr, expected);
    };
    const file = (name: string, content: Uint8Array | string) => {
      writeFileSync(path.join(folder, name), content);
      return name;
    };

    it('no ELF', () => {
      refused([file('text.elf', 'hello')], /^text\.elf is not an ELF file\. Choose the linked firmware/);
      refused([file('empty.elf', '')], /^empty\.elf is not an ELF file/);
    });
    it('an ELF for another chip', () => {
      refused(['/bin/true'], /^\/bin\/true is for another processor \(ELF machine \d+, expected 94/);
    });
    it('a truncated ELF', () => {
      const bytes = readFileSync(program);
      for (const length of [5, 40, 60, 5000, bytes.length - 100]) {
        refused(
          [file('cut.elf', bytes.subarray(0, length))],
          /^cut\.elf is damaged or truncated: .* Build it again\./,
        );
      }
    });
    it('a firmware without user_init', () => {
      const elf = buildFirmware(folder, `${headers}void other(void) { os_printf("x"); }`, [
        '-Os',
        '-Wl,--defsym=user_init=0',
        '-Wl,-u,other',
      ]);
      refused([elf], /has no function user_init.*Link the object file that defines it/);
    });
    it('a stripped firmware', () => {
      const stripped = path.join(folder, 'stripped.elf');
      execFileSync('xtensa-lx106-elf-strip', ['-o', stripped, program]);
      refused([stripped], /stripped\.elf has no symbols.*Use the unstripped ELF/);
    });
    it('an ELF of an upgrade that is none', () => {
      refused(
        [program, '--upgrade', file('user2.bin', Buffer.from([0xea, 4, 0, 2]))],
        /^user2\.bin is a flash image, not an ELF file\. Choose the ELF it was made from/,
      );
      refused([program, '--upgrade', 'nothing.elf'], /^nothing\.elf cannot be read/);
    });
    it('what to do with functions without answer that is neither stop nor warn', () => {
      refused([program, '--unanswered', 'ask'], /^--unanswered must be one of stop, warn, not “ask”\./);
    });
    it('a missing file', () => {
      refused(['nothing.elf'], /^nothing\.elf cannot be read: there is no such file or folder\./);
    });
    it('missing certificates', () => {
      refused(
        [program, '--certificates', 'nowhere'],
        /^nowhere\/esp_cert_private_key\.bin is missing.*Generate certificates with: esp8266-ssl certs\./,
      );
    });
    it('options that are none', () => {
      refused([program, '--port', 'x'], /^--port must be DEVICE=PORT, for example 443=8443, not “x”/);
      refused(
        [program, '--flash', '77=f', '--flash', 'f'],
        /^--flash must be ADDRESS=FILE, for example .*, not “f”/,
      );
      refused([], /^Name one firmware ELF file\./);
    });
    it('a file that does not fit into the flash', () => {
      refused(
        [program, '--flash', `0x3ffff8=${file('large.bin', new Uint8Array(100))}`],
        /^large\.bin \(100 bytes\) does not fit into the flash of 4194304 bytes at 0x003ffff8/,
      );
    });
  });
});

/** A running `esp8266-ssl simulate`. */
class Device {
  output = '';
  port = 0;
  readonly #child;
  readonly #ended: Promise<number | null>;

  constructor(args: string[], cwd: string) {
    this.#child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.on('data', data => (this.output += String(data)));
    this.#ended = new Promise(resolve => this.#child.once('exit', resolve));
  }

  async until(pattern: RegExp): Promise<void> {
    for (const end = Date.now() + 60_000; ;) {
      const match = pattern.exec(this.output);
      if (match !== null) {
        this.port ||= Number(match[1] ?? match[2] ?? 0);
        return;
      }
      if (Date.now() > end || this.#child.exitCode !== null)
        throw new Error(`no ${pattern.source} in:\n${this.output}`);
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }

  interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT');
    return this.#ended;
  }
}

function connect(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    net.connect(port, '127.0.0.1', resolve).on('error', reject);
  });
}
