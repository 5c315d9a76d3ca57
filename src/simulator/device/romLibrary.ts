import type { Call, Family } from './call';
import { unfinished } from './call';
import { cycleCount } from '../cpu/system';
import type { Device } from './device';
import type { Interrupts } from './interrupts';

/** _impure_ptr of the ROM's newlib: where rand keeps its 64-bit seed, at this offset. Source: the ROM's code. */
const impurePointer = 0x3fffc6f8;
const seedAt = 168;
const impureSize = seedAt + 8;
const multiplier = 6364136223846793005n;

const space = new Set([0x20, 0x09]);
const levelMask = 0xf;
/** Cycles between two looks at a UART for which the ROM waits. */
const waiting = 500;
const base64Line = 72;

type LibraryHost = Pick<Device, 'cpu' | 'firmware' | 'halt' | 'heap' | 'registers' | 'reserve'>;

/** What else of the ROM is code and nothing more: numbers, texts, the CPU's registers. Sources: its code, newlib, wpa_supplicant. */
export function romLibraryFamily(device: LibraryHost, interrupts: Interrupts): Family {
  const { cpu, halt, registers } = device;
  const { memory } = cpu;
  const impure = device.reserve(impureSize);
  memory.writeWord(impurePointer, impure);
  memory.writeWord(impure + seedAt, 1);
  const seedOf = (call: Call) => call.loadWord(impurePointer) + seedAt;
  const restart = (call: Call) => {
    halt.restart(call);
    return undefined;
  };
  const setLevel = (level: (before: number) => number) => {
    const before = cpu.ps & levelMask;
    cpu.ps = (cpu.ps & ~levelMask) | (level(before) & levelMask);
    return before;
  };
  const receive = (call: Call, take: (byte: number) => number) => {
    if (registers.uart.hasInput) return take(registers.read(0x60000000));
    // The ROM waits; so does the firmware, until the watchdog bites.
    call.charge(waiting);
    return unfinished;
  };
  const allocated = (call: Call, bytes: Uint8Array, lengthAt: number) => {
    // The ROM has a pool of its own for this, which is empty where the SDK's heap takes all of the RAM.
    const address =
      device.firmware.symbols.code('pvPortMalloc') === undefined ? device.heap.allocate(bytes.length + 1) : 0;
    if (address === 0) return 0;
    call.store(address, bytes);
    call.storeByte(address + bytes.length, 0);
    if (lengthAt !== 0) call.storeWord(lengthAt, bytes.length);
    return address;
  };
  return {
    srand: call => {
      const seed = seedOf(call);
      call.storeWord(seed, call.uint(0));
      call.storeWord(seed + 4, 0);
      return undefined;
    },
    rand: call => {
      const seed = seedOf(call);
      const before = (BigInt(call.loadWord(seed + 4)) << 32n) | BigInt(call.loadWord(seed));
      const next = BigInt.asUintN(64, before * multiplier + 1n);
      call.storeWord(seed, Number(next & 0xffffffffn));
      call.storeWord(seed + 4, Number(next >> 32n));
      return Number(next >> 32n) & 0x7fffffff;
    },
    ets_char2xdigit: call => digitOf(call.int(0) & 0xff),
    // Returns where the address was written, NULL where a digit is missing.
    ets_str2macaddr: call => {
      const to = call.uint(0);
      let from = call.uint(1);
      while (space.has(call.loadByte(from))) from++;
      for (let index = 0; index < 6; index++, from += 3) {
        const [high, low] = [digitOf(call.loadByte(from)), digitOf(call.loadByte(from + 1))];
        if (high < 0 || low < 0) return 0;
        call.storeByte(to + index, (high << 4) | low);
      }
      return to;
    },
    roundup2: call => (call.int(0) + call.int(1) - 1) & -call.int(1),
    multofup: call => Math.floor(((call.uint(0) + call.uint(1) - 1) >>> 0) / call.uint(1)),
    xthal_memcpy: call => {
      call.store(call.uint(0), call.load(call.uint(1), call.uint(2)));
      return call.int(0);
    },
    xthal_bcopy: call => {
      call.store(call.uint(1), call.load(call.uint(0), call.uint(2)));
      return undefined;
    },

    xthal_get_ccount: () => cycleCount(cpu) | 0,
    _xtos_set_intlevel: call => setLevel(() => call.int(0)),
    _xtos_set_min_intlevel: call => setLevel(before => Math.max(before, call.int(0) & levelMask)),
    _xtos_restore_intlevel: call => {
      cpu.ps = call.int(0);
      return undefined;
    },
    _xtos_ints_on: call => {
      const before = interrupts.enabled;
      interrupts.unmask(call.int(0));
      return before;
    },
    _xtos_ints_off: call => {
      const before = interrupts.enabled;
      interrupts.mask(call.int(0));
      return before;
    },
    _ResetVector: restart,
    _ResetHandler: restart,
    _start: restart,
    main: restart,
    software_reset: restart,

    uart_rx_one_char_block: call => receive(call, byte => byte),
    ets_getc: call =>
      receive(call, byte => {
        call.storeByte(call.uint(0), byte);
        return byte;
      }),

    base64_encode: call => {
      const text = Buffer.from(call.load(call.uint(0), call.uint(1))).toString('base64');
      const lines = text.match(new RegExp(`.{1,${base64Line}}`, 'g'))?.map(line => `${line}\n`) ?? [];
      return allocated(call, Buffer.from(lines.join('')), call.uint(2));
    },
    base64_decode: call => {
      const text = Buffer.from(call.load(call.uint(0), call.uint(1))).toString('latin1');
      const kept = text.replace(/[^A-Za-z0-9+/=]/g, '');
      if (kept === '' || kept.length % 4 !== 0 || kept.slice(0, -2).includes('=')) return 0;
      return allocated(call, Buffer.from(kept, 'base64'), call.uint(2));
    },
    // rc4_skip(key, keylen, skip, data, data_len)
    rc4_skip: call => {
      const key = call.load(call.uint(0), call.uint(1));
      const [skip, at, length] = [call.uint(2), call.uint(3), call.uint(4)];
      const data = call.load(at, length);
      if (key.length === 0 || skip > maxSkip) return -1;
      call.charge(skip * 10 + length * 10);
      const state = Uint8Array.from({ length: 256 }, (_, index) => index);
      const swap = (i: number, j: number) => ([state[i], state[j]] = [state[j] ?? 0, state[i] ?? 0]);
      for (let i = 0, j = 0; i < 256; i++) {
        j = (j + (state[i] ?? 0) + (key[i % key.length] ?? 0)) & 0xff;
        swap(i, j);
      }
      const result = Uint8Array.from(data);
      for (let count = -skip, i = 0, j = 0; count < length; count++) {
        i = (i + 1) & 0xff;
        j = (j + (state[i] ?? 0)) & 0xff;
        swap(i, j);
        if (count >= 0)
          result[count] = (data[count] ?? 0) ^ (state[((state[i] ?? 0) + (state[j] ?? 0)) & 0xff] ?? 0);
      }
      call.store(at, result);
      return 0;
    },
  };
}

/** More than any protocol skips. */
const maxSkip = 0x10000;

function digitOf(code: number): number {
  const character = String.fromCharCode(code);
  return /[0-9A-Fa-f]/.test(character) ? parseInt(character, 16) : -1;
}
