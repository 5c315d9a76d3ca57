import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { followChain } from '../../../src/certificates/server/mbedTlsVerify';
import { readSentCertificate } from '../../../src/certificates/server/sentCertificate';

/**
 * Chains of CAs with and without the CA mark, of each version, with path lengths, with the same name and another key, in any order, and
 * what `mbedtls_x509_crt_verify_with_profile` of mbed TLS 2.2.1, compiled for the computer with the SDK's config_esp.h, says of them.
 */
const table = JSON.parse(readFileSync(path.join(__dirname, 'verifiedChains.json'), 'utf8')) as {
  /** DER in base64. */
  certificates: string[];
  /** The certificates that are sent, then the CA that the device holds, by their indices; last the library's flags. */
  chains: number[][];
};

describe('the chain of a server as libmbedtls verifies it', () => {
  it('is trusted where the library trusts it, for 3,000 chains', () => {
    const certificates = table.certificates.map(each => {
      const read = readSentCertificate(Buffer.from(each, 'base64'));
      assert.ok(read);
      return read;
    });
    let trusted = 0;
    const wrong = table.chains.filter(chain => {
      const flags = chain.at(-1);
      const [first, ...others] = chain.slice(0, -1).flatMap(index => certificates[index] ?? []);
      const anchor = others.pop();
      assert.ok(first && anchor);
      if (flags === 0) trusted++;
      return followChain([first, ...others], anchor).isTrusted !== (flags === 0);
    });
    assert.deepEqual(wrong, []);
    assert.equal(table.chains.length, 3000);
    assert.ok(trusted > 500);
  });
});
