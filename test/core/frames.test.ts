import assert from 'node:assert/strict';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { Bytes, codeStart, elfFile } from './elfFile';
import { addi, callx0, code as assemble, j, l32i, l8ui, movi, nop, ret, s32i } from './lx106';

const stack = 0x3fffe000;
/** Behind all functions: where the outermost returns to, which is no code. */
const nowhere = 0x4ffffff0;

/** Call frame instructions, DWARF 5 section 6.4.2. */
const cfa = {
  advance: (by: number) => Uint8Array.of(0x40 | by),
  advance1: (by: number) => Uint8Array.of(0x02, by),
  advance2: (by: number) => new Bytes().u8(0x03).u16(by).bytes,
  advance4: (by: number) => new Bytes().u8(0x04).u32(by).bytes,
  setLocation: (address: number) => new Bytes().u8(0x01).u32(address).bytes,
  offset: (register: number, by: number) => new Bytes().u8(0x80 | register).uleb(by).bytes,
  offsetExtended: (register: number, by: number) => new Bytes().u8(0x05).uleb(register, by).bytes,
  offsetSigned: (register: number, by: number) => Uint8Array.of(0x11, register, by & 0x7f),
  restore: (register: number) => Uint8Array.of(0xc0 | register),
  restoreExtended: (register: number) => Uint8Array.of(0x06, register),
  undefined: (register: number) => Uint8Array.of(0x07, register),
  same: (register: number) => Uint8Array.of(0x08, register),
  remember: () => Uint8Array.of(0x0a),
  restoreState: () => Uint8Array.of(0x0b),
  define: (register: number, by: number) => new Bytes().u8(0x0c).uleb(register, by).bytes,
  defineRegister: (register: number) => Uint8Array.of(0x0d, register),
  defineOffset: (by: number) => new Bytes().u8(0x0e).uleb(by).bytes,
  defineSigned: (register: number, by: number) => Uint8Array.of(0x12, register, by & 0x7f),
  defineOffsetSigned: (by: number) => Uint8Array.of(0x13, by & 0x7f),
  nothing: () => Uint8Array.of(0x00),
  expression: () => Uint8Array.of(0x0f, 0),
};

interface Described {
  start: number;
  size: number;
  ops: Uint8Array[];
}

/** A section of one common description (code in bytes, data in -4, CFA is a1) and one for each function. */
function debugFrame(
  functions: Described[],
  { version = 1, id = 0xffffffff, common = [cfa.define(1, 0)] } = {},
) {
  const head = new Bytes().u32(id).u8(version).text('');
  if (version === 4) head.u8(4, 0);
  head.u8(1, 0x7c, 0);
  for (const each of common) head.add(each);
  const section = new Bytes().u32(head.length).add(head.bytes);
  for (const { start, size, ops } of functions) {
    const body = new Bytes().u32(0, start, size);
    for (const each of ops) body.add(each);
    section.u32(body.length).add(body.bytes);
  }
  return section.bytes;
}

/** The same as C++ and newer compilers write it: addresses from where they are, or plain ones. */
function ehFrame(functions: Described[], address: number, augmentation: 'zR' | 'z' | '') {
  const head = new Bytes().u32(0).u8(1).text(augmentation).u8(1, 0x7c, 0);
  if (augmentation === 'zR') head.u8(1, 0x1b);
  if (augmentation === 'z') head.u8(0);
  head.add(cfa.define(1, 0));
  const section = new Bytes().u32(head.length).add(head.bytes);
  for (const { start, size, ops } of functions) {
    const at = section.length + 4;
    const body = new Bytes().u32(at);
    body.u32(augmentation === 'zR' ? start - (address + at + 4) : start, size);
    if (augmentation !== '') body.u8(2, 0, 0);
    for (const each of ops) body.add(each);
    section.u32(body.length).add(body.bytes);
  }
  return section.bytes;
}

const inner = { start: codeStart, size: 32 };
const outer = { start: codeStart + 32, size: 32 };
/** `nop.n`: what nobody can mistake for a prologue or an epilogue. */
const idle = Uint8Array.from({ length: 64 }, (_, index) => (index % 2 === 0 ? 0x3d : 0xf0));

