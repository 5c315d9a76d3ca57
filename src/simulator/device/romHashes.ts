import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { type Answer, type Call, EndlessLoop, type Family } from './call';

/** Instructions for a block of 64 bytes. */
const perBlock = 1500;
const blockSize = 64;

/** A hash whose context the firmware keeps in its own RAM: the state's words, the length in bits as two words, the block begun. */
interface Hash {
  initial: readonly number[];
  bigEndian: boolean;
  transform: (state: Uint32Array, block: DataView) => void;
}

const rotate = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits));

const md5Sines = Array.from({ length: 64 }, (_, index) =>
  Math.floor(2 ** 32 * Math.abs(Math.sin(index + 1))),
);
const md5Shifts = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

const md5: Hash = {
  initial: [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476],
  bigEndian: false,
  transform: (state, block) => {
    let [a = 0, b = 0, c = 0, d = 0] = state;
    for (let step = 0; step < 64; step++) {
      const round = step >> 4;
      const [mixed, word] =
        round === 0
          ? [(b & c) | (~b & d), step]
          : round === 1
            ? [(d & b) | (~d & c), (5 * step + 1) & 15]
            : round === 2
              ? [b ^ c ^ d, (3 * step + 5) & 15]
              : [c ^ (b | ~d), (7 * step) & 15];
      const sum = (a + mixed + (md5Sines[step] ?? 0) + block.getUint32(4 * word, true)) | 0;
      [a, d, c, b] = [d, c, b, (b + rotate(sum, md5Shifts[round & 3]?.[step & 3] ?? 0)) | 0];
    }
    [a, b, c, d].forEach((value, index) => (state[index] = (state[index] ?? 0) + value));
  },
};

