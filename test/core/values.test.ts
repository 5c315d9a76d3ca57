import assert from 'node:assert/strict';
import type { Variable } from '../../src/simulator/firmware/scopes';
import type { Storage } from '../../src/simulator/firmware/storage';
import { typeName, type RecordType, type Type } from '../../src/simulator/firmware/types';
import { TypedValue, variableValue, type Value } from '../../src/simulator/firmware/values';

const int: Type = { kind: 'base', name: 'int', size: 4, encoding: 'signed' };
const char: Type = { kind: 'base', name: 'char', size: 1, encoding: 'unsigned' };
const short: Type = { kind: 'base', name: 'unsigned short', size: 2, encoding: 'unsigned' };
const nothing: Type = { kind: 'void' };
const pointer = (target: Type): Type => ({ kind: 'pointer', target });
const constant = (target: Type): Type => ({ kind: 'qualified', qualifier: 'const', target });
const array = (element: Type, count?: number): Type => ({ kind: 'array', element, count });
const callback: Type = {
  kind: 'function',
  returns: nothing,
  parameters: [pointer(nothing), pointer(char), short],
  prototyped: true,
  variadic: false,
};
const bits = undefined;
const inner: RecordType = {
  kind: 'union',
  name: undefined,
  size: 4,
  members: [{ name: 'a', type: int, offset: 0, bits }],
};
const pair: RecordType = {
  kind: 'struct',
  name: 'pair',
  size: 12,
  members: [
    { name: 'first', type: int, offset: 0, bits },
    { name: undefined, type: inner, offset: 4, bits },
    { name: 'self', type: pointer(int), offset: 8, bits },
  ],
};

const start = 0x3ffe8000;
const memory = new Uint8Array(0x1000);
const view = new DataView(memory.buffer);
const reader = {
  read: (address: number, length: number) => {
    const offset = address - start;
    return offset >= 0 && offset + length <= memory.length
      ? memory.slice(offset, offset + length)
      : undefined;
  },
  functionName: (address: number) => (address === 0x40210000 ? 'recv_cb' : undefined),
};

const value = (type: Type, storage: Storage, name = 'x'): TypedValue =>
  new TypedValue(reader, name, type, storage, name);
const inMemory = (type: Type, offset: number): TypedValue =>
  value(type, { kind: 'memory', address: start + offset });
const word = (type: Type, content: number): TypedValue => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, content, true);
  return value(type, { kind: 'bytes', bytes });
};
const names = (values: Value[] | undefined): string[] => values?.map(({ name }) => name) ?? [];

describe('types', () => {
  it('are written as in C', () => {
    assert.deepEqual(
      [
        pointer(pair),
        array(char, 32),
        pointer(callback),
        array(array(int, 3), 2),
        array(pointer(pointer(char)), 4),
        pointer(array(int, 4)),
        constant(pointer(constant(char))),
        array(constant(pointer(callback)), 2),
        pointer(nothing),
        array(char),
        { ...callback, returns: pointer(int), parameters: [] } as const,
        inner,
      ].map(typeName),
      [
        'struct pair *',
        'char[32]',
        'void (*)(void *, char *, unsigned short)',
        'int[2][3]',
        'char **[4]',
        'int (*)[4]',
        'const char * const',
        'void (* const[2])(void *, char *, unsigned short)',
        'void *',
        'char[]',
        'int *(void)',
        'union {...}',
      ],
    );
  });
});

