import assert from 'node:assert/strict';
import { Analyzer } from '../../../src/analysis/engine/analyzer';
import { sourceSectors } from '../../../src/analysis/project/sourceSectors';

describe('sectors in the sources', () => {
  const of = async (files: Record<string, string>) => {
    const sources = Object.entries(files).map(([path, text]) => ({ path, text }));
    const found = sourceSectors(await Analyzer.create(), { files: sources, defines: new Map(), target: {} });
    return found.map(({ function: name, sector, at, number }) => [
      name.replace('espconn_secure_', ''),
      sector,
      files[at.file]?.slice(at.start, at.end),
      number && `${number.file}: ${files[number.file]?.slice(number.start, number.end) ?? ''}`,
    ]);
  };

  it('are literals, macros and expressions', async () => {
    assert.deepEqual(
      await of({
        'a.c': `#include "config.h"
#define KEY_SECTOR 120
void ICACHE_FLASH_ATTR init(void) {
  espconn_secure_ca_enable(0x01, 0x3B);
  espconn_secure_cert_req_enable(0x01, KEY_SECTOR);
  espconn_secure_ca_enable(0x02, CA_ADDRESS / 0x1000);
  espconn_secure_ca_enable(0x02, SHARED);
}
`,
        'config.h': '#define CA_ADDRESS 0x77000\n#define SHARED (0x79)\n',
      }),
      [
        ['ca_enable', 0x3b, '0x3B', 'a.c: 0x3B'],
        ['ca_enable', 0x77, 'CA_ADDRESS / 0x1000', undefined],
        ['ca_enable', 0x79, 'SHARED', 'config.h: 0x79'],
        ['cert_req_enable', 120, 'KEY_SECTOR', 'a.c: 120'],
      ],
    );
  });

  it('are left out where they are open, and have no place where there are two', async () => {
    assert.deepEqual(
      await of({ 'a.c': 'void f(int sector) { espconn_secure_ca_enable(1, sector); }\n' }),
      [],
    );
    assert.deepEqual(
      await of({
        'a.c':
          '#ifdef BIG\n#define S 0x100\n#else\n#define S 0x77\n#endif\nvoid f(void) { espconn_secure_ca_enable(1, S); }\n',
      }),
      [
        ['ca_enable', 0x77, 'S', undefined],
        ['ca_enable', 0x100, 'S', undefined],
      ],
    );
  });
});
