import * as l10n from '@vscode/l10n';
import { levelsOf } from './ranges';
import type { Rule } from '../rule';

export const ssl083: Rule = {
  id: 'SSL083',
  group: 'parameters',
  severity: 'warning',
  missing: true,
  title: () => l10n.t('Client certificate without CA verification'),
  explanation: () =>
    l10n.t(
      'espconn_secure_cert_req_enable presents the device’s certificate to the peer. The peer’s certificate is verified only after espconn_secure_ca_enable for the same level: mutual authentication needs both.',
    ),
  source: 'ESP8266 SSL manual 1.4; espconn_mbedtls.c of SDK 3.0.6',
  example: {
    code: String.raw`static struct espconn client;
static esp_tcp tcp = { .remote_port = 8443 };

void ICACHE_FLASH_ATTR dial(void)
{
    client.type = ESPCONN_TCP;
    client.proto.tcp = &tcp;
+    (void)espconn_secure_ca_enable(ESPCONN_CLIENT, 0x77);
    (void)espconn_secure_cert_req_enable(ESPCONN_CLIENT, 0x78);
    (void)espconn_secure_connect(&client);
}
`,
  },
  *check(facts) {
    const { program } = facts;
    const verified = program
      .calls('espconn_secure_ca_enable')
      .reduce((levels, site) => levels | levelsOf(facts, site), 0);
    for (const site of program.calls('espconn_secure_cert_req_enable')) {
      if ((levelsOf(facts, site) & verified) !== 0) continue;
      yield {
        at: program.callPlace(site),
        message:
          verified === 0
            ? l10n.t('Nothing calls espconn_secure_ca_enable: the peer is not verified.')
            : l10n.t('espconn_secure_ca_enable is called for a different level: the peer is not verified.'),
      };
    }
  },
};