function framesOf(
  sections: { name: string; bytes: Uint8Array }[],
  { pc = codeStart + 8, registers = [codeStart + 40, stack], words = {}, code = idle }: Stopped = {},
) {
  const { frames } = loadFirmware(
    elfFile({
      segments: [{ address: codeStart, bytes: code }],
      sections,
      symbols: [
        { name: 'user_init', address: inner.start, size: inner.size, isFunction: true },
        { name: 'outer', address: outer.start, size: outer.size, isFunction: true },
      ],
    }),
    'frames.elf',
  );
  const ram = Buffer.alloc(0x200);
  for (const [offset, word] of Object.entries(words)) ram.writeUInt32LE(word >>> 0, Number(offset));
  const parts = [
    { address: codeStart, bytes: Buffer.from(code) },
    { address: stack, bytes: ram },
  ];
  return frames.unwind({
    pc,
    registers: Int32Array.from({ length: 16 }, (_, index) => registers[index] ?? 100 + index),
    read: (address, length) => {
      const part = parts.find(
        ({ address: first, bytes }) => address >= first && address + length <= first + bytes.length,
      );
      return part && Uint8Array.from(part.bytes.subarray(address - part.address).subarray(0, length));
    },
  });
}

interface Stopped {
  pc?: number;
  registers?: number[];
  /** Offset from the stack pointer → word. */
  words?: Readonly<Record<number, number>>;
  code?: Uint8Array;
}

