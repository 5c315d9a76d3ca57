import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FlashFile } from '../../src/simulator/device/flash';
import type { DeviceEvent } from '../../src/simulator/events';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { Simulator } from '../../src/simulator/simulator';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';
import type { EndReason } from '../../src/simulator/simulatorOptions';

describe('the device', function () {
  let folder = '';

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-device-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a firmware in virtual time until it restarts or fails: what it printed, why it ended. */
  async function run(
    source: string,
    flashFiles: FlashFile[] = [],
  ): Promise<{ text: string; reason: EndReason; events: DeviceEvent[]; instructions: number }> {
    const file = buildFirmware(folder, headers + source);
    const simulator = new Simulator({
      firmware: loadFirmware(readFileSync(file), file),
      clock: 'virtual',
      flashFiles,
      resets: 0,
    });
    const events: DeviceEvent[] = [];
    simulator.events.listen(event => events.push(event));
    const reason = await new Promise<EndReason>(resolve => {
      simulator.onEnd = resolve;
      simulator.start();
    });
    const text = events.map(event => (event.kind === 'print' ? event.text : '')).join('');
    return { text, reason, events, instructions: simulator.cpu.instructions };
  }

  it('fires timers in the order of their time, repeats, and forgets disarmed ones', async () => {
    const { text, reason, instructions } = await run(`
static os_timer_t once, repeated, disarmed, last;
static int count;
static void print(void *arg) { os_printf("%s@%u ", (char *)arg, (system_get_time() + 500) / 1000); }
static void again(void *arg) { print(arg); if (++count == 3) os_timer_disarm(&repeated); }
static void end(void *arg) { print(arg); system_restart(); }
static void arm(os_timer_t *timer, os_timer_func_t *function, char *name, uint32 ms, bool repeat) {
  os_timer_setfn(timer, function, name);
  os_timer_arm(timer, ms, repeat);
}
void user_init(void) {
  arm(&last, end, "end", 3600000, 0);
  arm(&repeated, again, "again", 100, 1);
  arm(&once, print, "once", 150, 0);
  arm(&disarmed, print, "disarmed", 120, 0);
  os_timer_disarm(&disarmed);
}`);
    assert.equal(text, 'again@100 once@150 again@200 again@300 end@3600000 ');
    assert.equal(reason, 'restart');
    assert.ok(instructions < 100_000, `an hour took ${instructions} instructions`);
  });

  it('runs posted tasks by priority, each in order, and refuses what does not fit', async () => {
    const { text } = await run(`
static os_event_t low[2], high[4];
static void task(os_event_t *event) { os_printf("%c%u ", (char)event->sig, event->par); if (event->sig == 'l' && event->par == 2) system_restart(); }
void user_init(void) {
  system_os_task(task, 0, low, 2);
  system_os_task(task, 2, high, 4);
  os_printf("%d%d%d%d ", system_os_post(0, 'l', 1), system_os_post(0, 'l', 2), system_os_post(0, 'l', 3), system_os_post(1, 'x', 0));
  system_os_post(2, 'h', 1);
  system_os_post(2, 'h', 2);
  os_printf("init ");
}`);
    assert.equal(text, '1100 init h1 h2 l1 l2 ');
  });

  it('reads, writes and erases flash as flash does', async () => {
    const { text } = await run(
      `
static uint32 words[4];
void user_init(void) {
  spi_flash_read(0x77000, words, 8);
  os_printf("%s ", (char *)words);
  uint32 low = 0x0f0f0f0f, other = 0xffff0000;
  spi_flash_write(0x80000, &low, 4);
  spi_flash_write(0x80000, &other, 4);
  spi_flash_read(0x80000, words, 8);
  os_printf("%08x %08x ", words[0], words[1]);
  os_printf("%d %d ", spi_flash_erase_sector(0x80), spi_flash_read(0x80001, words, 4));
  spi_flash_read(0x80000, words, 4);
  os_printf("%08x %d", words[0], spi_flash_read(0x3fffffc, words, 8));
  system_restart();
}`,
      [{ address: 0x77000, file: 'text', bytes: Buffer.from('records\0') }],
    );
    assert.equal(text, 'records 0f0f0000 ffffffff 0 0 ffffffff 1');
  });

  it('connects by itself after user_init and tells the firmware of its address', async () => {
    const { text } = await run(`
static void event(System_Event_t *event) {
  struct ip_info info;
  if (event->event == EVENT_STAMODE_CONNECTED) os_printf("connected %d ", wifi_station_get_connect_status());
  if (event->event != EVENT_STAMODE_GOT_IP) return;
  wifi_get_ip_info(STATION_IF, &info);
  os_printf(IPSTR " %d %d", IP2STR(&event->event_info.got_ip.ip), wifi_station_get_connect_status(), info.ip.addr == event->event_info.got_ip.ip.addr);
  system_restart();
}
void user_init(void) { wifi_set_event_handler_cb(event); os_printf("%d ", wifi_station_get_connect_status()); }`);
    assert.equal(text, '0 connected 1 192.168.1.104 5 1');
  });

  it('gives memory, takes it back, and says where the firmware frees what is none', async () => {
    const { text, events } = await run(`
void user_init(void) {
  uint32 before = system_get_free_heap_size();
  char *block = os_zalloc(1000), *other = os_malloc(50);
  os_printf("%d %d ", block[999], system_get_free_heap_size() < before - 1050);
  os_free(block);
  os_free(other);
  os_printf("%d %d", system_get_free_heap_size() == before, os_malloc(100000) == NULL);
  os_free(block);
  system_restart();
}`);
    assert.equal(text, '0 1 1 1');
    const wrong = events.find(event => event.kind === 'bad-free');
    assert.match(wrong?.caller ?? '', /^user_init \(.*main\.c:14\)/);
  });

  it('answers the secure server as the SDK does when it is used wrongly', async () => {
    const { text } = await run(`
static struct espconn conn;
static esp_tcp tcp;
static uint8 byte;
void user_init(void) {
  os_printf("%d ", espconn_secure_accept(NULL));
  conn.type = ESPCONN_UDP;
  conn.proto.tcp = &tcp;
  os_printf("%d ", espconn_secure_accept(&conn));
  os_printf("%d %d %d ", espconn_secure_set_size(0, 4096), espconn_secure_set_size(ESPCONN_SERVER, 2047), espconn_secure_set_size(ESPCONN_BOTH, 8192));
  os_printf("%d %d ", espconn_secure_get_size(ESPCONN_SERVER), espconn_secure_get_size(4));
  os_printf("%d %d ", espconn_secure_set_default_certificate(NULL, 4), espconn_secure_set_default_certificate(&byte, 8193));
  os_printf("%d %d %d", espconn_secure_sent(&conn, &byte, 1), espconn_secure_disconnect(&conn), espconn_secure_delete(&conn));
  system_restart();
}`);
    assert.equal(text, '-12 -12 0 0 1 8192 -12 0 0 -12 -12 -12');
  });
});
