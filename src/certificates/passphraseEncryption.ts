import {
  createDecipheriv,
  createHash,
  createHmac,
  pbkdf2Sync,
  scryptSync,
  timingSafeEqual,
} from 'node:crypto';
import { type BaseBlock, Integer } from 'asn1js';
import rc2 from 'node-forge/lib/rc2';
import util from 'node-forge/lib/util';
import type { DecryptionFault } from './problems';
import { octets, oid, sequence, smallInteger } from './ber';

export class DecryptionError extends Error {
  constructor(readonly fault: DecryptionFault) {
    super(fault.kind);
  }
}

/** Rounds of a hash, about a microsecond each, that keys from one file may take; programs of today ask for up to 600,000. */
const maxRounds = 1_000_000;

/** scrypt's memory in bytes, as OpenSSL limits it. */
const maxMemory = 32 << 20;

/** Hashes by the object identifiers of HMAC (RFC 8018, B.1.2). */
const hmacHashes = new Map([
  ['1.2.840.113549.2.7', 'sha1'],
  ['1.2.840.113549.2.8', 'sha224'],
  ['1.2.840.113549.2.9', 'sha256'],
  ['1.2.840.113549.2.10', 'sha384'],
  ['1.2.840.113549.2.11', 'sha512'],
]);

/** Hashes by their own object identifiers. */
const hashes = new Map([
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

/** Ciphers of PBES2 (RFC 8018, B.2; NIST's AES arc). */
const ciphers = new Map([
  ['2.16.840.1.101.3.4.1.2', { name: 'aes-128-cbc', keyLength: 16 }],
  ['2.16.840.1.101.3.4.1.22', { name: 'aes-192-cbc', keyLength: 24 }],
  ['2.16.840.1.101.3.4.1.42', { name: 'aes-256-cbc', keyLength: 32 }],
  ['1.2.840.113549.3.7', { name: 'des-ede3-cbc', keyLength: 24 }],
]);

/** Ciphers of PKCS#12's own scheme (RFC 7292, C): key bytes, and how they decipher. */
const oldCiphers = new Map([
  ['1.2.840.113549.1.12.1.3', { keyLength: 24, decipher: tripleDes }],
  ['1.2.840.113549.1.12.1.5', { keyLength: 16, decipher: oldRc2 }],
  ['1.2.840.113549.1.12.1.6', { keyLength: 5, decipher: oldRc2 }],
]);

const pbes2 = '1.2.840.113549.1.5.13';
const pbkdf2 = '1.2.840.113549.1.5.12';
const scrypt = '1.3.6.1.4.1.11591.4.11';

/** Decrypts what one file protects by one passphrase, within a bound of time. Throws {@link DecryptionError}. */
export class Passphrase {
  readonly #given: string | undefined;
  #roundsLeft = maxRounds;

  /** Without a passphrase the empty one is tried, which files for nobody in particular have. */
  constructor(given: string | undefined) {
    this.#given = given;
  }

  /** What to throw when it does not fit. */
  wrong(): DecryptionError {
    return new DecryptionError({
      kind: this.#given === undefined ? 'passphrase-missing' : 'passphrase-wrong',
    });
  }

  get #text(): string {
    return this.#given ?? '';
  }

  /** Deciphers `data` as the AlgorithmIdentifier says: PBES2, or the scheme of PKCS#12. */
  decrypt(algorithm: BaseBlock | undefined, data: Uint8Array): Uint8Array {
    const [id, parameters] = sequence(algorithm);
    const scheme = oid(id);
    if (scheme === pbes2) return this.#decryptPbes2(parameters, data);
    const old = oldCiphers.get(scheme);
    if (old === undefined) throw unknown(scheme);
    const [salt, rounds] = sequence(parameters);
    const derive = (purpose: number, length: number) =>
      this.#pkcs12Key({ hash: 'sha1', purpose, salt: octets(salt), rounds: smallInteger(rounds), length });
    const [key, iv] = [derive(1, old.keyLength), derive(2, 8)];
    return this.#deciphered(() => old.decipher(key, iv, data));
  }

  /** Whether `mac`, the MacData of a PKCS#12 file, is that of `data`; true if its algorithm is not known. */
  verifies(mac: BaseBlock, data: Uint8Array): boolean {
    const [digestInfo, salt, rounds] = sequence(mac);
    const [algorithm, digest] = sequence(digestInfo);
    const hash = hashes.get(oid(sequence(algorithm)[0]));
    if (hash === undefined) return true;
    const expected = octets(digest);
    const length = createHash(hash).digest().length;
    const key = this.#pkcs12Key({
      hash,
      purpose: 3,
      salt: octets(salt),
      rounds: rounds === undefined ? 1 : smallInteger(rounds),
      length,
    });
    return (
      expected.length === length && timingSafeEqual(createHmac(hash, key).update(data).digest(), expected)
    );
  }

  #decryptPbes2(parameters: BaseBlock | undefined, data: Uint8Array): Uint8Array {
    const [derivation, encryption] = sequence(parameters);
    const [cipherId, iv] = sequence(encryption);
    const cipher = ciphers.get(oid(cipherId));
    if (cipher === undefined) throw unknown(oid(cipherId));
    const key = this.#pbes2Key(derivation, cipher.keyLength);
    const start = octets(iv);
    return this.#deciphered(() => {
      const decipher = createDecipheriv(cipher.name, key, start);
      return Buffer.concat([decipher.update(data), decipher.final()]);
    });
  }

  #pbes2Key(derivation: BaseBlock | undefined, length: number): Uint8Array {
    const [id, parameters] = sequence(derivation);
    const [salt, ...numbers] = sequence(parameters);
    switch (oid(id)) {
      case pbkdf2: {
        const rounds = smallInteger(numbers[0]);
        const prf = numbers.find(each => !(each instanceof Integer));
        const prfId = prf && oid(sequence(prf)[0]);
        const hash = prfId === undefined ? 'sha1' : hmacHashes.get(prfId);
        if (hash === undefined) throw unknown(prfId ?? '');
        // Two blocks of SHA-1 make a key of 32 bytes; OpenSSL needs half a microsecond a round.
        this.#spend(rounds / 2);
        return pbkdf2Sync(this.#text, octets(salt), Math.max(1, rounds), length, hash);
      }
      case scrypt: {
        const [N = 0, r = 0, p = 0] = numbers.slice(0, 3).map(smallInteger);
        this.#spend((N * r * p) / 2);
        if (128 * N * r > maxMemory) throw new DecryptionError({ kind: 'too-many-rounds' });
        return scryptSync(this.#text, octets(salt), length, { N, r, p, maxmem: 2 * maxMemory });
      }
      default:
        throw unknown(oid(id));
    }
  }

  /** The key derivation of PKCS#12: RFC 7292, B.2. */
  #pkcs12Key({ hash, purpose, salt, rounds, length }: Pkcs12Derivation): Uint8Array {
    const block = hash === 'sha384' || hash === 'sha512' ? 128 : 64;
    // UTF-16BE with a zero at the end.
    const text = Buffer.from(`${this.#text}\0`, 'utf16le').swap16();
    const input = Buffer.concat([filled(salt, block), filled(text, block)]);
    const pieces: Uint8Array[] = [];
    for (let made = 0; made < length;) {
      this.#spend(rounds);
      let piece = createHash(hash).update(Buffer.alloc(block, purpose)).update(input).digest();
      for (let round = 1; round < rounds; round++) piece = createHash(hash).update(piece).digest();
      pieces.push(piece);
      made += piece.length;
      addToBlocks(input, filled(piece, block).subarray(0, block));
    }
    return Buffer.concat(pieces).subarray(0, length);
  }

  /** A wrong key shows in the padding, in 255 of 256 cases; in the others what comes out is no ASN.1. */
  #deciphered(decipher: () => Uint8Array): Uint8Array {
    try {
      return decipher();
    } catch {
      throw this.wrong();
    }
  }

  #spend(rounds: number): void {
    this.#roundsLeft -= rounds;
    if (!(this.#roundsLeft >= 0)) throw new DecryptionError({ kind: 'too-many-rounds' });
  }
}

