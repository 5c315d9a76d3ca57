import assert from 'node:assert/strict';
import { evaluate, type Names, numberValue } from '../../../src/certificates/inspect/cExpression';
import { stringBytes } from '../../../src/certificates/inspect/cLiterals';
import { CMacros } from '../../../src/certificates/inspect/cMacros';
import { IncludeGraph, isSource, normalized } from '../../../src/certificates/inspect/includes';
import { inspectText } from '../../../src/certificates/inspect/inspectFile';
import { pemBlocks } from '../../../src/certificates/inspect/pemBlocks';

describe('a constant expression of C', () => {
  const names: Names = {
    number: name => new Map([['LEN', 700]]).get(name),
    sizeOf: name => new Map([['cert', 701]]).get(name),
    stringLength: name => new Map([['cert', 650]]).get(name),
  };
  const values: [text: string, value: number | undefined][] = [
    ['7', 7],
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 2 - 3', 5],
    ['7 / 2', 3],
    ['-7 / 2', -3],
    ['-7 % 4', -3],
    ['7 % 4', 3],
    ['1 / 0', undefined],
    ['1 % 0', undefined],
    ['1 << 4', 16],
    ['256 >> 4', 16],
    ['1 + 1 << 2', 8],
    ['6 & 3', 2],
    ['6 | 3', 7],
    ['6 ^ 3', 5],
    ['1 | 6 ^ 3 & 2', 5],
    ['~0', -1],
    ['- -3', 3],
    ['+3', 3],
    ['LEN', 700],
    ['LEN - 1', 699],
    ['other', undefined],
    ['other - 1', undefined],
    ['1 - other', undefined],
    ['sizeof(cert)', 701],
    ['sizeof cert', 701],
    ['sizeof(cert) - 1', 700],
    ['sizeof(cert) / sizeof(cert[0])', 701],
    ['sizeof(other)', undefined],
    ['sizeof(other[0])', undefined],
    ['sizeof(uint8)', 1],
    ['sizeof(char)', 1],
    ['sizeof((char *)cert)', 701],
    ['sizeof(cert', undefined],
    ['sizeof(cert[0)', undefined],
    ['sizeof 3', undefined],
    ['strlen(cert)', 650],
    ['os_strlen((const char *)cert) + 1', 651],
    ['ets_strlen(cert)', 650],
    ['strlen(other)', undefined],
    ['strlen(cert', undefined],
    ['strnlen(cert)', undefined],
    ['(unsigned int)7', 7],
    ['(uint32_t)(1 + 2)', 3],
    ['(const char *)7', 7],
    ['(own_t)7', undefined],
    ['(7', undefined],
    ['7)', undefined],
    ['7 7', undefined],
    ['', undefined],
    ['1.5', undefined],
    ['a->b', undefined],
    [`1${' + 1'.repeat(124)}`, 125],
    [`1${' + 1'.repeat(125)}`, undefined],
    ['9007199254740991 + 1', undefined],
  ];
  for (const [text, value] of values)
    it(`is ${value ?? 'not known'}: ${text.slice(0, 40)}`, () => {
      assert.equal(evaluate(text, names), value);
    });

  it('has numbers of any base, with suffixes', () => {
    const numbers: [text: string, value: number | undefined][] = [
      ['0', 0],
      ['42', 42],
      ['42u', 42],
      ['42UL', 42],
      ['0x2A', 42],
      ['0X2aL', 42],
      ['052', 42],
      ['0b101', 5],
      ['089', undefined],
      ['0x', undefined],
      ['42x', undefined],
      ['-1', undefined],
      ['1'.repeat(40), Number('1'.repeat(40))],
      ['1'.repeat(41), undefined],
    ];
    for (const [text, value] of numbers) assert.equal(numberValue(text), value, text);
  });
});

describe('a literal of C', () => {
  it('has the bytes that a compiler makes of it', () => {
    const literals: [literal: string, bytes: string | number[]][] = [
      ['"abc"', 'abc'],
      ['"a\\nb\\r\\t"', 'a\nb\r\t'],
      ['"\\a\\b\\f\\v"', [7, 8, 12, 11]],
      ['"\\0\\12\\1234"', [0, 10, 83, 52]],
      ['"\\x41\\x0aB"', [0x41, 0xab]],
      ['"\\"\\\\\\\'\\?"', '"\\\'?'],
      ['"a\\\nb\\\r\nc"', 'abc'],
      ['"é"', [0xe9]],
      ["'x'", 'x'],
      ['R"(a\\n"b)"', 'a\\n"b'],
      ['R"x(a)b)x"', 'a)b'],
      ['u8R"(a)"', 'a'],
      ['R"(open', 'open'],
      ['"open', 'open'],
      ['"', ''],
    ];
    for (const [literal, bytes] of literals)
      assert.deepEqual(
        stringBytes(literal),
        typeof bytes === 'string' ? [...Buffer.from(bytes, 'latin1')] : bytes,
        literal,
      );
  });
});

