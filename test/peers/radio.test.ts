import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { loadFirmware } from '../../src/simulator/firmware/firmware';
import { headers } from '../firmware-sources/buildFirmware';
import { runToEnd } from '../firmware-sources/runToEnd';

const deviceSdk = path.join(__dirname, '..', '..', 'device-sdk');

/** What the SDK's libraries bring, and must not run here: each would end the test. */
const library = [
  'wifi_promiscuous_enable',
  'smartconfig_start',
  'esp_now_init',
  'esp_now_register_send_cb',
  'esp_now_send',
]
  .concat(['wifi_set_wps_cb', 'wifi_wps_enable', 'wifi_wps_start', 'wifi_fpm_open', 'wifi_fpm_close'])
  .concat(['wifi_fpm_set_sleep_type', 'wifi_fpm_set_wakeup_cb', 'wifi_fpm_do_sleep', 'wifi_fpm_do_wakeup']);

const source = `${headers}
int printed;
${library.map(name => `int __attribute__((noinline)) ${name}() { os_printf("${name} runs; "); return ++printed; }`).join('\n')}
static void woken(void) { os_printf("woken at %u; ", system_get_time() / 1000000); wifi_fpm_close(); wifi_set_opmode_current(STATION_MODE); }
static void sent(uint8 *mac, uint8 status) { os_printf("sent %02x %d; ", mac[5], status); }
static void wps(int status) { os_printf("wps %d at %u s", status, system_get_time() / 1000000); system_restart(); }
void user_pre_init(void) {}
void user_init(void) {
  static uint8 peer[6] = {1, 2, 3, 4, 5, 6};
  wifi_set_opmode_current(STATION_MODE);
  os_printf("%d ", wifi_fpm_do_sleep(1000000));
  wifi_fpm_open();
  os_printf("%d ", wifi_fpm_do_sleep(1000000));
  wifi_set_opmode_current(NULL_MODE);
  wifi_fpm_set_sleep_type(MODEM_SLEEP_T);
  wifi_fpm_set_wakeup_cb(woken);
  os_printf("%d; ", wifi_fpm_do_sleep(1000000));
  wifi_promiscuous_enable(1);
  wifi_promiscuous_enable(0);
  os_printf("%d ", smartconfig_start(0));
  os_printf("%d ", esp_now_init());
  esp_now_register_send_cb(sent);
  os_printf("%d; ", esp_now_send(peer, "x", 1));
  wifi_set_wps_cb(wps);
  wifi_wps_enable(1);
  os_printf("%d; ", wifi_wps_start());
}`;

describe('a chip whose radio has no partner', () => {
  it('lets firmware sniff, sleep, pair and send, and nothing answers', async function () {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'esp8266-ssl-radio-'));
    try {
      writeFileSync(path.join(folder, 'main.c'), source);
      const file = path.join(folder, 'firmware.elf');
      execFileSync(
        'xtensa-lx106-elf-gcc',
        [
          ...[
            '-Og',
            '-g',
            '-std=gnu99',
            '-mlongcalls',
            '-mtext-section-literals',
            '-ffreestanding',
            '-nostdlib',
          ],
          ...['-fno-builtin', '-w', '-I', path.join(deviceSdk, 'include'), 'main.c'],
          ...['-T', path.join(deviceSdk, 'esp8266.ld'), '-lgcc', '-o', file],
        ],
        { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] },
      );
      const { text, log } = await runToEnd({ firmware: loadFirmware(readFileSync(file), file), resets: 0 });
      assert.equal(text, '-2 -1 0; 1 0 0; 1; sent 06 1; woken at 1; wps 2 at 120 s');
      for (const name of ['wifi_promiscuous_enable', 'smartconfig_start', 'esp_now_init', 'wifi_wps_start'])
        assert.equal(log.split(`calls ${name} at user_init`).length, 2, `one line about ${name}\n${log}`);
      assert.match(log, /Nobody else is on the simulated radio, so nothing will answer\./);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
