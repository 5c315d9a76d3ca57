import type { Call } from './call';
import type { Answer, Family } from './device';
import { formatText, latin1 } from './printf';

/** String functions of the ROM and of libc, under all names the SDK's headers give them. */
export function stringFamily(): Family {
  return {
    ...under(['ets_memcpy', 'memcpy'], call => {
      const [to, from, length] = [call.uint(0), call.uint(1), call.uint(2)];
      // The ROM copies upwards byte by byte; where source and destination overlap, firmware sees the result.
      if (to > from && to < from + length) {
        for (let i = 0; i < length; i++) call.storeByte(to + i, call.loadByte(from + i));
      } else if (length > 0) call.store(to, call.load(from, length));
      return to;
    }),
    ...under(['ets_memmove', 'memmove'], call => {
      if (call.uint(2) > 0) call.store(call.uint(0), call.load(call.uint(1), call.uint(2)));
      return call.uint(0);
    }),
    ...under(['ets_memset', 'memset'], call => fill(call, call.int(1), call.uint(2))),
    ...under(['ets_bzero', 'bzero'], call => fill(call, 0, call.uint(1))),
    ...under(['ets_memcmp', 'memcmp'], call => {
      for (let i = 0; i < call.uint(2); i++) {
        const difference = call.loadByte(call.uint(0) + i) - call.loadByte(call.uint(1) + i);
        if (difference !== 0) return difference;
      }
      return 0;
    }),
    memchr: call => {
      for (let i = 0; i < call.uint(2); i++) {
        if (call.loadByte(call.uint(0) + i) === (call.int(1) & 0xff)) return call.uint(0) + i;
      }
      return 0;
    },
    ...under(['ets_strlen', 'strlen'], call => call.cString(call.uint(0)).length),
    ...under(['ets_strcmp', 'strcmp'], call => compare(call, Infinity)),
    ...under(['ets_strncmp', 'strncmp'], call => compare(call, call.uint(2))),
    ...under(['ets_strcpy', 'strcpy'], call => {
      call.store(call.uint(0), withNul(call.cString(call.uint(1))));
      return call.uint(0);
    }),
    ...under(['ets_strncpy', 'strncpy'], call => {
      const length = call.uint(2);
      let ended = false;
      for (let i = 0; i < length; i++) {
        const byte: number = ended ? 0 : call.loadByte(call.uint(1) + i);
        ended ||= byte === 0;
        call.storeByte(call.uint(0) + i, byte);
      }
      return call.uint(0);
    }),
    ...under(['ets_strcat', 'strcat'], call => {
      call.store(call.uint(0) + call.cString(call.uint(0)).length, withNul(call.cString(call.uint(1))));
      return call.uint(0);
    }),
    ...under(['ets_strstr', 'strstr'], call => {
      const at = latin1(call.cString(call.uint(0))).indexOf(latin1(call.cString(call.uint(1))));
      return at < 0 ? 0 : call.uint(0) + at;
    }),
    ...under(['ets_strchr', 'strchr'], call => {
      const at = withNul(call.cString(call.uint(0))).indexOf(call.int(1) & 0xff);
      return at < 0 ? 0 : call.uint(0) + at;
    }),
    ...under(['ets_strrchr', 'strrchr'], call => {
      const at = withNul(call.cString(call.uint(0))).lastIndexOf(call.int(1) & 0xff);
      return at < 0 ? 0 : call.uint(0) + at;
    }),
    atoi: call => parseInt(latin1(call.cString(call.uint(0))).trimStart(), 10) | 0,
    ...under(['ets_sprintf', 'sprintf'], call => {
      const text = formatText(call, latin1(call.cString(call.uint(1))), call.variadic(2));
      call.store(call.uint(0), withNul(Buffer.from(text, 'latin1')));
      return text.length;
    }),
    ...under(['ets_snprintf', 'snprintf'], call => {
      const size = call.uint(1);
      const text = formatText(call, latin1(call.cString(call.uint(2))), call.variadic(3));
      if (size > 0) call.store(call.uint(0), withNul(Buffer.from(text.slice(0, size - 1), 'latin1')));
      return text.length;
    }),
  };
}

function under(names: string[], answer: Answer): Family {
  return Object.fromEntries(names.map(name => [name, answer]));
}

function fill(call: Call, value: number, length: number): number {
  // One byte behind the other, so that a length beyond the RAM faults where the chip faults.
  if (length > 0) {
    if (call.cpu.memory.isMapped(call.uint(0), length))
      call.store(call.uint(0), new Uint8Array(length).fill(value));
    else for (let i = 0; i < length; i++) call.storeByte(call.uint(0) + i, value & 0xff);
  }
  return call.uint(0);
}

function compare(call: Call, limit: number): number {
  for (let i = 0; i < limit; i++) {
    const [left, right] = [call.loadByte(call.uint(0) + i), call.loadByte(call.uint(1) + i)];
    if (left !== right) return left - right;
    if (left === 0) return 0;
  }
  return 0;
}

function withNul(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes, 0]);
}
