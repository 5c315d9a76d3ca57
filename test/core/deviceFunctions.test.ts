import assert from 'node:assert/strict';
import { Cpu } from '../../src/simulator/cpu/cpu';
import { Memory } from '../../src/simulator/cpu/memory';
import { Call, Fault, unfinished } from '../../src/simulator/device/call';
import { formatText, latin1 } from '../../src/simulator/device/printf';
import { romFamily } from '../../src/simulator/device/rom';
import { stringFamily } from '../../src/simulator/device/strings';

const data = 0x3ffe8000;
const stack = 0x3ffffe00;

const cpu = new Cpu(new Memory());

/** A call of `words` as the ABI lays them out: six registers, the rest on the stack. */
function calling(...words: number[]): Call {
  cpu.registers[1] = stack;
  words.forEach((word, index) => {
    if (index < 6) cpu.registers[2 + index] = word;
    else cpu.memory.writeWord(stack + 4 * (index - 6), word >>> 0);
  });
  return new Call(cpu);
}

function put(call: Call, address: number, text: string): number {
  call.store(address, Buffer.from(`${text}\0`, 'latin1'));
  return address;
}

function answer(family: ReturnType<typeof stringFamily>, name: string, call: Call): number | undefined {
  const found = family[name];
  assert.ok(found, `${name} is not answered`);
  const result = found(call);
  return result === unfinished ? answer(family, name, call) : result;
}

describe('os_printf', () => {
  const print = (format: string, ...words: number[]) => {
    const call = calling(0, ...words);
    put(call, data, 'text');
    return formatText(call, put(call, data + 0x100, format), call.variadic(1)).text;
  };
  const cases: [string, number[], string][] = [
    ['%d %i %u', [-5, 7, -1], '-5 7 4294967295'],
    ['%x %X %#x %o', [0xbeef, 0xbeef, 0xbeef, 8], 'beef BEEF 0xbeef 10'],
    ['[%5d][%-5d][%05d][%+d]', [42, 42, -42, 42], '[   42][42   ][-0042][+42]'],
    ['%s|%.2s|%6s|%-6s|', [data, data, data, data], 'text|te|  text|text  |'],
    ['%c%c%%', [72, 105], 'Hi%'],
    ['%*d|%-*d|%.*s', [4, 7, 4, 7, 3, data], '   7|7   |tex'],
    ['%08x', [0x3ffe8abc], '3ffe8abc'],
    ['%02x:%02X', [5, 0xab], '05:AB'],
    ['%hhu %hd', [0x1ff, 0x1ffff], '255 -1'],
    ['%f stays', [1], '%f stays'],
    ['1 2 3 4 5 6 %d', [1], '1 2 3 4 5 6 1'],
  ];
  for (const [format, words, expected] of cases) {
    it(`prints ${format}`, () => {
      assert.equal(print(format, ...words), expected);
    });
  }

  it('reads the seventh argument and those behind from the stack', () => {
    assert.equal(print('%d %d %d %d %d %d %d %d', 1, 2, 3, 4, 5, 6, 7, 8), '1 2 3 4 5 6 7 8');
  });

  it('takes a long long from an even pair of registers', () => {
    // a2 format, a3 unused, a4:a5 the pair.
    assert.equal(print('%lld', 0, -2, -1), '-2');
    assert.equal(print('%llu', 0, 0, 1), '4294967296');
  });

  it('faults on a string that lies nowhere', () => {
    assert.throws(() => print('%s', 0x20), Fault);
  });

  it('prints NULL as the ROM does', () => {
    assert.equal(print('[%s]', 0), '[<null>]');
  });

  it('does not grow beyond the RAM, whatever the format', () => {
    const call = calling();
    const values = call.variadicList(data, data, 32);
    const { text, cut } = formatText(call, put(call, data + 0x100, '%4096d'.repeat(10_000)), values);
    assert.equal(text.length, 0x20000);
    assert.ok(cut);
  });

  it('does not grow without bounds', () => {
    assert.equal(print('%2000000000d', 1).length, 4096);
  });
});