const sha1: Hash = {
  initial: [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0],
  bigEndian: true,
  transform: (state, block) => {
    const words = Array.from({ length: 16 }, (_, index) => block.getUint32(4 * index));
    for (let at = 16; at < 80; at++) {
      const [w = 0, x = 0, y = 0, z = 0] = [3, 8, 14, 16].map(back => words[at - back]);
      words.push(rotate(w ^ x ^ y ^ z, 1));
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    words.forEach((word, step) => {
      const [mixed, constant] =
        step < 20
          ? [(b & c) | (~b & d), 0x5a827999]
          : step < 40
            ? [b ^ c ^ d, 0x6ed9eba1]
            : step < 60
              ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
              : [b ^ c ^ d, 0xca62c1d6];
      [a, b, c, d, e] = [(rotate(a, 5) + mixed + e + constant + word) | 0, a, rotate(b, 30), c, d];
    });
    [a, b, c, d, e].forEach((value, index) => (state[index] = (state[index] ?? 0) + value));
  },
};

/** A hash's functions on contexts in the RAM. */
class ContextHash {
  readonly #hash: Hash;

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  get #lengthAt(): number {
    return 4 * this.#hash.initial.length;
  }

  readonly init: Answer = call => {
    const context = call.uint(0);
    [...this.#hash.initial, 0, 0].forEach((word, index) => {
      call.storeWord(context + 4 * index, word);
    });
    return undefined;
  };

  readonly update: Answer = call => {
    this.#update(call, call.uint(0), call.load(call.uint(1), call.uint(2)));
    return undefined;
  };

  /** Final(digest, context). */
  readonly final: Answer = call => {
    const { bigEndian, initial } = this.#hash;
    const context = call.uint(1);
    const [low, high] = [
      call.loadWord(context + this.#lengthAt),
      call.loadWord(context + this.#lengthAt + 4),
    ];
    const used = (low >>> 3) % blockSize;
    const end = new DataView(new ArrayBuffer((used < 56 ? 56 : 120) - used + 8));
    end.setUint8(0, 0x80);
    end.setUint32(end.byteLength - 8, bigEndian ? high : low, !bigEndian);
    end.setUint32(end.byteLength - 4, bigEndian ? low : high, !bigEndian);
    this.#update(call, context, new Uint8Array(end.buffer));
    const digest = new DataView(new ArrayBuffer(this.#lengthAt));
    initial.forEach((_, index) => {
      digest.setUint32(4 * index, call.loadWord(context + 4 * index), !bigEndian);
    });
    call.store(call.uint(0), new Uint8Array(digest.buffer));
    return undefined;
  };

  /** Transform(state, block). */
  readonly transform: Answer = call => {
    this.#transform(call, call.uint(0), call.load(call.uint(1), blockSize));
    return undefined;
  };

  #update(call: Call, context: number, bytes: Uint8Array): void {
    const lengthAt = context + this.#lengthAt;
    const low = call.loadWord(lengthAt);
    const total = low + 8 * bytes.length;
    call.storeWord(lengthAt, total >>> 0);
    call.storeWord(lengthAt + 4, (call.loadWord(lengthAt + 4) + Math.floor(total / 2 ** 32)) >>> 0);
    const used = (low >>> 3) % blockSize;
    const begun = lengthAt + 8;
    const all = Buffer.concat([call.load(begun, used), bytes]);
    const whole = all.length - (all.length % blockSize);
    for (let at = 0; at < whole; at += blockSize)
      this.#transform(call, context, all.subarray(at, at + blockSize));
    if (whole < all.length) call.store(begun, all.subarray(whole));
  }

  #transform(call: Call, stateAt: number, block: Uint8Array): void {
    const state = Uint32Array.from(this.#hash.initial, (_, index) => call.loadWord(stateAt + 4 * index));
    this.#hash.transform(state, new DataView(block.buffer, block.byteOffset, blockSize));
    state.forEach((word, index) => {
      call.storeWord(stateAt + 4 * index, word);
    });
    call.charge(perBlock);
  }
}

/** More iterations than a chip can do before its hardware watchdog bites. */
const maxIterations = 500_000;
const sha1Size = 20;

/** Hashes of the ROM, for firmware and for the Wi-Fi library: those of wpa_supplicant, whose signatures these are. */
export function hashFamily(): Family {
  const [md5Hash, sha1Hash] = [new ContextHash(md5), new ContextHash(sha1)];
  const hashed = (call: Call, name: string, bytes: Uint8Array) => {
    call.charge((bytes.length / blockSize + 1) * perBlock);
    return createHash(name).update(bytes).digest();
  };
  const mac = (call: Call, name: string, key: Uint8Array, data: Uint8Array) => {
    call.charge((data.length / blockSize + 4) * perBlock);
    return createHmac(name, key).update(data).digest();
  };
  /** Pieces of data: how many, the array of their addresses, the array of their lengths. */
  const pieces = (call: Call, count: number, addresses: number, lengths: number) =>
    Buffer.concat(
      Array.from({ length: Math.min(count, maxPieces) }, (_, index) =>
        call.load(call.loadWord(addresses + 4 * index), call.loadWord(lengths + 4 * index)),
      ),
    );
  const vector =
    (name: string): Answer =>
    call => {
      call.store(call.uint(3), hashed(call, name, pieces(call, call.uint(0), call.uint(1), call.uint(2))));
      return 0;
    };
  const hmac =
    (name: string): Answer =>
    call => {
      const [key, data] = [call.load(call.uint(0), call.uint(1)), call.load(call.uint(2), call.uint(3))];
      call.store(call.uint(4), mac(call, name, key, data));
      return 0;
    };
  const hmacVector =
    (name: string): Answer =>
    call => {
      const data = pieces(call, call.uint(2), call.uint(3), call.uint(4));
      call.store(call.uint(5), mac(call, name, call.load(call.uint(0), call.uint(1)), data));
      return 0;
    };
  return {
    MD5Init: md5Hash.init,
    MD5Update: md5Hash.update,
    MD5Final: md5Hash.final,
    SHA1Init: sha1Hash.init,
    SHA1Update: sha1Hash.update,
    SHA1Final: sha1Hash.final,
    SHA1Transform: sha1Hash.transform,
    md5_vector: vector('md5'),
    sha1_vector: vector('sha1'),
    hmac_md5: hmac('md5'),
    hmac_sha1: hmac('sha1'),
    hmac_md5_vector: hmacVector('md5'),
    hmac_sha1_vector: hmacVector('sha1'),
    // pbkdf2_sha1(passphrase, ssid, ssid_len, iterations, buf, buflen)
    pbkdf2_sha1: call => {
      const [iterations, to, length] = [call.uint(3), call.uint(4), call.uint(5)];
      const salt = call.load(call.uint(1), call.uint(2));
      call.needRoom(to, length);
      const rounds = iterations * Math.ceil(length / sha1Size);
      if (rounds > maxIterations) throw new EndlessLoop();
      call.charge(rounds * 4 * perBlock);
      if (length > 0)
        call.store(to, pbkdf2Sync(call.cString(call.uint(0)), salt, Math.max(1, iterations), length, 'sha1'));
      return 0;
    },
    // sha1_prf(key, key_len, label, data, data_len, buf, buf_len)
    sha1_prf: call => {
      const [key, label] = [call.load(call.uint(0), call.uint(1)), call.cString(call.uint(2))];
      const data = call.load(call.uint(3), call.uint(4));
      const [to, length] = [call.uint(5), call.uint(6)];
      call.needRoom(to, length);
      for (let counter = 0; counter * sha1Size < length; counter++) {
        const block = mac(
          call,
          'sha1',
          key,
          Buffer.concat([label, [0], data, [counter & 0xff]].map(part => Uint8Array.from(part))),
        );
        call.store(to + counter * sha1Size, block.subarray(0, length - counter * sha1Size));
      }
      return 0;
    },
  };
}

/** The ROM takes no more; a firmware's mistake must not have the host read the whole memory again and again. */
const maxPieces = 16;
