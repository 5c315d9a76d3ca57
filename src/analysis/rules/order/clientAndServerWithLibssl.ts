import * as l10n from '@vscode/l10n';
import type { Rule } from '../rule';

export const ssl026: Rule = {
  id: 'SSL026',
  group: 'order',
  severity: 'hint',
  title: () => l10n.t('TLS client and TLS server with libssl'),
  explanation: () =>
    l10n.t(
      'With libssl, espconn_secure_connect returns -15 while any TLS link is open, including one from a client of the device’s own server. Connect while no client is connected, or link libmbedtls.',
    ),
  source: 'libssl.a of SDK 2.0.0',
  example: {
    code: String.raw`static struct espconn server, client;
-static esp_tcp server_tcp = { .local_port = 443 }, client_tcp = { .remote_port = 8443 };
+static esp_tcp server_tcp = { .local_port = 80 }, client_tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR serve(void)
{
    server.type = ESPCONN_TCP;
    server.proto.tcp = &server_tcp;
-    (void)espconn_secure_accept(&server);
+    espconn_accept(&server);
    sntp_init();
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &client_tcp;
    if (sntp_get_current_timestamp() != 0)
        (void)espconn_secure_connect(&client);
}
`,
    target: { tlsLibrary: 'libssl' },
  },
  *check({ program }) {
    if (program.target.tlsLibrary !== 'libssl') return;
    const [server] = program.calls('espconn_secure_accept');
    if (server === undefined) return;
    for (const site of program.calls('espconn_secure_connect')) {
      yield {
        at: program.callPlace(site),
        message: l10n.t('With libssl this returns -15 while a client of the TLS server is connected.'),
        related: [{ at: program.callPlace(server), message: l10n.t('The TLS server is started here.') }],
      };
    }
  },
};
