import assert from 'node:assert/strict';
import { Cpu } from '../../src/simulator/cpu/cpu';
import { Memory } from '../../src/simulator/cpu/memory';

const code = 0x40100000;
const data = 0x3ffe8000;

/** Instructions as the assembler encodes them. */
const movi = (register: number, value: number) => [
  0x02 | (register << 4),
  0xa0 | ((value >> 8) & 15),
  value & 0xff,
];
const l32i = (register: number, base: number) => [0x02 | (register << 4), 0x20 | base, 0];
const l16ui = (register: number, base: number) => [0x02 | (register << 4), 0x10 | base, 0];
const l8ui = (register: number, base: number) => [0x02 | (register << 4), base, 0];
const s32i = (register: number, base: number) => [0x02 | (register << 4), 0x60 | base, 0];
const s8i = (register: number, base: number) => [0x02 | (register << 4), 0x40 | base, 0];
const addi = (register: number, value: number) => [0x02 | (register << 4), 0xc0 | register, value & 0xff];
const ret = [0x80, 0x00, 0x00];
const illegal = [0x00, 0x00, 0x00];

function make(...instructions: number[][]): Cpu {
  const cpu = new Cpu(new Memory());
  cpu.memory.write(code, Uint8Array.from(instructions.flat()));
  cpu.pc = code;
  return cpu;
}

describe('the CPU faults as the chip', () => {
  const cases: [string, number[], number, number][] = [
    ['a load from NULL', l32i(2, 3), 0, 28],
    ['a store to NULL', s32i(2, 3), 0, 29],
    ['an unaligned word', l32i(2, 3), data + 2, 9],
    ['an unaligned half word', l16ui(2, 3), data + 1, 9],
    ['a byte of instruction RAM', l8ui(2, 3), code, 3],
    ['a half word of flash', l16ui(2, 3), 0x40210000, 3],
    ['a byte stored to instruction RAM', s8i(2, 3), code + 64, 3],
    ['a store to flash', s32i(2, 3), 0x40210000, 29],
    ['a load behind the data RAM', l32i(2, 3), 0x40000000, 28],
  ];
  for (const [what, instruction, address, cause] of cases) {
    it(`on ${what}`, () => {
      const cpu = make(movi(2, 5), instruction);
      cpu.registers[3] = address;
      assert.deepEqual(cpu.run(10), { kind: 'exception', cause, pc: code + 3, address });
      assert.equal(cpu.registers[2], 5, 'the instruction must change nothing');
      assert.equal(cpu.pc, code + 3);
      assert.equal(cpu.instructions, 1);
    });
  }

  it('on an illegal instruction and on a jump to nowhere', () => {
    assert.deepEqual(make(illegal).run(10), { kind: 'exception', cause: 0, pc: code, address: 0 });
    const cpu = make(ret);
    cpu.registers[0] = 0x12345678;
    assert.deepEqual(cpu.run(10), { kind: 'exception', cause: 20, pc: 0x12345678, address: 0x12345678 });
  });

  it('but reads words of instruction RAM and flash', () => {
    const cpu = make(l32i(2, 3), l32i(4, 5));
    cpu.memory.writeWord(0x40210000, 0xcafe1234);
    cpu.registers[3] = code;
    cpu.registers[5] = 0x40210000;
    assert.equal(cpu.run(2).kind, 'budget');
    assert.equal(cpu.registers[2], cpu.memory.readWord(code));
    assert.equal(cpu.registers[4], 0xcafe1234 | 0);
  });
});