describe('macros of a C text', () => {
  /** The tokens of the last line, with macros replaced. */
  const expanded = (text: string) => {
    const macros = new CMacros(text);
    const found: string[] = [];
    for (let token = macros.expanded(); token; token = macros.expanded()) found.push(macros.textOf(token));
    return found.join(' ');
  };

  it('are replaced by what they stand for', () => {
    const cases: [text: string, tokens: string][] = [
      ['#define A 1\nA', '1'],
      ['#define A B\n#define B 2\nA + A', '2 + 2'],
      ['#define F(x) x + 1\nF(2)', '2 + 1'],
      ['#define F(x, y) y - x\nF(1, 2)', '2 - 1'],
      ['#define F(x) [x]\nF((1, 2))', '[ ( 1 , 2 ) ]'],
      ['#define F(x) [x]\nF', 'F'],
      ['#define F(x) [x]\nF + 1', 'F + 1'],
      ['#define F(x) [x]\nF(', '[ ]'],
      ['#define F() 7\nF()', '7'],
      ['#define A\nA;', ';'],
      ['x #define A 1\nA', 'x # define A 1 A'],
      ['  # define A 1\nA', '1'],
      ['#define A 1\n#define A 2\nA', 'A'],
      ['#define F(x, y) x y\nF(1)', '1'],
    ];
    for (const [text, tokens] of cases) assert.equal(expanded(text), tokens, text);
  });

  it('that use themselves or others without an end stay as they are', () => {
    assert.equal(expanded('#define A A\nA'), 'A');
    assert.match(expanded('#define A (B)\n#define B (A)\nA'), /^(\( )+[AB]( \))+$/);
    const chain = (length: number) =>
      `${Array.from({ length }, (_, at) => `#define M${at} M${at + 1}`).join('\n')}\nM0`;
    assert.equal(expanded(chain(11)), 'M11');
    assert.equal(expanded(chain(12)), 'M12');
    assert.equal(expanded(chain(20)), 'M12');
    // Each doubles: it grows no further than a file may.
    const doubling = `${Array.from({ length: 30 }, (_, at) => `#define D${at} D${at + 1} D${at + 1}`).join('\n')}\nD0`;
    assert.ok(expanded(doubling).length < 1_000_000);
  });

  it('are known, and whether they were used', () => {
    const macros = new CMacros('#define A 1\n#define B 2\n#define C 3\n#define C 4\nA');
    while (macros.expanded());
    assert.deepEqual(
      macros.macros.map(({ isUsed }) => isUsed),
      [true, false],
    );
    assert.ok(
      macros.macro('A') !== undefined && macros.macro('C') === undefined && macros.macro('D') === undefined,
    );
    assert.equal(macros.length, 49);
  });
});

describe('files that include others', () => {
  const file = (name: string, ...includes: string[]) =>
    inspectText(includes.map(each => `#include "${each}"\n`).join(''), name);
  const graph = new IncludeGraph([
    file('user/main.c', 'cert.h', '../include/config.h', 'deep/only.h'),
    file('user/other.c', 'key.h'),
    file('user\\include\\cert.h', 'more.h'),
    file('include/config.h'),
    file('lib/deep/only.h'),
    file('a/key.h'),
    file('b/key.h'),
    file('x/more.h', 'main.c'),
  ]);
  const reached = (...from: string[]) => [...graph.reached(from)].sort();

  it('are followed by their paths, else by the only name that ends so', () => {
    assert.deepEqual(reached('user/main.c'), [
      'include/config.h',
      'lib/deep/only.h',
      'user/include/cert.h',
      'user/main.c',
      'x/more.h',
    ]);
    // Two of this name: nobody can tell.
    assert.deepEqual(reached('user/other.c'), ['user/other.c']);
    assert.deepEqual(reached('unknown.c'), ['unknown.c']);
    assert.deepEqual(reached(), []);
  });

  it('are sources by their names', () => {
    assert.deepEqual(['a.c', 'a.C', 'a.cpp', 'a.cc', 'a.h', 'a.c.txt', 'c'].filter(isSource), [
      'a.c',
      'a.C',
      'a.cpp',
      'a.cc',
    ]);
    assert.equal(normalized('a\\.\\b/../c.h'), 'a/c.h');
  });
});

describe('blocks of PEM', () => {
  const facts = (text: string) =>
    pemBlocks(text).map(({ label, range, sound, encrypted, escaped, der }) =>
      [
        label,
        range.offset,
        range.length,
        sound ? 'sound' : 'unsound',
        ...(encrypted ? ['encrypted'] : []),
        ...(escaped ? ['escaped'] : []),
        Buffer.from(der).toString('latin1'),
      ].join(' '),
    );

  it('are sound where they are closed and base64', () => {
    const block = (label: string, body: string, end = label) =>
      `-----BEGIN ${label}-----\n${body}\n-----END ${end}-----`;
    assert.deepEqual(facts(block('A', 'QUJD')), ['A 0 38 sound ABC']);
    assert.deepEqual(facts(`xx${block('A', 'QU JD')}`), ['A 2 39 sound ABC']);
    assert.deepEqual(facts(block('A', 'QUI=')), ['A 0 38 sound AB']);
    assert.deepEqual(facts(block('A', 'QUJ')), ['A 0 37 unsound AB']);
    assert.deepEqual(facts(block('A', 'Q!UJ')), ['A 0 38 unsound AB']);
    assert.deepEqual(facts(block('A', 'QUJD', 'B')), ['A 0 23 unsound ABC']);
    assert.deepEqual(facts(`-----BEGIN A-----\nQUJD\n${block('B', 'QUJD')}`), [
      'A 0 23 unsound ABC',
      'B 23 38 sound ABC',
    ]);
    assert.deepEqual(facts('-----END A-----'), []);
    assert.deepEqual(facts(block('ENCRYPTED PRIVATE KEY', 'QUJD')), [
      'ENCRYPTED PRIVATE KEY 0 78 sound encrypted ABC',
    ]);
    assert.deepEqual(facts(block('A', 'Proc-Type: 4,ENCRYPTED\n\nQUJD')), ['A 0 62 unsound encrypted ']);
    assert.deepEqual(facts('-----BEGIN A-----\\nQUJD\\n-----END A-----'), [
      `A 0 40 unsound escaped ${Buffer.from('nQUJDn', 'base64').toString('latin1')}`,
    ]);
  });
});
