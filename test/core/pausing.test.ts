import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { Simulator } from '../../src/simulator/simulator';
import type { StopReason } from '../../src/simulator/stopReason';
import { callingFirmware, longCalls, longString } from './callingFirmware';

/** Instructions that the CPU may count before the simulator looks at the clock: a look's budget, and the longest call, which prints. */
const maxAtOnce = 50_000 + 2 ** 21 + 100 * 0x20000;
/** Turns of the event loop, each after a slice of the device. */
const turns = 5;

function simulatorOf(bytes: Uint8Array): Simulator {
  return new Simulator({ firmware: loadFirmware(bytes, 'loop.elf'), clock: 'virtual' });
}

describe('a firmware that calls without end', () => {
  for (const { name, args, texts } of longCalls) {
    it(`${name} leaves the host its turns, and can be paused and go on`, async () => {
      const simulator = simulatorOf(callingFirmware(name, args, texts));
      const { cpu } = simulator;
      const run = cpu.run.bind(cpu);
      let most = 0;
      cpu.run = budget => {
        const before = cpu.instructions;
        const stop = run(budget);
        most = Math.max(most, cpu.instructions - before);
        return stop;
      };
      const stops: StopReason[] = [];
      simulator.onStop = reason => stops.push(reason);
      simulator.onEnd = reason => {
        assert.equal(reason, 'stopped');
      };
      simulator.start();
      for (let count = 0; count < turns; count++) {
        const before = cpu.instructions;
        await turn();
        simulator.pause();
        assert.ok(cpu.instructions > before);
        const paused = cpu.instructions;
        await turn();
        assert.equal(cpu.instructions, paused);
        simulator.resume();
      }
      simulator.end();
      assert.deepEqual(
        stops,
        Array.from({ length: turns }, () => ({ kind: 'pause' })),
      );
      assert.ok(most > 50_000 && most <= maxAtOnce, `${most} instructions`);
    });
  }

  it('uart0_sendStr sends every byte once, however often it is paused', async () => {
    const text = Array.from({ length: 2000 }, (_, index) => `${index}\n`).join('');
    const simulator = simulatorOf(
      callingFirmware('uart0_sendStr', [longString.address], { [longString.address]: `${text}\0` }),
    );
    let sent = '';
    simulator.events.listen(event => {
      if (event.kind === 'print') sent += event.text;
    });
    simulator.start();
    while (sent.length < 3 * text.length) {
      await turn();
      simulator.pause();
      simulator.resume();
    }
    simulator.end();
    assert.equal(sent, text.repeat(Math.ceil(sent.length / text.length)).slice(0, sent.length));
  });

  it('os_printf says that it leaves something out', async () => {
    const { args, texts } = longCalls.find(({ name }) => name === 'os_printf_plus') ?? assert.fail();
    const simulator = simulatorOf(callingFirmware('os_printf_plus', args, texts));
    const seen: string[] = [];
    simulator.events.listen(event => {
      if (event.kind === 'print') seen.push(`${event.text.length}`);
      if (event.kind === 'print-cut') seen.push(`cut at ${event.length}`);
    });
    simulator.start();
    while (seen.length < 2) await turn();
    simulator.end();
    // Ahead of the text: the firmware's own function may still have to send it, character by character.
    assert.deepEqual(seen.slice(0, 2), ['cut at 131072', '131072']);
  });
});
