import assert from 'node:assert/strict';
import { Bench, callback, data } from './bench';

const gpio = 0x60000300;
/** GPIO_PIN_INTR_*. */
const [rise, fall, anyEdge, low, high] = [1, 2, 3, 4, 5];
const gpioLine = 4;

describe('pins', () => {
  it('are driven as outputs and show what the outside drives as inputs', () => {
    const bench = new Bench();
    const changes: [pin: number, level: number][] = [];
    bench.registers.onPin = (pin, level) => changes.push([pin, level]);
    assert.equal(bench.call('gpio_input_get'), 0xffff, 'pulled up');
    // Set 2 and 5, clear 4; 2, 4 and 5 are outputs, 0 is not.
    bench.call('gpio_output_set', (1 << 2) | (1 << 5), 1 << 4, (1 << 2) | (1 << 4) | (1 << 5), 1 << 0);
    assert.deepEqual(changes, [
      [2, 1],
      [5, 1],
    ]);
    assert.equal(bench.call('gpio_input_get'), 0xffff & ~(1 << 4));
    bench.registers.setPin(0, 0);
    bench.registers.setPin(2, 0);
    assert.equal(
      bench.call('gpio_input_get'),
      0xffff & ~(1 << 4) & ~(1 << 0),
      'an output is what the firmware drives',
    );
    bench.call('gpio_output_set', 0, 1 << 5, 0, 1 << 5);
    assert.deepEqual(changes.slice(2), [[5, 0]]);
    assert.equal(bench.call('gpio_input_get') & (1 << 5), 1 << 5, 'an input again');
    bench.registers.setPin(0, 1);
    assert.equal(bench.call('gpio_input_get') & 1, 1);
  });

  it('are set and read by register, too', () => {
    const bench = new Bench();
    bench.call('gpio_register_set', 0x0c, 0x8001);
    assert.equal(bench.call('gpio_register_get', 0x0c), 0x8001);
    bench.call('gpio_register_set', 0, 0x8000);
    assert.equal(bench.call('gpio_register_get', 0), 0x8000);
    assert.equal(bench.call('gpio_register_get', 0x18), 0xfffe, 'output 0 is low, 15 is high');
    bench.registers.write(gpio + 4, 4, 0xf0000001);
    assert.equal(bench.registers.read(gpio), 0x8001, 'there are 16');
    bench.registers.write(gpio + 8, 4, 0x8000);
    assert.equal(bench.registers.read(gpio), 1);
    bench.registers.write(gpio + 0x10, 4, 0x10002);
    assert.equal(bench.registers.read(gpio + 0xc), 0x8003);
    bench.registers.write(gpio + 0x14, 4, 0x8000);
    assert.equal(bench.registers.read(gpio + 0xc), 3);
  });

  const edges: [name: string, type: number, onRise: boolean, onFall: boolean][] = [
    ['no change', 0, false, false],
    ['a rise', rise, true, false],
    ['a fall', fall, false, true],
    ['each change', anyEdge, true, true],
    ['a low level', low, false, true],
    ['a high level', high, true, false],
  ];
  for (const [name, type, onRise, onFall] of edges)
    it(`ask for an interrupt at ${name}`, () => {
      const bench = new Bench();
      const pending = (level: 0 | 1) => {
        bench.call('gpio_intr_ack', 0xffff);
        bench.registers.setPin(12, level);
        return bench.call('gpio_intr_pending');
      };
      bench.call('gpio_pin_intr_state_set', 12, type);
      assert.equal(pending(0), onFall ? 1 << 12 : 0);
      assert.equal(pending(0), 0, 'nothing changes');
      assert.equal(pending(1), onRise ? 1 << 12 : 0);
    });

  it('wake the chip only while the firmware wants that', () => {
    const bench = new Bench();
    const pin4 = () => bench.registers.read(gpio + 0x28 + 4 * 4);
    bench.call('gpio_pin_intr_state_set', 4, anyEdge);
    assert.equal(pin4(), anyEdge << 7);
    bench.call('gpio_pin_wakeup_enable', 4, low);
    assert.equal(pin4(), (low << 7) | (1 << 10));
    bench.call('gpio_pin_wakeup_disable');
    assert.equal(pin4(), low << 7);
  });

  it('have a status of their own that the firmware can set and clear', () => {
    const { registers } = new Bench();
    registers.write(gpio + 0x20, 4, 0x10005);
    assert.equal(registers.read(gpio + 0x1c), 5);
    registers.write(gpio + 0x24, 4, 1);
    assert.equal(registers.read(gpio + 0x1c), 4);
    registers.write(gpio + 0x1c, 4, 0x10008);
    assert.equal(registers.read(gpio + 0x1c), 8);
  });
});

