import * as l10n from '@vscode/l10n';
import { misfits, story } from './wrongCalls';
import type { Rule } from '../rule';

export const ssl009: Rule = {
  id: 'SSL009',
  group: 'mixing',
  severity: 'error',
  title: () => l10n.t('Holding back data of a TLS connection'),
  explanation: () =>
    l10n.t(
      'espconn_recv_hold and espconn_recv_unhold work on plain TCP. On a TLS connection they are reported to reset the chip. Consume the data in the receive callback, or have the protocol pause the peer.',
    ),
  source: 'github.com/espressif/ESP8266_NONOS_SDK issue 51',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };
static char kept[512];

static void ICACHE_FLASH_ATTR on_receive(void *arg, char *data, unsigned short length)
{
-    espconn_recv_hold(arg);
+    if (length <= sizeof(kept))
+        os_memcpy(kept, data, length);
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
    for (const { site, because } of misfits(facts, ['espconn_recv_hold', 'espconn_recv_unhold'], 'plain')) {
      yield {
        at: facts.program.callPlace(site),
        message: l10n.t('{0} on a TLS connection resets the chip.', site.name ?? ''),
        related: story(facts, site, because),
      };
    }
  },
};