interface Pkcs12Derivation {
  hash: string;
  /** 1 key, 2 initialization vector, 3 MAC. */
  purpose: number;
  salt: Uint8Array;
  rounds: number;
  length: number;
}

/** `bytes` over and over, up to a multiple of `block`. */
function filled(bytes: Uint8Array, block: number): Buffer {
  return bytes.length === 0 ? Buffer.alloc(0) : Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes);
}

/** Adds `addend` + 1 to each block of `blocks`, as big-endian numbers that wrap. */
function addToBlocks(blocks: Buffer, addend: Buffer): void {
  for (let start = 0; start < blocks.length; start += addend.length) {
    let carry = 1;
    for (let at = addend.length - 1; at >= 0; at--) {
      carry += blocks.readUInt8(start + at) + addend.readUInt8(at);
      blocks[start + at] = carry & 0xff;
      carry >>= 8;
    }
  }
}

function tripleDes(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('des-ede3-cbc', key, iv);
  return Buffer.concat([decipher.update(data), decipher.final()]);
}

/** RC2, with which old programs encrypt the certificates; OpenSSL 3 has it in a module that Node does not load. */
function oldRc2(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const binary = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  const cipher = rc2.createDecryptionCipher(binary(key), key.length * 8);
  cipher.start(binary(iv));
  cipher.update(util.createBuffer(binary(data)));
  if (!cipher.finish()) throw new Error('bad padding');
  return Buffer.from(cipher.output.getBytes(), 'latin1');
}

function unknown(algorithm: string): DecryptionError {
  return new DecryptionError({ kind: 'algorithm-unknown', algorithm });
}
