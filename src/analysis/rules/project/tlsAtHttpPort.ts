import * as l10n from '@vscode/l10n';
import { portsOf } from '../../program/connectionPorts';
import type { Rule } from '../rule';
import { openedHere } from '../relatedPlaces';

const plainPort = 80;
const tlsPort = 443;

export const ssl138: Rule = {
  id: 'SSL138',
  group: 'project',
  severity: 'hint',
  title: () => l10n.t('TLS server on the plain HTTP port'),
  explanation: () =>
    l10n.t(
      'Browsers speak plain HTTP to port 80 and TLS to port 443. The SDK’s example uses 443 (SERVER_SSL_PORT) when SERVER_SSL_ENABLE is defined.',
    ),
  source: 'user_webserver.h of IoT_Demo, SDK 2.2.0',
  example: {
    code: String.raw`static struct espconn server;
static esp_tcp tcp;

void ICACHE_FLASH_ATTR serve(void)
{
    server.type = ESPCONN_TCP;
    server.proto.tcp = &tcp;
-    tcp.local_port = 80;
+    tcp.local_port = 443;
    (void)espconn_secure_accept(&server);
}
`,
  },
  *check(facts) {
    const { connections, program } = facts;
    for (const connection of connections.all.values()) {
      if (connections.kindOf(connection) !== 'secure') continue;
      const [opening] = connections.opened(connection, 'secure', 'server');
      const [port, ...others] = portsOf(
        facts,
        connection,
        connections.memberValues(connection, 'proto.local_port'),
      );
      if (opening === undefined || port === undefined || others.length > 0) continue;
      if (program.constant(port.value, port.within) !== plainPort) continue;
      const { at } = port;
      yield {
        at,
        message: l10n.t('Port 80 is for plain HTTP, but this server speaks TLS.'),
        related: [openedHere(program, opening)],
        fixes:
          port.within.expanded === undefined
            ? [
                {
                  title: l10n.t('Change to {0}', tlsPort),
                  edits: [{ ...at, text: String(tlsPort) }],
                  safe: false,
                },
              ]
            : [],
      };
    }
  },
};
