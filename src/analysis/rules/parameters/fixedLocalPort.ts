import * as l10n from '@vscode/l10n';
import { possibleAbilities } from '../../project/linkedSdk';
import type { Rule } from '../rule';
import { evaluate } from '../../program/values';
import { openedHere } from '../relatedPlaces';

export const ssl085: Rule = {
  id: 'SSL085',
  group: 'parameters',
  severity: 'warning',
  title: () => l10n.t('Client with a fixed local port'),
  explanation: () =>
    l10n.t(
      'A client that always uses the same local port cannot reconnect while its last connection is still closing: espconn_connect returns -15. espconn_port returns a new port each time. libmbedtls ignores the local port.',
    ),
  source: 'espconn.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp;

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    tcp.remote_port = 8080;
-    tcp.local_port = 5000;
+    tcp.local_port = espconn_port();
    espconn_connect(&client);
}
`,
  },
  *check(facts) {
    const { connections, program } = facts;
    // With libmbedtls the port does not matter for TLS; as long as the library is open it may not.
    const kinds = possibleAbilities(facts).every(({ library }) => library === 'libssl')
      ? (['plain', 'secure'] as const)
      : (['plain'] as const);
    for (const connection of connections.all.values()) {
      for (const kind of kinds) {
        const [opening] = connections.opened(connection, kind, 'client');
        if (opening === undefined) continue;
        // The program may choose the port by the kind, and the server's is its own.
        if (
          !connection.openings.every(each => each.role === 'client' && kinds.some(one => one === each.kind))
        )
          continue;
        const values = connections.memberValues(connection, 'proto.local_port');
        const ports = values.map(({ value, within }) => evaluate(facts, value, within));
        const [first] = values;
        if (first === undefined || !ports.every(port => port !== undefined && port !== 0)) continue;
        const at = program.place(first.within, first.value);
        yield {
          at,
          message: l10n.t('A client with a fixed local port cannot reconnect at once.'),
          related: [openedHere(program, opening)],
          fixes:
            first.within.expanded === undefined && values.length === 1
              ? [
                  {
                    title: l10n.t('Change to {0}', 'espconn_port()'),
                    edits: [{ ...at, text: 'espconn_port()' }],
                    safe: false,
                  },
                ]
              : [],
        };
      }
    }
  },
};
