import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildRamImage } from '../../src/flash/appImage';
import { mergedImage } from '../../src/flash/pieces';
import { type Firmware, loadFirmware } from '../../src/simulator/firmware/firmware';
import { Simulator } from '../../src/simulator/simulator';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';
import { imageOf } from '../firmware-sources/imageOf';
import { type Run, runToEnd } from '../firmware-sources/runToEnd';
import type { SimulatorOptions } from '../../src/simulator/simulatorOptions';

/** Where the tests put the new image for the firmware to copy, with its length in front. */
const delivery = 0x200000;

/** Prints who it is; as long as there is something to be delivered, upgrades itself. */
const source = (name: string) => `${headers}
#include "upgrade.h"
static char buffer[512] __attribute__((aligned(4)));
static int value = 40;
static void ICACHE_FLASH_ATTR upgrade(void) {
  unsigned length, at, part;
  spi_flash_read(${delivery}, &length, 4);
  if (length == 0xffffffff || system_get_rst_info()->reason != REASON_DEFAULT_RST) { system_restart(); return; }
  system_upgrade_init();
  for (at = 0; at < length; at += part) {
    part = length - at > sizeof buffer ? sizeof buffer : length - at;
    spi_flash_read(${delivery} + 4 + at, (uint32 *)buffer, (part + 3) & ~3);
    if (!system_upgrade((uint8 *)buffer, part)) os_printf("not written at %u; ", at);
  }
  system_upgrade_deinit();
  system_upgrade_reboot();
  os_printf("flag %d; ", system_upgrade_flag_check());
  system_upgrade_flag_set(UPGRADE_FLAG_FINISH);
  system_upgrade_reboot();
}
void user_init(void) {
  os_printf("${name} %d user%d at %05x boot %d; ", value + 2, system_upgrade_userbin_check() + 1,
    system_get_userbin_addr(), system_get_boot_version());
  value = 0;
  upgrade();
}`;

