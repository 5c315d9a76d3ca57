import assert from 'node:assert/strict';
import { cHeader } from '../../src/certificates/cHeader';

describe('C header', () => {
  it('has 12 bytes a line and no comma after the last', () => {
    const bytes = Uint8Array.from({ length: 13 }, (_, index) => index * 20);
    assert.equal(
      cHeader('default_certificate', bytes),
      `unsigned char default_certificate[] = {
  0x00, 0x14, 0x28, 0x3c, 0x50, 0x64, 0x78, 0x8c, 0xa0, 0xb4, 0xc8, 0xdc,
  0xf0
};
unsigned int default_certificate_len = 13;
`,
    );
  });

  it('ends a full last line without comma', () => {
    assert.match(cHeader('x', new Uint8Array(12)), /, 0x00\n};\nunsigned int x_len = 12;\n$/);
  });
});
