import assert from 'node:assert/strict';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { Bytes, codeStart, elfFile } from './elfFile';

/** What a line program is made of, by DWARF 5 section 6.2. */
const op = {
  copy: () => new Bytes().u8(1).bytes,
  advancePc: (by: number) => new Bytes().u8(2).uleb(by).bytes,
  /** By -64 to 63 lines. */
  advanceLine: (by: number) => Uint8Array.of(3, by & 0x7f),
  file: (number: number) => new Bytes().u8(4).uleb(number).bytes,
  column: (number: number) => new Bytes().u8(5).uleb(number).bytes,
  negateStatement: () => Uint8Array.of(6),
  basicBlock: () => Uint8Array.of(7),
  constAddPc: () => Uint8Array.of(8),
  fixedAdvancePc: (by: number) => new Bytes().u8(9).u16(by).bytes,
  isa: (number: number) => new Bytes().u8(12).uleb(number).bytes,
  address: (address: number) => new Bytes().u8(0, 5, 2).u32(address).bytes,
  discriminator: (number: number) => new Bytes().u8(0, 2, 4, number).bytes,
  end: () => Uint8Array.of(0, 1, 1),
  /** A special opcode for line base -5, range 14, opcode base 13. */
  special: (address: number, line: number) => Uint8Array.of(13 + 14 * address + line + 5),
};

interface Program {
  version?: number;
  minimumLength?: number;
  isStatement?: boolean;
  folders?: string[];
  files?: [name: string, folder: number][];
  ops: Uint8Array[];
}

/** The names of files of DWARF 2 to 4: strings, each list with an empty one at its end. */
function fileTable(folders: string[], files: [string, number][]): Bytes {
  const table = new Bytes();
  for (const folder of folders) table.text(folder);
  table.u8(0);
  for (const [name, folder] of files) table.text(name).uleb(folder, 0, 0);
  return table.u8(0);
}

/** Those of DWARF 5: columns (path as string, folder as udata, an MD5 to be skipped), then rows. */
function fileTable5(folders: string[], files: [string, number][]): Bytes {
  const table = new Bytes().u8(1).uleb(1, 8).uleb(folders.length);
  for (const folder of folders) table.text(folder);
  table.u8(3).uleb(1, 8).uleb(2, 0x0f).uleb(5, 0x1e).uleb(files.length);
  for (const [name, folder] of files) table.text(name).uleb(folder).zeros(16);
  return table;
}

function unit({ version = 3, minimumLength = 1, isStatement = true, ops, ...names }: Program): Uint8Array {
  const { folders = ['lib'], files = [['main.c', 0]] } = names;
  const header = new Bytes().u8(minimumLength);
  if (version >= 4) header.u8(1);
  header.u8(isStatement ? 1 : 0, 0xfb, 14, 13);
  // How many operands each of the standard opcodes has.
  header.u8(0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1);
  header.add((version === 5 ? fileTable5(folders, files) : fileTable(folders, files)).bytes);
  const body = new Bytes().u16(version);
  if (version === 5) body.u8(4, 0);
  body.u32(header.length).add(header.bytes);
  for (const each of ops) body.add(each);
  return new Bytes().u32(body.length).add(body.bytes).bytes;
}

function linesOf(...programs: Program[]) {
  const section = new Bytes();
  for (const program of programs) section.add(unit(program));
  const bytes = elfFile({
    sections: [{ name: '.debug_line', bytes: section.bytes }],
    symbols: [
      { name: 'user_init', address: codeStart, size: 32, isFunction: true },
      { name: 'other', address: codeStart + 32, size: 32, isFunction: true },
    ],
  });
  return loadFirmware(bytes, 'lines.elf').lines;
}

/** Line and file of each of some addresses behind the start of the code. */
function shown(lines: ReturnType<typeof linesOf>, ...offsets: number[]) {
  return offsets.map(offset => {
    const found = lines?.at(codeStart + offset);
    return found === undefined ? undefined : `${found.file}:${found.line}`;
  });
}

const start = op.address(codeStart);

