import * as l10n from '@vscode/l10n';
import { argumentConstants, levelsOf, numberText } from './ranges';
import type { Rule } from '../rule';
import { constantPlace } from '../../program/values';

export const ssl080: Rule = {
  id: 'SSL080',
  group: 'parameters',
  severity: 'warning',
  title: () => l10n.t('One sector for two certificate files'),
  explanation: () =>
    l10n.t(
      'espconn_secure_ca_enable reads esp_ca_cert.bin, espconn_secure_cert_req_enable reads esp_cert_private_key.bin. Two files need two sectors.',
    ),
  source: 'tools/makefile.sh of SDK 2.2.0; ESP8266 SSL manual 1.4',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);
-    (void)espconn_secure_cert_req_enable(ESPCONN_CLIENT, 0x77);
+    (void)espconn_secure_cert_req_enable(ESPCONN_CLIENT, 0x78);
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    const { program, conditions } = facts;
    for (const own of program.calls('espconn_secure_cert_req_enable')) {
      for (const ca of program.calls('espconn_secure_ca_enable')) {
        if (conditions.exclusive(own, ca) || (levelsOf(facts, own) & levelsOf(facts, ca)) === 0) continue;
        const sectors = argumentConstants(facts, ca, 'flash_sector');
        for (const constant of argumentConstants(facts, own, 'flash_sector')) {
          const same = sectors.find(({ value }) => value === constant.value && value !== 0);
          if (same === undefined) continue;
          yield {
            at: constantPlace(facts, constant),
            message: l10n.t('The CA certificates are also read from sector {0}.', numberText(constant.value)),
            related: [
              { at: constantPlace(facts, same), message: l10n.t('The CA certificates are enabled here.') },
            ],
          };
        }
      }
    }
  },
};
