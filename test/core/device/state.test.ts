import assert from 'node:assert/strict';
import { ProblemError } from '../../../src/problems';
import { Memory } from '../../../src/simulator/cpu/memory';
import { Flash } from '../../../src/simulator/device/flash';
import { Random, seedSize } from '../../../src/simulator/device/random';
import { Bench, callback, data } from './bench';

const sector = 0x1000;
const size = 0x100000;

function sealed(contents?: Uint8Array) {
  const flash = new Flash(size, new Memory(), contents);
  flash.seal();
  return flash;
}

describe('the state of the flash', () => {
  const changes: [what: string, change: (flash: Flash) => void, sectors: number[]][] = [
    ['nothing', () => undefined, []],
    ['a write', flash => flash.write(3 * sector, Uint8Array.of(1)), [3]],
    ['a write over the end of a sector', flash => flash.write(4 * sector - 1, Uint8Array.of(1, 2)), [3, 4]],
    ['a write of a whole sector', flash => flash.write(3 * sector, new Uint8Array(sector)), [3]],
    ['an erased sector', flash => flash.eraseSector(7), [7]],
    ['an erased block', flash => flash.eraseBlock(1), Array.from({ length: 16 }, (_, index) => 16 + index)],
    ['all erased', flash => flash.eraseAll(), Array.from({ length: 256 }, (_, index) => index)],
    [
      'a file that is flashed',
      flash => {
        flash.put(5 * sector + 1, new Uint8Array(sector));
      },
      [5, 6],
    ],
    [
      'a header',
      flash => {
        flash.writeHeader(4);
      },
      [0],
    ],
    ['what does not fit', flash => flash.write(size - 1, Uint8Array.of(1, 2)), []],
  ];
  for (const [what, change, sectors] of changes)
    it(`has the sectors changed by ${what}, and takes another flash there and back`, () => {
      const origin = new Uint8Array(size).fill(0x5a);
      const flash = sealed(origin);
      const before = flash.save();
      change(flash);
      const changed = flash.contents.slice();
      const state = flash.save();
      assert.deepEqual(
        state.sectors.map(({ sector: number }) => number),
        sectors,
      );
      const other = sealed(origin);
      other.write(9 * sector, Uint8Array.of(0));
      assert.ok(other.isOriginOf(state));
      other.restore(state);
      assert.equal(Buffer.compare(other.contents, changed), 0);
      assert.deepEqual(other.save(), state);
      flash.restore(before);
      assert.equal(Buffer.compare(flash.contents, origin), 0);
      assert.deepEqual(flash.save(), before);
      assert.equal(sealed().isOriginOf(state), false, 'it began with something else');
    });

  it('shows the CPU the megabyte that it showed', () => {
    const memory = new Memory();
    const flash = new Flash(2 * size, memory);
    flash.put(size, Uint8Array.of(1, 2, 3, 4));
    flash.seal();
    const first = flash.save();
    flash.showMegabyte(size);
    assert.equal(memory.readWord(0x40200000), 0x04030201);
    const second = flash.save();
    flash.restore(first);
    assert.equal(memory.readWord(0x40200000), 0xffffffff);
    flash.restore(second);
    assert.equal(memory.readWord(0x40200000), 0x04030201);
  });

  it('refuses contents of another size, and files that do not fit', () => {
    assert.throws(() => sealed(new Uint8Array(size - 1)), ProblemError);
    const flash = sealed();
    const burn = (address: number) => {
      flash.writeFile({ address, file: 'x.bin', bytes: Uint8Array.of(1, 2, 3, 4) });
    };
    burn(size - 4);
    assert.throws(() => {
      burn(size - 3);
    }, ProblemError);
    flash.writeFile({ address: 0, file: 'boot.bin', bytes: Uint8Array.of(0xe9, 0, 0, 0x20) });
    flash.writeHeader(4);
    assert.equal(flash.map, 2, 'the header that the user has flashed stays');
  });
});

