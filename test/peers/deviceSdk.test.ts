import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { deviceSdk } from '../../scripts/generateDeviceSdk';
import { errors } from '../../src/sdk/errors';
import { functions } from '../../src/sdk/functions';
import { declarations } from '../../src/sdk/types';

const root = path.join(__dirname, '..', '..');
const sdk = path.join(root, 'device-sdk');
const headers = [...deviceSdk().keys()]
  .filter(file => file.endsWith('.h'))
  .map(file => path.posix.relative('include', file));
const includes = headers.map(header => `#include "${header}"`).join('\n');
const withoutHeader = functions
  .filter(({ header }) => header === undefined)
  .map(({ prototype }) => `extern ${prototype};`)
  .join('\n');
const warnings = ['-Wall', '-Wextra', '-Werror'];

describe('device-sdk', function () {
  let folder = '';

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-headers-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Compiles a source with the headers; throws with what the compiler says. */
  function compile(file: string, source: string, ...flags: string[]): void {
    writeFileSync(path.join(folder, file), source);
    const compiler = file.endsWith('.cpp') ? 'xtensa-lx106-elf-g++' : 'xtensa-lx106-elf-gcc';
    execFileSync(compiler, ['-ffreestanding', ...flags, '-I', path.join(sdk, 'include'), file], {
      cwd: folder,
      stdio: 'pipe',
    });
  }

  it('has the layouts and values of the tables', () => {
    const checks = declarations.flatMap(declaration => {
      if (declaration.kind === 'struct') {
        const type = `struct ${declaration.name}`;
        return [
          `_Static_assert(sizeof(${type}) == ${declaration.size}, "${type}");`,
          ...declaration.members
            .filter(({ name }) => name !== '')
            .map(
              ({ name, offset }) =>
                `_Static_assert(__builtin_offsetof(${type}, ${name}) == ${offset}, "${type}.${name}");`,
            ),
        ];
      }
      if (declaration.kind !== 'enum') return [];
      return declaration.values.map(([name, value]) => `_Static_assert(${name} == ${value}, "${name}");`);
    });
    for (const { name, value, isPublic } of errors)
      if (isPublic) checks.push(`_Static_assert(${name} == ${value}, "${name}");`);
    assert.ok(checks.length > 250, `${checks.length} checks`);
    compile('layouts.c', [includes, ...checks].join('\n'), '-std=gnu11', ...warnings, '-c');
    const wrong = '_Static_assert(sizeof(struct espconn) == 29, "struct espconn");';
    assert.throws(() => compile('wrong.c', `${includes}\n${wrong}`, '-c'), /static assertion failed/);
  });

  it('compiles without a warning: all headers together, each alone, in C and in C++', () => {
    for (const flags of [['-std=gnu99'], ['-std=gnu11', '-O2', '-fbuiltin', '-Wstrict-prototypes']])
      compile('all.c', `${includes}\n${withoutHeader}`, ...warnings, ...flags, '-c');
    compile('all.cpp', includes, ...warnings, '-c');
    for (const header of headers) compile('alone.c', `#include "${header}"`, ...warnings, '-c');
  });

  it('compiles firmware as people write it', () => {
    compile('usual.c', usualFirmware, '-std=gnu99', ...warnings, '-Og', '-mlongcalls', '-c');
  });

  it('gives each function an address of its own, where the chip has nothing', () => {
    const source = [
      includes,
      withoutHeader,
      'const void *const table[] = {',
      ...functions.map(({ name }) => `  (const void *)${name},`),
      '};',
      'const void *const *user_init(void) { return table; }',
    ].join('\n');
    compile('all.c', source, '-nostdlib', '-T', path.join(sdk, 'esp8266.ld'), '-lgcc', '-o', 'all.elf');
    const symbols = execFileSync('xtensa-lx106-elf-nm', ['all.elf'], { cwd: folder, encoding: 'utf8' });
    const addresses = new Map(
      [...symbols.matchAll(/^([0-9a-f]{8}) A (\w+)$/gm)].map(([, address, name]) => [
        name,
        Number(`0x${address}`),
      ]),
    );
    const found = functions.map(({ name }) => addresses.get(name) ?? assert.fail(`${name} has no address`));
    assert.equal(new Set(found).size, functions.length);
    for (const address of found) {
      assert.ok(address >= 0x40300000 && address < 0x4030ff00, address.toString(16));
      assert.equal(address % 16, 0);
    }
  });

  it('places code, literals and data where the chip runs and reads them', () => {
    const source = `#include "osapi.h"
int initialised = 1, cleared;
int ICACHE_FLASH_ATTR in_flash(int a) { return a * 0x12345678 + initialised; }
int in_iram(int a) { return a * 0x23456789 + cleared++; }
void ICACHE_FLASH_ATTR user_pre_init(void) { os_printf("pre\\n"); }
void ICACHE_FLASH_ATTR user_init(void) { os_printf("%d\\n", in_flash(1) + in_iram(2)); }`;
    for (const literals of ['-mtext-section-literals', '-mno-text-section-literals']) {
      compile(
        'places.c',
        source,
        ...['-Og', '-fno-inline', '-mlongcalls', literals, '-ffunction-sections', '-fdata-sections'],
        ...['-nostdlib', '-T', path.join(sdk, 'esp8266.ld'), '-Wl,--gc-sections', '-o', 'places.elf'],
      );
      const symbols = execFileSync('xtensa-lx106-elf-nm', ['places.elf'], { cwd: folder, encoding: 'utf8' });
      const address = (name: string) =>
        Number(`0x${new RegExp(`^([0-9a-f]{8}) \\w ${name}$`, 'm').exec(symbols)?.[1] ?? assert.fail(name)}`);
      for (const [name, least, greatest] of [
        ['in_flash', 0x40210000, 0x4026c000],
        ['user_pre_init', 0x40210000, 0x4026c000],
        ['in_iram', 0x40100000, 0x40108000],
        ['initialised', 0x3ffe8000, 0x3fffc000],
        ['cleared', address('_bss_start'), address('_bss_end') - 4],
        ['_heap_start', address('_bss_end'), 0x3fffc000],
      ] as const) {
        assert.ok(
          address(name) >= least && address(name) <= greatest,
          `${name}: ${address(name).toString(16)}`,
        );
      }
      const code = execFileSync('xtensa-lx106-elf-objdump', ['-d', 'places.elf'], {
        cwd: folder,
        encoding: 'utf8',
      });
      for (const [, at, literal] of code.matchAll(/^(\w+):.*\tl32r\t\w+, (\w+)/gm))
        assert.equal(at?.slice(0, 4), literal?.slice(0, 4), `the literal at ${literal} is far from ${at}`);
    }
  });
});