describe('string functions', () => {
  const strings = stringFamily();

  it('copies overlapping memory upwards byte by byte, as the ROM does', () => {
    const call = calling(data + 2, data, 6);
    put(call, data, 'abcdefgh');
    answer(strings, 'ets_memcpy', call);
    assert.equal(latin1(call.cString(data)), 'abababab');
  });

  it('moves overlapping memory as it was', () => {
    const call = calling(data + 2, data, 6);
    put(call, data, 'abcdefgh');
    answer(strings, 'ets_memmove', call);
    assert.equal(latin1(call.cString(data)), 'ababcdef');
  });

  it('compares, finds and measures', () => {
    const two = (left: string, right: string, third = 0) => {
      const call = calling(data, data + 100, third);
      put(call, data, left);
      put(call, data + 100, right);
      return call;
    };
    assert.equal(answer(strings, 'ets_strcmp', two('same', 'same')), 0);
    assert.ok((answer(strings, 'ets_strcmp', two('a', 'b')) ?? 0) < 0);
    assert.equal(answer(strings, 'ets_strncmp', two('abX', 'abY', 2)), 0);
    assert.equal(answer(strings, 'ets_strstr', two('GET / HTTP', '/')), data + 4);
    assert.equal(answer(strings, 'ets_strstr', two('GET', 'POST')), 0);
    assert.equal(answer(strings, 'ets_strlen', two('four', '')), 4);
    assert.equal(answer(strings, 'atoi', two(' -42 cm', '')), -42);
  });

  it('fills the rest of strncpy with NUL and never ends a string that is too long', () => {
    const call = calling(data, data + 100, 6);
    call.store(data, new Uint8Array(8).fill(0x2e));
    put(call, data + 100, 'abc');
    answer(strings, 'ets_strncpy', call);
    assert.equal(latin1(call.load(data, 8)), 'abc\0\0\0..');
  });

  it('faults on NULL as the chip does', () => {
    assert.throws(() => answer(strings, 'ets_strlen', calling(0)), Fault);
    assert.throws(() => answer(strings, 'ets_memset', calling(0, 0, 4)), Fault);
  });
});

describe('arithmetic of the ROM', () => {
  const rom = romFamily();
  const wide = (name: string, a: bigint, b: bigint) => {
    const word = (value: bigint, shift: bigint) => Number(BigInt.asIntN(32, value >> shift));
    const call = calling(word(a, 0n), word(a, 32n), word(b, 0n), word(b, 32n));
    answer(rom, name, call);
    const { registers } = call.cpu;
    return (BigInt((registers[3] ?? 0) >>> 0) << 32n) | BigInt((registers[2] ?? 0) >>> 0);
  };
  const samples = [
    0n,
    1n,
    2n,
    7n,
    0xffffn,
    0x10000n,
    0xffffffffn,
    0x100000000n,
    0x123456789abcdefn,
    (1n << 63n) - 1n,
    1n << 63n,
    (1n << 64n) - 1n,
  ];

  it('multiplies 64 bits exactly', () => {
    for (const a of samples)
      for (const b of samples) assert.equal(wide('__muldi3', a, b), BigInt.asUintN(64, a * b), `${a} * ${b}`);
  });

  it('divides 64 bits exactly, signed and unsigned', () => {
    const signed = (value: bigint) => BigInt.asIntN(64, value);
    for (const a of samples) {
      for (const b of samples.filter(value => value !== 0n)) {
        assert.equal(wide('__udivdi3', a, b), a / b, `${a} / ${b}`);
        assert.equal(wide('__umoddi3', a, b), a % b, `${a} % ${b}`);
        assert.equal(
          wide('__divdi3', a, b),
          BigInt.asUintN(64, signed(a) / signed(b)),
          `${signed(a)} / ${signed(b)}`,
        );
        assert.equal(
          wide('__moddi3', a, b),
          BigInt.asUintN(64, signed(a) % signed(b)),
          `${signed(a)} % ${signed(b)}`,
        );
      }
    }
  });

  it('divides 32 bits with the sign rules of C', () => {
    assert.equal(answer(rom, '__divsi3', calling(-7, 2)), -3);
    assert.equal(answer(rom, '__modsi3', calling(-7, 2)), -1);
    assert.equal(answer(rom, '__udivsi3', calling(-1, 2)), 0x7fffffff);
    assert.equal(answer(rom, '__umodsi3', calling(-1, 10)), 5);
  });

  it('ends a division by zero in an illegal instruction, as the ROM does', () => {
    for (const name of ['__divsi3', '__udivsi3', '__umodsi3', '__udivdi3']) {
      assert.throws(
        () => answer(rom, name, calling(1, 0, 0, 0)),
        (error: unknown) => error instanceof Fault && error.exceptionCause === 0,
      );
    }
  });

  it('adds and converts IEEE floats', () => {
    const bits = (value: number) => new DataView(new Float32Array([value]).buffer).getInt32(0, true);
    assert.equal(answer(rom, '__addsf3', calling(bits(1.5), bits(2.25))), bits(3.75));
    assert.equal(answer(rom, '__floatsisf', calling(-3)), bits(-3));
    assert.equal(answer(rom, '__fixsfsi', calling(bits(-3.9))), -3);
    assert.equal(answer(rom, '__fixsfsi', calling(bits(NaN))), 0);
  });
});
