import assert from 'node:assert/strict';
import { buildImage } from '../../src/flash/appImage';
import type { Firmware } from '../../src/simulator/firmware/firmware';

/** The image that the SDK's tools would make of an ELF for a slot. */
export function imageOf({ elf }: Firmware, slot: 1 | 2): Buffer {
  const code = elf.segments.filter(({ address }) => address >= 0x40200000);
  const ram = elf.segments.filter(({ address, bytes }) => address < 0x40200000 && bytes.length > 0);
  assert.equal(code.length, 1);
  return Buffer.from(buildImage(slot, elf.entry, code[0]?.bytes ?? Buffer.of(), ram));
}
