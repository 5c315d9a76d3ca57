import * as l10n from '@vscode/l10n';
import { numberText, rangedArguments } from './ranges';
import type { Facts, Rule } from '../rule';
import { constantPlace, replaceConstant } from '../../program/values';

export const ssl070: Rule = {
  id: 'SSL070',
  group: 'parameters',
  severity: 'error',
  title: () => l10n.t('Unknown level'),
  explanation: () =>
    l10n.t(
      'The level selects whose setting it is: ESPCONN_CLIENT (1), ESPCONN_SERVER (2) or ESPCONN_BOTH (3). Any other value is rejected, and nothing is set.',
    ),
  source: 'ESP8266 SSL manual 1.0, chapters 4.1 to 4.5; espconn.h of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    (void)espconn_secure_set_size(0, 4096);
+    (void)espconn_secure_set_size(ESPCONN_CLIENT, 4096);
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    for (const { site, constant, range } of rangedArguments(facts, 'level')) {
      // The parameter has 8 bits.
      const level = constant.value & 0xff;
      if (level >= range[0] && level <= range[1]) continue;
      const name = levelFor(facts);
      yield {
        at: constantPlace(facts, constant),
        message: l10n.t('{0} rejects level {1}: use 1, 2 or 3.', site.name ?? '', numberText(level)),
        fixes: replaceConstant(facts, constant, name).map(edit => ({
          title: l10n.t('Change to {0}', name),
          edits: [edit],
          safe: false,
        })),
      };
    }
  },
};

/** The level for what the program opens. */
function levelFor({ program }: Facts): string {
  const connects = program.calls('espconn_secure_connect').length > 0;
  const accepts = program.calls('espconn_secure_accept').length > 0;
  return connects === accepts ? 'ESPCONN_BOTH' : connects ? 'ESPCONN_CLIENT' : 'ESPCONN_SERVER';
}
