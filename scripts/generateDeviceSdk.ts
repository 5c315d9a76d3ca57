/** Writes device-sdk/ from the tables in src/sdk: `npm run generate:device-sdk`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { functions, sdkFunction } from '../src/sdk/functions';
import { romFunctions, romVariables } from '../src/sdk/rom';
import { declarations, type Declaration, type TypeHeader } from '../src/sdk/types';

/** What each header includes. */
const includes: Record<TypeHeader, string[]> = {
  'c_types.h': [],
  'eagle_soc.h': ['c_types.h'],
  'ets_sys.h': ['c_types.h', 'eagle_soc.h'],
  'os_type.h': ['ets_sys.h'],
  'osapi.h': ['os_type.h', 'string.h'],
  'mem.h': ['c_types.h'],
  'ip_addr.h': ['c_types.h'],
  'espconn.h': ['ip_addr.h'],
  'queue.h': ['c_types.h'],
  'spi_flash.h': ['c_types.h'],
  'gpio.h': ['c_types.h', 'eagle_soc.h'],
  'user_interface.h': ['os_type.h', 'ip_addr.h', 'queue.h', 'spi_flash.h', 'gpio.h'],
  'upgrade.h': ['c_types.h'],
  'sntp.h': ['ip_addr.h'],
  'driver/uart.h': ['c_types.h'],
  'string.h': ['c_types.h'],
  'stdlib.h': ['c_types.h'],
};

/** Headers whose types the SDK's c_types.h defines itself: the compiler's own would contradict it. */
const typeHeaders = ['stdint.h', 'stdbool.h'];

/**
 * Headers of the C library. A compiler without one (Debian's) takes these beside Espressif's SDK, by -idirafter: they include the
 * types by <>, so that these are that SDK's.
 */
const libraryHeaders = ['string.h', 'stdlib.h', ...typeHeaders];

/** Headers of the SDK that include the application's user_config.h; here it may be missing. */
const readsUserConfig: TypeHeader[] = ['osapi.h', 'user_interface.h'];
const userConfig = `#ifdef __has_include
#if __has_include("user_config.h")
#include "user_config.h"
#endif
#endif`;

const generated = 'Generated from src/sdk by `npm run generate:device-sdk`. Do not edit.';

/** The files of device-sdk, by their path in it. */
export function deviceSdk(): Map<string, string> {
  const files = new Map<string, string>();
  for (const [header, included] of Object.entries(includes))
    files.set(`include/${header}`, headerText(header, included));
  for (const header of typeHeaders) files.set(`include/${header}`, headerText(header, ['c_types.h']));
  files.set('esp8266.ld', linkerScript());
  return files;
}

function headerText(header: string, included: string[]): string {
  const guard = `ESP8266_SSL_${header.toUpperCase().replaceAll(/\W/g, '_')}`;
  const prototypes = functions
    .filter(declared => declared.header === header)
    .map(({ prototype, en }) => `/* ${en} */\n${prototype};`)
    .join('\n');
  const parts = [
    `/* ${generated} */`,
    `#ifndef ${guard}\n#define ${guard}`,
    included
      .map(name => (libraryHeaders.includes(header) ? `#include <${name}>` : `#include "${name}"`))
      .join('\n'),
    readsUserConfig.some(name => name === header) ? userConfig : '',
    ...declarations.filter(declaration => declaration.header === header).map(cText),
    prototypes === '' ? '' : forCAndCpp(prototypes),
    '#endif',
  ];
  return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

function forCAndCpp(prototypes: string): string {
  return `#ifdef __cplusplus
extern "C" {
#endif

${prototypes}

#ifdef __cplusplus
}
#endif`;
}

function cText(declaration: Declaration): string {
  switch (declaration.kind) {
    case 'text':
      return declaration.text;
    case 'macros':
      return declaration.values.map(([macro, replacement]) => `#define ${macro} ${replacement}`).join('\n');
    case 'enum': {
      const values = declaration.values.map(([name, value]) => `    ${name} = ${value},`).join('\n');
      const tag = declaration.name === undefined ? 'enum' : `enum ${declaration.name}`;
      return typedef(declaration.typedef, `${tag} {\n${values}\n}`);
    }
    case 'struct': {
      const members = declaration.members.map(member => `    ${member.declaration};`).join('\n');
      return typedef(declaration.typedef, `struct ${declaration.name} {\n${members}\n}`);
    }
  }
}

function typedef(name: string | undefined, type: string): string {
  return name === undefined ? `${type};` : `typedef ${type} ${name};`;
}

/** Functions that nobody defines get an address of their own where the chip has nothing; the simulator answers them by name. */
const firstFunction = 0x40300000;
const functionDistance = 16;

/** What else the ROM has, at its own address. The ROM's start code and vectors are nothing to link with. */
function romSymbols(): string[] {
  const own = romFunctions.filter(({ name }) => !/^_|^main$/.test(name) && sdkFunction(name) === undefined);
  return [...own, ...romVariables].map(
    ({ name, address }) => `PROVIDE(${name} = 0x${address.toString(16)});`,
  );
}

function linkerScript(): string {
  const provided = functions.map(
    ({ name }, index) => `PROVIDE(${name} = 0x${(firstFunction + index * functionDistance).toString(16)});`,
  );
  return `/* ${generated}
   Links firmware for the simulated device: no code of the SDK is needed, its functions are answered at these addresses. */
MEMORY
{
  dram : ORIGIN = 0x3ffe8000, LENGTH = 0x14000
  iram : ORIGIN = 0x40100000, LENGTH = 0x8000
  irom : ORIGIN = 0x40210000, LENGTH = 0x5c000
}

ENTRY(user_init)
/* The SDK calls these before user_init, where the application has them. */
EXTERN(user_pre_init user_rf_cal_sector_set user_rf_pre_init)

SECTIONS
{
  /* l32r reaches 256 KB back, no further: the literals of each object stand right before its code. */
  .irom0.text : ALIGN(4)
  {
    *(.irom0.literal .irom.literal .irom.text.literal .irom0.text .irom0.text.* .irom.text .irom.text.*)
  } > irom

  .text : ALIGN(4)
  {
    *(.literal .literal.* .iram.literal .iram.text.literal .text .text.* .iram.text .iram.text.*)
  } > iram

  .data : ALIGN(4)
  {
    _data_start = .;
    *(.data .data.*)
    *(.rodata .rodata.*)
    . = ALIGN(4);
    _data_end = .;
  } > dram

  .bss (NOLOAD) : ALIGN(4)
  {
    _bss_start = .;
    *(.bss .bss.* COMMON)
    . = ALIGN(4);
    _bss_end = .;
  } > dram

  _heap_start = ALIGN(16);
  /DISCARD/ : { *(.eh_frame .comment .xtensa.info) }
}

${provided.join('\n')}
/* The ROM of the chip. */
${romSymbols().join('\n')}
`;
}

if (require.main === module) {
  const root = path.join(__dirname, '..', 'device-sdk');
  for (const [file, content] of deviceSdk()) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  }
}
