import * as l10n from '@vscode/l10n';
import { wrongCalls } from './wrongCalls';
import type { Rule } from '../rule';

export const ssl003: Rule = {
  id: 'SSL003',
  group: 'mixing',
  severity: 'error',
  title: () => l10n.t('TLS send on a plain connection'),
  explanation: () =>
    l10n.t(
      'espconn_secure_sent and espconn_secure_send need the TLS state of the connection. A plain one has none: the SDK dereferences a NULL pointer, and the chip restarts. Send with espconn_sent.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn plain;
static esp_tcp tcp = { .remote_port = 8080 };

static void ICACHE_FLASH_ATTR report(uint8 *data, uint16 length)
{
-    if (espconn_secure_sent(&plain, data, length) != ESPCONN_OK)
+    if (espconn_sent(&plain, data, length) != ESPCONN_OK)
        os_printf("not sent\n");
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
    yield* wrongCalls(facts, ['espconn_secure_sent', 'espconn_secure_send'], 'secure');
  },
};
