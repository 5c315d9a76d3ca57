import * as l10n from '@vscode/l10n';
import { fixOf, removeStatement } from '../fixes/edits';
import { isCertain, wayInOwnCallback } from '../../program/order';
import type { Rule } from '../rule';
import { eventName, wayFrom } from '../relatedPlaces';

export const ssl032: Rule = {
  id: 'SSL032',
  group: 'order',
  severity: 'warning',
  title: () => l10n.t('TLS disconnect of a closed connection'),
  explanation: () =>
    l10n.t(
      'When the disconnect or reconnect callback runs, the SDK has already released the connection. espconn_secure_disconnect returns -12 there: remove the call.',
    ),
  source: 'espconn_mbedtls.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

static void ICACHE_FLASH_ATTR on_error(void *arg, sint8 error)
{
    os_printf("lost: %d\n", error);
-    espconn_secure_disconnect(&client);
}

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    espconn_regist_reconcb(&client, on_error);
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    for (const site of facts.program.calls('espconn_secure_disconnect')) {
      const way = wayInOwnCallback(facts, site, ['reconnect', 'disconnect'], isCertain);
      if (way === undefined) continue;
      yield {
        at: facts.program.callPlace(site),
        message: l10n.t(
          'In the {0} the connection is already closed: this returns -12.',
          eventName(way.event),
        ),
        related: wayFrom(facts, way),
        fixes: way.path.length > 0 ? [] : fixOf(l10n.t('Remove the call'), removeStatement(site), true),
        unnecessary: true,
      };
    }
  },
};
