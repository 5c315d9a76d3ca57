import { type Call, unfinished, type Answer, type Family } from './call';
import { formatText, latin1 } from './printf';

/** String functions of the ROM and of libc, under all names the SDK's headers give them. */
export function stringFamily(): Family {
  return {
    ...under(['ets_memcpy', 'memcpy'], call => {
      const [to, from, length] = [call.uint(0), call.uint(1), call.uint(2)];
      // The ROM copies upwards byte by byte; where source and destination overlap, firmware sees the result.
      if (to > from && to < from + length) {
        copyUpwards(call, to, from, length);
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
      return compare(call, call.uint(2), false);
    }),
    memchr: call => {
      const at = call.find(call.uint(0), call.int(1) & 0xff, call.uint(2));
      return at < 0 ? 0 : call.uint(0) + at;
    },
    ...under(['ets_strlen', 'strlen'], call => call.find(call.uint(0), 0)),
    ...under(['ets_strcmp', 'strcmp'], call => compare(call, Infinity, true)),
    ...under(['ets_strncmp', 'strncmp'], call => compare(call, call.uint(2), true)),
    ...under(['ets_strcpy', 'strcpy'], call => {
      call.store(call.uint(0), withNul(call.cString(call.uint(1))));
      return call.uint(0);
    }),
    ...under(['ets_strncpy', 'strncpy'], call => {
      const [to, length] = [call.uint(0), call.uint(2)];
      const text = call.cString(call.uint(1), length);
      if (text.length > 0) call.store(to, text);
      call.fill(to + text.length, 0, length - text.length);
      return to;
    }),
    ...under(['ets_strcat', 'strcat'], call => {
      call.store(call.uint(0) + call.find(call.uint(0), 0), withNul(call.cString(call.uint(1))));
      return call.uint(0);
    }),
    ...under(['ets_strstr', 'strstr'], find),
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
      const { text } = formatText(call, call.uint(1), call.variadic(2));
      call.store(call.uint(0), withNul(Buffer.from(text, 'latin1')));
      return text.length;
    }),
    ...under(['ets_snprintf', 'snprintf'], call => {
      const size = call.uint(1);
      const { text } = formatText(call, call.uint(2), call.variadic(3));
      if (size > 0) call.store(call.uint(0), withNul(Buffer.from(text.slice(0, size - 1), 'latin1')));
      return text.length;
    }),
  };
}

function under(names: string[], answer: Answer): Family {
  return Object.fromEntries(names.map(name => [name, answer]));
}

function fill(call: Call, value: number, length: number): number {
  call.fill(call.uint(0), value & 0xff, length);
  return call.uint(0);
}

/** As a loop of bytes does where the destination lies inside the source: what lies between them is repeated. */
function copyUpwards(call: Call, to: number, from: number, length: number): void {
  const period = to - from;
  const result = new Uint8Array(call.view(to, length).length);
  result.set(call.load(from, Math.min(period, result.length)));
  for (let at = period; at < result.length; at++) result[at] = result[at - period] ?? 0;
  call.store(to, result);
  call.needRoom(to, length);
}

/** The difference of the first bytes that differ, in a string only up to its end. */
function compare(call: Call, limit: number, isString: boolean): number {
  const [left, right] = [call.uint(0), call.uint(1)];
  const [a, b] = [call.view(left, limit), call.view(right, limit)];
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a[at] === b[at] && !(isString && a[at] === 0)) at++;
  call.charge(at);
  if (at < length) return (a[at] ?? 0) - (b[at] ?? 0);
  if (at < limit) {
    // The one whose memory ends here faults.
    call.loadByte(left + at);
    call.loadByte(right + at);
  }
  return 0;
}

/** Bytes that strstr compares before the host looks at its clock. */
const piece = 0x10000;

/** As the ROM: from each place of the text on, byte by byte. What is left after a piece is a call with the argument moved on. */
function find(call: Call): number | typeof unfinished {
  const [address, wanted] = [call.uint(0), call.uint(1)];
  const [text, part] = [call.view(address), call.view(wanted)];
  for (let at = 0, compared = 0; ; at++) {
    let length = 0;
    while (length < part.length && part[length] !== 0 && part[length] === text[at + length]) length++;
    call.charge(length + 1);
    // Past the end of the memory this faults.
    if ((part[length] ?? call.loadByte(wanted + length)) === 0) return address + at;
    if ((text[at + length] ?? call.loadByte(address + at + length)) === 0) return 0;
    compared += length + 1;
    if (compared < piece) continue;
    call.cpu.registers[2] = address + at + 1;
    return unfinished;
  }
}

function withNul(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length + 1);
  result.set(bytes);
  return result;
}
