import * as l10n from '@vscode/l10n';
import { unregistered } from './missingCallbacks';
import type { Rule } from '../rule';

export const ssl039: Rule = {
  id: 'SSL039',
  group: 'order',
  severity: 'hint',
  missing: true,
  title: () => l10n.t('TLS connection without disconnect callback'),
  explanation: () =>
    l10n.t(
      'When the peer closes the connection cleanly, the SDK calls the disconnect callback, not the reconnect callback. Without one the program does not notice.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

static void ICACHE_FLASH_ATTR on_close(void *arg)
{
    os_printf("closed\n");
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
+    espconn_regist_disconcb(&client, on_close);
    (void)espconn_secure_connect(&client);
}
`,
  },
  check: facts =>
    unregistered(facts, 'disconnect', () =>
      l10n.t('No disconnect callback is registered for this connection: a clean close goes unnoticed.'),
    ),
};
