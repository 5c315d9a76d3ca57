import assert from 'node:assert/strict';
import { compute, locate, newSteps, type ExpressionContext } from '../../src/simulator/firmware/expressions';

const context = (): ExpressionContext => ({
  steps: newSteps(),
  register: number => (number < 16 ? 0x100 * number : undefined),
  read: (address, length) =>
    address < 0x2000 ? Uint8Array.from({ length }, (_, index) => (address + index) & 0xff) : undefined,
  canonicalFrameAddress: () => 0x3fff0000,
  frameBase: () => 0x3fff0000,
  entryValue: register => (register === 2 ? { value: 42n, type: undefined } : undefined),
  numberType: offset =>
    offset === 0x25 ? { size: 8, signed: false } : offset === 0x26 ? { size: 2, signed: true } : undefined,
});

const at = (...bytes: number[]): unknown => locate(Uint8Array.from(bytes), context());
const value = (...bytes: number[]): bigint | undefined => compute(Uint8Array.from(bytes), context())?.value;
const none = { ...context(), frameBase: (): undefined => undefined };

describe('location expressions', () => {
  it('find variables in memory and registers', () => {
    assert.deepEqual(at(0x03, 0x34, 0x82, 0xfe, 0x3f), { kind: 'memory', address: 0x3ffe8234 });
    assert.deepEqual(at(0x91, 0x70), { kind: 'memory', address: 0x3ffefff0 });
    assert.deepEqual(at(0x9c, 0x23, 0x08), { kind: 'memory', address: 0x3fff0008 });
    assert.deepEqual(at(0x52), { kind: 'register', register: 2 });
    assert.deepEqual(at(0x90, 0x0f), { kind: 'register', register: 15 });
    assert.deepEqual(at(0x73, 0x7c), { kind: 'memory', address: 0x2fc });
  });

  it('know values that are stored nowhere', () => {
    assert.deepEqual(at(0x35, 0x9f), { kind: 'value', bytes: Uint8Array.of(5, 0, 0, 0) });
    assert.deepEqual(at(0x9e, 2, 7, 8), { kind: 'value', bytes: Uint8Array.of(7, 8) });
    assert.deepEqual(at(0xa3, 1, 0x52, 0x9f), { kind: 'value', bytes: Uint8Array.of(42, 0, 0, 0) });
    assert.deepEqual(at(0xf5, 2, 0x25, 0x9f), {
      kind: 'value',
      bytes: Uint8Array.of(0, 2, 0, 0, 0, 0, 0, 0),
    });
  });

  it('take values to pieces', () => {
    assert.deepEqual(at(0x93, 4, 0x53, 0x93, 4), {
      kind: 'pieces',
      pieces: [
        { size: 4, location: undefined },
        { size: 4, location: { kind: 'register', register: 3 } },
      ],
    });
  });

  it('give up where something is not known', () => {
    assert.equal(at(), undefined);
    assert.equal(at(0xa3, 1, 0x53, 0x9f), undefined, 'entry value of a register that the call does not tell');
    assert.equal(at(0xf2, 1, 2, 3, 4, 0), undefined, 'implicit pointer');
    assert.equal(at(0x8f, 0x00), undefined, 'register 31');
    assert.equal(at(0x91), undefined, 'cut off');
    assert.equal(at(0x22), undefined, 'empty stack');
    assert.equal(at(0x0c, 0, 0, 0, 0x60, 0x06), undefined, 'no memory');
    assert.equal(locate(Uint8Array.of(0x91, 0), none), undefined);
  });

  const constants: [name: string, bytes: number[], value: bigint][] = [
    ['addr', [0x03, 1, 2, 3, 4], 0x04030201n],
    ['const1u', [0x08, 0xfe], 0xfen],
    ['const1s', [0x09, 0xfe], 0xfffffffen],
    ['const2u', [0x0a, 0xfe, 0xff], 0xfffen],
    ['const2s', [0x0b, 0xfe, 0xff], 0xfffffffen],
    ['const4u', [0x0c, 0xfe, 0xff, 0xff, 0xff], 0xfffffffen],
    ['const4s', [0x0d, 0xfe, 0xff, 0xff, 0xff], 0xfffffffen],
    ['const8u', [0x0e, 5, 0, 0, 0, 0, 0, 0, 0], 5n],
    ['const8s', [0x0f, 5, 0, 0, 0, 0, 0, 0, 0], 5n],
    ['constu', [0x10, 0xe5, 0x8e, 0x26], 624485n],
    ['consts', [0x11, 0x7e], 0xfffffffen],
    ['convert to 16 bits', [0x0c, 0xfe, 0xff, 0x01, 0, 0xa8, 0x26], -2n],
    ['convert to 64 bits', [0x0b, 0xfe, 0xff, 0xa8, 0x26, 0xa8, 0x25], 0xfffffffffffffffen],
  ];
  for (const [name, bytes, expected] of constants)
    it(`push a number by ${name}, and read what follows`, () => {
      assert.equal(value(...bytes), expected);
      assert.equal(value(...bytes, 0x30, 0x14), expected, 'over');
    });

  it('compute with 32 bits', () => {
    assert.equal(value(0x09, 0xff), 0xffffffffn);
    assert.equal(value(0x09, 0xff, 0x31, 0x22), 0n);
    assert.equal(value(0x38, 0x33, 0x1c), 5n);
    assert.equal(value(0x33, 0x34, 0x1e), 12n);
    assert.equal(value(0x09, 0xf8, 0x32, 0x1b), 0xfffffffcn, '-8 / 2');
    assert.equal(value(0x09, 0xf8, 0x31, 0x26), 0xfffffffcn, '-8 >> 1, arithmetic');
    assert.equal(value(0x09, 0xf8, 0x31, 0x25), 0x7ffffffcn, '-8 >> 1, logical');
    assert.equal(value(0x09, 0xff, 0x31, 0x2d), 1n, '-1 < 1');
    assert.equal(value(0x08, 4, 0x06), 0x07060504n);
    assert.equal(value(0x08, 4, 0x94, 2), 0x0504n);
    assert.equal(value(0x31, 0x30, 0x1b), undefined, 'division by zero');
    assert.equal(value(0x31, 0x32, 0x33, 0x17), 2n, 'rot');
    assert.equal(value(0x31, 0x32, 0x16), 1n, 'swap');
    assert.equal(value(0x31, 0x32, 0x14), 1n, 'over');
  });

  it('branch', () => {
    assert.equal(value(0x35, 0x31, 0x28, 1, 0, 0x30, 0x23, 1), 6n);
    assert.equal(value(0x2f, 0xfd, 0xff), undefined, 'an endless loop ends');
    assert.equal(value(0x2f, 0x00, 0x40), undefined, 'out of the expression');
  });
});
