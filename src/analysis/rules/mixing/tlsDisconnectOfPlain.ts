import * as l10n from '@vscode/l10n';
import { wrongCalls } from './wrongCalls';
import type { Rule } from '../rule';

export const ssl004: Rule = {
  id: 'SSL004',
  group: 'mixing',
  severity: 'error',
  title: () => l10n.t('TLS disconnect of a plain connection'),
  explanation: () =>
    l10n.t(
      'espconn_secure_disconnect needs the TLS state of the connection. A plain one has none: the SDK dereferences a NULL pointer, and the chip restarts. Close it with espconn_disconnect.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn plain;
static esp_tcp tcp = { .remote_port = 8080 };

void ICACHE_FLASH_ATTR hang_up(void *arg)
{
-    espconn_secure_disconnect(&plain);
+    espconn_disconnect(&plain);
}

void ICACHE_FLASH_ATTR dial(void)
{
    plain.type = ESPCONN_TCP;
    plain.proto.tcp = &tcp;
    espconn_connect(&plain);
}
`,
  },
  *check(facts) {
    yield* wrongCalls(facts, ['espconn_secure_disconnect'], 'secure');
  },
};
