import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { buildStackFirmware, type StackFirmware } from '../test/firmware-sources/stack/build';

/** The firmware with Debian's lwIP and Mbed TLS, in a folder that stays, so that other processes find it. */
export async function stackFirmware(): Promise<StackFirmware> {
  const folder = path.join(__dirname, '..', 'out', 'bench');
  mkdirSync(folder, { recursive: true });
  return buildStackFirmware(folder);
}
