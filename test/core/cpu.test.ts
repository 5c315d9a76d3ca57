import assert from 'node:assert/strict';
import { Cpu, type Stop } from '../../src/simulator/cpu/cpu';
import type { Tier } from '../../src/simulator/cpu/regions';
import { exceptionCauses } from '../../src/sdk/exceptionCauses';
import { Memory } from '../../src/simulator/cpu/memory';
import {
  addi,
  breakNarrow,
  breakWide,
  callx0,
  code,
  illegal,
  j,
  jx,
  l16si,
  l16ui,
  l32i,
  l32r,
  l8ui,
  movi,
  nop,
  nopNarrow,
  ret,
  rfe,
  rfi,
  rsil,
  rsr,
  s16i,
  s32i,
  s8i,
  syscall,
  waiti,
  wsr,
  xsr,
} from './lx106';

const start = 0x40100000;
const dram = 0x3ffe8000;
const flash = 0x40200000;
/** Nothing is there on the chip; hooks can be. */
const nowhere = 0x40300010;

/** A CPU about to execute these instructions. */
function cpuWith(...instructions: Uint8Array[]): Cpu {
  return cpuOfTier('mixed', ...instructions);
}

function cpuOfTier(tier: Tier, ...instructions: Uint8Array[]): Cpu {
  const memory = new Memory();
  assert.ok(memory.write(start, code(...instructions)));
  const cpu = new Cpu(memory, tier);
  cpu.pc = start;
  return cpu;
}

const budget: Stop = { kind: 'budget' };
const breakpoint: Stop = { kind: 'breakpoint' };