describe('interrupts', () => {
  it('run the handler of a pin while it is neither masked nor locked out', () => {
    const bench = new Bench();
    bench.boot();
    bench.call('ets_isr_attach', gpioLine, callback(1), 77);
    bench.call('gpio_pin_intr_state_set', 5, fall);
    bench.registers.setPin(5, 0);
    assert.equal(bench.chip.interrupt(), false, 'masked');
    bench.call('ets_isr_unmask', 1 << gpioLine);
    bench.call('ets_intr_lock');
    assert.equal(bench.chip.interrupt(), false, 'locked out');
    bench.call('ets_intr_unlock');
    assert.equal(bench.chip.interrupt(), true);
    assert.equal(bench.chip.interrupt(), false, 'one at a time');
    assert.deepEqual(bench.run(), [{ name: 'interrupt', address: callback(1), arguments: [77] }]);
    assert.equal(bench.chip.interrupt(), true, 'nobody has acknowledged it');
    bench.run();
    bench.call('gpio_intr_ack', 1 << 5);
    assert.equal(bench.chip.interrupt(), false);
    assert.deepEqual(
      bench.log().map(({ kind }) => kind),
      ['interrupt'],
      'the log has a handler once',
    );
    bench.registers.setPin(5, 1);
    bench.call('ets_isr_mask', 1 << gpioLine);
    bench.registers.setPin(5, 0);
    assert.equal(bench.chip.interrupt(), false, 'masked again');
  });

  it('hand the status to a handler of the SDK, without being unmasked', () => {
    const bench = new Bench();
    bench.boot();
    bench.call('gpio_intr_handler_register', callback(2), 5);
    bench.call('gpio_pin_intr_state_set', 3, rise);
    bench.registers.setPin(3, 0);
    assert.equal(bench.chip.interrupt(), false);
    bench.registers.setPin(3, 1);
    assert.equal(bench.chip.interrupt(), true);
    assert.deepEqual(bench.run(), [{ name: 'interrupt', address: callback(2), arguments: [1 << 3, 5] }]);
  });

  it('of lines without a peripheral are named once, and those that the CPU does not have are ignored', () => {
    const bench = new Bench();
    for (const line of [7, 7, 31, 32, 4, 5, 9]) bench.call('ets_isr_attach', line, callback(1), 0);
    assert.deepEqual(
      bench.log(),
      [7, 31].map(line => ({ kind: 'interrupt-not-simulated', line })),
    );
  });

  const timer = 0x60000600;
  const timerLine = 9;
  const start = ({ registers }: Bench, control: number, load: number) => {
    registers.write(timer, 4, load);
    registers.write(timer + 8, 4, control);
  };

  const periods: [prescale: number, load: number, period: number][] = [
    [0, 8000, 100],
    [1, 500, 100],
    [2, 500, 1600],
  ];
  for (const [prescale, load, period] of periods)
    it(`of FRC1 come every ${period} µs with prescaler ${prescale} and a load of ${load}`, () => {
      const bench = new Bench();
      start(bench, 0xc0 | (prescale << 2), load);
      assert.equal(bench.registers.due(), period);
      assert.equal(bench.registers.read(timer), load);
      bench.clock.set(period / 2);
      assert.equal(bench.registers.read(timer + 4), load / 2);
      assert.equal(bench.registers.takeFrc1(), false);
      bench.clock.set(period);
      assert.equal(bench.registers.takeFrc1(), true);
      assert.equal(bench.registers.takeFrc1(), false);
      assert.equal(bench.registers.due(), 2 * period);
    });

  it('of FRC1 come once where it does not load again, and none while it is stopped', () => {
    const once = new Bench();
    start(once, 0x80, 800);
    once.clock.set(10);
    assert.equal(once.registers.takeFrc1(), true);
    assert.equal(once.registers.due(), undefined);
    once.clock.set(1000);
    assert.equal(once.registers.takeFrc1(), false);
    const { clock, registers } = new Bench();
    registers.write(timer, 4, 800);
    assert.equal(registers.due(), undefined, 'loaded only');
    assert.equal(registers.read(timer + 4), 800);
    registers.write(timer + 8, 4, 0xc0);
    assert.equal(registers.due(), 10);
    registers.write(timer + 8, 4, 0x40);
    clock.set(100);
    assert.equal(registers.takeFrc1(), false);
    registers.write(timer, 4, 0xffffffff);
    assert.equal(registers.read(timer), 0x7fffff, 'of 23 bits');
  });

  it('of FRC1 that could not be delivered are made up for, but only fifty', () => {
    const bench = new Bench();
    start(bench, 0xc0, 800);
    bench.clock.set(10_000_000);
    let count = 0;
    while (bench.registers.takeFrc1()) count++;
    assert.equal(count, 52);
  });

  it('of FRC1 wake the chip while their handler may run, and pass through a lock as NMI', () => {
    const bench = new Bench();
    bench.boot();
    bench.call('wifi_set_opmode_current', 0);
    bench.run();
    start(bench, 0xc0, 80_000);
    const due = bench.registers.due() ?? assert.fail('it does not run');
    assert.equal(bench.chip.due(), undefined, 'no handler');
    bench.call('ets_isr_attach', timerLine, callback(1), 3);
    assert.equal(bench.chip.due(), undefined, 'masked');
    bench.call('ets_isr_unmask', 1 << timerLine);
    assert.equal(bench.chip.due(), due);
    bench.call('ets_intr_lock');
    assert.equal(bench.chip.due(), undefined, 'locked out');
    bench.clock.set(due);
    assert.equal(bench.chip.interrupt(), false);
    bench.call('NmiTimSetFunc', callback(4));
    assert.equal(bench.chip.due(), due);
    assert.equal(bench.chip.interrupt(), true);
    assert.deepEqual(bench.run(), [{ name: 'NMI', address: callback(4), arguments: [] }]);
  });
});

