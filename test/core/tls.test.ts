import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ProblemError } from '../../src/problems';
import { checkedTarget, readTarget } from '../../src/project/target';
import { librariesOf, sdkVersions, tlsAbilities } from '../../src/sdk/tls';
import { cipherSuiteName } from '../../src/sdk/tlsNames';

describe('the table of TLS libraries', () => {
  it('has libssl in every SDK and libmbedtls since 2.2.0', () => {
    for (const version of sdkVersions) {
      const expected = version < '2.2.0' ? ['libssl'] : ['libssl', 'libmbedtls'];
      assert.deepEqual(librariesOf(version), expected, version);
    }
  });

  it('knows when libmbedtls began to want 2048 bits and to offer DHE', () => {
    assert.equal(tlsAbilities('libmbedtls', '2.2.0')?.buffer.raisedTo, 4096);
    assert.equal(tlsAbilities('libmbedtls', '3.0.1')?.buffer.raisedTo, undefined);
    assert.equal(tlsAbilities('libmbedtls', '3.0.1')?.minVerifiedBits, 512);
    assert.equal(tlsAbilities('libmbedtls', '3.0.2')?.minVerifiedBits, 2048);
    assert.equal(tlsAbilities('libmbedtls', '3.0.2')?.cipherSuites[0], 0x006b);
    assert.equal(tlsAbilities('libmbedtls', '2.1.0'), undefined);
  });

  it('names only cipher suites that exist, all with RSA certificates', () => {
    for (const version of sdkVersions) {
      for (const library of librariesOf(version)) {
        for (const suite of tlsAbilities(library, version)?.cipherSuites ?? [])
          assert.match(cipherSuiteName(suite), /^TLS_(DHE_)?RSA_WITH_(AES_(128|256)_CBC_SHA|RC4_128_)/);
      }
    }
  });
});

describe('the target of a project', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'target-'));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('is what its file says, and nothing without one', async () => {
    assert.deepEqual(await readTarget(folder), {});
    writeFileSync(
      path.join(folder, 'esp8266-ssl.json'),
      '{ "sdk": "2.1.0", /* old */ "tlsLibrary": "libssl" }',
    );
    assert.deepEqual(await readTarget(folder), { sdk: '2.1.0', tlsLibrary: 'libssl' });
  });

  it('is refused for an unknown version, and for a library that the version does not have', () => {
    for (const [sdk, library, setting] of [
      ['3.1', undefined, 'sdk'],
      [3, undefined, 'sdk'],
      [undefined, 'axtls', 'tlsLibrary'],
    ] as const) {
      assert.throws(
        () => checkedTarget(sdk, library),
        (error: unknown) =>
          error instanceof ProblemError &&
          error.problem.kind === 'setting-wrong' &&
          error.problem.setting === setting,
      );
    }
    assert.throws(
      () => checkedTarget('2.1.0', 'libmbedtls'),
      /^ProblemError: libmbedtls is part of the SDK from 2\.2\.0 on\.$/,
    );
  });
});
