import * as l10n from '@vscode/l10n';
import { mapName } from '../../../flash/maps';
import { sectorSize } from '../../../flash/sectors';
import { chosenMap } from '../../project/linkedSdk';
import { numberText, rangedArguments } from './ranges';
import type { Rule } from '../rule';
import { constantPlace } from '../../program/values';

export const ssl077: Rule = {
  id: 'SSL077',
  group: 'parameters',
  severity: 'error',
  title: () => l10n.t('Sector beyond the flash'),
  explanation: () =>
    l10n.t(
      'The project’s flash map has fewer sectors, so no certificate can be there. Choose a sector in the flash layout.',
    ),
  source: 'enum flash_size_map in user_interface.h of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
-    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x1F0);
+    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);
    (void)espconn_secure_connect(&client);
}
`,
    others: { Makefile: 'SPI_SIZE_MAP = 2\nLINKFLAGS = -lmain -lmbedtls -lcrypto\n' },
  },
  *check(facts) {
    const map = chosenMap(facts);
    if (map === undefined) return;
    const sectors = (map.size * 1024) / sectorSize;
    for (const { constant } of rangedArguments(facts, 'flash_sector')) {
      if (constant.value < sectors || constant.value >= sectorSize) continue;
      yield {
        at: constantPlace(facts, constant),
        message: l10n.t('The flash ({0}) ends with sector {1}.', mapName(map), numberText(sectors - 1)),
      };
    }
  },
};
