import assert from 'node:assert/strict';
import { Cpu } from '../../src/simulator/cpu/cpu';
import { Memory } from '../../src/simulator/cpu/memory';
import type { Tier } from '../../src/simulator/cpu/regions';
import { addi, code, j, l32i, l32r, movi, nop, ret, rsr, s32i } from './lx106';

const start = 0x40100000;
const data = 0x3ffe8000;
const ccount = 234;

/** A loop that counts a2 up forever: ADDI, three NOPs, J back. */
const loop = code(addi(2, 2, 1), nop, nop, nop, j(-12));

function cpuWith(program: Uint8Array, tier: Tier = 'mixed'): Cpu {
  const memory = new Memory();
  memory.write(start, program);
  const cpu = new Cpu(memory, tier);
  cpu.pc = start;
  return cpu;
}

/** Runs until the loop is translated. */
function heat(cpu: Cpu): void {
  cpu.run(10_000_000);
  assert.ok(cpu.translatedInstructions > 1_000_000, `${cpu.translatedInstructions} translated`);
}

describe('translated code', () => {
  it('executes exactly as many instructions as it is asked for', () => {
    const cpu = cpuWith(loop);
    heat(cpu);
    for (const budget of [1, 2, 3, 4, 5, 6, 99, 100, 101, 102, 103, 104, 12_345]) {
      const before = cpu.instructions;
      const pc = cpu.pc;
      assert.equal(cpu.run(budget).kind, 'budget');
      assert.equal(cpu.instructions, before + budget);
      const place = (pc - start) / 3;
      assert.equal((cpu.pc - start) / 3, (place + budget) % 5, `after ${budget}`);
    }
    assert.equal(cpu.registers[2], Math.ceil(cpu.instructions / 5));
  });

  it('stops at a breakpoint that is set while it is hot, and goes on when it is removed', () => {
    const cpu = cpuWith(loop);
    heat(cpu);
    cpu.setBreakpoint(start + 6);
    assert.equal(cpu.run(1_000_000).kind, 'breakpoint');
    assert.equal(cpu.pc, start + 6);
    const translated = cpu.translatedInstructions;
    cpu.removeBreakpoint(start + 6);
    // On a busy machine the first translation may have used up what time there is for such.
    for (let turn = 0; turn < 200 && cpu.translatedInstructions === translated; turn++)
      assert.equal(cpu.run(1_000_000).kind, 'budget');
    assert.ok(cpu.translatedInstructions > translated, 'it is translated again');
  });

  it('calls a hook that is set while it is hot, which may ask it to stop', () => {
    const cpu = cpuWith(loop);
    heat(cpu);
    let calls = 0;
    cpu.setHook(start + 3, hooked => {
      hooked.pc = start + 6;
      if (++calls === 1000) hooked.requestStop();
    });
    assert.equal(cpu.run(1_000_000).kind, 'requested');
    assert.equal(calls, 1000);
    assert.equal(cpu.pc, start + 6);
  });

  it('notices that the firmware changes its code', () => {
    const cpu = cpuWith(loop);
    heat(cpu);
    cpu.memory.write(start, addi(2, 2, 100));
    const before = cpu.registers[2] ?? 0;
    const place = (cpu.pc - start) / 3;
    cpu.run(5 * 1000);
    assert.equal(cpu.registers[2], before + 1000 * 100, `from place ${place}`);
    cpu.memory.store(start, 4, new DataView(loop.buffer).getUint32(loop.byteOffset, true));
    cpu.run(5 * 1000);
    assert.equal(cpu.registers[2], before + 1000 * 101);
  });

  it('notices that a page of the flash has changed', () => {
    const flash = 0x40200000;
    const cpu = cpuWith(loop);
    cpu.memory.write(flash, loop);
    cpu.pc = flash;
    heat(cpu);
    cpu.memory.write(flash, code(addi(3, 3, 1), nop, nop, nop, j(-12)));
    const [, , before = 0] = cpu.registers;
    cpu.run(5 * 1000);
    assert.equal(cpu.registers[3], 1000);
    assert.equal(cpu.registers[2], before);
  });

  it('executes what the firmware itself writes into its loop', () => {
    // S32I a3 to the word that a4 points to, then the loop: from its second round on it counts by 2.
    const program = code(nop, nop, s32i(3, 4), addi(2, 2, 1), j(-12));
    const counted = (['interpreter', 'translated'] as const).map(tier => {
      const cpu = cpuWith(program, tier);
      cpu.registers[4] = start + 8;
      // The last byte of S32I, which stays, and ADDI a2, a2, 2.
      cpu.registers[3] = Buffer.from(code(program.subarray(8, 9), addi(2, 2, 2))).readInt32LE();
      cpu.run(50_000);
      return [cpu.registers[2], cpu.instructions, cpu.pc];
    });
    assert.deepEqual(counted[1], counted[0]);
    assert.equal(counted[0]?.[0], 20_000);
  });

  it('translates again when there was room for no more', () => {
    // So many loops of their own, each left after some rounds for the next.
    const cpu = cpuWith(new Uint8Array(), 'translated');
    const size = 16;
    const loops = 600;
    for (let index = 0; index < loops; index++)
      cpu.memory.write(start + index * size, code(addi(2, 2, 1), j(-3)));
    for (let index = 0; index < loops; index++) {
      cpu.pc = start + index * size;
      const before = cpu.translatedInstructions;
      cpu.run(10_000);
      assert.ok(cpu.translatedInstructions - before > 9_000, `loop ${index}`);
    }
    assert.equal(cpu.registers[2], loops * 5_000);
  });

  it('faults at the very instruction, with the registers as they were', () => {
    // a3 walks through data RAM; behind its end the store is prohibited.
    const program = code(s32i(2, 3), addi(2, 2, 1), addi(3, 3, 4), j(-9));
    const cpu = cpuWith(program, 'translated');
    cpu.registers[3] = data;
    const stop = cpu.run(1_000_000);
    assert.deepEqual(stop, { kind: 'exception', cause: 29, pc: start, address: data + 0x18000 });
    assert.equal(cpu.registers[2], 0x18000 / 4);
    assert.equal(cpu.instructions, 0x18000);
    assert.ok(cpu.translatedInstructions > 0x8000);
    assert.equal(cpu.memory.readWord(data + 0x17ffc), 0x18000 / 4 - 1);
  });

  it('reads registers, instruction RAM and the clock of instructions as the interpreter does', () => {
    const program = code(rsr(4, ccount), l32i(5, 6), addi(2, 2, 1), j(-9));
    const cpu = cpuWith(program, 'translated');
    cpu.registers[6] = start;
    cpu.run(400_000);
    assert.equal(cpu.registers[4], cpu.instructions - 4);
    assert.equal((cpu.registers[5] ?? 0) >>> 0, cpu.memory.readWord(start));
  });

  for (const intrinsic of ['muldi3', 'umulsidi3'] as const)
    it(`computes ${intrinsic} of the ROM in place, and only where it is called`, () => {
      // literal; L32R a0, literal; CALLX0 a0; ADDI a6, a6, 1; J back
      const rom = 0x4000dcf0;
      const literal = Uint8Array.of(rom & 0xff, (rom >> 8) & 0xff, (rom >> 16) & 0xff, rom >>> 24);
      const callx0a0 = Uint8Array.of(0xc0, 0, 0);
      const program = code(literal, l32r(0, -2), callx0a0, addi(6, 6, 1), movi(4, 3), j(-12));
      const cpu = cpuWith(program, 'translated');
      cpu.pc = start + 4;
      const plain = cpuWith(program, 'interpreter');
      plain.pc = start + 4;
      let calls = 0;
      const multiply = (hooked: Cpu) => {
        calls++;
        const word = (at: number) => BigInt((hooked.registers[at] ?? 0) >>> 0);
        const pair = (at: number) => (word(at + 1) << 32n) | word(at);
        const product = intrinsic === 'muldi3' ? pair(2) * pair(4) : word(2) * word(3);
        hooked.registers[2] = Number(BigInt.asIntN(32, product));
        hooked.registers[3] = Number(BigInt.asIntN(32, product >> 32n));
        hooked.pc = hooked.registers[0] ?? 0;
      };
      plain.setHook(rom, multiply);
      cpu.setHook(rom, multiply);
      cpu.setIntrinsic(rom, intrinsic);
      for (const one of [plain, cpu]) {
        one.registers.set([0x89abcdef, 0xfedcba97], 2);
        one.registers[5] = 0x12345;
        calls = 0;
        one.run(300_000);
      }
      assert.deepEqual([...cpu.registers], [...plain.registers]);
      assert.equal(cpu.instructions, plain.instructions);
      assert.ok(calls < 50_000, `${calls} calls of the hook, the others in place`);
    });

  it('returns to where it was called from, inside of the region and outside', () => {
    // CALL0 f twice in a loop; f: ADDI a2, a2, 1; RET
    const call = (from: number, to: number) => {
      const words = (to - (from & ~3) - 4) >> 2;
      const bits = 5 | ((words & 0x3ffff) << 6);
      return Uint8Array.of(bits, bits >> 8, bits >> 16);
    };
    const program = code(call(0, 12), call(3, 12), j(-6), nop, addi(2, 2, 1), ret);
    const cpu = cpuWith(program);
    heat(cpu);
    const { instructions } = cpu;
    assert.ok(Math.abs((cpu.registers[2] ?? 0) - (instructions * 2) / 7) <= 2);
  });
});
