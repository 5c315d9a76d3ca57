import path from 'node:path';
import { limits } from '../files/limits';
import { readFile, readFileIfThere } from '../files/readFile';
import { saveFlashImage } from '../flash/saveImage';
import { ProblemError } from '../problems';
import { certificateSectors, sectorSize } from '../flash/sectors';
import type { FlashFile } from './device/flash';
import { type Firmware, loadFirmware } from './firmware/firmware';
import type { DeviceOptions } from './device/device';
import { Capture } from './network/capture';
import type { NetworkOptions } from './network/gateway';
import type { ReachWish } from './projectReach';
import { Simulator } from './simulator';

/** What a user says about a simulation, in launch.json or on the command line. Paths are absolute or relative to the current folder. */
export interface LaunchOptions {
  /** The firmware's ELF. */
  program: string;
  /** ELFs of the firmware that upgrades bring. */
  upgrades?: readonly string[];
  /** The folder with the generated certificate files; they are put at their usual sectors. */
  certificates?: string | undefined;
  /** Flash address → file: further contents of the flash. */
  flash?: ReadonlyMap<number, string>;
  /** Device port → port of this computer. */
  ports?: ReadonlyMap<number, number>;
  clock?: 'real' | 'virtual';
  /** Bytes. */
  flashSize?: number;
  /** The file that keeps the whole flash between runs. */
  flashImage?: string;
  /** What the flash holds, in place of {@link flashImage}; nothing is added to it when {@link asFlashed}. */
  flashContents?: Uint8Array;
  asFlashed?: boolean;
  /** The file for all packets of the device, in pcapng. */
  capture?: string;
  resets?: number;
  device?: Partial<DeviceOptions>;
  network?: Partial<NetworkOptions>;
  /** What the project's file asks to reach, and is not allowed to by itself. */
  reachWish?: ReachWish;
}

/** Reads all files and returns the device, not yet switched on. Throws a Problem that names the file at fault. */
export async function loadSimulator(options: LaunchOptions): Promise<Simulator> {
  const firmware = loadFirmware(await readFile(options.program, limits.firmware), options.program);
  const upgrades: Firmware[] = [];
  for (const file of options.upgrades ?? [])
    upgrades.push(loadFirmware(await readFile(file, limits.firmware), file));
  const flashFiles: FlashFile[] = [];
  if (options.asFlashed !== true) {
    if (options.certificates !== undefined)
      flashFiles.push(...(await readCertificates(options.certificates)));
    for (const [address, file] of options.flash ?? [])
      flashFiles.push({ address, file, bytes: await readFile(file, limits.flash) });
  }
  const simulator = new Simulator({
    ...options,
    firmware,
    upgrades,
    flashFiles,
    ...(options.flashContents === undefined ? await readImage(options.flashImage) : {}),
  });
  const { flashImage, capture: captureFile } = options;
  if (flashImage !== undefined) {
    simulator.atEnd.push(() => {
      if (saveFlashImage(flashImage, simulator.flashContents))
        simulator.events.add({ kind: 'key-saved', file: flashImage });
    });
  }
  if (captureFile !== undefined) {
    const capture = new Capture(captureFile, new Date(), problem => {
      simulator.failToSave(problem);
    });
    simulator.onPacket = (time, sender, packet) => {
      capture.packet(time, sender, packet);
    };
    simulator.atEnd.push(() => {
      capture.close();
      if (capture.holdsKey) simulator.events.add({ kind: 'key-saved', file: captureFile });
    });
  }
  return simulator;
}

/** The flash as an earlier run has left it; nothing when there was none. */
export async function readImage(file: string | undefined): Promise<{ flashContents?: Uint8Array }> {
  const flashContents = file === undefined ? undefined : await readFileIfThere(file, limits.flash);
  return flashContents === undefined ? {} : { flashContents };
}

/** The own certificate must be there; without CA certificate the device just verifies nobody. */
async function readCertificates(folder: string): Promise<FlashFile[]> {
  const files: FlashFile[] = [];
  for (const { file: name, sector } of certificateSectors) {
    const file = path.join(folder, name);
    const bytes = await readFileIfThere(file, limits.flash);
    if (bytes !== undefined) files.push({ address: sector * sectorSize, file, bytes });
    else if (name === 'esp_cert_private_key.bin')
      throw new ProblemError({ kind: 'flash-file-missing', file });
  }
  return files;
}
