import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';
import { DebugSession } from './debugSession';

/** Fails in another way after each reset: what went wrong last must not be what is said of the next stop. */
const source = `${headers}
static volatile int count;
static void __attribute__((noinline)) crash(int *where) { *where = 7; }
static void __attribute__((noinline)) hang(void) {
  for (;;) count++;
}

void user_init(void) {
  count = 1;
  switch (system_get_rst_info()->reason) {
    case REASON_DEFAULT_RST: crash((int *)0); break;
    case REASON_EXCEPTION_RST: hang(); break;
    case REASON_SOFT_WDT_RST: ETS_INTR_LOCK(); hang(); break;
    case REASON_WDT_RST: espconn_igmp_join(0, 0); break;
  }
}
`;
/** ms; the hardware watchdog bites after eight seconds, on a busy computer later. */
const patience = 120_000;

describe('what a debugger says of each stop', function () {
  this.timeout(2 * patience);
  let folder = '';
  let session: DebugSession;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-stops-'));
    session = new DebugSession();
  });
  afterEach(async () => {
    await session.end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Writes down all that a client is told of the next stop. */
  async function stop(why: string, go: () => Promise<unknown>): Promise<void> {
    const stopped = session.client.waitForEvent('stopped', patience);
    await go();
    const { reason, description, text } = ((await stopped) as DebugProtocol.StoppedEvent).body;
    session.note(`${why}: ${reason}, ${description ?? ''}`);
    if (text !== undefined) session.note(sameEachRun(`  ${text}`));
    session.note(sameEachRun(`  ${await exceptionInfo()}`));
    await session.where('  stack');
  }

  function sameEachRun(text: string): string {
    return text.replaceAll(folder, '').replaceAll(/for \d+\.\d s/g, 'for N s');
  }

  async function exceptionInfo(): Promise<string> {
    const answer = session.client.exceptionInfoRequest({ threadId: 1 });
    return answer.then(
      ({ body }) => `exception box: ${body.exceptionId}; ${body.description ?? ''}`,
      (error: unknown) => `no exception box: ${error instanceof Error ? error.message : String(error)}`,
    );
  }

  it('has words of its own for each, which are gone when the device goes on', async () => {
    const elf = buildFirmware(folder, source);
    const line = source.split('\n').findIndex(text => text.includes('switch')) + 1;
    await stop('launch', () =>
      session.launch(elf, { stopOnEntry: true, cwd: folder }, { [path.join(folder, 'main.c')]: [line] }),
    );
    const send = (command: string) => () => session.client.send(command, { threadId: 1 });
    await stop('next', send('next'));
    for (let failures = 0; failures < 4; failures++) {
      await stop('continue', send('continue'));
      await stop('continue', send('continue'));
    }
    session.expectGolden('stops');
  });

  it('says of a pause that it is one', async () => {
    const elf = buildFirmware(folder, `${headers}void user_init(void) { os_printf("ready\\n"); }`);
    await session.launch(elf, {});
    await session.waitForOutput(/ready/);
    await stop('pause', () => session.client.send('pause', { threadId: 1 }));
    assert.deepEqual(session.lines, [
      'pause: pause, Paused',
      '  no exception box: The device has not stopped at a failure.',
      '  stack: The device sleeps until the next event',
    ]);
  });

  it('calls a stack overflow by its name', async () => {
    const elf = buildFirmware(
      folder,
      `${headers}
int recurse(int depth) {
  volatile char room[200];
  room[depth & 127] = depth;
  return recurse(depth + 1) + room[depth & 127];
}
void user_init(void) { os_printf("%d", recurse(0)); }`,
    );
    await stop('launch', () => session.launch(elf, {}));
    assert.equal(session.lines[0], 'launch: exception, Stopped: stack overflow');
    assert.match(session.lines[1] ?? '', /The stack has grown down to 0x3ff/);
    assert.match(session.lines[2] ?? '', /exception box: stack overflow; Fatal exception 29/);
  });

  it('tells of no failure while the device runs', async () => {
    const elf = buildFirmware(folder, source);
    await stop('launch', () => session.launch(elf, {}));
    assert.match(session.lines.join('\n'), /exception box: StoreProhibited/);
    await session.client.continueRequest({ threadId: 1 });
    assert.match(await exceptionInfo(), /^no exception box: /);
  });
});
