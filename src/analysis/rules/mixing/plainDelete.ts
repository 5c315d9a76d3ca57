import * as l10n from '@vscode/l10n';
import { misfits, renameFix, story } from './wrongCalls';
import type { Rule } from '../rule';

export const ssl007: Rule = {
  id: 'SSL007',
  group: 'mixing',
  severity: 'warning',
  title: () => l10n.t('espconn_delete for TLS'),
  explanation: () =>
    l10n.t(
      'espconn_delete searches only plain servers and UDP, so nothing happens. End a TLS server with espconn_secure_delete; a TLS client needs no call after it is disconnected.',
    ),
  source: 'espconn.c and espconn_secure.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn server;
static esp_tcp tcp;

void ICACHE_FLASH_ATTR serve(void)
{
    server.type = ESPCONN_TCP;
    server.proto.tcp = &tcp;
    tcp.local_port = 443;
    (void)espconn_secure_accept(&server);
}

void ICACHE_FLASH_ATTR stop(void)
{
-    if (espconn_delete(&server) != ESPCONN_OK)
+    if (espconn_secure_delete(&server) != ESPCONN_OK)
        os_printf("still in use\n");
}
`,
  },
  *check(facts) {
    for (const { site, because, connection } of misfits(facts, ['espconn_delete'], 'plain')) {
      const isServer = facts.connections.opened(connection, 'secure', 'server').length > 0;
      yield {
        at: facts.program.callPlace(site),
        message: isServer
          ? l10n.t('espconn_delete does not stop a TLS server: call espconn_secure_delete.')
          : l10n.t('espconn_delete has no effect on a TLS client.'),
        related: story(facts, site, because),
        fixes: isServer ? renameFix(facts, site, 'espconn_secure_delete', true) : [],
        unnecessary: !isServer,
      };
    }
  },
};
