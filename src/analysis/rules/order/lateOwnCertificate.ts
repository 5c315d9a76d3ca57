import * as l10n from '@vscode/l10n';
import { lateSettings } from './lateSettings';
import type { Rule } from '../rule';

export const ssl022: Rule = {
  id: 'SSL022',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('Own certificate set after the connection'),
  explanation: () =>
    l10n.t(
      'The device sends its certificate in the handshake. Call espconn_secure_cert_req_enable and espconn_secure_cert_req_disable before espconn_secure_connect.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);
+    (void)espconn_secure_cert_req_enable(ESPCONN_CLIENT, 0x78);
    (void)espconn_secure_connect(&client);
-    (void)espconn_secure_cert_req_enable(ESPCONN_CLIENT, 0x78);
}
`,
  },
  check: facts => lateSettings(facts, ['espconn_secure_cert_req_enable', 'espconn_secure_cert_req_disable']),
};
