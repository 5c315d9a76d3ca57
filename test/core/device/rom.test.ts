import assert from 'node:assert/strict';
import { createCipheriv, createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { romBase64At, romVariable } from '../../../src/sdk/rom';
import { Bench } from './bench';

const data = 0x3ffe9000;
const [context, digest, key, text] = [data, data + 0x100, data + 0x200, data + 0x400];
const lengths = [0, 1, 3, 55, 56, 63, 64, 65, 119, 128, 300];

const hex = (bytes: Iterable<number>) => Buffer.from(Uint8Array.from(bytes)).toString('hex');

describe('hashes of the ROM', () => {
  const hashes = [
    { name: 'MD5', algorithm: 'md5', size: 16 },
    { name: 'SHA1', algorithm: 'sha1', size: 20 },
  ];
  for (const { name, algorithm, size } of hashes)
    it(`${name} is that of node:crypto, in pieces of any length`, () => {
      const bench = new Bench();
      for (const length of lengths) {
        const bytes = randomBytes(length);
        bench.put(text, bytes);
        bench.call(`${name}Init`, context);
        const first = Math.floor(length / 3);
        bench.call(`${name}Update`, context, text, first);
        bench.call(`${name}Update`, context, text + first, length - first);
        bench.call(`${name}Final`, digest, context);
        const expected = createHash(algorithm).update(bytes).digest('hex');
        assert.equal(hex(bench.bytes(digest, size)), expected, `${length} bytes`);
      }
    });

  it('keep their context in RAM, so one that is copied continues by itself', () => {
    const bench = new Bench();
    bench.put(text, 'abcdef');
    bench.call('MD5Init', context);
    bench.call('MD5Update', context, text, 3);
    bench.put(context + 0x80, Uint8Array.from(bench.bytes(context, 88)));
    bench.call('MD5Update', context, text + 3, 3);
    for (const [at, message] of [
      [context + 0x80, 'abc'],
      [context, 'abcdef'],
    ] as const) {
      bench.call('MD5Final', digest, at);
      assert.equal(hex(bench.bytes(digest, 16)), createHash('md5').update(message).digest('hex'));
    }
  });

  it('SHA1Transform does one block', () => {
    const bench = new Bench();
    bench.call('SHA1Init', context);
    const block = Buffer.alloc(64);
    block.write('abc\x80', 'latin1');
    block.writeUInt8(24, 63);
    bench.call('SHA1Transform', context, bench.put(text, block));
    const words = Buffer.from(bench.bytes(context, 20)).swap32();
    assert.equal(hex(words), createHash('sha1').update('abc').digest('hex'));
  });

  for (const { algorithm, size } of hashes)
    it(`${algorithm}_vector, hmac_${algorithm} and hmac_${algorithm}_vector are those of node:crypto`, () => {
      const bench = new Bench();
      const [one, two] = [randomBytes(70), randomBytes(9)];
      bench.put(text, Buffer.concat([one, two]));
      const pieces = Buffer.alloc(16);
      [text, text + one.length, one.length, two.length].forEach((word, index) =>
        pieces.writeUInt32LE(word, 4 * index),
      );
      bench.put(context, pieces);
      bench.call(`${algorithm}_vector`, 2, context, context + 8, digest);
      const whole = Buffer.concat([one, two]);
      assert.equal(hex(bench.bytes(digest, size)), createHash(algorithm).update(whole).digest('hex'));
      for (const keyLength of [1, 64, 65, 100]) {
        const secret = randomBytes(keyLength);
        bench.put(key, secret);
        const expected = createHmac(algorithm, secret).update(whole).digest('hex');
        bench.call(`hmac_${algorithm}`, key, keyLength, text, whole.length, digest);
        assert.equal(hex(bench.bytes(digest, size)), expected);
        bench.call(`hmac_${algorithm}_vector`, key, keyLength, 2, context, context + 8, digest);
        assert.equal(hex(bench.bytes(digest, size)), expected);
      }
    });

  it('pbkdf2_sha1 makes the key of a Wi-Fi network', () => {
    const bench = new Bench();
    bench.put(key, 'password');
    bench.put(text, 'IEEE');
    bench.call('pbkdf2_sha1', key, text, 4, 4096, digest, 32);
    const expected = pbkdf2Sync('password', 'IEEE', 4096, 32, 'sha1').toString('hex');
    assert.equal(hex(bench.bytes(digest, 32)), expected);
    // IEEE 802.11i, H.4.
    assert.equal(expected, 'f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e');
  });

  it('pbkdf2_sha1 with more iterations than a chip can do is bitten by the watchdog', () => {
    const bench = new Bench();
    bench.put(key, 'password');
    bench.call('pbkdf2_sha1', key, text, 4, 0xffffffff, digest, 32);
    assert.equal(bench.chip.halt.reason, 'watchdog');
  });

  it('sha1_prf expands a key over counted blocks', () => {
    const bench = new Bench();
    const [secret, seed] = [randomBytes(20), randomBytes(76)];
    bench.put(key, secret);
    bench.put(text, seed);
    bench.put(context, 'Pairwise key expansion');
    bench.call('sha1_prf', key, 20, context, text, seed.length, digest, 48);
    const blocks = [0, 1, 2].map(counter =>
      createHmac('sha1', secret)
        .update(Buffer.concat([Buffer.from('Pairwise key expansion\0'), seed, Uint8Array.of(counter)]))
        .digest(),
    );
    assert.equal(hex(bench.bytes(digest, 48)), Buffer.concat(blocks).subarray(0, 48).toString('hex'));
  });
});

describe('AES of the ROM', () => {
  const [schedule, plain, cipher] = [data + 0x800, data + 0x900, data + 0xa00];
  const encrypted = (secret: Uint8Array, block: Uint8Array) =>
    createCipheriv('aes-128-ecb', secret, null).setAutoPadding(false).update(block);
  const bytesOf = (value: number) => [24, 16, 8, 0].map(bits => (value >>> bits) & 0xff);
  const rotated = (value: number, bits: number) =>
    bits === 0 ? value : (value >>> bits) | (value << (32 - bits));

  it('has key schedules and tables with which code of wpa_supplicant encrypts and decrypts as node:crypto does', () => {
    const bench = new Bench();
    const table = (name: string, index: number) => bench.word(romVariable(name) + 4 * index);
    const secret = randomBytes(16);
    bench.put(key, secret);
    const rounds = (
      name: string,
      shift: readonly number[],
      last: (value: number) => number,
      block: Buffer,
    ) => {
      const round = (number: number) => [0, 1, 2, 3].map(at => bench.word(schedule + 16 * number + 4 * at));
      let state = round(0).map((word, at) => (word ^ block.readUInt32BE(4 * at)) >>> 0);
      for (let number = 1; number <= 10; number++) {
        const keys = round(number);
        state = keys.map((word, column) =>
          shift.reduce((sum, move, row) => {
            const byte = bytesOf(state[(column + move) & 3] ?? 0)[row] ?? 0;
            return (
              (sum ^ (number < 10 ? rotated(table(name, byte), 8 * row) : last(byte) << (24 - 8 * row))) >>> 0
            );
          }, word),
        );
      }
      return hex(state.flatMap(bytesOf));
    };
    const block = randomBytes(16);
    const expected = encrypted(secret, block);
    bench.call('rijndaelKeySetupEnc', schedule, key);
    const box = (byte: number) => (table('Te0', byte) >>> 16) & 0xff;
    assert.equal(rounds('Te0', [0, 1, 2, 3], box, block), hex(expected));
    bench.call('rijndaelKeySetupDec', schedule, key);
    const inverse = (byte: number) => bench.bytes(romVariable('Td4s') + byte, 1)[0] ?? 0;
    assert.equal(rounds('Td0', [0, 3, 2, 1], inverse, expected), hex(block));
    assert.deepEqual(bench.bytes(romVariable('rcons'), 10), [1, 2, 4, 8, 16, 32, 64, 128, 0x1b, 0x36]);
  });

  it('decrypts with a context, which aes_decrypt_deinit clears', () => {
    const bench = new Bench();
    const [secret, block] = [randomBytes(16), randomBytes(16)];
    bench.put(key, secret);
    bench.put(cipher, encrypted(secret, block));
    assert.equal(bench.call('aes_decrypt_init', key, 24), 0, 'keys of 128 bits only');
    const context = bench.call('aes_decrypt_init', key, 16);
    bench.call('aes_decrypt', context, cipher, plain);
    assert.equal(hex(bench.bytes(plain, 16)), hex(block));
    bench.call('aes_decrypt_deinit', context);
    assert.deepEqual(bench.bytes(context, 176), Array<number>(176).fill(0));
  });

  it('unwraps the key of RFC 3394, and refuses another', () => {
    const bench = new Bench();
    bench.put(key, Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'));
    bench.put(cipher, Buffer.from('1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5', 'hex'));
    assert.equal(bench.call('aes_unwrap', key, 2, cipher, plain), 0);
    assert.equal(hex(bench.bytes(plain, 16)), '00112233445566778899aabbccddeeff');
    bench.put(cipher, Uint8Array.of(0));
    assert.equal(bench.call('aes_unwrap', key, 2, cipher, plain), -1);
  });
});

describe('what else the ROM computes', () => {
  it('rand is that of newlib', () => {
    const bench = new Bench();
    const sequence = (seed: bigint) => {
      const values: number[] = [];
      for (let state = seed; values.length < 20;) {
        state = BigInt.asUintN(64, state * 6364136223846793005n + 1n);
        values.push(Number((state >> 32n) & 0x7fffffffn));
      }
      return values;
    };
    const drawn = () => Array.from({ length: 20 }, () => bench.call('rand'));
    assert.deepEqual(drawn(), sequence(1n));
    bench.call('srand', 5);
    assert.deepEqual(drawn(), sequence(5n));
  });

  const addresses: [string, string | undefined][] = [
    ['01:02:03:04:05:06', '010203040506'],
    [' \taA-bB-cC-dD-eE-fF', 'aabbccddeeff'],
    ['01:02:03:04:05', undefined],
    ['0g:02:03:04:05:06', undefined],
  ];
  for (const [written, expected] of addresses)
    it(`ets_str2macaddr ${expected === undefined ? 'refuses' : 'reads'} “${written.trim()}”`, () => {
      const bench = new Bench();
      bench.put(text, written);
      assert.equal(bench.call('ets_str2macaddr', digest, text), expected === undefined ? 0 : digest);
      if (expected !== undefined) assert.equal(hex(bench.bytes(digest, 6)), expected);
    });

  it('base64 is that of Buffer, in lines of 72 characters', () => {
    const bench = new Bench();
    assert.equal(bench.text(romBase64At, 64).slice(0, 3), 'ABC');
    for (const length of [1, 2, 3, 54, 55, 200]) {
      const bytes = randomBytes(length);
      bench.put(text, bytes);
      const encoded = bench.call('base64_encode', text, length, context);
      const written = Buffer.from(bench.bytes(encoded, bench.word(context))).toString('latin1');
      assert.equal(written.replaceAll('\n', ''), bytes.toString('base64'));
      assert.ok(written.endsWith('\n') && written.split('\n').every(line => line.length <= 72));
      const decoded = bench.call('base64_decode', encoded, written.length, context);
      assert.equal(hex(bench.bytes(decoded, bench.word(context))), bytes.toString('hex'));
    }
    bench.put(text, 'abc');
    assert.equal(bench.call('base64_decode', text, 3, context), 0, 'no whole group');
  });

  it('rc4_skip is RC4', () => {
    const bench = new Bench();
    bench.put(key, 'Key');
    bench.put(text, 'Plaintext');
    bench.call('rc4_skip', key, 3, 0, text, 9);
    assert.equal(hex(bench.bytes(text, 9)), 'bbf316e8d940af0ad3');
    bench.put(key, Buffer.from('0102030405', 'hex'));
    bench.put(text, new Uint8Array(16));
    bench.call('rc4_skip', key, 5, 240, text, 16);
    // RFC 6229, offset 240.
    assert.equal(hex(bench.bytes(text, 16)), '28cb1132c96ce286421dcaadb8b69eae');
  });

  it('roundup2, multofup, xthal_memcpy and xthal_bcopy are as their code', () => {
    const bench = new Bench();
    assert.deepEqual(
      [0, 1, 7, 8, 9].map(value => bench.call('roundup2', value, 8)),
      [0, 8, 8, 8, 16],
    );
    assert.deepEqual(
      [0, 1, 5, 6, 11].map(value => bench.call('multofup', value, 5)),
      [0, 1, 1, 2, 3],
    );
    bench.put(text, 'bytes');
    assert.equal(bench.call('xthal_memcpy', digest, text, 6), digest);
    assert.equal(bench.text(digest), 'bytes');
    bench.call('xthal_bcopy', text + 1, digest, 5);
    assert.equal(bench.text(digest), 'ytes');
  });

  it('levels and lines of interrupts are told as they were before', () => {
    const bench = new Bench();
    assert.equal(bench.call('_xtos_set_intlevel', 3), 0);
    assert.equal(bench.cpu.ps & 15, 3);
    bench.cpu.ps = 0x20;
    assert.equal(bench.call('_xtos_ints_on', 0x30), 0);
    assert.equal(bench.call('_xtos_ints_off', 0x10), 0x30);
    assert.equal(bench.call('_xtos_ints_on', 0), 0x20);
  });

  it('xthal_get_ccount counts cycles', () => {
    const bench = new Bench();
    const before = bench.call('xthal_get_ccount');
    bench.call('ets_delay_us', 100);
    const passed = bench.call('xthal_get_ccount') - before;
    assert.ok(passed >= 8000 && passed < 8100, `${passed} cycles`);
  });

  for (const name of ['software_reset', '_ResetVector', 'main'])
    it(`${name} boots again`, () => {
      const bench = new Bench();
      bench.call(name);
      assert.equal(bench.chip.halt.reason, 'restart');
    });
});
