import assert from 'node:assert/strict';
import { Cpu } from '../../src/simulator/cpu/cpu';
import { Memory } from '../../src/simulator/cpu/memory';
import { Call } from '../../src/simulator/device/call';
import { Scheduler } from '../../src/simulator/device/scheduler';
import { taskFamily, Tasks } from '../../src/simulator/device/tasks';

const queue = 0x3ffe8000;
const handler = 0x40201000;

describe('tasks of the firmware', () => {
  let work = 0;
  let cpu: Cpu;
  let tasks: Tasks;
  let call: (name: string, ...args: number[]) => number | undefined;

  beforeEach(() => {
    work = 0;
    cpu = new Cpu(new Memory());
    const scheduler = new Scheduler();
    scheduler.onWork = () => work++;
    tasks = new Tasks({ clock: { now: () => 7 } as never, scheduler });
    const family = taskFamily(tasks);
    call = (name, ...args) => {
      args.forEach((word, index) => (cpu.registers[2 + index] = word));
      const result = (family[name] ?? assert.fail(name))(new Call(cpu));
      assert.ok(result === undefined || typeof result === 'number');
      return result;
    };
  });

  const events = () => {
    const found: [first: number | undefined, second: number | undefined][] = [];
    for (let event = tasks.next(); event !== undefined; event = tasks.next()) {
      const [at = 0] = event.arguments;
      found.push([cpu.memory.readWord(at), cpu.memory.readWord(at + 4)]);
    }
    return found;
  };

  it('get their events in order, around the end of their queue, and refuse what it has no room for', () => {
    assert.equal(call('system_os_task', handler, 1, queue, 2), 1);
    assert.equal(tasks.due(), undefined);
    assert.deepEqual([call('system_os_post', 1, 10, 11), call('system_os_post', 1, 20, 21)], [1, 1]);
    assert.equal(call('system_os_post', 1, 30, 31), 0);
    assert.equal(work, 2);
    assert.equal(tasks.due(), 7);
    assert.deepEqual(tasks.next(), { name: 'task', address: handler, arguments: [queue], internal: false });
    assert.equal(call('system_os_post', 1, 40, 41), 1);
    assert.deepEqual(events(), [
      [20, 21],
      [40, 41],
    ]);
    assert.equal(tasks.due(), undefined);
  });

  it('run by priority, those of the SDK as its own', () => {
    const order = [0, 2, 1].map(priority => {
      assert.equal(call('system_os_task', handler + 16 * priority, priority, queue + 64 * priority, 1), 1);
      return call('system_os_post', priority, 0, 0);
    });
    assert.deepEqual(order, [1, 1, 1]);
    assert.equal(call('ets_task', handler + 16 * 31, 31, queue + 256, 1), undefined);
    assert.equal(call('ets_post', 31, 0, 0), 0);
    assert.equal(call('ets_post', 31, 0, 0), 1, 'full');
    const called = Array.from({ length: 4 }, () => tasks.next());
    assert.deepEqual(
      called.map(each => [((each?.address ?? 0) - handler) / 16, each?.internal]),
      [
        [31, true],
        [2, false],
        [1, false],
        [0, false],
      ],
    );
  });

  it('are refused with another priority, without a queue or with an empty one', () => {
    assert.equal(call('system_os_task', handler, 3, queue, 2), 0);
    assert.equal(call('system_os_task', handler, 0, 0, 2), 0);
    assert.equal(call('system_os_task', handler, 0, queue, 0), 0);
    assert.equal(call('system_os_post', 0, 1, 1), 0);
    assert.equal(call('system_os_post', 3, 1, 1), 0);
    assert.equal(work, 0);
  });

  it('are as they were when their state is restored', () => {
    call('system_os_task', handler, 0, queue, 2);
    call('system_os_post', 0, 1, 2);
    const saved = tasks.save();
    assert.deepEqual(events(), [[1, 2]]);
    assert.deepEqual(events(), []);
    tasks.restore(saved);
    assert.deepEqual(events(), [[1, 2]]);
  });
});