describe('random numbers', () => {
  it('go on as they did when their state is restored, however they are cut', () => {
    const random = new Random(new Uint8Array(seedSize).fill(7));
    random.bytes(29);
    const saved = random.save();
    const next = random.bytes(100);
    random.restore(saved);
    const pieces = [1, 3, 32, 33, 31].map(length => Buffer.from(random.bytes(length)));
    assert.deepEqual([...Buffer.concat(pieces)], [...next]);
    assert.notDeepEqual(
      [...new Random(new Uint8Array(seedSize).fill(8)).bytes(29)],
      [...new Random(new Uint8Array(seedSize).fill(7)).bytes(29)],
    );
  });
});

describe('the state of a chip', () => {
  /** What a firmware can see of what it has set. */
  const seen = (bench: Bench) => ({
    ...Object.fromEntries(
      [
        'system_get_cpu_freq',
        'system_get_free_heap_size',
        'system_get_os_print',
        'system_upgrade_flag_check',
        'wifi_get_opmode',
        'wifi_get_sleep_type',
        'wifi_station_dhcpc_status',
        'wifi_station_get_connect_status',
        'espconn_secure_get_size',
      ].map(name => [name, bench.call(name, 3)]),
    ),
    due: Math.round((bench.chip.due() ?? 0) / 1000),
    halted: bench.chip.halt.reason,
  });

  function changed(): Bench {
    const bench = new Bench();
    bench.boot();
    bench.call('system_update_cpu_freq', 160);
    bench.call('pvPortMalloc', 100);
    bench.call('system_set_os_print', 0);
    bench.call('system_upgrade_flag_set', 1);
    bench.call('wifi_set_opmode_current', 3);
    bench.call('wifi_set_sleep_type', 1);
    bench.call('wifi_station_dhcpc_stop');
    bench.call('espconn_secure_set_size', 3, 4096);
    bench.call('ets_timer_setfn', data, callback(1), 7);
    bench.call('ets_timer_arm_new', data, 30, 0, 1);
    bench.call('system_os_task', callback(2), 1, data + 0x100, 4);
    bench.call('ets_isr_attach', 4, callback(3), 9);
    bench.call('ets_isr_unmask', 1 << 4);
    return bench;
  }

  it('is all that a firmware can see of it, on the same chip and on another', () => {
    const bench = changed();
    const [state, was] = [bench.chip.saveParts(), seen(bench)];
    const memory = bench.bytes(data, 0x2000);
    const heap = bench.bytes(data + 0x2000, 0x4000);
    bench.call('system_update_cpu_freq', 80);
    bench.call('pvPortMalloc', 100);
    bench.call('system_set_os_print', 1);
    bench.call('system_upgrade_flag_set', 2);
    bench.call('wifi_set_opmode_current', 0);
    bench.call('wifi_set_sleep_type', 2);
    bench.call('wifi_station_dhcpc_start');
    bench.call('espconn_secure_set_size', 3, 8192);
    bench.call('ets_timer_disarm', data);
    bench.call('ets_isr_mask', 1 << 4);
    bench.call('system_restart');
    assert.equal(bench.chip.halt.reason, 'restart');
    for (const chip of [bench, new Bench()]) {
      chip.put(data, Uint8Array.from(memory));
      chip.put(data + 0x2000, Uint8Array.from(heap));
      chip.chip.restoreParts(state);
      chip.clock.restore(bench.clock.now());
      assert.deepEqual(chip.chip.saveParts(), state);
      assert.deepEqual({ ...seen(chip), due: was.due }, was);
      chip.registers.write(0x60000328, 4, 1 << 7);
      chip.registers.setPin(0, 0);
      chip.registers.setPin(0, 1);
      assert.equal(chip.chip.interrupt(), true, 'its handler is attached');
      const called = [...chip.run(), ...chip.pass(31_000)];
      assert.deepEqual(
        called.filter(({ name }) => name !== 'user_init').map(({ name, address }) => [name, address]),
        [
          ['interrupt', callback(3)],
          ['timer', callback(1)],
        ],
      );
      assert.equal(chip.call('system_os_post', 1, 1, 2), 1);
      assert.deepEqual(
        chip.run().map(({ name, address }) => [name, address]),
        [['task', callback(2)]],
      );
    }
  });
});
