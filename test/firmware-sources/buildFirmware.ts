import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const deviceSdk = path.join(__dirname, '..', '..', 'device-sdk');

/**
 * Builds a firmware from one C source with device-sdk, into `folder`; returns the ELF's path.
 * @param code where the code of the flash is linked, when not for a firmware without upgrades
 */
export function buildFirmware(
  folder: string,
  source: string,
  flags: string[] = ['-Og', '-g'],
  code = 0x40210000,
): string {
  const script = path.join(folder, 'firmware.ld');
  const original = readFileSync(path.join(deviceSdk, 'esp8266.ld'), 'utf8');
  writeFileSync(script, original.replace('irom : ORIGIN = 0x40210000', `irom : ORIGIN = ${code}`));
  const file = path.join(folder, 'main.c');
  const elf = path.join(folder, 'firmware.elf');
  writeFileSync(file, source);
  execFileSync(
    'xtensa-lx106-elf-gcc',
    [
      ...flags,
      ...[
        '-std=gnu99',
        '-mlongcalls',
        '-mtext-section-literals',
        '-ffreestanding',
        '-nostdlib',
        '-fno-builtin',
      ],
      ...['-I', path.join(deviceSdk, 'include'), 'main.c', '-T', script],
      ...['-Wl,--gc-sections', '-lgcc', '-o', elf],
    ],
    { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  return elf;
}

/** What every firmware of a test starts with. */
export const headers = `#include "osapi.h"
#include "mem.h"
#include "spi_flash.h"
#include "user_interface.h"
#include "espconn.h"
`;
