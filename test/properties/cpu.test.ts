import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Cpu, type Stop } from '../../src/simulator/cpu/cpu';
import { decode, Slot } from '../../src/simulator/cpu/decode';
import { Memory } from '../../src/simulator/cpu/memory';
import type { Tier } from '../../src/simulator/cpu/regions';

const start = 0x40100000;
const hooked = 0x40300000;
const budget = 10_000;

/** Addresses at which something is, or ends, more often than any word. */
const word = fc.oneof(
  fc.integer(),
  fc
    .tuple(
      fc.constantFrom(
        0,
        0x3ffe8000,
        0x40000000,
        start,
        0x40110000,
        0x40200000,
        hooked,
        0x60001000,
        0x3ff00000,
      ),
      fc.integer({ min: -8, max: 64 }),
    )
    .map(([address, offset]) => address + offset),
);
/** Three bytes that are an instruction; most random ones are none. */
const instruction = fc
  .uint8Array({ minLength: 3, maxLength: 3 })
  .filter(([b0 = 0, b1 = 0, b2 = 0]) => decode(start, b0, b1, b2).op !== Slot.illegal);
const program = fc.record({
  code: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 600, size: 'max' }),
    fc
      .array(instruction, { minLength: 1, maxLength: 200, size: 'max' })
      .map(instructions => Uint8Array.from(Buffer.concat(instructions))),
  ),
  registers: fc.array(word, { minLength: 16, maxLength: 16 }),
  sar: fc.integer({ min: 0, max: 63 }),
  entry: fc.oneof(fc.constant(start), word),
});
type Program = typeof program extends fc.Arbitrary<infer P> ? P : never;

/** A chip with the program in IRAM and flash, registers that answer, and a hook that returns. */
function load({ code, registers, sar, entry }: Program, tier: Tier = 'mixed'): Cpu {
  const memory = new Memory();
  memory.write(start, code);
  memory.write(0x40200000, code);
  memory.peripherals = {
    read: address => ((address & 64) === 0 ? address * 3 : undefined),
    write: address => (address & 64) === 0,
  };
  const cpu = new Cpu(memory, tier);
  cpu.registers.set(registers);
  cpu.sar = sar;
  cpu.pc = entry;
  cpu.setHook(hooked, at => (at.pc = at.registers[0] ?? 0));
  return cpu;
}

function registersOf({ registers, pc, sar, ps, instructions }: Cpu) {
  return { registers: [...registers], pc, sar, ps, instructions };
}

function state(cpu: Cpu) {
  // Behind the chip's memory lies what the tiers share.
  const memory = cpu.memory.bytes.subarray(0, cpu.memory.state.registers);
  return { ...registersOf(cpu), memory: Buffer.from(memory).toString('latin1') };
}

describe('the CPU on any bytes', function () {
  it('comes back, having executed no more than it was allowed', () => {
    let executed = 0;
    fc.assert(
      fc.property(program, input => {
        const cpu = load(input);
        // Behind an instruction that cannot be executed it continues, to get to the others.
        for (let turn = 0; turn < 50; turn++) {
          const end = cpu.instructions + budget;
          const stop = cpu.run(budget);
          assert.ok(cpu.instructions <= end);
          assert.ok(Number.isInteger(cpu.pc) && cpu.pc >= 0 && cpu.pc < 2 ** 32);
          assert.ok(cpu.sar >= 0 && cpu.sar < 64);
          if (stop.kind !== 'exception') break;
          assert.equal(stop.pc, cpu.pc);
          cpu.pc = cpu.memory.isExecutable(cpu.pc) ? cpu.pc + 3 : start + 3 * turn;
        }
        executed += cpu.instructions;
      }),
      { numRuns: 600, seed: 8266 },
    );
    // Bytes that execute next to nothing would prove nothing.
    assert.ok(executed > 20_000, `${executed} instructions only`);
  });

  it('comes back from one program behind the other, on the same chip', () => {
    const cpu = new Cpu(new Memory());
    const kinds = new Set(['budget', 'exception', 'waiti']);
    fc.assert(
      fc.property(program, ({ code, registers, sar }) => {
        cpu.reset();
        cpu.memory.write(start, code);
        cpu.registers.set(registers);
        cpu.sar = sar;
        cpu.pc = start;
        const stop = cpu.run(5000);
        return kinds.has(stop.kind) && cpu.instructions <= 5000;
      }),
      { numRuns: Number(process.env['FC_RUNS'] ?? 3000), seed: 8266 },
    );
  });

  it('ends in the same state in one run and in steps', () => {
    fc.assert(
      fc.property(program, input => {
        const once = load(input);
        const steps = load(input);
        const wanted = 200;
        const last = once.run(wanted);
        let stop: Stop = { kind: 'budget' };
        for (let step = 0; stop.kind === 'budget' && steps.instructions < wanted && step < 30_000; step++)
          stop = steps.step();
        if (last.kind !== 'waiti') assert.deepEqual(stop, last);
        assert.deepEqual(state(steps), state(once));
      }),
      { numRuns: 150, seed: 8266 },
    );
  });

  it('ends in the same state translated and interpreted, also where the code changes itself', () => {
    let executed = 0;
    let translatedInstructions = 0;
    fc.assert(
      fc.property(program, input => {
        const interpreted = load(input, 'interpreter');
        const translated = load(input, 'translated');
        // Exceptions in the midst of a region are where it has to give all back; behind them it continues.
        for (let turn = 0; turn < 60; turn++) {
          assert.deepEqual(translated.run(1000), interpreted.run(1000));
          assert.deepEqual(registersOf(translated), registersOf(interpreted));
          const pc = interpreted.memory.isExecutable(interpreted.pc) ? interpreted.pc + 3 : start + 3 * turn;
          for (const cpu of [translated, interpreted]) cpu.pc = pc;
        }
        assert.deepEqual(state(translated), state(interpreted));
        executed += interpreted.instructions;
        translatedInstructions += translated.translatedInstructions;
      }),
      { numRuns: 150, seed: 8266 },
    );
    assert.ok(executed > 3000, `${executed} instructions only`);
    assert.ok(translatedInstructions > executed * 0.4, `${translatedInstructions} translated only`);
  });

  it('executes the same with a breakpoint at every byte of the code', () => {
    fc.assert(
      fc.property(program, input => {
        const free = load(input);
        const stopped = load(input);
        for (let offset = 0; offset < input.code.length; offset++) stopped.setBreakpoint(start + offset);
        free.run(200);
        for (let turn = 0; turn < 400 && stopped.instructions < free.instructions; turn++) {
          const { instructions } = stopped;
          stopped.run(200 - instructions);
          if (stopped.instructions < free.instructions) stopped.step();
        }
        // A run ends in front of a hook or behind it, as its budget allows.
        assert.deepEqual([...stopped.registers], [...free.registers]);
        assert.equal(stopped.instructions, free.instructions);
      }),
      { numRuns: 150, seed: 8266 },
    );
  });
});
