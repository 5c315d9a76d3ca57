import * as l10n from '@vscode/l10n';
import { sdkConstant } from '../../program/program';
import type { Rule } from '../rule';

export const ssl011: Rule = {
  id: 'SSL011',
  group: 'mixing',
  severity: 'error',
  title: () => l10n.t('TLS over UDP'),
  explanation: () =>
    l10n.t(
      'espconn_secure_connect and espconn_secure_accept return -12 unless the struct’s type is ESPCONN_TCP. The SDK has no TLS over UDP.',
    ),
  source: 'espconn_secure.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
-    client.type = ESPCONN_UDP;
+    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check({ connections, program }) {
    const udp = sdkConstant('ESPCONN_UDP');
    for (const connection of connections.all.values()) {
      const types = connections.memberValues(connection, 'type');
      const [first] = types;
      if (first?.event === undefined) continue;
      if (types.some(({ value, within }) => program.constant(value, within) !== udp)) continue;
      const { event, within } = first;
      for (const site of connections.opened(connection, 'secure')) {
        const at = program.place(within, event.value);
        yield {
          at: program.callPlace(site),
          message: l10n.t('{0} returns -12: the type of this struct is ESPCONN_UDP.', site.name ?? ''),
          related: [{ at, message: l10n.t('The type is set here.') }],
          fixes: [
            {
              title: l10n.t('Change to {0}', 'ESPCONN_TCP'),
              edits: [{ ...at, text: 'ESPCONN_TCP' }],
              safe: false,
            },
          ],
        };
      }
    }
  },
};
