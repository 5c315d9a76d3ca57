import * as l10n from '@vscode/l10n';
import { argumentConstants } from './ranges';
import { sdkConstant } from '../../program/program';
import type { Rule } from '../rule';
import { constantPlace, replaceConstant } from '../../program/values';

export const ssl081: Rule = {
  id: 'SSL081',
  group: 'parameters',
  severity: 'warning',
  missing: true,
  title: () => l10n.t('Setting for an unused role'),
  explanation: () =>
    l10n.t(
      'The level selects whether a setting is for TLS clients or for the TLS server. This program opens no connection in that role, so the peer is not verified.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapters 4.1 and 4.2',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    (void)espconn_secure_ca_enable(ESPCONN_SERVER, 0x77);
+    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    const { program } = facts;
    const roles = {
      ESPCONN_CLIENT: program.calls('espconn_secure_connect').length > 0,
      ESPCONN_SERVER: program.calls('espconn_secure_accept').length > 0,
    };
    // A program with both has all roles, one with none may be part of another.
    if (roles.ESPCONN_CLIENT === roles.ESPCONN_SERVER) return;
    const [wrong, right] = roles.ESPCONN_CLIENT
      ? (['ESPCONN_SERVER', 'ESPCONN_CLIENT'] as const)
      : (['ESPCONN_CLIENT', 'ESPCONN_SERVER'] as const);
    for (const site of program.calls('espconn_secure_ca_enable', 'espconn_secure_cert_req_enable')) {
      for (const constant of argumentConstants(facts, site, 'level')) {
        if (constant.value !== sdkConstant(wrong)) continue;
        yield {
          at: constantPlace(facts, constant),
          message: roles.ESPCONN_CLIENT
            ? l10n.t('This program has no TLS server: {0} has no effect for its client.', wrong)
            : l10n.t('This program has no TLS client: {0} has no effect for its server.', wrong),
          fixes: replaceConstant(facts, constant, right).map(edit => ({
            title: l10n.t('Change to {0}', right),
            edits: [edit],
            safe: false,
          })),
        };
      }
    }
  },
};
