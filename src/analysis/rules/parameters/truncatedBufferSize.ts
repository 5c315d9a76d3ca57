import * as l10n from '@vscode/l10n';
import { bufferSizes } from './bufferSizes';
import type { Rule } from '../rule';

export const ssl086: Rule = {
  id: 'SSL086',
  group: 'parameters',
  severity: 'error',
  title: () => l10n.t('Truncated buffer size'),
  explanation: () =>
    l10n.t('The size is a uint16: only the lower 16 bits of a larger number are used. The maximum is 8192.'),
  source: 'espconn.h of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    (void)espconn_secure_set_size(ESPCONN_CLIENT, 0x11000);
+    (void)espconn_secure_set_size(ESPCONN_CLIENT, 0x1000);
    (void)espconn_secure_connect(&client);
}
`,
  },
  check: facts =>
    bufferSizes(facts, (size, [, most]) =>
      size > 0xffff
        ? {
            message: l10n.t('{0} does not fit into 16 bits: it is truncated to {1}.', size, size & 0xffff),
            better: most,
          }
        : undefined,
    ),
};
