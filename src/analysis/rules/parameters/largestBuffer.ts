import * as l10n from '@vscode/l10n';
import { heapBeyondBuffer } from '../../../sdk/tls';
import { bufferSizes } from './bufferSizes';
import type { Rule } from '../rule';

export const ssl074: Rule = {
  id: 'SSL074',
  group: 'parameters',
  // The largest buffer is right for servers with long certificate chains.
  severity: 'hint',
  title: () => l10n.t('Largest buffer'),
  explanation: () =>
    l10n.t(
      'Connecting needs free heap for the buffer plus 14 KB, otherwise espconn_secure_connect returns -1. Check system_get_free_heap_size, or use the smallest buffer that holds the server’s certificate chain.',
    ),
  source: 'ESP8266 SSL manual 1.4; espconn_secure.c of SDK 3.0.6; libssl.a of SDK 2.0.0',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    (void)espconn_secure_set_size(ESPCONN_CLIENT, 8192);
+    (void)espconn_secure_set_size(ESPCONN_CLIENT, 4096);
    (void)espconn_secure_connect(&client);
}
`,
  },
  check: facts =>
    bufferSizes(facts, (size, [, most]) =>
      size === most
        ? {
            message: l10n.t(
              'With this buffer, connecting needs more than {0} bytes of free heap.',
              size + heapBeyondBuffer,
            ),
          }
        : undefined,
    ),
};
