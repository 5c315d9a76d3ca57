/** Machine code by hand, for tests that need a few instructions: each function is one instruction. */

/** Bytes of the instructions, one behind the other. */
export function code(...instructions: Uint8Array[]): Uint8Array {
  return Buffer.concat(instructions);
}

function wide(bits: number): Uint8Array {
  return Uint8Array.of(bits, bits >> 8, bits >> 16);
}

function narrow(bits: number): Uint8Array {
  return Uint8Array.of(bits, bits >> 8);
}

/** Loads and stores, MOVI and ADDI: all have this form. */
function withByte(r: number, t: number, s: number, byte: number): Uint8Array {
  return wide(2 | (t << 4) | (s << 8) | (r << 12) | ((byte & 0xff) << 16));
}

export const movi = (t: number, value: number) => withByte(10, t, (value >> 8) & 15, value);
export const addi = (t: number, s: number, value: number) => withByte(12, t, s, value);
/** The offsets count bytes. */
export const l8ui = (t: number, s: number, offset = 0) => withByte(0, t, s, offset);
export const l16ui = (t: number, s: number, offset = 0) => withByte(1, t, s, offset >> 1);
export const l16si = (t: number, s: number, offset = 0) => withByte(9, t, s, offset >> 1);
export const l32i = (t: number, s: number, offset = 0) => withByte(2, t, s, offset >> 2);
export const s8i = (t: number, s: number, offset = 0) => withByte(4, t, s, offset);
export const s16i = (t: number, s: number, offset = 0) => withByte(5, t, s, offset >> 1);
export const s32i = (t: number, s: number, offset = 0) => withByte(6, t, s, offset >> 2);
/** `distance` is from the J itself to its target. */
export const j = (distance: number) => wide(6 | (((distance - 4) & 0x3ffff) << 6));
/** `words` is from the end of the L32R, rounded up to a word, to the literal; always negative. */
export const l32r = (t: number, words: number) => wide(1 | (t << 4) | ((words & 0xffff) << 8));
export const jx = (s: number) => wide(0xa0 | (s << 8));
export const callx0 = (s: number) => wide(0xc0 | (s << 8));
export const ret = wide(0x80);
export const nop = wide(0x20f0);
export const nopNarrow = narrow(0xf03d);
export const illegal = wide(0);
export const syscall = wide(0x5000);
export const breakWide = wide(0x4000);
export const breakNarrow = narrow(0xf02d);
export const waiti = (level: number) => wide(0x7000 | (level << 8));
export const rsil = (t: number, level: number) => wide(0x6000 | (level << 8) | (t << 4));
export const rfe = wide(0x3000);
export const rfi = (level: number) => wide(0x3010 | (level << 8));
export const rsr = (t: number, special: number) => wide(0x030000 | (special << 8) | (t << 4));
export const wsr = (t: number, special: number) => wide(0x130000 | (special << 8) | (t << 4));
export const xsr = (t: number, special: number) => wide(0x610000 | (special << 8) | (t << 4));
