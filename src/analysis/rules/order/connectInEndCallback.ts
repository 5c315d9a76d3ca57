import * as l10n from '@vscode/l10n';
import { deferred, fixOf } from '../fixes/edits';
import { isPossible, wayInOwnCallback } from '../../program/order';
import type { Rule } from '../rule';
import { eventName, wayFrom } from '../relatedPlaces';

export const ssl033: Rule = {
  id: 'SSL033',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('TLS connect in the disconnect or reconnect callback'),
  explanation: () =>
    l10n.t(
      'Connecting again in the callback repeats as fast as it fails, deep in the stack of a library that is still releasing the old connection. Connect again from a timer, a second later.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6; IoT_Demo of SDK 2.0.0',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };
static os_timer_t again;

static void ICACHE_FLASH_ATTR connect_again(void *arg)
{
    (void)espconn_secure_connect(&client);
}

static void ICACHE_FLASH_ATTR on_error(void *arg, sint8 error)
{
-    (void)espconn_secure_connect(&client);
+    os_timer_disarm(&again);
+    os_timer_setfn(&again, (os_timer_func_t *)connect_again, NULL);
+    os_timer_arm(&again, 1000, 0);
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    espconn_regist_reconcb(&client, on_error);
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    for (const site of facts.program.calls('espconn_secure_connect')) {
      const way = wayInOwnCallback(facts, site, ['reconnect', 'disconnect'], isPossible);
      if (way === undefined) continue;
      yield {
        at: facts.program.callPlace(site),
        message: l10n.t('This connects in the {0}: call it from a timer.', eventName(way.event)),
        related: wayFrom(facts, way),
        fixes: fixOf(l10n.t('Connect from a timer'), deferred(facts.program, site, 'connect_again', 1000)),
      };
    }
  },
};
