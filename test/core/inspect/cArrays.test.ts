import assert from 'node:assert/strict';
import { cHeader } from '../../../src/certificates/cHeader';
import { type CArray, readC } from '../../../src/certificates/inspect/cArrays';

const only = (text: string): CArray => {
  const { arrays } = readC(text);
  assert.equal(arrays.length, 1, text);
  return arrays[0] ?? assert.fail();
};
const bytes = (text: string) => [...only(text).bytes];

describe('the C reader', () => {
  it('reads back what xxd -i writes', () => {
    const data = Uint8Array.from({ length: 300 }, (_, index) => index & 0xff);
    const { arrays, numbers } = readC(cHeader('default_certificate', data));
    assert.deepEqual(arrays[0]?.bytes, data);
    assert.equal(arrays[0].name, 'default_certificate');
    assert.deepEqual(
      numbers.map(({ name, value }) => [name, value]),
      [['default_certificate_len', 300]],
    );
  });

  it('knows every way to write the type', () => {
    for (const head of [
      'unsigned char x[]',
      'const unsigned char x[3]',
      'static const uint8 x[]',
      'uint8_t x[] ICACHE_RODATA_ATTR',
      'const uint8_t x[] ICACHE_RODATA_ATTR STORE_ATTR',
      'LOCAL const char ICACHE_STORE_ATTR x[]',
      'unsigned char x[] __attribute__((aligned(4), section(".irom.text")))',
      '__attribute__((aligned(4))) static unsigned\n\tchar x [ ]',
      'extern "C" const unsigned char x[]',
      ...['char', 'uint8', 'sint8', 'int8', 'int8_t', 'u8', 'u8_t', 'uchar', 'byte', 'BYTE'].map(
        type => `${type} x[]`,
      ),
    ]) {
      assert.deepEqual(bytes(`${head} = {1, 2, 3};`), [1, 2, 3], head);
    }
    for (const head of ['int x[]', 'unsigned short x[]', 'char x[2][3]', 'struct foo x[]'])
      assert.deepEqual(readC(`${head} = {1, 2, 3};`).arrays, [], head);
  });

  it('knows every way to write an element', () => {
    assert.deepEqual(
      bytes(
        `char x[] = { 0x30, 0X82u, 12, 017, 0b11, 'A', '\\n', '\\x41', '\\'', (uint8)5, -1, 255UL, /*,*/ 7, };`,
      ),
      [0x30, 0x82, 12, 15, 3, 65, 10, 65, 39, 5, 255, 255, 7],
    );
    assert.deepEqual(bytes('char x[] = { "ab" "c" };'), [97, 98, 99]);
  });

  it('names the first element that is no constant of a byte', () => {
    const odd = (elements: string) => {
      const text = `char x[] = { 1, ${elements}, 2 };`;
      const { odd: range } = only(text);
      return range && text.slice(range.offset, range.offset + range.length).trim();
    };
    assert.equal(odd('256'), '256');
    assert.equal(odd('SIZE'), 'SIZE');
    assert.equal(odd('1 + 1'), '1 + 1');
    assert.equal(odd('08'), '08');
    assert.equal(odd('0xff'), undefined);
    assert.equal(bytes('char x[] = { 1, {2}, 3 };').length, 3);
  });

  it('joins PEM in adjacent strings', () => {
    const array = only(
      'const char pem[] =\n  "-----BEGIN X-----\\n" // first\n  "QUJD\\n"\n\n  "-----END X-----\\n";',
    );
    assert.equal(Buffer.from(array.bytes).toString(), '-----BEGIN X-----\nQUJD\n-----END X-----\n');
    assert.ok(array.isText);
    assert.equal(array.sizeOf, array.bytes.length + 1);
    assert.ok(only('static const char *pem = "x";').isPointer);
  });

  it('leaves out comments, #if 0 and what is in strings', () => {
    for (const text of [
      '/* char x[] = {1}; */',
      '// char x[] = {1};',
      '// joined \\\nchar x[] = {1};',
      '#if 0\nchar x[] = {1};\n#endif',
      '#if 0 // not now\n#ifdef A\n#endif\nchar x[] = {1};\n#endif',
      '#if (0)\nchar x[] = {1};\n#endif',
      '#if 1\n#else\nchar x[] = {1};\n#endif',
      '#define X \\\n char x[] = {1};',
      'const char *y = "char x[] = {1};";',
      'extern unsigned char x[];',
      'x[0] = 1;',
      'if (x[1] == 3) { f(x[2]); }',
    ]) {
      assert.deepEqual(
        readC(text).arrays.filter(({ name }) => name === 'x'),
        [],
        text,
      );
    }
    for (const text of [
      '#ifdef SERVER_SSL_ENABLE\nchar x[] = {1};\n#endif',
      '#if 0\n#else\nchar x[] = {1};\n#endif',
      '#if 0\n/* #endif */\n#elif A\nchar x[] = {1};\n#endif',
      '#if 1\nchar x[] = {1};\n#endif',
      'void f(void) { static char x[] = {1}; }',
    ]) {
      assert.deepEqual(bytes(text), [1], text);
    }
  });

  it('tells the places in the text as it was given', () => {
    // GBK for 证书, a byte order mark, Windows line ends.
    for (const before of ['\ufeff// ', '/* \xd6\xa4\xca\xe9 */\r\n', '// 证书\n', '']) {
      const text = `${before}\r\nstatic char cert[] = {1,\r\n 2};\r\nint cert_len = 2;`;
      const { arrays, numbers } = readC(text);
      const cut = ({ offset, length }: { offset: number; length: number }) =>
        text.slice(offset, offset + length);
      assert.equal(arrays[0] && cut(arrays[0].range), 'static char cert[] = {1,\r\n 2}');
      assert.equal(cut(arrays[0]?.nameRange ?? { offset: 0, length: 0 }), 'cert');
      assert.equal(cut(arrays[0]?.dataRange ?? { offset: 0, length: 0 }), '{1,\r\n 2}');
      assert.equal(numbers[0] && cut(numbers[0].range), '2');
    }
  });

  it('reads several names of one declaration, and their lengths', () => {
    const { arrays, numbers } = readC(
      'static unsigned char a[] = {1}, b[] = {2, 3};\nunsigned int a_len = 1, b_len = sizeof(b), c_len = sizeof b;',
    );
    assert.deepEqual(
      arrays.map(({ name, bytes: data, isStatic }) => [name, data.length, isStatic]),
      [
        ['a', 1, true],
        ['b', 2, true],
      ],
    );
    assert.deepEqual(
      numbers.map(({ name, value }) => `${name}=${value}`),
      ['a_len=1', 'b_len=2', 'c_len=2'],
    );
  });

  it('counts a declared size as the compiler does', () => {
    assert.deepEqual([bytes('char x[2] = {1, 2, 3};'), only('char x[9] = {1};').sizeOf], [[1, 2], 9]);
  });

  it('lists includes and the calls that give the device its certificate', () => {
    const text = `#include "ssl/cert.h"
#include <c_types.h>
#if 0
#include "no.h"
#endif
void f() { espconn_secure_set_default_certificate( (uint8 *) default_certificate, default_certificate_len ); }`;
    const { includes, calls } = readC(text);
    assert.deepEqual(
      includes.map(({ name }) => name),
      ['ssl/cert.h'],
    );
    assert.deepEqual(
      calls.map(call => [call.function, ...call.arguments.map(argument => argument.text)]),
      [['espconn_secure_set_default_certificate', '(uint8*)default_certificate', 'default_certificate_len']],
    );
  });

  it('takes what is cut off', () => {
    for (const text of [
      'char x[] = {1, 2',
      'char x[] = "ab',
      'char x[] =',
      'char x[',
      '#if',
      '/*',
      "'",
      '\\',
    ])
      readC(text);
    assert.deepEqual(bytes('char x[] = {1, 2'), [1]);
    const text = 'char x[] = "ab\\';
    assert.equal(only(text).range.length, text.length);
  });
});
