import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DeviceEvent, EventDetail } from '../../src/simulator/events';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import type { Simulator } from '../../src/simulator/simulator';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';
import { type Run, runToEnd } from '../firmware-sources/runToEnd';
import type { SimulatorOptions } from '../../src/simulator/simulatorOptions';

/** Registers as firmware pokes them. */
const registers = `
#define REG(address) (*(volatile unsigned *)(address))
static void print(void *text) { os_printf("%s ", (char *)text); }
`;

describe('the chip', function () {
  let folder = '';

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-chip-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a firmware in virtual time until it ends: what it printed, why it ended. */
  function run(
    source: string,
    options: Partial<SimulatorOptions> = {},
    prepare?: (simulator: Simulator) => void,
  ): Promise<Run> {
    const file = buildFirmware(folder, headers + registers + source);
    return runToEnd({ firmware: loadFirmware(readFileSync(file), file), ...options }, prepare);
  }

  function of<K extends EventDetail['kind']>(events: DeviceEvent[], kind: K) {
    return events.filter((event): event is Extract<DeviceEvent, { kind: K }> => event.kind === kind);
  }

  it('boots again after system_restart: fresh data, RTC memory kept, the reason told', async () => {
    const { text, reason, events } = await run(
      `
static int counter = 1;
static int zero;
void user_pre_init(void) {}
void user_init(void) {
  unsigned boots = 0;
  system_rtc_mem_read(64, &boots, 4);
  if (system_get_rst_info()->reason == REASON_DEFAULT_RST) boots = 0;
  os_printf("boot %u: %d %d %u; ", boots, counter++, zero++, system_get_rst_info()->reason);
  boots++;
  system_rtc_mem_write(64, &boots, 4);
  system_restart();
}`,
      { resets: 2 },
    );
    assert.equal(text, 'boot 0: 1 0 0; boot 1: 1 0 4; boot 2: 1 0 4; ');
    assert.equal(reason, 'restart');
    assert.deepEqual(
      of(events, 'boot').map(event => event.reset),
      [0, 4, 4],
    );
  });

  it("has the texts of the ROM where the SDK's own printf looks for its digits", async () => {
    const { text } = await run(
      `
static const char *const lower = (const char *)0x3fffd848, *const upper = (const char *)0x3fffd85c;
void user_init(void) {
  os_printf("%c%c%c %s %s; ", lower[0], lower[10], upper[15], upper + 9, (const char *)0x3fffd870);
  system_restart();
}`,
      { resets: 0 },
    );
    assert.equal(text, '0aF 9ABCDEF <null>; ');
  });

  it('sleeps deeply, wakes after the time asked for, and stays off without one', async () => {
    const { text, reason, events } = await run(`
void user_pre_init(void) {}
void user_init(void) {
  os_printf("%u ", system_get_rst_info()->reason);
  system_deep_sleep(system_get_rst_info()->reason == REASON_DEEP_SLEEP_AWAKE ? 0 : 2500000);
}`);
    assert.equal(text, '0 5 ');
    assert.equal(reason, 'deep-sleep');
    const [first, second] = of(events, 'boot');
    const slept = (second?.time ?? 0) - (first?.time ?? 0);
    assert.ok(slept >= 2_500_000 && slept < 2_600_000, `slept ${slept} µs`);
  });

  it('is reset by an exception and tells the next boot about it', async () => {
    const { text, events } = await run(
      `
void user_pre_init(void) {}
void user_init(void) {
  struct rst_info *info = system_get_rst_info();
  os_printf("%u %u %08x %08x; ", info->reason, info->exccause, info->excvaddr, info->epc1 & 0xff000000);
  if (info->reason == REASON_DEFAULT_RST) *(volatile int *)4 = 1;
  system_restart();
}`,
      { resets: 1 },
    );
    assert.match(
      text,
      /^0 0 00000000 00000000; Fatal exception 29\(StoreProhibitedCause\):\nepc1=0x40\w{6}, epc2=0x00000000, epc3=0x00000000, excvaddr=0x00000004, depc=0x00000000\n2 29 00000004 40000000; $/,
    );
    assert.equal(of(events, 'exception').length, 1);
  });

  it('stays off after five failures in a row', async () => {
    const { reason, events } = await run(`
void user_pre_init(void) {}
void user_init(void) { *(volatile int *)0 = 0; }`);
    assert.equal(reason, 'exception');
    assert.equal(of(events, 'exception').length, 6);
  });

  it('is bitten by the software watchdog, unless fed, and by the hardware one when that is off', async () => {
    const { text, events } = await run(
      `
void user_pre_init(void) {}
void user_init(void) {
  unsigned reason = system_get_rst_info()->reason;
  volatile int i;
  int fed;
  os_printf("%u ", reason);
  if (reason == REASON_DEFAULT_RST) while (1) i++;
  if (reason == REASON_WDT_RST) {
    for (fed = 0; fed < 25; fed++) { for (i = 0; i < 2000000; i++); system_soft_wdt_feed(); }
    os_printf("fed");
    system_restart();
  }
  system_soft_wdt_stop();
  while (1) i++;
}`,
      { resets: 2 },
    );
    assert.equal(text, '0 3 1 fed');
    const bites = of(events, 'watchdog');
    assert.deepEqual(
      bites.map(bite => bite.watchdog),
      ['software', 'hardware'],
    );
    assert.match(bites[0]?.where ?? '', /user_init \(.*main\.c:\d+\)/);
    assert.ok(bites.every(bite => bite.time > 3e6 && bite.time < 9e6));
  });

  it('interrupts by FRC1, as often as its load says, also in the middle of a callback', async () => {
    const { text } = await run(
      `
static volatile int ticks;
static void tick(void *argument) { ticks++; }
static void end(void *argument) {
  int before = ticks;
  unsigned start = system_get_time();
  while (system_get_time() - start < 20000);
  os_printf("asleep %d, busy %d, ", before, ticks - before);
  ets_isr_mask(1 << 9);
  before = ticks;
  start = system_get_time();
  while (system_get_time() - start < 20000);
  os_printf("masked %d", ticks - before);
  system_restart();
}
static os_timer_t timer;
void user_pre_init(void) {}
void user_init(void) {
  ets_isr_attach(9, (void *)tick, 0);
  REG(0x3ff00004) |= 2;
  ets_isr_unmask(1 << 9);
  REG(0x60000608) = 0x80 | 0x40 | (1 << 2);
  REG(0x60000600) = 5000; /* 5000 ticks of 80 MHz / 16: 1 ms */
  os_timer_setfn(&timer, (os_timer_func_t *)end, 0);
  os_timer_arm(&timer, 105, 0);
}`,
      { resets: 0 },
    );
    const [asleep = 0, busy = 0, masked] = [...text.matchAll(/\d+/g)].map(Number);
    assert.ok(asleep >= 103 && asleep <= 105, text);
    // Between two looks at the timers up to 0.6 ms pass.
    assert.ok(busy >= 18 && busy <= 21, text);
    assert.equal(masked, 0);
  });

  it('interrupts by a pin, and the handler sees which', async () => {
    const { text, simulator } = await run(
      `
static void changed(void *argument) {
  unsigned status = REG(0x6000031c);
  REG(0x60000324) = status;
  os_printf("pins %04x level %d arg %s; ", status, (gpio_input_get() >> 5) & 1, (char *)argument);
  if (((gpio_input_get() >> 5) & 1) == 1) system_restart();
}
void user_pre_init(void) {}
void user_init(void) {
  gpio_init();
  gpio_output_set(0, 0, 1 << 2, 1 << 5);
  ets_isr_attach(4, (void *)changed, "x");
  gpio_pin_intr_state_set(5, GPIO_PIN_INTR_ANYEDGE);
  ets_isr_unmask(1 << 4);
  gpio_output_set(1 << 2, 0, 0, 0);
  os_printf("out %04x; ", gpio_input_get() & 4);
}`,
      { resets: 0, clock: 'real' },
      device => {
        let pressed = false;
        device.events.listen(event => {
          if (event.kind !== 'print') return;
          // The button is pressed once the firmware waits for it, and let go when it has noticed.
          setTimeout(() => {
            device.setPin(5, pressed ? 1 : 0);
            pressed = true;
          }, 20);
        });
      },
    );
    assert.equal(text, 'out 0004; pins 0020 level 0 arg x; pins 0020 level 1 arg x; ');
    assert.equal(simulator.state, 'ended');
  });

  it('takes input at UART0 and echoes it by the registers', async () => {
    const { text } = await run(
      `
static void received(void *argument) {
  while ((REG(0x6000001c) & 0xff) > 0) {
    char c = REG(0x60000000);
    REG(0x60000000) = c == 'z' ? '!' : c + 1;
    if (c == 'z') system_restart();
  }
  REG(0x60000010) = 0x1ff;
}
void user_pre_init(void) {}
void user_init(void) {
  ets_isr_attach(5, (void *)received, 0);
  REG(0x60000024) = 10;
  REG(0x6000000c) = 0x101;
  ets_isr_unmask(1 << 5);
}`,
      { resets: 0, clock: 'real' },
      device =>
        setTimeout(() => {
          device.input(Buffer.from('HALz'));
        }, 50),
    );
    assert.equal(text, 'IBM!');
  });

  it('calls ROM functions by their address and names those it does not offer', async () => {
    const { text, reason, events } = await run(`
void user_pre_init(void) {}
void user_init(void) {
  int (*length)(const char *) = (void *)0x4000bf4c; /* strlen */
  os_printf("%d", length("seven c"));
  ((void (*)(void))0x40005d90)(); /* slc_enable */
}`);
    assert.equal(text, '7');
    assert.equal(reason, 'not-offered');
    assert.equal(of(events, 'not-offered')[0]?.function, 'slc_enable');
  });

  it('scans, fails with the reason of the access point, and notices when it goes away', async () => {
    const points = [
      { ssid: 'home', password: 'secret!', bssid: [2, 0, 0, 0, 0, 1], channel: 3, rssi: -40, authmode: 3 },
      { ssid: 'café', bssid: [2, 0, 0, 0, 0, 2], channel: 11, rssi: -80, authmode: 0 },
    ];
    const { text } = await run(
      `
static struct station_config config;
static void scanned(void *argument, STATUS status) {
  struct bss_info *info = STAILQ_NEXT((struct bss_info *)argument, next);
  for (; info; info = STAILQ_NEXT(info, next))
    os_printf("%s %d %d %d; ", info->ssid, info->channel, info->rssi, info->authmode);
  os_strcpy(config.ssid, "nowhere");
  wifi_station_set_config(&config);
  wifi_station_connect();
}
static void happened(System_Event_t *event) {
  switch (event->event) {
  case EVENT_STAMODE_CONNECTED: os_printf("connected; "); break;
  case EVENT_STAMODE_GOT_IP: os_printf("got ip %d; ", wifi_station_get_rssi()); break;
  case EVENT_STAMODE_DISCONNECTED:
    os_printf("%s %d %d; ", event->event_info.disconnected.ssid, event->event_info.disconnected.reason, wifi_station_get_connect_status());
    if (event->event_info.disconnected.reason == 201) {
      os_strcpy(config.ssid, "home");
      os_strcpy(config.password, "guess");
    } else os_strcpy(config.password, "secret!");
    wifi_station_set_config(&config);
    if (event->event_info.disconnected.reason == REASON_BEACON_TIMEOUT) system_restart();
  }
}
void user_pre_init(void) {}
void user_init(void) {
  wifi_station_set_auto_connect(0);
  wifi_set_event_handler_cb(happened);
  wifi_station_scan(0, scanned);
}`,
      {
        resets: 0,
        device: {
          wifi: {
            mac: [2, 0, 0, 0, 0, 9],
            address: { ip: [10, 0, 0, 2], netmask: [255, 0, 0, 0], gateway: [10, 0, 0, 1] },
            accessPoints: points.map(point => ({ password: undefined, ...point })),
            outages: [{ start: 10e6, end: 20e6, reason: 200 }],
          },
        },
      },
    );
    assert.equal(
      text,
      'home 3 -40 3; café 11 -80 0; nowhere 201 3; home 202 2; connected; got ip -40; home 200 3; ',
    );
  });

  it('keeps what was written to the flash for the next run', async () => {
    const source = `
void user_pre_init(void) {}
void user_init(void) {
  unsigned word;
  spi_flash_read(0x7d000, &word, 4);
  os_printf("%08x", word);
  word -= 0x11;
  spi_flash_write(0x7d000, &word, 4);
  system_restart();
}`;
    const first = await run(source, { resets: 0 });
    assert.equal(first.text, 'ffffffff');
    const second = await run(source, { resets: 0, flashContents: first.simulator.flashContents });
    assert.equal(second.text, 'ffffffee');
    await assert.rejects(
      run(source, { flashContents: new Uint8Array(3) }),
      /has 3 bytes, but the flash has 4194304/,
    );
  });

  it('keeps Wi-Fi settings in the flash, but not those that are only current', async () => {
    const source = `
static struct station_config station;
static struct softap_config softap;
static void show(void) {
  wifi_station_get_config(&station);
  os_printf("%d %d %s %d/", wifi_get_opmode(), wifi_get_opmode_default(), station.ssid, wifi_station_get_auto_connect());
  wifi_station_get_config_default(&station);
  wifi_softap_get_config_default(&softap);
  os_printf("%s %s; ", station.ssid, softap.ssid);
}
void user_pre_init(void) {}
void user_init(void) {
  show();
  if (wifi_get_opmode_default() == 3) system_restore();
  else if (wifi_station_get_auto_connect()) {
    wifi_set_opmode(2);
    wifi_set_opmode_current(1);
    wifi_station_set_auto_connect(0);
    os_strcpy(station.ssid, "kept");
    wifi_station_set_config(&station);
    os_strcpy(station.ssid, "current");
    wifi_station_set_config_current(&station);
    os_strcpy(softap.ssid, "own");
    wifi_softap_set_config(&softap);
  } else wifi_set_opmode(3);
  show();
  system_restart();
}`;
    const first = await run(source, { resets: 0 });
    assert.equal(first.text, '1 1  1/ ESP_600001; 1 2 current 0/kept own; ');
    const flashContents = first.simulator.flashContents;
    const second = await run(source, { resets: 1, flashContents });
    assert.equal(
      second.text,
      '2 2 kept 0/kept own; 3 3 kept 0/kept own; 3 3 kept 0/kept own; 3 1 kept 1/ ESP_600001; ',
    );
  });

  it('has as much less heap as is reserved', async () => {
    const source = `
void user_pre_init(void) {}
void user_init(void) { os_printf("%d", system_get_free_heap_size()); system_restart(); }`;
    const free = Number((await run(source, { resets: 0 })).text);
    const left = Number((await run(source, { resets: 0, device: { reservedHeap: 30_000 } })).text);
    assert.ok(free - left >= 30_000 && free - left < 30_100, `${free} and ${left}`);
  });
});
