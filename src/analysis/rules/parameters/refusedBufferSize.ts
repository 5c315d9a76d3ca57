import * as l10n from '@vscode/l10n';
import { bufferSizes } from './bufferSizes';
import type { Rule } from '../rule';

export const ssl072: Rule = {
  id: 'SSL072',
  group: 'parameters',
  severity: 'warning',
  title: () => l10n.t('Buffer size that current libraries reject'),
  explanation: () =>
    l10n.t(
      'The 2015 manual allows 1 to 8192 bytes. libssl and libmbedtls of SDK 2.0.0 and later reject less than 2048, and the size does not change.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4.4; espconn_secure.c of SDK 3.0.6; libssl.a of SDK 2.0.0',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    (void)espconn_secure_set_size(ESPCONN_CLIENT, 1024);
+    (void)espconn_secure_set_size(ESPCONN_CLIENT, 4096);
    (void)espconn_secure_connect(&client);
}
`,
  },
  check: facts =>
    bufferSizes(facts, (size, [least]) =>
      size > 0 && size < least
        ? {
            message: l10n.t('From SDK 2.0.0 on, less than {0} bytes are rejected.', least),
            better: least,
          }
        : undefined,
    ),
};
