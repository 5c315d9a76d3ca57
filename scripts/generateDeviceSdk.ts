/** Writes device-sdk/ from the tables in src/sdk: `npm run generate:device-sdk`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { functions, romArithmetic } from '../src/sdk/functions';
import { declarations, type Declaration, type TypeHeader } from '../src/sdk/types';

/** What each header includes; in the order in which they are written. */
const includes: Partial<Record<TypeHeader, string[]>> = {
  'c_types.h': [],
  'ets_sys.h': ['c_types.h'],
  'os_type.h': ['ets_sys.h'],
  'osapi.h': ['os_type.h'],
  'mem.h': ['c_types.h'],
  'ip_addr.h': ['c_types.h'],
  'espconn.h': ['ip_addr.h'],
  'user_interface.h': ['os_type.h', 'ip_addr.h'],
  'spi_flash.h': ['c_types.h'],
  'driver/uart.h': ['c_types.h'],
};

const generated = 'Generated from src/sdk by `npm run generate:device-sdk`. Do not edit.';

/** Headers that the C library names; firmware may include them. */
const libraryHeaders = { 'string.h': 'rom' } as const;

/** The files of device-sdk, by their path in it. */
export function deviceSdk(): Map<string, string> {
  const files = new Map<string, string>();
  for (const [header, included] of Object.entries(includes))
    files.set(`include/${header}`, headerText(header, included));
  for (const header of Object.keys(libraryHeaders))
    files.set(`include/${header}`, headerText('rom', ['c_types.h'], header));
  files.set('esp8266.ld', linkerScript());
  return files;
}

function headerText(header: string, included: string[], fileName = header): string {
  const guard = `ESP8266_SSL_${fileName.toUpperCase().replaceAll(/\W/g, '_')}`;
  const parts = [
    `/* ${generated} */`,
    `#ifndef ${guard}\n#define ${guard}`,
    included.map(name => `#include "${name}"`).join('\n'),
    ...declarations.filter(declaration => declaration.header === header).map(cText),
    functions
      .filter(declared => declared.header === header)
      .map(({ prototype, en }) => `/* ${en} */\n${prototype};`)
      .join('\n'),
    '#endif',
  ];
  return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

function cText(declaration: Declaration): string {
  switch (declaration.kind) {
    case 'text':
      return declaration.text;
    case 'enum': {
      const values = declaration.values.map(([name, value]) => `    ${name} = ${value},`).join('\n');
      return typedef(declaration.typedef, `enum ${declaration.name} {\n${values}\n}`);
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

function linkerScript(): string {
  const provided = [...functions.map(({ name }) => name), ...romArithmetic].map(
    (name, index) => `PROVIDE(${name} = 0x${(firstFunction + index * functionDistance).toString(16)});`,
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

SECTIONS
{
  .irom0.text : ALIGN(4)
  {
    *(.irom0.literal .irom0.literal.*)
    *(.irom0.text .irom0.text.* .irom.text .irom.text.*)
    *(.literal.* .text.*.literal)
  } > irom

  .text : ALIGN(4)
  {
    *(.literal .iram.literal)
    *(.text .text.* .iram.text .iram.text.*)
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
`;
}

if (require.main === module) {
  const root = path.join(__dirname, '..', 'device-sdk');
  for (const [file, content] of deviceSdk()) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), content);
  }
}
