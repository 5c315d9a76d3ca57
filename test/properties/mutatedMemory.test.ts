import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { eventText } from '../../src/simulator/eventText';
import { type Firmware, loadFirmware } from '../../src/simulator/firmware/firmware';
import { Simulator } from '../../src/simulator/simulator';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';
import { type Random, randomFrom } from './mutatedElf/mutate';
import type { EndReason } from '../../src/simulator/simulatorOptions';

const cases = Number(process.env['MEMORY_CASES'] ?? 150);
const from = Number(process.env['MEMORY_SEED'] ?? 0);
/** After so many callbacks a run is over. */
const callbacks = 60;
/** Instructions, and turns of Node without any, after which a run that neither ends nor calls is given up. */
const most = { instructions: 20_000_000, idle: 1000 };

/** Uses all that the device keeps in the firmware's RAM: timers, tasks, heap, Wi-Fi events, formats, flash. */
const source = `${headers}
static os_timer_t timers[4];
static os_event_t queue[8];
static char *blocks[16];
static char format[] = "%d %s %08x\\n";
static const char *name = "firmware";
static int count;
static struct station_config config;

static void tick(void *argument) {
  unsigned at = count++ % 16;
  if (blocks[at]) os_free(blocks[at]);
  blocks[at] = os_malloc(count % 97 + 8);
  if (blocks[at]) os_sprintf(blocks[at], "%d", count);
  os_printf(format, count, name, blocks[at]);
  system_os_post(count % 3, count, (os_param_t)blocks[at]);
  os_timer_disarm(&timers[3]);
  os_timer_arm(&timers[3], count % 7 + 1, 0);
  if (count % 5 == 0) wifi_station_scan(0, 0);
  if (count % 11 == 0) wifi_station_disconnect();
  if (count % 11 == 1) wifi_station_connect();
  if (count % 13 == 0) spi_flash_erase_sector(0x200);
  spi_flash_write(0x200000 + count * 4, (uint32 *)&count, 4);
  if (count == 40) system_restart();
}
static void task(os_event_t *event) { if (event->par) os_strlen((char *)event->par); }
static void happened(System_Event_t *event) { os_memcpy(&config, event, 12); wifi_station_get_config(&config); }

void user_init(void) {
  int i;
  for (i = 0; i < 3; i++) system_os_task(task, i, queue + 2 * i, 2);
  for (i = 0; i < 4; i++) {
    os_timer_setfn(&timers[i], tick, &timers[i]);
    os_timer_arm(&timers[i], 3 + i, i < 3);
  }
  wifi_set_event_handler_cb(happened);
  wifi_set_opmode(3);
}`;

/** Start and length: variables, the first blocks of the heap, the ROM's data, all RAM, code. */
const places = [
  [0x3ffe8000, 0x400],
  [0x3ffe8000, 0x400],
  [0x3ffe8000, 0x1000],
  [0x3fffc000, 0x800],
  [0x3ffe8000, 0x18000],
  [0x40100000, 0x1000],
] as const;

describe('a firmware whose RAM changes between its callbacks', function () {
  this.timeout(60_000 + 1000 * cases);
  let folder = '';
  let firmware: Firmware;
  let seed = from;

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-memory-'));
    const file = buildFirmware(folder, source);
    firmware = loadFirmware(readFileSync(file), file);
  });
  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.log(`      MEMORY_SEED=${seed}`);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Changes some words: where the firmware and the ROM have their variables more often than elsewhere. */
  function mutate({ cpu: { memory } }: Simulator, random: Random): void {
    for (let changes = random(4); changes > 0; changes--) {
      const [start, size] = places[random(places.length)] ?? places[0];
      const address = (start + random(size)) & ~3;
      const value = [
        () => random(2 ** 32),
        () => 0x3ffe8000 + random(0x400),
        () => 0x3ffe8000 + random(0x18000),
        () => random(16),
        () => 0,
        () => 0x40100000 + random(0x200),
        () => (memory.readWord(address) ?? 0) ^ (1 << random(32)),
      ][random(7)]?.();
      memory.writeWord(address, (value ?? 0) >>> 0);
    }
  }

  function run(caseSeed: number): Promise<EndReason> {
    const random = randomFrom(caseSeed);
    const simulator = new Simulator({ firmware, clock: 'virtual', resets: 2, network: { outbound: 'deny' } });
    let left = callbacks;
    simulator.events.listen(event => {
      // Whatever happens has a text of its own.
      eventText(event, true);
      if (event.kind !== 'callback') return;
      mutate(simulator, random);
      if (--left === 0)
        setImmediate(() => {
          simulator.end();
        });
    });
    return new Promise(resolve => {
      let ended = false;
      simulator.onEnd = reason => {
        ended = true;
        resolve(reason);
      };
      simulator.start();
      const watch = (before: number, idle: number): void => {
        const { instructions } = simulator.cpu;
        if (ended) return;
        if (instructions > most.instructions || idle > most.idle) simulator.end();
        else setImmediate(watch, instructions, instructions === before ? idle + 1 : 0);
      };
      watch(0, 0);
    });
  }

  it(`fails as a chip does, or goes on (${cases} cases)`, async () => {
    const ends = new Map<EndReason, number>();
    for (seed = from; seed < from + cases; seed++) {
      const reason = await run(seed);
      ends.set(reason, (ends.get(reason) ?? 0) + 1);
    }
    // A run that never fails proves nothing, nor does one that fails at once.
    if (cases > 50) {
      assert.ok((ends.get('exception') ?? 0) > cases / 20, JSON.stringify([...ends]));
      assert.ok((ends.get('stopped') ?? 0) > cases / 20, JSON.stringify([...ends]));
    }
    if (cases > 300) console.log(`      ${JSON.stringify([...ends])}`);
  });
});
