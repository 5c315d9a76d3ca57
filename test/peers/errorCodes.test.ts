import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errorCodes } from '../../src/sdk/errorCodes';

describe('codes of Mbed TLS', function () {
  // Once: the sources are downloaded.
  this.timeout(300_000);

  it('have the names and values of its headers', async () => {
    const { debianSources } = await import('../../scripts/lib/debianSources.mjs');
    const [mbedtls = ''] = debianSources(['mbedtls']);
    const folder = path.join(mbedtls, 'include', 'mbedtls');
    const headers = readdirSync(folder)
      .map(file => readFileSync(path.join(folder, file), 'utf8'))
      .join('\n');
    const defined = new Map(
      [...headers.matchAll(/^#define (MBEDTLS_ERR_\w+) +(-0x[0-9A-F]+)/gm)].map(([, name, value = '']) => [
        name,
        -parseInt(value.slice(1), 16),
      ]),
    );
    const ours = errorCodes.filter(({ source }) => source === 'mbed TLS');
    assert.ok(ours.length > 50);
    for (const { name, value } of ours) assert.equal(defined.get(name), value, name);
  });
});
