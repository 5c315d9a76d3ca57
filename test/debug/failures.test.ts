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
  espconn_connect(&conn);
}`);
    assert.match(
      text,
      /The firmware calls espconn_connect, which the simulator does not implement, at user_init \(.*main\.c:9\)/,
    );
    assert.equal(place, 'stopped: espconn_connect < user_init main.c:9');
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
