import assert from 'node:assert/strict';
import { Bench, callback, data } from './bench';

describe('system functions', () => {
  const constants: [name: string, value: number][] = [
    ['system_get_chip_id', 0x600001],
    ['system_rtc_clock_cali_proc', 4096],
    ['system_get_vdd33', 3379],
    ['system_deep_sleep_set_option', 1],
    ['system_partition_table_regist', 1],
  ];
  for (const [name, value] of constants)
    it(`${name} returns ${value}`, () => {
      assert.equal(new Bench().call(name), value);
    });

  it('say the time since power on in µs', () => {
    const bench = new Bench();
    bench.clock.set(5_000_000);
    for (const name of ['system_get_time', 'system_get_rtc_time'])
      assert.equal(Math.floor(bench.call(name) / 1000), 5000);
    bench.clock.set(2 ** 32 + 7_000_000);
    assert.equal(Math.floor(bench.call('system_get_time') / 1000), 7000, 'after 71 minutes it starts over');
  });

  it('name the SDK that they stand for', () => {
    const bench = new Bench();
    assert.equal(bench.text(bench.call('system_get_sdk_version')), '3.0.6(simulated)');
  });

  it('let the CPU run at 80 or 160 MHz', () => {
    const bench = new Bench();
    const frequencies = () => [
      bench.call('system_get_cpu_freq'),
      bench.call('ets_get_cpu_frequency'),
      bench.chip.frequency,
    ];
    assert.deepEqual(frequencies(), [80, 80, 80]);
    assert.equal(bench.call('system_update_cpu_freq', 160), 1);
    assert.deepEqual(frequencies(), [160, 160, 160]);
    assert.equal(bench.call('system_update_cpu_freq', 120), 0);
    assert.deepEqual(frequencies(), [160, 160, 160]);
    assert.equal(bench.call('ets_update_cpu_frequency', 80), 1);
    assert.deepEqual(frequencies(), [80, 80, 80]);
    assert.equal(bench.call('system_overclock'), 1);
    assert.deepEqual(frequencies(), [160, 160, 160]);
    assert.equal(bench.call('system_restoreclock'), 1);
    assert.deepEqual(frequencies(), [80, 80, 80]);
  });

  it('tell why the chip was reset', () => {
    const bench = new Bench({ reset: { reason: 2, exccause: 28, epc1: 0x40201234, excvaddr: 0x14 } });
    const info = bench.call('system_get_rst_info');
    // struct rst_info: reason, exccause, epc1, epc2, epc3, excvaddr, depc.
    assert.deepEqual(
      [0, 4, 8, 12, 16, 20, 24].map(offset => bench.word(info + offset)),
      [2, 28, 0x40201234, 0, 0, 0x14, 0],
    );
    assert.equal(bench.call('rtc_get_reset_reason'), 2);
    assert.equal(new Bench().call('rtc_get_reset_reason'), 1);
  });

  const blocks: [block: number, length: number, isInside: boolean][] = [
    [64, 8, true],
    [63, 4, false],
    [191, 4, true],
    [191, 5, false],
    [192, 4, false],
    [64, 512, true],
    [64, 513, false],
  ];
  for (const [block, length, isInside] of blocks)
    it(`${isInside ? 'keep' : 'refuse'} ${length} bytes of RTC memory from block ${block}`, () => {
      const bench = new Bench();
      const bytes = Uint8Array.from({ length }, (_, index) => index + 1);
      bench.put(data, bytes);
      assert.equal(bench.call('system_rtc_mem_write', block, data, length), isInside ? 1 : 0);
      assert.equal(bench.call('system_rtc_mem_read', block, data + 0x800, length), isInside ? 1 : 0);
      assert.deepEqual(bench.bytes(data + 0x800, length), [...(isInside ? bytes : new Uint8Array(length))]);
      // The user's part follows 64 blocks that the SDK keeps (user_interface.h).
      if (isInside) assert.equal(bench.bytes(0x60001100 + 4 * block, 1)[0], 1);
    });

  it('call back when the start is over', () => {
    const bench = new Bench();
    bench.call('system_init_done_cb', callback(2));
    assert.deepEqual(
      bench.boot().map(({ name }) => name),
      ['user_init'],
    );
    assert.deepEqual(bench.run(), [{ name: 'init done', address: callback(2), arguments: [] }]);
  });

  it('restart, and sleep for the time that they are given, or for ever', () => {
    const bench = new Bench();
    bench.call('system_restart');
    assert.equal(bench.chip.halt.reason, 'restart');
    for (const name of ['system_deep_sleep', 'system_deep_sleep_instant']) {
      const asleep = new Bench();
      asleep.call(name, 5, 1);
      assert.equal(asleep.chip.halt.reason, 'deep-sleep');
      assert.equal(asleep.chip.halt.sleepTime, 2 ** 32 + 5);
      assert.deepEqual(asleep.log(), [{ kind: 'deep-sleep', time: 2 ** 32 + 5 }]);
    }
    const dead = new Bench();
    dead.call('system_deep_sleep', 0, 0);
    assert.equal(dead.chip.halt.reason, 'deep-sleep');
    assert.equal(dead.chip.halt.sleepTime, undefined);
  });

  it('measure what the user has set', () => {
    const bench = new Bench({ device: { adc: 700 } });
    assert.equal(bench.call('system_adc_read'), 700);
    bench.call('system_adc_read_fast', data, 3, 8);
    assert.deepEqual(bench.bytes(data, 8), [0xbc, 2, 0xbc, 2, 0xbc, 2, 0, 0]);
    bench.call('system_adc_read_fast', 0, 0, 8);
    assert.equal(bench.chip.halt.reason, undefined, 'nothing is written for no samples');
  });

  it('draw random numbers that differ', () => {
    const bench = new Bench();
    const words = Array.from({ length: 20 }, () => bench.call('os_random'));
    assert.equal(new Set(words).size, 20);
    assert.ok(words.some(word => word < 0) && words.some(word => word > 0));
    assert.equal(bench.call('os_get_random', data, 40), 0);
    assert.ok(new Set(bench.bytes(data, 40)).size > 20);
    assert.deepEqual(bench.bytes(data + 40, 4), [0, 0, 0, 0]);
  });

  it('let FRC2 count faster when its timers are to be exact', () => {
    const bench = new Bench();
    const ticks = () => bench.registers.read(0x60000624);
    bench.clock.set(1_000_000);
    assert.equal(ticks(), 312_500);
    bench.call('system_timer_reinit');
    bench.clock.set(2_000_000);
    assert.equal(ticks(), 10_000_000);
  });

  it('keep parameters in three sectors, so that one copy is always whole', () => {
    const bench = new Bench();
    const load = () => {
      bench.put(data + 0x800, new Uint8Array(8));
      const result = bench.call('system_param_load', 0x100, 0, data + 0x800, 8);
      return { result, text: bench.text(data + 0x800, 8) };
    };
    const save = (text: string) =>
      bench.call('system_param_save_with_protect', 0x100, bench.put(data, text), text.length + 1);
    assert.equal(save('first'), 1);
    assert.deepEqual(load(), { result: 1, text: 'first' });
    assert.equal(save('second'), 1);
    assert.deepEqual(load(), { result: 1, text: 'second' });
    const copies = [0x100, 0x101].map(sector =>
      Buffer.from(bench.flash.contents).toString('latin1', sector * 0x1000, sector * 0x1000 + 5),
    );
    assert.deepEqual(copies.toSorted(), ['first', 'secon']);
    bench.call('system_param_load', 0x100, 3, data + 0x800, 4);
    assert.equal(bench.text(data + 0x800), 'ond');
  });

  const outside: [what: string, name: string, ...words: number[]][] = [
    ['more than a sector', 'system_param_save_with_protect', 0x100, data, 0x1001],
    ['a sector behind the flash', 'system_param_save_with_protect', 0x400, data, 4],
    ['a sector behind the flash', 'system_param_load', 0x400, 0, data, 4],
    ['the end of a sector', 'system_param_load', 0x100, 0xffd, data, 4],
  ];
  for (const [what, name, ...words] of outside)
    it(`${name} returns 0 for ${what}`, () => {
      const bench = new Bench();
      const before = Buffer.from(bench.flash.contents);
      assert.equal(bench.call(name, ...words), 0);
      assert.equal(Buffer.compare(before, bench.flash.contents), 0);
    });

  it('feed the software watchdog, and switch it off and on', () => {
    const bench = new Bench();
    const spend = (µs: number) => {
      bench.cpu.charge(80 * µs);
      bench.call('system_get_time');
      return bench.chip.watchdog.look()?.watchdog;
    };
    assert.equal(spend(3_000_000), undefined);
    bench.call('system_soft_wdt_feed');
    assert.equal(spend(3_000_000), undefined);
    bench.call('system_soft_wdt_stop');
    assert.equal(spend(3_000_000), undefined);
    assert.equal(spend(3_000_000), 'hardware');
    bench.call('system_soft_wdt_restart');
    assert.equal(spend(3_000_000), undefined);
    assert.equal(spend(400_000), 'software');
    bench.call('ets_intr_lock');
    assert.equal(spend(0), undefined, 'its interrupt is locked out');
    assert.equal(spend(6_000_000), 'hardware');
  });
});

