import * as l10n from '@vscode/l10n';
import { bufferSizes } from './bufferSizes';
import type { Rule } from '../rule';

export const ssl071: Rule = {
  id: 'SSL071',
  group: 'parameters',
  severity: 'error',
  title: () => l10n.t('Buffer size out of range'),
  explanation: () =>
    l10n.t(
      'espconn_secure_set_size rejects 0 and more than 8192 bytes, and the size does not change. A record larger than the buffer ends the connection.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapter 4.4',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    (void)espconn_secure_set_size(ESPCONN_CLIENT, 10000);
+    (void)espconn_secure_set_size(ESPCONN_CLIENT, 4096);
    (void)espconn_secure_connect(&client);
}
`,
  },
  check: facts =>
    bufferSizes(facts, (size, [least, most]) =>
      size <= 0 || (size > most && size <= 0xffff)
        ? {
            message: l10n.t('{0} bytes are rejected: allowed are {1} to {2}.', size, least, most),
            better: size <= 0 ? least : most,
          }
        : undefined,
    ),
};
