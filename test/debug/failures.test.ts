import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';
import { DebugSession } from './debugSession';

describe('debugging a firmware that fails', function () {
  let folder = '';
  let session: DebugSession;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-failures-'));
    session = new DebugSession();
  });
  afterEach(async () => {
    await session.end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Launches a firmware and resolves to why and where it stopped. */
  async function stop(source: string): Promise<{ text: string; place: string }> {
    const elf = buildFirmware(folder, headers + source);
    const stopped = session.client.waitForEvent('stopped', 60_000);
    await session.launch(elf, {});
    const { reason, text } = (await stopped).body as { reason: string; text: string };
    assert.equal(reason, 'exception');
    await session.where('stopped');
    return { text, place: session.lines.at(-1) ?? '' };
  }

  it('stops at a write through NULL, with the line', async () => {
    const { text, place } = await stop(`
static void __attribute__((noinline)) set(int *where) { *where = 7; }
void user_init(void) { set((int *)0); os_printf("after\\n"); }`);
    assert.match(text, /Fatal exception 29 \(StoreProhibited\) .* set \(.*main\.c:7\), address 0x00000000/);
    assert.equal(place, 'stopped: set main.c:7 < user_init main.c:8');
  });

  it('stops at a byte read from flash', async () => {
    const { text } = await stop(`
static const char ICACHE_RODATA_ATTR text[] = "flash";
void user_init(void) { volatile const char *where = text; os_printf("%c", where[1]); }`);
    assert.match(text, /Fatal exception 3 \(LoadStoreError\)/);
  });

  it('stops in the ROM when memory is copied to nowhere, and names the caller', async () => {
    const { text, place } = await stop(`
void user_init(void) { os_memcpy((void *)0x10, "text", 4); os_printf("after\\n"); }`);
    assert.match(text, /Fatal exception 29 .* ets_memcpy, user_init \(.*main\.c:7\)/);
    assert.equal(place, 'stopped: ets_memcpy < user_init main.c:7');
  });

  it('names an SDK function that is not offered, and the line that calls it', async () => {
    const { text, place } = await stop(`
static struct espconn conn;
void user_init(void) {
  espconn_igmp_join(0, 0);
}`);
    assert.match(
      text,
      /The firmware calls espconn_igmp_join, which the simulator does not implement, at user_init \(.*main\.c:9\)/,
    );
    assert.equal(place, 'stopped: espconn_igmp_join < user_init main.c:9');
  });

  it('goes on past a function that is not offered, which returns 0 then', async () => {
    const { text } = await stop(`
void user_init(void) {
  int (*enable)(int) = (int (*)(int))0x40005d90; /* slc_enable */
  os_printf("it returned %d, ", enable(7));
  os_printf("and once more %d\\n", enable(8));
}`);
    assert.match(text, /slc_enable, which the simulator does not implement.* Continue to have it return 0/);
    await session.until('continue');
    assert.match(session.output, /it returned 0, /);
    await session.client.continueRequest({ threadId: 1 });
    await session.waitForOutput(/and once more 0/);
  });

  it('takes input from the debug console while it runs', async () => {
    const elf = buildFirmware(
      folder,
      `${headers}
#define REG(address) (*(volatile unsigned *)(address))
static os_timer_t timer;
static int told;
static void look(void *argument) {
  while (REG(0x6000001c) & 0xff) os_printf("<%02x>", REG(0x60000000) & 0xff);
  if (!told && system_adc_read() == 300 && (gpio_input_get() & 16) == 0) {
    told = 1;
    os_printf("pin and adc\\n");
  }
}
void user_init(void) {
  os_printf("adc %d\\n", system_adc_read());
  os_timer_setfn(&timer, look, NULL);
  os_timer_arm(&timer, 20, 1);
}`,
    );
    await session.launch(elf, {});
    await session.waitForOutput(/adc 512/);
    const say = async (expression: string) =>
      (await session.client.evaluateRequest({ expression, context: 'repl' })).body.result;
    assert.equal(await say('send hi'), 'Bytes sent to UART0: 3');
    await session.waitForOutput(/<68><69><0a>/);
    assert.equal(await say(String.raw`send "\r\u0001"`), 'Bytes sent to UART0: 2');
    await session.waitForOutput(/<0d><01>/);
    assert.equal(await say('pin 4 0'), 'GPIO4 is driven low.');
    assert.equal(await say('adc 300'), 'The ADC reads 300.');
    await session.waitForOutput(/pin and adc/);
    await assert.rejects(say('pin 16 1'), /Write it like this: pin 4 1/);
    await assert.rejects(say('adc 2000'), /Write it like this: adc 300/);
    assert.match(await say('help'), /^send TEXT {3}Sends a line to UART0.*\npin 4 1 {5}Drives a GPIO pin/);
  });

  it('can pause a firmware that never returns', async () => {
    const elf = buildFirmware(
      folder,
      `${headers}
static volatile int count;
void user_init(void) { os_printf("counting\\n");
  for (;;) count++;
}`,
    );
    await session.launch(elf, {});
    await session.waitForOutput(/counting/);
    await session.until('pause');
    assert.match(session.lines.at(-1) ?? '', /pause: user_init main\.c:9/);
  });

  it('says that there is no debug information', async () => {
    const elf = buildFirmware(folder, `${headers}void user_init(void) { os_printf("running\\n"); }`, ['-Os']);
    await session.launch(elf, {}, { [path.join(folder, 'main.c')]: [6] });
    await session.waitForOutput(/running/);
    assert.match(session.output, /has no debug information: breakpoints cannot be set/);
    assert.match(session.lines[0] ?? '', /not verified/);
  });
});
