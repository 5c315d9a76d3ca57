import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { layoutOf } from '../../src/flash/layout';
import { partitionSource } from '../../src/flash/partitions';
import { tlsAbilities } from '../../src/sdk/tls';
import { buildFirmware } from '../firmware-sources/buildFirmware';

describe('the generated partition table', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'partitions-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const source = (map: number) =>
    `${partitionSource(layoutOf({ map }, { sdk: '3.0.6', abilities: tlsAbilities('libmbedtls', '3.0.6'), records: 'ssl', sizes: new Map() }))}
void user_init(void) {}
`;

  for (const map of [2, 3, 4, 5, 6, 8, 9]) {
    it(`compiles without a warning for map ${map}, and for no other`, () => {
      const flags = ['-Wall', '-Wextra', '-Werror', '-Os'];
      buildFirmware(folder, source(map), [...flags, `-DSPI_FLASH_SIZE_MAP=${map}`]);
      assert.throws(() => buildFirmware(folder, source(map), [...flags, '-DSPI_FLASH_SIZE_MAP=1']));
    });
  }
});
