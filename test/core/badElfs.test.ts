import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import * as l10n from '@vscode/l10n';
import { type Problem, ProblemError, sentence } from '../../src/problems';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { Bytes, codeStart, elfFile, type ElfParts } from './elfFile';

const root = path.join(__dirname, '..', '..');
const sample = readFileSync(path.join(root, 'samples', 'https-server', 'firmware.elf'));
const file = 'bad.elf';

function problem(bytes: Uint8Array): Problem {
  try {
    loadFirmware(bytes, file);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  return assert.fail('no problem');
}

const problemOf = (parts: ElfParts): Problem => problem(elfFile(parts));
const changed = (...bytes: [number, number][]): Uint8Array => {
  const copy = Uint8Array.from(elfFile());
  for (const [at, value] of bytes) copy[at] = value;
  return copy;
};

/** Where the first symbol of the good one has the offset of its name: behind headers, code and the empty symbol. */
const symbolName = 52 + 32 + 64 + 16;

/** A section as -gz writes it. */
const compressed = (kind: number, size: number, content: Uint8Array): Uint8Array =>
  new Bytes().u32(kind, size, 1).add(deflateSync(content)).bytes;

describe('a file that is no firmware', () => {
  it('has a good neighbour that is one', () => {
    const firmware = loadFirmware(elfFile(), file);
    assert.equal(firmware.symbols.address('user_init'), codeStart);
    assert.equal(firmware.lines, undefined);
    assert.equal(firmware.debug, undefined);
  });

  it('is a library, a flash image or something else', () => {
    const found = (bytes: Uint8Array): unknown => ({ ...problem(bytes) });
    const kind = 'not-an-elf';
    assert.deepEqual(found(Buffer.from('!<arch>\nlibmain.a')), { kind, file, found: 'library' });
    assert.deepEqual(found(Uint8Array.of(0xe9, 3, 2, 0x40, 0, 0, 0, 0)), {
      kind,
      file,
      found: 'flash image',
    });
    assert.deepEqual(found(Uint8Array.of(0xea, 4, 2, 0x40)), { kind, file, found: 'flash image' });
    assert.deepEqual(found(new Uint8Array()), { kind, file, found: 'other' });
    assert.deepEqual(found(Buffer.from('int main')), { kind, file, found: 'other' });
  });

  it('is for another processor', () => {
    assert.deepEqual(problemOf({ machine: 243 }), { kind: 'elf-of-another-chip', file, machine: 243 });
    const bigEndian = changed([5, 2], [16, 0], [17, 2], [18, 0], [19, 94]);
    assert.deepEqual(problem(bigEndian), { kind: 'elf-of-another-byte-order', file });
    const powerPc = changed([5, 2], [16, 0], [17, 2], [18, 0], [19, 20]);
    assert.deepEqual(problem(powerPc), { kind: 'elf-of-another-chip', file, machine: 20 });
    assert.deepEqual(problem(changed([4, 2])), { kind: 'elf-of-another-byte-order', file });
  });

  it('is an object file', () => {
    assert.deepEqual(problemOf({ type: 1 }), { kind: 'elf-not-linked', file });
  });

  it('has no symbols, no user_init, or no code there', () => {
    assert.deepEqual(problemOf({ symbols: [] }), { kind: 'elf-has-no-symbols', file });
    assert.deepEqual(problemOf({ symbols: [{ name: 'main', address: codeStart }] }), {
      kind: 'elf-has-no-user-init',
      file,
    });
    assert.deepEqual(problemOf({ segments: [] }), { kind: 'elf-has-no-code', file });
    assert.deepEqual(problemOf({ segments: [{ address: codeStart, memorySize: 64 }] }), {
      kind: 'elf-has-no-code',
      file,
    });
  });

  it('is linked with the RTOS SDK', () => {
    const symbols = ['user_init', 'vTaskStartScheduler'].map(name => ({
      name,
      address: codeStart,
      size: 8,
      isFunction: true,
    }));
    assert.deepEqual(problemOf({ symbols }), { kind: 'elf-of-rtos-sdk', file });
  });

  it('has segments where no memory is, or two at one place', () => {
    const bytes = new Uint8Array(64);
    const good = { address: codeStart, bytes };
    assert.deepEqual(problemOf({ segments: [good, { address: 0x3f000000, bytes }] }), {
      kind: 'elf-outside-memory',
      file,
      address: 0x3f000000,
      length: 64,
    });
    assert.deepEqual(problemOf({ segments: [good, { address: 0x3ffe8000, memorySize: 0x80000000 }] }), {
      kind: 'elf-outside-memory',
      file,
      address: 0x3ffe8000,
      length: 0x80000000,
    });
    assert.deepEqual(problemOf({ segments: [good, { address: codeStart + 60, bytes }] }), {
      kind: 'elf-segments-overlap',
      file,
      address: codeStart + 60,
    });
    assert.equal(
      loadFirmware(elfFile({ segments: [good, { address: codeStart + 64, bytes }] }), file).elf.segments
        .length,
      2,
    );
  });

  it('is cut off or names what is not in it', () => {
    const part = (bytes: Uint8Array): unknown => {
      const found = problem(bytes);
      return found.kind === 'elf-truncated' ? found.part : found;
    };
    const good = elfFile();
    assert.deepEqual(part(good.subarray(0, 40)), { kind: 'header' });
    assert.deepEqual(part(good.subarray(0, 100)), { kind: 'segment', index: 0 });
    assert.deepEqual(part(good.subarray(0, -41)), { kind: 'section headers' });
    const segment = { address: codeStart, fileSize: 0x80000000, memorySize: 0x80000000 };
    assert.deepEqual(part(elfFile({ segments: [segment] })), { kind: 'segment', index: 0 });
    assert.deepEqual(part(changed([42, 0])), { kind: 'segment', index: 0 }, 'program headers of no bytes');
    assert.deepEqual(part(changed([46, 0])), { kind: 'section headers' }, 'section headers of no bytes');
  });

  it('has a symbol whose name is nowhere', () => {
    assert.deepEqual(problem(changed([symbolName + 2, 1])), {
      kind: 'elf-truncated',
      file,
      part: { kind: 'symbol table' },
    });
  });

  it('announces more debug information than any firmware has', () => {
    const bomb = compressed(1, 0xffffffff, new Uint8Array(100));
    const sections = [{ name: '.debug_info', bytes: bomb, flags: 0x800 }];
    assert.deepEqual(problemOf({ sections }), {
      kind: 'elf-section-too-large',
      file,
      section: '.debug_info',
      length: 0xffffffff,
    });
    const many = Array.from({ length: 5 }, (_, index) => ({
      name: `.debug_${index}`,
      bytes: compressed(1, 16 * 2 ** 20, new Uint8Array(100)),
      flags: 0x800,
    }));
    assert.equal(problemOf({ sections: many }).kind, 'elf-section-too-large');
    assert.equal(loadFirmware(elfFile({ sections: many.slice(1) }), file).debug, undefined);
  });

  it('unpacks no more than it has announced', () => {
    const zeros = new Uint8Array(2 ** 20);
    const section = (size: number): Uint8Array | undefined =>
      loadFirmware(
        elfFile({ sections: [{ name: '.debug_info', bytes: compressed(1, size, zeros), flags: 0x800 }] }),
        file,
      ).elf.section('.debug_info')?.bytes;
    assert.equal(section(2 ** 20)?.length, 2 ** 20);
    assert.equal(section(1000)?.length, 0);
  });

  it('is compressed in a way that is not known', () => {
    const zstd = compressed(2, 100, new Uint8Array(100));
    assert.deepEqual(problemOf({ sections: [{ name: '.debug_info', bytes: zstd, flags: 0x800 }] }), {
      kind: 'elf-compression-unknown',
      file,
      section: '.debug_info',
    });
  });
});

describe('what is wrong with an ELF', () => {
  const problems = [
    problem(Uint8Array.of(0xe9)),
    problem(Buffer.from('!<arch>\n')),
    problemOf({ type: 1 }),
    problem(changed([4, 2])),
    problemOf({ segments: [] }),
    { kind: 'elf-of-rtos-sdk', file } as const,
    problem(sample.subarray(0, 40)),
    problem(sample.subarray(0, 60)),
    problem(sample.subarray(0, 5000)),
    problem(sample.subarray(0, -10)),
    problem(changed([symbolName + 2, 1])),
  ];

  afterEach(() => {
    l10n.config({ contents: {} });
  });

  it('is said with the file and with what to do', () => {
    for (const each of problems)
      assert.match(sentence(each, 'terminal'), /^bad\.elf.*(Choose|Build|Check|Use) .*\.$/);
  });

  it('is said in Chinese without an English word', () => {
    l10n.config({ contents: readFileSync(path.join(root, 'l10n', 'bundle.l10n.zh-cn.json'), 'utf8') });
    for (const each of problems) {
      const text = sentence(each, 'terminal');
      assert.match(text, /^bad\.elf.*。$/);
      // Names and numbers are the same in both languages.
      const words = text.replaceAll(
        /bad\.elf|eagle\.app\.v6\.out|firmware\.elf|xtensa-lx106-elf-gcc|objcopy --only-keep-debug|user_init|ESP8266|RTOS SDK|FreeRTOS|NON-OS SDK|Flash|ELF|\.out|\.elf|CA/g,
        '',
      );
      assert.doesNotMatch(words, /[A-Za-z]{2}/, text);
    }
  });
});
