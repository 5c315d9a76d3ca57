import assert from 'node:assert/strict';
import { characterText, floatText, readInteger, stringText } from '../../src/simulator/firmware/valueText';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the text of values', () => {
  it('writes strings as C does', () => {
    assert.equal(stringText(bytes('GET /\r\n\0rest'), true), '"GET /\\r\\n"');
    assert.equal(stringText(bytes('a"b\\c\t\u001b'), false), '"a\\"b\\\\c\\t\\x1b"');
    assert.equal(stringText(bytes('证书\0'), true), '"证书"');
    assert.equal(
      stringText(Uint8Array.of(0x41, 0xe8, 0xaf, 0xff, 0xc0, 0x80), false),
      '"A\\xe8\\xaf\\xff\\xc0\\x80"',
    );
  });

  it('writes each control character that C has a letter for with that, others as numbers', () => {
    const controls = Uint8Array.of(7, 8, 9, 10, 11, 12, 13, 34, 92, 1, 0x7f);
    assert.equal(stringText(controls, false), '"\\a\\b\\t\\n\\v\\f\\r\\"\\\\\\x01\\x7f"');
  });

  it('says that a string goes on', () => {
    assert.equal(stringText(bytes('x'.repeat(201)), true), `"${'x'.repeat(200)}"…`);
    assert.equal(stringText(bytes('x'.repeat(200) + '\0'), true), `"${'x'.repeat(200)}"`);
    assert.equal(stringText(bytes('abc'), true), '"abc"…');
    assert.equal(stringText(bytes('abc'), false), '"abc"');
  });

  it('writes characters', () => {
    assert.deepEqual([65, 0, 10, 39, 34, 0xff].map(characterText), [
      "'A'",
      "'\\0'",
      "'\\n'",
      "'\\''",
      "'\"'",
      "'\\xff'",
    ]);
  });

  it('writes the shortest number that is the same float', () => {
    const shown = [1.1, 0.1, 16777216, -3.25, 1e-45, 3.4028234663852886e38, 0, NaN, Infinity].map(number =>
      floatText(Math.fround(number), 4),
    );
    assert.deepEqual(shown, [
      '1.1',
      '0.1',
      '16777216',
      '-3.25',
      '1e-45',
      '3.4028235e+38',
      '0',
      'NaN',
      'Infinity',
    ]);
    assert.deepEqual(
      [0.1, 1 / 3, -0].map(number => floatText(number, 8)),
      ['0.1', '0.3333333333333333', '-0'],
    );
    assert.equal(floatText(-0, 4), '-0');
  });

  it('reads integers of any size', () => {
    assert.equal(readInteger(Uint8Array.of(0xfe, 0xff), true), -2n);
    assert.equal(readInteger(Uint8Array.of(0xfe, 0xff), false), 0xfffen);
    assert.equal(
      readInteger(Uint8Array.of(0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01), false),
      0x0123456789abcdefn,
    );
  });
});
