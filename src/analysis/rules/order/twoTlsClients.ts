import * as l10n from '@vscode/l10n';
import { story } from '../mixing/wrongCalls';
import { connectedAgain, sameConnection } from '../../program/order';
import type { Rule } from '../rule';

export const ssl025: Rule = {
  id: 'SSL025',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('Two TLS clients at a time'),
  explanation: () =>
    l10n.t(
      'Two structs are connected by espconn_secure_connect in immediate succession. Only one TLS client connection is possible: the second is rejected. Connect it after the first one is disconnected.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4.6',
  example: {
    code: String.raw`static struct espconn first, second;
static esp_tcp first_tcp = { .remote_port = 8443 }, second_tcp = { .remote_port = 8443 };

+static void ICACHE_FLASH_ATTR connect_second(void *arg)
+{
+    (void)espconn_secure_connect(&second);
+}
+
+static void ICACHE_FLASH_ATTR on_first_closed(void *arg)
+{
+    static os_timer_t next;
+
+    os_timer_disarm(&next);
+    os_timer_setfn(&next, (os_timer_func_t *)connect_second, NULL);
+    os_timer_arm(&next, 100, 0);
+}
+
void ICACHE_FLASH_ATTR dial(void)
{
    first.type = second.type = ESPCONN_TCP;
    first.proto.tcp = &first_tcp;
    second.proto.tcp = &second_tcp;
+    espconn_regist_disconcb(&first, on_first_closed);
    (void)espconn_secure_connect(&first);
-    (void)espconn_secure_connect(&second);
}
`,
  },
  *check(facts) {
    const { program } = facts;
    for (const { first, second } of connectedAgain(facts)) {
      if (sameConnection(facts, first, second)) continue;
      yield {
        at: program.callPlace(second),
        message: l10n.t('Another TLS client is connected just before: only one is possible at a time.'),
        related: story(facts, second, first),
      };
    }
  },
};
