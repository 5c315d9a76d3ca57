import { createDecipheriv } from 'node:crypto';
import { type Call, type Family } from './call';

/** Words of the expanded key, for ten rounds. */
const words = 44;
const keySize = 16;
const block = 16;
/** Where the ROM keeps the one key that aes_decrypt_init expands. Source: its code. */
export const aesContext = 0x3fffea80;

const perBlock = 1000;

const double = (value: number) => ((value << 1) ^ (value & 0x80 ? 0x11b : 0)) & 0xff;

function multiply(a: number, b: number): number {
  let product = 0;
  for (let rest = b, power = a; rest > 0; rest >>= 1, power = double(power)) if (rest & 1) product ^= power;
  return product;
}

/** The S-box: the inverse in the field of 256, then the affine map. */
const sBox = Uint8Array.from({ length: 256 }, (_, value) => {
  const inverse =
    Array.from({ length: 256 }, (_none, other) => other).find(other => multiply(value, other) === 1) ?? 0;
  const rotated = (bits: number) => ((inverse << bits) | (inverse >> (8 - bits))) & 0xff;
  return inverse ^ rotated(1) ^ rotated(2) ^ rotated(3) ^ rotated(4) ^ 0x63;
});

const inverseBox = new Uint8Array(256);
sBox.forEach((box, value) => (inverseBox[box] = value));

const roundConstants = Uint8Array.from({ length: 10 }, (_, index) => {
  let value = 1;
  for (let count = 0; count < index; count++) value = double(value);
  return value;
});

const word = (bytes: readonly number[]) => Buffer.from(bytes).readUInt32BE();

/** A table of words, as they lie in the ROM's memory. */
function table(column: (value: number) => number): Uint8Array {
  const bytes = Buffer.alloc(4 * 256);
  for (let value = 0; value < 256; value++) bytes.writeUInt32LE(column(value), 4 * value);
  return bytes;
}

/** The tables of the ROM's AES, by their names in the linker script: of wpa_supplicant, whose small form it is. */
export const aesTables: Readonly<Record<'Te0' | 'Td0' | 'Td4s' | 'rcons', Uint8Array>> = {
  Te0: table(value => {
    const box = sBox[value] ?? 0;
    return word([double(box), box, box, double(box) ^ box]);
  }),
  Td0: table(value => word([14, 9, 13, 11].map(factor => multiply(inverseBox[value] ?? 0, factor)))),
  Td4s: inverseBox,
  rcons: roundConstants,
};

const substituted = (value: number) => word([24, 16, 8, 0].map(bits => sBox[(value >>> bits) & 0xff] ?? 0));

/** The key schedule for encryption. */
function expand(key: Uint8Array): number[] {
  const schedule = Array.from({ length: 4 }, (_, index) => Buffer.from(key).readUInt32BE(4 * index));
  for (let at = 4; at < words; at++) {
    const before = schedule[at - 1] ?? 0;
    const rotated = (before << 8) | (before >>> 24);
    const mixed = at % 4 === 0 ? substituted(rotated) ^ ((roundConstants[at / 4 - 1] ?? 0) << 24) : before;
    schedule.push(((schedule[at - 4] ?? 0) ^ mixed) >>> 0);
  }
  return schedule;
}

const unmixColumns = (value: number) => {
  const column = [24, 16, 8, 0].map(bits => (value >>> bits) & 0xff);
  return word(
    column.map((_, row) =>
      [14, 11, 13, 9].reduce(
        (sum, factor, index) => sum ^ multiply(column[(row + index) % 4] ?? 0, factor),
        0,
      ),
    ),
  );
};

/** The same for decryption: from the last round on, the columns of the inner rounds unmixed. */
function expandInverse(key: Uint8Array): number[] {
  const schedule = expand(key);
  return Array.from({ length: words }, (_, at) => {
    const round = Math.floor(at / 4);
    const value = schedule[4 * (10 - round) + (at % 4)] ?? 0;
    return round === 0 || round === 10 ? value : unmixColumns(value);
  });
}

function decrypt(key: Uint8Array, bytes: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([decipher.update(bytes), decipher.final()]);
}

/** The key of a schedule for decryption: that of its last round is the key itself. */
function keyIn(call: Call, schedule: number): Uint8Array {
  const key = Buffer.alloc(keySize);
  for (let at = 0; at < 4; at++) key.writeUInt32BE(call.loadWord(schedule + 4 * (words - 4 + at)), 4 * at);
  return key;
}

/** RFC 3394: the first block of what unwraps correctly. */
const unwrapped = 0xa6;

/** AES with keys of 128 bits, as the ROM has it for the Wi-Fi library. */
export function aesFamily(): Family {
  const store = (call: Call, to: number, schedule: number[]) => {
    call.charge(perBlock);
    schedule.forEach((value, index) => {
      call.storeWord(to + 4 * index, value);
    });
  };
  return {
    rijndaelKeySetupEnc: call => {
      store(call, call.uint(0), expand(call.load(call.uint(1), keySize)));
      return undefined;
    },
    rijndaelKeySetupDec: call => {
      store(call, call.uint(0), expandInverse(call.load(call.uint(1), keySize)));
      return undefined;
    },
    aes_decrypt_init: call => {
      if (call.uint(1) !== keySize) return 0;
      store(call, aesContext, expandInverse(call.load(call.uint(0), keySize)));
      return aesContext;
    },
    aes_decrypt: call => {
      call.charge(perBlock);
      call.store(call.uint(2), decrypt(keyIn(call, call.uint(0)), call.load(call.uint(1), block)));
      return undefined;
    },
    aes_decrypt_deinit: call => {
      call.fill(call.uint(0), 0, 4 * words);
      return undefined;
    },
    // aes_unwrap(kek, n, cipher, plain): 0 when the integrity check fits, else -1.
    aes_unwrap: call => {
      const [kek, count, to] = [call.load(call.uint(0), keySize), call.int(1), call.uint(3)];
      if (count < 1) return -1;
      const cipher = Buffer.from(call.load(call.uint(2), 8 * count + 8));
      call.needRoom(to, 8 * count);
      let check: Uint8Array = cipher.subarray(0, 8);
      for (let step = 6 * count; step > 0; step--) {
        const at = 8 * (((step - 1) % count) + 1);
        const first = Buffer.from(check);
        // The count goes into the last byte alone.
        first.writeUInt8((first[7] ?? 0) ^ (step & 0xff), 7);
        const plain = decrypt(kek, Buffer.concat([first, cipher.subarray(at, at + 8)]));
        check = plain.subarray(0, 8);
        plain.copy(cipher, at, 8);
      }
      call.charge(6 * count * perBlock);
      call.store(to, cipher.subarray(8));
      return check.every(byte => byte === unwrapped) ? 0 : -1;
    },
  };
}
