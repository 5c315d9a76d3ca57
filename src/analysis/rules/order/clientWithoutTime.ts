import * as l10n from '@vscode/l10n';
import { isSdk2, mayBeSdk1 } from '../../project/linkedSdk';
import type { Rule } from '../rule';

export const ssl036: Rule = {
  id: 'SSL036',
  group: 'order',
  severity: 'warning',
  missing: true,
  title: () => l10n.t('TLS client with libssl, but without SNTP'),
  explanation: () =>
    l10n.t(
      'With libssl, espconn_secure_connect returns -16 until the time is set, even without CA verification. Start SNTP, and connect when sntp_get_current_timestamp is not 0. libmbedtls does not need the time.',
    ),
  source: 'libssl.a of SDK 2.0.0; github.com/espressif/ESP8266_NONOS_SDK issues 302 and 338',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void *arg)
{
+    if (sntp_get_current_timestamp() == 0)
+        return;
    (void)espconn_secure_connect(&client);
}

void ICACHE_FLASH_ATTR prepare(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
+    sntp_setservername(0, "pool.ntp.org");
+    sntp_init();
}
`,
    target: { tlsLibrary: 'libssl' },
  },
  *check(facts) {
    const { program } = facts;
    if (program.target.tlsLibrary !== 'libssl' || mayBeSdk1(facts)) return;
    if ([...program.calledNames].some(name => /ntp|settimeofday/i.test(name))) return;
    for (const site of program.calls('espconn_secure_connect')) {
      // Who switches TLS on may start SNTP with it. Before SDK 2.0 libssl is not known to ask for the time.
      if (!facts.isUsual(program.callPlace(site))) continue;
      yield {
        at: program.callPlace(site),
        ...(!isSdk2(facts) && { severity: 'hint' as const }),
        message: l10n.t(
          'With libssl this returns -16 until SNTP has set the time, and nothing here starts SNTP.',
        ),
      };
    }
  },
};
