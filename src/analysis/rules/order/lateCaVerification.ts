import * as l10n from '@vscode/l10n';
import { lateSettings } from './lateSettings';
import type { Rule } from '../rule';

export const ssl021: Rule = {
  id: 'SSL021',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('CA verification set after the connection'),
  explanation: () =>
    l10n.t(
      'The handshake decides whether the peer is verified. Call espconn_secure_ca_enable and espconn_secure_ca_disable before espconn_secure_connect or espconn_secure_accept.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
+    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);
    (void)espconn_secure_connect(&client);
-    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);
}
`,
  },
  check: facts => lateSettings(facts, ['espconn_secure_ca_enable', 'espconn_secure_ca_disable']),
};
