import * as l10n from '@vscode/l10n';
import { wrongCalls } from './wrongCalls';
import type { Rule } from '../rule';

export const ssl001: Rule = {
  id: 'SSL001',
  group: 'mixing',
  severity: 'error',
  title: () => l10n.t('Plain send on a TLS connection'),
  explanation: () =>
    l10n.t(
      'espconn_sent and espconn_send are for plain TCP and UDP. For a TLS connection they return -12 and nothing is sent. Send with espconn_secure_sent.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4; espconn.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

static void ICACHE_FLASH_ATTR report(uint8 *data, uint16 length)
{
-    if (espconn_sent(&client, data, length) != ESPCONN_OK)
+    if (espconn_secure_sent(&client, data, length) != ESPCONN_OK)
        os_printf("not sent\n");
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
    yield* wrongCalls(facts, ['espconn_sent', 'espconn_send'], 'plain');
  },
};
