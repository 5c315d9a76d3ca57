import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';
import { type Run, runToEnd } from '../firmware-sources/runToEnd';
import type { SimulatorOptions } from '../../src/simulator/simulatorOptions';

/** Firmware that does what no firmware should: the device resets or stops and says why; the simulator continues. */
describe('hostile firmware', function () {
  let folder = '';

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-hostile-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function run(source: string, options: Partial<SimulatorOptions> = {}): Promise<Run> {
    const file = buildFirmware(folder, `${headers}${source}`);
    const firmware = loadFirmware(readFileSync(file), file);
    return runToEnd({ firmware, resets: 0, network: { outbound: 'deny' }, ...options });
  }

  it('that recurses for ever is told so, with the function', async () => {
    const { reason, log } = await run(`
static int __attribute__((noinline)) deeper(int depth) {
  volatile int here[8];
  here[0] = depth;
  return deeper(depth + 1) + here[0];
}
void user_init(void) { os_printf("%d", deeper(0)); }`);
    assert.equal(reason, 'exception');
    assert.match(
      log,
      /Fatal exception 29 \(StoreProhibited\) .* in deeper \(.*main\.c:\d+\).* stack has grown down to 0x3ffe[0-9a-f]{4}|0x3ffd/,
    );
    assert.match(log, /a function recurses without end/);
  });

  it('that frees twice, and what is no block, is named with the place', async () => {
    const { text, log } = await run(`
void user_init(void) {
  char *block = os_malloc(20);
  int inside;
  os_free(block); os_free(block); os_free(&inside); os_free(block + 3);
  os_printf("%d", os_malloc(20) == block);
  system_restart();
}`);
    assert.equal(text, '1');
    assert.equal(
      log.match(/os_free of 0x3ff\w+, which is not an allocated block, called from user_init/g)?.length,
      3,
    );
  });

  it('that overwrites the heap gets no memory any more', async () => {
    const { text, reason } = await run(`
void user_init(void) {
  char *first = os_malloc(20), *second = os_malloc(20);
  os_memset(first, 0xa5, 5000);
  os_free(first); os_free(second);
  os_printf("%x %d", (unsigned)os_malloc(40), system_get_free_heap_size() >= 0);
  system_restart();
}`);
    assert.equal(text, '0 1');
    assert.equal(reason, 'restart');
  });

  const jumps = ['0', '0x3ffe8000', '0x40000001', '0x4ffffff0', '0x4fffffe0', '0x4ffff000', '0xffffffff'];
  for (const address of jumps) {
    it(`that jumps to ${address} ends somehow`, async () => {
      const { reason } = await run(`
static os_timer_t timer;
static void end(void *argument) { system_restart(); }
void user_init(void) {
  os_timer_setfn(&timer, end, 0);
  os_timer_arm(&timer, 10, 0);
  ((void (*)(int, int, int))${address})(-1, 7, 0x20);
  system_restart();
}`);
      assert.ok(['exception', 'restart', 'not-offered'].includes(reason), reason);
    });
  }

  const circles: Record<string, string> = {
    'a timer that is followed by itself': `
  os_timer_arm(&timers[0], 1000, 0);
  timers[0].timer_next = &timers[0];
  os_timer_arm(&timers[1], 2000, 0);`,
    'a circle of three timers': `
  int i;
  for (i = 0; i < 3; i++) os_timer_arm(&timers[i], 1000 + i, 0);
  timers[2].timer_next = &timers[0];
  os_timer_disarm(&timers[3]);`,
  };
  for (const [name, code] of Object.entries(circles)) {
    it(`with ${name} is bitten by the hardware watchdog`, async () => {
      const { reason, log } = await run(`
static os_timer_t timers[4];
void user_init(void) {${code}
  os_printf("not reached");
}`);
      assert.equal(reason, 'watchdog');
      assert.match(log, /The hardware watchdog resets .* at ets_timer_(arm_new|disarm), user_init \(/);
    });
  }

  it('with a periodic timer in a circle is bitten while the device sleeps', async () => {
    const { reason } = await run(`
static os_timer_t timers[2];
static void tick(void *argument) {}
void user_init(void) {
  os_timer_setfn(&timers[0], tick, 0);
  os_timer_arm(&timers[0], 10, 1);
  os_timer_arm(&timers[1], 20, 0);
  timers[1].timer_next = &timers[1];
  timers[1].timer_expire = 0;
}`);
    assert.equal(reason, 'watchdog');
  });

  it('with a timer list into nowhere faults as the chip does', async () => {
    const { reason, log } = await run(`
static os_timer_t timer;
static void tick(void *argument) {}
void user_init(void) {
  os_timer_setfn(&timer, tick, 0);
  os_timer_arm(&timer, 10, 0);
  timer.timer_next = (void *)0x10;
}`);
    assert.equal(reason, 'exception');
    assert.match(log, /Fatal exception 28 \(LoadProhibited\)/);
  });

  it('that arms a timer 100,000 times has one', async () => {
    const { text } = await run(
      `
static os_timer_t timer;
static void tick(void *argument) { os_printf("tick "); system_restart(); }
void user_init(void) {
  int i;
  os_timer_setfn(&timer, tick, 0);
  for (i = 0; i < 100000; i++) { os_timer_arm(&timer, 10, 0); if (i % 1000 == 0) system_soft_wdt_feed(); }
}`,
    );
    assert.equal(text, 'tick ');
  });

  const prints: Record<string, [string, RegExp]> = {
    'a width of thousands of millions': ['os_printf("%2000000000d|", 1)', /^ {4095}1\|$/],
    'more placeholders than arguments': [
      'os_printf("%d %d %d %d %d %d %d %d %d %d %d %d")',
      /^(-?\d+ ){11}-?\d+$/,
    ],
    'a string at a wild address': ['os_printf("%s", (char *)0x70000000)', /^$/],
    'a string without end': [
      'os_memset((void *)0x3fffc800, 65, 0x3600); os_printf("%s", (char *)0x3fffc800)',
      /./,
    ],
    'a format without end': [
      'os_memset((void *)0x3fffd000, 37, 0x2000); os_printf((char *)0x3fffd000)',
      /^%*/,
    ],
    'a placeholder that is cut off': ['os_printf("%"); os_printf("%-"); os_printf("%.*")', /^%%-%\.\*$/],
    '%n and %s of NULL': ['os_printf("%n%s", 4, 0)', /^%n<null>$/],
  };
  for (const [name, [code, printed]] of Object.entries(prints)) {
    it(`that prints ${name} goes on or faults`, async () => {
      const { text, reason } = await run(`
void user_init(void) { ${code}; system_restart(); }`);
      if (reason === 'restart') assert.match(text, printed);
      else assert.match(text, /Fatal exception (9|28)/);
    });
  }

  const faults = [
    'os_memcpy((void *)0x3ffe8000, (void *)0x10, 4)',
    'os_memcpy((void *)0x40210000, "code", 4)',
    'os_memcpy((void *)0x3ffe8000, (void *)0x3fff0000, 0xfffffff0)',
    'os_memset((void *)0x3ffe8000, 1, 0x7fffffff)',
    'os_memset((void *)0x40200000, 0, 4)',
    'os_strcpy((void *)0x60001400, "x")',
    'os_printf("%d", os_strlen((char *)0x20000000))',
    'os_strncpy((void *)0x3ffe9000, "x", 0xffffffff)',
    'os_printf("%d", os_strcmp((char *)8, (char *)8))',
    'os_printf("%d", os_memcmp((void *)0x3fffff00, (void *)0x3fffff00, 0xffffffff))',
    'os_sprintf((char *)0x40280000, "%d", 5)',
    'spi_flash_read(0, (uint32 *)0x50000000, 4)',
    'spi_flash_read(0, (uint32 *)0x3ffe8001, 4)',
    'spi_flash_write(0x80000, (uint32 *)0x50000000, 4)',
    'wifi_station_set_config((struct station_config *)0x10)',
    'wifi_get_macaddr(0, (uint8 *)0x10)',
    'system_rtc_mem_read(64, (void *)0x10, 4)',
    'system_os_task((os_task_t)1, 0, (os_event_t *)0x10, 1); system_os_post(0, 1, 1)',
    'espconn_regist_recvcb((struct espconn *)0x10, 0)',
    'espconn_secure_accept((struct espconn *)0x10)',
  ];
  for (const code of faults) {
    it(`faults as the chip does: ${code}`, async () => {
      const { reason, text } = await run(`
void user_init(void) { ${code}; }`);
      assert.equal(reason, 'exception');
      assert.match(text, /^Fatal exception (3|9|28|29)\(/);
    });
  }

  it('with senseless arguments is refused', async () => {
    const { text, reason } = await run(`
static uint32 word;
void user_init(void) {
  os_printf("%d ", spi_flash_read(0xfffffffc, &word, 4));
  os_printf("%d ", spi_flash_read(0, &word, 0xffffffff));
  os_printf("%d ", spi_flash_write(0x3ffffc, &word, 8));
  os_printf("%d ", spi_flash_erase_sector(0xffff));
  os_printf("%d ", system_os_post(0, 1, 2));
  os_printf("%d ", system_os_post(200, 1, 2));
  os_printf("%d ", system_os_task(0, 3, (os_event_t *)0x3ffe8000, 1));
  os_printf("%d ", system_rtc_mem_read(250, &word, 400));
  os_printf("%x ", (unsigned)os_malloc(0x7fffffff));
  os_printf("%x ", (unsigned)os_zalloc(0xffffffff));
  os_printf("%d ", system_param_save_with_protect(0xfffe, &word, 4));
  os_printf("%d ", wifi_set_opmode(77));
  os_printf("%d ", espconn_secure_accept(0));
  ets_isr_attach(-1, 0, 0);
  ets_isr_attach(4000, 0, 0);
  system_restart();
}`);
    assert.equal(text, '1 1 1 1 0 0 0 0 0 0 0 0 -12 ');
    assert.equal(reason, 'restart');
  });

  it('that asks for Wi-Fi in a loop loses events, and the computer no memory', async () => {
    const before = process.memoryUsage().heapUsed;
    const { log, reason } = await run(`
static void happened(System_Event_t *event) {}
void user_init(void) {
  int i;
  wifi_set_event_handler_cb(happened);
  for (i = 0; i < 50000; i++) {
    wifi_station_connect();
    wifi_station_disconnect();
    system_soft_wdt_feed();
  }
  system_restart();
}`);
    assert.equal(reason, 'restart');
    assert.match(log, /triggers more events than it handles/);
    assert.ok(process.memoryUsage().heapUsed - before < 200e6);
  });

  it('that leaves FRC1 running without a handler does not keep the device awake', async () => {
    const { text } = await run(`
static os_timer_t timer;
static void tick(void *argument) { os_printf("tick"); system_restart(); }
void user_init(void) {
  *(volatile unsigned *)0x60000608 = 0xc0;
  *(volatile unsigned *)0x60000600 = 1;
  os_timer_setfn(&timer, tick, 0);
  os_timer_arm(&timer, 1000, 0);
}`);
    assert.equal(text, 'tick');
  });

  it('with more heap reserved than there is gets none', async () => {
    const source = `
void user_init(void) { os_printf("%d %x", system_get_free_heap_size() < 100000, (unsigned)os_malloc(70000)); system_restart(); }`;
    const { text } = await run(source, { device: { reservedHeap: 1e9 } });
    assert.equal(text, '1 0');
  });

  it('that writes all over the RAM ends somehow', async () => {
    for (const seed of [1, 22, 333, 4444]) {
      const { reason } = await run(
        `
static unsigned state = ${seed};
static unsigned random(void) { state = state * 1664525 + 1013904223; return state >> 4; }
static os_timer_t timer;
static void tick(void *argument) {
  unsigned i;
  for (i = 0; i < 2000; i++) *(unsigned *)(0x3ffe8000 + (random() % 0x18000 & ~3)) = random() * 31;
}
void user_init(void) {
  os_timer_setfn(&timer, tick, 0);
  os_timer_arm(&timer, 5, 1);
}`,
        { resets: 3 },
      );
      assert.ok(['exception', 'watchdog', 'not-offered', 'restart'].includes(reason), reason);
    }
  });

  it('that brings a radio function of the SDK is stopped there, not left to hardware that is not there', async () => {
    // As in an ELF linked with the SDK: the function has code, which must not run.
    const source = `
void __attribute__((noinline)) simple_pair_init(void) { os_printf("native"); }
unsigned __attribute__((noinline)) wifi_softap_get_station_info(void) { return 1; }
void user_init(void) {
  wifi_set_opmode(2);
  unsigned char *station = (unsigned char *)wifi_softap_get_station_info();
  os_printf("%02x%02x %d.%d ", station[4], station[9], station[12], station[15]);
  simple_pair_init();
  system_restart();
}`;
    const stopped = await run(source);
    assert.equal(stopped.reason, 'not-offered');
    assert.equal(stopped.text, '0202 192.2 ');
    assert.match(stopped.log, /The firmware calls simple_pair_init/);
    assert.equal((await run(source, { device: { unanswered: 'warn' } })).reason, 'restart');
  });

  it('of an SDK that nobody knows is named', async () => {
    const { log } = await run(`
const char version[] = "1.5.4(baaeaebb)";
void user_init(void) { os_printf(version); system_restart(); }`);
    assert.match(log, /linked with SDK 1\.5\.4\(baaeaebb\)\. The simulator supports SDK 2\.0\.0 to 3\.0\.6/);
  });

  it('calls a function without answer: a warning and 0 where the user wants it so', async () => {
    const source = `
static struct espconn conn;
void user_init(void) {
  int i;
  for (i = 0; i < 3; i++) os_printf("%d", espconn_create(&conn));
  system_restart();
}`;
    assert.equal((await run(source)).reason, 'not-offered');
    const { text, log, reason } = await run(source, { device: { unanswered: 'warn' } });
    assert.equal(text, '000');
    assert.equal(reason, 'restart');
    assert.equal(log.match(/calls espconn_create, .* at user_init \(.*\)\. It returns 0\./g)?.length, 1);
  });
});