describe('line numbers', () => {
  const ways: [what: string, ops: Uint8Array[], address: number, line: number][] = [
    ['copy', [op.copy()], 0, 1],
    ['advance_pc and advance_line', [op.advancePc(6), op.advanceLine(9), op.copy()], 6, 10],
    ['a line further up', [op.advanceLine(9), op.advanceLine(-4), op.copy()], 0, 6],
    ['a special opcode', [op.special(3, 7)], 3, 8],
    ['a special opcode for a line further up', [op.advanceLine(9), op.special(0, -5)], 0, 5],
    ['const_add_pc', [op.constAddPc(), op.copy()], 17, 1],
    ['fixed_advance_pc', [op.fixedAdvancePc(0x14), op.copy()], 0x14, 1],
    ['opcodes without meaning here', [op.basicBlock(), op.isa(1), op.discriminator(3), op.copy()], 0, 1],
  ];
  for (const version of [2, 3, 4, 5])
    for (const [what, ops, address, line] of ways)
      it(`of DWARF ${version} come by ${what}`, () => {
        const files: [string, number][] = [
          ['zero.c', 0],
          ['one.c', 0],
        ];
        const program = { version, files, folders: ['/src'] };
        const lines = linesOf({ ...program, ops: [op.file(1), start, ...ops, op.advancePc(4), op.end()] });
        const name = version === 5 ? '/src/one.c' : 'zero.c';
        assert.deepEqual(
          shown(lines, address, address + 3, address + 4, address - 1),
          [`${name}:${line}`, `${name}:${line}`, undefined, undefined],
          'up to its end',
        );
      });

  it('count the addresses in instructions where those have a least length', () => {
    const ops = [start, op.special(2, 1), op.advancePc(3), op.copy(), op.constAddPc(), op.end()];
    const lines = linesOf({ minimumLength: 2, ops });
    assert.equal(lines?.isStatement(codeStart + 4), true);
    assert.equal(lines.isStatement(codeStart + 10), true);
    assert.deepEqual(shown(lines, 10 + 33, 10 + 34), ['main.c:2', undefined]);
  });

  it('name a file by its folder, unless its name is a whole path', () => {
    const files: [string, number][] = [
      ['a.c', 0],
      ['b.c', 1],
      ['/c.c', 1],
      ['C:\\d.c', 1],
      ['e.c', 2],
    ];
    const ops = [
      start,
      ...[1, 2, 3, 4, 5].flatMap(each => [op.file(each), op.copy(), op.advancePc(1)]),
      op.end(),
    ];
    const program = { folders: ['lib', '/abs/'], files, ops };
    assert.deepEqual(shown(linesOf(program), 0, 1, 2, 3, 4), [
      'a.c:1',
      'lib/b.c:1',
      '/c.c:1',
      'C:\\d.c:1',
      '/abs/e.c:1',
    ]);
    const five = linesOf({
      version: 5,
      folders: ['/build', 'lib', '/abs'],
      files: [['unused.c', 0], ...files],
      ops,
    });
    assert.deepEqual(shown(five, 0, 1, 2, 3, 4), [
      '/build/a.c:1',
      '/build/lib/b.c:1',
      '/c.c:1',
      'C:\\d.c:1',
      '/abs/e.c:1',
    ]);
    assert.deepEqual(linesOf(program)?.files(), ['a.c', 'lib/b.c', '/c.c', 'C:\\d.c', '/abs/e.c']);
    assert.equal(linesOf(program)?.unitFile(0, 2), 'lib/b.c');
    assert.equal(linesOf(program)?.unitFile(0, 9), undefined);
  });

  it('have columns', () => {
    const lines = linesOf({ ops: [start, op.column(12), op.copy(), op.advancePc(2), op.end()] });
    assert.deepEqual(lines?.at(codeStart), { file: 'main.c', line: 1, column: 12 });
  });

  it('are none at address 0, where the linker leaves what it has thrown away', () => {
    const gone = [op.address(0), op.copy(), op.advancePc(4), op.end()];
    assert.equal(linesOf({ ops: gone }), undefined);
    const lines = linesOf({ ops: [...gone, start, op.copy(), op.advancePc(4), op.end()] });
    assert.deepEqual(shown(lines, 0, -codeStart), ['main.c:1', undefined]);
    assert.equal(linesOf({ ops: [start, op.copy(), op.end()] }), undefined, 'nor for no code at all');
  });

  it('of one unit are lost where it is damaged, and those of others kept', () => {
    const whole = [op.copy(), op.advancePc(4), op.end()];
    const next = op.address(codeStart + 8);
    for (const version of [1, 6]) {
      const lines = linesOf({ version, ops: [start, ...whole] }, { ops: [next, ...whole] });
      assert.deepEqual(shown(lines, 0, 8), [undefined, 'main.c:1']);
    }
    const cut = linesOf(
      { ops: [start, ...whole, op.address(codeStart + 4), op.copy()] },
      { ops: [next, ...whole] },
    );
    assert.deepEqual(shown(cut, 0, 4, 8), ['main.c:1', undefined, 'main.c:1']);
  });

  describe('for stepping', () => {
    // Line 5 at 0 and 2, then 6 at 4, which begins no statement at 6, then 5 again at 8.
    const lines = linesOf({
      ops: [
        ...[start, op.advanceLine(4), op.copy(), op.special(2, 0), op.special(2, 1)],
        ...[op.negateStatement(), op.special(2, 0), op.negateStatement(), op.special(2, -1)],
        ...[op.advancePc(4), op.end()],
      ],
    });
    const ranges: [at: number, start: number, end: number][] = [
      [0, 0, 4],
      [3, 0, 4],
      [4, 4, 8],
      [7, 4, 8],
      [8, 8, 12],
      [11, 8, 12],
    ];
    for (const [at, first, end] of ranges)
      it(`join all of the line around ${at}`, () => {
        assert.deepEqual(lines?.statementRange(codeStart + at), {
          start: codeStart + first,
          end: codeStart + end,
        });
      });

    it('know where statements begin, and where no code is', () => {
      assert.deepEqual(
        [0, 1, 2, 4, 6, 8, 12].map(at => lines?.isStatement(codeStart + at)),
        [true, false, true, true, false, true, false],
      );
      assert.equal(lines?.statementRange(codeStart + 12), undefined);
    });
  });

  it('show the last statement of several at one address', () => {
    const rows = [
      op.special(0, 1),
      op.special(0, 1),
      op.negateStatement(),
      op.special(0, 1),
      op.negateStatement(),
    ];
    const lines = linesOf({ ops: [start, ...rows, op.special(4, 1), op.advancePc(4), op.end()] });
    assert.deepEqual(shown(lines, 0, 4), ['main.c:3', 'main.c:5']);
    const starting = linesOf({
      isStatement: false,
      ops: [start, ...rows, op.special(4, 1), op.advancePc(4), op.end()],
    });
    assert.deepEqual(shown(starting, 0), ['main.c:4'], 'the only one that begins a statement');
  });

  it('show none for code that the compiler gives line 0', () => {
    const ops = [start, op.advanceLine(-1), op.copy(), op.special(4, 3), op.advancePc(4), op.end()];
    const lines = linesOf({ ops });
    assert.deepEqual(shown(lines, 0, 4), [undefined, 'main.c:3']);
    assert.equal(lines?.isStatement(codeStart), false);
  });

  describe('for breakpoints', () => {
    const files: [string, number][] = [
      ['main.c', 1],
      ['main.c', 2],
      ['main.h', 1],
    ];
    // user_init: lines 10, 11, 11, 14 of app/main.c; other: lines 20, 21 of it, then 11 of lib/main.c.
    const lines = linesOf({
      folders: ['app', 'lib'],
      files,
      ops: [
        ...[start, op.advanceLine(9), op.copy(), op.special(4, 1), op.special(4, 0), op.special(4, 3)],
        ...[op.advancePc(20), op.advanceLine(6), op.copy(), op.special(8, 1)],
        ...[op.file(2), op.advanceLine(-10), op.advancePc(8), op.copy(), op.advancePc(8), op.end()],
      ],
    });
    const stops: [file: string, line: number, found: { line: number; at: number[] } | undefined][] = [
      ['app/main.c', 11, { line: 11, at: [4] }],
      ['/work/app/main.c', 11, { line: 11, at: [4] }],
      ['C:\\work\\app\\main.c', 11, { line: 11, at: [4] }],
      ['app/./sub/../main.c', 11, { line: 11, at: [4] }],
      ['lib/main.c', 1, { line: 11, at: [48] }],
      ['app/main.c', 12, { line: 14, at: [12] }],
      ['app/main.c', 21, { line: 21, at: [40] }],
      ['app/main.c', 22, undefined],
      ['main.h', 1, undefined],
      ['nowhere.c', 1, undefined],
      // The line that opens a function: behind its prologue.
      ['app/main.c', 10, { line: 11, at: [4] }],
      ['app/main.c', 20, { line: 21, at: [40] }],
      // A name that two files have: both.
      ['main.c', 11, { line: 11, at: [4, 48] }],
    ];
    for (const [file, line, found] of stops)
      it(`find ${file}:${line} ${found === undefined ? 'nowhere' : `at ${found.at.join(' and ')}`}`, () => {
        assert.deepEqual(
          lines?.addresses(file, line),
          found && { line: found.line, addresses: found.at.map(at => codeStart + at) },
        );
      });

    it('know where the body of a function begins', () => {
      assert.deepEqual(
        [0, 32, 64].map(at => lines?.bodyOf(codeStart + at)),
        [codeStart + 4, codeStart + 40, undefined],
      );
    });
  });
});