describe('the CPU', () => {
  it('executes exactly as many instructions as asked for', () => {
    const cpu = make(...Array.from({ length: 100 }, () => addi(2, 1)));
    for (const budget of [1, 0, 7, 30]) cpu.run(budget);
    assert.equal(cpu.registers[2], 38);
    assert.equal(cpu.instructions, 38);
  });

  it('stops before a breakpoint, also at the first instruction, and steps over it', () => {
    const cpu = make(addi(2, 1), addi(2, 1), addi(2, 1));
    cpu.setBreakpoint(code + 3);
    assert.deepEqual(cpu.run(10), { kind: 'breakpoint' });
    assert.equal(cpu.registers[2], 1);
    assert.deepEqual(cpu.run(10), { kind: 'breakpoint' });
    assert.deepEqual(cpu.step(), { kind: 'budget' });
    assert.equal(cpu.registers[2], 2);
    cpu.pc = code;
    assert.deepEqual(cpu.run(10), { kind: 'breakpoint' }, 'a step must not remove it');
    cpu.removeBreakpoint(code + 3);
    cpu.pc = code;
    assert.deepEqual(cpu.run(3), { kind: 'budget' });
  });

  it('calls hooks inside and outside of memory, which count no instruction', () => {
    const cpu = make(addi(2, 1), ret, addi(3, 1));
    const called: number[] = [];
    cpu.setHook(0x40300000, hooked => {
      called.push(hooked.pc);
      hooked.pc = code + 6;
    });
    cpu.setHook(code + 6, hooked => {
      called.push(hooked.pc);
      hooked.requestStop();
      hooked.pc = code;
    });
    cpu.registers[0] = 0x40300000;
    assert.deepEqual(cpu.run(100), { kind: 'requested' });
    assert.deepEqual(called, [0x40300000, code + 6]);
    assert.equal(cpu.instructions, 2);
    cpu.removeHook(code + 6);
    cpu.pc = code + 6;
    cpu.run(1);
    assert.equal(cpu.registers[3], 1, 'the code below a hook comes back');
  });

  it('stops at a breakpoint on a hooked address first', () => {
    const cpu = make(ret);
    cpu.registers[0] = 0x40300000;
    cpu.setHook(0x40300000, hooked => (hooked.pc = code));
    cpu.setBreakpoint(0x40300000);
    assert.deepEqual(cpu.run(10), { kind: 'breakpoint' });
    assert.deepEqual(cpu.step(), { kind: 'budget' });
    assert.equal(cpu.pc, code);
  });

  it('executes what the firmware has written over its own code', () => {
    const cpu = make(addi(2, 1), s32i(4, 3), ret);
    cpu.registers[0] = code;
    cpu.registers[3] = code;
    const [low = 0, middle = 0, high = 0] = addi(2, 10);
    cpu.registers[4] = low | (middle << 8) | (high << 16) | ((s32i(4, 3)[0] ?? 0) << 24);
    cpu.run(4);
    assert.equal(cpu.registers[2], 11);
  });

  it('counts cycles by instructions', () => {
    const rsrCcount = (register: number) => [register << 4, 234, 3];
    const cpu = make(addi(2, 1), addi(2, 1), rsrCcount(3), rsrCcount(4));
    cpu.run(4);
    assert.equal(cpu.registers[3], 2);
    assert.equal(cpu.registers[4], 3);
  });
});

describe('memory seen from the host', () => {
  it('reads and writes at any alignment, and says where there is none', () => {
    const memory = new Memory();
    assert.equal(memory.write(0x40210001, Uint8Array.of(1, 2, 3)), true);
    assert.deepEqual([...(memory.read(0x40210000, 5) ?? [])], [0, 1, 2, 3, 0]);
    assert.equal(memory.readHalf(0x40210001), 0x0201);
    assert.equal(memory.read(0x3fffffff, 2), undefined);
    assert.equal(memory.read(data, 0xffffffff), undefined);
    assert.equal(memory.write(0, Uint8Array.of(1)), false);
    assert.equal(memory.readWord(0x20000000), undefined);
    memory.write(data, Buffer.from('text\0more'));
    assert.equal(Buffer.from(memory.cString(data, 100) ?? []).toString(), 'text');
    assert.equal(memory.cString(data, 2), undefined);
    memory.write(0x3ffffff0, new Uint8Array(16).fill(65));
    assert.equal(memory.cString(0x3ffffff0, 100), undefined, 'no string reaches beyond the RAM');
  });
});
