/** A range of the chip's addresses, in bytes. */
export interface MemoryRange {
  readonly address: number;
  readonly size: number;
}

/**
 * The address space of the ESP8266: where its memories and registers are. Sources: the linker scripts of the SDK
 * (eagle.app.v6.ld, eagle.rom.addr.v6.ld) and the memory map of the esp8266-wiki.
 */
export const memoryMap = {
  /** Registers on the CPU's data port. */
  dport: { address: 0x3ff00000, size: 0x80000 },
  /** 80 KB for firmware, then 16 KB for the ROM's data and stack. */
  dataRam: { address: 0x3ffe8000, size: 0x18000 },
  /** The part of the data RAM that linker scripts give to firmware: .data, .rodata, .bss, then the heap. */
  firmwareRam: { address: 0x3ffe8000, size: 0x14000 },
  /** The ROM's data, up to its pointer to the description of the flash. */
  romData: { address: 0x3fffc000, size: 0x700 },
  /** Code of the boot ROM; it cannot be read as data here. */
  rom: { address: 0x40000000, size: 0x10000 },
  /** 32 KB, and the 32 KB that can serve as flash cache. */
  instructionRam: { address: 0x40100000, size: 0x10000 },
  /** The window through which the CPU sees a megabyte of the flash. */
  flashWindow: { address: 0x40200000, size: 0x100000 },
  /** Registers of the peripherals. */
  peripherals: { address: 0x60000000, size: 0x2000 },
  /** Kept over a reset. */
  rtcMemory: { address: 0x60001000, size: 0x400 },
} as const satisfies Record<string, MemoryRange>;

/** All that code is fetched from: instruction RAM to the end of the flash window, with the gap between them. */
export const codeWindow = {
  address: memoryMap.instructionRam.address,
  size: endOf(memoryMap.flashWindow) - memoryMap.instructionRam.address,
} as const satisfies MemoryRange;

/** The stack begins here and grows down; the word above it is the caller's. SDK: the value that its start code leaves. */
export const stackTop = 0x3ffffff0;

/** Where the ROM continues when a loaded program ends: it starts what the flash holds. esptool's stub returns there. */
export const romBootEntry = 0x400010a8;

/** The first address behind a range. */
export function endOf({ address, size }: MemoryRange): number {
  return address + size;
}

/** Whether an address (unsigned) lies in a range. */
export function isIn({ address, size }: MemoryRange, at: number): boolean {
  return at >= address && at < address + size;
}