describe('the CPU', () => {
  describe('counts', () => {
    const loop = [addi(2, 2, 1), nopNarrow, j(-5)];

    it('exactly the instructions of the budget', () => {
      const cpu = cpuWith(...loop);
      for (const [count, total] of [
        [0, 0],
        [1, 1],
        [2, 3],
        [997, 1000],
      ] as const) {
        assert.deepEqual(cpu.run(count), budget);
        assert.equal(cpu.instructions, total);
      }
      assert.equal(cpu.registers[2], 334);
      assert.equal(cpu.pc, start + 3);
    });

    it('the same in one run and in many', () => {
      const once = cpuWith(...loop);
      const often = cpuWith(...loop);
      once.run(100);
      for (let step = 0; step < 100; step++) assert.deepEqual(often.step(), budget);
      assert.deepEqual([...often.registers], [...once.registers]);
      assert.equal(often.pc, once.pc);
      assert.equal(often.instructions, once.instructions);
    });

    it('CCOUNT on from what was written to it, also in the middle of a run', () => {
      const cpu = cpuWith(nop, nop, rsr(2, 234), movi(3, 1000), wsr(3, 234), nop, rsr(4, 234), j(0));
      cpu.run(7);
      assert.equal(cpu.registers[2], 2);
      assert.equal(cpu.registers[4], 1002);
      cpu.instructions += 50;
      cpu.pc = start + 6;
      cpu.run(1);
      assert.equal(cpu.registers[2], 1000 + (7 + 50 - 4));
    });
  });

  describe('with a breakpoint', () => {
    const line = [movi(2, 1), movi(3, 2), movi(4, 3), j(0)];

    it('stops before the instruction, however often it is asked to run', () => {
      const cpu = cpuWith(...line);
      cpu.setBreakpoint(start + 3);
      assert.deepEqual(cpu.run(100), breakpoint);
      assert.deepEqual(cpu.run(100), breakpoint);
      assert.equal(cpu.pc, start + 3);
      assert.equal(cpu.instructions, 1);
      assert.equal(cpu.registers[3], 0);
    });

    it('stops at the first instruction too', () => {
      const cpu = cpuWith(...line);
      cpu.setBreakpoint(start);
      assert.deepEqual(cpu.run(100), breakpoint);
      assert.equal(cpu.instructions, 0);
    });

    it('steps over it and keeps it', () => {
      const cpu = cpuWith(addi(2, 2, 1), j(-3));
      cpu.setBreakpoint(start);
      cpu.setBreakpoint(start + 3);
      assert.deepEqual(cpu.step(), budget);
      assert.equal(cpu.pc, start + 3);
      assert.deepEqual(cpu.step(), budget);
      assert.equal(cpu.pc, start);
      assert.equal(cpu.instructions, 2);
      assert.deepEqual(cpu.run(100), breakpoint);
      assert.equal(cpu.instructions, 2);
    });

    it('keeps it when the step fails', () => {
      const cpu = cpuWith(illegal);
      cpu.setBreakpoint(start);
      assert.equal(cpu.step().kind, 'exception');
      assert.deepEqual(cpu.run(1), breakpoint);
    });

    it('runs the instruction again when it is removed', () => {
      const cpu = cpuWith(...line);
      cpu.setBreakpoint(start + 3);
      cpu.run(100);
      cpu.removeBreakpoint(start + 3);
      cpu.run(2);
      assert.deepEqual([...cpu.registers.subarray(2, 5)], [1, 2, 3]);
    });

    it('stops where no memory is', () => {
      const cpu = cpuWith(jx(2));
      cpu.registers[2] = nowhere;
      cpu.setBreakpoint(nowhere);
      assert.deepEqual(cpu.run(100), breakpoint);
      assert.equal(cpu.pc, nowhere);
    });
  });

  describe('with a hook', () => {
    /** Calls a2, then loops at offset 6. */
    const call = [callx0(2), movi(4, 9), j(0)];

    for (const [where, address] of [
      ['where no memory is', nowhere],
      ['in the ROM', 0x40001234],
      ['in flash', flash + 0x101],
      ['between IRAM and flash', 0x40180000],
      ['in the upper half of the addresses', 0xfffffff0],
    ] as const) {
      it(`calls it ${where} and counts no instruction for it`, () => {
        const cpu = cpuWith(...call);
        cpu.registers[2] = address;
        let seen = -1;
        cpu.setHook(address, at => {
          seen = at.instructions;
          at.registers[3] = 77;
          at.pc = at.registers[0] ?? 0;
        });
        assert.deepEqual(cpu.run(2), budget);
        assert.equal(seen, 1);
        assert.equal(cpu.instructions, 2);
        assert.equal(cpu.registers[3], 77);
        assert.equal(cpu.registers[4], 9);
      });
    }

    it('goes on wherever the hook leaves pc', () => {
      const cpu = cpuWith(movi(2, 1), movi(3, 2), movi(4, 3));
      cpu.setHook(start, at => (at.pc = start + 6));
      cpu.run(1);
      assert.deepEqual([...cpu.registers.subarray(2, 5)], [0, 0, 3]);
    });

    it('executes the code again when the hook is removed', () => {
      const cpu = cpuWith(movi(2, 1), j(0));
      cpu.setHook(start, at => (at.pc = start + 3));
      cpu.run(1);
      assert.equal(cpu.registers[2], 0);
      cpu.removeHook(start);
      cpu.pc = start;
      cpu.run(1);
      assert.equal(cpu.registers[2], 1);
    });

    it('steps a hook as one step', () => {
      const cpu = cpuWith(...call);
      cpu.registers[2] = nowhere;
      cpu.setHook(nowhere, at => (at.pc = at.registers[0] ?? 0));
      cpu.step();
      assert.equal(cpu.pc, nowhere);
      assert.deepEqual(cpu.step(), budget);
      assert.equal(cpu.pc, start + 3);
      assert.equal(cpu.instructions, 1);
    });

    for (const address of [nowhere, flash]) {
      it(`lets a breakpoint at the hook's address go first (0x${address.toString(16)})`, () => {
        const cpu = cpuWith(...call);
        cpu.registers[2] = address;
        let calls = 0;
        cpu.setHook(address, at => {
          calls++;
          at.pc = at.registers[0] ?? 0;
        });
        cpu.setBreakpoint(address);
        assert.deepEqual(cpu.run(100), breakpoint);
        assert.equal(calls, 0);
        assert.deepEqual(cpu.step(), budget);
        assert.equal(calls, 1);
        assert.equal(cpu.pc, start + 3);
        cpu.removeBreakpoint(address);
        cpu.pc = start;
        assert.deepEqual(cpu.run(2), budget);
        assert.equal(calls, 2);
      });
    }

    it('goes from one hook into the next, in memory and outside of it', () => {
      const cpu = cpuWith(jx(2), nop, movi(3, 1));
      cpu.registers[2] = nowhere;
      const called: number[] = [];
      cpu.setHook(nowhere, at => {
        called.push(at.pc);
        at.pc = start + 3;
      });
      cpu.setHook(start + 3, at => {
        called.push(at.pc);
        at.pc = start + 6;
      });
      assert.deepEqual(cpu.run(2), budget);
      assert.deepEqual(called, [nowhere, start + 3]);
      assert.equal(cpu.registers[3], 1);
    });

    it('stops after the hook that asks for it, once', () => {
      const cpu = cpuWith(...call);
      cpu.registers[2] = nowhere;
      cpu.setHook(nowhere, at => {
        at.pc = at.registers[0] ?? 0;
        at.requestStop();
      });
      assert.deepEqual(cpu.run(100), { kind: 'requested' });
      assert.equal(cpu.pc, start + 3);
      assert.equal(cpu.instructions, 1);
      assert.deepEqual(cpu.run(10), budget);
      assert.equal(cpu.instructions, 11);
      cpu.pc = nowhere;
      assert.deepEqual(cpu.step(), { kind: 'requested' });
    });

    it('does not begin a hook when the budget is used up', () => {
      const cpu = cpuWith(jx(2));
      cpu.registers[2] = nowhere;
      cpu.setHook(nowhere, () => assert.fail('called'));
      assert.deepEqual(cpu.run(1), budget);
      assert.equal(cpu.pc, nowhere);
    });

    it('comes back when firmware makes a hook return to itself', () => {
      const cpu = cpuWith(jx(2));
      cpu.registers[0] = nowhere;
      cpu.registers[2] = nowhere;
      let calls = 0;
      cpu.setHook(nowhere, at => {
        calls++;
        at.pc = at.registers[0] ?? 0;
      });
      assert.deepEqual(cpu.run(2), budget);
      assert.equal(cpu.instructions, 1);
      assert.ok(calls > 1);
    });

    it('calls as many hooks as it takes when instructions lie between them', () => {
      const cpu = cpuWith(callx0(2), j(-3));
      cpu.registers[2] = nowhere;
      let calls = 0;
      cpu.setHook(nowhere, at => {
        calls++;
        at.pc = at.registers[0] ?? 0;
      });
      assert.deepEqual(cpu.run(60_000), budget);
      assert.equal(cpu.instructions, 60_000);
      assert.equal(calls, 30_000);
    });

    it('counts what a hook charges, and ends the run after it', () => {
      const cpu = cpuWith(callx0(2), j(-3));
      cpu.registers[2] = nowhere;
      cpu.setHook(nowhere, at => {
        at.charge(1_000_000);
        at.pc = at.registers[0] ?? 0;
      });
      assert.deepEqual(cpu.run(60_000), budget);
      assert.equal(cpu.instructions, 1_000_001);
      assert.equal(cpu.pc, start + 3);
      cpu.run(2);
      cpu.step();
      assert.equal(cpu.instructions, 2_000_003);
    });

    it('counts the same in one run and in many, whatever a peripheral and a hook charge', () => {
      const count = (tier: Tier, budgetOfRun: number) => {
        const cpu = cpuOfTier(tier, s32i(3, 4), callx0(2), addi(5, 5, 1), j(-9));
        cpu.memory.peripherals = {
          read: () => 0,
          write: () => {
            cpu.charge(7);
            return true;
          },
        };
        cpu.registers[2] = nowhere;
        cpu.registers[4] = 0x60000000;
        cpu.setHook(nowhere, at => {
          at.charge(5);
          at.pc = at.registers[0] ?? 0;
        });
        while ((cpu.registers[5] ?? 0) < 5000) cpu.run(budgetOfRun);
        return cpu.instructions - (cpu.registers[5] ?? 0) * (4 + 7 + 5);
      };
      // What is over are the instructions of the round at hand.
      for (const tier of ['interpreter', 'mixed', 'translated'] as const)
        for (const size of [1, 3, 10, 1000, 100_000])
          assert.ok(Math.abs(count(tier, size)) <= 16, `${tier} ${size}`);
    });

    it('goes on with a hook that leaves pc as it was, without a second stop at its breakpoint', () => {
      const cpu = cpuWith(...call);
      cpu.registers[2] = nowhere;
      let calls = 0;
      cpu.setHook(nowhere, at => {
        at.charge(10);
        if (++calls % 4 === 0) at.pc = at.registers[0] ?? 0;
      });
      cpu.setBreakpoint(nowhere);
      assert.deepEqual(cpu.run(100), breakpoint);
      assert.equal(calls, 0);
      cpu.step();
      assert.equal(calls, 1);
      assert.deepEqual(cpu.run(15), budget);
      assert.equal(calls, 3);
      cpu.run(1);
      assert.equal(calls, 4);
      assert.equal(cpu.pc, start + 3);
      cpu.pc = start;
      assert.deepEqual(cpu.run(100), breakpoint);
      assert.equal(calls, 4);
    });

    it('knows the exact state when a hook throws', () => {
      const cpu = cpuWith(nop, ...call);
      cpu.registers[2] = nowhere;
      cpu.setHook(nowhere, () => {
        throw new Error('not offered');
      });
      assert.throws(() => cpu.run(100), /not offered/);
      assert.equal(cpu.pc, nowhere);
      assert.equal(cpu.instructions, 2);
    });
  });

  describe('stops with an exception', () => {
    const cases: [string, Uint8Array, number, number, number][] = [
      // What happens, the instruction, the address in a2, EXCCAUSE, EXCVADDR.
      ['at bytes that are no instruction', illegal, 0, 0, 0],
      ['at SYSCALL', syscall, 0, 1, 0],
      ['at BREAK', breakWide, 0, 0, 0],
      ['at BREAK.N', breakNarrow, 0, 0, 0],
      ['reading a byte of flash', l8ui(3, 2), flash + 5, 3, flash + 5],
      ['reading a half-word of flash', l16ui(3, 2), flash + 6, 3, flash + 6],
      ['reading a signed half-word of flash', l16si(3, 2), flash + 6, 3, flash + 6],
      ['reading a byte of IRAM', l8ui(3, 2), start, 3, start],
      ['writing a byte to IRAM', s8i(3, 2), start + 64, 3, start + 64],
      ['writing a half-word to IRAM', s16i(3, 2), start + 64, 3, start + 64],
      ['reading an unaligned half-word', l16ui(3, 2), dram + 1, 9, dram + 1],
      ['reading an unaligned word', l32i(3, 2), dram + 2, 9, dram + 2],
      ['reading an unaligned word of flash', l32i(3, 2), flash + 2, 9, flash + 2],
      ['writing an unaligned half-word', s16i(3, 2), dram + 3, 9, dram + 3],
      ['writing an unaligned word', s32i(3, 2), dram + 1, 9, dram + 1],
      ['reading through NULL', l32i(3, 2, 8), 0, 28, 8],
      ['reading behind the RAM', l8ui(3, 2), 0x40000000, 28, 0x40000000],
      ['reading before the RAM', l8ui(3, 2), dram - 1, 28, dram - 1],
      ['reading at the end of the addresses', l8ui(3, 2, 255), 0xffffff00, 28, 0xffffffff],
      ['reading a register nobody answers', l32i(3, 2), 0x3ff00000, 28, 0x3ff00000],
      ['writing through NULL', s32i(3, 2, 4), 0, 29, 4],
      ['writing a byte through NULL', s8i(3, 2), 0, 29, 0],
      ['writing to flash', s32i(3, 2), flash + 8, 29, flash + 8],
      ['writing a byte to flash', s8i(3, 2), flash + 8, 29, flash + 8],
      ['writing a register nobody answers', s32i(3, 2), 0x60000200, 29, 0x60000200],
    ];
    for (const [what, instruction, address, cause, excvaddr] of cases) {
      it(`${what} (${exceptionCauses.get(cause)?.name ?? '?'})`, () => {
        const cpu = cpuWith(nop, instruction);
        cpu.registers.forEach((_, index) => (cpu.registers[index] = 1000 + index));
        cpu.registers[2] = address;
        const before = [...cpu.registers];
        const ram = Buffer.from(cpu.memory.bytes);
        assert.deepEqual(cpu.run(10), { kind: 'exception', cause, pc: start + 3, address: excvaddr });
        assert.equal(cpu.pc, start + 3);
        assert.equal(cpu.instructions, 1);
        assert.deepEqual([...cpu.registers], before);
        assert.ok(ram.equals(cpu.memory.bytes));
        // Nothing of it is left over.
        cpu.memory.write(start + 3, nop);
        assert.deepEqual(cpu.run(1), budget);
      });
    }

    for (const [what, address] of [
      ['NULL', 0],
      ['data RAM', dram],
      ['the end of IRAM', 0x40110000],
      ['the end of the flash window', 0x40300000],
      ['the upper half of the addresses', 0xc0100000],
    ] as const) {
      it(`jumping to ${what} (InstFetchProhibited), after the jump`, () => {
        const cpu = cpuWith(callx0(2));
        cpu.registers[2] = address;
        assert.deepEqual(cpu.run(10), { kind: 'exception', cause: 20, pc: address, address });
        assert.equal(cpu.pc, address);
        assert.equal(cpu.registers[0], start + 3);
        assert.equal(cpu.instructions, 1);
      });
    }

    it('at an instruction of which not all bytes are there', () => {
      const cpu = cpuWith();
      const last = 0x40300000 - 2;
      cpu.memory.write(last, nop.subarray(0, 2));
      cpu.pc = last;
      assert.deepEqual(cpu.run(1), { kind: 'exception', cause: 20, pc: last, address: last });
      cpu.memory.write(last, nopNarrow);
      assert.deepEqual(cpu.run(1), budget);
    });

    it('has a meaning for each cause', () => {
      for (const cause of new Set(cases.map(([, , , number]) => number)))
        assert.match(exceptionCauses.get(cause)?.meaning() ?? '', /^[A-Z].*\.$/);
    });
  });

  describe('reads and writes data', () => {
    it('with sign and without', () => {
      const cpu = cpuWith(l8ui(3, 2), l16ui(4, 2), l16si(5, 2), l32i(6, 2), l32i(7, 8), l32i(9, 10));
      cpu.memory.writeWord(dram + 0x100, 0x8765fedc);
      cpu.memory.writeWord(flash, 0xfeedbeef);
      cpu.registers[2] = dram + 0x100;
      cpu.registers[8] = flash;
      cpu.registers[10] = start;
      cpu.run(6);
      assert.equal((cpu.registers[9] ?? 0) >>> 0, cpu.memory.readWord(start));
      assert.deepEqual(
        [...cpu.registers.subarray(3, 8)],
        [0xdc, 0xfedc, 0xfedc - 0x10000, 0x8765fedc | 0, 0xfeedbeef | 0],
      );
    });

    it('of the peripherals, in the width of the instruction', () => {
      const cpu = cpuWith(l8ui(3, 2), l16si(4, 2), l32i(5, 2), s8i(6, 2), s16i(6, 2), s32i(6, 2));
      const writes: [number, number, number][] = [];
      cpu.memory.peripherals = {
        read: () => 0xdeadbeef,
        write: (address, width, value) => writes.push([address, width, value]) > 0,
      };
      cpu.registers[2] = 0x60000300;
      cpu.registers[6] = -2;
      assert.deepEqual(cpu.run(6), budget);
      assert.deepEqual([...cpu.registers.subarray(3, 6)], [0xef, 0xbeef - 0x10000, 0xdeadbeef | 0]);
      assert.deepEqual(writes, [
        [0x60000300, 1, 0xfe],
        [0x60000300, 2, 0xfffe],
        [0x60000300, 4, 0xfffffffe],
      ]);
    });

    it('of RTC memory', () => {
      const cpu = cpuWith(s32i(3, 2), l32i(4, 2));
      cpu.registers[2] = 0x600013fc;
      cpu.registers[3] = 0x13572468;
      cpu.run(2);
      assert.equal(cpu.registers[4], 0x13572468);
      assert.equal(cpu.memory.readWord(0x600013fc), 0x13572468);
    });

    it('by L32R, and faults where the literal is in no code memory', () => {
      const cpu = cpuWith(new Uint8Array(4), l32r(3, -1), l32r(4, -3));
      cpu.memory.writeWord(start, 0xcafe1234);
      cpu.pc = start + 4;
      cpu.run(1);
      assert.equal(cpu.registers[3], 0xcafe1234 | 0);
      assert.deepEqual(cpu.run(1), { kind: 'exception', cause: 28, pc: start + 7, address: start - 4 });
    });
  });

  describe('executes what is in memory now', () => {
    it('after firmware has written over code that it had executed', () => {
      const cpu = cpuWith(movi(2, 1), nop, nopNarrow, s32i(5, 3), j(-11));
      cpu.registers[3] = start;
      cpu.run(3);
      assert.equal(cpu.registers[2], 1);
      cpu.registers[5] = Buffer.from(code(movi(2, 2), nop)).readInt32LE(0);
      cpu.run(3);
      assert.equal(cpu.pc, start + 3);
      assert.equal(cpu.registers[2], 2);
    });

    it('also when only the last byte of an instruction lies in the word written', () => {
      // The MOVI begins two bytes before the word.
      const cpu = cpuWith(nopNarrow, movi(2, 1), nopNarrow, j(0));
      cpu.run(2);
      assert.equal(cpu.registers[2], 1);
      const word = cpu.memory.readWord(start + 4) ?? 0;
      cpu.registers[3] = start + 4;
      cpu.registers[4] = (word & ~0xff) | 99;
      cpu.memory.write(start + 0x100, s32i(4, 3));
      cpu.pc = start + 0x100;
      cpu.run(1);
      cpu.pc = start;
      cpu.run(2);
      assert.equal(cpu.registers[2], 99);
    });

    it('after the host has written over it, also into flash', () => {
      const cpu = cpuWith();
      for (const address of [start, flash + 3]) {
        for (const value of [5, 6]) {
          cpu.memory.write(address, movi(2, value));
          cpu.pc = address;
          cpu.run(1);
          assert.equal(cpu.registers[2], value);
        }
        cpu.memory.writeByte(address + 2, 7);
        cpu.pc = address;
        cpu.run(1);
        assert.equal(cpu.registers[2], 7);
      }
    });

    it('and keeps hooks and breakpoints in what was written', () => {
      const cpu = cpuWith(nop, nop, nop, j(0));
      cpu.setBreakpoint(start + 6);
      cpu.setHook(start + 3, at => (at.pc = start + 6));
      cpu.run(10);
      cpu.memory.write(start, code(nop, illegal, illegal));
      cpu.pc = start;
      assert.deepEqual(cpu.run(10), breakpoint);
      assert.equal(cpu.pc, start + 6);
    });
  });

  describe('has special registers', () => {
    it('that keep what is written, SAR within six bits', () => {
      const cpu = cpuWith(wsr(2, 209), rsr(3, 209), xsr(4, 209), rsr(5, 209), wsr(2, 3), rsr(6, 3));
      cpu.registers[2] = 0x12345678;
      cpu.registers[4] = 42;
      cpu.run(6);
      assert.deepEqual([...cpu.registers.subarray(3, 7)], [0x12345678, 0x12345678, 42, 0x38]);
      assert.equal(cpu.sar, 0x38);
    });

    it('of which an unknown one is an illegal instruction', () => {
      for (const instruction of [rsr(2, 1), wsr(2, 72), xsr(2, 255)])
        assert.deepEqual(cpuWith(instruction).run(1), { kind: 'exception', cause: 0, pc: start, address: 0 });
    });

    it('RSIL hands out PS and raises the interrupt level', () => {
      const cpu = cpuWith(rsil(2, 3));
      cpu.ps = 0x20;
      cpu.run(1);
      assert.equal(cpu.registers[2], 0x20);
      assert.equal(cpu.ps, 0x23);
    });

    it('RFE and RFI return to where EPC says', () => {
      const back = cpuWith(wsr(2, 177), rfe);
      back.ps = 0x30;
      back.registers[2] = flash + 0x10;
      back.run(2);
      assert.equal(back.pc, flash + 0x10);
      assert.equal(back.ps, 0x20);

      const level3 = cpuWith(wsr(2, 179), wsr(3, 195), rfi(3));
      level3.registers[2] = start + 0x40;
      level3.registers[3] = 0x21;
      level3.run(3);
      assert.equal(level3.pc, start + 0x40);
      assert.equal(level3.ps, 0x21);
    });

    it('WAITI waits behind itself', () => {
      const cpu = cpuWith(waiti(2), movi(2, 1));
      cpu.ps = 0x20;
      assert.deepEqual(cpu.run(10), { kind: 'waiti' });
      assert.equal(cpu.pc, start + 3);
      assert.equal(cpu.ps, 0x22);
      assert.equal(cpu.instructions, 1);
      cpu.run(1);
      assert.equal(cpu.registers[2], 1);
    });
  });

  it('begins anew after a reset; memory, hooks and breakpoints stay', () => {
    const cpu = cpuWith(movi(2, 1), wsr(2, 209), wsr(2, 3), j(0), rsr(3, 209));
    cpu.run(5);
    cpu.setBreakpoint(start + 3);
    cpu.setHook(start, at => (at.pc = start + 3));
    cpu.reset();
    assert.deepEqual([...cpu.registers], Array<number>(16).fill(0));
    assert.deepEqual([cpu.pc, cpu.sar, cpu.ps, cpu.instructions], [0, 0, 0x1f, 0]);
    cpu.pc = start;
    assert.deepEqual(cpu.run(10), breakpoint);
    cpu.pc = start + 12;
    cpu.run(1);
    assert.equal(cpu.registers[3], 0);
  });

  it('returns from a call by RET', () => {
    const cpu = cpuWith(callx0(2), movi(3, 5), j(0));
    cpu.memory.write(flash + 0x21, code(movi(4, -7), ret));
    cpu.registers[2] = flash + 0x21;
    cpu.run(4);
    assert.equal(cpu.registers[3], 5);
    assert.equal(cpu.registers[4], -7);
  });
});
