import * as l10n from '@vscode/l10n';
import { lateSettings } from './lateSettings';
import type { Rule } from '../rule';

export const ssl028: Rule = {
  id: 'SSL028',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('Server certificate set after accept'),
  explanation: () =>
    l10n.t(
      'The first client may connect as soon as the server listens. Set certificate and private key before espconn_secure_accept.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4',
  example: {
    code: String.raw`static struct espconn server;
static esp_tcp tcp;

void ICACHE_FLASH_ATTR serve(void)
{
    server.type = ESPCONN_TCP;
    server.proto.tcp = &tcp;
    tcp.local_port = 443;
    espconn_secure_set_default_private_key(default_private_key, default_private_key_len);
+    espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
    (void)espconn_secure_accept(&server);
-    espconn_secure_set_default_certificate(default_certificate, default_certificate_len);
}
`,
  },
  check: facts =>
    lateSettings(facts, ['espconn_secure_set_default_certificate', 'espconn_secure_set_default_private_key']),
};