/** What the headers must take as it is: the SDK's macros and types in their usual combinations. */
const usualFirmware = `#include "ets_sys.h"
#include "osapi.h"
#include "os_type.h"
#include "mem.h"
#include "user_interface.h"
#include "espconn.h"
#include "gpio.h"
#include "upgrade.h"
#include "sntp.h"
#include "driver/uart.h"
#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <stdlib.h>

LOCAL os_timer_t timer;
LOCAL os_event_t queue[4];
LOCAL const char page[] ICACHE_RODATA_ATTR STORE_ATTR = "page";
typedef struct { uint8_t kind; uint16_t length; } __packed frame;

LOCAL void ICACHE_FLASH_ATTR scan_done(void *arg, STATUS status)
{
    struct bss_info *bss;
    STAILQ_HEAD(, bss_info) *list = arg;
    if (status == OK && !STAILQ_EMPTY(list))
        STAILQ_FOREACH(bss, list, next)
            os_printf("%s " MACSTR " %d %d\\n", bss->ssid, MAC2STR(bss->bssid), bss->rssi, bss->wps);
}

LOCAL void ICACHE_FLASH_ATTR task(os_event_t *e)
{
    if (e->sig == 1 && e->par != 0)
        os_timer_arm(&timer, 1000, true);
}

LOCAL void key_pressed(void *arg)
{
    uint32 status = GPIO_REG_READ(GPIO_STATUS_ADDRESS);
    (void)arg;
    GPIO_REG_WRITE(GPIO_STATUS_W1TC_ADDRESS, status & BIT(0));
    system_os_post(USER_TASK_PRIO_0, 1, status);
}

LOCAL void ICACHE_FLASH_ATTR tick(void *arg)
{
    struct station_config *config = (struct station_config *)os_zalloc(sizeof(struct station_config));
    struct ip_info info;
    char text[32];
    ip_addr_t server;

    (void)arg;
    if (config == NULL)
        return;
    os_memcpy(config->ssid, "network", 8);
    os_strncpy((char *)config->password, "secret", sizeof config->password);
    wifi_station_set_config_current(config);
    os_free(config);
    wifi_get_ip_info(STATION_IF, &info);
    os_sprintf(text, IPSTR, IP2STR(&info.ip));
    IP4_ADDR(&server, 192, 168, 1, 1);
    sntp_setserver(0, &server);
    if (strchr(text, '.') != NULL && atoi(text) == 192 && strlen(text) > sizeof(frame))
        uart0_sendStr(text);
    GPIO_OUTPUT_SET(2, GPIO_INPUT_GET(0));
    wifi_station_scan(NULL, scan_done);
}

void ICACHE_FLASH_ATTR user_init(void)
{
    uart_init(BIT_RATE_115200, BIT_RATE_115200);
    system_os_task(task, USER_TASK_PRIO_0, queue, sizeof(queue) / sizeof(os_event_t));
    PIN_FUNC_SELECT(PERIPHS_IO_MUX_GPIO2_U, FUNC_GPIO2);
    PIN_PULLUP_EN(PERIPHS_IO_MUX_GPIO0_U);
    ETS_GPIO_INTR_DISABLE();
    ETS_GPIO_INTR_ATTACH(key_pressed, NULL);
    gpio_pin_intr_state_set(GPIO_ID_PIN(0), GPIO_PIN_INTR_NEGEDGE);
    ETS_GPIO_INTR_ENABLE();
    os_timer_disarm(&timer);
    os_timer_setfn(&timer, (os_timer_func_t *)tick, (void *)page);
    os_timer_arm(&timer, 1000, 1);
    if (system_upgrade_userbin_check() == UPGRADE_FW_BIN1 && system_get_flash_size_map() == FLASH_SIZE_32M_MAP_512_512)
        os_printf("%s\\n", system_get_sdk_version());
}
`;
