import * as l10n from '@vscode/l10n';
import { lateSettings } from './lateSettings';
import type { Rule } from '../rule';

export const ssl020: Rule = {
  id: 'SSL020',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('Buffer size set after the connection'),
  explanation: () =>
    l10n.t(
      'espconn_secure_set_size applies only to connections opened later. Call it before espconn_secure_connect or espconn_secure_accept.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
+    (void)espconn_secure_set_size(ESPCONN_CLIENT, 4096);
    (void)espconn_secure_connect(&client);
-    (void)espconn_secure_set_size(ESPCONN_CLIENT, 4096);
}
`,
  },
  check: facts => lateSettings(facts, ['espconn_secure_set_size']),
};
