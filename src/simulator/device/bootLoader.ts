import { codeOffset, buildImage, type ImageSegment, readImage } from '../../flash/appImage';
import { oldCodeOffset } from '../../flash/contents';
import { firstImage, flashMap, flashMaps, secondImageOf } from '../../flash/maps';
import { ProblemError } from '../../problems';
import { dataRam, flashWindow, instructionRam } from '../cpu/memory';
import type { EventLog } from '../events';
import type { Elf, Segment } from '../firmware/elf';
import type { Firmware } from '../firmware/firmware';
import type { Flash } from './flash';
import { selectedSlot, selectSlot } from './systemParameters';
import type { Slot } from './slot';

/** What the chip starts. A firmware that is linked for no slot needs no boot loader. */
export interface Started {
  firmware: Firmware;
  slot: Slot | undefined;
}

const megabyte = 0x100000;

/** The address in the flash of the image that an ELF is linked for; undefined when it is linked for no slot. */
function imageAddress({ segments }: Elf): number | undefined {
  const code = segments.find(inFlash);
  if (code === undefined) return undefined;
  const at = code.address - flashWindow.address;
  const places = [firstImage, ...flashMaps.map(secondImageOf)];
  return places.find(
    place => place !== undefined && (at === place + codeOffset || at === place + oldCodeOffset),
  );
}

/** Where user2 must lie by the links of these firmwares; undefined when they leave it open. */
export function secondImage(firmwares: readonly Firmware[]): number | undefined {
  return firmwares.map(({ elf }) => imageAddress(elf)).find(at => at !== undefined && at !== firstImage);
}

/** The slot with this number, by the map of the flash; undefined where the map has no room for two. */
export function slotNumber(flash: Flash, number: 1 | 2): Slot | undefined {
  const map = flashMap(flash.map);
  const address = number === 1 ? firstImage : map && secondImageOf(map);
  return address === undefined ? undefined : { number, address };
}

/** The slot that an ELF is linked for. In maps of 1 MB for each both slots are linked alike: then it is user1. */
function slotOf(elf: Elf): Slot | undefined {
  const address = imageAddress(elf);
  return address === undefined ? undefined : { number: address === firstImage ? 1 : 2, address };
}

/**
 * Puts a firmware into the flash as the flash tool does: its image into the slot that it is linked for, its bare code where
 * it is linked for none. Throws a Problem when the flash is too small.
 */
export function writeFirmware({ elf }: Firmware, flash: Flash): void {
  const code = elf.segments.filter(inFlash);
  for (const { address, bytes } of code) {
    const at = address - flashWindow.address;
    if (at + bytes.length > flash.size) {
      throw new ProblemError({
        kind: 'flash-file-too-large',
        file: elf.file,
        address: at,
        length: bytes.length,
        flashSize: flash.size,
      });
    }
    flash.put(at, bytes);
  }
  const slot = slotOf(elf);
  const [first] = code;
  if (slot === undefined || first === undefined) return;
  if (first.address === flashWindow.address + slot.address + codeOffset) {
    const end = Math.max(...code.map(({ address, bytes }) => address + bytes.length));
    const bytes = new Uint8Array(end - first.address);
    for (const segment of code) bytes.set(segment.bytes, segment.address - first.address);
    flash.put(slot.address, buildImage(slot.number, elf.entry, bytes, ramSegments(elf)));
  }
}

/** Makes a firmware's slot the one to start. */
export function chooseFirmware({ elf }: Firmware, flash: Flash): void {
  const slot = slotOf(elf);
  if (slot !== undefined) selectSlot(flash, slot.number);
}

/**
 * Starts what the flash holds: the image of the chosen slot or, when that is damaged, of the other one. Its code becomes
 * visible to the CPU. Throws a Problem when none can be started, or when no ELF is known that has its code.
 * @param firmwares the ELFs that the user has named; the first is the one to simulate
 * @param asFlashed the ROM, too, starts only what lies at address 0 of the flash: boot loader, or firmware without slots
 */
export function startFirmware(
  firmwares: readonly Firmware[],
  flash: Flash,
  events: EventLog,
  asFlashed = false,
): Started {
  const [program] = firmwares;
  if (program === undefined) throw new Error('no firmware to start');
  if (asFlashed) {
    const first = readImage(flash.contents, 0);
    if (typeof first === 'string') throw new ProblemError({ kind: 'nothing-at-start', fault: first });
    const whole = firmwares.find(
      ({ elf }) => slotOf(elf) === undefined && isOf(elf, first, flash, { number: 1, address: 0 }),
    );
    if (whole !== undefined) return { firmware: whole, slot: undefined };
  }
  if (slotOf(program.elf) === undefined) {
    if (asFlashed) throw new ProblemError({ kind: 'image-unknown', number: 1, address: 0 });
    return { firmware: program, slot: undefined };
  }
  const chosen = selectedSlot(flash);
  for (const number of [chosen, chosen === 1 ? 2 : 1] as const) {
    const slot = slotNumber(flash, number);
    if (slot === undefined) continue;
    const image = readImage(flash.contents, slot.address);
    if (typeof image === 'string') {
      events.add({ kind: 'image-damaged', ...slot, fault: image });
      continue;
    }
    const firmware = firmwares.find(({ elf }) => isOf(elf, image, flash, slot));
    if (firmware === undefined) throw new ProblemError({ kind: 'image-unknown', ...slot });
    flash.showMegabyte(slot.address - (slot.address % megabyte));
    return { firmware, slot };
  }
  throw new ProblemError({ kind: 'no-image', file: program.elf.file });
}

/** Whether an image is made from this ELF: RAM and flash would hold the same. */
function isOf(elf: Elf, image: readonly ImageSegment[], flash: Flash, slot: Slot): boolean {
  const start = slot.address - (slot.address % megabyte);
  const sameCode = elf.segments
    .filter(inFlash)
    .every(({ address, bytes }) =>
      Buffer.from(bytes).equals(
        flash.read(start + address - flashWindow.address, bytes.length) ?? Buffer.of(),
      ),
    );
  if (!sameCode) return false;
  const [loaded, linked] = [ramOf(image), ramOf(ramSegments(elf))];
  return loaded !== undefined && linked !== undefined && loaded.equals(linked);
}

/** What all RAM holds after loading; undefined when a segment lies elsewhere. */
function ramOf(segments: readonly ImageSegment[]): Buffer | undefined {
  const ram = Buffer.alloc(dataRam.size + instructionRam.size);
  for (const { address, bytes } of segments) {
    const region = [dataRam, instructionRam].find(
      candidate =>
        address >= candidate.address && address + bytes.length <= candidate.address + candidate.size,
    );
    if (region === undefined) return undefined;
    ram.set(bytes, address - region.address + (region === dataRam ? 0 : dataRam.size));
  }
  return ram;
}

function ramSegments({ segments }: Elf): ImageSegment[] {
  return segments.filter(segment => !inFlash(segment) && segment.bytes.length > 0);
}

function inFlash({ address }: Segment): boolean {
  return address >= flashWindow.address && address < flashWindow.address + flashWindow.size;
}