describe('values', () => {
  before(() => {
    memory.set(new TextEncoder().encode('GET / HTTP/1.1\r\n'), 0x100);
    view.setInt32(0x200, -3, true);
    view.setInt32(0x204, 7, true);
    view.setUint32(0x208, start + 0x200, true);
    memory.fill(0x61, 0xf00);
  });

  it('of pointers say what is there', () => {
    assert.equal(word(pointer(int), 0).text, 'NULL');
    assert.equal(word(pointer(int), start + 4).text, '0x3ffe8004');
    assert.equal(word(pointer(char), start + 0x100).text, '0x3ffe8100 "GET / HTTP/1.1\\r\\n"');
    assert.equal(word(pointer(callback), 0x40210000).text, '0x40210000 <recv_cb>');
    assert.equal(word(pointer(callback), 0x40210004).text, '0x40210004');
    assert.equal(word(pointer(char), 0x10).text, '0x00000010 <no memory at 0x00000010>');
    assert.equal(
      word(pointer(char), start + 0xffd).text,
      '0x3ffe8ffd "aaa"…',
      'memory ends before the string',
    );
    assert.equal(word(pointer(char), start + 0xf00).text, `0x3ffe8f00 "${'a'.repeat(200)}"…`);
  });

  it('of structs have members, also through a pointer', () => {
    const struct = inMemory(pair, 0x200);
    assert.equal(struct.text, '{...}');
    assert.equal(struct.address, start + 0x200);
    assert.deepEqual(
      struct.children()?.map(child => [child.name, child.text, child.evaluateName]),
      [
        ['first', '-3', 'x.first'],
        ['a', '7', 'x.a'],
        ['self', '0x3ffe8200', 'x.self'],
      ],
    );
    const children = word(pointer(pair), start + 0x200).children();
    assert.deepEqual(
      children?.map(child => child.evaluateName),
      ['x->first', 'x->a', 'x->self'],
    );
    assert.deepEqual(
      children
        .at(-1)
        ?.children()
        ?.map(child => [child.name, child.text]),
      [['*x->self', '-3']],
    );
  });

  it('that lead nowhere cannot be expanded', () => {
    for (const type of [pair, int]) {
      assert.equal(word(pointer(type), 0).expandable, false);
      assert.equal(word(pointer(type), 0x10).children(), undefined);
    }
    const declared: Type = { kind: 'struct', name: 'opaque', size: undefined, members: [] };
    for (const type of [nothing, callback, char, declared])
      assert.equal(word(pointer(type), start).expandable, false);
    assert.equal(inMemory(declared, 0).text, '<incomplete type>');
    assert.equal(inMemory(array(int), 0).expandable, false);
  });

  it('of large arrays come in pages', () => {
    const children = inMemory(array(int, 250), 0).children();
    assert.deepEqual(names(children), ['[0..99]', '[100..199]', '[200..249]']);
    const last = children?.[2]?.children();
    assert.equal(last?.length, 50);
    assert.equal(last[0]?.evaluateName, 'x[200]');
    assert.equal(last[0].address, start + 800);
    assert.deepEqual(names(inMemory(array(char, 25_000), 0).children()), [
      '[0..9999]',
      '[10000..19999]',
      '[20000..24999]',
    ]);
    assert.equal(inMemory(array(int, 100), 0).children()?.length, 100);
    assert.ok((inMemory(array(char, 2 ** 31), 0).children()?.length ?? 0) <= 100);
  });

  it('of arrays show their beginning', () => {
    assert.equal(inMemory(array(int, 3), 0x200).text, `{-3, 7, ${start + 0x200}}`);
    assert.equal(inMemory(array(char, 4), 0x100).text, '"GET "');
    assert.equal(inMemory(array(pair, 2), 0x200).text, '{...}');
    assert.match(inMemory(array(int, 17), 0).text, /^\{(0, ){16}…\}$/);
  });

  it('say that they are optimized out, in whole or in part', () => {
    const gone = value(pair, { kind: 'optimized out' });
    assert.equal(gone.text, '<optimized out>');
    const half = value(pair, {
      kind: 'pieces',
      pieces: [
        { size: 4, storage: { kind: 'optimized out' } },
        { size: 4, storage: { kind: 'bytes', bytes: Uint8Array.of(9, 0, 0, 0) } },
      ],
    });
    assert.equal(half.text, '{...}');
    assert.deepEqual(
      half.children()?.map(child => child.text),
      ['<optimized out>', '9', '<optimized out>'],
    );
  });

  it('of variables are read where they are', () => {
    const variable: Variable = {
      name: 'count',
      type: int,
      isParameter: false,
      locate: place =>
        place === undefined ? { kind: 'memory', address: start + 0x204 } : { kind: 'register', register: 3 },
    };
    assert.equal(variableValue(variable, undefined, reader).text, '7');
    const registers = Int32Array.from({ length: 16 }, (_, index) => -index);
    const machine = { registers, pc: 0, read: reader.read };
    const frames = [{ pc: 0, lookupPc: 0, registers, cfa: 0 }];
    const shown = variableValue(variable, { machine, frames, index: 0 }, reader);
    assert.deepEqual([shown.text, shown.address], ['-3', undefined]);
  });
});
