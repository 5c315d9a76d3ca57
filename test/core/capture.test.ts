import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Problem, ProblemError } from '../../src/problems';
import { Capture } from '../../src/simulator/network/capture';

const switchedOn = new Date('2026-01-02T03:04:05.678Z');
const root = path.join(__dirname, '..', '..');

/** Cuts a pcapng file into its blocks; throws unless it consists of whole ones. */
function blocksOf(file: Buffer): { type: number; body: Buffer }[] {
  const blocks: { type: number; body: Buffer }[] = [];
  for (let at = 0; at < file.length;) {
    const length = file.readUInt32LE(at + 4);
    assert.equal(length % 4, 0);
    assert.equal(file.readUInt32LE(at + length - 4), length);
    blocks.push({ type: file.readUInt32LE(at), body: file.subarray(at + 8, at + length - 4) });
    at += length;
  }
  return blocks;
}

describe('a capture', () => {
  let scratch: string;
  let file: string;
  let problems: Problem[];
  beforeEach(() => {
    scratch = mkdtempSync(path.join(tmpdir(), 'capture-'));
    file = path.join(scratch, 'device.pcapng');
    problems = [];
  });
  afterEach(() => {
    rmSync(scratch, { recursive: true });
  });
  const open = (name = file) => new Capture(name, switchedOn, problem => problems.push(problem));

  it('is a whole file after each packet', () => {
    const earlier = open();
    earlier.packet(0, 'device', Buffer.alloc(1500));
    earlier.close();
    const capture = open();
    assert.deepEqual(
      blocksOf(readFileSync(file)).map(({ type }) => type),
      [0x0a0d0d0a, 1],
    );
    for (let length = 0; length < 9; length++) {
      capture.packet(length, 'device', Buffer.alloc(length, 0xaa), 'x'.repeat(length));
      const packets = blocksOf(readFileSync(file)).slice(2);
      assert.equal(packets.length, length + 1);
      const { type, body } = packets[length] ?? assert.fail();
      assert.equal(type, 6);
      assert.equal(body.readUInt32LE(12), length);
      assert.deepEqual(body.subarray(20, 20 + length), Buffer.alloc(length, 0xaa));
    }
    capture.close();
    assert.equal(blocksOf(readFileSync(file)).length, 11);
    assert.deepEqual(problems, []);
  });

  it('has the date of each packet in µs', () => {
    const capture = open();
    // Past 2^32 µs, more than an hour, too.
    const times = [0, 1, 4_294_967_295, 4_294_967_296, 100_000_000_001];
    for (const time of times) capture.packet(time, 'remote', Buffer.alloc(1));
    capture.close();
    const written = blocksOf(readFileSync(file))
      .slice(2)
      .map(({ body }) => body.readUInt32LE(4) * 2 ** 32 + body.readUInt32LE(8));
    assert.deepEqual(
      written,
      times.map(time => switchedOn.getTime() * 1000 + time),
    );
  });

  it('ignores what comes after its end', () => {
    const capture = open();
    capture.close();
    const before = readFileSync(file);
    capture.packet(0, 'device', Buffer.alloc(10));
    capture.close();
    assert.deepEqual(readFileSync(file), before);
    assert.deepEqual(problems, []);
  });

  it('cuts a comment that no option can hold between two characters', () => {
    const capture = open();
    capture.packet(0, 'device', Buffer.alloc(0), `a${'证'.repeat(30_000)}`);
    capture.close();
    const { body } = blocksOf(readFileSync(file))[2] ?? assert.fail();
    // After 20 bytes of packet header and 8 of flags.
    const length = body.readUInt16LE(30);
    assert.equal(length, 65_533);
    assert.equal(body.toString('utf8', 32, 32 + length), `a${'证'.repeat(21_844)}`);
  });

  it('keeps of what is longer than any packet the first 65,535 bytes, and its length', () => {
    const capture = open();
    capture.packet(0, 'device', Buffer.alloc(70_000, 1));
    capture.close();
    const { body } = blocksOf(readFileSync(file))[2] ?? assert.fail();
    assert.deepEqual([body.readUInt32LE(12), body.readUInt32LE(16)], [65_535, 70_000]);
  });

  describe('that cannot be written', () => {
    const refused = (name: string, reason: string) =>
      assert.throws(
        () => open(name),
        (error: unknown) => {
          assert.ok(error instanceof ProblemError);
          assert.deepEqual(error.problem, { kind: 'file-unwritable', file: name, reason });
          return true;
        },
      );

    it('is a Problem where no folder is', () => {
      refused(path.join(scratch, 'nowhere', 'device.pcapng'), 'there is no such file or folder');
      refused(scratch, 'it is a folder');
    });

    it('is a Problem where another file is, which stays as it is', () => {
      writeFileSync(file, 'what somebody may still need');
      assert.throws(() => open(), /is not a capture \(pcapng\) and is not replaced/);
      assert.equal(readFileSync(file, 'utf8'), 'what somebody may still need');
    });

    it('is a Problem on a full disk', function () {
      if (process.platform !== 'linux') this.skip();
      refused('/dev/full', 'no space left on the disk');
    });

    it('is a Problem, and no wait, for a pipe that nobody reads', function () {
      if (process.platform === 'win32') this.skip();
      execFileSync('mkfifo', [file]);
      refused(file, 'no process reads from it');
    });

    it('is reported once when the reader of a pipe goes', async function () {
      if (process.platform === 'win32') this.skip();
      execFileSync('mkfifo', [file]);
      const reader = spawn('head', ['-c', '150', file], { stdio: ['ignore', 'pipe', 'inherit'] });
      let capture: Capture | undefined;
      while (capture === undefined) {
        try {
          capture = open();
        } catch {
          // The reader is not there yet.
          await new Promise(resolve => setTimeout(resolve, 10));
        }
      }
      capture.packet(0, 'device', Buffer.alloc(100));
      await once(reader, 'close');
      for (let time = 0; time < 3; time++) capture.packet(time, 'device', Buffer.alloc(100));
      capture.close();
      assert.deepEqual(problems, [
        { kind: 'file-unwritable', file, reason: 'no process reads from it anymore' },
      ]);
    });

    it('keeps its whole blocks when the disk takes no more', function () {
      if (process.platform !== 'linux') this.skip();
      // The shell lets no file grow beyond 64 KiB; the write that crosses that is done in part.
      const program = `
        const { Capture } = require('./src/simulator/network/capture');
        const problems = [];
        const capture = new Capture(${JSON.stringify(file)}, new Date(0), problem => problems.push(problem));
        for (let time = 0; time < 100; time++) capture.packet(time, 'device', Buffer.alloc(1001));
        capture.close();
        console.log(JSON.stringify(problems));`;
      const output = execFileSync(
        'bash',
        ['-c', 'ulimit -f 64; exec "$0" --require tsx/cjs --eval "$1"', process.execPath, program],
        { cwd: root, encoding: 'utf8', env: { ...process.env, TSX_DISABLE_CACHE: '1' } },
      );
      assert.deepEqual(JSON.parse(output), [
        { kind: 'file-unwritable', file, reason: 'it would exceed the file size limit' },
      ]);
      const written = readFileSync(file);
      assert.equal(blocksOf(written).length, 2 + 62);
      assert.ok(written.length > 64 * 1024 - 1100);
    });
  });
});
