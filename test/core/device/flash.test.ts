import assert from 'node:assert/strict';
import { selectedSlot } from '../../../src/simulator/device/systemParameters';
import { Bench, callback, data } from './bench';

const sector = 0x1000;

/** A device whose flash has a byte other than 0xff everywhere. */
function full(): Bench {
  return new Bench({ flash: new Uint8Array(0x100000).fill(0x5a) });
}

const erased = ({ flash }: Bench) =>
  Array.from({ length: flash.size / sector }, (_, number) => number).filter(number =>
    flash.contents.subarray(number * sector, (number + 1) * sector).every(byte => byte === 0xff),
  );

describe('flash functions', () => {
  for (const name of ['spi_flash_read', 'SPIRead']) {
    const cases: [what: string, address: number, to: number, size: number, result: number][] = [
      ['a range', 0x8000, data, 8, 0],
      ['a range at an odd address', 0x8001, data, 5, 0],
      ['the last bytes', 0xffffc, data, 4, 0],
      ['a range that ends behind the flash', 0xffffd, data, 4, 1],
      ['a range behind the flash', 0x100000, data, 4, 1],
      ['a range for NULL', 0x8000, 0, 4, 1],
    ];
    for (const [what, address, to, size, result] of cases)
      it(`${name} returns ${result} for ${what}`, () => {
        const bench = full();
        assert.equal(bench.call(name, address, to, size), result);
        assert.deepEqual(bench.bytes(data, 8), [...new Uint8Array(8).fill(0x5a, 0, result === 0 ? size : 0)]);
        assert.equal(bench.chip.halt.reason, undefined);
      });
    it(`${name} faults at a buffer that is not aligned, and where its RAM ends`, () => {
      for (const to of [data + 2, 0x3ffffffc]) {
        const bench = full();
        bench.call(name, 0x8000, to, 8);
        assert.equal(bench.chip.halt.reason, 'exception');
      }
    });
  }

  const writes: [name: string, address: number, from: number, size: number, result: number][] = [
    ['spi_flash_write', 0x8000, data, 8, 0],
    ['spi_flash_write', 0x8002, data, 8, 1],
    ['spi_flash_write', 0x8000, data + 2, 8, 1],
    ['spi_flash_write', 0x8000, data, 6, 1],
    ['spi_flash_write', 0xffffc, data, 8, 1],
    ['SPIWrite', 0x8001, data, 5, 0],
    ['SPIWrite', 0xffffc, data, 8, 1],
  ];
  for (const [name, address, from, size, result] of writes)
    it(`${name} of ${size} bytes to 0x${address.toString(16)} from ${from - data} returns ${result}`, () => {
      const bench = full();
      bench.put(data, new Uint8Array(16).fill(0x0f));
      assert.equal(bench.call(name, address, from, size), result);
      const changed = bench.flash.contents.filter(byte => byte === 0x0a).length;
      assert.equal(changed, result === 0 ? size : 0, 'writing clears bits');
    });

  const erasures: [name: string, words: number[], result: number, sectors: number[]][] = [
    ['spi_flash_erase_sector', [3], 0, [3]],
    ['spi_flash_erase_sector', [255], 0, [255]],
    ['spi_flash_erase_sector', [256], 1, []],
    ['SPIEraseSector', [0x10003], 0, [3]],
    ['SPIEraseBlock', [2], 0, Array.from({ length: 16 }, (_, index) => 32 + index)],
    ['SPIEraseBlock', [16], 1, []],
    ['SPIEraseChip', [], 0, Array.from({ length: 256 }, (_, index) => index)],
  ];
  for (const [name, words, result, sectors] of erasures)
    it(`${name}(${words.join()}) returns ${result}`, () => {
      const bench = full();
      assert.equal(bench.call(name, ...words), result);
      assert.deepEqual(erased(bench), sectors);
    });

  it('tell the chip by its size', () => {
    assert.equal(new Bench().call('spi_flash_get_id'), 0x1640e0);
    assert.equal(full().call('spi_flash_get_id'), 0x1440e0);
  });

  it('show the CPU what they change', () => {
    const bench = full();
    bench.call('spi_flash_erase_sector', 3);
    bench.put(data, Uint8Array.of(1, 2, 3, 4));
    bench.call('spi_flash_write', 0x3ffc, data, 4);
    assert.deepEqual(bench.bytes(0x40200000 + 0x3ff8, 12), [255, 255, 255, 255, 1, 2, 3, 4, 90, 90, 90, 90]);
  });

  it('show as much as the map in the header says', () => {
    const maps = [2, 4, 6].map(map => {
      const bench = new Bench();
      bench.flash.writeHeader(map);
      return [bench.call('system_get_flash_size_map'), bench.flash.mappedSize];
    });
    assert.deepEqual(maps, [
      [2, 0x100000],
      [4, 0x400000],
      [6, 0x400000],
    ]);
  });
});

