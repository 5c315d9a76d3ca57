import * as l10n from '@vscode/l10n';
import { deferred, fixOf } from '../fixes/edits';
import { isPossible, wayInOwnCallback } from '../../program/order';
import type { Rule } from '../rule';
import { eventName, wayFrom } from '../relatedPlaces';

export const ssl031: Rule = {
  id: 'SSL031',
  group: 'order',
  severity: 'error',
  title: () => l10n.t('TLS disconnect in a callback of the connection'),
  explanation: () =>
    l10n.t(
      'espconn_secure_disconnect closes the socket at once, but after the callback the library continues to read and write. Disconnect from a timer or a task that the callback arms.',
    ),
  source: 'ESP8266 NON-OS SDK API reference (2C), espconn_secure_disconnect; espconn_mbedtls.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };
static os_timer_t closing;

static void ICACHE_FLASH_ATTR hang_up(void *arg)
{
    espconn_secure_disconnect(&client);
}

static void ICACHE_FLASH_ATTR on_receive(void *arg, char *data, unsigned short length)
{
-    espconn_secure_disconnect(&client);
+    os_timer_disarm(&closing);
+    os_timer_setfn(&closing, (os_timer_func_t *)hang_up, NULL);
+    os_timer_arm(&closing, 10, 0);
}

static void ICACHE_FLASH_ATTR on_connect(void *arg)
{
    espconn_regist_recvcb(arg, on_receive);
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    espconn_regist_connectcb(&client, on_connect);
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    for (const site of facts.program.calls('espconn_secure_disconnect')) {
      const { connections } = facts;
      const isPlain = connections.of(site).every(connection => connections.kindOf(connection) === 'plain');
      if (isPlain) continue;
      const way = wayInOwnCallback(facts, site, ['connect', 'receive', 'sent'], isPossible);
      if (way === undefined) continue;
      yield {
        at: facts.program.callPlace(site),
        message: l10n.t(
          'espconn_secure_disconnect runs in the {0} here: call it from a timer or task.',
          eventName(way.event),
        ),
        related: wayFrom(facts, way),
        fixes: fixOf(l10n.t('Disconnect from a timer'), deferred(facts.program, site, 'close', 10)),
      };
    }
  },
};
