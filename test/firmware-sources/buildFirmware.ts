import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const deviceSdk = path.join(__dirname, '..', '..', 'device-sdk');

/** Builds a firmware from one C source with device-sdk, into `folder`; returns the ELF's path. */
export function buildFirmware(folder: string, source: string, flags: string[] = ['-Og', '-g']): string {
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
      ...['-I', path.join(deviceSdk, 'include'), 'main.c', '-T', path.join(deviceSdk, 'esp8266.ld')],
      ...['-Wl,--gc-sections', '-lgcc', '-o', elf],
    ],
    { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  return elf;
}

/** What every firmware of a test begins with. */
export const headers = `#include "osapi.h"
#include "mem.h"
#include "spi_flash.h"
#include "user_interface.h"
#include "espconn.h"
`;