describe('call frames', () => {
  /** The rules of the function: at address 0 none, at 4 its CFA is 16 bytes up, at 8 a0 is saved below it, at 12 a12. */
  const usual = [
    cfa.advance(4),
    cfa.defineOffset(16),
    cfa.advance(4),
    cfa.offset(0, 1),
    cfa.advance(4),
    cfa.offset(12, 2),
  ];

  const places: [at: number, cfa: number, returns: number, a12: number][] = [
    [0, 0, codeStart + 40, 112],
    [3, 0, codeStart + 40, 112],
    [4, 16, codeStart + 40, 112],
    [8, 16, codeStart + 48, 112],
    [12, 16, codeStart + 48, 7],
    [31, 16, codeStart + 48, 7],
  ];
  for (const version of [1, 3, 4])
    for (const [at, offset, returns, a12] of places)
      it(`of version ${version} hold from their address on: at ${at}`, () => {
        const bytes = debugFrame([{ ...inner, ops: usual }], { version });
        const words = { 12: codeStart + 48, 8: 7 };
        const [first, second] = framesOf([{ name: '.debug_frame', bytes }], { pc: codeStart + at, words });
        assert.ok(first && second);
        assert.deepEqual(
          [first.pc, first.lookupPc, first.cfa],
          [codeStart + at, codeStart + at, stack + offset],
        );
        assert.deepEqual([second.pc, second.lookupPc], [returns, returns - 1], 'inside of the call');
        assert.equal(second.registers[1], stack + offset);
        assert.equal(second.registers[12], a12);
        assert.equal(second.registers[13], 113, 'nobody has touched it');
      });

  const instructions: [what: string, ops: Uint8Array[], cfa: number, a12: number][] = [
    ['advance_loc1', [cfa.advance1(8), cfa.defineOffset(16)], 16, 112],
    ['advance_loc1 beyond', [cfa.advance1(9), cfa.defineOffset(16)], 0, 112],
    ['advance_loc2', [cfa.advance2(8), cfa.defineOffset(16)], 16, 112],
    ['advance_loc2 beyond', [cfa.advance2(9), cfa.defineOffset(16)], 0, 112],
    ['advance_loc4', [cfa.advance4(8), cfa.defineOffset(16)], 16, 112],
    ['advance_loc4 beyond', [cfa.advance4(9), cfa.defineOffset(16)], 0, 112],
    ['set_loc', [cfa.setLocation(codeStart + 8), cfa.defineOffset(16)], 16, 112],
    ['set_loc beyond', [cfa.setLocation(codeStart + 9), cfa.defineOffset(16)], 0, 112],
    ['def_cfa', [cfa.define(1, 24)], 24, 112],
    ['def_cfa_sf', [cfa.defineSigned(1, -4)], 16, 112],
    ['def_cfa_offset_sf', [cfa.defineOffsetSigned(-8)], 32, 112],
    ['def_cfa_register', [cfa.defineRegister(2), cfa.defineOffset(16)], 48, 112],
    ['nop', [cfa.nothing(), cfa.defineOffset(16)], 16, 112],
    ['offset', [cfa.defineOffset(16), cfa.offset(12, 2)], 16, 0x1008],
    ['offset_extended', [cfa.defineOffset(16), cfa.offsetExtended(12, 3)], 16, 0x1004],
    ['offset_extended_sf', [cfa.defineOffset(16), cfa.offsetSigned(12, -1)], 16, 0x1014],
    ['restore', [cfa.defineOffset(16), cfa.offset(12, 2), cfa.restore(12)], 16, 112],
    ['restore_extended', [cfa.defineOffset(16), cfa.offset(12, 2), cfa.restoreExtended(12)], 16, 112],
    ['same_value', [cfa.defineOffset(16), cfa.offset(12, 2), cfa.same(12)], 16, 112],
    ['undefined', [cfa.defineOffset(16), cfa.offset(12, 2), cfa.undefined(12)], 16, 112],
    [
      'remember_state and restore_state',
      [
        cfa.defineOffset(16),
        cfa.offset(12, 2),
        cfa.remember(),
        cfa.defineOffset(24),
        cfa.same(12),
        cfa.restoreState(),
      ],
      16,
      0x1008,
    ],
  ];
  for (const [what, ops, offset, a12] of instructions)
    it(`follow ${what}`, () => {
      const words = Object.fromEntries(
        Array.from({ length: 32 }, (_, index) => [4 * index, 0x1000 + 4 * index]),
      );
      const bytes = debugFrame([{ ...inner, ops }]);
      const registers = [codeStart + 40, stack, stack + 32];
      const [first, second] = framesOf([{ name: '.debug_frame', bytes }], { words, registers });
      assert.equal((first?.cfa ?? 0) - stack, offset);
      assert.equal(second?.registers[12], a12);
    });

  it('restore what holds for all functions', () => {
    const common = [cfa.define(1, 16), cfa.offset(12, 2)];
    const bytes = debugFrame([{ ...inner, ops: [cfa.offset(12, 1), cfa.restore(12)] }], { common });
    const [, second] = framesOf([{ name: '.debug_frame', bytes }], { words: { 8: 5, 12: 6 } });
    assert.equal(second?.registers[12], 5);
  });

  for (const augmentation of ['zR', 'z', ''] as const)
    it(`are read from .eh_frame, too, with augmentation “${augmentation}”`, () => {
      // A section that is not loaded lies at address 0.
      const bytes = ehFrame([{ ...inner, ops: usual }], 0, augmentation);
      const frames = framesOf([{ name: '.eh_frame', bytes }], { words: { 12: codeStart + 48 } });
      assert.deepEqual(
        frames.slice(0, 2).map(({ pc, cfa: at }) => [pc - codeStart, at - stack]),
        [
          [8, 16],
          [48, 16],
        ],
      );
    });

  it('lead to the outermost function, whose caller is no code', () => {
    const functions = [
      { ...inner, ops: usual },
      { ...outer, ops: [cfa.defineOffset(32), cfa.offset(0, 1)] },
    ];
    const words = { 12: outer.start + 8, 44: nowhere };
    const frames = framesOf([{ name: '.debug_frame', bytes: debugFrame(functions) }], { words });
    assert.deepEqual(
      frames.map(({ pc, cfa: at }) => [pc - codeStart, at - stack]),
      [
        [8, 16],
        [40, 48],
      ],
    );
  });

  it('end where the stack does not grow', () => {
    const functions = [
      { ...inner, ops: [cfa.defineOffset(16), cfa.offset(0, 1)] },
      { ...outer, ops: [] },
    ];
    const words = { 12: outer.start + 8 };
    const frames = framesOf([{ name: '.debug_frame', bytes: debugFrame(functions) }], { words });
    assert.equal(frames.length, 2);
  });

  it('end at the depth that is asked for', () => {
    const ops = [cfa.defineOffset(4), cfa.offset(0, 1)];
    const words = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [4 * index, codeStart + 8]));
    const bytes = debugFrame([{ ...inner, ops }]);
    assert.equal(framesOf([{ name: '.debug_frame', bytes }], { words }).length, 101);
  });

  it('are not taken from a description that is damaged or that GCC never writes', () => {
    for (const ops of [[cfa.expression()], [Uint8Array.of(0x0c)], Array.from({ length: 65 }, cfa.remember)]) {
      const bytes = debugFrame([{ ...inner, ops: [cfa.defineOffset(16), ...ops] }]);
      const [first, second] = framesOf([{ name: '.debug_frame', bytes }]);
      // Then its code says what it does: nothing with the stack.
      assert.equal(first?.cfa, stack);
      assert.equal(second?.pc, codeStart + 40);
    }
  });
});

