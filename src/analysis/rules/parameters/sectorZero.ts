import * as l10n from '@vscode/l10n';
import { certificateSectors, sectorSize, sectorText } from '../../../flash/sectors';
import { rangedArguments } from './ranges';
import type { Rule } from '../rule';
import { constantPlace, replaceConstant } from '../../program/values';

const [ca, own] = certificateSectors;

export const ssl076: Rule = {
  id: 'SSL076',
  group: 'parameters',
  severity: 'error',
  title: () => l10n.t('Certificates in sector 0'),
  explanation: () =>
    l10n.t('Sector 0 holds the boot loader. The function rejects it, and nothing is verified.'),
  source: 'espconn_secure.c of SDK 3.0.6; ESP8266 SSL manual 1.0, chapter 4.2',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0);
+    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    for (const { site, constant } of rangedArguments(facts, 'flash_sector')) {
      if (constant.value !== 0) continue;
      const { sector } = site.name === 'espconn_secure_ca_enable' ? ca : own;
      const text = sectorText(sector * sectorSize);
      yield {
        at: constantPlace(facts, constant),
        message: l10n.t('{0} rejects sector 0.', site.name ?? ''),
        fixes: replaceConstant(facts, constant, text).map(edit => ({
          title: l10n.t('Change to {0}', text),
          edits: [edit],
          safe: false,
        })),
      };
    }
  },
};
