import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ProblemError } from '../../src/problems';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { compileFirmware, compileObject, linkFirmware } from './compileFirmware';

describe('what binutils makes of a firmware', function () {
  let folder = '';
  let elf = '';

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-bad-'));
    elf = compileFirmware('inlined.c', '-Og', '-g').file;
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** What is wrong with the file that a tool writes to `output`. */
  function problem(tool: string, ...args: string[]): string {
    const output = path.join(folder, 'output');
    rmSync(output, { force: true });
    execFileSync(
      `xtensa-lx106-elf-${tool}`,
      args.map(arg => (arg === 'OUTPUT' ? output : arg)),
    );
    return problemOf(output);
  }

  function problemOf(file: string): string {
    try {
      loadFirmware(readFileSync(file), file);
    } catch (error) {
      if (error instanceof ProblemError) return error.problem.kind;
      throw error;
    }
    return 'none';
  }

  it('is told apart', () => {
    assert.equal(problemOf(elf), 'none');
    assert.equal(problem('strip', elf, '-o', 'OUTPUT'), 'elf-has-no-symbols');
    assert.equal(problem('strip', '--strip-debug', elf, '-o', 'OUTPUT'), 'none');
    assert.equal(problem('objcopy', '--only-keep-debug', elf, 'OUTPUT'), 'elf-has-no-code');
    assert.equal(problem('objcopy', '-O', 'binary', elf, 'OUTPUT'), 'not-an-elf');
    assert.equal(problem('objcopy', '--strip-symbol=user_init', elf, 'OUTPUT'), 'elf-has-no-user-init');
    const object = compileObject('inlined.c', '-Og');
    assert.equal(problemOf(object), 'elf-not-linked');
    assert.equal(problem('ar', 'rc', 'OUTPUT', object), 'not-an-elf');
    assert.equal(problemOf(process.execPath), 'elf-of-another-chip');
  });

  it('has no lines and no variables without debug information, and both when that is compressed', () => {
    const load = (...options: string[]): ReturnType<typeof loadFirmware> => {
      const { file, bytes } = linkFirmware([compileObject('inlined.c', '-Og', ...options)], ...options);
      return loadFirmware(bytes, file);
    };
    const without = load();
    assert.equal(without.lines, undefined);
    assert.equal(without.debug, undefined);
    assert.match(without.describeAddress(without.symbols.address('one') ?? 0), /^one$/);
    const compressed = load('-g', '-gz');
    assert.ok(compressed.elf.sections.some(({ flags }) => (flags & 0x800) !== 0));
    assert.match(
      compressed.describeAddress(compressed.symbols.address('one') ?? 0),
      /^one \(.*inlined\.c:\d+\)$/,
    );
  });
});
