import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';
import { type Run, runToEnd } from '../firmware-sources/runToEnd';

const common = `
#define REG(address) (*(volatile unsigned *)(address))
void ets_wdt_enable(void);
int ets_wdt_disable(void);
void user_pre_init(void) {}
static os_timer_t timer;
static void later(void (*work)(void *)) { os_timer_setfn(&timer, work, NULL); os_timer_arm(&timer, 100, 0); }
static unsigned start;
static void took(const char *what) { os_printf("%s %u ms; ", what, (system_get_time() - start) / 1000); }
`;

/** Firmware that keeps the CPU in a delay loop, and the watchdog that bites it: when, in seconds. */
const cases: { name: string; source: string; prints: string; bite?: ['software' | 'hardware', number] }[] = [
  {
    name: 'bites in the middle of a long delay',
    source: 'os_printf("before; "); os_delay_us(5000000); took("after");',
    prints: 'before; ',
    bite: ['software', 3.2],
  },
  {
    name: 'bites over many delays of one callback',
    source: 'for (int i = 0; i < 12; i++) os_delay_us(600000); took("survived");',
    prints: '',
    bite: ['software', 3.2],
  },
  {
    name: 'is content with what is short enough, which takes its time',
    source: 'os_delay_us(3000000); took("3 s"); system_restart();',
    prints: '3 s 3000 ms; ',
  },
  {
    name: 'is kept away by feeding it',
    source:
      'for (int i = 0; i < 5; i++) { os_delay_us(2000000); system_soft_wdt_feed(); } took("fed"); system_restart();',
    prints: 'fed 10000 ms; ',
  },
  {
    name: 'counts time, not the cycles of 160 MHz',
    source: 'system_update_cpu_freq(160); os_delay_us(3000000); took("fast"); os_delay_us(1000000);',
    prints: 'fast 3000 ms; ',
    bite: ['software', 3.2],
  },
  {
    name: 'leaves the hardware one when it is stopped',
    source: 'system_soft_wdt_stop(); os_delay_us(8000000); took("8 s"); os_delay_us(1000000); took("9 s");',
    prints: '8 s 8000 ms; ',
    bite: ['hardware', 8.4],
  },
  {
    name: 'can be stopped, and the hardware one fed by its register or switched off',
    source: `system_soft_wdt_stop();
      os_delay_us(5000000); REG(0x60000914) = 0x73; os_delay_us(5000000); took("fed");
      ets_wdt_disable(); os_delay_us(10000000); took("off");
      ets_wdt_enable(); os_delay_us(10000000);`,
    prints: 'fed 10000 ms; off 20000 ms; ',
    bite: ['hardware', 8.4],
  },
];

describe('a watchdog of the chip', function () {
  let folder = '';

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-watchdog-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function run(source: string): Promise<Run> {
    const file = buildFirmware(folder, headers + common + source);
    return runToEnd({ firmware: loadFirmware(readFileSync(file), file), resets: 0 });
  }

  for (const { name, source, prints, bite } of cases)
    it(name, async () => {
      const { text, events } = await run(`
static void work(void *argument) { start = system_get_time(); ${source} }
void user_init(void) { later(work); }`);
      assert.equal(text, prints);
      const bites = events.filter(event => event.kind === 'watchdog');
      assert.deepEqual(
        bites.map(({ watchdog, time }) => [watchdog, Math.floor(time / 1e5) / 10]),
        bite === undefined ? [] : [bite],
      );
      for (const { where } of bites) assert.match(where, /ets_delay_us|work/);
    });

  it('of an SDK with another interval bites after twice that', async () => {
    const { text, events } = await run(`
unsigned soft_wdt_interval = 3000000;
static void work(void *argument) {
  start = system_get_time();
  os_delay_us(5000000);
  took("5 s");
  os_delay_us(2000000);
  os_printf("%u", soft_wdt_interval);
}
void user_init(void) { later(work); }`);
    assert.equal(text, '5 s 5000 ms; ');
    const [bite] = events.filter(event => event.kind === 'watchdog');
    assert.ok(bite !== undefined && bite.time >= 6e6 && bite.time < 6.1e6, JSON.stringify(bite));
  });

  it('does not keep interrupts from running in a delay', async () => {
    const { text } = await run(`
static volatile int ticks;
static void tick(void *argument) { ticks++; }
void user_init(void) {
  ets_isr_attach(9, (void *)tick, 0);
  REG(0x60000608) = 0x80 | 0x40;
  REG(0x60000600) = 80000; /* 1 ms */
  ets_isr_unmask(1 << 9);
  os_delay_us(100000);
  os_printf("%s", ticks >= 95 && ticks <= 101 ? "a hundred" : "not a hundred");
  system_restart();
}`);
    assert.equal(text, 'a hundred');
  });
});