describe('call frames of functions without a description', () => {
  const s = 1;
  const takesStack = addi(s, s, -32);
  const savesReturn = s32i(0, s, 28);
  const saves12 = s32i(12, s, 24);
  /** 3 + 3 + 3 bytes of prologue, then work. */
  const prologue = [takesStack, savesReturn, saves12];

  const filled = (...instructions: Uint8Array[]) => {
    const bytes = Buffer.from(idle);
    bytes.set(assemble(...instructions));
    return bytes;
  };
  const words = { 24: 7, 28: outer.start + 8 };

  const prologues: [at: number, cfa: number, returns: number, a12: number][] = [
    [0, 0, 40, 112],
    [3, 32, 40, 112],
    [6, 32, 40, 112],
    [9, 32, 40, 7],
    [20, 32, 40, 7],
  ];
  for (const [at, offset, returns, a12] of prologues)
    it(`are read from its first instructions: at ${at}`, () => {
      const frames = framesOf([], { code: filled(...prologue), pc: codeStart + at, words });
      assert.deepEqual(
        [(frames[0]?.cfa ?? 0) - stack, (frames[1]?.pc ?? 0) - codeStart, frames[1]?.registers[12]],
        [offset, returns, a12],
      );
    });

  it('are read up to the first instruction that may jump', () => {
    const code = filled(takesStack, j(6), saves12, savesReturn);
    const frames = framesOf([], { code, pc: codeStart + 20, words });
    assert.equal((frames[0]?.cfa ?? 0) - stack, 32);
    assert.equal(frames[1]?.registers[12], 112);
  });

  it('take the first place where a register was saved: later it holds something else', () => {
    const code = filled(takesStack, savesReturn, s32i(0, s, 20));
    const frames = framesOf([], { code, pc: codeStart + 20, words: { ...words, 20: 3 } });
    assert.equal(frames[1]?.pc, outer.start + 8);
  });

  it('execute what is left of an epilogue, on a copy', () => {
    const epilogue = [l32i(0, s, 28), l32i(12, s, 24), movi(2, 5), addi(s, s, 32), ret];
    const code = filled(...prologue, nop, ...epilogue);
    const places: [at: number, frame: number][] = [
      [12, 32],
      [15, 32],
      [18, 32],
      [21, 32],
    ];
    for (const [at, size] of places) {
      const registers = [...Array.from({ length: 16 }, (_, index) => 100 + index)];
      registers[0] = outer.start + 8;
      registers[1] = stack;
      const frames = framesOf([], { code, pc: codeStart + at, registers, words });
      assert.equal((frames[0]?.cfa ?? 0) - stack, size, `${at}`);
      assert.equal(frames[1]?.pc, outer.start + 8);
    }
    const restored = framesOf([], { code, pc: codeStart + 12, words });
    assert.equal(restored[1]?.registers[12], 7);
    assert.equal(restored[0]?.registers[12], 112, 'it is not there yet');
    // Behind the last addition the stack is the caller's again.
    const last = framesOf([], { code, pc: codeStart + 24, registers: [outer.start + 8, stack + 32], words });
    assert.equal((last[0]?.cfa ?? 0) - stack, 32);
    assert.equal(last[1]?.pc, outer.start + 8);
  });

  it('do not take code for an epilogue that does more than that', () => {
    for (const other of [l8ui(2, s, 0), s32i(2, s, 0), callx0(2)]) {
      const code = filled(...prologue, other, addi(s, s, 16), ret);
      const frames = framesOf([], { code, pc: codeStart + 9, words });
      assert.equal((frames[0]?.cfa ?? 0) - stack, 32);
    }
  });

  it('show the caller of a function that the host answers, where no code is', () => {
    const frames = framesOf([], { pc: 0x40000018 });
    assert.deepEqual(
      frames.slice(0, 2).map(({ pc }) => pc),
      [0x40000018, codeStart + 40],
    );
  });
});