describe('UART0', () => {
  const uart = 0x60000000;

  it('prints bytes of UTF-8 as whole characters', () => {
    const bench = new Bench();
    for (const byte of Buffer.from('ok ü€😀')) bench.call('uart_tx_one_char', byte);
    const text = bench.log().map(event => (event.kind === 'print' ? event.text : '?'));
    assert.deepEqual(
      text.filter(part => part !== ''),
      ['o', 'k', ' ', 'ü', '€', '😀'],
    );
  });

  it('sends strings of any length', () => {
    const bench = new Bench();
    for (const length of [0, 1, 255, 256, 257, 600]) {
      bench.call('uart0_sendStr', bench.put(data, 'x'.repeat(length)));
      const text = bench.log().map(event => (event.kind === 'print' ? event.text : '?'));
      assert.equal(text.join(''), 'x'.repeat(length));
    }
  });

  it('shows what os_printf prints only while that is not switched off, and what a driver sends always', () => {
    const bench = new Bench();
    const printed = () =>
      bench
        .log()
        .map(event => (event.kind === 'print' ? event.text : '?'))
        .join('');
    const format = bench.put(data, 'n = %d\n');
    assert.equal(bench.call('system_get_os_print'), 1);
    assert.equal(bench.call('os_printf_plus', format, 42), 7);
    assert.equal(printed(), 'n = 42\n');
    bench.call('system_set_os_print', 0);
    assert.equal(bench.call('system_get_os_print'), 0);
    bench.call('os_printf_plus', format, 42);
    bench.registers.write(uart + 0xf00, 4, 65);
    assert.equal(printed(), '');
    // The ROM knows nothing of the SDK's switch.
    bench.call('ets_printf', format, 43);
    bench.call('ets_putc', 65);
    bench.call('ets_write_char', 65);
    assert.equal(printed(), 'n = 43\nAA');
    bench.call('uart_tx_one_char', 66);
    assert.equal(printed(), 'B');
    bench.call('system_set_os_print', 1);
    bench.call('ets_putc', 65);
    bench.call('ets_write_char', 0x143);
    bench.registers.write(uart + 0xf00, 4, 68);
    // ets_vprintf(putc, format, va_list): stack, register area, bytes used.
    bench.memory.writeWord(data + 0x104, 7);
    bench.call('ets_vprintf', 0x40001da0, format, data + 0x200, data + 0x100, 4);
    assert.equal(printed(), 'ACDn = 7\n');
  });

  it('gives what came in, byte by byte, and loses what its FIFO has no room for', () => {
    const bench = new Bench();
    assert.equal(bench.call('uart_rx_one_char', data), 1, 'nothing yet');
    bench.registers.uart.receive(Buffer.from('ab'));
    assert.equal(bench.registers.read(uart + 0x1c), 2);
    assert.equal(bench.call('uart_rx_one_char', data), 0);
    assert.equal(bench.call('uart_rx_one_char', data + 1), 0);
    assert.deepEqual(bench.bytes(data, 2), [0x61, 0x62]);
    assert.equal(bench.call('uart_rx_one_char', data), 1);
    bench.registers.uart.receive(new Uint8Array(100));
    bench.registers.uart.receive(new Uint8Array(100));
    assert.equal(bench.registers.read(uart + 0x1c), 128);
  });

  it('interrupts when its FIFO holds as much as was asked for, or when nothing more comes', () => {
    const { registers } = new Bench();
    const [full, empty, timeout] = [1 << 0, 1 << 1, 1 << 8];
    assert.equal(registers.read(uart + 4), empty);
    registers.write(uart + 0x24, 4, 3);
    registers.uart.receive(Uint8Array.of(1, 2));
    assert.equal(registers.read(uart + 4), empty | timeout);
    assert.equal(registers.raises(5), false, 'not enabled');
    registers.write(uart + 0xc, 4, full);
    assert.equal(registers.read(uart + 8), 0);
    assert.equal(registers.raises(5), false);
    registers.uart.receive(Uint8Array.of(3));
    assert.equal(registers.read(uart + 4), empty | timeout | full);
    assert.equal(registers.read(uart + 8), full);
    assert.equal(registers.raises(5), true);
    assert.equal(registers.raises(4), false);
    assert.deepEqual(
      [1, 2, 3, 4].map(() => registers.read(uart)),
      [1, 2, 3, 0],
    );
    assert.equal(registers.raises(5), false);
  });
});