describe('an upgrade over the network', function () {
  let folder = '';
  let first: Firmware;
  let second: Firmware;
  let likeFirst: Firmware;

  const build = (name: string, code?: number) => {
    const own = path.join(folder, `${name}-${code ?? ''}`);
    mkdirSync(own, { recursive: true });
    const elf = buildFirmware(own, source(name), ['-Og', '-g'], code);
    return loadFirmware(readFileSync(elf), elf);
  };
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-upgrade-'));
    first = build('old', 0x40201010);
    second = build('new', 0x40281010);
    likeFirst = build('newer', 0x40201010);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function delivered(image: Buffer) {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(image.length);
    return [{ address: delivery, file: 'delivery', bytes: Buffer.concat([length, image]) }];
  }

  function run(options: Partial<SimulatorOptions>): Promise<Run> {
    return runToEnd({ firmware: first, resets: 1, ...options });
  }

  it('boots the new image from the other slot, with its own data and symbols', async () => {
    const { text, log, simulator } = await run({
      upgrades: [second],
      flashFiles: delivered(imageOf(second, 2)),
    });
    assert.equal(text, 'old 42 user1 at 01000 boot 2; flag 0; new 42 user2 at 81000 boot 2; ');
    assert.match(log, /Boot loader: user2 at 0x00081000 starts, .*new-1076367376\/firmware\.elf/);
    assert.match(log, /The firmware calls system_upgrade_reboot at upgrade \(/);
    assert.equal(simulator.firmware, second);
  });

  it('shows the CPU the second megabyte where both slots are linked alike', async () => {
    const { text, log } = await run({ upgrades: [likeFirst], flashFiles: delivered(imageOf(likeFirst, 2)) });
    assert.equal(text, 'old 42 user1 at 01000 boot 2; flag 0; newer 42 user2 at 101000 boot 2; ');
    assert.match(log, /user2 at 0x00101000 starts/);
  });

  it('boots the same code again when it is what was delivered', async () => {
    const { text, simulator } = await run({ flashFiles: delivered(imageOf(first, 2)) });
    assert.equal(text, 'old 42 user1 at 01000 boot 2; flag 0; old 42 user2 at 101000 boot 2; ');
    assert.equal(simulator.firmware, first);
  });

  it('returns to user1 when the firmware that was asked for is linked for user2', async () => {
    const { text } = await run({
      firmware: second,
      upgrades: [first],
      flashFiles: delivered(imageOf(first, 1)),
    });
    assert.equal(text, 'new 42 user2 at 81000 boot 2; flag 0; old 42 user1 at 01000 boot 2; ');
  });

  it('boots a flash just as it was flashed, and nothing else', async () => {
    // Map 2; the boot loader itself is the simulator's, but the ROM wants an image where it lies.
    const bootLoader = buildRamImage(0x40100000, [{ address: 0x40100000, bytes: Buffer.alloc(16) }]);
    bootLoader[3] = 0x20;
    const flashed = (parts: [address: number, bytes: Uint8Array][]) => ({
      flashSize: 0x100000,
      flashContents: mergedImage(
        0x100000,
        parts.map(([address, bytes]) => ({ address, bytes })),
      ),
      asFlashed: true,
    });
    const slots: [number, Uint8Array][] = [
      [0x1000, imageOf(first, 1)],
      [0x81000, imageOf(second, 2)],
    ];
    const { text } = await run({ ...flashed([[0, bootLoader], ...slots]) });
    assert.match(text, /^old 42 user1 at 01000 boot 2; /);
    assert.throws(
      () => new Simulator({ firmware: first, ...flashed(slots) }),
      /bootable is at flash address 0/,
    );
    assert.throws(
      () => new Simulator({ firmware: second, ...flashed([[0, bootLoader], ...slots]) }),
      /valid image at 0x00001000 \(user1\), but none of the given ELFs/,
    );
  });

  it('says that no named ELF has the code of the new image', async () => {
    const { reason, log } = await run({ flashFiles: delivered(imageOf(likeFirst, 2)) });
    assert.equal(reason, 'problem');
    assert.match(
      log,
      /valid image at 0x00101000 \(user2\), but none of the given ELFs matches its code.*"upgrades"/,
    );
  });

  it('falls back to the other slot when the new image is damaged, and says why', async () => {
    const sound = imageOf(second, 2);
    const damaged = Buffer.from(sound);
    const last = damaged.length - 40;
    damaged[last] = (damaged[last] ?? 0) ^ 1;
    for (const [image, why] of [
      [damaged, 'its checksum is wrong'],
      [Buffer.alloc(600, 0x55), 'there is no image'],
      [sound.subarray(0, 300), 'the image is truncated'],
    ] as const) {
      const { text, log } = await run({ upgrades: [second], flashFiles: delivered(image) });
      assert.match(text, /^old 42 user1 at 01000 boot 2; flag 0; old 42 user1 at 01000 boot 2; $/);
      assert.match(log, new RegExp(`user2 at 0x00081000 cannot be started: ${why}`));
    }
  });

  it('cannot be made by a firmware that is linked for no slot', async () => {
    const { text } = await run({ firmware: build('single'), flashFiles: delivered(imageOf(first, 1)) });
    assert.match(text, /^single 42 user1 at 00000 boot 31; not written at 0; .*flag 0; single 42 user1/);
  });

  it('ends with a message when the firmware has erased all its images', async () => {
    const own = path.join(folder, 'eraser');
    mkdirSync(own);
    const file = buildFirmware(
      own,
      `${headers}
static void ICACHE_FLASH_ATTR __attribute__((noinline)) nothing(void) { __asm__ volatile(""); }
void user_init(void) { nothing(); spi_flash_erase_sector(1); system_restart(); }`,
      ['-Og'],
      0x40201010,
    );
    const { reason, log } = await run({ firmware: loadFirmware(readFileSync(file), file) });
    assert.equal(reason, 'problem');
    assert.match(log, /finds no bootable image: the firmware overwrote .*firmware\.elf/);
  });

  it('refuses code that does not fit into the flash', () => {
    assert.throws(
      () => new Simulator({ firmware: second, flashSize: 0x80000 }),
      /does not fit into the flash of 524288 bytes at 0x00081010/,
    );
  });
});
