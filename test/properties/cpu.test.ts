import fc from 'fast-check';
import { Cpu } from '../../src/simulator/cpu/cpu';
import { Memory } from '../../src/simulator/cpu/memory';

describe('the CPU', function () {
  this.timeout(60_000);

  it('ends with a stop reason whatever bytes are code and whatever is in the registers', () => {
    const cpu = new Cpu(new Memory());
    const kinds = new Set(['budget', 'exception', 'waiti']);
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        fc.array(
          fc.oneof(fc.integer(), fc.integer({ min: 0x3ffe8000, max: 0x3fffffff }), fc.constant(0x40100000)),
          {
            minLength: 16,
            maxLength: 16,
          },
        ),
        fc.integer({ min: 0, max: 63 }),
        (code, registers, sar) => {
          cpu.reset();
          cpu.memory.write(0x40100000, code);
          cpu.registers.set(registers.map(value => value | 0));
          cpu.sar = sar;
          cpu.pc = 0x40100000;
          const stop = cpu.run(5000);
          return kinds.has(stop.kind) && cpu.instructions <= 5000;
        },
      ),
      { numRuns: Number(process.env['FC_RUNS'] ?? 3000), seed: 8266 },
    );
  });
});
