import assert from 'node:assert/strict';
import { checkPrimeSync, generateKeyPairSync, sign, verify } from 'node:crypto';
import { areSound, makeRsaKeys, makeRsaKeysInThread } from '../../src/certificates/rsaKeys';

describe('RSA keys', function () {
  this.timeout(60_000);

  const number = (text = '') => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex') || '0'}`);
  const makers = { 'of the pool': makeRsaKeys, 'of this thread': makeRsaKeysInThread };

  for (const [name, make] of Object.entries(makers))
    for (const bits of [512, 1024, 2048])
      it(`${name} with ${bits} bits have numbers that belong together`, async () => {
        const { privateKey, publicKey } = await make(bits);
        const jwk = privateKey.export({ format: 'jwk' });
        const [n, e, d, p, q] = [jwk.n, jwk.e, jwk.d, jwk.p, jwk.q].map(number);
        const [dp, dq, qi] = [jwk.dp, jwk.dq, jwk.qi].map(number);
        if (!n || !e || !d || !p || !q || !dp || !dq || !qi) return assert.fail('a number is missing');
        assert.equal(n.toString(2).length, bits);
        assert.equal(e, 65537n);
        assert.equal(p * q, n);
        assert.ok(checkPrimeSync(p) && checkPrimeSync(q));
        assert.ok(areSound(p, q, bits));
        assert.equal((d * e) % (p - 1n), 1n);
        assert.equal((d * e) % (q - 1n), 1n);
        assert.deepEqual([dp, dq, (qi * q) % p], [d % (p - 1n), d % (q - 1n), 1n]);
        const message = Buffer.from('message');
        assert.ok(verify('sha256', message, publicKey, sign('sha256', message, privateKey)));
      });

  it('are never of primes that are too close, too small or fit the exponent', () => {
    const { p, q } = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
    const [first, second] = [number(p), number(q)];
    assert.ok(areSound(first, second, 2048));
    assert.ok(!areSound(first, first, 2048));
    assert.ok(!areSound(first, first + (1n << 900n), 2048));
    assert.ok(!areSound(first >> 1n, second, 2048));
    assert.ok(!areSound(first, first - ((first - 1n) % 65537n), 2048));
  });
});