describe('memory', () => {
  it('is cleared by those functions that say so, and only by them', () => {
    const bench = new Bench();
    const dirty = () => {
      const block = bench.call('pvPortMalloc', 32);
      bench.put(block, new Uint8Array(32).fill(0xaa));
      bench.call('vPortFree', block);
    };
    const cleared: [name: string, ...words: number[]][] = [
      ['pvPortZalloc', 32],
      ['pvPortCalloc', 4, 8],
      ['pvPortZallocIram', 32],
      ['pvPortCallocIram', 4, 8],
    ];
    for (const [name, ...words] of cleared) {
      dirty();
      const block = bench.call(name, ...words);
      assert.deepEqual(bench.bytes(block, 32), [...new Uint8Array(32)], name);
      bench.call('vPortFree', block);
    }
    dirty();
    assert.equal(bench.bytes(bench.call('pvPortMalloc', 32), 32)[31], 0xaa);
  });

  it('keeps what it held when its size changes', () => {
    const bench = new Bench();
    const old = bench.put(bench.call('pvPortMalloc', 8), 'sixteen');
    const larger = bench.call('pvPortRealloc', old, 64);
    assert.notEqual(larger, old);
    assert.equal(bench.text(larger), 'sixteen');
    const smaller = bench.call('pvPortRealloc', larger, 4);
    assert.deepEqual(bench.bytes(smaller, 4), [...Buffer.from('sixt')]);
    const free = bench.call('system_get_free_heap_size');
    bench.call('vPortFree', smaller);
    assert.ok(bench.call('system_get_free_heap_size') > free);
    assert.deepEqual(bench.log(), [], 'each old block was given back once');
    assert.notEqual(bench.call('pvPortRealloc', 0, 16), 0, 'a NULL is a new block');
    assert.equal(bench.call('xPortGetFreeHeapSize'), bench.call('system_get_free_heap_size'));
  });

  for (const size of [0x18000, 0x20001, 0x7fffffff])
    it(`is none where ${size} bytes are asked for, which the log has`, () => {
      const bench = new Bench();
      const free = bench.call('system_get_free_heap_size');
      assert.equal(bench.call('pvPortMalloc', size), 0);
      assert.deepEqual(bench.log(), [{ kind: 'allocation-failed', size, free, caller: 'user_init' }]);
      assert.equal(bench.call('system_get_free_heap_size'), free);
    });

  it('stays as it was where it cannot grow', () => {
    const bench = new Bench();
    const block = bench.put(bench.call('pvPortMalloc', 8), 'kept');
    assert.equal(bench.call('pvPortRealloc', block, 0x18000), 0);
    assert.equal(bench.text(block), 'kept');
    bench.log();
    bench.call('vPortFree', block);
    assert.deepEqual(bench.log(), []);
  });

  it('is reported when it is freed twice, but not when NULL is', () => {
    const bench = new Bench();
    bench.call('vPortFree', 0);
    const block = bench.call('pvPortMalloc', 8);
    bench.call('vPortFree', block);
    assert.deepEqual(bench.log(), []);
    bench.call('vPortFree', block);
    assert.deepEqual(bench.log(), [{ kind: 'bad-free', address: block, caller: 'user_init' }]);
  });
});
