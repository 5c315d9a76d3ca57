import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import type { Simulator } from '../../src/simulator/simulator';
import { buildFirmware, headers } from '../firmware-sources/buildFirmware';
import { type Run, runToEnd } from '../firmware-sources/runToEnd';

const uart = `
#define REG(address) (*(volatile unsigned *)(address))
void ets_install_putc2(void *p);
int ets_vprintf(void *putc, const char *format, __builtin_va_list list);
void ets_write_char(char c);
void system_set_os_print(uint8 on);
void user_pre_init(void) {}
`;

describe('the UARTs of the chip', function () {
  let folder = '';

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-uart-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function run(source: string, prepare?: (simulator: Simulator) => void): Promise<Run> {
    const file = buildFirmware(folder, headers + uart + source);
    return runToEnd({ firmware: loadFirmware(readFileSync(file), file), resets: 0 }, prepare);
  }

  it('hold the divisor that the start code, a function or the firmware sets', async () => {
    const { text } = await run(`
void user_init(void) {
  os_printf("%u %u; ", REG(0x60000014), REG(0x60000f14));
  uart_div_modify(0, 80000000 / 115200);
  REG(0x60000f14) = 80000000 / 9600;
  os_printf("%u %u; ", REG(0x60000014), REG(0x60000f14));
  os_printf("%x %x", REG(0x60000020), REG(0x6000001c) & 0xff00ff);
  system_restart();
}`);
    assert.equal(text, '1068 1068; 694 8333; 1c 0');
  });

  it('give each character of os_printf to the function that is installed, in task, timer and interrupt', async () => {
    const { text, log } = await run(`
static char seen[64];
static int count;
static os_timer_t timer;
static void upper(char c) {
  if (count < 63) seen[count++] = c;
  while ((REG(0x6000001c) >> 16 & 0xff) >= 126) ;
  REG(0x60000000) = c >= 'a' && c <= 'z' ? c - 32 : c;
}
static void second(char c) { if (c == '3') REG(0x60000f00) = '#'; }
static void onTimer(void *argument) {
  os_printf("from %s %d\\n", "timer", 23);
  os_install_putc1(NULL);
  os_printf("nobody");
  ets_install_putc2(NULL);
  os_install_putc1(upper);
  os_printf("%s", seen);
  system_restart();
}
void user_init(void) {
  os_install_putc1(upper);
  ets_install_putc2(second);
  int printed = os_printf("hello %d", 42);
  os_printf("=%d\\n", printed);
  os_timer_setfn(&timer, onTimer, NULL);
  os_timer_arm(&timer, 50, 0);
}`);
    assert.equal(text, 'HELLO 42=8\nFROM TIMER 23#\nHELLO 42=8\nFROM TIMER 23\n');
    assert.doesNotMatch(log, /ets_install|os_install/);
  });

  it('print through a function that prints itself, and through the one that ets_vprintf is given', async () => {
    const { text } = await run(`
static void outer(char c);
static void inner(char c) { REG(0x60000000) = c; }
static void outer(char c) {
  os_install_putc1(inner);
  os_printf("<%c>", c);
  os_install_putc1(outer);
}
static void bracket(char c) { REG(0x60000000) = '['; REG(0x60000000) = c; }
static void print(void *putc, const char *format, ...) {
  __builtin_va_list list;
  __builtin_va_start(list, format);
  ets_vprintf(putc, format, list);
  __builtin_va_end(list);
}
void user_init(void) {
  os_install_putc1(outer);
  os_printf("a%d", 7);
  print(bracket, "%x", 0xbe);
  print(ets_write_char, "%x", 5);
  system_set_os_print(0);
  os_printf("silent");
  system_restart();
}`);
    assert.equal(text, '<a><7>[b[e<5>');
  });

  it('receive at the pace of the line, so that a long line survives a small FIFO', async () => {
    const line = Array.from({ length: 1000 }, (_, index) => String.fromCharCode(97 + (index % 26))).join('');
    const { text } = await run(
      `
static int count;
static void received(void *argument) {
  while ((REG(0x6000001c) & 0xff) > 0) { REG(0x60000000) = REG(0x60000000); count++; }
  REG(0x60000010) = 0x1ff;
  if (count == 1000) { os_printf("\\n%u us", system_get_time() / 10000 * 10000); system_restart(); }
}
void user_init(void) {
  uart_div_modify(0, 80000000 / 115200);
  ets_isr_attach(5, (void *)received, 0);
  REG(0x60000024) = 0x80000000 | 2 << 24 | 10;
  REG(0x6000000c) = 0x101;
  ets_isr_unmask(1 << 5);
}`,
      device => {
        let sent = false;
        device.events.listen(() => {
          if (sent) return;
          sent = true;
          setImmediate(() => {
            device.input(Buffer.from(line));
          });
        });
      },
    );
    const [echoed, time] = text.split('\n');
    assert.equal(echoed, line);
    assert.match(time ?? '', /^(8|9)0000 us$/);
  });
});
