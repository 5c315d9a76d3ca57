import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeCertificates } from '../../src/certificates/writeFiles';

const root = path.join(__dirname, '..', '..');
const cli = path.join(root, 'out', 'cli.js');
const firmware = path.join(root, 'samples', 'https-server', 'firmware.elf');
const megabyte = 1024 * 1024;

describe('files on disks', () => {
  let folder: string;
  const at = (name: string) => path.join(folder, name);

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-disks-'));
    mkdirSync(at('disk'));
    await writeCertificates({ name: '127.0.0.1', bits: 512 }, at('ssl'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a shell's `script` in which `disk` is a file system of 6 MB that nobody else sees; "$@" is our program. */
  const onDisk = (script: string) =>
    spawnSync(
      'unshare',
      [
        ...['--mount', 'sh', '-c', `mount -t tmpfs -o size=6m none disk || exit 99; ${script}`, 'sh'],
        ...[process.execPath, cli],
      ],
      { cwd: folder, encoding: 'utf8' },
    );

  const merge = '"$@" flash --certificates-only --merge disk/flash.bin';
  const simulate = `"$@" simulate ${firmware} --certificates ssl --port 443=0 --seconds 0.2 --flash-image disk/flash.bin`;

  describe('that are full or read-only', () => {
    before(function () {
      // Only root may mount, and not in every container.
      if (onDisk('true').status !== 0) this.skip();
    });

    for (const [what, command] of [
      ['flash --merge', merge],
      ['simulate --flash-image', simulate],
    ] as const) {
      it(`are as they were after ${what} on a full one`, () => {
        const { stdout, stderr } = onDisk(
          `${command} >&2; cp disk/flash.bin before.bin; echo first $?; ${command} >/dev/null
           echo second $?; ls -A disk; cmp disk/flash.bin before.bin && echo same`,
        );
        assert.match(stderr, /^disk\/flash\.bin cannot be written: no space left on the disk\.$/m);
        assert.equal(stdout, 'first 0\nsecond 2\nflash.bin\nsame\n');
      });

      it(`are as they were after ${what} on a read-only one`, () => {
        const { stdout, stderr } = onDisk(
          `mount -o remount,ro disk; ${command} >/dev/null; echo $?; ls -A disk`,
        );
        assert.match(stderr, /^disk\/flash\.bin cannot be written: the file system is read-only\.$/m);
        assert.equal(stdout, '2\n');
      });
    }

    it('are no mixture of two sets of certificates', () => {
      const certs = '"$@" certs --bits 512 --name 127.0.0.1 --out disk/ssl --new-ca';
      const { stdout, stderr } = onDisk(
        `${certs} >/dev/null; echo first $?; cp -r disk/ssl before
         head -c 10m /dev/zero > disk/rest 2>/dev/null; ${certs} >/dev/null; echo second $?
         ls -A disk/ssl | grep '^\\.'; diff -r disk/ssl before && echo same; mount -o remount,ro disk; ${certs} >/dev/null; echo third $?`,
      );
      assert.equal(stdout, 'first 0\nsecond 2\nsame\nthird 2\n');
      assert.match(stderr, /no space left on the disk/);
      assert.match(stderr, /the file system is read-only/);
    });

    it('refuse a capture on a read-only one', () => {
      const { stdout, stderr } = onDisk(
        `mount -o remount,ro disk; "$@" simulate ${firmware} --certificates ssl --capture disk/a.pcapng; echo $?`,
      );
      assert.equal(stdout, '2\n');
      assert.equal(stderr, 'disk/a.pcapng cannot be written: the file system is read-only.\n');
    });
  });

  describe('that are read', () => {
    const simulated = (elf: string, ...args: string[]) =>
      spawnSync(
        process.execPath,
        [cli, 'simulate', elf, '--certificates', 'ssl', '--port', '443=0', '--seconds', '0.1', ...args],
        { cwd: folder, encoding: 'utf8' },
      );

    it('may be an ELF of 64 MB, and no larger one', () => {
      copyFileSync(firmware, at('large.elf'));
      truncateSync(at('large.elf'), 64 * megabyte);
      const { status, stderr } = simulated('large.elf');
      assert.equal(status, 0, stderr);
      truncateSync(at('large.elf'), 64 * megabyte + 1);
      assert.equal(simulated('large.elf').stderr, 'large.elf cannot be read: it is larger than 64 MB.\n');
    });

    it('are regular ones', () => {
      execFileSync('mkfifo', [at('pipe')]);
      const reason = 'cannot be read: it is not a regular file.';
      for (const file of ['pipe', '/dev/zero']) {
        assert.equal(simulated(file).stderr, `${file} ${reason}\n`);
        assert.equal(simulated(firmware, '--flash-image', file).stderr, `${file} ${reason}\n`);
        assert.equal(simulated(firmware, '--flash', `0x90000=${file}`).stderr, `${file} ${reason}\n`);
      }
    });

    it('say what they are, or are not', () => {
      assert.equal(simulated('ssl').stderr, 'ssl is a folder. Name one firmware ELF file.\n');
      writeFileSync(at('file'), '');
      assert.equal(
        simulated('file/firmware.elf').stderr,
        'file/firmware.elf cannot be read: a part of its path is not a folder.\n',
      );
    });
  });
});