describe('the SPI controller', () => {
  const spi = 0x60000200;
  const command = (bench: Bench, bit: number, address = 0, length = 0) => {
    bench.registers.write(spi + 4, 4, address | (length << 24));
    const { instructions } = bench.cpu;
    bench.registers.write(spi, 4, 1 << bit);
    bench.cpu.takeCharge();
    assert.equal(bench.registers.read(spi), 0, 'done at once');
    return bench.cpu.instructions - instructions;
  };

  it('reads the flash', () => {
    const bench = full();
    bench.flash.put(0x8000, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    assert.equal(command(bench, 31, 0x8000, 6), 6, 'a byte costs an instruction');
    assert.deepEqual(
      [bench.registers.read(spi + 0x40), bench.registers.read(spi + 0x44)],
      [0x04030201, 0x0605],
    );
    command(bench, 31, 0x100000, 4);
    assert.equal(bench.registers.read(spi + 0x40), 0xffffffff, 'nothing is there');
  });

  it('programs and erases it', () => {
    const bench = full();
    bench.registers.write(spi + 0x40, 4, 0x0f0f0f0f);
    bench.registers.write(spi + 0x44, 4, 0x0f0f0f0f);
    command(bench, 25, 0x8000, 6);
    assert.equal(bench.flash.contents.filter(byte => byte === 0x0a).length, 6);
    command(bench, 24, 0x5000);
    assert.deepEqual(erased(bench), [5]);
    command(bench, 23, 0x20000);
    assert.equal(erased(bench).length, 17);
    command(bench, 22);
    assert.equal(erased(bench).length, 256);
  });

  it('knows what it is connected with', () => {
    const bench = full();
    command(bench, 28);
    assert.equal(bench.registers.read(spi + 0x40), 0x1440e0);
    bench.registers.write(spi + 0x40, 4, 0);
    bench.registers.write(spi + 0x24, 4, 0x7000009e);
    command(bench, 18);
    assert.equal(bench.registers.read(spi + 0x40), 0, 'another command of the flash');
    bench.registers.write(spi + 0x24, 4, 0x7000009f);
    command(bench, 18);
    assert.equal(bench.registers.read(spi + 0x40), 0x1440e0);
    bench.registers.write(spi + 0x10, 4, 0xff);
    command(bench, 27);
    assert.equal(bench.registers.read(spi + 0x10), 0, 'never busy');
  });
});

describe('an upgrade', () => {
  const user1 = { number: 1, address: 0x1000 } as const;
  const user2 = { number: 2, address: 0x101000 } as const;
  const write = (bench: Bench, bytes: Uint8Array) =>
    bench.call('system_upgrade', bench.put(data, bytes), bytes.length);

  it('is nothing for a firmware that is linked for no slot', () => {
    const bench = new Bench();
    assert.deepEqual(
      ['system_get_boot_version', 'system_get_userbin_addr', 'system_upgrade_userbin_check'].map(name =>
        bench.call(name),
      ),
      [31, 0, 0],
    );
    bench.call('system_upgrade_init');
    assert.equal(write(bench, new Uint8Array(4)), 0);
  });

  for (const [slot, other] of [
    [user1, user2],
    [user2, user1],
  ] as const)
    it(`from user${slot.number} goes to the other slot, piece by piece`, () => {
      const bench = new Bench({ slot, flash: new Uint8Array(0x400000).fill(0x5a) });
      assert.equal(bench.call('system_get_boot_version'), 2);
      assert.equal(bench.call('system_get_boot_mode'), 1);
      assert.equal(bench.call('system_get_userbin_addr'), slot.address);
      assert.equal(bench.call('system_upgrade_userbin_check'), slot.number - 1);
      assert.equal(write(bench, new Uint8Array(4)), 0, 'not begun');
      bench.call('system_upgrade_init');
      const image = Uint8Array.from({ length: 0x1800 }, (_, index) => index & 0x7f);
      for (let at = 0; at < image.length; at += 0x600)
        assert.equal(write(bench, image.slice(at, at + 0x600)), 1);
      const written = bench.flash.contents.subarray(other.address, other.address + image.length);
      assert.equal(Buffer.compare(written, image), 0);
      assert.deepEqual(erased(bench), []);
      assert.equal(bench.flash.contents[other.address - 1], 0x5a);
      assert.equal(
        bench.flash.contents[other.address + image.length],
        0xff,
        'the rest of its sector is erased',
      );
      assert.equal(bench.flash.contents[other.address + 0x2000], 0x5a);
      bench.call('system_upgrade_deinit');
      assert.equal(write(bench, new Uint8Array(4)), 0, 'over');
    });

  it('is finished when the firmware says so, and only then boots the other slot', () => {
    const bench = new Bench({ slot: user1 });
    assert.equal(bench.call('system_upgrade_flag_check'), 0);
    assert.equal(bench.call('system_upgrade_reboot'), 0);
    assert.equal(bench.call('system_upgrade_flag_set', 1), 1);
    assert.equal(bench.call('system_upgrade_reboot'), 0);
    assert.equal(bench.chip.halt.reason, undefined);
    assert.equal(bench.call('system_upgrade_flag_set', 3), 0);
    assert.equal(bench.call('system_upgrade_flag_check'), 1);
    assert.equal(bench.call('system_upgrade_flag_set', 2), 1);
    bench.call('system_upgrade_reboot');
    assert.equal(bench.chip.halt.reason, 'restart');
    assert.equal(selectedSlot(bench.flash), 2);
  });
});

describe('timers', () => {
  /** ETSTimer: next, expire, period, function, argument. */
  const at = (number: number) => data + 32 * number;
  const arm = (bench: Bench, number: number, time: number, repeat: 0 | 1 = 0, isMs: 0 | 1 = 1) => {
    bench.call('ets_timer_setfn', at(number), callback(number), 100 + number);
    bench.call('ets_timer_arm_new', at(number), time, repeat, isMs);
  };
  const fired = (bench: Bench, duration: number) =>
    bench.pass(duration).map(({ name, address, arguments: [argument = 0] }) => {
      assert.equal(name, 'timer');
      assert.equal(address, callback(argument - 100));
      return argument - 100;
    });
  const ready = () => {
    const bench = new Bench();
    bench.run();
    return bench;
  };

  it('fire in the order of their time, once or again and again', () => {
    const bench = ready();
    arm(bench, 1, 30);
    arm(bench, 2, 10, 1);
    arm(bench, 3, 20);
    assert.deepEqual(fired(bench, 9_900), []);
    assert.deepEqual(fired(bench, 200), [2]);
    assert.deepEqual(fired(bench, 10_000), [3, 2]);
    assert.deepEqual(fired(bench, 10_000), [1, 2]);
    assert.deepEqual(fired(bench, 5_000), []);
    assert.deepEqual(fired(bench, 5_000), [2]);
  });

  it('count µs where they are asked to', () => {
    const bench = ready();
    arm(bench, 1, 320, 0, 0);
    assert.deepEqual(fired(bench, 300), []);
    assert.deepEqual(fired(bench, 30), [1]);
    const now = bench.clock.now();
    arm(bench, 1, 1000, 0, 0);
    const wait = (bench.chip.due() ?? 0) - now;
    assert.ok(wait > 990 && wait < 1010, `${wait}`);
  });

  it('are forgotten when they are disarmed, wherever they are in the list', () => {
    for (const gone of [1, 2, 3]) {
      const bench = ready();
      for (const number of [1, 2, 3]) arm(bench, number, 10 * number);
      bench.call('ets_timer_disarm', at(gone));
      assert.deepEqual(
        fired(bench, 31_000),
        [1, 2, 3].filter(number => number !== gone),
      );
      assert.equal(bench.word(at(gone) + 16), 100 + gone, 'its struct is left alone');
    }
    const bench = ready();
    bench.call('ets_timer_disarm', at(1));
    arm(bench, 2, 10);
    bench.call('ets_timer_disarm', at(1));
    assert.deepEqual(fired(bench, 11_000), [2]);
  });

  it('that are armed again fire at the new time only', () => {
    const bench = ready();
    arm(bench, 1, 10);
    arm(bench, 1, 30);
    assert.deepEqual(fired(bench, 11_000), []);
    assert.deepEqual(fired(bench, 20_000), [1]);
    assert.deepEqual(fired(bench, 100_000), []);
  });

  it('whose list the firmware has closed to a circle let the watchdog bite', () => {
    for (const name of ['ets_timer_disarm', 'ets_timer_arm_new']) {
      const bench = ready();
      arm(bench, 1, 10);
      bench.memory.writeWord(at(1), at(1));
      bench.call(name, at(2), 50, 0, 1);
      assert.equal(bench.chip.halt.reason, 'watchdog', name);
    }
  });

  it('wait for a delay of the ROM', () => {
    const bench = ready();
    const before = bench.clock.now();
    bench.call('ets_delay_us', 5000);
    assert.equal(bench.clock.now() - before, 5000);
  });
});