describe('registers', () => {
  it('are named once where they have no meaning here, and remember what was written', () => {
    const bench = new Bench();
    bench.registers.write(0x60000a00, 4, 5);
    assert.equal(bench.registers.read(0x60000a02), 5);
    assert.equal(bench.registers.read(0x60000b00), 0);
    assert.deepEqual(bench.log(), [
      { kind: 'register', address: 0x60000a00 },
      { kind: 'register', address: 0x60000b00 },
    ]);
  });

  const plain = [0x60000800, 0x600008fc, 0x60000700, 0x60000014, 0x60000f20, 0x3ff00014, 0x60000364];
  for (const address of plain)
    it(`at 0x${address.toString(16)} are what drivers configure, which needs no word`, () => {
      const bench = new Bench();
      bench.registers.write(address, 4, 0x1234);
      assert.equal(bench.registers.read(address), 0x1234);
      assert.deepEqual(bench.log(), []);
    });

  it('are as after power-on when the chip is reset, but for what the outside drives', () => {
    const { registers } = new Bench();
    registers.setPin(1, 0);
    registers.uart.receive(Uint8Array.of(1));
    registers.write(gpio, 4, 4);
    registers.write(gpio + 0x1c, 4, 4);
    const saved = registers.save();
    registers.reset();
    assert.deepEqual(
      [gpio, gpio + 0x1c, gpio + 0x18, 0x6000001c].map(address => registers.read(address)),
      [0, 0, 0xfffd, 0],
    );
    registers.restore(saved);
    assert.deepEqual(
      [gpio, gpio + 0x1c, gpio + 0x18, 0x6000001c].map(address => registers.read(address)),
      [4, 4, 0xfffd, 1],
    );
  });
});
