import { callx0, code, j, l32r } from './lx106';
import { codeStart, elfFile } from './elfFile';

/** SHN_ABS: the linker has given the name an address outside of the ELF. */
const absolute = 0xfff1;
/** Above the chip's memory, 16 bytes for each function. */
const firstFunction = 0x40300000;
const maxLiterals = 8;

/** What lies in the flash: 768 KB less the header, of one byte, then a NUL. */
export const longString = { address: 0x40210000, length: 0xc0000 - 0x10000 - 1 };

/** The symbols of functions that the ELF does not bring, as the linker script of a firmware names them. */
export function outsideSymbols(names: Iterable<string>) {
  return [...names].map((name, index) => ({
    name,
    address: firstFunction + 16 * index,
    section: absolute,
  }));
}

/**
 * An ELF that feeds the software watchdog and calls a function with these arguments, forever. `texts` are put into the flash where they
 * are to lie; the rest of it is {@link longString}.
 */
export function callingFirmware(
  name: string,
  args: readonly number[],
  texts: Readonly<Record<number, string>> = {},
): Uint8Array {
  const functions = outsideSymbols([name, 'system_soft_wdt_feed']);
  const literals = [...functions.map(({ address }) => address), ...args];
  const start = 4 * maxLiterals;
  const parts: Uint8Array[] = [];
  let at = start;
  const add = (instruction: Uint8Array) => {
    parts.push(instruction);
    at += instruction.length;
  };
  const load = (register: number, literal: number) => {
    add(l32r(register, (4 * literal - ((at + 3) & ~3)) / 4));
  };
  const call = (literal: number) => {
    load(8, literal);
    add(callx0(8));
  };
  call(1);
  args.forEach((_, index) => {
    load(2 + index, 2 + index);
  });
  call(0);
  add(j(start - at));
  const words = Buffer.alloc(start);
  literals.forEach((literal, index) => words.writeUInt32LE(literal >>> 0, 4 * index));
  const flash = Buffer.alloc(longString.length + 1, 'a');
  flash[longString.length] = 0;
  for (const [address, text] of Object.entries(texts))
    flash.write(text, Number(address) - longString.address, 'latin1');
  return elfFile({
    segments: [
      { address: codeStart, bytes: Buffer.concat([words, code(...parts)]) },
      { address: longString.address, bytes: flash },
    ],
    symbols: [
      { name: 'user_init', address: codeStart + start, size: at - start, isFunction: true },
      ...functions,
    ],
  });
}

const format = longString.address + 0x80000;
const needle = longString.address + 0x90000;
const buffer = 0x3fff0000;

/** Calls that take the host long, with the texts in the flash that make them so. */
export const longCalls: readonly { name: string; args: number[]; texts?: Record<number, string> }[] = [
  { name: 'ets_strlen', args: [longString.address] },
  { name: 'ets_strcmp', args: [longString.address, longString.address] },
  {
    name: 'ets_strstr',
    args: [longString.address, needle],
    texts: { [needle - 1]: `\0${'a'.repeat(0x20000)}b\0` },
  },
  {
    name: 'os_printf_plus',
    args: [format, ...Array.from({ length: 5 }, () => longString.address)],
    texts: { [format - 1]: `\0${'%s'.repeat(5)}\0` },
  },
  { name: 'uart0_sendStr', args: [longString.address] },
  { name: 'ets_memcpy', args: [buffer, buffer - 1, 0xc000] },
  { name: 'ets_memcmp', args: [longString.address, longString.address, longString.length] },
  { name: 'SPIEraseChip', args: [] },
  { name: 'spi_flash_read', args: [0, buffer, 0xc000] },
  { name: 'os_get_random', args: [buffer, 0xc000] },
];
