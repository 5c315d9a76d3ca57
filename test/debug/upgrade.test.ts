import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';
import { imageOf } from '../firmware-sources/imageOf';
import { DebugSession } from './debugSession';

/** The new firmware, the image of which lies in user2 already. */
const newSource = `${headers}
${'\n'.repeat(20)}static volatile int answer = 42;
static void ICACHE_FLASH_ATTR __attribute__((noinline)) greet(void) {
  os_printf("new %d\\n", answer);
}
void user_init(void) { greet(); }
`;
/** The line of the print. */
const newLine = newSource.split('\n').findIndex(line => line.includes('os_printf')) + 1;
const oldSource = `${headers}#include "upgrade.h"
static void ICACHE_FLASH_ATTR __attribute__((noinline)) upgrade(void) {
  system_upgrade_flag_set(UPGRADE_FLAG_FINISH);
  system_upgrade_reboot();
}
void user_init(void) { upgrade(); }
`;

describe('debugging across an upgrade', function () {
  let folder = '';
  let session: DebugSession;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-debug-upgrade-'));
    session = new DebugSession();
  });
  afterEach(async () => {
    await session.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds breakpoints, source and variables of the new firmware', async () => {
    const build = (name: string, source: string, code: number) => {
      const own = path.join(folder, name);
      mkdirSync(own);
      return buildFirmware(own, source, ['-Og', '-g'], code);
    };
    const [oldElf, newElf] = [build('old', oldSource, 0x40201010), build('new', newSource, 0x40281010)];
    const image = path.join(folder, 'user2.bin');
    writeFileSync(image, imageOf(loadFirmware(readFileSync(newElf), newElf), 2));

    const changed: DebugProtocol.Breakpoint[] = [];
    session.client.on('breakpoint', (event: DebugProtocol.BreakpointEvent) => {
      changed.push(event.body.breakpoint);
    });
    const stopped = session.client.waitForEvent('stopped', 60_000);
    await session.launch(
      oldElf,
      { upgrades: [newElf], flash: { '0x81000': image } },
      { [path.join(folder, 'new', 'main.c')]: [newLine] },
    );
    await stopped;
    await session.where('breakpoint');
    assert.match(session.lines[0] ?? '', /not verified: The firmware has no code for this line/);
    assert.deepEqual(
      changed.map(({ verified, line }) => ({ verified, line })),
      [{ verified: true, line: newLine }],
    );
    assert.equal(
      session.lines.at(-1),
      `breakpoint: greet main.c:${newLine} < user_init main.c:${newLine + 2}`,
    );
    assert.match(session.output, /Boot loader: user2 at 0x00081000 starts, .*new\/firmware\.elf/);
    await session.variables([], 1);
    assert.match(session.lines.at(-1) ?? '', /answer: volatile int = 42/);
  });
});
