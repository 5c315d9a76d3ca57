import * as l10n from '@vscode/l10n';
import { wrongCalls } from './wrongCalls';
import type { Rule } from '../rule';

export const ssl002: Rule = {
  id: 'SSL002',
  group: 'mixing',
  severity: 'error',
  title: () => l10n.t('Plain disconnect of a TLS connection'),
  explanation: () =>
    l10n.t(
      'espconn_disconnect and espconn_abort close plain TCP. A TLS connection has no plain control block: the SDK dereferences a NULL pointer. Close it with espconn_secure_disconnect.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4; espconn_tcp.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR hang_up(void *arg)
{
-    espconn_disconnect(&client);
+    espconn_secure_disconnect(&client);
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    if (espconn_secure_connect(&client) != ESPCONN_OK)
        os_printf("not connected\n");
}
`,
  },
  *check(facts) {
    yield* wrongCalls(facts, ['espconn_disconnect', 'espconn_abort'], 'plain');
  },
};
