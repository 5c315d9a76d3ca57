import * as l10n from '@vscode/l10n';
import { unregistered } from './missingCallbacks';
import type { Rule } from '../rule';

export const ssl038: Rule = {
  id: 'SSL038',
  group: 'order',
  severity: 'warning',
  missing: true,
  title: () => l10n.t('TLS connection without reconnect callback'),
  explanation: () =>
    l10n.t(
      'Failed handshakes, rejected certificates, oversized records and lost links are reported only to the reconnect callback. Register one with espconn_regist_reconcb.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapters 4.3 and 4.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

static void ICACHE_FLASH_ATTR on_error(void *arg, sint8 error)
{
    os_printf("lost: %d\n", error);
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
+    espconn_regist_reconcb(&client, on_error);
    (void)espconn_secure_connect(&client);
}
`,
  },
  check: facts =>
    unregistered(facts, 'reconnect', () =>
      l10n.t('No reconnect callback is registered for this connection: a failed handshake goes unnoticed.'),
    ),
};
